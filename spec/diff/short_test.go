package diff_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestLong holds that a change of a long value is said in a line that can be read, with what
// differs in it, and that its id and the form json have all of it.
func TestLong(t *testing.T) {
	t.Parallel()
	var list []string
	for n := range 400 {
		list = append(list, fmt.Sprint("v", n))
	}
	all := strings.Join(list, ", ")
	cases := strings.Join(list, "=1: a; ")
	for _, c := range []struct{ before, after, text string }{
		{"", all, ": none -> v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15, v16, v17, v18, v19, v20, v21, v22, v23, v24, v25, … (+374)"},
		{cases, strings.Replace(cases, "v200=1", "v200=2", 1), ": … v200=1: … -> … v200=2: …"},
		{"short", "other", ": short -> other"},
		{all, all + ", more", ": … v399 -> … v399, more"},
		{strings.Repeat("长", 300), "", ": " + strings.Repeat("长", 120) + "… -> none"},
	} {
		one := diff.Change{Old: c.before, New: c.after}
		if got := one.Text(); got != c.text {
			t.Errorf("got  %q\nwant %q", got, c.text)
		}
		if !utf8.ValidString(one.ZH()) || utf8.RuneCountInString(one.ZH()) > 300 {
			t.Errorf("%q", one.ZH())
		}
	}
}
