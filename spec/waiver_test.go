package spec_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/internal/golden"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// ignored is a system with one finding: a filter that the answer ignores.
func ignored(t *testing.T, waiver string) fstest.MapFS {
	t.Helper()
	fsys := golden.Read(t, "testdata/good/direct.txtar").FS
	for name, f := range golden.Read(t, "testdata/bad/JK0705.txtar").FS {
		if strings.HasPrefix(name, "spec/") {
			fsys[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(f.Data), "  names: ", waiver+"  names: ", 1))}
		}
	}
	return fsys
}

// TestWaivers lets a finding stay by a comment above its row, behind it, or above the
// row that holds it, and says when the day of the comment is over.
func TestWaivers(t *testing.T) {
	t.Parallel()
	const above = "  # waive JK0705 until 2027-06-30: the partner takes it out of the table\n"
	fsys := ignored(t, above)
	const file = "spec/direct/archive/customer_get.yaml"
	row := string(fsys[file].Data)
	for name, text := range map[string]string{
		"above":      row,
		"behind":     strings.Replace(strings.Replace(row, above, "", 1), "[flag]}", "[flag]} "+strings.TrimSpace(above), 1),
		"the holder": strings.Replace(strings.Replace(row, above, "", 1), "request:\n", strings.TrimSpace(above)+"\nrequest:\n", 1),
		"with CR LF": strings.ReplaceAll(row, "\n", "\r\n"),
		"two":        strings.Replace(row, above, above+"  # more about it\n", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			with := fstest.MapFS{}
			for name, f := range fsys {
				with[name] = f
			}
			with[file] = &fstest.MapFile{Data: []byte(text)}
			l, err := load.All(with, "spec")
			if err != nil || len(l.Findings) > 0 || len(l.Waived) != 1 || !strings.HasPrefix(l.Waived[0].Reason, "the partner takes it") {
				t.Fatalf("%v, %v, %+v", err, l.Findings, l.Waived)
			}
			day := time.Date(2027, 6, 30, 23, 0, 0, 0, time.UTC)
			if ended := l.Ended(day); len(ended) > 0 {
				t.Errorf("on its last day: %v", ended)
			}
			ended := l.Ended(day.AddDate(0, 0, 1))
			if len(ended) != 1 || ended[0].ID != "JK0709" || !strings.Contains(ended[0].Message, "ended on 2027-06-30") {
				t.Errorf("a day later: %v", ended)
			}
		})
	}
}

// TestWaivable holds that everything loads, without a panic, where a rule that may be
// waived is: each one by its own example.
func TestWaivable(t *testing.T) {
	t.Parallel()

	golden.Each(t, "testdata/bad/*.txtar", func(t *testing.T, c *golden.Case) {
		id, _, _ := strings.Cut(c.Name, "-")
		if !check.Waivable(id) {
			return
		}
		fsys := over(t, c)
		_, err := load.Systems(fsys, "spec")
		found, ok := errors.AsType[spec.Findings](err)
		if !ok {
			t.Fatal(err)
		}
		for _, f := range found {
			if f.ID == id {
				lines := strings.Split(string(fsys[f.Pos.File].Data), "\n")
				lines[f.Pos.Line-1] += " # waive " + id + " on 2026-11-28: the example of the rule"
				fsys[f.Pos.File] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
			}
		}
		l, err := load.All(fsys, "spec")
		if err != nil || len(l.Waived) == 0 {
			t.Errorf("%v, waived %v, found %v", err, l.Waived, l.Findings)
		}
	})
}
