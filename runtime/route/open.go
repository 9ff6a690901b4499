package route

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-faster/jx"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// open serves one path of a system whose messages are not sealed: values stand
// in the query, and every reply is plain.
type open struct {
	*system
	interfaces []*Interface // one for each method
}

// ServeHTTP takes one request in and sends the reply.
func (s open) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
	s.done(&call, refusal, start)
}

// process is the road of one request; the reply is in x.out.
func (s open) process(r *http.Request, x *exchange, call *Call) *problem.Error {
	var one *Interface
	for _, i := range s.interfaces {
		if i.Method == r.Method {
			one = i
		}
	}
	if one == nil {
		return s.refuse(x, problem.New(problem.Method))
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return s.refuse(x, problem.New(problem.JSON))
	}
	if err := s.codec.ParseQuery(query.Get, &x.message); err != nil {
		return s.refuse(x, problem.From(err))
	}
	app, known := s.Apps.App(r.Context(), s.Name, s.codec.App(&x.message))
	if !known {
		return s.refuse(x, problem.New(problem.App))
	}
	call.App = app.ID
	if _, err := s.codec.Open(nil, &x.message, app.Keys); err != nil {
		return s.refuse(x, problem.From(err))
	}
	one, refusal := s.pick(one.Cmd)
	if refusal != nil {
		return s.refuse(x, refusal)
	}
	call.Cmd = one.Cmd
	if !app.May(one.Cmd) {
		return s.refuse(x, problem.New(problem.Grant))
	}
	return s.serve(r.Context(), x, call, one, object(query))
}

// methods lists what the path takes.
func (s open) methods() string {
	var names []string
	for _, i := range s.interfaces {
		names = append(names, i.Method)
	}
	return strings.Join(names, ", ")
}

// object writes the values of a query as a JSON object of strings, so that they
// are decoded like any other request. A name that is given twice stands twice,
// and is refused as such.
func object(query url.Values) []byte {
	var enc jx.Encoder
	enc.ObjStart()
	for name, values := range query {
		for _, value := range values {
			enc.FieldStart(name)
			enc.Str(value)
		}
	}
	enc.ObjEnd()
	return enc.Bytes()
}
