// Package portal shows the documents of systems to people: a site of static pages with
// search, examples and the error codes, which the server serves and jiekou docs writes
// into a folder, byte for byte the same.
package portal

// DataFile is the generated file, beside the Markdown pages of a system, that holds its
// Document as JSON.
const DataFile = "portal.json"

// Document is what the site shows of one system. All texts are plain: none is mark-up.
type Document struct {
	Name       string       `json:"name"`
	Title      string       `json:"title"`
	Version    string       `json:"version"`
	Date       string       `json:"date,omitempty"`
	Groups     []Group      `json:"groups"`
	Interfaces []Interface  `json:"interfaces"`
	Errors     []ErrorGroup `json:"errors"`
	Changes    []Change     `json:"changes,omitempty"`
	Errata     []Erratum    `json:"errata,omitempty"` // that concern the whole system
}

// Group is a chapter.
type Group struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Section string `json:"section,omitempty"`
}

// Change is a row of the document's change log.
type Change struct {
	Version string `json:"version"`
	Date    string `json:"date,omitempty"`
	Author  string `json:"author,omitempty"`
	Text    string `json:"text"`
	// Interfaces are the cmds of those that it changed.
	Interfaces []string `json:"interfaces,omitempty"`
}

// Interface is one interface, with a page of its own.
type Interface struct {
	Cmd         string    `json:"cmd"`
	Code        string    `json:"code,omitempty"`
	Title       string    `json:"title"`
	Section     string    `json:"section,omitempty"`
	Group       string    `json:"group"`
	Kind        string    `json:"kind"`   // report, query or notify
	Status      string    `json:"status"` // active, deprecated or unimplemented
	Successor   string    `json:"successor,omitempty"`
	Since       string    `json:"since,omitempty"`
	Deprecated  string    `json:"deprecated,omitempty"` // the day since which it is deprecated
	Sunset      string    `json:"sunset,omitempty"`     // the last day on which a deprecated one is answered
	RevisionOf  string    `json:"revisionOf,omitempty"` // the interface whose earlier revision it is, by cmd
	Granted     bool      `json:"granted,omitempty"`    // a revision that apps use by a grant of its own
	Scopes      []string  `json:"scopes,omitempty"`     // titles of what bounds the rows that an app reaches
	Method      string    `json:"method,omitempty"`
	Path        string    `json:"path,omitempty"`
	MessageType string    `json:"messageType,omitempty"`
	Note        string    `json:"note,omitempty"`
	Request     []Field   `json:"request"`
	Response    []Field   `json:"response"`
	Within      string    `json:"within,omitempty"`     // the member of the reply that its fields are in: content; empty: none
	Codes       []Code    `json:"codes,omitempty"`      // that its answer may give
	Notify      []string  `json:"notify,omitempty"`     // notifications that it sends, by cmd
	NotifiedBy  []string  `json:"notifiedBy,omitempty"` // of a notification: the interfaces that send it
	Examples    []Example `json:"examples,omitempty"`
	Errata      []Erratum `json:"errata,omitempty"`
}

// Field is one row of a table, with the rows below it.
type Field struct {
	Name     string       `json:"name"`
	Path     string       `json:"path"`               // as the document writes it
	Place    string       `json:"place,omitempty"`    // body, query, header, path or form, where the interface has an URL
	Required string       `json:"required,omitempty"` // the document's mark or condition
	Type     string       `json:"type,omitempty"`
	Length   string       `json:"length,omitempty"`
	Label    string       `json:"label,omitempty"`
	Since    string       `json:"since,omitempty"`   // version that brought it
	Rules    []string     `json:"rules,omitempty"`   // in sentences
	Follow   []string     `json:"follow,omitempty"`  // what is followed instead of what the document says
	Values   []Value      `json:"values,omitempty"`  // of an enumeration
	Open     bool         `json:"open,omitempty"`    // other values are accepted too
	Refused  []FieldError `json:"refused,omitempty"` // codes, by the rules that a value may break
	Errata   []string     `json:"errata,omitempty"`  // by id
	Fields   []Field      `json:"fields,omitempty"`
}

// Value is a value of an enumeration.
type Value struct {
	Value string `json:"value"`
	Label string `json:"label,omitempty"`
}

// FieldError is a code that answers rules that a field can break.
type FieldError struct {
	Code  string   `json:"code"`
	Rules []string `json:"rules"`
}

// Code is an error code of one interface, with what brings it about.
type Code struct {
	Code string `json:"code"`
	Text string `json:"text"`
	When string `json:"when"`
}

// ErrorGroup is a table of error codes.
type ErrorGroup struct {
	Title   string  `json:"title"`
	Section string  `json:"section,omitempty"`
	Errors  []Error `json:"errors"`
}

// Error is an error code of the system.
type Error struct {
	Code  string   `json:"code"`
	Text  string   `json:"text"`
	Note  string   `json:"note,omitempty"`
	Rules []string `json:"rules,omitempty"` // that it answers for all interfaces
}

// Example is a piece of an example: JSON, a message or a command.
type Example struct {
	Title    string `json:"title"`
	Language string `json:"language"` // json, http or sh
	Text     string `json:"text"`
	Note     string `json:"note,omitempty"`
}

// English is the title on the English page, empty where it is the same.
func (e Example) English() string { return english(e.Title) }

// Erratum is a decision on what the document leaves open.
type Erratum struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Follow string `json:"follow"`
}

// SampleHost is the server in the commands of examples, for which a site has its own.
const SampleHost = "http://127.0.0.1:8080"

// All visits a field and those below it.
func (f *Field) All(visit func(*Field)) {
	visit(f)
	for i := range f.Fields {
		f.Fields[i].All(visit)
	}
}
