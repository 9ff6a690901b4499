package read

import (
	"cmp"
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/read/paging"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// list reads the keys beside the verb list.
func (a *answer) list(v *yamltree.Value, st *spec.AnswerStep) {
	if at := v.Get("page"); at != nil && !at.Is(false) {
		p := paging.Read(paging.Of{Request: a.x.Request, Response: a.x.Response, Add: a.Add}, at, st)
		st.Page, a.bad = p.Paging, a.bad || p.Bad
		for _, f := range p.Filled() {
			a.filled[f] = true
		}
	}
	a.since(v.Get("since"), st)
	st.Sort = a.picking(st, &scope{request: a.x.Request}).Sort(v.Get("sort"))
	if at := v.Get("into"); at != nil {
		st.Into = a.responseField(at, a.x.Response)
	} else {
		st.Into = a.onlyArray()
	}
	if st.Into == nil || st.Into.Type != spec.Array {
		pos, said := v.Pos, "the response has not exactly one array"
		if at := v.Get("into"); at != nil {
			pos, said = at.Pos, at.Text+" is no array"
		}
		if v.Get("into") == nil || st.Into != nil {
			a.Add("JK0413", pos, "name the array of the response with into:", "the rows have no place: %s", said)
		}
		st.Into, a.bad, a.lost = nil, true, true
		return
	}
	a.filled[st.Into] = true
	a.explicitReturn(v, rowsOf(st.Into))
	st.Children = a.children(v.Get("children"), st.Table, st.Into)
}

// wrote finds the array of the response that takes the rows that a step writes for an array
// of the request.
func (a *answer) wrote(v *yamltree.Value, st *spec.AnswerStep) {
	at := v.Get("into")
	switch {
	case at == nil && v.Get("order") == nil:
		return
	case at == nil:
		hint := "remove it: the step writes one row"
		if st.Each != nil {
			hint = "remove it, or name an array of the response with into:, which takes the rows in this order"
		}
		a.Add("JK0415", v.Get("order").Pos, hint, "%s has no meaning for %s", "order", st.Verb)
		return
	case st.Each == nil:
		a.Add("JK0415", at.Pos, "remove it: return: {FIELD: COLUMN} takes the columns of one row; rows are written with each", "%s has no meaning for %s", "into", st.Verb)
		a.bad = true
		return
	}
	a.takeRows(at, st)
	if st.Into != nil && st.Table != nil && len(st.Order) == 0 {
		st.Order = st.Table.Key
	}
}

// rowsOf are the fields that a row fills: the members of an array, or an array of scalars
// itself.
func rowsOf(into *spec.Field) spec.Fields {
	if into.Shape() == spec.Scalars {
		return spec.Fields{into}
	}
	return into.Fields
}

// takeRows finds the array of objects, or of texts, that takes the rows of a step.
func (a *answer) takeRows(at *yamltree.Value, st *spec.AnswerStep) {
	st.Into = a.responseField(at, a.x.Response)
	if st.Into == nil || st.Into.Shape() != spec.List && !st.Into.HoldsTexts() {
		a.Add("JK0413", at.Pos, "name an array of objects or of texts", "the rows have no place: %s is no array of objects", at.Text)
		st.Into, a.bad, a.lost = nil, true, true
		return
	}
	a.filled[st.Into] = true
}

// sqlInto finds the array that takes the rows of a statement; its columns are
// named after the fields.
func (a *answer) sqlInto(v *yamltree.Value, st *spec.AnswerStep) {
	if at := v.Get("into"); at != nil {
		a.takeRows(at, st)
	}
}

// onlyArray returns the one array of the response that nothing fills yet, or
// nil.
func (a *answer) onlyArray() *spec.Field {
	var found spec.Fields
	for f := range a.x.Response.Single() {
		if f.Type == spec.Array && !a.filled[f] {
			found = append(found, f)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// responseField finds a field of the response by name or path.
func (a *answer) responseField(v *yamltree.Value, list spec.Fields) *spec.Field {
	f := list.At(v.Text)
	if f == nil {
		a.noResponse(v.Text, v.Pos, list)
	}
	return f
}

func (a *answer) noResponse(name string, at spec.Pos, list spec.Fields) {
	var names []string
	for f := range list.All() {
		names = append(names, f.Name)
	}
	a.Add("JK0410", at, spec.OneOrNone(name, names, "the response has no fields"), "the response has no field %q", name)
	a.bad = true
}

// since finds the fields of an incremental list.
func (a *answer) since(v *yamltree.Value, st *spec.AnswerStep) {
	if v == nil || v.Is(false) {
		return
	}
	s := &spec.Since{Places: v.Places(v.Pos), Column: cmp.Or(v.Str("column"), "modified")}
	a.column(st.Table, s.Column, s.At("column"))
	if at := v.Get("field"); at != nil {
		s.Field = a.requestField(at, &scope{request: a.x.Request})
	} else {
		s.Field = a.x.Request.At("syncTime")
	}
	if at := v.Get("last"); at != nil {
		s.Last = a.responseField(at, a.x.Response)
	} else {
		s.Last = a.x.Response.At("lastSyncTime")
	}
	if s.Last != nil {
		a.filled[s.Last] = true
	}
	st.Since = s
}

// existsInto finds the field that takes the yes or no of exists.
func (a *answer) existsInto(v *yamltree.Value, st *spec.AnswerStep) {
	if at := v.Get("into"); at != nil {
		st.Into = a.responseField(at, a.x.Response)
	} else if len(a.x.Response) == 1 && len(a.x.Response[0].Fields) == 0 {
		st.Into = a.x.Response[0]
	} else {
		a.Add("JK0423", v.Pos, "name the field of the response with into:", "the result of exists has no place")
	}
	if st.Into != nil {
		a.filled[st.Into] = true
	}
}

// children reads the nested arrays of the rows of a list.
func (a *answer) children(v *yamltree.Value, parent *spec.Table, into *spec.Field) []*spec.Child {
	if v == nil {
		return nil
	}
	var out []*spec.Child
	for _, m := range v.Members {
		f := into.Fields.At(m.Name)
		if f == nil || f.Shape() != spec.List && !f.HoldsTexts() {
			a.Add("JK0424", m.Pos, "name an array of objects or of texts among the fields of "+into.Name, "%s has no array %q", into.Path, m.Name)
			a.bad = true
			continue
		}
		c := &spec.Child{Places: m.Places(m.Pos), Into: f, Table: a.table(m.Get("list")), Order: m.Strs("order")}
		a.bad = a.bad || c.Table == nil
		a.filled[f] = true
		a.columns(c.Table, m.Get("order"))
		for _, on := range m.Each("on") {
			a.column(c.Table, on.Name, on.Pos)
			a.column(parent, on.Text, on.Value.Pos)
			c.On = append(c.On, spec.Pair{Name: on.Name, Value: on.Text, Pos: on.Pos})
		}
		a.explicitReturn(m.Value, rowsOf(f))
		c.Children = a.children(m.Get("children"), c.Table, f)
		out = append(out, c)
	}
	return out
}

// explicitReturn keeps the sources that return gives; names are looked up in list
// first, then in the whole response.
func (a *answer) explicitReturn(v *yamltree.Value, list spec.Fields) {
	for _, m := range v.Each("return") {
		f := list.At(m.Name)
		if f == nil {
			f = a.x.Response.At(m.Name)
		}
		if f == nil {
			f = a.inLists(m.Name)
		}
		if f == nil {
			if !a.lost {
				a.noResponse(m.Name, m.Pos, a.x.Response)
			}
			continue
		}
		a.explicit[f] = m.Value
	}
}

// inLists finds a field among the members of the arrays that lists fill.
func (a *answer) inLists(name string) *spec.Field {
	for _, st := range a.Steps {
		if st.Into != nil {
			if f := st.Into.Fields.At(name); f != nil {
				return f
			}
		}
	}
	return nil
}

// returns completes the sources of the response: each field has one at the end.
func (a *answer) returns() {
	for _, st := range a.Steps {
		switch {
		case st.Into == nil:
		case st.Verb == "list" || st.Writes():
			st.Return = a.row(st.Into, st.Table)
			a.childReturns(st.Children)
		case st.Verb == "sql":
			st.Return = byName(rowsOf(st.Into))
		}
	}
	s := &scope{request: a.x.Request, row: true, steps: readFirst(a.Steps), token: a.Token > 0}
	a.Return = a.take(a.x.Response, s)
}

// byName takes the columns of SQL that have the names of fields, in objects too.
func byName(list spec.Fields) (out []*spec.Assign) {
	for _, f := range list {
		if f.Type == spec.Object && len(f.Fields) > 0 {
			out = append(out, byName(f.Fields)...)
			continue
		}
		out = append(out, &spec.Assign{Pos: f.Pos, To: f.Path, Column: spec.Snake(f.Name)})
	}
	return out
}

// readFirst orders the steps: those that read follow those that wrote the rows.
func readFirst(steps []*spec.AnswerStep) []*spec.AnswerStep {
	out := slices.Clone(steps)
	slices.SortStableFunc(out, func(x, y *spec.AnswerStep) int {
		switch {
		case x.Writes() == y.Writes():
			return 0
		case x.Writes():
			return 1
		}
		return -1
	})
	return out
}

func (a *answer) childReturns(list []*spec.Child) {
	for _, c := range list {
		c.Return = a.row(c.Into, c.Table)
		a.childReturns(c.Children)
	}
}

// row fills the members of an array from the columns of a table; an array of
// scalars is filled from one column.
func (a *answer) row(into *spec.Field, t *spec.Table) []*spec.Assign {
	s := &scope{request: a.x.Request, row: true, table: t, steps: a.Steps}
	if t == nil {
		return nil
	}
	if into.Shape() != spec.Scalars {
		return a.take(into.Fields, s)
	}
	delete(a.filled, into)
	out := a.take(spec.Fields{into}, s)
	a.filled[into] = true
	return out
}

// take fills each field of list from its source.
func (a *answer) take(list spec.Fields, s *scope) []*spec.Assign {
	var out []*spec.Assign
	for _, f := range list {
		if a.filled[f] {
			continue
		}
		if v := a.explicit[f]; v != nil {
			if as := a.assign(f.Path, v, s); as != nil {
				out = append(out, as)
			} else {
				a.bad = true
			}
			continue
		}
		if as := s.byConvention(f); as != nil && !a.says(f.Fields) {
			out = append(out, as)
			continue
		}
		if f.Type == spec.Object && len(f.Fields) > 0 {
			out = append(out, a.take(f.Fields, s)...)
			continue
		}
		if !a.bad && !a.Handler && a.x.Status != spec.Unimplemented {
			hint := "fill it in return, or add a column " + spec.Snake(f.Name)
			if f.Shape() == spec.List {
				hint = "a step {list: TABLE, into: FIELD} fills its members, or children"
			}
			a.Add("JK0403", f.Pos, hint, "the response field %s has no source", f.Path)
		}
	}
	return out
}

// says says whether return has a source for one of some fields.
func (a *answer) says(list spec.Fields) bool {
	for f := range list.All() {
		if a.explicit[f] != nil || a.filled[f] {
			return true
		}
	}
	return false
}

// byConvention takes the column of a field's name: of the row at hand, or of
// the first step that has it. Objects with members are in json columns only.
func (s *scope) byConvention(f *spec.Field) *spec.Assign {
	column := spec.Snake(f.Name)
	holds := func(t *spec.Table) bool {
		c := t.Column(column)
		return c != nil && (len(f.Fields) == 0 || c.Type == spec.JSON && (f.Replied || !f.Shape().IsObjects()))
	}
	if s.table != nil {
		if !holds(s.table) {
			return nil
		}
		return &spec.Assign{Pos: f.Pos, To: f.Path, Column: column}
	}
	ordered := slices.Clone(s.steps)
	slices.SortStableFunc(ordered, func(x, y *spec.AnswerStep) int { return cmp.Compare(len(x.SQL), len(y.SQL)) })
	for _, st := range ordered {
		if st.Verb == "sql" && st.Into != nil {
			continue // its columns go to the rows
		}
		if gives(st, column) && (len(f.Fields) == 0 || st.Table != nil && holds(st.Table)) {
			return &spec.Assign{Pos: f.Pos, To: f.Path, Step: st.Name, Column: column}
		}
	}
	return nil
}

// linkFill reads how a notification is filled and completes it: a field takes
// the column of its name.
func (d *linker) linkFill(x *spec.Interface, v *yamltree.Value) {
	at := v.Get("row")
	x.Row = d.table(at)
	if x.Row == nil {
		return
	}
	s := &scope{request: x.Request, row: true, table: x.Row}
	a := &answer{linker: d, Answer: &spec.Answer{}, x: x, explicit: map[*spec.Field]*yamltree.Value{}, filled: map[*spec.Field]bool{}}
	for _, m := range v.Each("fill") {
		if f := x.Request.At(m.Name); f != nil {
			a.explicit[f] = m.Value
			continue
		}
		var names []string
		for f := range x.Request.All() {
			names = append(names, f.Name)
		}
		d.Add("JK0401", m.Pos, spec.Meant(m.Name, names), "the notification has no field %q", m.Name)
	}
	x.Fill = a.fill(x.Request, s)
	d.linkHistory(x, v, s)
}

// linkHistory reads which rows one notification is about, who gets it, and how a request
// for history bounds them.
func (d *linker) linkHistory(x *spec.Interface, v *yamltree.Value, s *scope) {
	x.By = x.Row.Key
	if list := v.List("by"); len(list) > 0 {
		x.By = d.orderOf(x.Row, list)
	}
	if to := v.Get("to"); to != nil {
		x.To = &spec.Addressee{Places: to.Places(to.Pos)}
		if c := d.column(x.Row, to.Str("app"), x.To.At("app")); c != nil {
			x.To.App = c.Name
		}
		if to.Get("url") != nil {
			if c := d.column(x.Row, to.Str("url"), x.To.At("url")); c != nil {
				x.To.URL = c.Name
			}
		}
	}
	for _, m := range v.Each("scope") {
		if as := d.assign(m.Name, m.Value, s); as != nil {
			x.Scope = append(x.Scope, as)
		}
	}
}

// orderOf looks up the columns by which rows are put in order.
func (d *linker) orderOf(t *spec.Table, list []*yamltree.Value) []string {
	var out []string
	for _, item := range list {
		c := d.column(t, item.Text, item.Pos)
		if c == nil {
			continue
		}
		out = append(out, c.Name)
		if !c.Required {
			d.Add("JK0224", item.Pos, "make the column required, or leave it out of by",
				"%s.%s may be empty, and an empty value has no place in an order", t.Name, c.Name)
		}
	}
	return out
}

// fill completes the fields of a notification; only required ones need a
// source.
func (a *answer) fill(list spec.Fields, s *scope) []*spec.Assign {
	var out []*spec.Assign
	for _, f := range list {
		switch v := a.explicit[f]; {
		case v != nil:
			if as := a.assign(f.Path, v, s); as != nil {
				out = append(out, as)
			}
		case f.Type == spec.Object && len(f.Fields) > 0:
			out = append(out, a.fill(f.Fields, s)...)
		case s.byConvention(f) != nil:
			out = append(out, s.byConvention(f))
		case f.IsRequired():
			a.Add("JK0218", f.Pos, "fill it in fill, or add a column "+spec.Snake(f.Name),
				"the required field %s has no source in a row of %s", f.Path, a.x.Row.Name)
		}
	}
	return out
}
