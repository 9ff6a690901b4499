package spec

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"time"
)

// Table is stored data: spec/<system>/table/<name>.yaml, a PostgreSQL table
// in the schema named after the system.
type Table struct {
	Places
	System *System
	Name   string
	Was    string // the name that it had in the last revision; empty: the same
	Title  string
	Note   string
	// Existing is the name, with its schema, of a table that is there without jiekou, which
	// never makes or changes it; empty: jiekou makes it.
	Existing string
	Columns  []*Column
	Key      []string
	Unique   []*Index
	Indexes  []*Index
	Since    int          // schema version that adds it, default 1
	History  *History     // its rows are tasks; nil: they are not
	Users    []*Interface // that read, write or send its rows
}

// Column is one column of a table.
type Column struct {
	Places
	Name     string
	Was      string // the name that it had in the last revision; empty: the same
	Type            // see ColumnTypes
	Length   int    // of string; 0: unlimited text. Of decimal: its digits
	Decimals int    // of decimal: those of them behind the point
	Required bool   // NOT NULL
	Default  string // guid | now | a literal; empty: none
	Label    string
	PII      bool
	Since    int

	// The rules of a value from outside.
	Enum     *Enum  // closed; of string and int
	Format   string // of string: mobile | idcard | email
	Min, Max string // decimal text, empty: none
	Hash     bool   // a password: stored hashed
	Blank    bool   // a required text that may be ""
}

// Index is a set of columns; see IndexName and ConstraintName.
type Index struct {
	Places
	Columns []string
	Since   int
	Name    string // of the constraint of an existing table; empty: as PostgreSQL names it
}

// Migration is a file of the folder sql: SQL that was drafted, or written by hand.
type Migration struct {
	Pos
	Name string // 0002_wechat.sql
	Text []byte
}

// Column returns the column of that name, or nil.
func (t *Table) Column(name string) *Column {
	if t == nil {
		return nil
	}
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// IsUnique says whether the table's key or one of its unique sets is exactly
// these columns, in any order.
func (t *Table) IsUnique(columns []string) bool {
	sorted := slices.Sorted(slices.Values(columns))
	same := func(set []string) bool { return slices.Equal(slices.Sorted(slices.Values(set)), sorted) }
	return same(t.Key) || slices.ContainsFunc(t.Unique, func(x *Index) bool { return same(x.Columns) })
}

// UniqueSets returns the unique sets of the table that names can mean: the one of
// exactly these columns, or else those that have the one column named.
func (t *Table) UniqueSets(names []string) [][]string {
	all := [][]string{t.Key}
	for _, x := range t.Unique {
		all = append(all, x.Columns)
	}
	var found [][]string
	for _, set := range all {
		switch {
		case slices.Equal(slices.Sorted(slices.Values(set)), slices.Sorted(slices.Values(names))):
			return [][]string{set}
		case len(names) == 1 && slices.Contains(set, names[0]):
			found = append(found, set)
		}
	}
	return found
}

// MaxSQLName is how many bytes of a name PostgreSQL keeps.
const MaxSQLName = 63

// Relation is the table's name in the database, with its schema.
func (t *Table) Relation() string { return cmp.Or(t.Existing, t.System.Name+"."+t.Name) }

// base is the table's name in the database.
func (t *Table) base() string {
	return cmp.Or(t.Existing[strings.LastIndexByte(t.Existing, '.')+1:], t.Name)
}

// ConstraintName is how the database calls the constraint that keeps a set of
// columns unique: the key's, or that of a unique set.
func (t *Table) ConstraintName(columns []string) string {
	for _, x := range t.Unique {
		if x.Name != "" && slices.Equal(x.Columns, columns) {
			return x.Name
		}
	}
	if slices.Equal(t.Key, columns) {
		return relation(t.base() + "_pkey")
	}
	return relation(t.base() + "_" + strings.Join(columns, "_") + "_key")
}

// IndexName is how the database calls an index.
func (t *Table) IndexName(columns []string) string {
	return relation(t.Name + "_" + strings.Join(columns, "_"))
}

// relation is a name that PostgreSQL keeps whole. A longer one would be cut, so that
// an error named another constraint than the one that was declared; its end becomes
// a digest of all of it.
func relation(name string) string {
	if len(name) <= MaxSQLName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	end := "_" + hex.EncodeToString(sum[:4])
	return name[:MaxSQLName-len(end)] + end
}

// TakesDefault says whether the default suits the type of the column.
func (c *Column) TakesDefault() bool {
	switch c.Type {
	case Datetime, Date:
		return c.Default == "now" || isMoment(c.Default)
	case Bool:
		return c.Default == "true" || c.Default == "false"
	case Int, Number, Decimal:
		_, ok := new(big.Rat).SetString(c.Default)
		return ok && (c.Type != Int || !strings.Contains(c.Default, "."))
	case String:
		return c.Default != "now"
	}
	return c.Default != "now" && c.Default != "guid"
}

// isMoment says whether a text is a day, or a day with a time, as SQL reads it.
func isMoment(text string) bool {
	return slices.ContainsFunc([]string{time.DateOnly, time.DateTime, time.RFC3339}, func(layout string) bool {
		_, err := time.Parse(layout, text)
		return err == nil
	})
}
