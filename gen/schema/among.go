package schema

import (
	"encoding/json"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
)

// maxSums is how many sums a schema lists.
const maxSums = 1024

// amongForms are the numbers that a list takes: those listed, and one form for each
// range.
func amongForms(f *spec.Field) []any {
	keyword := map[string]string{"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}
	var numbers []json.Number
	var forms []any
	for _, v := range f.Enum.Values {
		var form ordered.Object
		for _, m := range v.Range() {
			form = append(form, ordered.Member{keyword[m.Order], json.Number(m.Value)})
		}
		if form == nil {
			numbers = append(numbers, json.Number(v.Value))
		} else {
			forms = append(forms, form)
		}
	}
	if f.Blank && !f.Enum.Lists("0") {
		numbers = append(numbers, "0")
	}
	if numbers != nil {
		forms = append([]any{ordered.Object{{"enum", numbers}}}, forms...)
	}
	return forms
}

// casesRules hold a value against the lists that another field's values leave.
func casesRules(f *spec.Field, fields spec.Fields) (out []rule) {
	if f.EnumBy == nil || !beside(f, fields, f.EnumBy.Name) {
		return nil
	}
	for _, c := range f.EnumBy.Cases {
		one := &spec.Field{Name: f.Name, In: "body", Digits: f.Digits, Rules: spec.Rules{Type: f.Type, Enum: c.Enum, Required: spec.No, Blank: f.Blank}}
		var members ordered.Object
		for _, name := range append([]string{f.Name}, f.Alias...) {
			members = append(members, ordered.Member{name, ordered.Object{{"anyOf", append(valueForms(one), nothing...)}}})
		}
		out = append(out, rule{f, met(f, fields, []spec.Match{c.Match}), ordered.Object{{"properties", members}}})
	}
	return out
}

// listedPattern is the pattern of texts of listed numbers: 5 is 5.00 too.
func listedPattern(f *spec.Field) string {
	var parts []string
	for _, v := range f.Allowed() {
		front, behind, _ := strings.Cut(v, ".")
		behind = strings.TrimRight(behind, "0")
		if behind == "" {
			parts = append(parts, quoteMeta(front)+`(?:\.0+)?`)
		} else {
			parts = append(parts, quoteMeta(front+"."+behind)+"0*")
		}
	}
	return "^(?:" + strings.Join(parts, "|") + ")$"
}

// sums are the sums of listed bits, or where there are too many their bounds.
func sums(f *spec.Field) ordered.Object {
	all, _ := f.Enum.Bits()
	least := int64(1)
	if f.Enum.Lists("0") {
		least = 0
	}
	if all&(all+1) == 0 || all > maxSums { // every number up to it, or too many to list
		return ordered.Object{{"minimum", least}, {"maximum", all}}
	}
	var list []int64
	for n := least; n <= all; n++ {
		if n&^all == 0 {
			list = append(list, n)
		}
	}
	return ordered.Object{{"enum", list}}
}
