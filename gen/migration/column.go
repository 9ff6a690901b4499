package migration

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// batch is how many rows one statement fills.
const batch = 5000

// addColumn adds a column.
func (d *draft) addColumn(t Table, c Column) {
	name, full := d.full(t)+"."+c.Name, d.full(t)
	back := []string{fmt.Sprintf("alter table %s drop column %s", full, c.Name)}
	fill, given := d.Fill[t.Name+"."+c.Name]
	if given {
		d.used[t.Name+"."+c.Name] = true
	}
	switch {
	case c.Default == "gen_random_uuid()::text":
		d.addFilled(t, c)
	case c.Required && c.Default == "" && !given:
		d.refuse(c.at, fmt.Sprintf("give it default:, leave required out, or --fill %s.%s=CONSTANT", t.Name, c.Name),
			"%s is new and required, and the rows that are there have no value for it", name)
	case c.Required && c.Default == "":
		// Servers of the revision before do not know it: the default writes it for them.
		with := c
		with.Default = fill
		d.expand.add(step{title: "add " + name, sql: []string{fmt.Sprintf("alter table %s add column %s;", full, with.sql())}, back: back})
		d.contract.add(step{
			title: "no default for " + name + " any more", sql: []string{fmt.Sprintf("alter table %s alter column %s drop default;", full, c.Name)},
			back: []string{fmt.Sprintf("alter table %s alter column %s set default %s", full, c.Name, fill)},
		})
	default:
		d.expand.add(step{title: "add " + name, sql: []string{fmt.Sprintf("alter table %s add column %s;", full, c.sql())}, back: back})
	}
}

// addFilled adds a column whose value is another in each row. To add it with its default
// would write the whole table while it is locked.
func (d *draft) addFilled(t Table, c Column) {
	full := d.full(t)
	plain := c
	plain.Default, plain.Required = "", false
	d.expand.add(step{
		title: "add " + full + "." + c.Name,
		sql: []string{
			fmt.Sprintf("alter table %s add column %s;", full, plain.sql()),
			fmt.Sprintf("alter table %s alter column %s set default %s;", full, c.Name, c.Default),
		},
		back: []string{fmt.Sprintf("alter table %s drop column %s", full, c.Name)},
	})
	d.fill(&d.expand, t, c.Name, c.Default, c.Name+" is null", goesWithColumn)
	if c.Required {
		d.require(t, c)
	}
}

// goesWithColumn is the way back of what fills a column that is new.
const goesWithColumn = "not needed: it goes with the column"

// keepsValue says that a value which rows were given cannot be told from their own.
func keepsValue(c Column) string {
	return "none: nobody knows any more which rows had no " + c.Name + ", so they keep the value"
}

// fill writes a column in batches.
func (d *draft) fill(p *part, t Table, column, value, condition, back string) {
	p.add(step{
		kind: "repeat", title: fmt.Sprintf("fill %s.%s, %d rows at a time", d.full(t), column, batch),
		sql: []string{
			fmt.Sprintf("update %s set %s = %s where ctid = any (array(", d.full(t), column, value),
			fmt.Sprintf("  select ctid from %s where %s limit %d));", d.full(t), condition, batch),
		},
		back: []string{back},
	})
}

// constrain adds a constraint in two steps: the first holds a lock for a moment, the
// second reads all rows and holds none that writers need.
func (d *draft) constrain(full, name, condition, what string) {
	undo := fmt.Sprintf("alter table %s drop constraint if exists %s", full, name) // what the column is required by takes it away
	d.contract.add(step{
		title: what + ": for new rows",
		sql:   []string{fmt.Sprintf("alter table %s add constraint %s check (%s) not valid;", full, name, condition)}, back: []string{undo},
	})
	d.contract.add(step{
		title: what + ": for all rows", sql: []string{fmt.Sprintf("alter table %s validate constraint %s;", full, name)},
		back: []string{"not needed: it goes with the constraint"},
	})
}

