package check

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/parts"
)

func checkRowsNamed(d *checked, _ *spec.Interface, st *spec.AnswerStep) {
	if len(st.Where)+len(st.Picks) > 0 || st.At("where") != st.Pos {
		return
	}
	switch st.Verb {
	case "get":
		d.Add("JK0405", st.Pos, "add where", "get without where would return any row of %s", st.Name)
	case "update":
		d.Add("JK0420", st.Pos, "add where", "update without where would change every row of %s", st.Name)
	}
}

func checkReplace(d *checked, _ *spec.Interface, st *spec.AnswerStep) {
	if st.Verb != "replace" || st.Table == nil || lostEach(st) {
		return
	}
	if len(st.Match) == 0 {
		d.Add("JK0418", st.Pos, "add match: with the columns that pick the rows to be replaced", "replace without match")
	}
	for _, column := range st.Match {
		if st.Table.Column(column) != nil && st.Filled(column) == nil {
			d.Add("JK0418", st.At("match"), "add it to set", "the column %s of match is not filled", column)
		}
	}
}

func checkUpsert(d *checked, _ *spec.Interface, st *spec.AnswerStep) {
	if st.Verb != "upsert" || st.Table == nil || lostEach(st) {
		return
	}
	columns, at := st.Table.Key, st.Pos
	if len(st.Match) > 0 {
		columns, at = st.Match, st.At("match")
		if !st.Table.IsUnique(columns) {
			d.Add("JK0419", at, "add it under unique in the table",
				"%s of %s is not unique", strings.Join(columns, ", "), st.Table.Name)
		}
	}
	for _, column := range columns {
		if st.Table.Column(column) != nil && st.Filled(column) == nil {
			d.Add("JK0419", at, "add it to set, or name unique columns with match:",
				"upsert does not fill %s, so it would never find a row", column)
		}
	}
}

// lostEach says that each names no array, so that nothing could be filled.
func lostEach(st *spec.AnswerStep) bool {
	return st.Has("each") && st.Each == nil
}

// checkMayLack wants a value for each required column of a new row that is no text.
func checkMayLack(d *checked, _ *spec.Interface, st *spec.AnswerStep) {
	if !st.Writes() || st.Verb == "update" || st.Table == nil {
		return
	}
	for _, a := range st.Set {
		c := st.Table.Column(a.To)
		if c == nil || !c.Required || c.Default != "" || c.Type == spec.String || a.Field == nil || a.Map != nil {
			continue // an absent text is ""
		}
		if !a.Field.IsRequired() && a.Field.Default == "" {
			d.Add("JK0404", a.Pos, "give the field required: true or a default, or the column a default",
				"%s fills the required column %s.%s from %s, which may be absent", st.Verb, st.Table.Name, c.Name, a.Field.Name)
		}
	}
}

func checkColumnLength(d *checked, x *spec.Interface, st *spec.AnswerStep) {
	for _, a := range st.Set {
		c := st.Table.Column(a.To)
		if c == nil || c.Type != spec.String || c.Length == 0 {
			continue
		}
		if need, what := parts.Longest(x, a); need > c.Length {
			d.Add("JK0407", a.Pos, "make the column longer", "column %s.%s holds %d characters, %s has %d",
				st.Table.Name, c.Name, c.Length, what, need)
		}
		if a.Field == nil || a.Map != nil || a.Field.Has("enum") && a.Field.Enum == nil { // a list that is not there is a finding of its own
			continue
		}
		need, why := parts.LongestText(a.Field)
		if need > c.Length {
			d.Add("JK0407", a.Pos, "make the column longer", "column %s.%s holds %d characters, %s has %d",
				st.Table.Name, c.Name, c.Length, a.Field.Name, need)
		} else if need == 0 && why == "" {
			d.Add("JK0407", a.Pos, "give the field a length, or leave length out at the column",
				"column %s.%s holds %d characters, %s has no length", st.Table.Name, c.Name, c.Length, a.Field.Name)
		}
	}
}

// filling is an assignment with both of its ends.
type filling struct {
	*spec.Assign
	column *spec.Column // that it fills; nil in a return or a fill
	field  *spec.Field  // that it fills; nil in a set or a where
	from   *spec.Column // that it takes; nil for other sources
	finds  bool         // rows are picked by it
}

