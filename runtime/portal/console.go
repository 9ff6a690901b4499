package portal

import (
	"encoding/json"
	"net/url"
)

// The generated files for calls out of the page, beside DataFile.
const (
	ConsoleFile  = "console.json" // its Console
	ProtocolFile = "protocol.js"  // the script that seals and opens
)

// StartFile is the generated file, beside DataFile, with the first programs of clients: by
// cmd an Example for each language.
const StartFile = "start.json"

// Own says that pages send to the server that they are from.
const Own = "self"

// Console is what the pages of a system need to call it.
type Console struct {
	// Gap says, in a sentence, why no script can carry the protocol; empty: one can.
	Gap     string          `json:"gap,omitempty"`
	Inputs  []Input         `json:"inputs,omitempty"`
	Explain bool            `json:"explain,omitempty"` // the script can say why a request was refused
	Calls   map[string]Call `json:"calls,omitempty"`   // by cmd
	Login   *Login          `json:"login,omitempty"`   // nil: tokens are entered
}

// Login is how a page gets the token that its calls carry.
type Login struct {
	Cmd     string          `json:"cmd"`
	Input   string          `json:"input"` // that has the token
	Payload json.RawMessage `json:"payload"`
	Value   []string        `json:"value"` // where the reply has the token
	Seconds []string        `json:"seconds"`
	Lasts   int             `json:"lasts"` // seconds, where the reply does not say
	Codes   []string        `json:"codes"` // say that a token is not good, or no longer
	Call    *Call           `json:"call"`
}

// Input is what a caller has to enter: his app, its keys and tokens.
type Input struct {
	Name     string `json:"name"`
	Label    string `json:"label,omitempty"`
	Optional bool   `json:"optional,omitempty"`
	Secret   bool   `json:"secret,omitempty"`
	Lines    bool   `json:"lines,omitempty"` // a key of several lines
	Key      bool   `json:"key,omitempty"`   // a key, no value of the message
}

// Call is how an interface is called, before the protocol writes the message.
type Call struct {
	Method  string            `json:"method"`
	Path    string            `json:"path,omitempty"` // with {name} for the fields in it; empty: the protocol writes it
	Frame   string            `json:"frame,omitempty"`
	Form    bool              `json:"form,omitempty"`  // the payload is sent as a form
	Files   bool              `json:"files,omitempty"` // files go beside the payload
	Headers map[string]string `json:"headers,omitempty"`
	Body    bool              `json:"body,omitempty"`  // it has a payload
	Raw     string            `json:"raw,omitempty"`   // a sample of a payload that is no object and has no fields
	Token   bool              `json:"token,omitempty"` // it carries a token that a login issues
	Fields  []Entry           `json:"fields,omitempty"`
}

// Entry is a field of the form on the page.
type Entry struct {
	Name     string  `json:"name"`
	Sent     string  `json:"sent,omitempty"` // its name in the query, a header or a cookie; empty: Name
	In       string  `json:"in"`             // body, query, header, cookie or path
	Kind     string  `json:"kind"`           // of the value in JSON: text, number, bool, json, object or list
	Label    string  `json:"label,omitempty"`
	Required bool    `json:"required,omitempty"`
	Value    string  `json:"value,omitempty"` // filled in: the sample, or the default
	Values   []Value `json:"values,omitempty"`
	Open     bool    `json:"open,omitempty"`   // other values, or several, are taken too
	Fields   []Entry `json:"fields,omitempty"` // of an object, or of each object of a list
	// When are the conditions on the fields beside it, or behind ../ beside the object that
	// it is in; nil: there is none.
	When *When `json:"when,omitempty"`
	// Cases are the values that it takes where another field has some value.
	Cases []Case `json:"cases,omitempty"`
}

// When says on which values of the fields beside it a field must be there, and on which it
// may not. A list of matches holds where all of them do, as in the YAML.
type When struct {
	RequiredIf         []Match  `json:"requiredIf,omitempty"`
	RequiredUnless     []Match  `json:"requiredUnless,omitempty"`
	RequiredWith       []string `json:"requiredWith,omitempty"`       // any of them is there
	RequiredWithout    []string `json:"requiredWithout,omitempty"`    // any of them is not
	RequiredWithoutAll []string `json:"requiredWithoutAll,omitempty"` // none of them is
	PresentIf          []Match  `json:"presentIf,omitempty"`
	AbsentIf           []Match  `json:"absentIf,omitempty"`
	AbsentWith         []string `json:"absentWith,omitempty"`
}

// Match is what another field has to be: one of some values, or, of a number, below or above
// the first of them.
type Match struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
	Order  string   `json:"order,omitempty"` // < <= > >=; empty: equal
}

// Case is the list of values of a field while another one meets a match.
type Case struct {
	Match
	Only []Value `json:"only"`
}

// tryView is what the part of a page is made of that calls the interface.
type tryView struct {
	Gap          string
	Explain      bool   // the page says why a request was refused
	Call, Inputs string // JSON
	Login        string // JSON; empty: the call needs none
	Send         string // the address of the server
}

// try is the part of the page of an interface that calls it, nil where none does.
func (s *Site) try(one *systemPages, i *Interface) (*tryView, error) {
	if !one.calls(i) {
		return nil, nil
	}
	out := &tryView{Gap: one.console.Gap, Explain: one.console.Explain, Send: s.Send}
	if s.Send == Own {
		out.Send = SampleHost // in whose place that of the page is put
	}
	for _, part := range []struct {
		into *string
		from any
	}{{&out.Call, one.console.Calls[i.Cmd]}, {&out.Inputs, one.console.Inputs}, {&out.Login, one.console.Login}} {
		text, err := json.Marshal(part.from)
		if err != nil {
			return nil, err
		}
		*part.into = string(text)
	}
	return out, nil
}

// calls reports whether the page of an interface can call it, or says why not.
func (one *systemPages) calls(i *Interface) bool {
	if one.console == nil || i.Kind == "notify" || i.Status == "unimplemented" {
		return false
	}
	_, ok := one.console.Calls[i.Cmd]
	return ok || one.console.Gap != ""
}

// sendsTo is the origin that pages send to, in the words of a Content-Security-Policy; own is
// that of the server itself.
func (s *Site) sendsTo(own string) string {
	to := s.Send
	if to == Own {
		to = own
	}
	if at, err := url.Parse(to); err == nil && at.Host != "" {
		return at.Scheme + "://" + at.Host
	}
	return to
}
