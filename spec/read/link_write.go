package read

import (
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// token reads how long the token lasts that the answer issues.
func (a *answer) token(v *yamltree.Value) {
	at := v.Get("token")
	if at == nil {
		return
	}
	a.Token, _ = time.ParseDuration(at.Text) // the schema knows its form
	if found := verbs(v); len(found) > 0 || v.Get("steps") != nil || a.Handler {
		a.Add("JK0429", at.Pos, "leave the verbs out, or make two interfaces", "an answer that issues a token does nothing else")
	}
}

// drop reads which members of an array delete their row.
func (a *answer) drop(v *yamltree.Value, st *spec.AnswerStep) {
	if v == nil {
		return
	}
	if st.Each == nil {
		a.Add("JK0430", v.Pos, "add each: with the array", "drop needs each")
		return
	}
	m := v.Members[0]
	f := st.Each.Fields.At(m.Name)
	if f == nil || f.IsNested() {
		var names []string
		for _, one := range st.Each.Fields {
			names = append(names, one.Name)
		}
		a.Add("JK0430", m.Pos, spec.OneOrNone(m.Name, names, "its members have no fields"),
			"the members of %s have no field %q", st.Each.Path, m.Name)
		return
	}
	st.Drop = &spec.Drop{Pos: m.Pos, Field: f, Value: m.Text}
}

// taken reads a code of unique: its key is a column of one unique set, or all
// columns of a set with + between.
func (a *answer) taken(m yamltree.Member, st *spec.AnswerStep) {
	a.useCode(m.Text, m.Value.Pos)
	names := strings.Split(m.Name, "+")
	for _, name := range names {
		if a.column(st.Table, name, m.Pos) == nil {
			return
		}
	}
	found := st.Table.UniqueSets(names)
	switch {
	case len(found) == 0 && len(names) > 1:
		a.Add("JK0416", m.Pos, "add it under unique in the table", "%s are no unique set of %s", strings.Join(names, ", "), st.Table.Name)
	case len(found) == 0:
		a.Add("JK0416", m.Pos, "add it under unique in the table",
			"no unique set of %s has the column %s", st.Table.Name, m.Name)
	case len(found) > 1:
		a.Add("JK0416", m.Pos, "name all columns of the set: "+strings.Join(found[0], "+"),
			"several unique sets of %s have the column %s", st.Table.Name, m.Name)
	default:
		st.Unique = append(st.Unique, &spec.Taken{Pos: m.Pos, Columns: found[0], Code: m.Text})
	}
}
