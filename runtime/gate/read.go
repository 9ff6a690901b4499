package gate

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// fault is why a request cannot be read, with the HTTP status that says so. Systems
// that answer such faults with status 200 have only the one of a wrong method.
type fault struct {
	status int
	*problem.Error
}

// read reads a request into x.message, or returns its fault. A body may come in chunks
// unless the system answers in statuses of HTTP: then it needs a length.
func (g *gate) read(hw http.ResponseWriter, r *http.Request, x *exchange) (*way, *fault) {
	w := g.way(r.Method)
	if w == nil {
		return nil, &fault{http.StatusMethodNotAllowed, problem.New(problem.Method)}
	}
	x.body = x.body[:0]
	if len(w.bodies) != 1 || w.bodies[0] != "none" {
		if wrong := g.body(hw, r, x, w); wrong != nil {
			return nil, wrong
		}
	}
	x.message = message.Message{
		Method: r.Method, Scheme: "http", Host: r.Host, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header, Body: x.body,
	}
	if g.exchange.Given {
		x.message.Base, x.at = base(r)
	}
	if r.TLS != nil {
		x.message.Scheme = "https"
	}
	return w, nil
}

// body reads the body into x.body, or returns its fault.
func (g *gate) body(hw http.ResponseWriter, r *http.Request, x *exchange, w *way) *fault {
	right := w.takes(r.Header.Get("Content-Type")) && (r.Header.Get("Content-Encoding") == "" || slices.Contains(w.bodies, "coded"))
	switch {
	case g.strict && r.ContentLength < 0:
		return &fault{http.StatusLengthRequired, problem.New(problem.JSON)}
	case g.strict && !right && (w.full || r.ContentLength > 0):
		return &fault{http.StatusUnsupportedMediaType, problem.New(problem.JSON)}
	case r.ContentLength > g.MaxBody:
		return &fault{http.StatusRequestEntityTooLarge, problem.New(problem.Size)}
	}
	err := x.fill(hw, r, g.MaxBody)
	if errors.Is(err, limit.ErrRoom) {
		return overloaded(hw, err)
	}
	if err != nil {
		return &fault{http.StatusBadRequest, problem.Wrap(problem.Empty, errors.New("the body ends before its length"))}
	}
	switch n := int64(len(x.body)); {
	case n > g.MaxBody:
		return &fault{http.StatusRequestEntityTooLarge, problem.New(problem.Size)}
	case n == 0 && g.strict && w.full:
		return &fault{http.StatusBadRequest, problem.New(problem.Empty)}
	case n > 0 && !right:
		return &fault{http.StatusUnsupportedMediaType, problem.Wrap(problem.JSON, errors.New("another Content-Type or an encoding"))}
	}
	return nil
}

// The pace at which a body must come.
const (
	bodyStep  = 5 * time.Second  // for the next bytes of it
	bodyTime  = 15 * time.Second // for all of it
	firstRead = 4 << 10
)

// fill reads a body of at most one byte more than the limit. Room is made as the body
// comes, not for the length that is announced.
func (x *exchange) fill(w http.ResponseWriter, r *http.Request, most int64) error {
	want := r.ContentLength
	if want < 0 || want > most {
		want = most + 1
	}
	control := http.NewResponseController(w)
	end := time.Now().Add(bodyTime)
	for int64(len(x.body)) < want {
		if len(x.body) == cap(x.body) {
			room := min(max(2*int64(cap(x.body)), firstRead), want)
			if err := x.visit.Grow(room); err != nil {
				return err
			}
			x.body = append(make([]byte, 0, room), x.body...)
		}
		if len(x.body) > 0 { // most bodies come at once, and need no clock
			by := time.Now().Add(bodyStep)
			if by.After(end) {
				by = end
			}
			_ = control.SetReadDeadline(by) // a ResponseWriter without it has other limits
		}
		n, err := r.Body.Read(x.body[len(x.body):min(int64(cap(x.body)), want)])
		x.body = x.body[:len(x.body)+n]
		switch {
		case errors.Is(err, io.EOF) && (r.ContentLength < 0 || int64(len(x.body)) == want):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// takes reports whether a body may have a content type.
func (w *way) takes(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	for _, body := range w.bodies {
		switch {
		case body == "text" || body == "coded", body == "xml" && (kind == "text/xml" || strings.HasSuffix(kind, "+xml")):
			return true
		case kind != "" && kind == message.Types[body]:
			return true
		}
	}
	return false
}
