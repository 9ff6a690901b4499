package read

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/read/picking"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// scope is where the names of a source are looked up.
type scope struct {
	request spec.Fields        // fields of the request
	each    *spec.Field        // one member of this array at a time; its fields come first
	table   *spec.Table        // the row at hand, in a return or a fill; nil in a set or a where
	row     bool               // names are columns (return, fill), not fields (set, where)
	steps   []*spec.AnswerStep // earlier steps
	token   bool               // the answer issues a token
}

// levels returns the lists of fields that names are looked up in, nearest first.
func (s *scope) levels() []spec.Fields {
	var out []spec.Fields
	if s.each != nil && s.each.Of != "" {
		out = append(out, spec.Fields{s.each})
	}
	for f := s.each; f != nil; f = f.Parent {
		out = append(out, f.Fields)
	}
	return append(out, s.request)
}

// field finds a field of the request by its name or path: in the member at hand,
// then in the members around it, then inside objects.
func (s *scope) field(name string) *spec.Field {
	for _, list := range s.levels() {
		if f := list.At(name); f != nil {
			return f
		}
	}
	return s.pick(func(f *spec.Field) bool { return f.Name == name })
}

// byColumn finds the request field that fills a column by convention.
func (s *scope) byColumn(column string) *spec.Field {
	return s.pick(func(f *spec.Field) bool { return spec.Snake(f.Name) == column })
}

// wholeFor finds the field with members that a column of JSON is called like: a map is
// stored whole, and an array of objects or an object is what cannot be stored so.
func (s *scope) wholeFor(column string) *spec.Field {
	for _, f := range s.request {
		if len(f.Fields) > 0 && f != s.each && spec.Snake(f.Name) == column {
			return f
		}
	}
	return nil
}

// pick returns the nearest single-valued field that ok accepts, looking into
// objects but not into arrays.
func (s *scope) pick(ok func(*spec.Field) bool) *spec.Field {
	for _, list := range s.levels() {
		if f := pick(list, s.each, ok); f != nil {
			return f
		}
	}
	return nil
}

func pick(list spec.Fields, each *spec.Field, ok func(*spec.Field) bool) *spec.Field {
	for _, f := range list {
		if len(f.Fields) == 0 && ok(f) {
			return f
		}
	}
	for _, f := range list {
		if f.Type == spec.Object && f != each {
			if inner := pick(f.Fields, each, ok); inner != nil {
				return inner
			}
		}
	}
	return nil
}

// requestField finds a field and reports a name that is none.
func (d *linker) requestField(v *yamltree.Value, s *scope) *spec.Field {
	f := s.field(v.Text)
	if f == nil {
		var names []string
		for _, list := range s.levels() {
			for one := range list.All() {
				names = append(names, one.Name)
			}
		}
		d.Add("JK0401", v.Pos, spec.OneOrNone(v.Text, names, "the interface has no request fields"),
			"the request has no field %q", v.Text)
		return nil
	}
	if many := s.many(f); many != nil {
		hint := "add each: " + many.Path
		if many.Type == spec.Map {
			hint = "store the whole map in a column of the type json"
		}
		d.Add("JK0401", v.Pos, hint, "%s is of many: it is a member of the %s %s", v.Text, many.Type, many.Name)
		return nil
	}
	return f
}

// many is the array or map that a field is a member of, if there is not one member of
// it at hand.
func (s *scope) many(f *spec.Field) *spec.Field {
	for up := f.Parent; up != nil; up = up.Parent {
		at := s.each
		for at != nil && at != up {
			at = at.Parent
		}
		if at == nil && (up.Type == spec.Array || up.Type == spec.Map) {
			return up
		}
	}
	return nil
}

