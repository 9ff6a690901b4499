package client

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// ErrUnsent is the error of a request that cannot be sent as it is: an unknown
// interface, a payload that is no object, a malformed sid.
var ErrUnsent = errors.New("not sent")

// ErrForged is the error of a reply that the app's keys do not prove, or that belongs
// to another request.
var ErrForged = errors.New("the reply cannot be verified")

// StatusError is an answer that nobody vouches for: the bare 401 or the unprotected
// refusal that a caller gets who is not known, the page of a proxy, an empty body.
type StatusError struct {
	Status  int // of HTTP
	System  string
	Code    string // of the document, where the body is a refusal to somebody unknown
	Message string
	Type    string // otherwise the media type of the body
	Size    int    // and its bytes
}

// Error names the status, and code and text or what the body is. Nothing of a body
// that is not the protocol's is in it.
func (e *StatusError) Error() string {
	text := fmt.Sprintf("HTTP %d %s", e.Status, http.StatusText(e.Status))
	switch {
	case e.Code != "":
		return text + ": " + strings.TrimSpace(e.Code+" "+e.Message)
	case e.Size > 0:
		return fmt.Sprintf("%s: no reply of %s, but %s of %d bytes", text, e.System, cmp.Or(e.Type, "a body"), e.Size)
	case e.Status == http.StatusOK:
		return fmt.Sprintf("%s: no reply of %s, the body is empty", text, e.System)
	}
	return text
}

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
