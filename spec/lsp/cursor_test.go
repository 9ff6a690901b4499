package lsp

import (
	"fmt"
	"testing"
)

// TestCursor reads where somebody types, in blocks and in brackets.
func TestCursor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, want string }{
		{"", "[] key \"\""},
		{"interface: a\nki", "[] key \"ki\""},
		{"interface: a\nkind: re", "[kind] value \"re\""},
		{"request:\n  name: {type: string, len", "[request name] key \"len\""},
		{"request:\n  name: {type: str", "[request name type] value \"str\""},
		{"request:\n  name:\n    ty", "[request name] key \"ty\""},
		{"request:\n  name:\n    type: s", "[request name type] value \"s\""},
		{"request:\n  name:\n    type: string\n  other: {type: int}\n  third: {", "[request third] key \"\""},
		{"answer:\n  steps:\n    - get: cus", "[answer steps get] value \"cus\""},
		{"answer:\n  steps:\n    - get: customer\n      wh", "[answer steps] key \"wh\""},
		{"answer:\n  steps:\n    - {get: customer, where: {na", "[answer steps where] key \"na\""},
		{"answer: {list: a, order: [x, ", "[answer order] value \"\""},
		{"answer: {list: a,\n  where: {b: ", "[answer where b] value \"\""},
		{"request:\n  a: {type: string}\nresponse:\n  b: {type: \"st", "[response b type] value \"st\""},
		{"- version: V1\n  te", "[] key \"te\""},
	} {
		got := cursorOf(c.before)
		what := "key"
		if got.value {
			what = "value"
		}
		if text := fmt.Sprintf("%v %s %q", got.path, what, got.partial); text != c.want {
			t.Errorf("%q: %s, want %s", c.before, text, c.want)
		}
	}
}

// FuzzCursor reads any text without a panic.
func FuzzCursor(f *testing.F) {
	f.Add("a: {b: [c, \"d")
	f.Add("- - x:\n  y: }]")
	f.Fuzz(func(_ *testing.T, text string) { cursorOf(text) })
}
