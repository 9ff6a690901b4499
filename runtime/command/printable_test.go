package command_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// TestPrintable holds that foreign text cannot steer a terminal, whole or in pieces.
func TestPrintable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"姓名\tname\n":                     "姓名\tname\n",
		"\x1b]0;PWNED\a\x1b[2J":          `\u001b]0;PWNED\u0007\u001b[2J`,
		"a\r\nfake":                      `a\u000d` + "\nfake",
		"\u009b31m \u202e \u2066 \ufeff": `\u009b31m \u202e \u2066 \ufeff`,
		"\x7f \u2028":                    `\u007f \u2028`,
		"\xff\xe4\xb8 \ufffd 😀":          `\xff\xe4\xb8 ` + "\ufffd 😀",
	} {
		if got := command.Shown(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
		for cut := range len(text) + 1 {
			var out strings.Builder
			w := command.Printable(&out)
			for _, part := range []string{text[:cut], text[cut:] + "."} {
				if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
					t.Fatal(n, err)
				}
			}
			if out.String() != want+"." {
				t.Errorf("%q, cut at %d, is written as %q", text, cut, out.String())
			}
		}
	}
}

// FuzzShown: what is shown steers nothing, and JSON keeps its meaning.
func FuzzShown(f *testing.F) {
	for _, s := range []string{"", "a\x1bb", "\u202e", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if again := command.Shown(command.Shown(s)); again != command.Shown(s) {
			t.Errorf("%q is shown differently the second time", s)
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var before, after string
		if json.Unmarshal(text, &before) != nil || json.Unmarshal([]byte(command.Shown(string(text))), &after) != nil || before != after {
			t.Errorf("the JSON %s changes its meaning", text)
		}
	})
}
