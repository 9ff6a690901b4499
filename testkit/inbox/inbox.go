// Package inbox is the application that notifications are delivered to, for trying
// things out: it verifies and opens each message, says what is in it, and answers, or
// fails as it was told to. It keeps nothing.
package inbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/held"
	"github.com/jiekou-dev/jiekou/testkit/trace"
)

// Config says who receives.
type Config struct {
	System  *spec.System      // its messages are sealed
	App     string            // the app that is sent to
	Secrets map[string]string // of the app: token, appkey
	Faults  []Fault           // one after the other
	Arrived func(*Arrival)    // hears of each message, one at a time
}

// inbox is the handler.
type inbox struct {
	Config
	codec  *envelope.Codec
	keys   *envelope.Keys
	zone   *time.Location
	judges map[string]*bind.Judge // by cmd
	next   http.Handler           // the answerer
	memory *receive.Memory
	faults faults

	mu    sync.Mutex // of what is below, and of Arrived
	tries map[string]int
}

// New returns a handler that takes every notification of a system, on any path. It
// refuses secrets that are missing.
func New(c Config) (http.Handler, error) {
	p := &inbox{
		Config: c, faults: faults{list: c.Faults}, memory: receive.NewMemory(0),
		judges: map[string]*bind.Judge{}, tries: map[string]int{},
	}
	var err error
	if p.codec, err = envelope.New(bind.Envelope(&c.System.Envelope)); err != nil {
		return nil, err
	}
	if p.keys, err = p.codec.Keys(c.App, c.Secrets); err != nil {
		return nil, err
	}
	if p.zone, err = time.LoadLocation(c.System.Zone); err != nil {
		return nil, err
	}
	var handlers []receive.Handler
	for _, i := range c.System.Interfaces {
		if i.Kind != spec.Notify {
			continue
		}
		if p.judges[i.Cmd], err = bind.NewJudge(c.System, i.Request); err != nil {
			return nil, fmt.Errorf("%s: %w", i.Cmd, err)
		}
		if i.Status != spec.Unimplemented {
			handlers = append(handlers, receive.Handle(i.Cmd, take))
		}
	}
	config := receive.Config{System: bind.System(c.System), App: c.App, Secrets: c.Secrets, Seen: p.memory}
	p.next, err = receive.New(config, handlers...)
	return p, err
}

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

// failWith is the key under which a request's context has the code that its method
// fails with.
type failWith struct{}

// take carries a message out, or fails with the code that was asked for.
func take(ctx context.Context, _ *receive.Call, _ *anything) error {
	if code, ok := ctx.Value(failWith{}).(string); ok {
		return problem.Code(code)
	}
	return nil
}

// ServeHTTP takes one message.
func (p *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	limit := p.System.Limits.Body
	if limit <= 0 {
		limit = route.DefaultMaxBody
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, limit+1)) // a message that is cut off is refused for its length
	a := Arrival{At: time.Now().In(p.zone).Truncate(time.Millisecond), Breaks: []string{}}
	p.look(&a, body)
	f := p.faults.next()
	a.Fault = f.text
	if f.status != 0 {
		a.Status = f.status
		w.WriteHeader(f.status)
		p.tell(&a)
		return
	}
	ctx := r.Context()
	if f.code != "" {
		ctx = context.WithValue(ctx, failWith{}, f.code)
	}
	again := r.Clone(ctx)
	again.Body = io.NopCloser(bytes.NewReader(body))
	answer := held.Serve(p.next, again)
	a.Status = answer.Status
	a.Code = p.code(answer.Body.Bytes())
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

// look opens a message to see its contents.
func (p *inbox) look(a *Arrival, body []byte) {
	var m envelope.Message
	if err := p.codec.Parse(body, &m); err != nil {
		a.Refused = err.Error()
	}
	a.Cmd, a.Sid = m.Value(p.System.Endpoint.Dispatch), p.codec.MessageID(&m)
	a.Timestamp = m.Value(p.System.Envelope.Head + ".timestamp")
	if a.Refused != "" {
		return
	}
	lines, plain, err := trace.Open(p.codec, &m, p.App, p.Secrets)
	if named := p.codec.App(&m); err == nil && named != p.System.Envelope.Sender {
		err = fmt.Errorf("it names app %q and not the sender %s", named, p.System.Envelope.Sender)
	}
	if err != nil {
		a.Refused, a.Steps = err.Error(), lines
		return
	}
	a.Repeated, _ = p.memory.Seen(context.Background(), a.Sid)
	p.mu.Lock()
	p.tries[a.Sid]++
	a.Try = p.tries[a.Sid]
	p.mu.Unlock()
	if !json.Valid(plain) {
		return
	}
	a.Payload = plain
	if judge := p.judges[a.Cmd]; judge != nil {
		a.Breaks = append(a.Breaks, broken(judge.Check(plain))...)
	}
}

// broken says which rules of the document a payload breaks.
func broken(err error) (list []string) {
	if err == nil {
		return nil
	}
	e := problem.From(err)
	for _, one := range e.Problems {
		list = append(list, string(one.Rule)+" "+one.At)
	}
	if list == nil {
		list = append(list, e.Error())
	}
	return list
}

// code is the code of an answer; empty where it is not sealed.
func (p *inbox) code(body []byte) string {
	var m envelope.Message
	_ = p.codec.Parse(body, &m) // an answer to an unverified message has no sid
	plain, err := p.codec.Open(nil, &m, p.keys)
	if err != nil {
		return ""
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(plain, &members) != nil {
		return ""
	}
	return strings.Trim(string(members[p.System.Reply.Code]), `"`)
}

// tell tells of a message.
func (p *inbox) tell(a *Arrival) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Arrived != nil {
		p.Arrived(a)
	}
}
