package spec

import (
	"slices"
	"strconv"
	"strings"
)

// Kind is the purpose of an interface.
type Kind string

// The kinds of interfaces.
const (
	Report Kind = "report" // 上报: it writes
	Query  Kind = "query"  // 查询: it only reads
	Notify Kind = "notify" // 通知: we send it
)

// Status is the stage of an interface's life.
type Status string

// The states of an interface.
const (
	Active        Status = "active"
	Deprecated    Status = "deprecated"    // answered as before; Successor replaces it
	Unimplemented Status = "unimplemented" // every request is refused
)

// LastDay is what the day of sunset: means for a status: the last day of an interface that is
// deprecated, and a promise of one that is active again.
func LastDay(s Status, day string) (sunset, promised string) {
	if s == Active {
		return "", day
	}
	return day, ""
}

// Interface is one 接口: spec/<system>/<group>/<cmd>.yaml.
type Interface struct {
	Places
	System    *System
	Group     *Group
	Cmd       string // key within the system
	Was       string // the cmd that it had in the last revision; empty: the same
	Code      string // the document's number; may repeat
	Title     string
	Section   string
	Kind      Kind
	Status    Status
	Successor string // cmd that replaces a deprecated one
	Sunset    string // yyyy-MM-dd, the last day on which a deprecated one is answered; empty: not known yet
	// Promised is the Sunset of an interface that was deprecated and is active again: it does
	// not end before that day, either. Empty: nothing was promised.
	Promised string
	// DeprecatedSince is the day since which it is deprecated, yyyy-MM-dd; empty: not known.
	DeprecatedSince string
	Revision        *Revision // it is an earlier revision of another interface; nil: it is none
	Since           string
	Note            string
	Ours            bool   // not in the document: the ledger and the catalogue leave it out
	Method          string // where the endpoint has no path of its own
	Path            string // may hold {name} of fields in the path
	DocPath         string // the path as the document writes it; empty: it writes none
	Origin          string // where it is in the document, as an import read it; empty: not known
	Form            bool   // the body is a form, not JSON
	FrameName       string // of its replies, for variants of the protocol that ask for one

	Errors []*ErrorCode // codes of its own, and what codes of the system mean here

	MessageType string // of a notification, the document's metadata
	Row         *Table // of a notification: the table whose row fills it
	Fill        []*Assign
	// Explicit says that a notification is only sent where it is named, not
	// whenever a row of its table changes.
	Explicit bool
	Publish  bool // operators send it for rows, by a command named after the table
	// By are the columns whose values tell one notification from another: rows that
	// agree in them share a notification. Default: the key of Row.
	By    []string
	Scope []*Assign  // of a notification: name of a scope <- column, for history
	To    *Addressee // of a notification: the app whose row it is; nil: every subscriber gets it

	Errata   []*Erratum // named by the interface or by one of its fields, and those that name it
	Request  Fields
	Response Fields  // the payload only; NoReply and Frame say the rest
	Frame    Fields  // the document's rows for code and message; empty without a response table
	Answer   *Answer // nil for notifications and unimplemented interfaces
	Notify   []*Interface
	Example  *Example // nil when the document gives none
}

// IsServed says whether requests of the interface are answered: it is no
// notification, and implemented.
func (x *Interface) IsServed() bool { return x.Kind != Notify && x.Status != Unimplemented }

// Shadowed says whether another interface answers what comes to the method and path of
// this one: the document describes the URL twice.
func (x *Interface) Shadowed() bool {
	for n, other := range x.System.Interfaces {
		same := other != x && !x.Revision.Shares() && !other.Revision.Shares() && x.Path != "" && other.Path == x.Path && other.Method == x.Method && other.Kind != Notify
		if same && (other.IsServed() || n < slices.Index(x.System.Interfaces, x)) {
			return true
		}
	}
	return false
}

// IsSent says whether the interface is a notification that we send.
func (x *Interface) IsSent() bool { return x.Kind == Notify && x.Status == Active }

// StatedMethod is the HTTP method that the document says; empty where it says none.
func (x *Interface) StatedMethod() string {
	if x.Has("method") {
		return x.Method
	}
	return ""
}

// ErrorText is the text of a code in a refusal of the interface: its own, or the
// system's.
func (x *Interface) ErrorText(code string) string {
	for _, e := range x.Errors {
		if e.Code == code {
			return e.Text
		}
	}
	return x.System.ErrorText(code)
}

// IsBodyless reports whether requests have no body: those of GET and DELETE.
func (x *Interface) IsBodyless() bool { return x.Method == "GET" || x.Method == "DELETE" }

// Project is the source of the project that a notification is about, or nil.
func (x *Interface) Project() *Assign {
	for _, a := range x.Scope {
		if a.To == x.System.Project {
			return a
		}
	}
	return nil
}

// Addressee says who gets the notification of a row, by columns of its table.
type Addressee struct {
	Places
	App string // column with the id of the app
	URL string // column with the URL that the app gave for it; empty: that of its subscription
}

// Giving lists the fields of the request that give the URL of a notification, nil: of any:
// what they hold is stored in the column that the notification says.
func (x *Interface) Giving(of *Interface) (out []*Field) {
	if x.Answer == nil {
		return nil
	}
	for _, n := range x.System.Interfaces {
		if n.To == nil || n.To.URL == "" || of != nil && n != of {
			continue
		}
		for _, st := range x.Answer.Steps {
			if !st.Writes() || st.Table != n.Row {
				continue
			}
			if a := st.Filled(n.To.URL); a != nil && a.Field != nil && !slices.Contains(out, a.Field) {
				out = append(out, a.Field)
			}
		}
	}
	return out
}

// Example is a documented sample, as JSON text.
type Example struct {
	Places
	Request  string
	Response string
	Errata   []*Erratum // that take what contradicts the table
}

// RequestExample is the documented sample of a request as an object of its rows, where
// one of them is all of the body too; empty: the document gives none.
func (x *Interface) RequestExample() string {
	if x.Example == nil {
		return ""
	}
	return x.Request.wrapped(x.Example.Request)
}

// ReplyExample is the documented sample of a payload of the response, as RequestExample.
func (x *Interface) ReplyExample(payload string) string { return x.Response.wrapped(payload) }

// wrapped is a body or payload as an object.
func (list Fields) wrapped(text string) string {
	if whole := list.Whole(); whole != nil && text != "" {
		return "{" + strconv.Quote(whole.Name) + ": " + text + "}"
	}
	return text
}

// Outside lists the fields of the request outside the JSON body or payload.
func (x *Interface) Outside() Fields {
	return slices.DeleteFunc(slices.Clone(x.Request), func(f *Field) bool { return f.In == "body" })
}

// Body lists the fields of the request in the JSON body or payload.
func (x *Interface) Body() Fields {
	return slices.DeleteFunc(slices.Clone(x.Request), func(f *Field) bool { return f.In != "body" })
}

// Carried lists the fields of the request that are in its body: of JSON or of a payload, or
// of a form.
func (x *Interface) Carried() Fields {
	return slices.DeleteFunc(slices.Clone(x.Request), func(f *Field) bool { return f.In != "body" && f.In != "form" })
}

// Sends says whether a request has a field of that name in that place. Names of
// headers are the same in any letter case.
func (x *Interface) Sends(in, name string) bool {
	return slices.ContainsFunc(x.Request, func(f *Field) bool {
		return f.In == in && (f.Outer() == name || in == "header" && strings.EqualFold(f.Outer(), name))
	})
}
