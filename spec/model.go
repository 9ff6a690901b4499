// Package spec reads the interface documents that are written down as YAML.
//
// Load reads a folder of systems, checks it and returns a Set: one linked,
// sorted model in which every part knows where it was written. Whatever is
// wrong with the YAML comes back as Findings, all of them in one run. The
// model says both what the document says and what is followed where an
// erratum differs (Field.Document and Field itself).
//
// The model is what the generator reads; there is no second one.
package spec

import (
	"path"
	"strconv"
)

// Pos is a place in a YAML file. Line and Col count from 1; Col counts
// characters, not bytes. The zero Pos means that the place is not known.
type Pos struct {
	File string // slash-separated, relative to the folder that holds spec/
	Line int
	Col  int
}

// String returns "file:line:col".
func (p Pos) String() string {
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col)
}

// Places holds where each key of a YAML mapping was written, so that a finding
// can point at the very value it is about.
type Places struct {
	Pos  // of the mapping's own key, or of the file's first line
	Keys map[string]Written
}

// Written is a key's value as it was written: one text, or several.
type Written struct {
	Pos
	Text  string // of a scalar
	Items []Item // of a list its scalars, of a mapping its keys
}

// Item is one text of a list, or one key of a mapping.
type Item struct {
	Text string
	Pos  Pos
}

// At returns the place of a key's value, or of the whole mapping.
func (p Places) At(key string) Pos {
	if at, ok := p.Keys[key]; ok {
		return at.Pos
	}
	return p.Pos
}

// Has says whether a key was written, whatever became of its value.
func (p Places) Has(key string) bool {
	_, ok := p.Keys[key]
	return ok
}

// List returns the texts that were written at a key; one text is a list of one.
func (p Places) List(key string) []Item {
	switch w, ok := p.Keys[key]; {
	case !ok:
		return nil
	case w.Items == nil && w.Text != "":
		return []Item{{w.Text, w.Pos}}
	default:
		return w.Items
	}
}

// Set is everything that was loaded: the systems, sorted by name.
type Set struct {
	Systems []*System
}

