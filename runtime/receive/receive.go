// Package receive is the other end of notifications: an http.Handler for the
// application that gets a data centre's notifications. It verifies the message as the
// system's protocol declares it, decodes and validates the notification with its
// generated code, calls a method, and answers as declared.
//
// The codes of the answers are those of the system's rules:
//
//	success      the method returned nil
//	required, type, …  the notification breaks a rule of its fields; the text names the first
//	json         the payload is not well-formed JSON, or nested too deep
//	internal     the method failed or panicked
//	unavailable  it took too long, or the Deduper failed
//	empty        no payload where fields are required
//	interface    no method takes the notification, or no document has it
//	auth         the message does not verify; a protocol may declare other codes
//	repeated     the message was carried out already: an answer of success
//	sid          a message id that only the application itself gives
//
// Who cannot be known gets the answer that the protocol declares for that, or HTTP 401
// and no body. A handshake is answered by the protocol, and no method is called.
//
// A data centre sends everything that is not answered with success again, before any
// later notification. So a method returns nil only when its effect is on disk, and an
// error only when trying again may help.
package receive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
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
	Secrets map[string]string // keys by name: token, appkey; of a pair the half that the receiver has
	Former  map[string]string // those before a rotation, which are good too
	// Seen knows which messages were carried out. Nil: none, every message is
	// carried out as often as it comes.
	Seen Deduper
	// Nonces keeps the values that count once. Nil: in the memory of this process.
	Nonces   Nonces
	Tokens   protocol.Tokens  // that the application issued; needed where the protocol has such
	Timeout  time.Duration    // of a method with its look at Seen, default DefaultTimeout
	Zone     string           // of times without one; empty: the system's
	Limits   wire.Limits      // of a payload; zero: the system's
	Log      *slog.Logger     // nil: discard. One line a message, no values of it
	Observer route.Observer   // nil: nobody
	Now      func() time.Time // nil: time.Now
}

// Format writes whose messages are received, and none of the secrets, whatever the verb.
func (c Config) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "receiver of %s for app %s", c.System.Name, c.App)
}

// Call has the facts about a message beside its fields.
type Call struct {
	System string
	Cmd    string
	Sender string // id of the data centre, empty where the protocol does not have it
	Sid    string // id of the message, the same on every try; empty where the protocol has none
	Zone   *time.Location
}

// Take is a method that takes a notification, a generated struct that is decoded
// and valid; its strings belong to the method. The context ends after
// Config.Timeout, and not when the data centre hangs up. An error that is a
// *problem.Error is answered with its code, any other with that of a failure; neither
// text reaches the data centre.
type Take[Q any] func(ctx context.Context, call *Call, q *Q) error

// Handler handles one notification. Generated functions make Handlers.
type Handler struct {
	cmd  string
	read func(payload []byte, zone *time.Location, limits wire.Limits) (any, error)
	take func(ctx context.Context, call *Call, q any) error
}

// Handle returns the handler of a notification. Generated code calls it, so that
// cmd and struct belong together: lianfa.OnCstInfoNotify(take).
func Handle[Q any, PQ route.Request[Q]](cmd string, take Take[Q]) Handler {
	i := route.Describe[Q, PQ](route.Interface{Cmd: cmd})
	return Handler{cmd, i.Judge, func(ctx context.Context, call *Call, q any) error { return take(ctx, call, q.(*Q)) }}
}

// receiver has the state that the handlers of one application share.
type receiver struct {
	system   route.System
	push     *protocol.Exchange
	app      string
	sender   string
	keys     *protocol.Keys
	shared   *protocol.Keys // of the system
	served   map[string]notification
	only     string // the one notification, where messages do not say which they are
	seen     Deduper
	nonces   Nonces
	tokens   protocol.Tokens
	timeout  time.Duration
	zone     *time.Location
	log      *slog.Logger
	observer route.Observer
	now      func() time.Time
	busy     inFlight
}

// notification is one that has a handler.
type notification struct {
	Handler
	needs bool // some field is required
}

