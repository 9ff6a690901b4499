package statement

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Migrations compiles the tables of a system: one text for each schema version that
// a table, column or index names, from the first, with the additions of that
// version.
func Migrations(system *spec.System) ([]string, error) {
	last := 1
	for _, t := range system.Tables {
		last = max(last, t.Since)
		for _, c := range t.Columns {
			last = max(last, c.Since)
		}
		for _, i := range append(append([]*spec.Index{}, t.Unique...), t.Indexes...) {
			last = max(last, i.Since)
		}
	}
	var out []string
	for version := 1; version <= last; version++ {
		sql := migration(system, version)
		if sql == "" {
			return nil, spec.Refuse(system.Tables[0].Pos, "schema version %d adds nothing; versions count up one by one", version)
		}
		out = append(out, sql)
	}
	return out, nil
}

// migration is the additions of one schema version.
func migration(system *spec.System, version int) string {
	var b strings.Builder
	if version == 1 {
		fmt.Fprintf(&b, "create schema if not exists %s;\n", system.Name)
	}
	for _, t := range system.Tables {
		if first(t.Since) == version {
			b.WriteString("\n" + createTable(t, version))
		}
		addColumns(&b, t, version)
		addIndexes(&b, t, version)
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String()
}

// addColumns adds the columns that a table got in a version after its first.
func addColumns(b *strings.Builder, t *spec.Table, version int) {
	if first(t.Since) >= version {
		return
	}
	for _, c := range t.Columns {
		if c.Since == version {
			fmt.Fprintf(b, "\nalter table %s add column %s;\n", qualified(t), columnSQL(c))
		}
	}
}

// addIndexes adds the unique sets and the indexes that a table got in a version.
func addIndexes(b *strings.Builder, t *spec.Table, version int) {
	for _, i := range t.Unique {
		if max(first(i.Since), first(t.Since)) == version {
			fmt.Fprintf(b, "alter table %s add constraint %s unique (%s);\n",
				qualified(t), t.ConstraintName(i.Columns), strings.Join(i.Columns, ", "))
		}
	}
	for _, i := range t.Indexes {
		if max(first(i.Since), first(t.Since)) == version {
			fmt.Fprintf(b, "create index %s on %s (%s);\n",
				t.IndexName(i.Columns), qualified(t), strings.Join(i.Columns, ", "))
		}
	}
}

// first is the schema version of everything that names none.
func first(since int) int { return max(since, 1) }

// createTable is the table with the columns of its first version.
func createTable(t *spec.Table, version int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "create table %s (\n", qualified(t))
	for _, c := range t.Columns {
		if max(first(c.Since), first(t.Since)) == version {
			fmt.Fprintf(&b, "  %s,\n", columnSQL(c))
		}
	}
	fmt.Fprintf(&b, "  constraint %s primary key (%s)\n);\n", t.ConstraintName(t.Key), strings.Join(t.Key, ", "))
	fmt.Fprintf(&b, "comment on table %s is %s;\n", qualified(t), quote(t.Title))
	return b.String()
}

// columnSQL is the definition of a column.
func columnSQL(c *spec.Column) string {
	typ := string(columnType(c))
	switch {
	case c.Type == spec.Decimal:
		typ = fmt.Sprintf("numeric(%d,%d)", c.Length, c.Decimals)
	case c.Type == spec.String && c.Length > 0:
		typ = fmt.Sprintf("varchar(%d)", c.Length)
	}
	sql := c.Name + " " + typ
	switch c.Default {
	case "":
	case "guid":
		sql += " default gen_random_uuid()::text"
	case "now":
		sql += " default now()"
	default:
		sql += " default " + flat(literal(c.Default, c).doc)
	}
	if c.Required {
		sql += " not null"
	}
	return sql
}