// System is the world of one document: spec/<name>/.
type System struct {
	Places
	Name     string // folder and URL name, for example "lianfa"
	Title    string // title of the document
	Version  string // of the document, for example "V3.10"
	Date     string // of that version, yyyy-MM-dd
	Zone     string // IANA time zone of times without one
	Times    string // how times are written: seconds (default) | millis | rfc3339 | compact
	Empty    string // what "" does to what an update would change: clear (default) | keep
	Endpoint Endpoint
	Envelope Envelope // of sealed messages
	Reply    Reply
	Limits   Limits
	Digits   []string // patterns of the request fields with Field.Digits, for example "*GUID"
	Project  string   // scope of notifications that is their project: subscriptions may be bound to some; empty: none

	Signature  *Signature   // of plain requests; nil: messages are sealed
	Signatures []*Signature // further ones, as listed; interfaces name them

	Groups     []*Group       // as system.yaml lists them
	Enums      []*Enum        // shared enumerations, as listed
	Mappings   []*Mapping     // as listed
	Errors     []*ErrorGroup  // errors.yaml
	Rules      []*RuleCode    // errors.yaml: which code answers a broken rule
	Errata     []*Erratum     // errata.yaml
	Changes    []*Change      // changelog.yaml, oldest first
	Ledger     []*LedgerEntry // ledger.yaml, in the document's order; nil: none is kept
	Tables     []*Table       // sorted by name
	Interfaces []*Interface   // in the order of their sections

	// Unread names the files that could not be read, without ".yaml": "system",
	// "table/customer", "customer/cst_info_create". A system that has one is a
	// draft: what the file would have defined is missing.
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

// EveryCode yields the catalogue of errors, group by group.
func (s *System) EveryCode() func(yield func(*ErrorCode) bool) {
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
	Methods  []string // accepted with Path; GET is for queries only
	Dispatch string   // "header.cmd": the value that names the interface; empty: by method and path
}

// Limits bounds a request.
type Limits struct {
	Places
	Body     int64 // bytes of an HTTP body, default 1 MiB
	Depth    int   // nesting of JSON, default 32
	Elements int   // members of one array, default 10,000
}

// Envelope says how a message is sealed and opened. Steps are listed in the
// order of sealing; opening undoes them from the last to the first.
type Envelope struct {
	Places
	Header  Fields // fields of the envelope's header, in order
	Data    string // name of the member that carries the sealed payload, for example "data"
	Head    string // name of the member that carries the header, for example "header"
	App     string // value that names the calling app: "header.appid", "query.app_key"
	Message string // value that names the message (sid); empty when the system has none
	Sender  string // our own app id in what we send, for example "100"
	Version string // constant for the header field "version"
	Steps   []*Step
	Vectors []*Vector // known answers, run as tests
}

// Step is one declared operation of an envelope.
type Step struct {
	Places
	Op        string // encrypt | encode | digest | compare
	Algorithm string // rc4 | base64 | sha1
	Key       string // secret that encrypt uses: "appkey"
	Over      []string
	To        string   // where the result stands: "data", "header.dataCode"
	Order     string   // of Over when sending: listed (default) | sorted (by value, bytewise)
	Accept    []string // further orders that are accepted on receipt
	Value     string   // compare: what the caller sent, for example "query.token"
	With      string   // compare: the app's secret, for example "token"
	Else      string   // code of the refusal when opening fails
}

// Vector is a known answer: plain text, values and every intermediate result.
type Vector struct {
	Places
	Name   string
	Values []Pair // header values and secrets: appid, sid, token, appkey, …
	Plain  string // the payload before sealing
	Expect []Pair // "cipher" (hex), "data", "header.dataCode", "header.authCode"
}

// Pair is a name with a value, in written order.
type Pair struct {
	Name, Value string
	Pos         Pos
}

// Reply is the frame of every answer.
type Reply struct {
	Places
	Head     string // member that holds code and message; empty: they stand at the top
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
func Reserved() []string { return []string{"table", "sql", "docs", "fixtures", "schema"} }

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
	Text     string // the document's text; %s stands for a field's path
	Reserved string // why no rule of ours answers with it; empty when one does
	Ours     bool   // not in the document
	Used     bool   // something answers with it
}

// RuleCode says which code answers a broken rule. The rules are those of
// runtime/problem.
type RuleCode struct {
	Rule string
	Code string
	Pos  Pos
}

// Erratum is a recorded decision on something that the document leaves open,
// contradicts or gets wrong.
type Erratum struct {
	Places
	ID      string
	Title   string
	Says    string   // what the document says, in short
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
}

// LedgerEntry is one condition that the document states in prose or in the cell
// of a description, with what carries it: a row of ledger.yaml.
type LedgerEntry struct {
	Places
	Section   string     // where it stands; empty: the interface's
	Interface *Interface // nil: the section is about the system
	Field     string     // path as the document writes it; empty: the sentence is about the whole interface
	Says      string     // a short paraphrase
	Carrier   string     // rule | answer | erratum | note | unchecked
	By        []string   // what carries it: rules of the field, parts of the answer, the erratum's id, or a text
}

// Carriers lists the keys of a row of the ledger that say what carries it.
func Carriers() []string { return []string{"rule", "answer", "erratum", "note", "unchecked"} }

// Kind is what an interface is for.
type Kind string

// The kinds of interfaces.
const (
	Report Kind = "report" // 上报: it writes
	Query  Kind = "query"  // 查询: it only reads
	Notify Kind = "notify" // 通知: we send it
)

// Interface is one 接口: spec/<system>/<group>/<cmd>.yaml.
type Interface struct {
	Places
	System    *System
	Group     *Group
	Cmd       string // key within the system
	Code      string // the document's number; may repeat
	Title     string
	Section   string
	Kind      Kind
	Status    string // active | deprecated | unimplemented
	Successor string // cmd that replaces a deprecated one
	Since     string
	Note      string
	Ours      bool   // not in the document: the ledger and the catalogue leave it out
	Method    string // where the endpoint has no path of its own
	Path      string // may hold {name} of fields in the path
	Form      bool   // the body is a form, not JSON
	Signature string // name of a further signature; empty: the system's own

	MessageType string // of a notification, the document's metadata
	Row         *Table // of a notification: the table whose row fills it
	Fill        []*Assign
	// Explicit says that a notification is only sent where it is named, not
	// whenever a row of its table changes.
	Explicit bool
	// By are the columns whose values tell one notification from another: rows
	// that agree in them are told together. Default: the key of Row.
	By    []string
	Scope []*Assign // of a notification: name of a scope <- column, for history

	Errata   []*Erratum // named by the interface or by one of its fields, and those that name it
	Request  Fields
	Response Fields  // the payload only; NoReply and Frame say the rest
	Frame    Fields  // the document's rows for code and message; empty without a response table
	Answer   *Answer // nil for notifications and unimplemented interfaces
	Notify   []*Interface
	Example  *Example // nil when the document gives none
}

// Project is what gives the project that a notification is about, or nil.
func (x *Interface) Project() *Assign {
	for _, a := range x.Scope {
		if a.To == x.System.Project {
			return a
		}
	}
	return nil
}

// Example is a documented sample, as JSON text.
type Example struct {
	Places
	Request  string
	Response string
}

// Field is one row of a table of parameters. The embedded Rules are what is
// followed; Document is what the document says.
type Field struct {
	Places
	Name    string // wire name, as written in YAML
	DocPath string // path as the document writes it
	Path    string // path on the wire, members joined by "/"
	Label   string
	Note    string
	Parent  *Field

	Followed Places     // where follow says what is followed; empty without it
	Rules               // what is followed
	Document Rules      // what the document says
	Errata   []*Erratum // why the two differ, and other decisions on this field

	In    string   // where it stands: body (default) | query | path | header | form (default of a form)
	Of    string   // type of the members of an array of scalars; empty otherwise
	Alias []string // further names accepted on input
	PII   bool     // personal data: never logged
	Ours  bool     // not in the document: an erratum says why
	// Nullable says that an absent value is sent as null instead of being left out.
	Nullable bool
	// Digits says that a JSON number is accepted for this text, and its digits taken.
	Digits bool
	Fields Fields // members of an object or of an array's objects
	// Empty is what "" does to what an update would change: clear | keep; empty:
	// as the system says.
	Empty string
	// Layout is how a time is written: see Layouts. Set for the type datetime only.
	Layout string
	// KeepAbsent says that absent and "" differ: absent keeps what is stored, ""
	// clears it. Set by the linker for the fields of update answers.
	KeepAbsent bool
}

// Rules are what a field's value must keep.
type Rules struct {
	Type      string // string int long number double float decimal bool datetime date epoch array object map
	Length    int    // characters; 0: none. Not checked for numbers and times.
	Required  string // yes | no | conditional
	Condition string // the document's words for a conditional required
	// Blank says that a required value of a notification may be "" or 0, whatever
	// else its rules say: the key is always there, its source may have no value.
	Blank     bool
	Min, Max  string // decimal text, empty: none
	Enum      *Enum
	Separator string // multi-value text: the separator; Enum then holds for each part
	Default   string
	Format    string // mobile | idcard | email | …; see Formats. Of a time: see Layouts
	Pattern   string // RE2, anchored; with StartsWith for what follows that text
	// StartsWith is the field beside this one with whose value the text begins,
	// where both have one.
	StartsWith string
	// FormatIf limits Format: it is only checked when each of these fields beside
	// this one is absent or has the value. Empty: always.
	FormatIf []Match

	// The machine form of Condition; at most one is set. Names are of fields
	// beside this one.
	RequiredIf         []Match  // required when all match
	RequiredWith       []string // required when any is present
	RequiredWithout    []string // required when any is absent
	RequiredWithoutAll []string // required when all are absent
}

// Match is a field with the value it must have.
type Match struct {
	Name  string
	Value string
	Pos   Pos
}

// Table is stored data: spec/<system>/table/<name>.yaml, a PostgreSQL table
// in the schema named after the system.
type Table struct {
	Places
	System  *System
	Name    string
	Title   string
	Note    string
	Columns []*Column
	Key     []string
	Unique  []*Index
	Indexes []*Index
	Since   int // schema version that adds it, default 1
}

// Column is one column of a table.
type Column struct {
	Places
	Name     string
	Type     string // string int number decimal bool datetime date json
	Length   int    // of string; 0: unlimited text
	Required bool   // NOT NULL
	Default  string // guid | now | a literal; empty: none
	Label    string
	PII      bool
	Since    int

	// What a value from outside must keep.
	Enum     *Enum  // closed; of string and int
	Format   string // of string: mobile | idcard | email
	Min, Max string // decimal text, empty: none
	Hash     bool   // a password: stored hashed
	Blank    bool   // a required text that may be ""
}

// Index is a set of columns, named <table>_<columns>.
type Index struct {
	Places
	Columns []string
	Since   int
}
