// Package importer drafts YAML from the documents of partners: it finds interfaces,
// tables of parameters and codes by the words of their heads, and carries over what
// it reads as it was printed. It knows no document: every rule is about a kind of
// table, and the words it looks for are in tables of words.
package importer

import "github.com/jiekou-dev/jiekou/spec/importer/document"

// Draft is what was found in the files of one document.
type Draft struct {
	Title      string
	Interfaces []*Interface
	Codes      []Code
	// Left are the tables that were not carried over, with the reason.
	Left []Left
	// Cells counts the cells of all tables: those carried over, and all.
	Carried, Cells int
}

// Interface is one interface of the document.
type Interface struct {
	Title, Section string
	Method, Path   string
	Cmd            string // as the document calls it; else made of the path
	Named          bool   // the document says Cmd
	Request        []*Field
	Response       []*Field
	Codes          []Code
	Example        [2]string // of a request and a response, JSON
	Place          string
}

// Field is one row of a table of parameters.
type Field struct {
	Path     []string // names from the top
	Type     string   // as printed
	Length   string   // as printed
	Required string   // yes, no, conditional, unstated
	Label    string
	Note     string // the rest of the description
	Enum     []Value
	Default  string
	In       string // query, header, path, form; empty: body
	List     bool   // an array
	Place    string // file, table and row
}

// Name is the last name of the path.
func (f *Field) Name() string { return f.Path[len(f.Path)-1] }

// Value is a value of an enumeration.
type Value struct{ Value, Label string }

// Code is a row of a table of codes.
type Code struct{ Code, Text string }

// Left is a table that was not carried over.
type Left struct {
	Place, Why string
	Head       string // its first row
}

// From drafts the files of one document, in their order.
func From(docs []*document.Document) *Draft {
	d := &drafter{draft: &Draft{}, structs: map[string]*table{}}
	for _, one := range docs {
		d.file = one.Name
		d.read(one.Blocks)
	}
	d.finish()
	return d.draft
}
