package store

// Table describes a stored table, for tools that work on any of them.
type Table struct {
	System  string
	Name    string
	In      string // its name in the database, with its schema; empty: Name in the schema System
	Title   string
	Columns []Column
	Key     []string
}

// Relation is the name of the table in the database, with its schema.
func (t Table) Relation() string {
	if t.In != "" {
		return t.In
	}
	return t.System + "." + t.Name
}

// Column describes one column of a Table.
type Column struct {
	Name     string
	Type     string // string int number decimal bool datetime date json
	Length   int    // characters of a string, 0: no limit
	Required bool
	Default  string // filled in when no value is given: a text, now or guid; "": none
	PII      bool
	Hash     bool     // a password, stored as HashPassword makes it
	Blank    bool     // a required text that may be ""
	Enum     []string // the values it may have, empty: any
	Format   string   // of a text: mobile idcard email
	Min, Max string   // of a number, "": no limit
	Digits   int      // of a decimal: how many it has; 0: as many as there are
	Decimals int      // of a decimal with Digits: those behind its point
}