// column compares a column with what it was, under one name.
func (d *draft) column(old, t Table, was, now Column) {
	full := d.full(t)
	d.retype(t, was, now)
	if was.Default != now.Default && !slices.Contains(d.Rewrite, t.Name+"."+now.Name) {
		p := &d.expand
		if now.Default == "" && was.Required { // servers of the revision before leave it out
			p = &d.contract
		}
		p.add(step{
			title: "default of " + full + "." + now.Name, sql: []string{defaults(full, now) + ";"},
			back: []string{defaults(full, Column{Name: now.Name, Default: was.Default})},
		})
	}
	switch {
	case now.Required && !was.Required:
		d.demand(old, t, was, now)
	case was.Required && !now.Required && d.Fill[t.Name+"."+now.Name] != "":
		d.meanwhile(t, now)
	case was.Required && !now.Required:
		d.waive(t, now.Name)
	}
	d.values(t, was, now)
}

func defaults(full string, c Column) string {
	if c.Default == "" {
		return fmt.Sprintf("alter table %s alter column %s drop default", full, c.Name)
	}
	return fmt.Sprintf("alter table %s alter column %s set default %s", full, c.Name, c.Default)
}

// values asks for rows that the rules of a column do not allow any more. The database
// does not keep these rules; the server does.
func (d *draft) values(t Table, was, now Column) {
	name := d.calledBefore(t, now.Name)
	add := func(what, condition string) {
		from := d.tableBefore(t)
		d.contract.checks = append(d.contract.checks, check{fmt.Sprintf("rows of %s whose %s %s", d.full(from), name, what), d.rows(from, condition)})
	}
	gone := slices.DeleteFunc(slices.Clone(was.Enum), func(v string) bool { return slices.Contains(now.Enum, v) })
	if len(now.Enum) > 0 && (len(gone) > 0 || len(was.Enum) == 0) {
		add("has a value that is not in the enum", fmt.Sprintf("%s not in (%s)", name, comma(now.Enum)))
	}
	if now.Min != "" && now.Min != was.Min {
		add("is less than "+now.Min, name+" < "+now.Min)
	}
	if now.Max != "" && now.Max != was.Max {
		add("is greater than "+now.Max, name+" > "+now.Max)
	}
}

// dropColumn takes a column away where that is allowed.
func (d *draft) dropColumn(was, t Table, c Column) {
	name, full := t.Name+"."+c.Name, d.full(t)
	if !d.allows(d.Drop, name) {
		d.refuse(t.at, fmt.Sprintf("--drop %s if its values may go; was: %s at the column that it is now called", name, c.Name),
			"column %s.%s is gone from the YAML, and its values would be lost", full, c.Name)
		return
	}
	if c.Required && c.Default == "" && !d.spare(was, t, c) {
		return
	}
	back := []string{fmt.Sprintf("none: its values are lost; alter table %s add column %s %s makes it again, empty", full, c.Name, c.held())}
	if c.Default != "" {
		back = append(back, defaults(full, c))
	}
	d.last.add(step{title: "drop " + full + "." + c.Name, sql: []string{fmt.Sprintf("alter table %s drop column %s;", full, c.Name)}, back: back})
}

var textType = regexp.MustCompile(`^(?:text|varchar\(([0-9]+)\))$`)

// chars is the length of a type of texts: 0 for no bound, -1 for another type.
func chars(typ string) int {
	m := textType.FindStringSubmatch(typ)
	if m == nil {
		return -1
	}
	n, _ := strconv.Atoi("0" + m[1])
	return n
}

// retype changes the type of a column.
func (d *draft) retype(t Table, was, now Column) {
	if was.Type == now.Type {
		return
	}
	from, to := chars(was.Type), chars(now.Type)
	switch {
	case from >= 0 && to >= 0 && (to == 0 || from > 0 && to > from):
		d.longer(t, was, now, to)
	case from >= 0 && to >= 0:
		d.shorter(t, was, now, to)
	case digits(was.Type, now.Type):
		d.alter(t, was, now)
	case d.allows(d.Rewrite, t.Name+"."+now.Name):
		d.rewrite(t, was, now)
	default:
		d.refuse(now.at, fmt.Sprintf("add a column of another name beside it and drop this one with the revision after; or --rewrite %s.%s, and stop all servers for it",
			t.Name, now.Name), "%s.%s changes its type from %s to %s: servers of both revisions cannot use it at once, and every row is written under a lock",
			d.full(t), now.Name, was.Type, now.Type)
	}
}

