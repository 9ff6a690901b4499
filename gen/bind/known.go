package bind

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
	"github.com/jiekou-dev/jiekou/spec"
)

// answers carries out the known answers of a system and returns what is false.
func answers(s *spec.System, p *protocol.Protocol) spec.Findings {
	var list spec.Findings
	for _, k := range s.Known {
		if err := prove(s, p, k); err != nil {
			list = append(list, spec.Finding{
				Pos: k.Pos, ID: "JK0532", Message: fmt.Sprintf("the known answer %q is false: %s", k.Name, err),
				Hint: "jiekou explain-signature shows every intermediate result",
			})
		}
	}
	return list
}

// known is one run of a known answer.
type known struct {
	*spec.Known
	x      *protocol.Exchange
	keys   *protocol.Keys
	sender *protocol.Keys // those of the app and those that are the same for all apps
	side   *protocol.Side
	in     protocol.Incoming
	used   map[string]bool
}

// Keys returns the keys of the app of the answer.
func (k *known) Keys(_ context.Context, app string) (*protocol.Keys, error) {
	if app != "" && app != k.Known.App {
		return nil, nil //nolint:nilnil // nobody has the id
	}
	return k.keys, nil
}

// Valid takes the token that was issued.
func (k *known) Valid(_ context.Context, app, token string) (bool, error) {
	return app == k.Known.App && token != "" && token == k.Issued, nil
}

// App returns the app of the token that was issued.
func (k *known) App(_ context.Context, token string) (string, error) {
	if token == "" || token != k.Issued {
		return "", nil
	}
	return k.Known.App, nil
}

// Unsent returns what was issued to the app and is in no message.
func (k *known) Unsent(_ context.Context, app, token string) ([]string, error) {
	switch {
	case app != k.Known.App || k.Issued == "" || token != "" && token != k.Issued:
		return nil, nil
	case token != "":
		return []string{k.Secret}, nil
	}
	return []string{k.Issued}, nil
}

// Use takes each value once.
func (k *known) Use(_ context.Context, _, value string, _ time.Time) (bool, error) {
	fresh := !k.used[value]
	k.used[value] = true
	return fresh, nil
}

// prove carries out one known answer. The error says what is false.
func prove(s *spec.System, p *protocol.Protocol, k *spec.Known) error {
	run, err := newKnown(s, p, k)
	if err != nil {
		return err
	}
	ctx := context.Background()
	a, err := run.x.Admit(ctx, run.in, run.side)
	defer func() { a.Release() }()
	if k.Again && err == nil {
		a.Release()
		a, err = run.x.Admit(ctx, run.in, run.side)
	}
	if !k.Holds() {
		return run.refused(err)
	}
	if err != nil {
		return fmt.Errorf("it is refused: %w", err)
	}
	if err := run.compare(a); err != nil {
		return err
	}
	if k.Answer != "" || a.Handshake() {
		return run.answer(a)
	}
	if k.Only {
		return nil
	}
	return run.resend(a)
}

// newKnown prepares the keys, the message and the receiver.
func newKnown(s *spec.System, p *protocol.Protocol, k *spec.Known) (*known, error) {
	run := &known{Known: k, x: p.Call, used: map[string]bool{}}
	if k.Push {
		run.x = p.Push
	}
	if run.x == nil {
		return nil, errors.New("the protocol has no such message")
	}
	at, err := time.Parse(time.RFC3339, k.At)
	if err != nil {
		return nil, errors.New("at is no time: write it like 2026-11-22T08:00:00+08:00")
	}
	if run.keys, err = p.Keys(k.App, secrets(k.Keys)); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if run.sender, err = p.Keys(k.App, secrets(slices.Concat(k.Keys, k.System))); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	system, err := p.Keys("", secrets(k.System))
	if err != nil {
		return nil, fmt.Errorf("system: %w", err)
	}
	run.side = protocol.NewSide(run, run, run, func() time.Time { return at })
	if len(k.System) > 0 {
		run.side = run.side.With(system)
	}
	run.in.Message = wireOf(k)
	run.in.Interface, run.in.Frame = k.Interface, ""
	if i := called(s, k.Interface, run.in.Message); i != nil {
		run.in.Interface, run.in.Frame = i.Cmd, i.FrameName
	}
	return run, nil
}

// secrets are the keys of an answer, with the older edition of a key behind the newer one.
func secrets(list []spec.Pair) protocol.Secrets {
	out := protocol.Secrets{}
	for _, one := range list {
		name := strings.TrimSuffix(one.Name, " 2")
		out[name] = append(out[name], one.Value)
	}
	return out
}

// wireOf is the message of an answer.
func wireOf(k *spec.Known) *message.Message {
	m := &message.Message{Method: cmp.Or(k.Method, http.MethodPost), Header: http.Header{}, Body: []byte(k.Body)}
	rest := k.URL
	if scheme, host, ok := strings.Cut(rest, "://"); ok {
		at := strings.IndexAny(host, "/?")
		if at < 0 {
			at = len(host)
		}
		m.Scheme, m.Host, rest = scheme, host[:at], host[at:]
	}
	m.Path, m.Query, _ = strings.Cut(rest, "?")
	for _, one := range k.Header {
		m.Header.Add(one.Name, one.Value)
	}
	return m
}

// called finds the interface of an answer: by its name, or by method and path; nil where
// the message itself says it.
func called(s *spec.System, cmd string, m *message.Message) *spec.Interface {
	for _, i := range s.Interfaces {
		if cmd != "" && i.Cmd == cmd || cmd == "" && i.Path != "" && i.Method == m.Method && pathFits(i.Path, m.Path) {
			return i
		}
	}
	return nil
}

