package diff_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestSituations holds that conditions are compared by the situations in which they hold, for
// partners' messages and for ours, whatever words say them.
func TestSituations(t *testing.T) {
	t.Parallel()
	kind := map[string]string{
		"open":     "type: string, length: 4",
		"listed":   "type: string, enum: [a, b, c]",
		"required": "type: string, required: true, enum: [a, b, c]",
		"flag":     "type: bool, required: true",
		"number":   "type: int",
		"amount":   "type: decimal, length: 8, places: 2",
	}
	for _, c := range []struct{ kind, before, after, request, reply string }{
		{"open", "required_if: {kind: a}", "required_if: {kind: [a, b]}", "condition-tightened breaking", "condition-tightened info"},
		{"open", "required_if: {kind: [a, b]}", "required_if: {kind: b}", "condition-loosened info", "condition-loosened breaking"},
		{"open", "required_if: {kind: [a, b]}", "required_if: {kind: [b, a]}", "", ""},
		{"open", "required_if: {kind: a}", "required_if: {kind: b}", "condition-changed breaking", "condition-changed breaking"},
		{"open", "required_if: {kind: a}", "required_with: kind", "condition-tightened breaking", "condition-tightened info"},
		{"open", "required_with: kind", "required_without: kind", "condition-changed breaking", "condition-changed breaking"},
		{"open", "required_with: [kind]", "required_with: [kind, more]", "condition-tightened breaking", "condition-tightened info"},
		{"open", "required_without_all: [kind]", "required_without: [kind]", "", ""},
		{"open", "required_without: [kind, more]", "required_without_all: [kind, more]", "condition-loosened info", "condition-loosened breaking"},
		{"open", "required_unless: {kind: a}", "required_unless: {kind: [a, b]}", "condition-loosened info", "condition-loosened breaking"},
		{"listed", "required_if: {kind: [a, b]}", "required_unless: {kind: c}", "condition-tightened breaking", "condition-tightened info"},
		{"required", "required_if: {kind: [a, b]}", "required_unless: {kind: c}", "condition-tightened info", "condition-tightened info"},
		{"required", "required_if: {kind: a}", "required_if: {kind: [a, d]}", "condition-tightened info", "condition-tightened info"},
		{"flag", "required_if: {kind: true}", "required_unless: {kind: false}", "condition-tightened info", "condition-tightened info"},
		{"number", `required_if: {kind: ">0"}`, `required_if: {kind: ">=1"}`, "", ""},
		{"number", `required_if: {kind: ">0"}`, `required_if: {kind: ">5"}`, "condition-loosened info", "condition-loosened breaking"},
		{"amount", `required_if: {kind: ">0"}`, `required_if: {kind: ">=1"}`, "condition-loosened info", "condition-loosened breaking"},
		{"amount", `required_if: {kind: ">0"}`, `required_if: {kind: ">=0"}`, "condition-tightened breaking", "condition-tightened info"},

		{"open", "required_if: {kind: a}", "required_if: {kind: a, more: x}", "condition-loosened info", "condition-loosened breaking"},
		{"open", "present_if: {kind: a}", "present_if: {kind: [a, b]}", "exclusion-loosened info", "exclusion-loosened breaking"},
		{"open", "present_if: {kind: [a, b]}", "present_if: {kind: a}", "exclusion-tightened breaking", "exclusion-tightened info"},
		{"open", "absent_if: {kind: a}", "absent_if: {kind: [a, b]}", "exclusion-tightened breaking", "exclusion-tightened info"},
		{"open", "present_if: {kind: a}", "absent_if: {kind: a}", "exclusion-changed breaking", "exclusion-changed breaking"},
		{"required", "present_if: {kind: [a, b]}", "absent_if: {kind: c}", "exclusion-loosened info", "exclusion-loosened info"},
		{"open", "required: true, present_if: {kind: a}", "required: true, present_if: {kind: [a, b]}", "condition-tightened breaking, exclusion-loosened info", "condition-tightened info, exclusion-loosened breaking"},
		{"open", "format: idcard", "format: idcard, format_if: {kind: a}", "format-loosened info", "format-loosened breaking"},
		{"open", "format: idcard, format_if: {kind: a, more: x}", "format: idcard, format_if: {kind: a}", "format-tightened breaking", "format-tightened info"},
		{"open", "format: idcard, format_if: {kind: a}", "format: mobile, format_if: {kind: a}", "format-changed breaking", "format-changed breaking"},
		{"required", "enum_by: {kind: {a: [x], b: [y]}}", "enum_by: {kind: {a: [x, y], b: [y]}}", "dependence-loosened info", "dependence-loosened breaking"},
		{"required", "enum_by: {kind: {a: [x, y], b: [y]}}", "enum_by: {kind: {a: [x], b: [y]}}", "dependence-tightened breaking", "dependence-tightened info"},
		{"required", "enum_by: {kind: {a: [x], b: [y]}}", "enum_by: {kind: {b: [y], a: [x]}}", "", ""},
		{"required", "enum_by: {kind: {a: [x], b: [y]}}", "enum_by: {kind: {a: [y], b: [x]}}", "dependence-changed breaking", "dependence-changed breaking"},
	} {
		for _, s := range diff.Sides() {
			fields := func(text string) string {
				return "  kind: {" + kind[c.kind] + ", label: 类}\n  more: {type: string, label: 余}\n  v: {type: string, " + text + ", label: 值}\n"
			}
			list := diff.Diff(unchecked(t, onSide(t, s, fields(c.before))), unchecked(t, onSide(t, s, fields(c.after))))
			var got []string
			for _, one := range list {
				got = append(got, strings.TrimPrefix(one.Rule, string(s)+"-")+" "+one.Levels.Wire.String())
			}
			slices.Sort(got)
			want := c.reply
			if s.Comes() {
				want = c.request
			}
			if text := strings.Join(got, ", "); text != want {
				t.Errorf("%s: kind {%s}: {%s} becomes {%s}: %q, want %q", s, kind[c.kind], c.before, c.after, text, want)
			}
		}
	}
}

// TestDeciderRenamed holds that a condition finds what it looks at by its new name.
func TestDeciderRenamed(t *testing.T) {
	t.Parallel()
	before := "  kind: {type: string, required: true, enum: [a, b], label: 类}\n  v: {type: string, required_if: {kind: a}, label: 值}\n"
	after := "  sort: {was: kind, type: string, required: true, enum: [a, b], label: 类}\n  v: {type: string, required_unless: {sort: b}, label: 值}\n"
	for _, s := range diff.Sides() {
		for _, c := range diff.Diff(unchecked(t, onSide(t, s, before)), unchecked(t, onSide(t, s, after))) {
			if strings.Contains(c.Rule, "-condition-") && c.Levels.Wire != diff.Info {
				t.Errorf("%s: %+v", s, c)
			}
		}
	}
}
