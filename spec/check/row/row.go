// Package row holds the rules of rows that look at the rows beside them.
package row

import "github.com/jiekou-dev/jiekou/spec"

// Row is a field with its neighbours.
type Row struct {
	*spec.Field
	Siblings spec.Fields
	Incoming bool // it is read, not sent: a request, or the envelope's header
}

// Nearest is the hint for a name that the neighbours do not have.
func (p Row) Nearest(name string) string {
	var names []string
	for _, f := range p.Siblings {
		if f != p.Field {
			names = append(names, f.Name)
		}
	}
	return spec.OneOrNone(name, names, "it has no fields beside it")
}