// New returns a handler for the notifications that have one; all others are
// answered as unknown, so subscribe only to notifications with a handler. It
// is safe for concurrent use, and serves any path.
//
// It refuses an unknown zone, a protocol without notifications, keys that the protocol
// needs and lacks, and a handler whose cmd is no notification of the system or has a
// handler already. Where messages do not say which notification they are, each has a
// receiver and a URL of its own.
func New(config Config, handlers ...Handler) (http.Handler, error) {
	s := config.System
	if s.Protocol == nil || s.Protocol.Push == nil {
		return nil, fmt.Errorf("the protocol of system %s has no notifications", s.Name)
	}
	r := &receiver{
		system: s, push: s.Protocol.Push, app: config.App, sender: s.Protocol.Sender(), seen: config.Seen, nonces: config.Nonces,
		tokens: config.Tokens, timeout: config.Timeout, log: config.Log, observer: config.Observer, now: config.Now,
	}
	switch {
	case r.app == "":
		return nil, errors.New("no App")
	case r.sender == r.app:
		return nil, fmt.Errorf("app %q is the sender of notifications; an application has another id", r.app)
	case len(handlers) == 0:
		return nil, errors.New("no handlers")
	case !r.push.NamesInterface() && len(handlers) > 1:
		return nil, fmt.Errorf("messages of system %s do not say which notification they are: make a receiver for each, with a URL of its own", s.Name)
	}
	r.defaults(config)
	var err error
	if r.zone, err = time.LoadLocation(r.system.Zone); err != nil {
		return nil, fmt.Errorf("system %s: time zone: %w", s.Name, err)
	}
	if err := r.serve(handlers); err != nil {
		return nil, err
	}
	if r.keys, r.shared, err = Prepare(s.Protocol, r.app, config.Secrets, config.Former); err != nil {
		return nil, err
	}
	return r, nil
}

// defaults fills in what the configuration leaves out.
func (r *receiver) defaults(config Config) {
	if r.timeout <= 0 {
		r.timeout = DefaultTimeout
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	if r.now == nil {
		r.now = time.Now
	}
	if r.nonces == nil {
		r.nonces = newUsed()
	}
	if r.system.MaxBody == 0 {
		r.system.MaxBody = route.DefaultMaxBody
	}
	if config.Zone != "" {
		r.system.Zone = config.Zone
	}
	if config.Limits != (wire.Limits{}) {
		r.system.Limits = config.Limits
	}
	r.system.Limits.Lone = r.system.Limits.Lone || r.system.Protocol.Declaration().Push.XML()
}

// serve finds the notifications of handlers, out of all interfaces of the system.
func (r *receiver) serve(handlers []Handler) error {
	sent := map[string]route.Interface{}
	for _, i := range r.system.Interfaces {
		if i.Kind == route.Notify && i.Status != route.Unimplemented {
			sent[i.Cmd] = i
		}
	}
	r.served = map[string]notification{}
	for _, h := range handlers {
		i, ok := sent[h.cmd]
		if !ok {
			return fmt.Errorf("%q is no notification of the system, or has two handlers", h.cmd)
		}
		delete(sent, h.cmd)
		r.served[h.cmd] = notification{h, i.Needs}
		if !r.push.NamesInterface() {
			r.only = h.cmd
		}
	}
	return nil
}

// Prepare makes the keys of an application ready for what it receives: own, and those
// that are the same for all apps. It refuses what notifications need and secrets lack.
func Prepare(p *protocol.Protocol, app string, secrets, former map[string]string) (own, shared *protocol.Keys, err error) {
	all, system := protocol.Secrets{}, protocol.Secrets{}
	for _, need := range p.Needs(false) {
		text, old := secrets[need.Name], former[need.Name]
		if text == "" && !p.Push.UsesKey(need.Name) {
			continue // calls need it
		}
		if text == "" {
			return nil, nil, fmt.Errorf("key %s is missing", need.Name)
		}
		all[need.Name] = []string{text}
		if old != "" {
			all[need.Name] = append(all[need.Name], old)
		}
		if need.System {
			system[need.Name] = all[need.Name]
		}
	}
	if own, err = p.Keys(app, all); err == nil {
		shared, err = p.Keys("", system)
	}
	return own, shared, err
}

// Keys are those of the application, whether a message names it or not: the data
// centre protects what it sends with them.
func (r *receiver) Keys(_ context.Context, app string) (*protocol.Keys, error) {
	if app != "" && app != r.app {
		return nil, nil //nolint:nilnil // nobody else is known here
	}
	return r.keys, nil
}
