package diff_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestListed holds that a limit which none of the sent values breaks breaks nobody: where a
// list of values, or a range, leaves only such. It holds for partners' messages and for ours.
func TestListed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, after, request, reply string }{
		{"type: string, enum: [a, b], length: 8", "type: string, enum: [a, b], length: 1", "length-lowered info", "length-lowered info"},
		{"type: string, enum: [a, bcd], length: 8", "type: string, enum: [a, bcd], length: 2", "length-lowered breaking", "length-lowered info"},
		{"type: string, enum: [a, bcd], length: 8", "type: string, enum: [a], length: 2", "enum-value-removed breaking, length-lowered info", "enum-value-removed info, length-lowered info"},
		{"type: string, enum: [a, bcd], length: 1", "type: string, enum: [a, bcd], length: 3", "length-raised info", "length-raised breaking"},
		{"type: string, enum: [a, b], length: 1", "type: string, enum: [a, b]", "length-raised info", "length-raised info"},
		{"type: string, enum: [a, b], open: true, length: 8", "type: string, enum: [a, b], open: true, length: 1", "length-lowered breaking", "length-lowered info"},
		{"type: string, enum: [a, b]", "type: string, length: 8", "enum-removed info, length-lowered info", "enum-removed breaking, length-lowered info"},
		{"type: string, length: 8", "type: string, enum: [a, b]", "enum-added breaking, length-raised info", "enum-added info, length-raised info"},
		{"type: string, enum: [ab, cd]", "type: string, enum: [ab, cd], min_length: 2", "min-length-raised info", "min-length-raised info"},
		{"type: string, enum: [ab, cd]", "type: string, enum: [ab, cd], min_length: 3", "min-length-raised breaking", "min-length-raised info"},
		{"type: string, enum: [ab, cd]", `type: string, enum: [ab, cd], pattern: "[a-d]+"`, "pattern-added info", "pattern-added info"},
		{"type: string, enum: [ab, cd]", `type: string, enum: [ab, cd], pattern: "[a-c]+"`, "pattern-added breaking", "pattern-added info"},
		{"type: int, enum: [1, 2]", "type: int, enum: [1, 2], min: 1, max: 2", "max-lowered info, min-raised info", "max-lowered info, min-raised info"},
		{"type: int, enum: [1, 2]", "type: int, enum: [1, 2], min: 2", "min-raised breaking", "min-raised info"},
		{"type: int, enum: [1, 2], max: 2", "type: int, enum: [1, 2], max: 9", "max-raised info", "max-raised info"},
		{"type: int, enum: [1, 2], max: 1", "type: int, enum: [1, 2], max: 9", "max-raised info", "max-raised breaking"},
		{"type: int, enum: [1, 2]", "type: long, enum: [1, 2]", "type-widened info", "type-widened info"},
		{"type: int, enum: [1, 2]", "type: int", "enum-removed info", "enum-removed breaking"},
		{"type: decimal, places: 2, length: 10, enum: [0.5, 1]", "type: decimal, places: 1, length: 10, enum: [0.5, 1]", "decimals-lowered info", "decimals-lowered info"},
		{"type: decimal, places: 2, length: 10, enum: [0.5, 1]", "type: decimal, places: 0, length: 10, enum: [0.5, 1]", "decimals-lowered breaking", "decimals-lowered info"},
		// A type of another kind has its own limits, which are said with it.
		{"type: int, length: 4, min: 1, max: 9", "type: string, length: 8, min_length: 2", "type-changed breaking", "type-changed breaking"},
		{"type: int", `type: string, length: 8, pattern: "[0-9]+"`, "type-changed breaking", "type-changed breaking"},
		{"type: string, length: 8, format: mobile", "type: int", "type-changed breaking", "type-changed breaking"},
		{"type: string, length: 8", "type: datetime, format: millis", "type-changed breaking", "type-changed breaking"},
		{"type: int, as: text", "type: string, length: 8", "type-changed breaking", "type-changed breaking"},
		{"type: bool", "type: decimal, length: 8, places: 2", "type-changed breaking", "type-changed breaking"},
		// A whole number has no places; its digits are not held to a length, those of a decimal are.
		{"type: int, min: 0, max: 99", "type: decimal, length: 10, places: 2, min: 0, max: 99", "length-lowered info, type-widened info", "length-lowered info, type-widened breaking"},
		{"type: int", "type: decimal, length: 4, places: 2", "length-lowered breaking, type-widened info", "length-lowered info, type-widened breaking"},
		{"type: int, length: 4", "type: decimal, length: 4, places: 2", "length-lowered breaking, type-widened info", "length-lowered info, type-widened breaking"},
	} {
		for _, s := range diff.Sides() {
			field := func(text string) string { return "  v: {" + text + ", label: 值}\n" }
			list := diff.Diff(unchecked(t, onSide(t, s, field(c.before))), unchecked(t, onSide(t, s, field(c.after))))
			var got []string
			for _, one := range list {
				got = append(got, strings.TrimPrefix(one.Rule, string(s)+"-")+" "+one.Levels.Wire.String())
			}
			slices.Sort(got)
			want := map[bool]string{true: c.request, false: c.reply}[s == diff.Request || s == diff.Answer]
			if text := strings.Join(got, ", "); text != want {
				t.Errorf("%s: {%s} becomes {%s}: %s, want %s", s, c.before, c.after, text, want)
			}
		}
	}
}
