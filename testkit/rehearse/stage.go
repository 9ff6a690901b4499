// Package rehearse finds out what a server without a fault answers to the messages of a
// system: it sends them to a desk of its own, with keys of its own, at a time that
// stands still. Test cases are derived with it.
package rehearse

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// Stage is one system with its protocol.
type Stage struct {
	Call  *protocol.Exchange
	Calls []protocol.Parts
	Rig   *tamper.Rig

	system route.System
	client *client.Client
	faults map[string][]tamper.Fault // by variant
	edges  map[string]*Edges         // likewise
	told   map[string]Answer
	any    *tamper.Order // of a message that holds
}

// Edges are the ends of the time in which a message is taken; nil: there is none.
type Edges struct{ Before, Behind *tamper.Edge }

// Answer is what the sender of a message that holds sees of a code of the document.
type Answer struct {
	Code   string
	Status int // of HTTP, 0: 200
}

// New prepares the protocol of a system.
func New(s *spec.System, p *protocol.Protocol) (*Stage, error) {
	if p.Call == nil {
		return nil, errors.New("its protocol has no requests")
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, err
	}
	d := &Stage{
		system: bind.System(s), Call: p.Call, faults: map[string][]tamper.Fault{}, edges: map[string]*Edges{}, told: map[string]Answer{},
	}
	d.Calls, _ = p.Call.Parts()
	d.system.Protocol = p // keys belong to one compilation
	if d.Rig, err = tamper.NewRig(p, false, d.system.Errors, time.Date(2026, 1, 1, 12, 0, 0, 0, zone), nil); err != nil {
		return nil, err
	}
	d.client, err = client.New(client.Config{System: d.system, URL: "http://localhost", App: d.Rig.App.ID, Secrets: d.Rig.App.Texts()})
	return d, err
}

// Show names a message that holds, with which Answer tries codes.
func (d *Stage) Show(o tamper.Order) {
	if d.any == nil {
		d.any = &o
	}
}

// Order is a call of an interface.
func (d *Stage) Order(i *spec.Interface, payload []byte) (tamper.Order, error) {
	out, err := d.client.Outgoing(client.Request{Cmd: i.Cmd, Payload: payload})
	return tamper.Order{Out: out}, err
}

// decide answers what an interface does with a message that holds, as far as the road
// to its answer goes.
func (d *Stage) decide(i *spec.Interface) tamper.Decide {
	return func(m *message.Message, a *protocol.Admitted) ([]byte, error) {
		payload, outside := a.Payload(), d.outside(i)
		_, escapes := url.ParseQuery(m.Query)
		switch {
		case a.Interface() != i.Cmd:
			return nil, problem.New(problem.Interface)
		case m.Method == http.MethodGet && i.Method == "" && i.Kind != spec.Query && d.Call.NamesInterface():
			return nil, problem.New(problem.Method)
		case len(outside) > 0 && escapes != nil && slices.ContainsFunc(outside, func(p route.Place) bool { return p.In == "query" }):
			return nil, problem.New(problem.JSON)
		case len(payload) == 0 && needs(i) && len(outside) == 0:
			return nil, problem.New(problem.Empty)
		case len(payload) > 0 && !json.Valid(payload):
			return nil, problem.New(problem.JSON)
		}
		return []byte("{}"), nil
	}
}

// outside are the fields of an interface that travel outside its payload.
func (d *Stage) outside(i *spec.Interface) []route.Place {
	for _, one := range d.system.Interfaces {
		if one.Cmd == i.Cmd {
			return one.Outside
		}
	}
	return nil
}

// needs reports whether some field may be required.
func needs(i *spec.Interface) bool {
	return slices.ContainsFunc(i.Request, func(f *spec.Field) bool { return !f.IsOptional() })
}

// Try finds out what the sender of a message sees.
func (d *Stage) Try(i *spec.Interface, o tamper.Order) (*tamper.Seen, error) {
	s, err := d.Rig.Try(context.Background(), o, d.decide(i))
	if err == nil && d.lost(s) {
		return d.Rig.Turned(context.Background(), o, problem.Empty, http.StatusBadRequest)
	}
	return s, err
}

// lost reports whether a message has no body where there is one: a server that answers
// in statuses of HTTP does not read such a message.
func (d *Stage) lost(s *tamper.Seen) bool {
	bodyless := s.Sent.Method == http.MethodGet || s.Sent.Method == http.MethodDelete
	if bodyless || len(s.Sent.Body) > 0 || !d.Rig.Desk.Strict() {
		return false
	}
	for _, p := range d.Calls {
		if p.Name == s.Form {
			return p.Carriage != "" && !p.Empty
		}
	}
	return true
}

