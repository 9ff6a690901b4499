package gate

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// input merges the fields outside the payload with its members. What it returns is its
// own: requests alias it.
func (e *entry) input(r *http.Request, x *exchange, w *way) (input []byte, outside []wire.Outside, err error) {
	payload := x.admitted.Payload()
	if payload == nil && w.own {
		payload = x.admitted.Own(x.body)
	}
	if e.Form && bytes.Equal(payload, x.body) {
		payload = nil // the protocol takes the body as it is, and the interface has it as a form
	}
	if len(e.outside) == 0 {
		return bytes.Clone(payload), nil, nil
	}
	outside = append(outside, e.outside...)
	f := fields{r: r, body: x.body}
	for i := range outside {
		if err := f.find(e, &outside[i], e.Outside[i]); err != nil {
			return nil, nil, problem.Wrap(problem.JSON, err)
		}
	}
	input, err = wire.Merge(nil, outside, payload)
	return input, outside, err
}

// wellFormed refuses a query or a form with an escape that is none, where fields are in
// it.
func (e *entry) wellFormed(r *http.Request, x *exchange) *problem.Error {
	for i, in := range []string{"query", "form"} {
		raw := r.URL.RawQuery
		if i == 1 {
			raw = string(x.body)
		}
		if !slices.ContainsFunc(e.Outside, func(p route.Place) bool { return p.In == in }) {
			continue
		}
		if _, err := url.QueryUnescape(raw); err != nil {
			return problem.Wrap(problem.JSON, errEscape)
		}
	}
	return nil
}

// Why values outside the payload cannot be read; only the log says which.
var (
	errTwice  = errors.New("a query value, header, cookie or form value is given twice")
	errEscape = errors.New("a query or form with an escape that is none")
	errDots   = errors.New("a value in the path that leads elsewhere")
)

// fields are the values of a request outside its payload; each place is read when the
// first field asks for it.
type fields struct {
	r           *http.Request
	body        []byte
	query, form url.Values
	parts       *step.Tree
}

// find looks a field up in its place.
func (f *fields) find(e *entry, o *wire.Outside, at route.Place) error {
	var values []string
	switch at.In {
	case "path":
		if values = []string{f.r.PathValue(e.param(at.Name))}; values[0] == "." || values[0] == ".." {
			return errDots // a proxy in front would have made another path of it
		}
	case "header":
		values = f.r.Header[http.CanonicalHeaderKey(at.Outer())]
	case "cookie":
		values = cookies(f.r.Header["Cookie"], at.Outer())
	case "form":
		if err := once(&f.form, string(f.body)); err != nil {
			return err
		}
		values = f.form[at.Name]
	case "multipart":
		return f.part(o, at.Name)
	default:
		if err := once(&f.query, f.r.URL.RawQuery); err != nil {
			return err
		}
		values = f.query[at.Outer()]
	}
	if len(values) > 1 {
		return errTwice
	}
	if len(values) == 1 {
		o.Text, o.Set = values[0], true
	}
	return nil
}

// cookies are the values of a cookie. What a cookie cannot hold is escaped as in a path; a
// value with an escape that is none is taken as it is.
func cookies(headers []string, name string) (out []string) {
	for _, header := range headers {
		for pair := range strings.SplitSeq(header, ";") {
			key, value, _ := strings.Cut(strings.Trim(pair, " \t"), "=")
			if key != name {
				continue
			}
			if text, err := url.PathUnescape(value); err == nil {
				value = text
			}
			out = append(out, value)
		}
	}
	return out
}

// part looks a field up among the parts of a multipart body. Of a file it is the base64
// of what is in it.
func (f *fields) part(o *wire.Outside, name string) error {
	if f.parts == nil {
		f.parts = new(step.Tree)
		if err := f.parts.Multipart(f.r.Header.Get("Content-Type"), f.body); err != nil {
			return err
		}
	}
	at, err := f.parts.Find(0, name)
	if err != nil {
		return errTwice
	}
	if at < 0 {
		return nil
	}
	part := &f.parts.Nodes[at]
	o.Text, o.Set = string(part.Text), true
	if part.File != "" {
		o.Text = base64.StdEncoding.EncodeToString(part.Text)
	}
	return nil
}

// once parses a query or form unless that was done. A name that is given twice is
// refused, whether a field has it or not: the two ends could take it for different
// values.
func once(values *url.Values, raw string) error {
	if *values != nil {
		return nil
	}
	parsed, err := url.ParseQuery(raw)
	if err != nil {
		return errEscape
	}
	for _, v := range parsed {
		if len(v) > 1 {
			return errTwice
		}
	}
	*values = parsed
	return nil
}

// param is the name under which the multiplexer knows a parameter of the path.
func (e *entry) param(name string) string {
	for i, p := range e.params {
		if p == name {
			return wildcard(i)
		}
	}
	return ""
}
