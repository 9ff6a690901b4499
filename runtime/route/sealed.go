package route

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
)

// sealed serves a system whose messages are sealed and named by a header of
// their own: one URL for all interfaces.
type sealed struct{ *system }

// ServeHTTP takes one message in and sends the reply.
func (s sealed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := s.Now()
	x := s.pool.Get().(*exchange)
	defer s.pool.Put(x)
	x.cmd = ""
	call := Call{System: s.Name, Zone: s.zone}
	refusal := s.exchange(w, r, x, &call)
	s.done(r.Context(), &call, refusal, start)
}

// exchange is the road of one request, down and up.
func (s sealed) exchange(w http.ResponseWriter, r *http.Request, x *exchange, call *Call) *problem.Error {
	status, wrong := s.take(r, x)
	if status != 0 {
		return s.door(w, x, status, wrong)
	}
	id := s.codec.App(&x.message)
	app, known := s.Apps.App(r.Context(), s.Name, id)
	if !known {
		w.WriteHeader(http.StatusUnauthorized) // no key, so no reply that could be read
		return problem.New(problem.App)
	}
	call.App = app.ID
	if wrong != nil {
		_ = s.refuse(x, wrong) // written; wrong is returned below
	} else {
		wrong = s.process(r, x, call, app)
	}
	return s.reply(w, x, call, app, wrong)
}

// take reads the outer message into x. With a refusal it returns a status where
// that must go out unsealed, because no app is known, and 0 where it can be
// sealed.
func (s sealed) take(r *http.Request, x *exchange) (int, *problem.Error) {
	if !s.allows(r.Method) {
		return http.StatusMethodNotAllowed, problem.New(problem.Method)
	}
	var err error
	if r.Method == http.MethodGet {
		query := r.URL.Query()
		if len(query["header"]) != 1 || len(query["data"]) > 1 {
			return http.StatusBadRequest, problem.New(problem.JSON)
		}
		err = s.codec.ParseParts([]byte(query.Get("header")), []byte(query.Get("data")), &x.message)
	} else {
		if status, refusal := s.body(r, x); refusal != nil {
			return status, refusal
		}
		err = s.codec.Parse(x.body, &x.message)
	}
	refusal := problem.From(err)
	if refusal != nil && (refusal.Rule == problem.JSON || s.codec.App(&x.message) == "") {
		return http.StatusBadRequest, refusal
	}
	return 0, refusal
}

// body reads the HTTP body into x.body, or returns its fault.
func (s *system) body(r *http.Request, x *exchange) (int, *problem.Error) {
	switch {
	case r.ContentLength < 0:
		return http.StatusLengthRequired, problem.New(problem.JSON)
	case !isJSON(r.Header.Get("Content-Type")) || r.Header.Get("Content-Encoding") != "":
		return http.StatusUnsupportedMediaType, problem.New(problem.JSON)
	case r.ContentLength > s.MaxBody:
		return http.StatusRequestEntityTooLarge, problem.New(problem.Size)
	case r.ContentLength == 0:
		return http.StatusBadRequest, problem.New(problem.Empty)
	}
	if n := int(r.ContentLength); cap(x.body) < n {
		x.body = make([]byte, n)
	} else {
		x.body = x.body[:n]
	}
	if _, err := io.ReadFull(r.Body, x.body); err != nil {
		return http.StatusBadRequest, problem.Wrap(problem.Empty, errors.New("the body ends before its length"))
	}
	return 0, nil
}

// process opens the message and answers it; the unsealed reply is in x.out.
func (s sealed) process(r *http.Request, x *exchange, call *Call, app App) *problem.Error {
	plain, err := s.codec.Open(nil, &x.message, app.Keys)
	if err != nil {
		return s.refuse(x, problem.From(err))
	}
	call.Sid = s.codec.MessageID(&x.message)
	x.cmd = x.message.Value(s.Dispatch)
	if outdated(app.ID, call.Sid, s.Now().In(s.zone)) {
		return s.refuse(x, problem.New(problem.Sid))
	}
	one, refusal := s.pick(x.cmd)
	if refusal != nil {
		return s.refuse(x, refusal)
	}
	call.Cmd = one.Cmd
	switch {
	case r.Method == http.MethodGet && one.Kind != Query:
		return s.refuse(x, problem.New(problem.Method))
	case !app.May(one.Cmd):
		return s.refuse(x, problem.New(problem.Grant))
	case one.Status == Deprecated:
		s.Log.Warn("deprecated interface called", "system", s.Name, "cmd", one.Cmd, "app", app.ID)
	}
	return s.serve(r.Context(), x, call, one, plain, nil)
}

// reply seals x.out and sends it. Only a verified request has its sid and cmd
// repeated.
func (s sealed) reply(w http.ResponseWriter, x *exchange, call *Call, app App, refusal *problem.Error) *problem.Error {
	x.values = [3]envelope.Value{
		{Name: s.sidField, Text: call.Sid},
		{Name: s.cmdField, Text: x.cmd},
		{Name: "timestamp", Text: strconv.FormatInt(s.Now().Unix(), 10)},
	}
	var err error
	x.reply, err = s.codec.Seal(x.reply[:0], envelope.Header{Values: x.values[:], Reply: true}, x.out.Bytes(), app.Keys)
	if err != nil {
		s.Log.Error("a reply could not be sealed", "system", s.Name, "cmd", call.Cmd, "cause", err)
		w.WriteHeader(http.StatusInternalServerError)
		return problem.Wrap(problem.Internal, err)
	}
	s.send(w, http.StatusOK, x.reply)
	return refusal
}

// door sends a refusal to an unknown caller: a constant text, unsealed.
func (s *system) door(w http.ResponseWriter, x *exchange, status int, refusal *problem.Error) *problem.Error {
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", strings.Join(s.Methods, ", "))
	}
	_ = s.refuse(x, refusal) // written
	s.send(w, status, x.out.Bytes())
	return refusal
}

// send writes a body with its length.
func (s *system) send(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h["Content-Type"] = jsonType
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller that left has nobody to tell
}

var jsonType = []string{"application/json; charset=utf-8"}
