package route

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// Observer hears of every answered request. code is the document's, cmd is empty if
// none was recognised.
type Observer interface {
	Observe(system, cmd, code string, took time.Duration)
}

// Refused hears of every refused request: the call as far as it was recognised, and
// the whole refusal, which has no values.
type Refused func(ctx context.Context, call Call, refusal *problem.Error)

// Answered hears of every request that was carried out, as soon as its effect is on
// disk and before its reply is sent. It must not wait for anything.
type Answered func(call Call, kind Kind)

// Config configures a Server, beside its systems.
type Config struct {
	Apps       Apps
	Codecs     map[string]*envelope.Codec // of sealed systems, by name, from Codecs; the keys of Apps belong to them
	Signatures map[string]*signature.Set  // of signed systems, by name, from Signatures; the keys of Apps belong to them
	Tokens     signature.Tokens           // needed by signed systems
	Nonces     signature.Nonces           // needed by signed systems
	Log        *slog.Logger               // nil: discard
	Observer   Observer                   // nil: nobody
	Refused    Refused                    // nil: nobody
	Answered   Answered                   // nil: nobody
	Now        func() time.Time           // nil: time.Now

	RefuseDeprecated bool // answer deprecated interfaces like unknown ones
}

// Server answers the requests of several systems on one listener.
type Server struct {
	mux *http.ServeMux
}

// system is a System prepared for serving, with the parts of the Config that
// serving needs.
type system struct {
	System
	Apps     Apps
	Log      *slog.Logger
	Observer Observer
	Refused  Refused
	Answered Answered
	Now      func() time.Time

	codec *envelope.Codec // of a sealed system
	set   *signature.Set  // of a signed system
	guard signature.Guard // of a signed system
	old   bool            // deprecated interfaces are served
	zone  *time.Location
	byCmd map[string]*Interface
	pool  sync.Pool // of *exchange

	receives           bool   // notifications, and nothing else
	sidField, cmdField string // of the header of a reply
}

// Sealed reports whether the messages of a system are sealed; otherwise they are
// signed.
func (s *System) Sealed() bool { return s.Envelope.Head != "" }

// Codecs prepares the envelopes of sealed systems, by name. It refuses impossible
// declarations.
func Codecs(systems []System) (map[string]*envelope.Codec, error) {
	codecs := map[string]*envelope.Codec{}
	for _, s := range systems {
		if !s.Sealed() {
			continue
		}
		codec, err := envelope.New(s.Envelope)
		if err != nil {
			return nil, fmt.Errorf("system %s: %w", s.Name, err)
		}
		codecs[s.Name] = codec
	}
	return codecs, nil
}

// Signatures prepares the signatures of signed systems, by name. over replaces
// declarations, by system; it may be nil. It refuses impossible declarations, and
// overrides of unknown or sealed systems.
func Signatures(systems []System, over map[string]signature.Override) (map[string]*signature.Set, error) {
	sets := map[string]*signature.Set{}
	for _, s := range systems {
		if s.Sealed() {
			continue
		}
		set, err := signature.NewSet(s.Signature, s.Signatures, over[s.Name])
		if err != nil {
			return nil, fmt.Errorf("system %s: %w", s.Name, err)
		}
		sets[s.Name] = set
	}
	for _, name := range slices.Sorted(maps.Keys(over)) {
		if sets[name] == nil {
			return nil, fmt.Errorf("signatures of %s: no system of that name has a signature; there are %s",
				name, strings.Join(slices.Sorted(maps.Keys(sets)), ", "))
		}
	}
	return sets, nil
}

// New makes systems ready. It refuses a declaration that cannot be served: an
// unknown zone, a missing codec or signature, two systems on one path.
func New(systems []System, config Config) (*Server, error) {
	config = config.filled()
	server := &Server{mux: http.NewServeMux()}
	paths := map[string]string{}
	for _, s := range systems {
		ready, err := newSystem(s, config)
		if err != nil {
			return nil, fmt.Errorf("system %s: %w", s.Name, err)
		}
		for path, handler := range ready.handlers() {
			if other, ok := paths[path]; ok {
				return nil, fmt.Errorf("systems %s and %s both have the path %s", other, s.Name, shown(path, handler))
			}
			paths[path] = s.Name
			if err := handle(server.mux, path, handler); err != nil {
				return nil, fmt.Errorf("system %s: %w", s.Name, err)
			}
		}
	}
	return server, nil
}

