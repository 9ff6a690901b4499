package unseen

import (
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// there is the key of the row that an upsert changes.
var there = regexp.MustCompile(`\n  on conflict \(([\w, ]+)\) do update set\n`)

// conflict is why nobody sees what an upsert does with a row that is there: there is none, since
// its key has a value that another step takes only where it is new.
func (s stretch) conflict() string {
	for _, st := range s.of.Answer.Steps {
		text := stepText(s.text, st.Name)
		m := there.FindStringSubmatchIndex(text)
		at := s.f.From - strings.Index(s.text, text)
		if m == nil || st.Each != nil || at < m[1] || at >= len(text) {
			continue
		}
		for _, column := range strings.Split(text[m[2]:m[3]], ", ") {
			if owner := newWith(s.of, st, column); owner != nil && onlyWith(st.Table, column, owner) {
				return "rows of " + st.Table.Name + " have the " + column + " of a row of " + owner.Name + ", and that row is new"
			}
		}
	}
	return ""
}

// newWith is the table of which an interface makes a new row with the value that a step writes
// into a column; nil: there is none.
func newWith(i *spec.Interface, st *spec.AnswerStep, column string) *spec.Table {
	a := st.Filled(column)
	if a == nil || a.Field == nil || a.Map != nil {
		return nil
	}
	for _, other := range i.Answer.Steps {
		if other == st || other.Verb != "insert" || other.Each != nil {
			continue
		}
		for _, one := range other.Set {
			if one.Field == a.Field && one.Map == nil && other.Table.IsUnique([]string{one.To}) {
				return other.Table
			}
		}
	}
	return nil
}

// onlyWith reports whether no row of a table is written but with a new row of its owner, whose
// rows stay.
func onlyWith(t *spec.Table, column string, owner *spec.Table) bool {
	for _, i := range t.System.Interfaces {
		if i.Answer == nil {
			continue
		}
		if i.Answer.Handler {
			return false // it may write anything
		}
		for _, st := range i.Answer.Steps {
			switch {
			case !st.Writes():
			case st.Table == t && newWith(i, st, column) != owner, st.Table == owner && st.Verb != "insert":
				return false
			}
		}
	}
	return true
}
