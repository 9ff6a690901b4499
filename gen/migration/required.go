package migration

import (
	"fmt"
	"slices"
	"strings"
)

// demand makes a column required, under its name, that was not. Servers of the new revision cannot read a
// row without it: with a value for those rows, a trigger gives it to what servers of the
// revision before write; without one, people fill them first.
func (d *draft) demand(was, t Table, old, c Column) {
	value := d.given(t, c)
	if value == "" {
		d.lacking(was, t, old, c)
		return
	}
	full, trigger := d.full(t), t.index(c.Name, "given")
	back := []string{fmt.Sprintf("drop trigger %s on %s", trigger, full), fmt.Sprintf("drop function %s.%s", d.schema, trigger)}
	sql := givenSQL(d.schema, full, trigger, c.Name, value)
	d.expand.add(step{title: fmt.Sprintf("%s.%s is never empty", full, c.Name), sql: sql, back: back})
	d.fill(&d.expand, t, c.Name, value, c.Name+" is null", keepsValue(c))
	d.require(t, c)
	d.contract.add(step{
		title: fmt.Sprintf("%s.%s is given by all servers", full, c.Name), sql: []string{back[0] + ";", back[1] + ";"},
		back: []string{oneLine(sql[:2]...), oneLine(sql[2])},
	})
}

// given is the value for rows that lack a column which is required now; empty: there is none.
func (d *draft) given(t Table, c Column) string {
	value := c.Default
	fill, given := d.Fill[t.Name+"."+c.Name]
	if given {
		d.used[t.Name+"."+c.Name] = true
		value = fill
	}
	if value != "gen_random_uuid()::text" && has(t.Unique, []string{c.Name}) {
		value = "" // no two rows may have it
	}
	if given && value == "" {
		d.refuse(c.at, "fill the rows first, each with a value of its own", "%s.%s is unique, and --fill has one value for all rows", d.full(t), c.Name)
	}
	return value
}

// lacking makes a column required once people have filled the rows that lack it.
func (d *draft) lacking(was, t Table, old, c Column) {
	one := check{fmt.Sprintf("rows of %s without %s, which is required now", d.full(was), old.Name), d.rows(was, old.Name+" is null")}
	d.expand.checks = append(d.expand.checks, one)
	d.contract.checks = append(d.contract.checks, one)
	d.require(t, c)
}

// require makes a column required that every row has, without a lock while the rows are
// read.
func (d *draft) require(t Table, c Column) {
	full, name := d.full(t), t.index(c.Name, "filled")
	undo := fmt.Sprintf("alter table %s drop constraint %s", full, name)
	d.constrain(full, name, c.Name+" is not null", full+"."+c.Name+" is filled")
	d.contract.add(step{
		title: full + "." + c.Name + " is required",
		sql:   []string{fmt.Sprintf("alter table %s alter column %s set not null;", full, c.Name), undo + ";"},
		back:  []string{fmt.Sprintf("alter table %s alter column %s drop not null", full, c.Name)},
	})
}

// meanwhile gives a column that is not required any more a value where servers of the new
// revision write none, which those of the revision before could not answer with. Rows may
// lack it once they are gone.
func (d *draft) meanwhile(t Table, c Column) {
	full, trigger, value := d.full(t), t.index(c.Name, "meanwhile"), d.Fill[t.Name+"."+c.Name]
	d.used[t.Name+"."+c.Name] = true
	drop := []string{fmt.Sprintf("drop trigger %s on %s", trigger, full), fmt.Sprintf("drop function %s.%s", d.schema, trigger)}
	sql := givenSQL(d.schema, full, trigger, c.Name, value)
	d.expand.add(step{title: full + "." + c.Name + " has a value for servers of the revision before", sql: sql, back: drop})
	waived := fmt.Sprintf("alter table %s alter column %s drop not null", full, c.Name)
	d.contract.add(step{
		title: full + "." + c.Name + " is not required any more", sql: []string{waived + ";", drop[0] + ";", drop[1] + ";"},
		back: []string{oneLine(sql[:2]...), oneLine(sql[2]), fmt.Sprintf("alter table %s alter column %s set not null, once no row lacks it", full, c.Name)},
	})
}

// oneLine is SQL for a sentence.
func oneLine(sql ...string) string {
	return strings.TrimSuffix(strings.Join(strings.Fields(strings.Join(sql, " ")), " "), ";")
}

// givenSQL is a function and a trigger that give a column a value where it has none.
func givenSQL(schema, full, trigger, column, value string) []string {
	return []string{
		fmt.Sprintf("create function %s.%s() returns trigger language plpgsql as $$", schema, trigger),
		fmt.Sprintf("begin if new.%s is null then new.%s := %s; end if; return new; end $$;", column, column, value),
		fmt.Sprintf("create trigger %s before insert or update on %s for each row execute function %s.%s();", trigger, full, schema, trigger),
	}
}

// waive lets rows lack a column.
func (d *draft) waive(t Table, column string) {
	full := d.full(t)
	d.expand.add(step{
		title: full + "." + column + " is not required any more: servers of the revision before cannot answer with a row that lacks it, unless --fill gives it a value until they are gone",
		sql:   []string{fmt.Sprintf("alter table %s alter column %s drop not null;", full, column)},
		back:  []string{fmt.Sprintf("alter table %s alter column %s set not null, once no row lacks it", full, column)},
	})
}

// spare gives a required column that is about to go a value in the rows that servers of the
// new revision write, which do not know it; those of the revision before read it.
func (d *draft) spare(was, t Table, c Column) bool {
	value, full := nothing(c.held()), d.full(t)
	switch {
	case !slices.ContainsFunc(append(slices.Clone(was.Unique), was.Key), func(x []string) bool { return slices.Contains(x, c.Name) }):
	case chars(c.held()) == 0 || chars(c.held()) >= 36:
		value = "gen_random_uuid()::text"
	case slices.Contains(was.Key, c.Name):
		d.refuse(t.at, "change the key in one revision and drop the column with the next", "%s.%s is of the key: servers of the new revision give it no value", full, c.Name)
		return false
	default:
		d.waive(t, c.Name)
		return true
	}
	d.expand.add(step{
		title: "a value for " + full + "." + c.Name + ", which is about to go",
		sql:   []string{fmt.Sprintf("alter table %s alter column %s set default %s;", full, c.Name, value)},
		back:  []string{fmt.Sprintf("alter table %s alter column %s drop default", full, c.Name)},
	})
	return true
}

// nothing is the value of a type that says least.
func nothing(typ string) string {
	switch typ {
	case "bigint", "double precision":
		return "0"
	case "boolean":
		return "false"
	case "timestamptz", "date":
		return "now()"
	case "jsonb":
		return "'null'"
	}
	if chars(typ) >= 0 {
		return "''"
	}
	return "0"
}
