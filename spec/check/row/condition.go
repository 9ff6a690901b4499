package row

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// condition is a name that a machine form refers to.
type condition struct {
	name string
	at   spec.Pos
	want *string // required_if: the value
}

// conditionsOf lists the fields that the machine forms of a field refer to.
func conditionsOf(f *spec.Field) []condition {
	var out []condition
	for _, m := range slices.Concat(f.RequiredIf, f.RequiredUnless, f.PresentIf, f.AbsentIf) {
		if m.Order != "" {
			out = append(out, condition{m.Name, m.Pos, nil})
		}
		for _, value := range m.Values() {
			out = append(out, condition{m.Name, m.Pos, &value})
		}
	}
	for _, one := range []struct {
		key   string
		names []string
	}{
		{"required_with", f.RequiredWith},
		{"required_without", f.RequiredWithout},
		{"required_without_all", f.RequiredWithoutAll},
		{"absent_with", f.AbsentWith},
	} {
		for _, name := range one.names {
			out = append(out, condition{name, f.Where(one.key), nil})
		}
	}
	return out
}

// Condition wants conditions to name rows beside the row, or beside an object that it is
// in, and values that these can have.
func Condition(to *spec.Collector, p Row) {
	for _, c := range conditionsOf(p.Field) {
		other := p.Decider(c.name)
		switch {
		case c.name == p.Name:
			to.Add("JK0109", c.at, "name the field that decides", "%s is required by itself", p.Name)
		case other == nil:
			to.Add("JK0108", c.at, p.Nearest(c.name), "there is no field %q beside %s", c.name, p.Name)
		case other.Parent != nil && other.Below(p.Parent) == p.Field:
			to.Add("JK0109", c.at, "name the field that decides", "%s is in %s, which it decides about", other.Name, p.Name)
		case p.Inside(other):
			to.Add("JK0109", c.at, "name the field that decides", "%s is in %s, which is there wherever it is", p.Name, other.Name)
		case c.want != nil && !other.Takes(*c.want):
			to.Add("JK0124", c.at, "write a value of the field's type", "%s never has the value %q", c.name, *c.want)
		case c.want != nil && other.IsClosed() && !other.Enum.Lists(*c.want):
			to.Add("JK0124", c.at, spec.OneOf(*c.want, other.Enum.Texts()), "%s never has the value %q", c.name, *c.want)
		}
	}
}

// Conditional wants one machine form of a condition, or the reason why there is none.
func Conditional(to *spec.Collector, p Row) {
	forms := 0
	for _, n := range []int{
		len(p.RequiredIf), len(p.RequiredUnless), len(p.RequiredWith), len(p.RequiredWithout), len(p.RequiredWithoutAll),
	} {
		if n > 0 {
			forms++
		}
	}
	if forms > 1 {
		to.Add("JK0119", p.Pos, "keep one of the forms", "%s has %d machine forms of its condition", p.Name, forms)
	}
	if p.Unchecked != "" && (forms > 0 || p.Condition == "") {
		to.Add("JK0110", p.At("unchecked"), "leave it out, or write the document's words as condition", "unchecked needs a condition in words only")
	}
	if forms == 0 && p.Incoming && p.IsConditional() && p.Unchecked == "" {
		at := p.Where("condition")
		if p.Condition == "" {
			at = p.Where("required")
		}
		to.Add("JK0110", at, "add required_if, required_unless, required_with, required_without or required_without_all; or unchecked: why no request can show it",
			"the condition of %s cannot be checked", p.Name)
	}
}

// Barred wants a field that a condition forbids to be absent where it is not sent.
func Barred(to *spec.Collector, p Row) {
	if !p.Barred() {
		return
	}
	key := "present_if"
	for _, other := range []string{"absent_if", "absent_with", "one_of"} {
		if p.Has(other) || p.Followed.Has(other) {
			key = other
		}
	}
	for _, one := range []struct {
		what string
		is   bool
	}{{"may be blank", p.Blank}, {"is in the path", p.In == "path"}, {"is sent as null", p.Nullable && len(p.AbsentWith) > 0}} {
		if one.is {
			to.Add("JK0133", p.Where(key), "remove one of the two", "%s %s, so it is always there", p.Name, one.what)
		}
	}
	if p.Default != "" {
		p.defaultBarred(to)
	}
}

// defaultBarred wants a default that stands under a condition to be filled in where it is
// read: what decides is beside it and known before it, and decides nothing by it.
func (p Row) defaultBarred(to *spec.Collector) {
	no := func(format string, args ...any) {
		to.Add("JK0133", p.Where("default"), "remove the default, and let note say what an absent value means", format, args...)
	}
	var names []string
	for _, m := range slices.Concat(p.PresentIf, p.AbsentIf) {
		names = append(names, m.Name)
	}
	for _, name := range slices.Concat(names, p.AbsentWith) {
		if strings.Contains(name, "/") {
			no("the default of %s depends on %s, which is not beside it", p.Name, name)
		} else if other := p.Decider(name); other != nil && other.Default != "" && other.Barred() {
			no("the default of %s depends on %s, whose default depends on others", p.Name, name)
		}
	}
	for _, other := range p.Siblings {
		if slices.Contains(other.Looks(), p.Name) {
			no("the default of %s depends on others, and %s depends on %s", p.Name, other.Name, p.Name)
			return
		}
	}
}
