package migration

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// Options are what a draft cannot know from two sets of tables.
type Options struct {
	// Drop lists the tables and columns, TABLE or TABLE.COLUMN, whose data may go.
	Drop []string
	// Fill has the value of rows that are there for new required columns, by TABLE.COLUMN,
	// as an SQL constant.
	Fill map[string]string
	// Rewrite lists the columns, TABLE.COLUMN, whose type changes while no server runs.
	Rewrite []string
	// Empty lists the tables that begin empty, though there are rows of them in a table that
	// existing: named before.
	Empty []string

	existing map[string]string // the tables that existing: named when the last draft was released
}

// step is one step of a draft.
type step struct {
	kind  string // "", "alone" or "repeat"
	title string
	sql   []string
	back  []string
}

// check is a query for rows in the way.
type check struct{ title, sql string }

// part is one file of a draft.
type part struct {
	checks []check
	steps  []step
}

func (p *part) add(s step) { p.steps = append(p.steps, s) }

// draft is made of two sets of tables.
type draft struct {
	Options
	schema   string
	expand   part
	contract part
	last     part // of contract: columns go once nothing is about them any more
	refused  spec.Findings
	used     map[string]bool   // of the options
	renamed  map[string]bool   // tables, by their new names
	tables   map[string]Table  // as they were, by their new names
	called   map[string]string // names that columns had, by TABLE.COLUMN as they are now
}

// tableBefore is a table as it was, and calledBefore the name that a column had: what
// people are asked before a migration has the names of before. Both are there until the
// end, the table as a view.
func (d *draft) tableBefore(t Table) Table {
	if was, ok := d.tables[t.Name]; ok {
		return was
	}
	return t
}

func (d *draft) calledBefore(t Table, column string) string {
	return cmp.Or(d.called[t.Name+"."+column], column)
}

// compare drafts what leads from one set of tables to another. In its error are all
// changes that it does not draft without another word.
func compare(schema string, was, is []Table, o Options) (*draft, error) {
	d := &draft{Options: o, schema: schema, used: map[string]bool{}, renamed: map[string]bool{}, tables: map[string]Table{}, called: map[string]string{}}
	before := origins(was, is)
	d.misnamed(tableNames(was), tableNames(is), schema+".", func(n int) spec.Pos { return is[n].at })
	taken := map[string]bool{}
	for n, now := range is {
		if before[n] < 0 {
			d.begin(now)
			continue
		}
		old := was[before[n]]
		taken[old.Name] = true
		d.tables[now.Name] = old
		if old.Name != now.Name && !d.free(now.at, d.full(now), slices.ContainsFunc(was, func(t Table) bool { return t.Name == now.Name })) {
			continue
		}
		if old.Name != now.Name {
			d.renameTable(old, now)
		}
		d.table(old, now)
	}
	for _, t := range was {
		if !taken[t.Name] {
			d.dropTable(t)
		}
	}
	d.fills(is)
	d.unused()
	if len(d.refused) > 0 {
		return nil, d.refused
	}
	return d, nil
}

func tableNames(list []Table) (out []spec.Named) {
	for _, t := range list {
		out = append(out, spec.Named{Name: t.Name, Was: t.was})
	}
	return out
}

func columnNames(list []Column) (out []spec.Named) {
	for _, c := range list {
		out = append(out, spec.Named{Name: c.Name, Was: c.was})
	}
	return out
}

// origins are the tables that others were before, by their places; -1 for a new one.
func origins(was, is []Table) []int { return traced(tableNames(was), tableNames(is)) }

// columnOrigins are the columns that others were before, by their places.
func columnOrigins(was, is []Column) []int { return traced(columnNames(was), columnNames(is)) }

// moved reports whether a table or a column was another one: two that change their names
// leave the same names behind.
func moved(was, is []Table) bool {
	before := origins(was, is)
	for n, now := range is {
		if before[n] < 0 {
			continue
		}
		old := was[before[n]]
		for c, from := range columnOrigins(old.Columns, now.Columns) {
			if from >= 0 && old.Columns[from].Name != now.Columns[c].Name {
				return true
			}
		}
		if old.Name != now.Name {
			return true
		}
	}
	return false
}

