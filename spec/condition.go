package spec

import (
	"cmp"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Match is what a field has to be for a condition to hold: one of some values, or, of a
// number, below or above one.
type Match struct {
	Name   string
	Value  string
	Or     []string // further values
	Order  string   // of a number: < <= > >= of Value; empty: equal
	Number bool     // the field is a number that may have a fraction: 5 is 5.00
	Pos    Pos
}

// Values are the values that meet the condition; one that compares has none.
func (m Match) Values() []string {
	if m.Order != "" {
		return nil
	}
	return append([]string{m.Value}, m.Or...)
}

// Compares is how numbers are compared: Order, or == where there is none.
func (m Match) Compares() string { return cmp.Or(m.Order, "==") }

// IsSpecial says whether the condition is more than one value.
func (m Match) IsSpecial() bool { return m.Order != "" || m.Number || len(m.Or) > 0 }

// Same says whether two conditions hold at the same values.
func (m Match) Same(o Match) bool {
	return m.Name == o.Name && m.Value == o.Value && m.Order == o.Order && slices.Equal(m.Or, o.Or)
}

func sameMatches(a, b []Match) bool { return slices.EqualFunc(a, b, Match.Same) }

var ordered = regexp.MustCompile(`^(<=?|>=?) ?(-?[0-9]+(?:\.[0-9]+)?)$`)

// compareNumbers reads conditions such as ">0" on numbers. A text may have that value.
func (r *Rules) compareNumbers(decider func(name string) *Field) {
	for _, list := range [][]Match{r.RequiredIf, r.RequiredUnless, r.PresentIf, r.AbsentIf} {
		for i, m := range list {
			other := decider(m.Name)
			parts := ordered.FindStringSubmatch(m.Value)
			list[i].Number = other != nil && other.IsFraction()
			if other != nil && other.IsNumber() && parts != nil && len(m.Or) == 0 {
				list[i].Order, list[i].Value = parts[1], parts[2]
			}
		}
	}
}

// CompareNumbers reads the conditions of the fields of a table, and of those inside them,
// once all of them are known.
func (list Fields) CompareNumbers() {
	for f := range list.All() {
		decider := func(name string) *Field { return f.Decider(list, name) }
		f.Document.compareNumbers(decider)
		f.compareNumbers(decider)
	}
}

// Meets says whether a number, as its text, meets the condition.
func (m Match) Meets(number string) bool {
	a, ok := new(big.Rat).SetString(number)
	if !ok {
		return false
	}
	for _, value := range append([]string{m.Value}, m.Or...) {
		b, ok := new(big.Rat).SetString(value)
		if !ok {
			continue
		}
		order := a.Cmp(b)
		switch m.Order {
		case "":
			ok = order == 0
		case "<":
			ok = order < 0
		case "<=":
			ok = order <= 0
		case ">":
			ok = order > 0
		case ">=":
			ok = order >= 0
		}
		if ok {
			return true
		}
	}
	return false
}

// Forbidden says whether the values of the fields beside one, as texts, forbid it.
func (r Rules) Forbidden(value func(name string) (text string, there bool)) bool {
	return len(r.PresentIf) > 0 && !met(r.PresentIf, value) || len(r.AbsentIf) > 0 && met(r.AbsentIf, value) ||
		slices.ContainsFunc(r.AbsentWith, func(name string) bool { _, there := value(name); return there })
}

// Formatted says whether the values of the fields beside one, as texts, hold it to its format.
func (r Rules) Formatted(value func(name string) (text string, there bool)) bool {
	return !slices.ContainsFunc(r.FormatIf, func(m Match) bool {
		text, there := value(m.Name)
		return there && !slices.Contains(m.Values(), text) && !m.Meets(text)
	})
}

// Needed says whether a field must be there beside the values of others, as texts.
func (r Rules) Needed(value func(name string) (text string, there bool)) bool {
	has := func(name string) bool { _, there := value(name); return there }
	lacks := func(name string) bool { return !has(name) }
	switch {
	case len(r.RequiredIf) > 0:
		return met(r.RequiredIf, value)
	case len(r.RequiredUnless) > 0:
		return !met(r.RequiredUnless, value)
	case len(r.RequiredWith) > 0:
		return slices.ContainsFunc(r.RequiredWith, has)
	case len(r.RequiredWithout) > 0:
		return slices.ContainsFunc(r.RequiredWithout, lacks)
	case len(r.RequiredWithoutAll) > 0:
		return !slices.ContainsFunc(r.RequiredWithoutAll, has)
	}
	return r.IsRequired()
}

// met says whether values meet all conditions of a list.
func met(list []Match, value func(name string) (text string, there bool)) bool {
	return !slices.ContainsFunc(list, func(m Match) bool {
		text, there := value(m.Name)
		return !there || !slices.Contains(m.Values(), text) && !m.Meets(text)
	})
}

// Text is the condition in the words of YAML: type=1,2 or amount>0.
func (m Match) Text() string {
	text := m.Name + m.Order
	if m.Order == "" {
		text += "="
	}
	text += m.Value
	for _, value := range m.Or {
		text += "," + value
	}
	return text
}

// Needs says whether a machine form of a condition requires the field.
func (r Rules) Needs() bool {
	return len(r.RequiredIf)+len(r.RequiredUnless)+len(r.RequiredWith)+len(r.RequiredWithout)+len(r.RequiredWithoutAll) > 0
}

// Barred says whether a condition can forbid the field.
func (r Rules) Barred() bool { return len(r.PresentIf)+len(r.AbsentIf)+len(r.AbsentWith) > 0 }

// Defaults lists the fields that have a default, in the order in which they are filled in:
// those that a condition may forbid last, when the fields that decide are known.
func (list Fields) Defaults() (out Fields) {
	for _, barred := range []bool{false, true} {
		for _, f := range list {
			if f.Default != "" && f.Barred() == barred {
				out = append(out, f)
			}
		}
	}
	return out
}

// outward is what a condition writes in front of the name of a row that is not beside
// its own, once for each object between the two.
const outward = "../"

// Outward splits the name of a row as a condition writes it: ../kind is the row kind
// beside the object, or the list of objects, that the condition's own row is in.
func Outward(name string) (levels int, own string) {
	for strings.HasPrefix(name, outward) {
		levels, name = levels+1, name[len(outward):]
	}
	return levels, name
}

// Decider returns the row that a condition of f names: beside f, or beside an object
// that f is in, or as payer/kind a member of such a row; nil where there is none. The
// rows of f's table are top.
func (f *Field) Decider(top Fields, name string) *Field {
	levels, own := Outward(name)
	at := f
	for range levels {
		if at = at.Parent; at == nil {
			return nil
		}
	}
	switch {
	case at.Parent != nil:
		top = at.Parent.Fields
	case levels > 0 && at.beside != nil:
		top = at.beside
	}
	steps := strings.Split(own, "/")
	for _, object := range steps[:len(steps)-1] {
		up := top.Named(object)
		if up == nil || up.Shape() != Record {
			return nil
		}
		top = up.Fields
	}
	return top.Named(steps[len(steps)-1])
}

// Names lists the rows that the conditions of a field name, as they are written.
func (r Rules) Names() []string {
	out := slices.Concat(r.RequiredWith, r.RequiredWithout, r.RequiredWithoutAll, r.AbsentWith)
	for _, m := range slices.Concat(r.RequiredIf, r.RequiredUnless, r.PresentIf, r.AbsentIf, r.FormatIf) {
		out = append(out, m.Name)
	}
	if r.EnumBy != nil {
		out = append(out, r.EnumBy.Name)
	}
	if r.StartsWith != "" {
		out = append(out, r.StartsWith)
	}
	return out
}

// Looks lists the rows beside f that its conditions name or look into, or those of the
// rows inside it.
func (f *Field) Looks() []string { return f.looks(0) }

func (f *Field) looks(depth int) (out []string) {
	for _, name := range f.Names() {
		if levels, own := Outward(name); levels == depth {
			own, _, _ = strings.Cut(own, "/")
			out = append(out, own)
		}
	}
	for _, inner := range f.Fields {
		out = append(out, inner.looks(depth+1)...)
	}
	return out
}

// Outermost is how many objects further out than the list the conditions of its rows
// look, those of the rows inside them included; 0 where none leaves the list.
func (list Fields) Outermost() int {
	most := 0
	for _, f := range list {
		for _, name := range f.Names() {
			levels, _ := Outward(name)
			most = max(most, levels)
		}
		most = max(most, f.Fields.Outermost()-1)
	}
	return most
}

// Around finds the values that conditions name, in a row's own object and, behind ../, in
// those around it; up is nil for the rows of a table.
func Around(own, up func(name string) (string, bool)) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		rest, further := strings.CutPrefix(name, outward)
		switch {
		case !further:
			return own(name)
		case up == nil:
			return "", false
		}
		return up(rest)
	}
}

// Said is the name of a row that decides in words for partners.
func Said(name string) string {
	levels, own := Outward(name)
	own = strings.ReplaceAll(own, "/", "的")
	switch levels {
	case 0:
		return own
	case 1:
		return "上级的" + own
	default:
		return "上" + strconv.Itoa(levels) + "级的" + own
	}
}

// SaidAll are the names of rows that decide in words for partners.
func SaidAll(names []string, between string) string {
	var out []string
	for _, n := range names {
		out = append(out, Said(n))
	}
	return strings.Join(out, between)
}
