// Package gate serves systems over HTTP: it takes a message in, admits it by the
// system's protocol, picks the interface, lets the generated code decode, validate
// and answer, and sends the reply as the protocol has it.
//
// A request goes down once and comes up once. Every error takes one road: it is
// a *problem.Error, the system's catalogue turns it into a code and a text of the
// document, and the protocol's reply carries both.
package gate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/trace"
)

// App is a registered caller.
type App struct {
	ID   string
	Keys *protocol.Keys        // of the system's protocol, or of an overlay of it
	May  func(cmd string) bool // whether it was granted the interface
	// Named says whether it was granted the interface by its name, not by a pattern. nil: never
	Named func(cmd string) bool

	Limit limit.App // what it may have at a time

	// Scopes has the values of each scope that it is bound to, whose rows alone it reaches.
	Scopes map[string][]string
}

// Apps finds registered callers. Disabled apps are not found. Where no message of a
// system names its app, it is called at URLs of the app, below /app/ID; at others id is
// empty, and the only one is meant.
type Apps interface {
	App(ctx context.Context, system, id string) (App, bool)
}

// Refused hears of every refused request: the call as far as it was recognised, and
// the whole refusal, which has no values.
type Refused func(ctx context.Context, call route.Call, refusal *problem.Error)

// Answered hears of every request that was carried out, as soon as its effect is on
// disk and before its reply is sent. It must not wait for anything.
type Answered func(call route.Call, kind route.Kind)

// Counted hears of every request of a proved app to an interface that there is, refused
// or not. It must not wait for anything.
type Counted func(call route.Call, refused bool)

// Tokens knows the tokens that were issued to apps, of all systems; see
// protocol.Tokens.
type Tokens interface {
	Valid(ctx context.Context, system, app, token string) (bool, error)
	App(ctx context.Context, system, token string) (string, error)
	Unsent(ctx context.Context, system, app, token string) ([]string, error)
}

// Nonces knows which values apps have used, of all systems; see protocol.Nonces.
type Nonces interface {
	Use(ctx context.Context, system, app, value string, until time.Time) (bool, error)
}

// Config configures a Server, beside its systems.
type Config struct {
	Apps   Apps
	Tokens Tokens // needed where a protocol asks for issued tokens
	Nonces Nonces // needed where a protocol has values that count once
	// Shared finds the keys of a system that are the same for all apps, nil where there
	// are none; see protocol.Need. Needed where a protocol has such.
	Shared   func(system string) *protocol.Keys
	Log      *slog.Logger   // nil: discard
	Observer route.Observer // nil: nobody
	Refused  Refused        // nil: nobody
	Answered Answered       // nil: nobody
	Counted  Counted        // nil: nobody
	// Unproved is waited for before somebody is refused who named a known app and has not
	// proved to be it, so that it takes as long as for an app that nobody knows. nil: nothing
	Unproved func(ctx context.Context)
	Now      func() time.Time // nil: time.Now
	Limiter  *limit.Limits    // of what one caller can take from the others; nil: none
	Tracer   trace.Provider   // of spans of requests; nil: none are made

	// ScopedOnly: an app that is not bound by a scope of its system reaches no row of it.
	// Otherwise it reaches all.
	ScopedOnly bool

	RefuseDeprecated bool // answer deprecated interfaces like unknown ones
}

// Server answers the requests of several systems on one listener.
type Server struct {
	paths *paths
}

// system is a route.System prepared for serving, with the parts of the Config that
// serving needs.
type system struct {
	route.System
	Config
	exchange *protocol.Exchange
	zone     *time.Location
	entries  map[string]*entry // by cmd
	pool     sync.Pool         // of *exchange
	process  string            // begins the ids of requests in the log
	count    atomic.Uint64     // of requests
	strict   bool              // it answers in statuses of HTTP
	shared   bool              // it has keys that are the same for all apps
}

// New makes systems ready. It refuses a declaration that cannot be served: an
// unknown zone, no protocol, a protocol that asks for what Config lacks, two systems on
// one path.
func New(systems []route.System, config Config) (*Server, error) {
	config = config.filled()
	owners, handlers := map[string]string{}, map[string]http.Handler{}
	for _, s := range systems {
		if s.Protocol == nil {
			return nil, fmt.Errorf("system %s: it has no protocol", s.Name)
		}
		if s.Protocol.Call == nil { // it has notifications alone, which other packages send and receive
			continue
		}
		ready, err := newSystem(s, config)
		if err == nil {
			err = ready.open(owners, handlers)
		}
		if err != nil {
			return nil, fmt.Errorf("system %s: %w", s.Name, err)
		}
	}
	paths, err := pathsOf(handlers)
	if err != nil {
		return nil, err
	}
	return &Server{paths}, nil
}

// open adds what serves the paths of the system. owners says which system has
// which, by its shape.
func (s *system) open(owners map[string]string, handlers map[string]http.Handler) error {
	gates, err := s.gates()
	if err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(gates)) {
		patterns := []string{path}
		if s.exchange.Given {
			patterns = append(patterns, perApp+path)
		}
		for _, pattern := range patterns {
			if other, ok := owners[shape(pattern)]; ok {
				return fmt.Errorf("it has the path %s, as %s has", gates[path].path, other)
			}
			if err := handle(http.NewServeMux(), pattern, gates[path]); err != nil {
				return err
			}
			owners[shape(pattern)], handlers[pattern] = s.Name, gates[path]
		}
	}
	return nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.paths.ServeHTTP(w, r) }

