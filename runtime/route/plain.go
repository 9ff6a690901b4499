package route

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// plain serves one path of a signed system: each interface has a method and a path,
// values are in query, header, path, form or body, a signature proves the caller,
// and replies are not sealed.
type plain struct {
	*system
	entries []entry // one for each method
}

// entry is one interface of a path.
type entry struct {
	*Interface
	outside []wire.Outside // its fields outside the body, without values
	params  []string       // names of the path's parameters, in its order
}

// ServeHTTP takes one request in and sends the reply.
func (s plain) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := s.Now()
	x := s.pool.Get().(*exchange)
	defer s.pool.Put(x)
	call := Call{System: s.Name, Zone: s.zone}
	status := http.StatusOK
	refusal := s.process(r, x, &call)
	if refusal != nil && refusal.Rule == problem.Method {
		status = http.StatusMethodNotAllowed
		w.Header().Set("Allow", s.methods())
	}
	s.send(w, status, x.out.Bytes())
	s.done(r.Context(), &call, refusal, start)
	x.request, x.body = signature.Request{}, x.body[:0]
	x.plain.Reset()
}

// process is the road of one request; the reply is in x.out.
func (s plain) process(r *http.Request, x *exchange, call *Call) (refusal *problem.Error) {
	defer func() {
		if v := recover(); v != nil {
			refusal = s.panicked(x, call, v)
		}
	}()
	one := s.entry(r.Method)
	if one == nil {
		return s.refuse(x, problem.New(problem.Method))
	}
	if refusal := s.read(r, x, one.Interface); refusal != nil {
		return s.refuse(x, refusal)
	}
	app, verified, refusal := s.admit(r.Context(), x, call, one)
	if refusal != nil {
		return s.refuse(x, refusal)
	}
	found, refusal := s.pick(one.Cmd)
	if refusal != nil {
		return s.refuse(x, refusal)
	}
	call.Cmd = found.Cmd
	switch {
	case !app.May(found.Cmd):
		return s.refuse(x, problem.New(problem.Grant))
	case found.Status == Deprecated:
		s.Log.Warn("deprecated interface called", "system", s.Name, "cmd", found.Cmd, "app", app.ID)
	}
	input, outside, err := one.input(r, x, verified)
	if err != nil {
		return s.refuse(x, problem.From(err))
	}
	return s.serve(r.Context(), x, call, found, input, outside)
}

// entry finds the interface of a method, nil where there is none.
func (s plain) entry(method string) *entry {
	for i := range s.entries {
		if s.entries[i].Method == method {
			return &s.entries[i]
		}
	}
	return nil
}

// methods lists the methods of the path.
func (s plain) methods() string {
	var names []string
	for i := range s.entries {
		names = append(names, s.entries[i].Method)
	}
	return strings.Join(names, ", ")
}

// read reads the body into x.body and the request into x.request, or returns its
// fault. A body may come in chunks. Its Content-Type counts only if there is a
// body, and not for cipher text.
func (s plain) read(r *http.Request, x *exchange, one *Interface) *problem.Error {
	if r.ContentLength > s.MaxBody {
		return problem.New(problem.Size)
	}
	body := bytes.NewBuffer(x.body[:0])
	if _, err := body.ReadFrom(io.LimitReader(r.Body, s.MaxBody+1)); err != nil {
		return problem.Wrap(problem.Empty, errors.New("the body ends before its length"))
	}
	x.body = body.Bytes()
	if int64(len(x.body)) > s.MaxBody {
		return problem.New(problem.Size)
	}
	kind := r.Header.Get("Content-Type")
	right := one.Form && isForm(kind) || !one.Form && isJSON(kind) || s.set.Sealed(one.Signature)
	if len(x.body) > 0 && (!right || r.Header.Get("Content-Encoding") != "") {
		return problem.Wrap(problem.JSON, errors.New("another Content-Type or an encoding"))
	}
	x.request = signature.Request{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header, Body: x.body, Form: one.Form,
	}
	return nil
}

// isForm reports whether a content type is that of a form.
func isForm(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == "application/x-www-form-urlencoded"
}

// admit identifies the caller and proves that the request is the caller's own, of
// now, and new.
func (s plain) admit(ctx context.Context, x *exchange, call *Call, one *entry) (App, signature.Verified, *problem.Error) {
	var app App
	find := func(ctx context.Context, id string) (*signature.Keys, bool) {
		found, known := s.Apps.App(ctx, s.Name, id)
		app = found
		return found.Sign, known
	}
	verified, err := s.set.Verify(ctx, one.Signature, &x.request, &x.plain, find, s.guard)
	call.App = verified.App
	return app, verified, problem.From(err)
}

// input merges the fields outside the body with the members of the payload.
func (e *entry) input(r *http.Request, x *exchange, v signature.Verified) (input []byte, outside []wire.Outside, err error) {
	payload := v.Payload()
	if e.Form && bytes.Equal(payload, x.body) {
		payload = nil
	}
	if len(e.outside) == 0 {
		return bytes.Clone(payload), nil, nil
	}
	outside = append(outside, e.outside...)
	if err := e.fill(r, x, v, outside); err != nil {
		return nil, nil, problem.Wrap(problem.JSON, err)
	}
	input, err = wire.Merge(nil, outside, payload)
	return input, outside, err
}

// Why values outside the body cannot be read; only the log says which.
var (
	errTwice  = errors.New("a query value, header or form value is given twice")
	errEscape = errors.New("a query or form with an escape that is none")
)

// fill looks the fields outside the body up in their places.
func (e *entry) fill(r *http.Request, x *exchange, v signature.Verified, outside []wire.Outside) error {
	var query, form url.Values
	for i := range outside {
		o, at := &outside[i], e.Outside[i]
		var values []string
		switch at.In {
		case "path":
			values = []string{r.PathValue(e.param(at.Name))}
		case "header":
			values = r.Header[http.CanonicalHeaderKey(at.Name)]
		case "form":
			if err := once(&form, string(x.body)); err != nil {
				return err
			}
			values = form[at.Name]
		default:
			if err := once(&query, r.URL.RawQuery); err != nil {
				return err
			}
			values = query[at.Name]
		}
		if len(values) > 1 {
			return errTwice
		}
		if len(values) == 1 {
			o.Text, o.Set = values[0], true
		} else {
			o.Text, o.Set = v.Stands(at.In + "." + at.Name)
		}
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