// shown is a path as the system has it, without our names for its parameters.
func shown(path string, handler http.Handler) string {
	if p, ok := handler.(plain); ok {
		return p.entries[0].Path
	}
	return path
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// newSystem makes one system ready.
func newSystem(s System, config Config) (*system, error) {
	codec := config.Codecs[s.Name]
	switch {
	case s.Sealed() && codec == nil:
		return nil, errors.New("no codec; see Codecs")
	case !s.Sealed() && (config.Signatures[s.Name] == nil || config.Tokens == nil || config.Nonces == nil):
		return nil, errors.New("no signature, Tokens or Nonces; see Signatures")
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	if s.MaxBody == 0 {
		s.MaxBody = DefaultMaxBody
	}
	ready := &system{
		System: s, Apps: config.Apps, Log: config.Log, Observer: config.Observer, Refused: config.Refused,
		Answered: config.Answered, Now: config.Now, old: !config.RefuseDeprecated,
		codec: codec, set: config.Signatures[s.Name],
		guard: signature.NewGuard(s.Name, config.Tokens, config.Nonces, config.Now),
		zone:  zone, byCmd: map[string]*Interface{},
	}
	paths := map[string]string{}
	for i := range s.Interfaces {
		one := &s.Interfaces[i]
		if ready.byCmd[one.Cmd] != nil {
			return nil, fmt.Errorf("cmd %s comes twice", one.Cmd)
		}
		ready.byCmd[one.Cmd] = one
		path, _ := pattern(one.Path)
		if other := paths[one.Method+" "+path]; path != "" && other != "" {
			return nil, fmt.Errorf("%s and %s are both %s %s", other, one.Cmd, one.Method, one.Path)
		}
		paths[one.Method+" "+path] = one.Cmd
	}
	ready.sidField = strings.TrimPrefix(s.Envelope.Message, "header.")
	ready.cmdField = strings.TrimPrefix(s.Dispatch, "header.")
	ready.pool.New = func() any { return new(exchange) }
	return ready, nil
}

// handlers returns the handler of each path of the system.
func (s *system) handlers() map[string]http.Handler {
	if s.Path != "" {
		return map[string]http.Handler{s.Path: sealed{s}}
	}
	paths := map[string]http.Handler{}
	for i := range s.Interfaces {
		one := &s.Interfaces[i]
		if one.Path == "" {
			continue
		}
		path, params := pattern(one.Path)
		e := entry{Interface: one, params: params}
		for _, at := range one.Outside {
			e.outside = append(e.outside, wire.Outside{Name: at.Name, JSON: at.JSON})
		}
		before, _ := paths[path].(plain)
		paths[path] = plain{s, append(before.entries, e)}
	}
	return paths
}

// exchange has the buffers of one request, which the next one reuses. The opened
// payload is not in it: requests alias it.
type exchange struct {
	body    []byte
	message envelope.Message
	in      wire.Reader
	out     wire.Writer
	reply   []byte
	cmd     string // of a verified message, as it was sent
	values  [3]envelope.Value

	request signature.Request // of a signed system
	plain   signature.Message
}

// serve decodes, answers and writes the unsealed reply into x.out. outside are the
// fields of a merged input from outside the body. It returns the refusal that was
// written, or nil.
func (s *system) serve(
	ctx context.Context, x *exchange, call *Call, one *Interface, plain []byte, outside []wire.Outside,
) (refusal *problem.Error) {
	defer func() {
		if v := recover(); v != nil {
			refusal = s.panicked(x, call, v)
		}
	}()
	if len(plain) == 0 {
		if one.Needs {
			return s.refuse(x, problem.New(problem.Empty))
		}
		plain = []byte("{}")
	}
	x.in.ResetMerged(plain, outside, s.zone, s.Limits)
	response, err := one.serve(context.WithoutCancel(ctx), call, &x.in)
	if err != nil {
		return s.refuse(x, s.declared(problem.From(err)))
	}
	if s.Answered != nil {
		s.Answered(*call, one.Kind)
	}
	x.out.Reset(s.zone)
	x.out.Begin()
	s.head(&x.out, s.Errors.Success, s.Frame.Success)
	if s.Frame.Payload != "" {
		x.out.Member(s.Frame.Payload)
		response.Encode(&x.out)
		x.out.End()
	} else {
		response.Encode(&x.out)
	}
	x.out.End()
	return nil
}

// declared is the refusal of an answer, or an internal error where its code is none
// of the document.
func (s *system) declared(e *problem.Error) *problem.Error {
	if _, ok := s.Errors.Texts[e.Code]; e.Code != "" && !ok {
		return problem.Wrap(problem.Internal, fmt.Errorf("the document has no code %s", e.Code))
	}
	return e
}

// refuse writes a refusal as the unsealed reply.
func (s *system) refuse(x *exchange, e *problem.Error) *problem.Error {
	code, text := s.Errors.Resolve(e)
	x.out.Reset(s.zone)
	x.out.Begin()
	s.head(&x.out, code, text)
	if s.Frame.Payload != "" {
		x.out.Member(s.Frame.Payload)
		x.out.End()
	}
	x.out.End()
	return e
}

// head writes code and text.
func (s *system) head(out *wire.Writer, code, text string) {
	if s.Frame.Head != "" {
		out.Member(s.Frame.Head)
		defer out.End()
	}
	if s.Frame.Text {
		out.String(s.Frame.Code, code)
	} else {
		out.Raw(s.Frame.Code, []byte(code))
	}
	out.String(s.Frame.Message, text)
}

// pick finds an interface that is served, or says why not.
func (s *system) pick(cmd string) (*Interface, *problem.Error) {
	one := s.byCmd[cmd]
	switch {
	case one == nil, one.serve == nil, (one.Kind == Notify) != s.receives, one.Status == Unimplemented,
		one.Status == Deprecated && !s.old:
		return nil, problem.New(problem.Interface)
	}
	return one, nil
}

// allows reports whether the endpoint takes a method at all.
func (s *system) allows(method string) bool { return slices.Contains(s.Methods, method) }

// isJSON reports whether a content type is application/json, with or without
// parameters.
func isJSON(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/json")
}
