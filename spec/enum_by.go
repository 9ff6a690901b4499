package spec

import (
	"slices"
	"strings"
)

// EnumBy says which values a field takes where a field beside it has some value: the
// kinds of a type, the pairs of two values that are allowed together. Rules.Enum lists
// the values of all cases, and holds where no case does.
type EnumBy struct {
	Places
	Name  string // the field that decides
	Cases []EnumCase
}

// EnumCase is what a field takes while another one has a value.
type EnumCase struct {
	Match
	Enum *Enum
}

// Same says whether two lists leave the same values with the same labels.
func (b *EnumBy) Same(o *EnumBy) bool {
	if b == nil || o == nil {
		return b == o
	}
	return b.Name == o.Name && slices.EqualFunc(b.Cases, o.Cases, func(x, y EnumCase) bool {
		return x.Match.Same(y.Match) && x.Enum.Same(y.Enum)
	})
}

// Text is which values go with which, in a line; "" where nothing decides.
func (b *EnumBy) Text() string {
	if b == nil {
		return ""
	}
	var parts []string
	for _, c := range b.Cases {
		parts = append(parts, c.Match.Text()+": "+strings.Join(c.Enum.Texts(), ","))
	}
	return strings.Join(parts, "; ")
}

// Each lists the cases, none where nothing decides.
func (b *EnumBy) Each() []EnumCase {
	if b == nil {
		return nil
	}
	return b.Cases
}

// All is the list of the values of all cases, each once.
func (b *EnumBy) All() *Enum {
	all := &Enum{Places: b.Places}
	for _, c := range b.Cases {
		for _, v := range c.Enum.Values {
			if !all.Lists(v.Value) {
				all.Values = append(all.Values, v)
			}
		}
	}
	return all
}

// Case is the case that holds while the field that decides has a value; nil: none does.
func (b *EnumBy) Case(text string) *EnumCase {
	for n := range b.Cases {
		if c := &b.Cases[n]; c.Value == text || c.Meets(text) {
			return c
		}
	}
	return nil
}

// While is the field while a case of its values holds.
func (f *Field) While(c *EnumCase) *Field {
	one := *f
	one.Enum, one.EnumBy = c.Enum, nil
	return &one
}

// Under is the field while the one that decides about its values has the value that a
// function tells; itself where nothing decides.
func (f *Field) Under(value func(name string) (text string, there bool)) *Field {
	if f.EnumBy == nil {
		return f
	}
	if text, there := value(f.EnumBy.Name); there {
		if c := f.EnumBy.Case(text); c != nil {
			return f.While(c)
		}
	}
	return f
}

// Settled lists the fields in their own order, but that a field comes after the one that
// decides about its values, and an object after those that its members look at.
func (list Fields) Settled() Fields {
	out, placed := make(Fields, 0, len(list)), map[*Field]bool{}
	var place func(f *Field)
	place = func(f *Field) {
		if placed[f] {
			return
		}
		placed[f] = true
		names := []string{}
		if f.EnumBy != nil {
			names = append(names, f.EnumBy.Name)
		}
		for _, inner := range f.Fields {
			names = append(names, inner.looks(1)...)
		}
		for _, name := range names {
			if other := list.Named(name); other != nil {
				place(other)
			}
		}
		out = append(out, f)
	}
	for _, f := range list {
		place(f)
	}
	return out
}