// assign builds one assignment. It returns nil after reporting a fault.
func (d *linker) assign(to string, v *yamltree.Value, s *scope) *spec.Assign {
	a := &spec.Assign{Pos: v.Pos, To: to}
	if v.Form == yamltree.Mapping {
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
func (d *linker) assignForm(a *spec.Assign, v *yamltree.Value, s *scope) *spec.Assign {
	if !oneForm(v) {
		d.Add("JK0421", v.Pos, "one of {value: …}, {now: true}, {app: true}, {hash: field}, {map: name, of: field}, {map: name, field: name}, {sql: …}, "+
			"{token: value}, {step: name, column: name}, {field: name}, {column: name}", "a source has exactly one form")
		return nil
	}
	switch {
	case v.Get("value") != nil:
		text := v.Str("value")
		a.Value = &text
	case v.Get("now") != nil:
		a.Now = true
	case v.Get("app") != nil:
		a.App = true
		if s.row {
			d.noCaller(v.Pos)
			return nil
		}
	case v.Get("map") != nil:
		a.Map = d.mapping(v.Get("map"))
		if at := v.Get("field"); at != nil {
			a.Field = d.requestField(at, s)
			return orNil(a, a.Map != nil && a.Field != nil)
		}
		inner := d.assign(a.To, v.Get("of"), s)
		if inner == nil || a.Map == nil {
			return nil
		}
		a.Field, a.Step, a.Column = inner.Field, inner.Step, inner.Column
	case v.Get("hash") != nil:
		a.Hash = d.requestField(v.Get("hash"), s)
		return orNil(a, a.Hash != nil)
	case v.Get("field") != nil:
		a.Field = d.requestField(v.Get("field"), s)
		return orNil(a, a.Field != nil)
	case v.Get("sql") != nil:
		a.SQL = v.Str("sql")
		return orNil(a, d.sqlNames(v.Get("sql"), s))
	case v.Get("token") != nil:
		a.Token = v.Str("token")
		if !s.token {
			d.Add("JK0429", v.Pos, "add token: with its time to the answer", "only the return of an answer that issues a token has one")
			return nil
		}
	case v.Get("step") != nil:
		return d.assignStep(a, v.Str("step"), v.Str("column"), v.Get("step").Pos, s)
	default:
		return d.assignColumn(a, v.Get("column"), s)
	}
	return a
}

// oneForm says whether braces have exactly one form of a source. A mapping is of one thing: of
// names it as a source without braces does, field names a field of the request in a return.
func oneForm(v *yamltree.Value) bool {
	forms := 0
	for _, key := range []string{"value", "now", "app", "hash", "map", "sql", "token", "field", "column"} {
		if v.Get(key) != nil {
			forms++
		}
	}
	if v.Get("map") != nil {
		return forms == 1 && v.Get("of") != nil || forms == 2 && v.Get("field") != nil && v.Get("of") == nil
	}
	return forms == 1 && v.Get("of") == nil && (v.Get("step") == nil || v.Get("column") != nil)
}

// noCaller reports the calling app where nobody calls.
func (d *linker) noCaller(at spec.Pos) {
	d.Add("JK0427", at, "store it in a column by set, and take the column", "only set and where know the calling app")
}

func orNil(a *spec.Assign, ok bool) *spec.Assign {
	if !ok {
		return nil
	}
	return a
}

// assignColumn reads "column" or "step.column".
func (d *linker) assignColumn(a *spec.Assign, v *yamltree.Value, s *scope) *spec.Assign {
	if step, column, ok := strings.Cut(v.Text, "."); ok {
		return d.assignStep(a, step, column, v.Pos, s)
	}
	if s.table != nil {
		if d.column(s.table, v.Text, v.Pos) == nil {
			return nil
		}
		a.Column = v.Text
		return a
	}
	for _, step := range s.steps {
		if gives(step, v.Text) {
			a.Step, a.Column = step.Name, v.Text
			return a
		}
	}
	if !s.unsure() {
		d.Add("JK0302", v.Pos, cmp.Or(spec.Meant(v.Text, s.columns()), "write step.column to pick a step"),
			"no step gives a column %q", v.Text)
	}
	return nil
}

// assignStep takes a column of an earlier step.
func (d *linker) assignStep(a *spec.Assign, step, column string, at spec.Pos, s *scope) *spec.Assign {
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
		d.Add("JK0411", at, spec.OneOrNone(step, names, "there is no earlier step"), "no earlier step is named %q", step)
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
func gives(st *spec.AnswerStep, column string) bool {
	switch st.Verb {
	case "get", "insert", "update", "upsert":
		return st.Each == nil && st.Table.Column(column) != nil
	case "sql":
		return true
	}
	return false
}

var sqlField = regexp.MustCompile(`(^|[^:\w]):([A-Za-z_][\w/]*)`)

// sqlNames checks the :fields of an SQL text.
func (d *linker) sqlNames(v *yamltree.Value, s *scope) bool {
	ok := true
	for _, m := range sqlField.FindAllStringSubmatch(v.Text, -1) {
		switch {
		case m[2] == spec.CallingApp && s.row:
			d.noCaller(v.Pos)
			ok = false
		case m[2] != spec.CallingApp && s.field(m[2]) == nil:
			d.Add("JK0422", v.Pos, "write :field for a field of the request", "the request has no field %q", m[2])
			ok = false
		}
	}
	return ok
}

// where reads the rows that a step or a check is about. In the short form, a name
// means both the column and the field of that name.
func (d *linker) where(v *yamltree.Value, t *spec.Table, s *scope) []*spec.Assign {
	if v == nil {
		return nil
	}
	var out []*spec.Assign
	for _, m := range v.Members {
		if picking.Is(m.Value) || d.column(t, m.Name, m.Pos) == nil && t != nil {
			continue
		}
		if a := d.assign(m.Name, m.Value, s); a != nil {
			out = append(out, a)
		}
	}
	short := v.Items
	if v.Form == yamltree.Text {
		short = []*yamltree.Value{v}
	}
	for _, item := range short {
		column := item.Text
		if t.Column(column) == nil {
			column = spec.Snake(column)
		}
		if t != nil && d.column(t, column, item.Pos) == nil {
			continue
		}
		f := s.byColumn(column)
		if f == nil {
			f = d.requestField(item, s)
		}
		if f != nil {
			out = append(out, &spec.Assign{Pos: item.Pos, To: column, Field: f})
		}
	}
	return out
}

// picks reads what where says beyond values that are equal.
func (d *linker) picks(v *yamltree.Value, st *spec.AnswerStep, s *scope) (out []*spec.Pick) {
	if v == nil || st.Table == nil {
		return nil
	}
	for _, m := range v.Members {
		if picking.Is(m.Value) {
			out = append(out, d.picking(st, s).Read(m)...)
		}
	}
	return out
}

// picking reads conditions and orders of a step.
func (d *linker) picking(st *spec.AnswerStep, s *scope) picking.Of {
	return picking.Of{
		Step: st, Add: d.Add,
		Field:  func(v *yamltree.Value) *spec.Field { return d.requestField(v, s) },
		Column: func(name string, at spec.Pos) *spec.Column { return d.column(st.Table, name, at) },
	}
}
