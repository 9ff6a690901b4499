package receive

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// delivery is one message on its way.
type delivery struct {
	*receiver
	call     Call
	admitted *protocol.Admitted
	took     []string // values that it has used up
	leave    []func() // what holds others back that have the same
}

// ServeHTTP takes one message and answers it.
func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	start := r.now()
	ctx := context.WithoutCancel(q.Context())
	d := &delivery{receiver: r, call: Call{System: r.system.Name, Sender: r.sender, Zone: r.zone}}
	refusal := problem.From(d.take(ctx, q))
	d.settle(ctx, refusal)
	d.answer(w, refusal)
	d.tell(ctx, refusal, r.now().Sub(start))
	d.admitted.Release()
}

// take verifies a message and carries it out.
func (d *delivery) take(ctx context.Context, q *http.Request) (err error) {
	m, err := d.read(q)
	if err != nil {
		m = new(message.Message) // the answer is one to nobody who is known
	}
	verifying, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	side := protocol.NewSide(d, d.tokens, d, d.now).With(d.shared)
	a, wrong := d.push.Admit(verifying, protocol.Incoming{Message: m, Interface: d.only}, side)
	d.admitted = a
	if a.Proved() {
		d.call.Cmd, d.call.Sid = strings.Clone(a.Interface()), a.ID()
	}
	if err = cmp.Or(err, wrong); err != nil || a.Handshake() {
		return err
	}
	n, ok := d.served[d.call.Cmd]
	payload := bytes.Clone(a.Payload()) // requests alias it
	switch {
	case !ok:
		return problem.New(problem.Interface)
	case len(payload) == 0 && n.needs:
		return problem.New(problem.Empty)
	case len(payload) == 0:
		payload = []byte("{}")
	}
	return d.run(ctx, &n, payload)
}

// read reads a message, or says what is wrong with it as one of HTTP.
func (d *delivery) read(q *http.Request) (*message.Message, error) {
	if !slices.Contains(d.push.Methods(), q.Method) {
		return nil, problem.New(problem.Method)
	}
	if q.ContentLength > d.system.MaxBody {
		return nil, problem.New(problem.Size)
	}
	m, err := message.Request(q, d.system.MaxBody)
	if errors.Is(err, message.ErrSize) {
		return nil, problem.New(problem.Size)
	}
	if err != nil {
		return nil, problem.Wrap(problem.Empty, errors.New("the body ends before its length"))
	}
	return m, nil
}

// run decodes a notification, validates it, and calls its method unless that was done.
func (d *delivery) run(ctx context.Context, n *notification, payload []byte) (err error) {
	defer func() {
		if v := recover(); v != nil { // its text may quote the message
			d.log.Error("a method panicked", "system", d.call.System, "cmd", d.call.Cmd, "value", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			err = problem.New(problem.Internal)
		}
	}()
	q, err := n.Handler.read(payload, d.zone, d.system.Limits)
	if err != nil {
		return err
	}
	return d.once(ctx, &d.call, func(ctx context.Context) error { return n.take(ctx, &d.call, q) })
}

// answer writes the answer.
func (d *delivery) answer(w http.ResponseWriter, refusal *problem.Error) {
	o := protocol.Outcome{OK: true, Code: d.system.Errors.Success, Payload: []byte("{}"), Now: d.now()}
	if refusal != nil {
		o.OK = refusal.Rule == problem.Repeated // it is done already
		o.Code, o.Text = d.system.Errors.Resolve(refusal)
	}
	m, err := d.push.Reply(d.admitted, o)
	if err != nil {
		d.log.Error("an answer could not be written", "system", d.call.System, "cmd", d.call.Cmd, "cause", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if m == nil || refusal != nil && refusal.Rule == problem.App { // another sender learns nothing
		m = &message.Message{Status: http.StatusUnauthorized}
	}
	for name, values := range m.Header {
		w.Header()[name] = slices.Clone(values)
	}
	if refusal != nil && !d.admitted.Known() {
		m.Status = d.door(w, refusal.Rule, m.Status)
	}
	w.WriteHeader(m.Status)
	_, _ = w.Write(m.Body) // a sender that left has nobody to tell
}

// door is the HTTP status for what is wrong as a message of HTTP.
func (d *delivery) door(w http.ResponseWriter, rule problem.Rule, status int) int {
	switch rule {
	case problem.Method:
		w.Header().Set("Allow", strings.Join(d.push.Methods(), ", "))
		return http.StatusMethodNotAllowed
	case problem.Size:
		return http.StatusRequestEntityTooLarge
	}
	return status
}

// tell writes the line of a message into the log and calls the observer. The line has
// no values of the message.
func (d *delivery) tell(ctx context.Context, refusal *problem.Error, took time.Duration) {
	code, level, why := d.system.Errors.Success, slog.LevelInfo, ""
	if refusal != nil {
		code, _ = d.system.Errors.Resolve(refusal)
		why = refusal.Error()
		if refusal.Rule == problem.Internal || refusal.Rule == problem.Unavailable {
			level = slog.LevelError
		}
	}
	if d.observer != nil {
		d.observer.Observe(d.call.System, d.call.Cmd, code, took)
	}
	attrs := []slog.Attr{
		slog.String("system", d.call.System), slog.String("cmd", d.call.Cmd), slog.String("app", d.call.Sender),
		slog.String("sid", d.call.Sid), slog.String("code", code), slog.Duration("took", took),
	}
	if why != "" {
		attrs = append(attrs, slog.String("why", why))
	}
	if d.admitted.Handshake() {
		attrs = append(attrs, slog.Bool("handshake", true))
	}
	d.log.LogAttrs(ctx, level, "notification", attrs...)
}