// pathFits reports whether a path is one of a pattern with {names}.
func pathFits(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && !strings.HasPrefix(want[i], "{") {
			return false
		}
	}
	return true
}

// refused compares a refusal with what is said about it.
func (k *known) refused(err error) error {
	if err == nil {
		return fmt.Errorf("it is not refused, and %s is said", k.Refused)
	}
	e := problem.From(err)
	by := ""
	if step, ok := errors.AsType[*refusal.StepError](err); ok {
		by = step.Value
	}
	if got := cmp.Or(e.Code, string(e.Rule)); got != k.Refused || k.By != "" && by != k.By {
		return fmt.Errorf("it is refused with %s by %q, not with %s by %q: %w", got, by, k.Refused, k.By, err)
	}
	return nil
}

// compare compares the values, texts and payload with what is said about them.
func (k *known) compare(a *protocol.Admitted) error {
	for _, one := range k.Values {
		if got := a.Value(one.Name); got != one.Value {
			return fmt.Errorf("%s holds %q, not %q", one.Name, got, one.Value)
		}
	}
	if k.Payload != "" && string(a.Payload()) != k.Payload {
		return fmt.Errorf("the payload is %q, not %q", a.Payload(), k.Payload)
	}
	if len(k.Texts) == 0 {
		return nil
	}
	clear(k.used)
	q := k.x.Inquire(context.Background(), k.in, k.side)
	defer q.Release()
	if q.Err != nil {
		return q.Err
	}
	lines := q.Lines
	for _, one := range k.Texts {
		at := slices.IndexFunc(lines, func(l protocol.Line) bool { return l.Step == one.Name+", text" })
		switch {
		case at < 0:
			return fmt.Errorf("%s has no text of its own", one.Name)
		case lines[at].Text != one.Value:
			return fmt.Errorf("the text of %s is %q, not %q", one.Name, lines[at].Text, one.Value)
		}
	}
	return nil
}

// answer compares the reply to a handshake.
func (k *known) answer(a *protocol.Admitted) error {
	m, err := k.x.Reply(a, protocol.Outcome{OK: true})
	if err == nil && string(m.Body) != k.Answer {
		err = fmt.Errorf("the reply is %q, not %q", m.Body, k.Answer)
	}
	return err
}

// resend sends what came once more: the message must be the same. Where the protocol
// has random bytes in it, the one that is sent must hold, with the same payload.
func (k *known) resend(a *protocol.Admitted) error {
	o := k.outgoing(a)
	sent, err := k.x.Send(k.sender, o)
	if err != nil {
		return fmt.Errorf("it cannot be sent: %w", err)
	}
	defer sent.Release()
	wrong := differs(k.in.Message, sent.Message)
	if wrong == nil {
		return nil
	}
	other, err := k.x.Send(k.sender, o)
	if err != nil {
		return err
	}
	defer other.Release()
	if differs(other.Message, sent.Message) == nil {
		return wrong
	}
	clear(k.used)
	in := k.in
	in.Message = sent.Message
	again, err := k.x.Admit(context.Background(), in, k.side)
	defer again.Release()
	if err == nil && !bytes.Equal(again.Payload(), a.Payload()) {
		err = errors.New("sent again it has another payload")
	}
	return err
}

// outgoing is what has to be sent for the message that came.
func (k *known) outgoing(a *protocol.Admitted) protocol.Outgoing {
	at, _ := time.Parse(time.RFC3339, k.At) // it was parsed before
	m := k.in.Message
	o := protocol.Outgoing{
		Interface: a.Interface(), Payload: bytes.Clone(a.Payload()), Now: at, Token: k.Issued, Frame: k.in.Frame,
		Draft:  &message.Message{Method: m.Method, Scheme: m.Scheme, Host: m.Host, Path: m.Path, Query: m.Query, Header: m.Header.Clone()},
		Values: map[string]string{},
	}
	calls, _ := k.x.Parts()
	for _, form := range calls {
		for _, v := range form.Values {
			if text := a.Value(v.Name); v.Role == protocol.RoleGiven && text != "" {
				o.Values[v.Name] = text
			}
		}
	}
	return o
}

// differs says where two messages differ. The order of parameters and of JSON members
// does not count: where it matters, something is made of it that differs too.
func differs(want, got *message.Message) error {
	parts := func(query string) []string {
		list := strings.Split(query, "&")
		slices.Sort(list)
		return list
	}
	for _, one := range []struct{ name, want, got string }{
		{"method", want.Method, got.Method},
		{"path", want.Path, got.Path},
	} {
		if one.want != one.got {
			return fmt.Errorf("sent again its %s is %q, not %q", one.name, one.got, one.want)
		}
	}
	if !slices.Equal(parts(want.Query), parts(got.Query)) {
		return fmt.Errorf("sent again its query is %q, not %q", got.Query, want.Query)
	}
	for name, values := range got.Header {
		if name != "Content-Type" && !slices.Equal(values, want.Header[name]) {
			return fmt.Errorf("sent again its header %s is %q, not %q", name, values, want.Header[name])
		}
	}
	if !sameBody(want.Body, got.Body) {
		return fmt.Errorf("sent again its body is %q, not %q", got.Body, want.Body)
	}
	return nil
}

// sameBody compares bodies, of JSON its members.
func sameBody(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}
