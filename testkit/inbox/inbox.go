// Package inbox is the application that notifications are delivered to, for trying
// things out: it verifies each message, says what is in it and what proved it, and
// answers, or fails as it was asked to. It keeps nothing.
package inbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/held"
)

// Config says who receives.
type Config struct {
	System  *spec.System      // its protocol has notifications
	App     string            // the app that is sent to
	Secrets map[string]string // of the app, by name: token, appkey
	Faults  []Fault           // one after the other
	Arrived func(*Arrival)    // hears of each message, one at a time
	// Validate refuses a payload that breaks a rule of its fields, like a generated
	// receiver. Else it is carried out, and Arrival.Breaks says what is wrong.
	Validate bool
	// Forward answers in place of the inbox, which then only looks, and fails as Faults say: an application that
	// runs elsewhere, for example. nil: none.
	Forward http.Handler
}

// Forwarder passes each message on to an application, as it came: the method, the host,
// the headers and the bytes. The path and the query of the message stay where to has no
// path of its own. Where the application does not answer, failed gets the error and the
// sender 502.
func Forwarder(to *url.URL, failed func(error)) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host = to.Scheme, to.Host
			if to.Path != "" && to.Path != "/" {
				p.Out.URL.Path, p.Out.URL.RawPath = to.Path, to.RawPath
			}
			p.Out.Host = p.In.Host // it may be signed
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			failed(err)
			w.WriteHeader(http.StatusBadGateway)
		},
		ErrorLog: log.New(io.Discard, "", 0), // failed has it
	}
}

// inbox is the handler.
type inbox struct {
	Config
	push   *protocol.Exchange
	keys   *protocol.Keys
	side   *protocol.Side // takes what was used before: the answerer refuses that
	zone   *time.Location
	judges map[string]*bind.Judge  // by cmd
	next   map[string]http.Handler // the answerers, by cmd where messages do not say which they are
	memory *receive.Memory
	faults faults

	mu    sync.Mutex // of what is below, and of Arrived
	tries map[string]int
}

// all names the one answerer of messages that say which notification they are.
const all = ""

// New returns a handler that takes every notification of a system, on any path: where
// messages do not say which one they are, the last part of the path does. It refuses
// secrets that are missing.
func New(c Config) (http.Handler, error) {
	p := &inbox{
		Config: c, faults: faults{list: c.Faults}, memory: receive.NewMemory(0),
		judges: map[string]*bind.Judge{}, next: map[string]http.Handler{}, tries: map[string]int{},
	}
	system := bind.System(c.System)
	if system.Protocol == nil || system.Protocol.Push == nil {
		return nil, fmt.Errorf("the protocol of system %s has no notifications", c.System.Name)
	}
	p.push = system.Protocol.Push
	own, shared, err := receive.Prepare(system.Protocol, c.App, c.Secrets, nil)
	if err != nil {
		return nil, err
	}
	p.keys, p.side = own, protocol.NewSide(p, nil, p, time.Now).With(shared)
	if p.zone, err = time.LoadLocation(c.System.Zone); err != nil {
		return nil, err
	}
	return p, p.answerers(system)
}

// answerers makes the receivers of notifications, as a real application has them.
func (p *inbox) answerers(system route.System) error {
	groups := map[string][]receive.Handler{}
	for _, i := range p.System.Interfaces {
		if i.Kind != spec.Notify {
			continue
		}
		var err error
		if p.judges[i.Cmd], err = bind.NewJudge(p.System, i.Request); err != nil {
			return fmt.Errorf("%s: %w", i.Cmd, err)
		}
		if i.Status == spec.Unimplemented {
			continue
		}
		group := all
		if !p.push.NamesInterface() {
			group = i.Cmd
		}
		groups[group] = append(groups[group], receive.Handle(i.Cmd, take))
	}
	for group, handlers := range groups {
		next, err := receive.New(receive.Config{System: system, App: p.App, Secrets: p.Secrets, Seen: p.memory}, handlers...)
		if err != nil {
			return err
		}
		p.next[group] = next
	}
	if len(groups) == 0 {
		return errors.New("no notifications are declared")
	}
	return nil
}

// Keys are those of the app, whoever is named.
func (p *inbox) Keys(context.Context, string) (*protocol.Keys, error) { return p.keys, nil }

// Use takes every value.
func (*inbox) Use(context.Context, string, string, time.Time) (bool, error) { return true, nil }

// anything is a notification that is read but not validated.
type anything struct{}

// Decode reads any object.
func (*anything) Decode(in *wire.Reader) {
	for o := in.Object(nil); o.Next(); {
		o.Skip()
	}
}

// Check finds nothing.
func (*anything) Check(*problem.List) {}

// failWith is the key under which a request's context has the error that its method
// fails with.
type failWith struct{}

// take carries a message out, or fails as it was asked to.
func take(ctx context.Context, _ *receive.Call, _ *anything) error {
	err, _ := ctx.Value(failWith{}).(error)
	return err
}

// ServeHTTP takes one message.
func (p *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	limit := p.System.Limits.Body
	if limit <= 0 {
		limit = route.DefaultMaxBody
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, limit+1)) // a message that is cut off is refused for its length
	next, cmd := p.next[all], ""
	if next == nil {
		cmd = path.Base(r.URL.Path)
		next = p.next[cmd]
	}
	if next == nil {
		next = http.NotFoundHandler()
	}
	a := Arrival{At: time.Now().In(p.zone).Truncate(time.Millisecond), Breaks: []string{}, Verified: []string{}}
	fail := p.look(&a, r, cmd, body)
	f := p.faults.next()
	a.Fault = f.text
	if f.status != 0 {
		a.Status = f.status
		w.WriteHeader(f.status)
		p.tell(&a)
		return
	}
	if p.Forward != nil && f.code == "" { // a message that fails with a code is not carried out
		next = p.Forward
	}
	ctx := r.Context()
	switch {
	case f.code != "":
		ctx = context.WithValue(ctx, failWith{}, problem.Code(f.code))
	case p.Validate && fail != nil:
		ctx = context.WithValue(ctx, failWith{}, fail)
	}
	again := r.Clone(ctx)
	again.Body = io.NopCloser(bytes.NewReader(body))
	answer := held.Serve(next, again)
	a.Status = answer.Status
	if !a.Handshake {
		a.Code = p.code(a.Cmd, answer)
	}
	a.Repeated = a.Repeated || a.Code != "" && a.Code == p.System.RuleCode("repeated")
	send(w, r, &a, f, answer)
	p.tell(&a)
}

// send sends the answer, or the failure that was asked for.
func send(w http.ResponseWriter, r *http.Request, a *Arrival, f Fault, answer *held.Reply) {
	if f.garbage {
		a.Status, a.Code = http.StatusOK, ""
		_, _ = io.WriteString(w, "<html>this is no message</html>\n")
		return
	}
	if f.wait > 0 {
		select {
		case <-time.After(f.wait):
		case <-r.Context().Done():
			a.Status, a.Code = 0, ""
			return
		}
	}
	answer.Send(w)
}

// tell tells of a message.
func (p *inbox) tell(a *Arrival) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Arrived != nil {
		p.Arrived(a)
	}
}
