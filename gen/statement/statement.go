// Package statement compiles the answers, notifications and tables of the model
// to SQL.
//
// The results are values: the text of each statement, the meaning of its
// parameters, the destinations of its columns, and the codes of its constraints.
// Package gen makes Go of them; nothing here knows how.
//
// A report is one statement of named steps (common table expressions) that checks,
// writes and queues notifications, all or nothing. A query is one statement for its
// checks and one for each step. SQL is laid out by package-private docs (layout.go)
// and composed of expressions that know their type and the columns that they read
// (expression.go).
package statement

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Statement is one SQL statement.
type Statement struct {
	// Name distinguishes it from the others of its interface: "" for the first,
	// "checks", the name of a step, and that with " count" for the number of rows.
	Name    string
	Doc     string // its effect, as a sentence without its subject
	SQL     Text
	Args    []Argument  // of $1, $2, …
	Refuses bool        // its first column is a refusal: a code and the field at fault, or null
	Columns []Column    // of its result, behind the refusal
	Taken   []spec.Pair // constraint of the table -> code of the document
	Uses    []Use       // the columns that it reads and writes
}

// Text is the text of a statement.
type Text []Part

// Part is a piece of text, or the content of a notification.
type Part struct {
	SQL  string
	Body *Body // the content at this place; nil: SQL
}

// String returns the text in full.
func (t Text) String() string {
	var b strings.Builder
	for _, p := range t {
		if p.Body != nil {
			b.WriteString(p.Body.SQL)
		}
		b.WriteString(p.SQL)
	}
	return b.String()
}

// Column is one column of a result, and where it goes.
type Column struct {
	// Field is the field of the response; nil where the store takes the column itself.
	Field *spec.Field
	JSON  bool // it is the JSON text of the field
}

// Use is a table with the columns that a statement names.
type Use struct {
	Table   *spec.Table
	Columns []string // in the table's order
}

// Argument is the meaning of a parameter, with its SQL type.
type Argument struct {
	Source Source
	Type   Type
}

// Source is where the value of a parameter comes from: App, Sid, Value, Blank,
// Hash, Member or Given.
type Source interface{ source() }

type (
	// App is the id of the calling app.
	App struct{}
	// Sid is the id of the message.
	Sid struct{}
	// Value is a field of the request.
	Value struct{ Field *spec.Field }
	// Blank says whether a field of the request was sent as "".
	Blank struct{ Field *spec.Field }
	// Hash is the hash of a password, or "" where none was sent.
	Hash struct{ Field *spec.Field }
	// Member is a field of all members of an array, as an array: of the members of
	// Each, which may be in arrays themselves. Field may belong to one of those.
	Member struct{ Each, Field *spec.Field }
	// Given is an argument that the runtime passes by itself: the rows of a page, the
	// app, and the rows of a notification.
	Given struct{ Name string }
)

func (App) source()    {}
func (Sid) source()    {}
func (Value) source()  {}
func (Blank) source()  {}
func (Hash) source()   {}
func (Member) source() {}
func (Given) source()  {}
