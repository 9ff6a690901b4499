package stock

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// mostKept is how many rows there are of one table, with one constant after another.
const mostKept = 8

// Links are what the SQL of an interface compares columns with: of a report, in what it looks
// up for the rows that it writes.
func Links(i *spec.Interface) (out []sql.Link) {
	if i.Answer == nil {
		return nil
	}
	add := func(c *sql.Code, err error) {
		if err == nil {
			out = append(out, c.Links()...)
		}
	}
	for _, st := range i.Answer.Steps {
		if st.SQL != "" {
			add(sql.Query(st.SQL))
		}
		for _, a := range slices.Concat(st.Where, st.Set) {
			if a.SQL != "" {
				add(sql.Expression(a.SQL))
			}
		}
	}
	return slices.DeleteFunc(out, func(l sql.Link) bool { return makes(i, l.Table, out) })
}

// makes reports whether an interface writes the very row that its SQL looks for: all columns of
// a set that no two rows share are compared with fields.
func makes(i *spec.Interface, table string, links []sql.Link) bool {
	t := i.System.Table(table)
	if t == nil || !slices.ContainsFunc(i.Answer.Steps, func(st *spec.AnswerStep) bool { return st.Table == t && st.Writes() }) {
		return false
	}
	named := func(column string) bool {
		return slices.ContainsFunc(links, func(l sql.Link) bool { return l.Table == table && l.Column == column && l.Field != "" })
	}
	return slices.ContainsFunc(sets(t), func(set []string) bool {
		return !slices.ContainsFunc(set, func(c string) bool { return !named(c) })
	})
}

// sets are the sets of columns that no two rows share.
func sets(t *spec.Table) [][]string {
	out := [][]string{t.Key}
	for _, x := range t.Unique {
		out = append(out, x.Columns)
	}
	return out
}

// Planned is a row that is wanted, with what is decided of it.
type Planned struct {
	Table   *spec.Table
	Variant string
	Values  map[string]string
	N       int
	// Beside says that the row is one beside those that are linked: with one of the constants
	// that SQL compares columns with, or with all but one, or with none.
	Beside bool
	// By are the columns by which fields of the request find the row.
	By []spec.Pair // path of the field -> column
	// Loose are columns that need not have the value: rows are in order of it.
	Loose []string
}

// place is a column of a table.
type place struct{ table, column string }

// linked is the rows that SQL finds, under construction.
type linked struct {
	s      *spec.System
	name   string
	table  func(*spec.Table) *Table // what gives the values of the columns of a table
	values map[place]string         // of columns that are compared with each other, or with a field
	others map[place][]string       // further values of a column that is compared with several others
	fixed  map[place][]string       // constants that a column is compared with
	by     map[place]string         // the field that a column is compared with
	loose  map[string][]string      // columns of tables in the order of which rows are
}

// Linked plans rows that the SQL of an interface finds: columns that it compares with each other
// have one value, those that it compares with constants one after another. Beside them are
// rows that have less of it. given has the values of fields of the request.
func Linked(i *spec.Interface, name string, table func(*spec.Table) *Table, given func(field string) string) (out []Planned) {
	all := Links(i)
	l := &linked{i.System, name, table, map[place]string{}, map[place][]string{}, map[place][]string{}, map[place]string{}, map[string][]string{}}
	var tables []string
	for _, one := range all {
		here := place{one.Table, one.Column}
		if one.Fixed && !slices.Contains(l.fixed[here], one.Constant) {
			l.fixed[here] = append(l.fixed[here], one.Constant)
		}
		if s := given(one.Field); one.Field != "" && s != "" {
			l.values[here], l.by[here] = s, one.Field
		}
		if one.Loose {
			l.loose[one.Table] = append(l.loose[one.Table], one.Column)
		}
		if !slices.Contains(tables, one.Table) {
			tables = append(tables, one.Table)
		}
	}
	for range 4 { // from one table to the next
		l.spread(all)
	}
	for _, name := range tables {
		if t := i.System.Table(name); t != nil {
			out = append(out, l.rows(t)...)
			out = append(out, l.beside(t)...)
		}
	}
	return out
}

// spread gives columns the values of those that they are compared with.
func (l *linked) spread(all []sql.Link) {
	for _, one := range all {
		here, there := place{one.Table, one.Column}, place{one.OtherTable, one.OtherColumn}
		t := l.s.Table(one.OtherTable)
		if t == nil || t.Column(one.OtherColumn) == nil {
			continue
		}
		have := l.values[here]
		if have != "" && !one.Among {
			continue
		}
		if l.values[there] == "" {
			l.values[there] = l.table(t).Value(one.OtherColumn, l.name)
		}
		switch s := l.values[there]; {
		case have == "":
			l.values[here] = s
		case have != s && !slices.Contains(l.others[here], s):
			l.others[here] = append(l.others[here], s)
		}
	}
}

