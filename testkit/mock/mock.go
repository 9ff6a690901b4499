// Package mock is a server without a database. It keeps rows, and answers from them what
// the YAML says (package model). What the YAML does not say, and everything of a mock
// without rows, is made up: valid replies from the response fields, the same ones for the
// same seed and request, with echoes and pages that agree with the request.
package mock

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// Config configures a mock.
type Config struct {
	Systems []*spec.System
	Apps    []bind.App
	Seed    uint64
	Memory  *bind.Memory // earlier messages and tokens; nil: a new one
	// Worlds have the rows of systems, by name. A system without one has none: its replies
	// are examples and made-up data.
	Worlds    map[string]*model.World
	Push      *Pusher            // sends the notifications of accepted messages; nil: nobody
	Overrides protocol.Overrides // by system; nil: none
	Log       *slog.Logger       // nil: discard
	Now       func() time.Time   // nil: time.Now
}

// Mock answers every interface of some systems.
type Mock struct {
	Config
	answers map[*spec.Interface]*answers
}

// answers has the answers of one interface.
type answers struct {
	i       *spec.Interface
	zone    *time.Location
	judge   *bind.Judge // of responses
	echoes  map[string]*spec.Field
	paging  *spec.Paging
	since   *since
	example *tree.Value // the document's, where it fits the rules
}

// New makes a mock. It fails only for a model that was not checked. unfit lists
// examples of the document that break the response's rules; data are made up in
// their place.
func New(c Config) (m *Mock, unfit []error, err error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Memory == nil {
		c.Memory = bind.NewMemory(c.Apps, c.Now)
	}
	m = &Mock{Config: c, answers: map[*spec.Interface]*answers{}}
	for _, s := range c.Systems {
		zone, err := time.LoadLocation(s.Zone)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		for _, i := range s.Interfaces {
			a := &answers{i: i, zone: zone, echoes: echoes(i), paging: pagingOf(i), since: sinceOf(i)}
			if a.judge, err = bind.NewJudge(s, i.Response); err != nil {
				return nil, nil, fmt.Errorf("%s %s: %w", s.Name, i.Cmd, err)
			}
			if err := a.findExample(); err != nil && i.Kind != spec.Notify {
				unfit = append(unfit, fmt.Errorf("%s: %w", i.Example.Pos, err))
			}
			m.answers[i] = a
		}
	}
	return m, unfit, nil
}

// Handler serves the mock.
func (m *Mock) Handler() (http.Handler, error) {
	next, err := live.New(live.Config{
		Systems: m.Systems, Apps: m.Apps, Answer: m.Answer, Tokens: m.Memory, Nonces: m.Memory,
		Overrides: m.Overrides, Log: m.Log, Now: m.Now, Unimplemented: true,
	})
	if err != nil {
		return nil, err
	}
	return &ordered{next: next, paths: sealedPaths(m.Systems)}, nil
}

// Answer is a live.Answer.
func (m *Mock) Answer(ctx context.Context, call *route.Call, i *spec.Interface, payload []byte) ([]byte, error) {
	a := m.answers[i]
	if a == nil {
		return nil, problem.New(problem.Interface)
	}
	o, err := orderOf(ctx, i.System)
	if err != nil {
		m.Log.Error("an order for the mock cannot be followed", "system", call.System, "cmd", call.Cmd, "cause", err)
		return nil, problem.Wrap(problem.Internal, err)
	}
	if w := m.Worlds[call.System]; w != nil && o.code == "" && o.form == byDocument {
		return m.fromRows(w, call, i, payload, o)
	}
	once := call.Sid != ""
	if once && m.Memory.Used(call.System, call.App, call.Sid) {
		return nil, problem.New(problem.Repeated)
	}
	if err := agreed(i, payload); err != nil {
		return nil, err
	}
	o.wait()
	if o.code != "" {
		return nil, &problem.Error{Code: o.code, Field: o.field}
	}
	reply, err := a.reply(m.random(i, payload), payload, o.form)
	if err != nil {
		return nil, problem.Wrap(problem.Internal, err)
	}
	m.issue(call, i, reply)
	if once {
		if fresh, _ := m.Memory.Use(ctx, call.System, call.App, call.Sid, time.Time{}); !fresh { // it never fails
			return nil, problem.New(problem.Repeated)
		}
	}
	return []byte(reply.String()), nil
}

// random is the source of made-up data for a request.
func (m *Mock) random(i *spec.Interface, payload []byte) *rand.Rand {
	h := sha256.New()
	_ = binary.Write(h, binary.LittleEndian, m.Seed) // a hash never fails
	fmt.Fprintf(h, "%s\x00%s\x00", i.System.Name, i.Cmd)
	h.Write(payload)
	sum := h.Sum(nil)
	return rand.New(rand.NewPCG(binary.LittleEndian.Uint64(sum), binary.LittleEndian.Uint64(sum[8:]))) //nolint:gosec // no secrets
}

