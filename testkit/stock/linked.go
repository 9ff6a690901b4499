package stock

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// mostKept is how many rows there are of one table, with one constant after another.
const mostKept = 8

// Links are what the SQL of a query compares columns with.
func Links(i *spec.Interface) (out []sql.Link) {
	if i.Answer == nil || i.Kind != spec.Query {
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
		for _, w := range st.Where {
			if w.SQL != "" {
				add(sql.Expression(w.SQL))
			}
		}
	}
	return out
}

// Planned is a row that is wanted, with what is decided of it.
type Planned struct {
	Table   *spec.Table
	Variant string
	Values  map[string]string
	N       int
}

// place is a column of a table.
type place struct{ table, column string }

// linked is the rows that SQL finds, under construction.
type linked struct {
	s      *spec.System
	name   string
	values map[place]string   // of columns that are compared with each other, or with a field
	fixed  map[place][]string // constants that a column is compared with
}

// Linked plans rows that the SQL of a query finds: columns that it compares with each other
// have one value, those that it compares with constants one after another. given has the
// values of fields of the request.
func Linked(i *spec.Interface, name string, given func(field string) string) (out []Planned) {
	all := Links(i)
	l := &linked{i.System, name, map[place]string{}, map[place][]string{}}
	var tables []string
	for _, one := range all {
		here := place{one.Table, one.Column}
		if one.Fixed && !slices.Contains(l.fixed[here], one.Constant) {
			l.fixed[here] = append(l.fixed[here], one.Constant)
		}
		if s := given(one.Field); one.Field != "" && s != "" {
			l.values[here] = s
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
		}
	}
	return out
}

// spread gives columns the values of those that they are compared with.
func (l *linked) spread(all []sql.Link) {
	for _, one := range all {
		here, there := place{one.Table, one.Column}, place{one.OtherTable, one.OtherColumn}
		t := l.s.Table(one.OtherTable)
		if t == nil || l.values[here] != "" || t.Column(one.OtherColumn) == nil {
			continue
		}
		if l.values[there] == "" {
			l.values[there] = sample.Column(t, t.Column(one.OtherColumn), l.name, Unlike(t, one.OtherColumn))
		}
		l.values[here] = l.values[there]
	}
}

// rows are those of one table.
func (l *linked) rows(t *spec.Table) (out []Planned) {
	count := 1
	for _, c := range t.Columns {
		count = max(count, len(l.fixed[place{t.Name, c.Name}]))
	}
	for n := range min(count, mostKept) {
		p := Planned{t, l.name, map[string]string{}, n}
		if n > 0 {
			p.Variant += " " + strconv.Itoa(n)
		}
		for _, c := range t.Columns {
			at := place{t.Name, c.Name}
			if s := l.values[at]; s != "" && (n == 0 || !Unlike(t, c.Name) || l.varies(t, c.Name)) {
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

// varies reports whether every set of unlike columns that a column is in has another one
// with a constant for each row.
func (l *linked) varies(t *spec.Table, column string) bool {
	sets := [][]string{t.Key}
	for _, x := range t.Unique {
		sets = append(sets, x.Columns)
	}
	for _, set := range sets {
		constant := func(c string) bool { return len(l.fixed[place{t.Name, c}]) > 1 }
		if slices.Contains(set, column) && !slices.ContainsFunc(set, constant) {
			return false
		}
	}
	return true
}

// fieldName is a field that SQL names.
var fieldName = regexp.MustCompile(`(?:^|[^:\w]):([A-Za-z_]\w*)`)

// FirstField is the first field of the request that SQL names; "" where it names none.
func FirstField(sql string) string {
	if m := fieldName.FindStringSubmatch(sql); m != nil {
		return m[1]
	}
	return ""
}
