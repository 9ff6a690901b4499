package migration

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// since compiles the tables of a system: one text for each schema version that
// a table, column or index names, from the first, with the additions of that
// version.
func since(system *spec.System) ([]string, error) {
	last := 1
	tables := own(system)
	for _, t := range tables {
		if err := early(t); err != nil {
			return nil, err
		}
		last = max(last, t.Since)
		for _, c := range t.Columns {
			last = max(last, c.Since)
		}
		for _, i := range append(append([]*spec.Index{}, t.Unique...), t.Indexes...) {
			last = max(last, i.Since)
		}
	}
	if len(tables) == 0 && len(system.Tables) > 0 {
		return []string{"-- There is nothing to make: every table is there without jiekou.\n"}, nil
	}
	var out []string
	for version := 1; version <= last; version++ {
		sql := migration(system.Name, tables, version)
		if sql == "" {
			return nil, spec.Refuse(later(tables, version), "schema version %d adds nothing; versions count up one by one", version)
		}
		out = append(out, sql)
	}
	return out, nil
}

// later is the place of something that the tables get in a later schema version.
func later(tables []*spec.Table, version int) spec.Pos {
	for _, t := range tables {
		if t.Since > version {
			return t.At("since")
		}
		for _, c := range t.Columns {
			if c.Since > version {
				return c.At("since")
			}
		}
		for _, i := range slices.Concat(t.Unique, t.Indexes) {
			if i.Since > version {
				return i.At("since")
			}
		}
	}
	return tables[0].At("table")
}

// early refuses a key, a unique set or an index of a column that the table gets in a later version.
func early(t *spec.Table) error {
	sets := append(slices.Concat(t.Unique, t.Indexes), &spec.Index{Places: spec.Places{Pos: t.At("key")}, Columns: t.Key})
	for _, set := range sets {
		version := max(numberOf(set.Since), numberOf(t.Since))
		for _, name := range set.Columns {
			if c := t.Column(name); c != nil && numberOf(c.Since) > version {
				return spec.Refuse(set.Pos, "it is made in schema version %d, and its column %s in version %d", version, name, c.Since)
			}
		}
	}
	return nil
}

// own are the tables of a system that jiekou makes.
func own(system *spec.System) []*spec.Table {
	return slices.DeleteFunc(slices.Clone(system.Tables), func(t *spec.Table) bool { return t.Existing != "" })
}

// migration is the additions of one schema version.
func migration(system string, tables []*spec.Table, version int) string {
	var b strings.Builder
	if version == 1 {
		fmt.Fprintf(&b, "create schema if not exists %s;\n", system)
	}
	for _, t := range tables {
		if numberOf(t.Since) == version {
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
	if numberOf(t.Since) >= version {
		return
	}
	for _, c := range t.Columns {
		if c.Since == version {
			fmt.Fprintf(b, "\nalter table %s add column %s;\n", t.Relation(), columnOf(c).sql())
		}
	}
}

// addIndexes adds the unique sets and the indexes that a table got in a version.
func addIndexes(b *strings.Builder, t *spec.Table, version int) {
	for _, i := range t.Unique {
		if max(numberOf(i.Since), numberOf(t.Since)) == version {
			fmt.Fprintf(b, "alter table %s add constraint %s unique (%s);\n",
				t.Relation(), t.ConstraintName(i.Columns), strings.Join(i.Columns, ", "))
		}
	}
	for _, i := range t.Indexes {
		if max(numberOf(i.Since), numberOf(t.Since)) == version {
			fmt.Fprintf(b, "create index %s on %s (%s);\n",
				t.IndexName(i.Columns), t.Relation(), strings.Join(i.Columns, ", "))
		}
	}
}

// numberOf is the schema version of everything that names none.
func numberOf(since int) int { return max(since, 1) }

// createTable is the table with the columns of its first version.
func createTable(t *spec.Table, version int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "create table %s (\n", t.Relation())
	for _, c := range t.Columns {
		if max(numberOf(c.Since), numberOf(t.Since)) == version {
			fmt.Fprintf(&b, "  %s,\n", columnOf(c).sql())
		}
	}
	fmt.Fprintf(&b, "  constraint %s primary key (%s)\n);\n", t.ConstraintName(t.Key), strings.Join(t.Key, ", "))
	fmt.Fprintf(&b, "comment on table %s is %s;\n", t.Relation(), statement.Quote(t.Title))
	return b.String()
}