// rows are those of one table.
func (l *linked) rows(t *spec.Table) (out []Planned) {
	count := 1
	for _, c := range t.Columns {
		at := place{t.Name, c.Name}
		count = max(count, len(l.fixed[at]), 1+len(l.others[at]))
	}
	for n := range min(count, mostKept) {
		p := Planned{Table: t, Variant: l.name, Values: map[string]string{}, N: n, By: l.named(t), Loose: l.loose[t.Name]}
		if n > 0 {
			p.Variant += " " + strconv.Itoa(n)
		}
		for _, c := range t.Columns {
			at := place{t.Name, c.Name}
			s := l.values[at]
			if more := l.others[at]; n > 0 && len(more) > 0 {
				s = append(more, s)[(n-1)%(1+len(more))]
			}
			if s != "" && (n == 0 || !Unlike(t, c.Name) || l.varies(t, c.Name)) {
				p.Values[c.Name] = sample.Cut(s, c.Length)
			}
			if list := l.fixed[at]; len(list) > 0 && list[n%len(list)] != "" {
				p.Values[c.Name] = list[n%len(list)]
			}
		}
		out = append(out, p)
	}
	return out
}

// named are the columns of a table by which fields find its rows.
func (l *linked) named(t *spec.Table) (out []spec.Pair) {
	for _, c := range t.Columns {
		if f := l.by[place{t.Name, c.Name}]; f != "" {
			out = append(out, spec.Pair{Name: f, Value: c.Name})
		}
	}
	return out
}

// beside are further rows of a table: with each constant alone, and with all but one; where
// there are none, one that nothing of other tables belongs to. Where fields name rows of the table, each has
// values of its own in those columns.
func (l *linked) beside(t *spec.Table) (out []Planned) {
	by := l.named(t)
	constants := map[string]string{}
	add := func(what string, values map[string]string) {
		for _, c := range t.Columns {
			s := l.values[place{t.Name, c.Name}]
			if _, there := values[c.Name]; !there && s != "" && l.by[place{t.Name, c.Name}] == "" && !Unlike(t, c.Name) {
				values[c.Name] = sample.Cut(s, c.Length)
			}
		}
		out = append(out, Planned{Table: t, Variant: l.name + " " + what, Values: values, N: 20 + len(out), Beside: true, By: by})
	}
	for _, c := range t.Columns {
		if list := l.fixed[place{t.Name, c.Name}]; len(list) > 0 && list[0] != "" {
			constants[c.Name] = list[0]
		}
	}
	for _, c := range t.Columns {
		for n, s := range l.fixed[place{t.Name, c.Name}] {
			if s == "" || len(out) >= mostKept {
				continue
			}
			if len(constants) > 1 || n > 0 {
				add("only "+c.Name+" "+strconv.Itoa(n), alone(t, constants, c.Name, s))
			}
			if n == 0 {
				but := maps.Clone(constants)
				but[c.Name] = Another(c, s)
				add("but "+c.Name, but)
			}
		}
	}
	if len(out) == 0 && len(by) > 0 {
		add("lone", map[string]string{})
	}
	return out
}

// alone are other values of the columns that have constants, but of one.
func alone(t *spec.Table, constants map[string]string, column, s string) map[string]string {
	out := map[string]string{}
	for other, v := range constants {
		out[other] = Another(t.Column(other), v)
	}
	out[column] = s
	return out
}

// Another is another value of a column than a constant; "" where none is known.
func Another(c *spec.Column, than string) string {
	if c.Enum != nil {
		for _, v := range c.Enum.Values {
			if v.Value != than {
				return v.Value
			}
		}
		return ""
	}
	switch {
	case c.Type == spec.Bool:
		return map[string]string{"true": "false"}[than] + map[string]string{"false": "true"}[than]
	case c.Type == spec.Int && than != "0":
		return "0"
	case c.Type == spec.Int:
		return "1"
	case c.Type == spec.String && c.Format == "":
		return sample.Cut("乙"+than, c.Length)
	}
	return ""
}

// varies reports whether every set of unlike columns that a column is in has another one
// with a constant for each row.
func (l *linked) varies(t *spec.Table, column string) bool {
	for _, set := range sets(t) {
		constant := func(c string) bool { return len(l.fixed[place{t.Name, c}]) > 1 }
		if slices.Contains(set, column) && !slices.ContainsFunc(set, constant) {
			return false
		}
	}
	return true
}

// fieldName is a field that SQL names.
var fieldName = regexp.MustCompile(`(?:^|[^:\w]):([A-Za-z_][\w/]*)`)

// FirstField is the first field of the request that SQL names; "" where it names none.
func FirstField(sql string) string {
	if m := fieldName.FindStringSubmatch(sql); m != nil {
		return m[1]
	}
	return ""
}