// misnamed refuses was: that names nothing that was released. Beside a name that was
// released itself it is from then.
func (d *draft) misnamed(was, is []spec.Named, what string, at func(n int) spec.Pos) {
	named := func(name string) bool {
		return slices.ContainsFunc(was, func(o spec.Named) bool { return o.Name == name })
	}
	wrong := spec.Misnamed(was, is)
	for n, now := range is {
		if text := wrong[now.Name]; text != "" && (!named(now.Name) || named(now.Was)) {
			d.refuse(at(n), "name what it was called in the revision before, or remove was:", "%s%s: %s", what, now.Name, text)
		}
	}
}

// traced are the places of the heirs of names, read backwards.
func traced(was, is []spec.Named) []int {
	heirs := spec.Heirs(was, is)
	out := make([]int, len(is))
	for n, now := range is {
		out[n] = slices.IndexFunc(was, func(old spec.Named) bool { return heirs[old.Name] == now.Name })
	}
	return out
}

// free refuses a new name that something else had before: servers of both revisions would
// mean something else by it.
func (d *draft) free(at spec.Pos, name string, had bool) bool {
	if had {
		d.refuse(at, "give it a name that nothing had, or rename the other one first, in a revision of its own",
			"%s takes the name of another one, which servers of the revision before still use", name)
	}
	return !had
}

// refuse notes a change that needs another word.
func (d *draft) refuse(at spec.Pos, hint, format string, args ...any) {
	d.refused = append(d.refused, spec.Finding{Pos: at, ID: "JM0001", Message: fmt.Sprintf(format, args...), Hint: hint})
}

// unused refuses options that no change asks for: they are meant for something else.
func (d *draft) unused() {
	given := slices.Concat(d.Drop, d.Rewrite, d.Empty)
	for name := range d.Fill {
		given = append(given, name)
	}
	slices.Sort(given)
	for _, name := range given {
		if !d.used[name] {
			d.refuse(spec.Pos{}, "name what the YAML does not have any more (--drop), what is required and was not there, or was not required, or is not required any more (--fill), what has another type (--rewrite), or is no existing: table any more (--empty)",
				"nothing that changes is called %s", name)
		}
	}
}

// allows says whether an option names something.
func (d *draft) allows(list []string, name string) bool {
	ok := slices.Contains(list, name)
	d.used[name] = d.used[name] || ok
	return ok
}

func (d *draft) full(t Table) string { return d.schema + "." + t.Name }

// begin makes a table. One that was there without jiekou has rows, which stay where they are.
func (d *draft) begin(t Table) {
	if at := d.existing[t.Name]; at != "" && !d.allows(d.Empty, t.Name) {
		d.refuse(t.at, fmt.Sprintf("keep existing: %s; or --empty %s, and bring the rows over yourself", at, t.Name),
			"%s was %s, which is there without jiekou: a table of its own begins empty", d.full(t), at)
		return
	}
	d.create(t)
}

// create makes a table.
func (d *draft) create(t Table) {
	name := d.full(t)
	s := step{title: "add table " + name, back: []string{"drop table " + name}}
	lines := []string{"create table " + name + " ("}
	for _, c := range t.Columns {
		lines = append(lines, "  "+c.sql()+",")
	}
	lines = append(lines, fmt.Sprintf("  constraint %s primary key (%s)", t.constraint(t.Key), comma(t.Key)), ");",
		fmt.Sprintf("comment on table %s is %s;", name, statement.Quote(t.Title)))
	for _, x := range t.Unique {
		lines = append(lines, fmt.Sprintf("alter table %s add constraint %s unique (%s);", name, t.constraint(x), comma(x)))
	}
	for _, x := range t.Indexes {
		lines = append(lines, fmt.Sprintf("create index %s on %s (%s);", t.index(x...), name, comma(x)))
	}
	s.sql = lines
	d.expand.add(s)
}

