package spec

import (
	"math/big"
	"slices"
	"strings"
)

// ColumnTypes lists the types of columns.
func ColumnTypes() []string {
	return []string{"string", "int", "number", "decimal", "bool", "datetime", "date", "json"}
}

func checkTableColumns(d *draft, t *Table) {
	v := Places{Pos: t.Pos, Keys: t.Keys}
	for _, name := range t.Key {
		d.column(t, name, v.At("key"))
	}
	for _, x := range slices.Concat(t.Unique, t.Indexes) {
		for _, name := range x.Columns {
			d.column(t, name, x.Pos)
		}
	}
}

func checkTableNames(d *draft, t *Table) {
	if !snakeForm.MatchString(t.Name) {
		d.add("JK0305", t.At("table"), "small letters, digits and _", "%q cannot name a table", t.Name)
	}
	seen := map[string]string{}
	for _, c := range t.Columns {
		if !snakeForm.MatchString(c.Name) {
			d.add("JK0305", c.Pos, "small letters, digits and _", "%q cannot name a column", c.Name)
		} else if o := seen[flat(c.Name)]; o != "" {
			d.add("JK0118", c.Pos, "rename one", "%s and %s would have the same Go name", o, c.Name)
		}
		seen[flat(c.Name)] = c.Name
	}
}

func checkColumnTypes(d *draft, t *Table) {
	for _, c := range t.Columns {
		switch {
		case !slices.Contains(ColumnTypes(), c.Type):
			d.add("JK0306", c.At("type"), oneOf(c.Type, ColumnTypes()), "unknown column type %q", c.Type)
		case c.Length > 0 && c.Type != "string":
			d.add("JK0307", c.At("length"), "leave length out", "length cannot stand on a column of type %s", c.Type)
		case c.Default != "" && !columnDefault(c):
			d.add("JK0309", c.At("default"), "guid is for string, now for datetime and date; else a literal of the type",
				"default %q is no %s", c.Default, c.Type)
		}
	}
}

// columnDefault says whether a column's default suits its type.
func columnDefault(c *Column) bool {
	switch c.Type {
	case "datetime", "date":
		return c.Default == "now" || c.Default[0] >= '0' && c.Default[0] <= '9'
	case "bool":
		return c.Default == "true" || c.Default == "false"
	case "int", "number", "decimal":
		_, ok := new(big.Rat).SetString(c.Default)
		return ok && (c.Type != "int" || !strings.Contains(c.Default, "."))
	case "string":
		return c.Default != "now"
	}
	return c.Default != "now" && c.Default != "guid"
}

func checkModified(d *draft, _ *Interface, st *AnswerStep) {
	if st.Table == nil || st.Verb != "update" && st.Verb != "upsert" {
		return
	}
	if c := st.Table.Column("modified"); c == nil || c.Type != "datetime" {
		d.add("JK0308", st.Pos, "add modified: {type: datetime, default: now, required: true} to the table",
			"%s changes table %s, which has no column modified", st.Verb, st.Table.Name)
	}
}
