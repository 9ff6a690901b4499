// Package live serves systems that nobody generated code for: a request is validated by the model,
// and a function of the program answers it. Everything before and after that is the road of the
// real server, runtime/gate.
package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
)

// Answer answers a request that was verified, opened and validated. payload is its
// JSON; for a signed request it includes the fields outside the body, first and as
// texts. reply is a JSON object with the members of the response; empty: none. An
// *problem.Error refuses, with its code; every other error is answered as a failure
// of ours. It must be safe for concurrent use.
type Answer func(ctx context.Context, call *route.Call, i *spec.Interface, payload []byte) (reply []byte, err error)

// Judged receives every request whose fields were validated, with the verdict. See
// Config.
type Judged func(ctx context.Context, call *route.Call, i *spec.Interface, payload []byte, verdict error)

// Config describes the server.
type Config struct {
	Systems   []*spec.System
	Apps      []bind.App
	Answer    Answer
	Judged    Judged             // nil: nobody
	Refused   gate.Refused       // nil: nobody
	Tokens    gate.Tokens        // nil: the tokens of Apps, see bind.Memory
	Nonces    gate.Nonces        // nil: those of a new bind.Memory
	Overrides protocol.Overrides // by system; nil: none
	Log       *slog.Logger       // nil: discard
	Now       func() time.Time   // nil: time.Now

	RefuseDeprecated bool // as of the real server
	Unimplemented    bool // interfaces of the status unimplemented are answered too
}

// New prepares the systems for serving. It refuses everything that the runtime
// refuses, an app of an unknown system, an app that comes twice, and an app without
// the secrets that its system needs.
func New(c Config) (http.Handler, error) {
	if c.Answer == nil {
		return nil, errors.New("no Answer")
	}
	systems := make([]route.System, 0, len(c.Systems))
	protocols := map[string]*protocol.Protocol{}
	for _, s := range c.Systems {
		one, err := c.serving(s)
		if err != nil {
			return nil, fmt.Errorf("system %s: %w", s.Name, err)
		}
		systems = append(systems, one)
		protocols[s.Name] = one.Protocol
	}
	protocols, err := protocol.Apply(c.Overrides, protocols)
	if err != nil {
		return nil, err
	}
	for i := range systems {
		systems[i].Protocol = protocols[systems[i].Name]
	}
	known, err := newApps(c.Apps, protocols)
	if err != nil {
		return nil, err
	}
	memory := bind.NewMemory(c.Apps, c.Now)
	config := gate.Config{
		Apps: known, Shared: known.shared, Tokens: c.Tokens, Nonces: c.Nonces,
		Log: c.Log, Refused: c.Refused, Now: c.Now, RefuseDeprecated: c.RefuseDeprecated,
	}
	if config.Tokens == nil {
		config.Tokens = memory
	}
	if config.Nonces == nil {
		config.Nonces = memory
	}
	return gate.New(systems, config)
}

// serving is a system whose interfaces are answered: all except notifications and, unless
// they are wanted, unimplemented ones.
func (c *Config) serving(s *spec.System) (route.System, error) {
	out := bind.System(s)
	for n, i := range s.Interfaces {
		if i.Kind == spec.Notify || i.Status == spec.Unimplemented && (!c.Unimplemented || i.Shadowed()) {
			continue
		}
		if i.Status == spec.Unimplemented {
			out.Interfaces[n].Status = route.Active
		}
		j, err := bind.NewJudge(s, i.Request)
		if err != nil {
			return out, fmt.Errorf("%s: %w", i.Cmd, err)
		}
		if i.Revision != nil {
			out.Interfaces[n] = route.Validated(out.Interfaces[n], c.judging(i, j))
			continue
		}
		out.Interfaces[n] = route.Serve(out.Interfaces[n], c.handler(i, j))
	}
	return out, nil
}

// handler validates and answers one interface.
func (c *Config) handler(i *spec.Interface, j *bind.Judge) func(context.Context, *route.Call, *wire.Reader) (wire.Encoder, error) {
	return func(ctx context.Context, call *route.Call, in *wire.Reader) (wire.Encoder, error) {
		payload := in.Data()
		if err := c.judging(i, j)(ctx, call, in); err != nil {
			return nil, err
		}
		reply, err := c.Answer(ctx, call, i, payload)
		if err != nil {
			return nil, err
		}
		return newMembers(reply)
	}
}

// judging validates a request of one interface.
func (c *Config) judging(i *spec.Interface, j *bind.Judge) func(context.Context, *route.Call, *wire.Reader) error {
	return func(ctx context.Context, call *route.Call, in *wire.Reader) error {
		payload := in.Data()
		verdict := j.Read(in)
		if c.Judged != nil {
			c.Judged(ctx, call, i, payload, verdict)
		}
		return verdict
	}
}

// members are those of a JSON object, in its order.
type members []tree.Member

// newMembers reads a JSON object; empty text has no members.
func newMembers(object []byte) (members, error) {
	if len(object) == 0 {
		return nil, nil
	}
	v, err := tree.Parse(object)
	if err == nil && v.Members == nil {
		err = errors.New("it is another value")
	}
	if err != nil {
		return nil, problem.Wrap(problem.Internal, fmt.Errorf("the reply is no JSON object: %w", err))
	}
	return v.Members, nil
}

// Encode writes the members.
func (m members) Encode(out *wire.Writer) {
	for _, one := range m {
		out.Raw(one.Name, []byte(one.Value.String()))
	}
}

// appKey names an app.
type appKey struct{ system, id string }

// apps are the callers that are known, with their keys.
type apps map[appKey]gate.App

// newApps makes the keys of apps. A key that is the same for all apps is that of any.
func newApps(list []bind.App, protocols map[string]*protocol.Protocol) (apps, error) {
	out := apps{}
	for _, a := range list {
		one := gate.App{ID: a.ID, May: a.May, Named: a.Named, Scopes: a.Scopes}
		if one.May == nil {
			one.May = func(string) bool { return true }
		}
		k, p := (appKey{a.System, a.ID}), protocols[a.System]
		switch {
		case out[k].ID != "":
			return nil, fmt.Errorf("app %s of %s comes twice", a.ID, a.System)
		case p == nil:
			return nil, fmt.Errorf("app %s: no system %q is served", a.ID, a.System)
		}
		secrets := protocol.Secrets{}
		for name, text := range a.Secrets {
			secrets[name] = []string{text}
		}
		var err error
		if one.Keys, err = p.Keys(a.ID, secrets); err != nil {
			return nil, fmt.Errorf("app %s of %s: %w", a.ID, a.System, err)
		}
		for _, need := range p.Needs(true) {
			if a.Secrets[need.Name] == "" {
				return nil, fmt.Errorf("app %s of %s: no %s", a.ID, a.System, need.Name)
			}
		}
		out[k] = one
	}
	return out, nil
}

// App finds a caller, the only one where no message names it.
func (a apps) App(_ context.Context, system, id string) (gate.App, bool) {
	if one, ok := a[appKey{system, id}]; ok || id != "" {
		return one, ok
	}
	return a.only(system)
}

// only is the one app of a system.
func (a apps) only(system string) (only gate.App, ok bool) {
	for k, one := range a {
		if k.system == system {
			if ok {
				return gate.App{}, false
			}
			only, ok = one, true
		}
	}
	return only, ok
}

// shared are the keys of a system that are the same for all apps: every app has them.
func (a apps) shared(system string) *protocol.Keys {
	for k, one := range a {
		if k.system == system {
			return one.Keys
		}
	}
	return nil
}
