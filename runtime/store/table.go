package store

// Table describes a stored table, for tools that work on any of them.
type Table struct {
	System  string
	Name    string
	Title   string
	Columns []Column
	Key     []string
}

// Column describes one column of a Table.
type Column struct {
	Name     string
	Type     string // string int number decimal bool datetime date json
	Length   int    // characters of a string, 0: no limit
	Required bool
	Default  bool // filled in when no value is given
	PII      bool
}
