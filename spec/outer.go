package spec

import (
	"slices"
	"strconv"
	"strings"
)

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
// that f is in; nil where there is none. The rows of f's table are top.
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
	return top.Named(own)
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

// Looks lists the rows beside f that its conditions name, or those of the rows inside it.
func (f *Field) Looks() []string { return f.looks(0) }

func (f *Field) looks(depth int) (out []string) {
	for _, name := range f.Names() {
		if levels, own := Outward(name); levels == depth {
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
	switch levels, own := Outward(name); levels {
	case 0:
		return own
	case 1:
		return "上级的" + own
	default:
		return "上" + strconv.Itoa(levels) + "级的" + own
	}
}
