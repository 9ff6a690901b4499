// Package spec is the model of interface documents: a Set of linked, sorted systems
// in which every part knows where it was written and answers questions about
// itself. The model has both the document's rule and the one that is followed, if
// an erratum differs (Field.Document and Field itself). Everything that is
// generated follows from it; there is no second model.
//
// The model is written as YAML. Its rooms turn one into the other: yamltree reads a
// file into values with places, read turns those into a linked model, check holds
// the rules that a model must keep, load runs the three over a folder, and format
// rewrites YAML in its canonical form. Faults come back as Findings, all of them in
// one run.
package spec

import (
	"iter"
	"path"
	"slices"
	"strings"
)

// Set is everything that was loaded: the systems, sorted by name.
type Set struct {
	Systems []*System
}

// Count counts the parts of the model. The rows of the reply's frame count once in
// each interface that has them, and members of a field as fields.
func (set *Set) Count() (systems, interfaces, fields int) {
	for _, s := range set.Systems {
		interfaces += len(s.Interfaces)
		for _, i := range s.Interfaces {
			for range slices.Concat(i.Request, i.Frame, i.Response).All() {
				fields++
			}
		}
	}
	return len(set.Systems), interfaces, fields
}

// System is the world of one document: spec/<name>/.
type System struct {
	Places
	Name     string    // folder and URL name, for example "lianfa"
	Title    string    // title of the document
	Version  string    // of the document, for example "V3.10"
	Date     string    // of that version, yyyy-MM-dd
	Zone     string    // IANA time zone of times without one
	Times    string    // how times are written: seconds (default) | millis | rfc3339 | compact
	Empty    string    // what "" does to the stored value in an update: clear (default) | keep
	Protocol *Protocol // how messages are written, protected and read; nil: system.yaml could not be read
	Endpoint Endpoint
	Reply    Reply
	Limits   Limits
	Digits   []string // patterns of the request fields with Field.Digits, for example "*GUID"
	Client   bool     // a typed Go client is generated (default)
	Project  string   // scope of notifications that is their project: subscriptions may be bound to some; empty: none
	Scopes   []*Scope // to whom rows belong, as listed; nil: to nobody

	Demo Demo

	Groups     []*Group       // as system.yaml lists them
	Enums      []*Enum        // shared enumerations, as listed
	Mappings   []*Mapping     // as listed
	Errors     []*ErrorGroup  // errors.yaml
	Rules      []*RuleCode    // errors.yaml: which code answers a broken rule
	Errata     []*Erratum     // errata.yaml
	Changes    []*Change      // changelog.yaml, oldest first
	Known      []*Known       // vectors.yaml, as listed
	Ledger     []*LedgerEntry // ledger.yaml, in the document's order; nil: none is kept
	Tables     []*Table       // sorted by name
	Migrations []*Migration   // sql/*.sql, sorted by name; nil: they follow from the tables
	Released   *Migration     // sql/released.json, which freezes those that were released; nil: none was
	Interfaces []*Interface   // in the order of their sections

	// Unread names the files that could not be read, without ".yaml": "system",
	// "table/customer", "customer/cst_info_create". A system that has one is a draft:
	// the definitions of that file are missing.
	Unread map[string]bool
}

// Whole says whether every file of the system could be read.
func (s *System) Whole() bool { return len(s.Unread) == 0 }

// FileAt is the first line of a file of the system.
func (s *System) FileAt(name string) Pos { return Pos{path.Join(path.Dir(s.Pos.File), name), 1, 1} }

// Interface returns the interface with a cmd, or nil.
func (s *System) Interface(cmd string) *Interface {
	for _, x := range s.Interfaces {
		if x.Cmd == cmd {
			return x
		}
	}
	return nil
}