// filled is the configuration with its defaults.
func (c Config) filled() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// newSystem makes one system ready.
func newSystem(s route.System, config Config) (*system, error) {
	if err := config.suffices(&s); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	if s.MaxBody == 0 {
		s.MaxBody = route.DefaultMaxBody
	}
	s.Limits.Lone = s.Limits.Lone || s.Protocol.Declaration().Request.XML()
	ready := &system{
		System: s, Config: config, exchange: s.Protocol.Call, zone: zone, entries: map[string]*entry{},
		shared: shares(&s), process: strconv.FormatInt(time.Now().UnixNano()&0xffffffff, 36),
	}
	for i := range s.Interfaces {
		one := &s.Interfaces[i]
		if ready.entries[one.Cmd] != nil {
			return nil, fmt.Errorf("cmd %s comes twice", one.Cmd)
		}
		ready.entries[one.Cmd] = newEntry(one, nil)
		if ready.entries[one.Cmd].notices, err = noticesOf(one, zone); err != nil {
			return nil, fmt.Errorf("%s: %w", one.Cmd, err)
		}
	}
	if err := ready.revise(); err != nil {
		return nil, err
	}
	known := scope{s.Name, config}
	ready.pool.New = func() any {
		x := &exchange{system: ready}
		x.side = protocol.NewSide(x, known, known, config.Now)
		return x
	}
	ready.tempt()
	return ready, nil
}

// suffices refuses a protocol that asks for what is not there.
func (c *Config) suffices(s *route.System) error {
	tokens, nonces := s.Protocol.Call.Asks()
	switch {
	case c.Apps == nil:
		return errors.New("no Apps")
	case tokens && c.Tokens == nil:
		return errors.New("its protocol asks for issued tokens: no Tokens")
	case nonces && c.Nonces == nil:
		return errors.New("its protocol has values that count once: no Nonces")
	}
	if shares(s) && c.Shared == nil {
		return errors.New("its protocol has a key that is the same for all apps: no Shared")
	}
	return nil
}

// shares reports whether the protocol of a system has keys that are the same for all apps.
func shares(s *route.System) bool {
	return slices.ContainsFunc(s.Protocol.Needs(true), func(n key.Need) bool { return n.System })
}

// receiver is who takes a message, with the keys that the system has now.
func (s *system) receiver(x *exchange) *protocol.Side {
	if s.shared {
		return x.side.With(s.Shared(s.Name))
	}
	return x.side
}

// tempt finds out whether the system answers in statuses of HTTP: what it says to
// somebody who sends what cannot be read. Without the system's keys that may be nothing.
func (s *system) tempt() {
	x := s.pool.Get().(*exchange)
	defer x.end()
	x.admitted = s.exchange.Unread(s.receiver(x))
	m, err := s.exchange.Reply(x.admitted, s.outcome(x, problem.New(problem.JSON)))
	s.strict = err != nil || m != nil && m.Status >= http.StatusBadRequest
}

// scope is what is known about the apps of one system.
type scope struct {
	system string
	Config
}

// Valid reports whether a token was issued to an app and is good now.
func (s scope) Valid(ctx context.Context, app, token string) (bool, error) {
	return s.Tokens.Valid(ctx, s.system, app, token)
}

// App returns the app that a token was issued to.
func (s scope) App(ctx context.Context, token string) (string, error) {
	return s.Tokens.App(ctx, s.system, token)
}

// Unsent returns what was issued to an app and is in no message.
func (s scope) Unsent(ctx context.Context, app, token string) ([]string, error) {
	return s.Tokens.Unsent(ctx, s.system, app, token)
}

// Use marks a value as used.
func (s scope) Use(ctx context.Context, app, value string, until time.Time) (bool, error) {
	return s.Nonces.Use(ctx, s.system, app, value, until)
}

// declared is the refusal of the answer of an interface, or an internal error where its code
// is none of the document.
func (s *system) declared(cmd string, e *problem.Error) *problem.Error {
	if e.Code != "" && !s.Errors.Knows(cmd, e.Code) {
		return problem.Wrap(problem.Internal, fmt.Errorf("the document has no code %s", e.Code))
	}
	return e
}

// pick finds an interface that is served, or says why not.
func (s *system) pick(cmd string) (*entry, *problem.Error) {
	one := s.entries[cmd]
	switch {
	case one == nil, one.serve == nil, one.Kind == route.Notify, one.Status == route.Unimplemented,
		one.Status == route.Deprecated && s.RefuseDeprecated:
		return nil, problem.New(problem.Interface)
	}
	return one, nil
}

// reach is the values of the scopes that an app is bound to. With ScopedOnly an app that is
// not bound reaches no row that belongs to somebody.
func (s *system) reach(a App) map[string][]string {
	if !s.ScopedOnly || len(s.Scopes) == 0 {
		return a.Scopes
	}
	out := map[string][]string{}
	for _, one := range s.Scopes {
		if values := a.Scopes[one.Name]; values != nil {
			out[one.Name] = values
		} else {
			out[one.Name] = []string{}
		}
	}
	return out
}
