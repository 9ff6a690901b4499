package docs_test

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestLookup looks every code of the built-in documents up: each says its text, and what to
// do wherever an interface answers it.
func TestLookup(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		for _, g := range s.Errors {
			for _, e := range g.Errors {
				text := docs.Lookup(set.Systems, e.Code, true)
				if !strings.Contains(text, strings.TrimSpace(s.Name+" "+e.Code+" "+e.Text)) {
					t.Errorf("%s %s: %s", s.Name, e.Code, text)
				}
				if _, from, ok := strings.Cut(text, "\n    "); ok && !strings.Contains(text, ".\n    ") {
					t.Errorf("%s %s says not what to do: %s", s.Name, e.Code, from)
				}
			}
		}
	}
	const want = "lianfa 9002 非法手机号码\n  手机号：检查手机号码的位数和号段。\n    cst_info_create 客户资料新增：mobile 格式不对\n"
	if got := docs.Lookup(set.Systems, "9002", false); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s", got)
	}
	if got := docs.Lookup(set.Systems, "77", true); got != "" {
		t.Errorf("a code that no document has: %s", got)
	}
}
