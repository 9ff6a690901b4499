package spec

import (
	"strings"
	"time"
)

// token reads how long the token lasts that the answer issues.
func (a *answer) token(v *value) {
	at := v.get("token")
	if at == nil {
		return
	}
	a.Token, _ = time.ParseDuration(at.text) // the schema knows its form
	if found := verbs(v); len(found) > 0 || v.get("steps") != nil || a.Handler {
		a.add("JK0429", at.pos, "leave the verbs out, or make two interfaces", "an answer that issues a token does nothing else")
	}
}

// drop reads which members of an array delete their row.
func (a *answer) drop(v *value, st *AnswerStep) {
	if v == nil {
		return
	}
	if st.Each == nil {
		a.add("JK0430", v.pos, "add each: with the array", "drop stands without each")
		return
	}
	m := v.members[0]
	f := st.Each.Fields.At(m.name)
	if f == nil || Nested(f.Type) {
		var names []string
		for _, one := range st.Each.Fields {
			names = append(names, one.Name)
		}
		a.add("JK0430", m.pos, OneOrNone(m.name, names, "its members have no fields"),
			"the members of %s have no field %q", st.Each.Path, m.name)
		return
	}
	st.Drop = &Drop{Pos: m.pos, Field: f, Value: m.text}
}

// taken reads a code of unique: its key is a column of one unique set, or all
// columns of a set with + between.
func (a *answer) taken(m member, st *AnswerStep) {
	a.useCode(m.text, m.value.pos)
	names := strings.Split(m.name, "+")
	for _, name := range names {
		if a.column(st.Table, name, m.pos) == nil {
			return
		}
	}
	found := st.Table.UniqueSets(names)
	switch {
	case len(found) == 0 && len(names) > 1:
		a.add("JK0416", m.pos, "add it under unique in the table", "%s are no unique set of %s", strings.Join(names, ", "), st.Table.Name)
	case len(found) == 0:
		a.add("JK0416", m.pos, "add it under unique in the table",
			"no unique set of %s has the column %s", st.Table.Name, m.name)
	case len(found) > 1:
		a.add("JK0416", m.pos, "name all columns of the set: "+strings.Join(found[0], "+"),
			"several unique sets of %s have the column %s", st.Table.Name, m.name)
	default:
		st.Unique = append(st.Unique, &Taken{Pos: m.pos, Columns: found[0], Code: m.text})
	}
}