// digits says that a type of numbers only takes more of them in front of the point.
func digits(was, now string) bool {
	var p1, s1, p2, s2 int
	a, _ := fmt.Sscanf(was, "numeric(%d,%d)", &p1, &s1)
	b, _ := fmt.Sscanf(now, "numeric(%d,%d)", &p2, &s2)
	return a == 2 && b == 2 && s1 == s2 && p2 > p1
}

// alter changes the type in the database to one that takes more, without a look at the rows.
func (d *draft) alter(t Table, was, now Column) {
	full := d.full(t)
	if d.renamed[t.Name] {
		d.refuse(now.at, "rename the table in one revision and change the column in another",
			"%s is renamed, and the view under its old name holds %s to its type", full, now.Name)
		return
	}
	d.expand.add(step{
		title: fmt.Sprintf("%s.%s is %s", full, now.Name, now.Type),
		sql:   []string{fmt.Sprintf("alter table %s alter column %s type %s;", full, now.Name, now.Type)},
		back:  []string{fmt.Sprintf("alter table %s alter column %s type %s, once no value is longer: all rows are read under a lock", full, now.Name, was.held())},
	})
}

// rewrite changes the type of a column for another one, while no server runs. A default is
// of a type, too.
func (d *draft) rewrite(t Table, was, now Column) {
	change := []string{"drop default", fmt.Sprintf("type %s using %s", now.Type, cast(now.Name, was.held(), now.Type))}
	again := []string{"drop default", fmt.Sprintf("type %s using %s", was.held(), cast(now.Name, now.Type, was.held()))}
	if was.Wide != "" {
		change = slices.Insert(change, 0, "drop constraint "+t.index(was.Name, "length"))
	}
	back := []string{"none for values that one of the types does not have or writes in another way; " + altered(d.full(t), was, again)}
	if was.Wide != "" {
		back = append(back, d.bound(t, was))
	}
	d.cut(t, was, now)
	d.contract.add(step{
		title: fmt.Sprintf("%s.%s is %s: all rows are written while nobody can read or write the table", d.full(t), now.Name, now.Type),
		sql:   []string{altered(d.full(t), now, change) + ";"}, back: back,
	})
}

// cut asks for rows whose value is another one in another type.
func (d *draft) cut(t Table, was, now Column) {
	name, from := d.calledBefore(t, now.Name), d.tableBefore(t)
	if condition := unlike(name, was.held(), now.Type); condition != "" {
		d.contract.checks = append(d.contract.checks, check{
			fmt.Sprintf("rows of %s whose %s is another value as %s", d.full(from), name, now.Type), d.rows(from, condition),
		})
	}
}

// altered is a statement that changes a column, with its default behind the rest.
func altered(full string, c Column, actions []string) string {
	if c.Default != "" {
		actions = append(actions, "set default "+c.Default)
	}
	for n, action := range actions {
		if !strings.HasPrefix(action, "drop constraint") {
			actions[n] = "alter column " + c.Name + " " + action
		}
	}
	return "alter table " + full + " " + comma(actions)
}

// cast is a column as a value of another type: by way of its text where PostgreSQL knows
// no other.
func cast(column, was, now string) string {
	if chars(was) < 0 && chars(now) > 0 {
		return column + "::text" // what is too long fails as it is stored; a cast would cut it
	}
	if chars(was) < 0 && chars(now) < 0 && class(was) != class(now) {
		column += "::text"
	}
	return column + "::" + now
}

