// Package row holds the rules of rows that look at the rows beside them.
package row

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Row is a field with its neighbours.
type Row struct {
	*spec.Field
	Siblings spec.Fields
	Incoming bool // it is read, not sent: a request, or the envelope's header
}

// Decider is the row that a condition names; nil where there is none.
func (p Row) Decider(name string) *spec.Field { return p.Field.Decider(p.Siblings, name) }

// LooksIn reports whether a condition names a member of an object.
func LooksIn(name string) bool {
	_, own := spec.Outward(name)
	return strings.Contains(own, "/")
}

// Inside reports whether the row is a member of another one, at any depth.
func (p Row) Inside(other *spec.Field) bool {
	for up := p.Parent; up != nil; up = up.Parent {
		if up == other {
			return true
		}
	}
	return false
}

// Nearest is the hint for a name that the neighbours do not have.
func (p Row) Nearest(name string) string {
	levels := ""
	for up := p.Parent; up != nil; up = up.Parent {
		levels += "../"
		if other := p.Decider(levels + name); other != nil && !strings.HasPrefix(name, ".") {
			return fmt.Sprintf("write %s, which is beside %s", levels+name, up.Name)
		}
	}
	var names []string
	for _, f := range p.Siblings {
		if f != p.Field {
			names = append(names, f.Name)
		}
		if inside := f.Name + "/" + name; f != p.Field && p.Decider(inside) != nil {
			return fmt.Sprintf("write %s, which is in %s", inside, f.Name)
		}
	}
	return spec.OneOrNone(name, names, "it has no fields beside it")
}
