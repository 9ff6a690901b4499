package gate

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/trace"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// exchange has the state and the buffers of one request, which the next one uses
// again. It knows the caller's keys, so that the app is looked up once.
type exchange struct {
	*system
	side     *protocol.Side
	body     []byte
	message  message.Message
	admitted *protocol.Admitted
	app      App         // the caller, once it is known
	cmd      string      // of the interface
	frame    string      // of its replies
	notices  [][2]string // headers that say when the interface ends
	at       string      // the app whose URL it is, where messages do not name theirs
	in       wire.Reader
	out      wire.Writer // members of the reply, if it is one of success
	visit    limit.Visit
	status   int // of HTTP
}

// maxRoom is the largest buffer that an exchange keeps from one request to the next.
const maxRoom = 64 << 10

// errNoURL is why a request is refused that no app can be found for.
var errNoURL = errors.New("no message names its app, and not one app is registered: with several, each calls URLs of its own, /app/ID in front of the path")

// Keys finds the keys of a caller.
func (x *exchange) Keys(ctx context.Context, id string) (*protocol.Keys, error) {
	if id == "" {
		id = x.at
	}
	app, known := x.Apps.App(ctx, x.Name, id)
	switch {
	case !known && id == "":
		return nil, problem.Wrap(problem.App, errNoURL)
	case !known:
		return nil, nil //nolint:nilnil // nobody has that id
	}
	x.app = app
	return app.Keys, nil
}

// end forgets the request.
func (x *exchange) end() {
	if x.admitted != nil {
		x.admitted.Release()
	}
	x.admitted, x.message, x.app, x.cmd, x.frame, x.at, x.notices = nil, message.Message{}, App{}, "", "", "", nil
	x.visit.Leave()
	if cap(x.body) > maxRoom {
		x.body = nil
	}
	if len(x.out.Bytes()) > maxRoom {
		x.out = wire.Writer{}
	}
	x.pool.Put(x)
}

// ServeHTTP takes one request in and sends the reply.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := g.Now()
	r, span := g.traced(r)
	w.Header().Set("Cache-Control", "no-store") // a reply belongs to one caller, and its URL may hold a token
	x := g.pool.Get().(*exchange)
	defer x.end()
	call := route.Call{System: g.Name, Zone: g.zone}
	way, fault := g.arrive(w, r, x)
	var refusal *problem.Error
	if fault != nil {
		refusal = fault.Error
	} else {
		refusal = g.process(r, x, way, &call)
	}
	g.judged(r.Context(), x, refusal)
	_, seal := trace.Start(r.Context(), "seal")
	refusal = g.reply(w, x, &call, fault, refusal)
	seal.End()
	g.done(r, x, &call, refusal, start, span)
}

// arrive lets a request in, as far as its address may have one more, and reads it.
func (g *gate) arrive(w http.ResponseWriter, r *http.Request, x *exchange) (*way, *fault) {
	var err error
	if x.visit, err = g.Limiter.Arrive(r.Context(), limit.From(r.RemoteAddr)); err != nil {
		return nil, overloaded(w, err)
	}
	return g.read(w, r, x)
}

// overloaded refuses a request that was not read. Its connection ends, because what is
// left of it would have to be read.
func overloaded(w http.ResponseWriter, err error) *fault {
	w.Header().Set("Connection", "close")
	return &fault{http.StatusServiceUnavailable, problem.Wrap(problem.Unavailable, err)}
}

// judged is called when it is clear what a request is answered with. Only its reply is
// left to do.
func (g *gate) judged(ctx context.Context, x *exchange, refusal *problem.Error) {
	size := -1
	if refusal == nil {
		size = len(x.out.Bytes())
	}
	x.visit.Worked(size)
	named := x.admitted != nil && x.admitted.Known()
	if refusal == nil || named && !x.admitted.Unproved() {
		return
	}
	x.visit.Unproved()
	if named && g.Unproved != nil {
		g.Unproved(ctx)
	}
}

// process is the road of one request that could be read: the members of its reply are
// in x.out, or it returns the refusal.
func (g *gate) process(r *http.Request, x *exchange, w *way, call *route.Call) (refusal *problem.Error) {
	defer func() {
		if v := recover(); v != nil {
			refusal = g.panicked(call, v)
		}
	}()
	ctx, open := trace.Start(r.Context(), "open")
	err := g.admit(ctx, x, w, call)
	open.End()
	if err != nil {
		return problem.From(err)
	}
	if x.admitted.Handshake() {
		return nil
	}
	if w.entry != nil { // behind admission: a caller who is known gets the document's code
		if refusal := w.entry.wellFormed(r, x); refusal != nil {
			return refusal
		}
	}
	call.Sid = string([]byte(x.admitted.MessageID())) // handlers may keep it
	if outdated(x.app.ID, call.Sid, g.Now().In(g.zone)) {
		return problem.New(problem.Sid)
	}
	one, refusal := g.meant(r, x, w)
	if refusal != nil {
		return refusal
	}
	call.Cmd, x.cmd, x.frame = one.Cmd, one.Cmd, one.Frame
	switch {
	case w.entry == nil && !one.comes(r.Method):
		return problem.New(problem.Method)
	case !x.app.May(one.Cmd) && (one.Revision == nil || !x.app.May(one.Revision.Of)):
		return problem.New(problem.Grant)
	case one.Status == route.Deprecated:
		x.notices = one.notices
		g.Log.Warn("deprecated interface called", "system", g.Name, "cmd", one.Cmd, "app", x.app.ID)
	}
	if err := x.visit.Proved(r.Context(), g.Name+"/"+x.app.ID, one.Cmd, x.app.Limit, one.Kind == route.Query); err != nil {
		return problem.Wrap(problem.Unavailable, err)
	}
	if e := w.entry; e != nil && (e.Interface == one.Interface || one.Revision.Shares()) {
		one = one.with(e.params) // it knows the parameters of its path
	}
	input, outside, err := one.input(r, x, w)
	if err != nil {
		return problem.From(err)
	}
	return g.serve(r.Context(), x, call, one, input, outside)
}