// longer raises a length. The type takes that without a look at the rows; where a
// constraint keeps the length, it is another one.
func (d *draft) longer(t Table, was, now Column, to int) {
	full, name := d.full(t), t.index(was.Name, "length")
	if was.Wide != "" {
		d.expand.add(step{
			title: fmt.Sprintf("%s.%s is kept to %d characters no more", full, now.Name, chars(was.Type)),
			sql:   []string{fmt.Sprintf("alter table %s drop constraint %s;", full, name)},
			back:  []string{d.bound(t, Column{Name: now.Name, Type: was.Type})},
		})
	}
	if held := chars(was.held()); held != 0 && (to == 0 || to > held) {
		d.alter(t, was, now)
	} else if held != to {
		d.constrain(full, name, within(now.Name, to), fmt.Sprintf("%s.%s has at most %d characters", full, now.Name, to))
	}
}

// shorter lowers a length, once nobody writes longer values any more. A constraint keeps
// it: another type would read all rows under a lock.
func (d *draft) shorter(t Table, was, now Column, to int) {
	full, name := d.full(t), t.index(was.Name, "length")
	from, before := d.tableBefore(t), d.calledBefore(t, now.Name)
	d.contract.checks = append(d.contract.checks, check{
		fmt.Sprintf("rows of %s whose %s has more than %d characters", d.full(from), before, to), d.rows(from, "not ("+within(before, to)+")"),
	})
	if was.Wide != "" {
		d.contract.add(step{
			title: fmt.Sprintf("another bound for %s.%s", full, now.Name), sql: []string{fmt.Sprintf("alter table %s drop constraint %s;", full, name)},
			back: []string{d.bound(t, Column{Name: now.Name, Type: was.Type})},
		})
	}
	d.constrain(full, name, within(now.Name, to), fmt.Sprintf("%s.%s has at most %d characters", full, now.Name, to))
}

// bound is the constraint again that keeps the length of a column.
func (d *draft) bound(t Table, c Column) string {
	return fmt.Sprintf("alter table %s add constraint %s check (%s) not valid", d.full(t), t.index(c.Name, "length"), within(c.Name, chars(c.Type)))
}

func within(column string, n int) string { return fmt.Sprintf("char_length(%s) <= %d", column, n) }

// widths carries over which columns are held by a wider type than their own.
func widths(was, is []Table) []Table {
	for i, at := range origins(was, is) {
		if at < 0 {
			continue
		}
		before := was[at]
		for n, from := range columnOrigins(before.Columns, is[i].Columns) {
			c := &is[i].Columns[n]
			if from < 0 || chars(c.Type) <= 0 {
				continue
			}
			old := before.Columns[from]
			if held := chars(old.held()); held == 0 || held > chars(c.Type) {
				c.Wide = old.held()
			}
		}
	}
	return is
}

// trimmed is a name for a function or a trigger.
func trimmed(t Table, words ...string) string { return t.index(append(slices.Clone(words), "both")...) }

// renameColumn adds the column under its new name and keeps both alike until the servers
// of the revision before are gone.
func (d *draft) renameColumn(was, now Table, old, c Column) {
	full, name := d.full(now), d.full(now)+"."+c.Name
	from, to := chars(old.Type), chars(c.Type)
	switch {
	case slices.Contains(was.Key, old.Name):
		d.refuse(c.at, "keep its name, or make the table anew under another name and move the rows yourself",
			"%s is of the key: servers of both revisions could not find a row by it at once", name)
		return
	case old.Type != c.Type && (from < 0 || to < 0):
		d.refuse(c.at, "give it the new name in one revision and the new type in another", "%s has another name and another type than %s", name, old.Name)
		return
	}
	d.called[now.Name+"."+c.Name] = old.Name
	wide := c
	wide.Default, wide.Required, wide.Type = "", false, old.held()
	if held := chars(old.held()); held > 0 && (to == 0 || to > held) { // servers of both write both
		wide.Type = c.Type
		d.longer(now, old, Column{Name: old.Name, Type: c.Type}, to)
		old.Type, old.Wide = c.Type, ""
	}
	value := ""
	if c.Required && !old.Required {
		value = d.given(now, c)
	}
	d.keepAlike(now, old, c, wide, value)
	d.fill(&d.expand, now, c.Name, old.Name, c.Name+" is null and "+old.Name+" is not null", goesWithColumn)
	if to >= 0 && (to > 0 && (chars(wide.Type) == 0 || to < chars(wide.Type))) {
		d.shorter(now, Column{Name: c.Name, Type: wide.Type}, c, to)
	}
	if c.Default != "" {
		d.contract.add(step{title: "default of " + name, sql: []string{defaults(full, c) + ";"}, back: []string{defaults(full, Column{Name: c.Name})}})
	}
	switch {
	case value != "": // the trigger gives it, and the old column goes on without
		d.fill(&d.expand, now, c.Name, c.Name, c.Name+" is null", goesWithColumn)
		d.require(now, c)
	case c.Required && old.Required:
		d.require(now, c)
	case c.Required:
		d.lacking(was, now, old, c)
	case old.Required:
		d.waive(now, old.Name)
	}
	d.values(now, old, c)
	trigger := trimmed(now, c.Name)
	d.last.add(step{
		title: "drop " + full + "." + old.Name + ", which is " + c.Name + " now",
		sql: []string{
			fmt.Sprintf("drop trigger %s on %s;", trigger, full), fmt.Sprintf("drop function %s.%s;", d.schema, trigger),
			fmt.Sprintf("alter table %s drop column %s;", full, old.Name),
		},
		back: d.apart(now, old, c, value),
	})
}

