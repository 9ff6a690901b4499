// Package migration writes the SQL that makes the tables of a system and brings them
// from one revision to the next.
//
// As long as a system has no folder sql, its migrations follow from the YAML alone, one
// for each schema version that a since: names. From its first release on, the folder has
// them: files that are drafted once, read by people, and frozen by released.json, which
// also records the tables that the next draft begins with.
package migration

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// Table is what the database knows of a table, and what a draft must know beside it.
type Table struct {
	Name    string     `json:"name"`
	Title   string     `json:"title"`
	Columns []Column   `json:"columns"`
	Key     []string   `json:"key"`
	Unique  [][]string `json:"unique,omitempty"`
	Indexes [][]string `json:"indexes,omitempty"`

	was string
	at  spec.Pos
}

// Column is one column of a table.
type Column struct {
	Name     string `json:"name"`
	Type     string `json:"type"` // as PostgreSQL calls it: varchar(64)
	Required bool   `json:"required,omitempty"`
	Default  string `json:"default,omitempty"` // an expression
	// Wide is the type that the database has where a constraint keeps a shorter length:
	// to change the type would lock the table while every row is read.
	Wide string   `json:"wide,omitempty"`
	PII  bool     `json:"pii,omitempty"`
	Enum []string `json:"enum,omitempty"` // constants; empty: any value
	Min  string   `json:"min,omitempty"`
	Max  string   `json:"max,omitempty"`

	was         string
	at          spec.Pos
	blank, hash bool
	format      string
}

// Tables are the tables that jiekou makes for a system, as its YAML has them.
func Tables(system *spec.System) []Table {
	var out []Table
	for _, t := range own(system) {
		one := Table{Name: t.Name, Title: t.Title, Key: t.Key, was: t.Was, at: t.Pos}
		for _, c := range t.Columns {
			one.Columns = append(one.Columns, columnOf(c))
		}
		for _, x := range t.Unique {
			one.Unique = append(one.Unique, x.Columns)
		}
		for _, x := range t.Indexes {
			one.Indexes = append(one.Indexes, x.Columns)
		}
		out = append(out, one)
	}
	return out
}

func columnOf(c *spec.Column) Column {
	one := Column{Name: c.Name, Required: c.Required, PII: c.PII, Min: c.Min, Max: c.Max, was: c.Was, at: c.Pos, blank: c.Blank, hash: c.Hash, format: c.Format}
	one.Type, one.Default = statement.Definition(c)
	if c.Enum != nil && !c.Enum.Open {
		for _, v := range c.Enum.Texts() {
			one.Enum = append(one.Enum, statement.Constant(c, v))
		}
	}
	return one
}

// sql is the definition of a column.
func (c Column) sql() string {
	text := c.Name + " " + c.Type
	if c.Default != "" {
		text += " default " + c.Default
	}
	if c.Required {
		text += " not null"
	}
	return text
}

// held is the type that the database has.
func (c Column) held() string {
	if c.Wide != "" {
		return c.Wide
	}
	return c.Type
}

// column finds a column by name.
func (t Table) column(name string) (Column, bool) {
	at := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	if at < 0 {
		return Column{}, false
	}
	return t.Columns[at], true
}

// constraint is what the database calls the key, or a unique set.
func (t Table) constraint(columns []string) string {
	return (&spec.Table{Name: t.Name, Key: t.Key}).ConstraintName(columns)
}

// uniqueName is what the database calls a unique set, also where its columns are the key of
// another revision.
func (t Table) uniqueName(columns []string) string {
	return (&spec.Table{Name: t.Name}).ConstraintName(columns)
}

// index is what the database calls an index, and anything else that is named after the
// table and some words.
func (t Table) index(words ...string) string { return (&spec.Table{Name: t.Name}).IndexName(words) }

// digest identifies what the database must hold, whatever the order of the columns and
// the wording of titles.
func digest(tables []Table) string {
	list := slices.Clone(tables)
	for i := range list {
		list[i].Title = ""
		list[i].Columns = slices.Clone(list[i].Columns)
		for n := range list[i].Columns {
			list[i].Columns[n].Wide, list[i].Columns[n].PII = "", false
		}
		slices.SortFunc(list[i].Columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
	}
	slices.SortFunc(list, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) //nolint:forbidigo // text and lists are always JSON
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}