// errLost is the error of a payload without which a message has no body at all.
var errLost = errors.New("the message has no body")

// Carried is a payload as it comes out at the other end: a form knows no numbers.
func (d *Stage) Carried(o tamper.Order) (took []byte, err error) {
	s, err := d.Rig.Try(context.Background(), o, func(_ *message.Message, a *protocol.Admitted) ([]byte, error) {
		took = slices.Clone(a.Payload())
		return []byte("{}"), nil
	})
	if err == nil && s.Refused != nil {
		err = s.Refused
	}
	if err == nil && d.lost(s) {
		err = errLost
	}
	return took, err
}

// Answer returns what the sender of a message that holds sees of a code.
func (d *Stage) Answer(code string) Answer {
	if a, ok := d.told[code]; ok {
		return a
	}
	a := Answer{Code: code}
	if d.any == nil || code == d.system.Errors.Success {
		return a
	}
	s, err := d.Rig.Try(context.Background(), *d.any, func(*message.Message, *protocol.Admitted) ([]byte, error) {
		return nil, problem.Code(code)
	})
	if err == nil {
		a.Code = s.Code
	}
	if err == nil && s.Status != http.StatusOK {
		a.Status = s.Status
	}
	d.told[code] = a
	return a
}

// Faults lists the faults of messages that take one variant.
func (d *Stage) Faults(form string) []tamper.Fault {
	if d.faults[form] == nil {
		d.faults[form] = tamper.Faults(d.system.Protocol, false, form)
	}
	return d.faults[form]
}

// Edges returns the ends of the time in which messages of a variant are taken.
func (d *Stage) Edges(form string, o tamper.Order) *Edges {
	if d.edges[form] == nil {
		e := &Edges{}
		e.Before, e.Behind = d.Rig.Edges(context.Background(), o)
		d.edges[form] = e
	}
	return d.edges[form]
}

// Remembers reports whether ids of messages are kept with what these do.
func (d *Stage) Remembers() bool {
	return slices.ContainsFunc(d.Calls[len(d.Calls)-1].Guards, func(g protocol.Guard) bool { return g.Kind == "once" && g.Effect })
}

// Gate is what HTTP says of an interface.
func (d *Stage) Gate(i *spec.Interface, m *message.Message) tamper.Gate {
	g := tamper.Gate{
		Strict: d.Rig.Desk.Strict(), Names: d.Call.NamesInterface(), Limit: int(d.system.MaxBody), Body: len(m.Body) > 0,
	}
	g.Kind, _, _ = strings.Cut(m.Header.Get("Content-Type"), ";")
	g.Methods = []string{m.Method}
	for _, one := range d.system.Interfaces {
		if one.Path == i.Path || g.Names {
			g.Methods = append(g.Methods, one.Method)
		}
	}
	for _, p := range d.Calls {
		g.Methods = append(g.Methods, MethodOf(p))
	}
	return g
}

// MethodOf is the method that alone chooses a variant, empty where it is not so.
func MethodOf(p protocol.Parts) string {
	if len(p.When) == 1 && p.When[0].Part == "method" {
		return p.When[0].Glob
	}
	return ""
}

// Optional reports whether a message of a variant may be without its payload.
func (d *Stage) Optional(form string) bool {
	for _, p := range d.Calls {
		for _, place := range p.Places {
			if p.Name == form && place.Optional && holdsPayload(&p, place.Holds) {
				return true
			}
		}
	}
	return false
}

// holdsPayload reports whether a place has the payload, encrypted or not.
func holdsPayload(p *protocol.Parts, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return name == "payload" || slices.ContainsFunc(p.Values, func(v protocol.Value) bool {
			return v.Name == name && v.Role == protocol.RoleUndone
		})
	})
}

// Beside is the object of a variant that names the app, where it is one inside a JSON body.
func (d *Stage) Beside(form string) string {
	for _, p := range d.Calls {
		for _, place := range p.Places {
			above, _, deep := CutLast(place.Name)
			if p.Name == form && place.Alone && place.Holds[0] == "app" && deep && strings.HasPrefix(above, "json.") {
				return above
			}
		}
	}
	return ""
}

// CutLast cuts a name before its last dot.
func CutLast(name string) (above, last string, ok bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return name, "", false
	}
	return name[:i], name[i+1:], true
}

// Margin is how far from the end of a window cases are: clocks differ, and a message
// takes its time.
func Margin(window time.Duration) time.Duration {
	return min(max(window/20, 5*time.Second), time.Minute).Truncate(time.Second)
}