// apart is the way back to two columns that are kept alike: the old one is made again
// with what went with it.
func (d *draft) apart(now Table, old, c Column, value string) []string {
	full := d.full(now)
	out := []string{fmt.Sprintf("alter table %s add column %s %s", full, old.Name, old.held()), fmt.Sprintf("update %s set %s = %s", full, old.Name, c.Name)}
	if old.Required {
		out = append(out, fmt.Sprintf("alter table %s alter column %s set not null, once no row lacks it", full, old.Name))
	}
	if value != "" {
		out = append(out, keepsValue(old))
	}
	if old.Default != "" {
		out = append(out, defaults(full, old))
	}
	for _, one := range d.alikeSQL(now, old.Name, c.Name, value) {
		out = append(out, oneLine(one))
	}
	return out
}

// keepAlike adds the new column with a trigger that writes each of the two into the other.
// Where the new one must have a value and the old one need not, it is given one alone.
func (d *draft) keepAlike(t Table, old, c, wide Column, value string) {
	full, trigger := d.full(t), trimmed(t, c.Name)
	sql := append([]string{fmt.Sprintf("alter table %s add column %s;", full, wide.sql())}, d.alikeSQL(t, old.Name, c.Name, value)...)
	d.expand.add(step{
		title: fmt.Sprintf("add %s.%s, alike with %s", full, c.Name, old.Name), sql: strings.Split(strings.Join(sql, "\n"), "\n"),
		back: []string{
			fmt.Sprintf("drop trigger %s on %s", trigger, full), fmt.Sprintf("drop function %s.%s", d.schema, trigger),
			fmt.Sprintf("alter table %s drop column %s", full, c.Name),
		},
	})
}

// alikeSQL is the function and the trigger that write each of two columns into the other,
// and a value, if there is one, into the new column alone.
func (d *draft) alikeSQL(t Table, old, now, value string) []string {
	const function = `create function SCHEMA.TRIGGER() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.NEW is not null then new.OLD := new.NEW; else new.NEW := new.OLD; end if;
  elsif new.NEW is distinct from old.NEW then new.OLD := new.NEW;
  elsif new.OLD is distinct from old.OLD then new.NEW := new.OLD;
  end if;
GIVEN  return new;
end $$;`
	const trigger = `create trigger TRIGGER before insert or update on FULL for each row execute function SCHEMA.TRIGGER();`
	given := ""
	if value != "" {
		given = fmt.Sprintf("  if new.%s is null then new.%s := %s; end if;\n", now, now, value)
	}
	fill := strings.NewReplacer("GIVEN", given, "FULL", d.full(t), "SCHEMA", d.schema, "TRIGGER", trimmed(t, now), "NEW", now, "OLD", old)
	return []string{fill.Replace(function), fill.Replace(trigger)}
}
