package check

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// checkAnswers wants a code for each rule that a field of a request can break: one
// without a code would be answered as a fault of ours. Each rule is reported once, at
// the first field that can break it.
func checkAnswers(d *checked) {
	if !d.Whole() {
		return
	}
	known := map[string]bool{}
	for _, r := range d.Rules {
		known[r.Rule] = true
	}
	for _, x := range d.Interfaces {
		if x.Kind == spec.Notify || x.Answer == nil {
			continue
		}
		for f := range x.Request.All() {
			for _, b := range breakable(f) {
				if known[b.rule] {
					continue
				}
				known[b.rule] = true
				d.Add("JK0614", f.Where(b.key), fmt.Sprintf("add %s: with a code to rules in errors.yaml", b.rule),
					"no code answers the rule %s, which %s can break", b.rule, f.Name)
			}
		}
	}
}

// breach is a rule that a value can break, with the key of the field that states it.
type breach struct{ rule, key string }

// breakable are the rules that values of a field can break, those of its parts left
// out.
func breakable(f *spec.Field) []breach {
	out := []breach{{"type", "type"}}
	add := func(on bool, rule, key string) {
		if on {
			out = append(out, breach{rule, key})
		}
	}
	shape := f.Shape()
	text := shape == spec.Text
	add(f.IsRequired(), "required", "required")
	machine := len(f.RequiredIf) + len(f.RequiredWith) + len(f.RequiredWithout) + len(f.RequiredWithoutAll)
	add(f.IsConditional() && machine > 0, "condition", "required")
	add(text && f.Length > 0, "length", "length")
	add(f.IsClosed() && (text || shape == spec.Whole), "enum", "enum")
	number := shape == spec.Whole || shape == spec.Fraction
	add(number && f.Min != "", "range", "min")
	add(number && f.Max != "", "range", "max")
	add(text && f.Pattern != "", "format", "pattern")
	add(text && f.StartsWith != "", "format", "starts_with")
	if text && slices.Contains(spec.Formats(), f.Format) {
		rule := f.Format
		if !slices.Contains(RuleNames(), rule) {
			rule = "format"
		}
		add(true, rule, "format")
	}
	return out
}