// renameTable gives a table its new name, and leaves a view under the old one, which
// servers of the revision before read and write.
func (d *draft) renameTable(was, now Table) {
	before := d.full(was)
	d.renamed[now.Name] = true
	renames := [][2]string{{was.constraint(was.Key), now.constraint(now.Key)}}
	for _, x := range was.Unique {
		renames = append(renames, [2]string{was.constraint(x), now.constraint(x)})
	}
	for _, c := range was.Columns {
		if c.Wide != "" {
			renames = append(renames, [2]string{was.index(c.Name, "length"), now.index(c.Name, "length")})
		}
	}
	var columns []string // what is new is not in the view
	for _, c := range was.Columns {
		columns = append(columns, c.Name)
	}
	s := step{title: "rename table " + before + " to " + now.Name}
	s.sql = append(s.sql, fmt.Sprintf("alter table %s rename to %s;", before, now.Name))
	s.back = append(s.back, "drop view "+before, fmt.Sprintf("alter table %s rename to %s", d.full(now), was.Name))
	for _, r := range renames {
		s.sql = append(s.sql, fmt.Sprintf("alter table %s rename constraint %s to %s;", d.full(now), r[0], r[1]))
		s.back = append(s.back, fmt.Sprintf("alter table %s rename constraint %s to %s", before, r[1], r[0]))
	}
	for _, x := range was.Indexes {
		s.sql = append(s.sql, fmt.Sprintf("alter index %s.%s rename to %s;", d.schema, was.index(x...), now.index(x...)))
		s.back = append(s.back, fmt.Sprintf("alter index %s.%s rename to %s", d.schema, now.index(x...), was.index(x...)))
	}
	s.sql = append(s.sql, fmt.Sprintf("create view %s as select * from %s;", before, d.full(now)))
	d.expand.add(s)
	d.contract.add(step{
		title: "take away the old name of " + d.full(now), sql: []string{"drop view " + before + ";"},
		back: []string{fmt.Sprintf("create view %s as select %s from %s", before, comma(columns), d.full(now))},
	})
}

// dropTable takes a table away where that is allowed.
func (d *draft) dropTable(t Table) {
	if !d.allows(d.Drop, t.Name) {
		d.refuse(t.at, fmt.Sprintf("--drop %s if its rows may go; was: %s in the table that it is now called", t.Name, t.Name),
			"table %s is gone from the YAML, and its rows would be lost", d.full(t))
		return
	}
	d.contract.add(step{
		title: "drop table " + d.full(t), sql: []string{"drop table " + d.full(t) + ";"},
		back: []string{"none: its rows are lost; pg_dump -t " + d.full(t) + " keeps them before"},
	})
}

// table compares a table with what it was.
func (d *draft) table(was, now Table) {
	before := columnOrigins(was.Columns, now.Columns)
	d.misnamed(columnNames(was.Columns), columnNames(now.Columns), d.full(now)+".", func(n int) spec.Pos { return now.Columns[n].at })
	taken := map[string]bool{}
	for n, c := range now.Columns {
		if before[n] < 0 {
			d.addColumn(now, c)
			continue
		}
		old := was.Columns[before[n]]
		taken[old.Name] = true
		_, had := was.column(c.Name)
		switch {
		case old.Name == c.Name:
			d.column(was, now, old, c)
		case d.free(c.at, d.full(now)+"."+c.Name, had):
			d.renameColumn(was, now, old, c)
		}
	}
	for _, c := range was.Columns {
		if !taken[c.Name] {
			d.dropColumn(was, now, c)
		}
	}
	d.key(was, now)
	d.sets(was, now)
	d.contract.steps, d.last.steps = append(d.contract.steps, d.last.steps...), nil
}

// goesOn reports whether a table has another name now.
func (d *draft) goesOn(t Table) bool {
	for name, was := range d.tables {
		if was.Name == t.Name && name != t.Name {
			return true
		}
	}
	return false
}

func comma(list []string) string { return strings.Join(list, ", ") }

// rows is a query for the rows of a table with a condition. It names them by their key,
// unless that is about a person.
func (d *draft) rows(t Table, condition string) string {
	names := comma(t.Key)
	for _, k := range t.Key {
		if c, ok := t.column(k); ok && c.PII {
			names = "ctid"
			if d.goesOn(t) { // a view has none
				names = "null as key"
			}
		}
	}
	return fmt.Sprintf("select %s from %s where %s", names, d.full(t), condition)
}