// issue makes the token of a reply good, where the interface issues one.
func (m *Mock) issue(call *route.Call, i *spec.Interface, reply *tree.Value) {
	if i.Answer == nil || i.Answer.Token == 0 {
		return
	}
	secret := ""
	for _, one := range i.Answer.Return {
		if one.Token == "value" {
			if token, ok := reply.Get(one.To).Plain(); ok {
				m.Memory.Issue(call.System, call.App, token, m.Now().Add(i.Answer.Token))
				secret = bind.SecretOf(token)
			}
		}
	}
	for _, one := range i.Answer.Return {
		if one.Token == "secret" {
			_ = reply.Set(one.To, tree.Text(secret)) // it has the member
		}
	}
}

// tries is how many responses are made up before the one with every field.
const tries = 10

// reply makes the response of a request.
func (a *answers) reply(r *rand.Rand, payload []byte, form form) (*tree.Value, error) {
	given := a.given(payload, r)
	if a.example != nil && (form == byDocument || form == example) {
		v := a.example
		if form == byDocument {
			v = overlay(v, a.i.Response, given)
		}
		if a.judge.Check([]byte(v.String())) == nil {
			return v, nil
		}
		return a.example, nil
	}
	d := &draft{r: r, zone: a.zone, full: mixed, given: given, most: a.pageSize(payload)}
	if form == empty {
		d.full = minimal
	}
	if a.since != nil {
		d.mark = a.since.last
	}
	var wrong error
	for n := range tries {
		if n == tries/2 {
			d.given = nil // something of the request that the response does not take
		}
		if n == tries-1 {
			d.full = whole
		}
		v, err := d.object(a.i.Response)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.i.Cmd, err)
		}
		v = a.since.settle(v, a.i.Response)
		if wrong = a.judge.Check([]byte(v.String())); wrong == nil {
			return v, nil
		}
	}
	return nil, fmt.Errorf("%s: no valid response found: %w", a.i.Cmd, wrong)
}

// findExample keeps the document's response if it fits the rules, and says which
// one it breaks.
func (a *answers) findExample() error {
	if a.i.Example == nil || a.i.Example.Response == "" {
		return nil
	}
	text := a.i.Example.Response
	if a.i.Response.Whole() != nil {
		text = a.i.ReplyExample(bind.Inner(a.i.System, text))
	}
	v, err := tree.Parse([]byte(text))
	if err != nil {
		return fmt.Errorf("the example of %s is no JSON", a.i.Cmd)
	}
	if a.i.Response.Whole() == nil {
		v = payloadOf(v, a.i.System)
	}
	if err := a.judge.Check([]byte(v.String())); err != nil {
		return fmt.Errorf("the example of %s is not answered, it breaks a rule: %w", a.i.Cmd, err)
	}
	a.example = v
	return nil
}

// payloadOf is the response inside of a whole reply.
func payloadOf(v *tree.Value, s *spec.System) *tree.Value {
	out := &tree.Value{Members: []tree.Member{}}
	for _, m := range v.Members {
		switch m.Name {
		case s.Reply.Payload:
			if m.Value.Members != nil {
				return m.Value
			}
		case s.Reply.Head, s.Reply.Code, s.Reply.Message:
		default:
			out.Members = append(out.Members, m)
		}
	}
	return out
}

// overlay is an object with the given values in place of its own, where it has
// some.
func overlay(v *tree.Value, fields spec.Fields, given map[string]*tree.Value) *tree.Value {
	if v == nil || v.Members == nil {
		return v
	}
	out := &tree.Value{Members: []tree.Member{}}
	for _, m := range v.Members {
		for _, f := range fields {
			if f.Name != m.Name {
				continue
			}
			if g, said := given[f.Path]; said {
				m.Value = g
			} else if f.Type == spec.Object {
				m.Value = overlay(m.Value, f.Fields, given)
			}
		}
		if m.Value != nil {
			out.Members = append(out.Members, m)
		}
	}
	return out
}

// since is the fields of an incremental list.
type since struct{ into, column, last *spec.Field }

// sinceOf finds them, nil where an interface has none.
func sinceOf(i *spec.Interface) *since {
	if i.Answer == nil {
		return nil
	}
	for _, s := range i.Answer.Steps {
		if s.Since == nil || s.Since.Last == nil || s.Into == nil {
			continue
		}
		for _, one := range s.Return {
			if one.Column == s.Since.Column {
				return &since{into: s.Into, column: i.Response.At(one.To), last: s.Since.Last}
			}
		}
	}
	return nil
}

// settle makes the mark of an incremental list the latest time in it.
func (s *since) settle(v *tree.Value, fields spec.Fields) *tree.Value {
	if s == nil || s.column == nil {
		return v
	}
	latest := ""
	for _, m := range v.Members {
		if m.Name != s.into.Name {
			continue
		}
		for _, row := range m.Value.Items {
			if text, ok := row.Get(s.column.Name).Plain(); ok {
				latest = max(latest, text)
			}
		}
	}
	if latest == "" {
		return v
	}
	if len(latest) == len(wire.Seconds) {
		latest += ".000"
	}
	text, _ := json.Marshal(latest) // a string is always JSON
	return overlay(v, fields, map[string]*tree.Value{s.last.Path: tree.Raw(string(text))})
}
