// Package receive is the other end of notifications: an http.Handler for the
// application that gets a data centre's notifications. It opens and verifies the
// message, decodes and validates the notification with its generated code, calls a
// method, and seals the answer.
//
// It is runtime/route, facing the other way: the one known caller is the data
// centre, and the interfaces are the notifications that have a method.
//
// The answers, in the codes of lianfa:
//
//	0     the method returned nil
//	1001, 1002, 9001, …  the notification breaks a rule of its fields; the text names the first
//	1004  the payload is not well-formed JSON, or nested too deep
//	1005  the method failed, panicked or took too long, or the Deduper failed
//	1007  no payload where fields are required
//	1008  no method takes the notification, or no document has it
//	1009  authCode or dataCode differ
//	1013  the message was carried out already
//	1015  the message id is malformed, or one that only the application itself gives
//
// All of these are sealed, with HTTP 200. A malformed message, or another method
// than POST, gets an unsealed text of the document and another HTTP status; any
// caller but the data centre gets 401 and no body.
//
// A data centre counts 0 and 1013 as delivered and sends everything else again,
// under the same message id, before any later notification. So a method returns
// nil only when its effect is on disk, and an error only when trying again may
// help.
package receive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// DefaultTimeout is how long a method may take where Config says nothing; a data
// centre waits 15 s for the answer.
const DefaultTimeout = 10 * time.Second

// Config names the receiver and the sender.
type Config struct {
	// System is the system that the notifications belong to, for example
	// lianfa.Describe().System. Its answers are not used.
	System  route.System
	App     string            // id of the application that receives
	Secrets map[string]string // of the application, by name: token, appkey
	// Sender is the id of the data centre, the only caller that is let in. Empty: the
	// sender that the system declares.
	Sender string
	// Seen knows which messages were carried out. Nil: none, every message is
	// carried out as often as it comes.
	Seen     Deduper
	Timeout  time.Duration    // of a method with its look at Seen, default DefaultTimeout
	Zone     string           // of times without one; empty: the system's
	Limits   wire.Limits      // of a payload; zero: the system's
	Log      *slog.Logger     // nil: discard. One line a message, no values of it
	Observer route.Observer   // nil: nobody
	Now      func() time.Time // nil: time.Now
}

// Call has the facts about a message beside its fields.
type Call struct {
	System string
	Cmd    string
	Sender string // id of the data centre
	Sid    string // id of the message, the same on every try
	Zone   *time.Location
}

// Take is a method that takes a notification, a generated struct that is decoded
// and valid; its strings belong to the method. The context ends after
// Config.Timeout, and not when the data centre hangs up. An error that is a
// *problem.Error is answered with its code, any other with that of a failure
// (1005); neither text reaches the data centre.
type Take[Q any] func(ctx context.Context, call *Call, q *Q) error

// Handler handles one notification. Generated functions make Handlers.
type Handler struct {
	cmd   string
	serve func(i route.Interface, r *receiver) route.Interface
}

// Handle returns the handler of a notification. Generated code calls it, so that
// cmd and struct belong together: lianfa.OnCstInfoNotify(take).
func Handle[Q any, PQ route.Request[Q]](cmd string, take Take[Q]) Handler {
	return Handler{cmd, func(i route.Interface, r *receiver) route.Interface {
		return route.Handle[Q, nothing, PQ](i, func(ctx context.Context, call *route.Call, q *Q, _ *nothing) error {
			c := &Call{System: call.System, Cmd: call.Cmd, Sender: call.App, Sid: strings.Clone(call.Sid), Zone: call.Zone}
			return r.once(ctx, c, func(ctx context.Context) error { return take(ctx, c, q) })
		})
	}}
}

// nothing is the payload of every answer.
type nothing struct{}

// Encode writes no member.
func (*nothing) Encode(*wire.Writer) {}

// receiver has the state that the handlers of one application share.
type receiver struct {
	app     string
	sender  string
	seen    Deduper
	timeout time.Duration
	log     *slog.Logger
	busy    inFlight
}

// New returns a handler for the notifications that have one; all others are
// answered as unknown (1008), so subscribe only to notifications with a handler. It
// is safe for concurrent use, and serves any path.
//
// It refuses an unknown zone or envelope, a system whose messages are not sealed,
// secrets that the envelope needs and lacks, and a handler whose cmd is no
// notification of the system or has a handler already.
func New(config Config, handlers ...Handler) (http.Handler, error) {
	s := config.System
	r := &receiver{
		app: config.App, sender: config.Sender, seen: config.Seen, timeout: config.Timeout, log: config.Log,
	}
	if r.sender == "" {
		r.sender = s.Envelope.Sender
	}
	if r.timeout <= 0 {
		r.timeout = DefaultTimeout
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	switch {
	case r.app == "":
		return nil, errors.New("no App")
	case r.sender == "" || r.sender == r.app:
		return nil, fmt.Errorf("%q cannot be the sender of the messages that app %q receives", r.sender, r.app)
	case len(handlers) == 0:
		return nil, errors.New("no handlers")
	}
	var err error
	if s.Interfaces, err = r.interfaces(s.Interfaces, handlers); err != nil {
		return nil, err
	}
	s.Methods, s.Envelope.Sender = []string{http.MethodPost}, r.app
	if config.Zone != "" {
		s.Zone = config.Zone
	}
	if config.Limits != (wire.Limits{}) {
		s.Limits = config.Limits
	}
	return r.handler(s, config)
}

// interfaces are the notifications that are served, out of all of the system.
func (r *receiver) interfaces(all []route.Interface, handlers []Handler) ([]route.Interface, error) {
	byCmd := map[string]route.Interface{}
	for _, i := range all {
		if i.Kind == route.Notify && i.Status != route.Unimplemented {
			byCmd[i.Cmd] = i
		}
	}
	var served []route.Interface
	for _, h := range handlers {
		i, ok := byCmd[h.cmd]
		if !ok {
			return nil, fmt.Errorf("%q is no notification of the system, or has two handlers", h.cmd)
		}
		delete(byCmd, h.cmd)
		served = append(served, h.serve(i, r))
	}
	return served, nil
}

// handler serves the system with the keys of the application.
func (r *receiver) handler(s route.System, config Config) (http.Handler, error) {
	codec, err := envelope.New(s.Envelope)
	if err != nil {
		return nil, err
	}
	keys, err := codec.Keys(r.app, config.Secrets)
	if err != nil {
		return nil, err
	}
	handler, err := route.NewReceiver(s, route.Config{
		Apps: centre{id: r.sender, keys: keys}, Codecs: map[string]*envelope.Codec{s.Name: codec},
		Log: r.log, Observer: config.Observer, Now: config.Now,
	})
	if err != nil {
		return nil, err
	}
	return handler, nil
}

// centre is the only caller that is known: the data centre, which seals with the
// keys of the application.
type centre struct {
	id   string
	keys *envelope.Keys
}

// App finds the data centre.
func (c centre) App(_ context.Context, _, id string) (route.App, bool) {
	return route.App{ID: c.id, Keys: c.keys, May: func(string) bool { return true }}, id == c.id
}

// own reports whether only the application itself gives such message ids. A
// message that has one is the sealed reply to a call of the application, sent
// back to it under another cmd, which no code protects.
func (r *receiver) own(sid string) bool {
	return strings.HasPrefix(sid, r.app) && !strings.HasPrefix(sid, r.sender)
}
