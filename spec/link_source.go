package spec

import (
	"cmp"
	"regexp"
	"strings"
)

// scope is where the names of a source are looked up.
type scope struct {
	request Fields        // fields of the request
	each    *Field        // one member of this array at a time; its fields come first
	table   *Table        // the row at hand, in a return or a fill; nil in a set or a where
	row     bool          // names are columns (return, fill), not fields (set, where)
	steps   []*AnswerStep // earlier steps
	token   bool          // the answer issues a token
}

// levels returns the lists of fields that names are looked up in, nearest first.
func (s *scope) levels() []Fields {
	var out []Fields
	if s.each != nil && s.each.Of != "" {
		out = append(out, Fields{s.each})
	}
	for f := s.each; f != nil; f = f.Parent {
		out = append(out, f.Fields)
	}
	return append(out, s.request)
}

// field finds a field of the request by its name or path: in the member at
// hand, then in what surrounds it, then inside objects.
func (s *scope) field(name string) *Field {
	for _, list := range s.levels() {
		if f := list.At(name); f != nil {
			return f
		}
	}
	return s.pick(func(f *Field) bool { return f.Name == name })
}

// byColumn finds the request field that fills a column by convention.
func (s *scope) byColumn(column string) *Field {
	return s.pick(func(f *Field) bool { return Snake(f.Name) == column })
}

// pick returns the nearest single-valued field that ok accepts, looking into
// objects but not into arrays.
func (s *scope) pick(ok func(*Field) bool) *Field {
	for _, list := range s.levels() {
		if f := pick(list, s.each, ok); f != nil {
			return f
		}
	}
	return nil
}

func pick(list Fields, each *Field, ok func(*Field) bool) *Field {
	for _, f := range list {
		if len(f.Fields) == 0 && ok(f) {
			return f
		}
	}
	for _, f := range list {
		if f.Type == "object" && f != each {
			if inner := pick(f.Fields, each, ok); inner != nil {
				return inner
			}
		}
	}
	return nil
}

// requestField finds a field and reports a name that is none.
func (d *linker) requestField(v *value, s *scope) *Field {
	f := s.field(v.text)
	if f == nil {
		var names []string
		for _, list := range s.levels() {
			for one := range list.All() {
				names = append(names, one.Name)
			}
		}
		d.add("JK0401", v.pos, OneOrNone(v.text, names, "the interface has no request fields"),
			"the request has no field %q", v.text)
	}
	return f
}

// assign builds one assignment. It returns nil after reporting what is wrong.
func (d *linker) assign(to string, v *value, s *scope) *Assign {
	a := &Assign{Pos: v.pos, To: to}
	if v.form == isMapping {
		return d.assignForm(a, v, s)
	}
	if s.row {
		return d.assignColumn(a, v, s)
	}
	if a.Field = d.requestField(v, s); a.Field == nil {
		return nil
	}
	return a
}

// assignForm reads {value: …} and the other forms in braces.
func (d *linker) assignForm(a *Assign, v *value, s *scope) *Assign {
	kinds := 0
	for _, key := range []string{"value", "now", "app", "hash", "map", "sql", "token", "field", "column"} {
		if v.get(key) != nil {
			kinds++
		}
	}
	if kinds != 1 || (v.get("map") != nil) != (v.get("of") != nil) || (v.get("step") != nil && v.get("column") == nil) {
		d.add("JK0421", v.pos, "one of {value: …}, {now: true}, {app: true}, {hash: field}, {map: name, of: field}, {sql: …}, {token: value}, "+
			"{step: name, column: name}, {field: name}, {column: name}", "a source has exactly one form")
		return nil
	}
	switch {
	case v.get("value") != nil:
		text := v.str("value")
		a.Value = &text
	case v.get("now") != nil:
		a.Now = true
	case v.get("app") != nil:
		a.App = true
		if s.row {
			d.noCaller(v.pos)
			return nil
		}
	case v.get("hash") != nil:
		a.Hash = d.requestField(v.get("hash"), s)
		return orNil(a, a.Hash != nil)
	case v.get("field") != nil:
		a.Field = d.requestField(v.get("field"), s)
		return orNil(a, a.Field != nil)
	case v.get("sql") != nil:
		a.SQL = v.str("sql")
		return orNil(a, d.sqlNames(v.get("sql"), s))
	case v.get("token") != nil:
		a.Token = v.str("token")
		if !s.token {
			d.add("JK0429", v.pos, "add token: with its time to the answer", "only the return of an answer that issues a token has one")
			return nil
		}
	case v.get("map") != nil:
		a.Map = d.mapping(v.get("map"))
		inner := d.assign(a.To, v.get("of"), s)
		if inner == nil || a.Map == nil {
			return nil
		}
		a.Field, a.Step, a.Column = inner.Field, inner.Step, inner.Column
	case v.get("step") != nil:
		return d.assignStep(a, v.str("step"), v.str("column"), v.get("step").pos, s)
	default:
		return d.assignColumn(a, v.get("column"), s)
	}
	return a
}

