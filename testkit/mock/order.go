package mock

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
)

// How a caller orders a certain answer: an HTTP header, or a field of the header of a
// sealed message. Real servers ignore both.
const (
	HeaderField = "mock"
	HTTPHeader  = "Jiekou-Mock"
)

// Order is the header that orders an answer of a mock; nil for "".
func Order(text string) map[string]string {
	if text == "" {
		return nil
	}
	return map[string]string{HTTPHeader: text}
}

// maxDelay bounds how long an answer can be held back.
const maxDelay = time.Minute

// form is which of an interface's possible responses is wanted.
type form string

const (
	byDocument form = ""        // the example where it fits, else made-up data
	example    form = "example" // the example to the letter
	empty      form = "empty"   // required members only, empty lists
	random     form = "random"  // made-up data in any case
)

// order is the answer that a caller ordered.
type order struct {
	form  form
	code  string        // instead of a response
	field string        // that the code is about; empty: none
	delay time.Duration // before the answer
	gone  <-chan struct{}
}

// wait holds the answer back, unless the caller leaves.
func (o *order) wait() {
	if o.delay <= 0 {
		return
	}
	timer := time.NewTimer(o.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-o.gone:
	}
}

// parseOrder reads an order: words with commas between them.
func parseOrder(text string, s *spec.System) (*order, error) {
	o := &order{}
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		name, value, _ := strings.Cut(word, "=")
		switch {
		case word == "":
		case name == "delay":
			d, err := time.ParseDuration(value)
			if err != nil || d < 0 || d > maxDelay {
				return nil, fmt.Errorf("%q: write delay=2s, at most %s", word, maxDelay)
			}
			o.delay = d
		case word == string(example), word == string(empty), word == string(random):
			o.form = form(word)
		default:
			code, field, _ := strings.Cut(word, ":")
			if !hasCode(s, code) || code == s.Reply.Success {
				return nil, fmt.Errorf("%q is neither delay=…, example, empty or random nor a code of an error of %s", word, s.Name)
			}
			o.code, o.field = code, field
		}
	}
	return o, nil
}

// hasCode reports whether a code is in the catalogue of a system.
func hasCode(s *spec.System, code string) bool {
	for e := range s.EveryCode() {
		if e.Code == code {
			return true
		}
	}
	return false
}

// orderKey is the key of a context with the text of an order.
type orderKey struct{}

// asked is the order that came with a request.
type asked struct {
	text string
	gone <-chan struct{}
}

// orderOf reads the order of a request.
func orderOf(ctx context.Context, s *spec.System) (*order, error) {
	a, _ := ctx.Value(orderKey{}).(asked)
	o, err := parseOrder(a.text, s)
	if err != nil {
		return nil, err
	}
	o.gone = a.gone
	return o, nil
}

// ordered finds the order of a request before it is opened.
type ordered struct {
	next  http.Handler
	paths map[string]*spec.System // of sealed systems
}

// sealedPaths lists the paths of systems with sealed messages.
func sealedPaths(systems []*spec.System) map[string]*spec.System {
	out := map[string]*spec.System{}
	for _, s := range systems {
		if !s.HasPaths() {
			out[s.Endpoint.Path] = s
		}
	}
	return out
}

// ServeHTTP passes a request on, with its order.
func (h *ordered) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := asked{text: r.Header.Get(HTTPHeader), gone: r.Context().Done()}
	if s := h.paths[r.URL.Path]; s != nil && a.text == "" {
		a.text = h.sealed(r, s)
	}
	h.next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), orderKey{}, a)))
}

// sealed reads the order beside what is sealed: in a member of an object of the body, or
// of one in the query. An unreadable message has none.
// The body can be read again.
func (h *ordered) sealed(r *http.Request, s *spec.System) string {
	places := slices.Concat(slices.Collect(maps.Values(r.URL.Query()))...)
	if r.Method != http.MethodGet && r.ContentLength > 0 {
		limit := s.Limits.Body
		if limit == 0 {
			limit = route.DefaultMaxBody
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, limit))
		rest := io.Reader(r.Body)
		if err != nil {
			rest = broken{err}
		}
		r.Body = again{io.MultiReader(bytes.NewReader(body), rest), r.Body}
		var outer map[string]json.RawMessage
		if json.Unmarshal(body, &outer) == nil {
			for _, member := range outer {
				places = append(places, string(member))
			}
		}
	}
	for _, place := range places {
		var fields map[string]json.RawMessage
		if json.Unmarshal([]byte(place), &fields) == nil && fields[HeaderField] != nil {
			return scalar(fields[HeaderField])
		}
	}
	return ""
}

// scalar is a text or a number as text.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return strings.Trim(string(raw), `"`) // a number
	}
	return text
}

// again is a body that was read and can be read once more.
type again struct {
	io.Reader
	io.Closer
}

// broken is a body that cannot be read to its end.
type broken struct{ err error }

// Read fails.
func (b broken) Read([]byte) (int, error) { return 0, errors.Join(io.ErrUnexpectedEOF, b.err) }