// Table returns the table of that name, or nil.
func (s *System) Table(name string) *Table {
	for _, t := range s.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// RuleCode returns the code that answers a broken rule, or "".
func (s *System) RuleCode(rule string) string {
	for _, r := range s.Rules {
		if r.Rule == rule {
			return r.Code
		}
	}
	return ""
}

// ErrorText returns the document's text of a code, or "".
func (s *System) ErrorText(code string) string {
	for e := range s.EveryCode() {
		if e.Code == code {
			return e.Text
		}
	}
	return ""
}

// InGroup returns the interfaces of a group.
func (s *System) InGroup(g *Group) []*Interface {
	var list []*Interface
	for _, x := range s.Interfaces {
		if x.Group == g {
			list = append(list, x)
		}
	}
	return list
}

// EveryCode yields the catalogue of errors, group by group.
func (s *System) EveryCode() iter.Seq[*ErrorCode] {
	return func(yield func(*ErrorCode) bool) {
		for _, g := range s.Errors {
			for _, e := range g.Errors {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// Endpoint is where the system listens and how an interface is picked.
type Endpoint struct {
	Places
	Path     string   // one URL path for all interfaces; empty when each has its own
	Template bool     // the protocol writes the path of each, with holes in it
	Method   string   // that the protocol says for all; empty: the interface says it
	Methods  []string // accepted with Path; GET is for queries only
}

// Limits bounds a request.
type Limits struct {
	Places
	Body     int64 // bytes of an HTTP body, default 1 MiB
	Depth    int   // nesting of JSON, default 32
	Elements int   // members of one array, default 10,000
}

// Pair is a name with a value, in written order.
type Pair struct {
	Name, Value string
	Pos         Pos
}

// Reply is the frame of every answer.
type Reply struct {
	Places
	Head     string // member that holds code and message; empty: they are at the top
	Code     string // member that carries the code, for example "errcode"
	CodeType string // int | string: how the code is written in JSON
	Message  string // member that carries the text
	Text     string // of success
	Payload  string // member that carries the response; empty: beside code and message
	Success  string // code of success
	Fields   Fields // document rows of Code and Message, shared by all responses
}

// Group is a chapter: a folder of interfaces and a Go package.
type Group struct {
	Places
	Name    string
	Title   string
	Section string
}

// Reserved lists the folders of a system that hold no interfaces of their own.
func Reserved() []string {
	return []string{"table", "sql", "docs", "fixtures", "schema", "notification", "demo"}
}

// Enum is a list of values with labels, in the document's order.
type Enum struct {
	Places
	Name   string // empty when it is written at its field
	Open   bool   // other values are accepted too
	Values []EnumValue
}

// EnumValue is one row of an enumeration.
type EnumValue struct {
	Value string // text of the wire value, a number's digits for int fields
	Label string
	Pos   Pos
}

// Mapping turns one closed list of values into another, by name.
type Mapping struct {
	Places
	Name   string
	Values []Pair
	Else   string // value for everything else; empty: no such value
	Number bool   // the right-hand side are JSON numbers
}

// ErrorGroup is one table of the document's error codes.
type ErrorGroup struct {
	Places
	Title   string
	Section string
	Errors  []*ErrorCode
}

// ErrorCode is one row of the catalogue.
type ErrorCode struct {
	Places
	Code     string
	Text     string   // the document's text, the first of several; %s is a field's path
	Others   []string // further texts that the document has for the code
	Reserved string   // why no rule of ours answers with it; empty when one does
	Ours     bool     // not in the document
	Used     bool     // something answers with it
}

// RuleCode says which code answers a broken rule. The rules are those of
// runtime/problem.
type RuleCode struct {
	Rule string
	Code string
	Text string // which of the code's texts; empty: the first
	Pos  Pos
}

// Erratum is a recorded decision on something that the document leaves open,
// contradicts or gets wrong.
type Erratum struct {
	Places
	ID      string
	Title   string
	Says    string   // the document's statement, in short
	Follow  string   // what we follow
	Why     string   // the reason
	Since   string   // yyyy-MM-dd
	Section string   // where in the document
	Where   []string // interfaces it touches besides those that name it; "*" for all
	Named   bool     // a field, an interface or the ledger names it
}

// Change is one row of the document's change log.
type Change struct {
	Places
	Version string
	Date    string
	Author  string
	Text    string
	// Interfaces are the cmds of those that it changed.
	Interfaces []string
}

// LedgerEntry is one condition that the document states in prose or in the cell of
// a description, with its carrier: a row of ledger.yaml.
type LedgerEntry struct {
	Places
	Section   string     // its section; empty: the interface's
	Interface *Interface // nil: the section is about the system
	Field     string     // path as the document writes it; empty: the sentence is about the whole interface
	Says      string     // a short paraphrase
	Carrier   string     // rule | answer | erratum | note | unchecked
	By        []string   // its carrier: rules of the field, parts of the answer, the erratum's id, or a text
}

// Carriers lists the keys of a row of the ledger that name its carrier.
func Carriers() []string { return []string{"rule", "answer", "erratum", "note", "unchecked"} }

// General says whether a decision is about a section outside the chapters of
// interfaces: about the envelope, the error codes or the document as a whole.
func (s *System) General(e *Erratum) bool {
	for section := range strings.SplitSeq(e.Section, ",") {
		section = strings.TrimSpace(section)
		inside := slices.ContainsFunc(s.Groups, func(g *Group) bool {
			return g.Section != "" && strings.HasPrefix(section+".", g.Section+".")
		})
		if section != "" && !inside {
			return true
		}
	}
	return false
}

// HasPaths says whether each interface has a method and a path of its own, and not one
// URL for all of them.
func (s *System) HasPaths() bool {
	return s.Endpoint.Path == "" && !s.Endpoint.Template
}
