package spec

import "slices"

// History says how a table holds tasks: each row asks for the history of
// notifications, which the server sends to the app that asked. The texts of its
// columns and results are read by partners, so all of them are the document's.
type History struct {
	Places
	// Columns, by name. Since and Until bound the rows by their time of change.
	App, Name, Notifications, Since, Until, Status, Started, Finished, Remark string

	Separator    string     // between the names in Notifications
	Scope        []string   // columns that bound the history where they are not empty
	Done, Failed int        // values of Status
	Result       *Interface // notification of what became of a task; nil where it could not be linked
	Texts        []Pair     // by the keys of HistoryTexts
}

// ScopeFields are the names that partners know for the columns in Scope of a table of
// tasks: the fields that fill them, or the columns where no report does.
func (t *Table) ScopeFields() []string {
	names := slices.Clone(t.History.Scope)
	for i, column := range names {
		if f := t.fieldOf(column); f != nil {
			names[i] = f.Path
		}
	}
	return names
}

// fieldOf is the field of a report that fills a column, nil where none does.
func (t *Table) fieldOf(column string) *Field {
	for _, x := range t.Users {
		if x.Answer == nil {
			continue
		}
		for _, st := range x.Answer.Steps {
			if a := st.Filled(column); st.Table == t && st.Writes() && a != nil && a.Field != nil {
				return a.Field
			}
		}
	}
	return nil
}

// HistoryText is a text of a remark, with the values that it may name in braces.
type HistoryText struct {
	Key    string
	Values []string
}

// HistoryTexts lists the texts that a remark is made of.
func HistoryTexts() []HistoryText {
	return []HistoryText{
		{"done", []string{"count"}},
		{"partly", []string{"count", "reasons"}},
		{"failed", []string{"reasons"}},
		{"nothing", nil},
		{"join", nil},
		{"no_history", nil},
		{"no_scope", []string{"field"}},
		{"no_app", nil},
		{"no_grant", nil},
		{"no_subscription", nil},
		{"bad_data", nil},
	}
}

// Demo is the demo data of a system.
type Demo struct {
	Places
	Apps []*DemoApp  // in the order of system.yaml
	Rows []*DemoRows // demo/<table>.csv, sorted
}

// DemoApp is an app that is registered with the demo data.
type DemoApp struct {
	Places
	ID, Name string
	Call     string // interface of a sample call; empty: none
	Data     string // its contents as JSON, in which {now} is a number of its own
}

// DemoRows are the rows of one table.
type DemoRows struct {
	Pos
	Table string
	CSV   []byte // the columns' names in the first line
}