// meant finds the interface that a request means, and of its revisions the one.
func (g *gate) meant(r *http.Request, x *exchange, w *way) (*entry, *problem.Error) {
	one, refusal := g.pick(x.admitted.Interface())
	switch {
	case refusal != nil:
		return nil, refusal
	case one.Revision.Shares():
		return nil, problem.New(problem.Interface) // a field or a grant chooses it
	case len(one.revisions) == 0:
		return one, nil
	}
	chosen, err := one.choose(r, x, w)
	if err != nil {
		return nil, problem.From(err)
	}
	return g.pick(chosen.Cmd)
}

// admit finds out who calls, and proves it.
func (g *gate) admit(ctx context.Context, x *exchange, w *way, call *route.Call) (err error) {
	in := protocol.Incoming{Message: &x.message}
	if w.entry != nil {
		in.Interface, in.Frame = w.entry.Cmd, w.entry.Frame
	}
	x.admitted, err = g.exchange.Admit(ctx, in, g.receiver(x))
	if x.admitted.Known() {
		call.App, call.Scopes = x.app.ID, g.reach(x.app)
	}
	if e := g.entries[x.admitted.Interface()]; e != nil {
		x.cmd, x.frame = e.Cmd, e.Frame
	}
	return err
}

// comes reports whether an interface that the message names may come by a method: its
// own, or where it has none GET for queries only.
func (e *entry) comes(method string) bool {
	if e.Method != "" {
		return method == e.Method
	}
	return method != http.MethodGet || e.Kind == route.Query
}

// serve decodes and answers; the members of the reply are in x.out. outside are the
// fields of a merged input from outside the payload. It returns the refusal, or nil.
func (s *system) serve(
	ctx context.Context, x *exchange, call *route.Call, one *entry, input []byte, outside []wire.Outside,
) *problem.Error {
	if len(input) == 0 {
		if one.Needs {
			return problem.New(problem.Empty)
		}
		input = []byte("{}")
	}
	x.in.ResetMerged(input, outside, s.zone, s.Limits)
	response, err := one.serve(x.visit.With(context.WithoutCancel(ctx)), call, &x.in)
	if err != nil {
		return s.declared(one.Cmd, problem.From(err))
	}
	if s.Answered != nil {
		s.Answered(*call, one.Kind)
	}
	x.out.Reset(s.zone)
	x.out.Begin()
	response.Encode(&x.out)
	x.out.End()
	return nil
}

// reply writes and sends the reply of an outcome. It returns the refusal that was sent.
func (g *gate) reply(w http.ResponseWriter, x *exchange, call *route.Call, fault *fault, refusal *problem.Error) *problem.Error {
	if x.admitted == nil {
		x.admitted = g.exchange.Unread(g.receiver(x))
	}
	outcome := g.outcome(x, refusal)
	if fault != nil {
		outcome.Unread = fault.status
	}
	m, err := g.exchange.Reply(x.admitted, outcome)
	if err != nil {
		g.Log.Error("a reply could not be written", "system", g.Name, "cmd", call.Cmd, "cause", err)
		x.status = http.StatusInternalServerError
		w.WriteHeader(x.status)
		return problem.Wrap(problem.Internal, err)
	}
	status := http.StatusUnauthorized // nobody is known to whom a reply could be written
	switch {
	case m != nil:
		status = m.Status
	case fault != nil:
		status = fault.status
	}
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", g.methods())
	}
	x.status = status
	if m == nil {
		w.WriteHeader(status)
		return refusal
	}
	h := w.Header()
	for name, values := range m.Header {
		h[name] = values
	}
	for _, notice := range x.notices {
		h.Set(notice[0], notice[1])
	}
	h.Set("Content-Length", strconv.Itoa(len(m.Body)))
	w.WriteHeader(status)
	send(w, m.Body)
	return refusal
}

// The pace at which a large reply must be taken.
const (
	chunk     = 64 << 10
	chunkTime = 5 * time.Second
	replyTime = 30 * time.Second
)

// send writes a body, a large one piece by piece: a caller that does not take it must not
// keep it in memory for long.
func send(w http.ResponseWriter, body []byte) {
	if len(body) <= chunk {
		_, _ = w.Write(body) // a caller that left has nobody to tell
		return
	}
	control := http.NewResponseController(w)
	end := time.Now().Add(replyTime)
	for len(body) > 0 {
		n := min(len(body), chunk)
		by := time.Now().Add(chunkTime)
		if by.After(end) {
			by = end
		}
		_ = control.SetWriteDeadline(by) // a ResponseWriter without it has other limits
		if _, err := w.Write(body[:n]); err != nil {
			return
		}
		body = body[n:]
	}
}

// outcome is what the reply says.
func (s *system) outcome(x *exchange, refusal *problem.Error) protocol.Outcome {
	if refusal == nil && x.admitted.Handshake() {
		return protocol.Outcome{OK: true, Code: s.Errors.Success}
	}
	if refusal == nil {
		return protocol.Outcome{OK: true, Code: s.Errors.Success, Payload: x.out.Bytes(), Frame: x.frame, Interface: x.cmd}
	}
	code, text := s.Errors.ResolveOf(x.cmd, refusal)
	return protocol.Outcome{Code: code, Text: text, Frame: x.frame}
}