// noCaller reports the calling app where nobody calls.
func (d *linker) noCaller(at Pos) {
	d.add("JK0427", at, "store it in a column by set, and take the column", "only set and where know the calling app")
}

func orNil(a *Assign, ok bool) *Assign {
	if !ok {
		return nil
	}
	return a
}

// assignColumn reads "column" or "step.column".
func (d *linker) assignColumn(a *Assign, v *value, s *scope) *Assign {
	if step, column, ok := strings.Cut(v.text, "."); ok {
		return d.assignStep(a, step, column, v.pos, s)
	}
	if s.table != nil {
		if d.column(s.table, v.text, v.pos) == nil {
			return nil
		}
		a.Column = v.text
		return a
	}
	for _, step := range s.steps {
		if gives(step, v.text) {
			a.Step, a.Column = step.Name, v.text
			return a
		}
	}
	if !s.unsure() {
		d.add("JK0302", v.pos, cmp.Or(Meant(v.text, s.columns()), "write step.column to pick a step"),
			"no step gives a column %q", v.text)
	}
	return nil
}

// assignStep takes a column of an earlier step.
func (d *linker) assignStep(a *Assign, step, column string, at Pos, s *scope) *Assign {
	var names []string
	for _, one := range s.steps {
		if one.Name == step {
			a.Step, a.Column = step, column
			if one.SQL == "" && d.column(one.Table, column, at) == nil {
				return nil
			}
			return a
		}
		names = append(names, one.Name)
	}
	if !s.unsure() {
		d.add("JK0411", at, OneOrNone(step, names, "there is no earlier step"), "no earlier step is named %q", step)
	}
	return nil
}

// columns lists the columns that the steps give.
func (s *scope) columns() []string {
	var out []string
	for _, step := range s.steps {
		if step.Table != nil {
			for _, c := range step.Table.Columns {
				out = append(out, c.Name)
			}
		}
	}
	return out
}

// unsure says that a step's table could not be read, so that nothing can be
// said about its columns.
func (s *scope) unsure() bool {
	for _, step := range s.steps {
		if step.Table == nil && step.SQL == "" {
			return true
		}
	}
	return false
}

// gives says whether later steps and the reply can take a column of the step:
// it handles one row, and the row has the column.
func gives(st *AnswerStep, column string) bool {
	switch st.Verb {
	case "get", "insert", "update", "upsert":
		return st.Each == nil && st.Table.Column(column) != nil
	case "sql":
		return true
	}
	return false
}

var sqlField = regexp.MustCompile(`(^|[^:\w]):([A-Za-z_][\w/]*)`)

// CallingApp stands in SQL, behind a colon, for the id of the calling app.
const CallingApp = "call/app"

// sqlNames checks the :fields of an SQL text.
func (d *linker) sqlNames(v *value, s *scope) bool {
	ok := true
	for _, m := range sqlField.FindAllStringSubmatch(v.text, -1) {
		switch {
		case m[2] == CallingApp && s.row:
			d.noCaller(v.pos)
			ok = false
		case m[2] != CallingApp && s.field(m[2]) == nil:
			d.add("JK0422", v.pos, "write :field for a field of the request", "the request has no field %q", m[2])
			ok = false
		}
	}
	return ok
}

// where reads the rows that a step or a check is about. In the short form, a
// name stands for the column and the field of that name alike.
func (d *linker) where(v *value, t *Table, s *scope) []*Assign {
	if v == nil {
		return nil
	}
	var out []*Assign
	for _, m := range v.members {
		if d.column(t, m.name, m.pos) == nil && t != nil {
			continue
		}
		if a := d.assign(m.name, m.value, s); a != nil {
			out = append(out, a)
		}
	}
	short := v.items
	if v.form == isText {
		short = []*value{v}
	}
	for _, item := range short {
		column := item.text
		if t.Column(column) == nil {
			column = Snake(column)
		}
		if t != nil && d.column(t, column, item.pos) == nil {
			continue
		}
		f := s.byColumn(column)
		if f == nil {
			f = d.requestField(item, s)
		}
		if f != nil {
			out = append(out, &Assign{Pos: item.pos, To: column, Field: f})
		}
	}
	return out
}
