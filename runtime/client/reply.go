package client

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// ErrUnsent is the error of a request that cannot be sent as it is: an unknown
// interface, a payload that is no object, a malformed sid.
var ErrUnsent = errors.New("not sent")

// ErrForged is the error of a reply that the app's keys do not prove, or that belongs
// to another request. The request may have been carried out.
var ErrForged = errors.New("the reply cannot be trusted")

// fault is ErrUnsent or ErrForged with the interface and the reason.
type fault struct {
	is, why error
	text    string
}

func (e *fault) Error() string   { return e.text }
func (e *fault) Unwrap() []error { return []error{e.is, e.why} }

func unsent(cmd string, why error) error {
	return &fault{ErrUnsent, why, cmd + " was not sent: " + why.Error()}
}

// broken names every rule that a request breaks, with the document's codes.
func (c *Client) broken(cmd string, why error) error {
	e, ok := errors.AsType[*problem.Error](why)
	if !ok || len(e.Problems) == 0 {
		return unsent(cmd, why)
	}
	var all []string
	for _, p := range e.Problems {
		said := string(p.Rule)
		if code, text := c.config.System.Errors.Resolve(&problem.Error{Rule: p.Rule, Field: p.Field}); code != "" {
			said += ", " + strings.TrimSpace(code+" "+text)
		}
		all = append(all, p.Field+" ("+said+")")
	}
	return &fault{ErrUnsent, why, cmd + " was not sent: " + strings.Join(all, "; ")}
}

// NoReplyError is a fault of the connection, or the end of the time. The request may have
// been carried out: a call under Sid again is carried out once.
type NoReplyError struct {
	Cmd string
	Sid string // of the request; empty where the system has none
	Err error
}

// Error names the interface and the fault.
func (e *NoReplyError) Error() string { return e.Cmd + ": no reply: " + e.Err.Error() }

func (e *NoReplyError) Unwrap() error { return e.Err }

// StatusError is an answer that nobody vouches for: the bare 401 or the unprotected
// refusal that a caller gets who is not known, the page of a proxy, an empty body, a reply
// that is not of the document's types. The request may have been carried out.
type StatusError struct {
	Cmd     string
	Sid     string // of the request; empty where the system has none
	Status  int    // of HTTP
	Code    string // of the document, where the body is a refusal to somebody unknown
	Message string
	Type    string // otherwise the media type of the body
	Size    int    // and its bytes
	Err     error  // which type of the document the reply breaks; nil: it has another form
}

// Error names the interface, the status, and code and text or what the body is. Nothing of
// a body that is not the protocol's is in it.
func (e *StatusError) Error() string {
	text := fmt.Sprintf("%s: no proper reply (HTTP %d): ", e.Cmd, e.Status)
	switch {
	case e.Err != nil:
		return text + e.Err.Error()
	case e.Code+e.Message != "":
		return text + strings.TrimSpace(e.Code+" "+e.Message)
	case e.Size > 0:
		return text + fmt.Sprintf("%s of %d bytes", cmp.Or(e.Type, "a body"), e.Size)
	}
	return text + "the body is empty"
}

func (e *StatusError) Unwrap() error { return e.Err }

// named finds the value of %s in a text.
func named(template, text string) string {
	before, after, ok := strings.Cut(template, "%s")
	if !ok {
		return ""
	}
	text, ok = strings.CutPrefix(text, before)
	if !ok {
		return ""
	}
	return strings.TrimSuffix(text, after)
}
