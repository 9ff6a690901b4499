package migration

import (
	"fmt"
	"slices"
)

// sets compares the unique sets and the indexes of a table.
func (d *draft) sets(was, now Table) {
	for _, x := range now.Unique {
		if !has(was.Unique, x) {
			d.addUnique(was, now, x)
		}
	}
	for _, x := range now.Indexes {
		if !has(was.Indexes, x) {
			d.build("index", now.index(x...), d.full(now), x)
		}
	}
	for _, x := range was.Unique {
		if !has(now.Unique, x) {
			name := now.uniqueName(x)
			d.contract.add(step{
				title: fmt.Sprintf("%s need not be unique any more in %s", comma(x), d.full(now)),
				sql:   []string{fmt.Sprintf("alter table %s drop constraint %s;", d.full(now), name)},
				back:  []string{fmt.Sprintf("alter table %s add constraint %s unique (%s), once no two rows are alike", d.full(now), name, comma(x))},
			})
		}
	}
	for _, x := range was.Indexes {
		if !has(now.Indexes, x) {
			name := d.schema + "." + now.index(x...)
			d.contract.add(step{
				kind: "alone", title: "drop index " + name, sql: []string{"drop index concurrently if exists " + name + ";"},
				back: []string{fmt.Sprintf("create index concurrently %s on %s (%s)", now.index(x...), d.full(now), comma(x))},
			})
		}
	}
}

func has(list [][]string, x []string) bool {
	return slices.ContainsFunc(list, func(o []string) bool { return slices.Equal(o, x) })
}

// build makes an index while others write. What a killed run left behind goes first.
func (d *draft) build(kind, name, full string, columns []string) {
	d.expand.add(step{
		kind: "alone", title: "clear the way for " + name, sql: []string{fmt.Sprintf("drop index concurrently if exists %s.%s;", d.schema, name)},
		back: []string{"not needed: there is none yet, unless a run was killed"},
	})
	d.expand.add(step{
		kind: "alone", title: "build " + name, sql: []string{fmt.Sprintf("create %s concurrently %s on %s (%s);", kind, name, full, comma(columns))},
		back: []string{fmt.Sprintf("drop index concurrently if exists %s.%s", d.schema, name)},
	})
}

// addUnique makes a set of columns unique. Statements of the new revision need it, so it
// is there before its servers; a server of the revision before answers a second row with
// an internal error until it is gone.
func (d *draft) addUnique(was, now Table, columns []string) {
	full, name := d.full(now), now.uniqueName(columns)
	d.alike(was, now, columns, "unique")
	d.build("unique index", name, full, columns)
	d.expand.add(step{
		title: fmt.Sprintf("%s is unique in %s", comma(columns), full),
		sql:   []string{fmt.Sprintf("alter table %s add constraint %s unique using index %s;", full, name, name)},
		back:  []string{fmt.Sprintf("alter table %s drop constraint %s", full, name)},
	})
}

// key changes the key. Both are unique while servers of both revisions run.
func (d *draft) key(was, now Table) {
	if slices.Equal(was.Key, now.Key) {
		return
	}
	full, name, next := d.full(now), now.constraint(now.Key), now.index("key", "next")
	d.alike(was, now, now.Key, "the key")
	d.build("unique index", next, full, now.Key)
	d.contract.add(step{
		title: fmt.Sprintf("the key of %s is %s", full, comma(now.Key)),
		sql: []string{
			fmt.Sprintf("alter table %s drop constraint %s;", full, name),
			fmt.Sprintf("alter table %s add constraint %s primary key using index %s;", full, name, next),
		},
		back: []string{fmt.Sprintf("alter table %s drop constraint %s, add constraint %s primary key (%s)", full, name, name, comma(was.Key))},
	})
}

// alike asks for rows that are alike in a set of columns, under the names of before. A
// column that is new has nothing in it, unless it has a default.
func (d *draft) alike(was, now Table, columns []string, role string) {
	var there []string
	origins := columnOrigins(was.Columns, now.Columns)
	for _, name := range columns {
		at := slices.IndexFunc(now.Columns, func(c Column) bool { return c.Name == name })
		c := now.Columns[at]
		switch {
		case origins[at] >= 0:
			there = append(there, was.Columns[origins[at]].Name)
		case c.Default == "gen_random_uuid()::text", c.Default == "" && !c.Required:
			return
		}
	}
	if len(there) == 0 {
		return
	}
	list := comma(there)
	d.expand.checks = append(d.expand.checks, check{
		fmt.Sprintf("rows of %s that are alike in %s, which is %s now", d.full(was), list, role),
		d.rows(was, fmt.Sprintf("(%s) in (select %s from %s group by %s having count(*) > 1)", list, list, d.full(was), list)),
	})
}