// everyAssign turns a check of one assignment into a check of a system.
func everyAssign(visit func(d *checked, f filling)) func(*checked) {
	return everyInterface(func(d *checked, x *spec.Interface) {
		for _, a := range x.Fill {
			visit(d, filling{a, nil, x.Request.At(a.To), x.Row.Column(a.Column), false})
		}
		if x.Answer == nil {
			return
		}
		from := func(a *spec.Assign, row *spec.Table) *spec.Column {
			for _, st := range x.Answer.Steps {
				if st.Name == a.Step && a.Step != "" {
					row = st.Table
				}
			}
			return row.Column(a.Column)
		}
		var children func(list []*spec.Child)
		give := func(list []*spec.Assign, row *spec.Table, into *spec.Field) {
			for _, a := range list {
				f := x.Response.At(a.To)
				if f != nil && f == into { // a row fills one of its members
					f = into.Member()
				}
				visit(d, filling{a, nil, f, from(a, row), false})
			}
		}
		children = func(list []*spec.Child) {
			for _, c := range list {
				give(c.Return, c.Table, c.Into)
				children(c.Children)
			}
		}
		for _, c := range x.Answer.Checks {
			for _, a := range c.Where {
				visit(d, filling{a, c.Table.Column(a.To), nil, nil, true})
			}
		}
		for _, st := range x.Answer.Steps {
			for n, a := range slices.Concat(st.Set, st.Where) {
				visit(d, filling{a, st.Table.Column(a.To), nil, from(a, nil), n >= len(st.Set)})
			}
			give(st.Return, st.Table, st.Into)
			children(st.Children)
		}
		give(x.Answer.Return, nil, nil)
	})
}

func checkMapping(d *checked, a filling) {
	if a.Map == nil || a.Field == nil || a.Map.Else != "" {
		return
	}
	e := a.Field.Enum
	if e == nil && a.Field.Has("enum") {
		return // reported where it is named
	}
	if e == nil || e.Open {
		d.Add("JK0409", a.Pos, "give the mapping else:, or the field a closed enum",
			"%s has values that the mapping %s does not know", a.Field.Name, a.Map.Name)
		return
	}
	for _, v := range e.Values {
		if !a.Map.Knows(v.Value) {
			d.Add("JK0409", a.Pos, "add it to the mapping, or give the mapping else:",
				"the mapping %s does not know the value %q of %s", a.Map.Name, v.Value, a.Field.Name)
		}
	}
}

// known says whether both types are: others are reported where they stand.
func known(f *spec.Field, c *spec.Column) bool {
	return f != nil && c != nil && slices.Contains(spec.ColumnTypes(), c.Type) &&
		slices.Contains(spec.Types(), f.Type) && (f.Shape() != spec.Scalars || !f.Of.IsNested())
}

// checkStorable compares a request field with the column that it fills or picks rows by.
func checkStorable(d *checked, a filling) {
	if c, f := a.column, a.Field; a.Map == nil && known(f, c) {
		if hint := parts.Unkept(f, c, a.finds); hint != "" {
			d.Add("JK0425", a.Pos, hint, "%s is of type %s and cannot fill the %s column %s", f.Name, f.Type, c.Type, c.Name)
		}
	}
}

// checkShown compares a column with the field that shows it.
func checkShown(d *checked, a filling) {
	if c, f := a.from, a.field; a.Map == nil && known(f, c) {
		if hint := parts.Unshown(f, c); hint != "" {
			d.Add("JK0426", a.Pos, hint, "%s is of type %s and cannot show the %s column %s", f.Name, f.Type, c.Type, c.Name)
		} else if f.Shape().IsObjects() {
			checkHeld(d, a)
		}
	}
}

// checkHeld compares objects with those that fill the json column that they are shown from.
func checkHeld(d *checked, a filling) {
	everyStep(func(d *checked, x *spec.Interface, st *spec.AnswerStep) {
		for _, from := range st.Set {
			if from.Field == nil || st.Table.Column(from.To) != a.from {
				continue
			}
			if f, other := parts.Apart(from.Field, a.field); f != nil {
				d.Add("JK0426", a.Pos, "give both the same type, or show another column", "%s is of type %s, and %s fills the column %s with %s of type %s",
					other.Path, other.Type, x.Cmd, a.from.Name, f.Path, f.Type)
			}
		}
	})(d)
}

// checkHandler keeps what is declared from standing beside a handler, which would
// pass over it, and codes from standing without one.
func checkHandler(d *checked, x *spec.Interface) {
	switch a := x.Answer; {
	case a == nil:
	case !a.Handler && a.Has("codes"):
		d.Add("JK0433", a.At("codes"), "remove it, or answer with handler: true", "codes without a handler")
	case a.Handler:
		for _, key := range []string{
			"token", "check", "steps", "get", "list", "exists", "insert", "update", "upsert", "replace", "append", "sql", "return",
		} {
			if a.Has(key) {
				d.Add("JK0433", a.At(key), "remove it, or remove handler", "%s beside handler: Go answers %s", key, x.Cmd)
			}
		}
	}
}
