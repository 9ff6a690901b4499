package spec

import (
	"math/big"
	"regexp"
	"slices"
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
func (m Match) Compares() string {
	if m.Order == "" {
		return "=="
	}
	return m.Order
}

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
	met := func(list []Match) bool {
		return !slices.ContainsFunc(list, func(m Match) bool {
			text, there := value(m.Name)
			return !there || !slices.Contains(m.Values(), text) && !m.Meets(text)
		})
	}
	return len(r.PresentIf) > 0 && !met(r.PresentIf) || len(r.AbsentIf) > 0 && met(r.AbsentIf) ||
		slices.ContainsFunc(r.AbsentWith, func(name string) bool { _, there := value(name); return there })
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
