package row

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// EnumBy wants values that depend on a text, a whole number or a bool beside the
// field, and that are listed for values which that field can have.
func EnumBy(to *spec.Collector, p Row) {
	if by := p.Document.EnumBy; by != nil {
		enumBy(to, p, by)
	}
	if by := p.EnumBy; by != nil && by != p.Document.EnumBy {
		enumBy(to, p, by)
	}
}

func enumBy(to *spec.Collector, p Row, by *spec.EnumBy) {
	other := p.Decider(by.Name)
	switch {
	case other == nil || other == p.Field || p.Inside(other):
		to.Add("JK0139", by.Pos, p.Nearest(by.Name), "there is no field %q beside %s", by.Name, p.Name)
		return
	case LooksIn(by.Name):
		to.Add("JK0139", by.Pos, "name a row beside it, or behind ../", "%s is in an object beside %s", by.Name, p.Name)
		return
	case p.Type == spec.Array || p.Separator != "" || p.Enum.Open || p.Enum.HasRanges():
		to.Add("JK0139", by.Pos, "write enum, and the dependence as condition or label", "enum_by is for rows of one listed value")
		return
	case !slices.Contains([]spec.Shape{spec.Text, spec.Whole, spec.Truth}, other.Shape()) || other.Separator != "":
		to.Add("JK0139", by.Pos, "name a text, a whole number or a bool", "nothing can depend on the %s %s", other.Type, other.Name)
		return
	case slices.Contains(p.Siblings, other) && decidedBy(p.Siblings, p.Field, other):
		to.Add("JK0139", by.Pos, "one of the two lists its values with enum", "%s and %s decide about each other", p.Name, other.Name)
		return
	}
	for _, c := range by.Cases {
		switch {
		case !other.Takes(c.Value):
			to.Add("JK0139", c.Pos, "write a value of the field's type", "%s never has the value %q", other.Name, c.Value)
		case other.IsClosed() && !other.Enum.Lists(c.Value):
			to.Add("JK0139", c.Pos, spec.OneOf(c.Value, other.Enum.Texts()), "%s never has the value %q", other.Name, c.Value)
		}
	}
}

// decidedBy reports whether the values of a field decide, through others, about those
// of another one.
func decidedBy(list spec.Fields, f, other *spec.Field) bool {
	for range list {
		if other == nil || other.EnumBy == nil {
			return false
		}
		if other = list.Named(other.EnumBy.Name); other == f {
			return true
		}
	}
	return other != nil
}
