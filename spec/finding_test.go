package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindingString(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		finding Finding
		want    string
	}{
		{"bare", Finding{Pos: Pos{"a.yaml", 1, 1}, ID: "JK0001", Message: "gone"}, "a.yaml:1:1: JK0001 gone"},
		{
			"wide characters take two columns",
			Finding{Pos{"a.yaml", 9, 5}, "JK0103", "bad", "mend it", "中文: x"},
			"a.yaml:9:5: JK0103 bad\nhint: mend it\n   9 | 中文: x\n     |       ^",
		},
		{
			"past the end",
			Finding{Pos{"a.yaml", 9, 50}, "JK0103", "bad", "", "a:\tx"},
			"a.yaml:9:50: JK0103 bad\n   9 | a: x\n     |     ^",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, c.finding.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWindow wants the caret below its character in a long line, and the line
// cut on both sides.
func TestWindow(t *testing.T) {
	t.Parallel()
	line := []rune(strings.Repeat("中", 80) + "X" + strings.Repeat("a", 200))
	text, before := window(line, 80)
	if !strings.HasPrefix(text, "…") || !strings.HasSuffix(text, "…") || Width([]rune(text)) > maxLine+2 {
		t.Errorf("got %q", text)
	}
	head, _, _ := strings.Cut(text, "X")
	if Width([]rune(head)) != before {
		t.Errorf("the caret stands at %d, the character at %d", before, Width([]rune(head)))
	}
}

func TestMeant(t *testing.T) {
	t.Parallel()
	names := []string{"length", "label", "type", "phone"}
	for written, want := range map[string]string{
		"lenght": `did you mean "length"?`, "Label": `did you mean "label"?`, "tpe": `did you mean "type"?`,
		"xyz": "", "p": "",
	} {
		if got := Meant(written, names); got != want {
			t.Errorf("Meant(%q) = %q, want %q", written, got, want)
		}
	}
}

// TestAlike writes findings that say the same in many places once.
func TestAlike(t *testing.T) {
	t.Parallel()
	var list Findings
	for n := range 100 {
		list = append(list, Finding{Pos: Pos{File: "a.yaml", Line: n + 1, Col: 1}, ID: "JK0101", Message: "unknown type"})
	}
	const want = "a.yaml:1:1: JK0101 unknown type\nthe same in 99 more places: a.yaml:2:1, a.yaml:3:1, a.yaml:4:1, …"
	if got := list.Error(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := list[:3].Error(); strings.Count(got, "unknown type") != 3 {
		t.Errorf("three places are %q", got)
	}
}
