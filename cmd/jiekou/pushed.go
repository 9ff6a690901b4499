package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/explain"
)

// pushed takes notifications and prints them.
type pushed struct {
	tool    *tool
	app     app
	system  *spec.System
	codec   *envelope.Codec
	keys    *envelope.Keys
	zone    *time.Location
	schemas map[string]*validate.Schema
	next    http.Handler // the answerer
	memory  *receive.Memory
	faults  faults
	asJSON  bool

	mu    sync.Mutex // of the fields below, and of the output
	tries map[string]int
}

// arrival is the output for a message.
type arrival struct {
	At        time.Time       `json:"at"`
	Cmd       string          `json:"cmd"`
	Sid       string          `json:"sid"`
	Timestamp string          `json:"timestamp"` // of the header, as it was sent
	Try       int             `json:"try"`       // 0 where the message does not open
	Repeated  bool            `json:"repeated"`  // carried out before
	Refused   string          `json:"refused"`   // why it does not open
	Breaks    []string        `json:"breaks"`    // rules of the document
	Fault     string          `json:"fault"`     // of --fail
	Status    int             `json:"status"`    // of HTTP; 0 where the sender was gone
	Code      string          `json:"code"`      // that was answered, sealed
	Payload   json.RawMessage `json:"payload"`   // null where it is no JSON
	steps     []protocol.Line // of opening, where it was refused
}

// ServeHTTP takes one message.
func (p *pushed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	limit := p.system.Limits.Body
	if limit <= 0 {
		limit = route.DefaultMaxBody
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, limit+1)) // a message that is cut off is refused for its length
	a := arrival{At: time.Now().In(p.zone).Truncate(time.Millisecond), Breaks: []string{}}
	p.look(&a, body)
	f := p.faults.next()
	a.Fault = f.text
	if f.status != 0 {
		a.Status = f.status
		w.WriteHeader(f.status)
		p.print(&a)
		return
	}
	ctx := r.Context()
	if f.code != "" {
		ctx = context.WithValue(ctx, failWith{}, f.code)
	}
	again := r.Clone(ctx)
	again.Body = io.NopCloser(bytes.NewReader(body))
	answer := heldReply{header: http.Header{}}
	p.next.ServeHTTP(&answer, again)
	a.Status = answer.status
	a.Code = p.code(answer.body.Bytes())
	a.Repeated = a.Repeated || a.Code != "" && a.Code == p.repeated()
	p.send(w, r, &a, f, &answer)
	p.print(&a)
}

// send sends the answer, or the failure that was asked for.
func (p *pushed) send(w http.ResponseWriter, r *http.Request, a *arrival, f fault, answer *heldReply) {
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
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body.Bytes()) // a sender that left has nobody to tell
}

// look opens a message to see its contents.
func (p *pushed) look(a *arrival, body []byte) {
	var m envelope.Message
	if err := p.codec.Parse(body, &m); err != nil {
		a.Refused = err.Error()
	}
	a.Cmd, a.Sid = m.Value(p.system.Endpoint.Dispatch), p.codec.MessageID(&m)
	a.Timestamp = m.Value(p.system.Envelope.Head + ".timestamp")
	if a.Refused != "" {
		return
	}
	lines, plain, err := explain.Open(p.codec, &m, p.app.id, p.app.members)
	if named := p.codec.App(&m); err == nil && named != p.system.Envelope.Sender {
		err = fmt.Errorf("it names app %q and not the sender %s", named, p.system.Envelope.Sender)
	}
	if err != nil {
		a.Refused, a.steps = err.Error(), lines
		return
	}
	a.Repeated, _ = p.memory.Seen(context.Background(), a.Sid)
	p.mu.Lock()
	p.tries[a.Sid]++
	a.Try = p.tries[a.Sid]
	p.mu.Unlock()
	if json.Valid(plain) {
		a.Payload = plain
		a.Breaks = append(a.Breaks, broken(p.schemas[a.Cmd], plain)...)
	}
}

// broken says which rules of the document a payload breaks.
func broken(schema *validate.Schema, payload []byte) (list []string) {
	if schema == nil {
		return nil
	}
	err := schema.Check(payload)
	invalid, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		if err != nil {
			list = append(list, err.Error())
		}
		return list
	}
	var leaves func(e *jsonschema.ValidationError)
	leaves = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 {
			if rule := strings.TrimSpace(e.InstanceLocation + " " + e.Message); !slices.Contains(list, rule) { // an alias repeats it
				list = append(list, rule)
			}
		}
		for _, cause := range e.Causes {
			leaves(cause)
		}
	}
	leaves(invalid)
	return list
}

// code is the code of an answer; empty where it is not sealed.
func (p *pushed) code(body []byte) string {
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
	return strings.Trim(string(members[p.system.Reply.Code]), `"`)
}

// repeated is the code of a message that was carried out before.
func (p *pushed) repeated() string {
	for _, r := range p.system.Rules {
		if r.Rule == "repeated" {
			return r.Code
		}
	}
	return ""
}

// print prints a message.
func (p *pushed) print(a *arrival) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asJSON {
		e := json.NewEncoder(p.tool.stdout)
		e.SetEscapeHTML(false)
		_ = e.Encode(a) // a sender that does not read misses the answer
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", a.At.Format(time.DateTime), asWord(a.Cmd), asWord(a.Sid))
	if a.Try > 0 {
		fmt.Fprintf(&b, " try %d", a.Try)
	}
	if a.Repeated {
		b.WriteString(", repeated")
	}
	fmt.Fprintf(&b, ": %s\n", a.answered())
	for _, rule := range a.Breaks {
		fmt.Fprintf(&b, "breaks %s\n", rule)
	}
	_, _ = io.WriteString(p.tool.stdout, b.String())
	if a.Payload != nil {
		_ = p.tool.printJSON(a.Payload)
	}
	if a.Refused != "" {
		p.tool.say("the message does not open: %s", a.Refused)
		_ = printLines(p.tool.stderr, a.steps)
	}
}

// asWord is a value that a message claims, in quotes if it may be more than a word.
func asWord(text string) string {
	if quoted := strconv.Quote(text); text == "" || quoted != `"`+text+`"` || strings.Contains(text, " ") {
		return quoted
	}
	return text
}

// answered describes the answer that the sender got.
func (a *arrival) answered() string {
	text := "answered " + a.Code
	switch {
	case a.Status == 0:
		text = "not answered"
	case a.Code == "" && a.Status == http.StatusOK:
		text = "answered garbage"
	case a.Code == "":
		text = "answered HTTP " + strconv.Itoa(a.Status)
	}
	if a.Fault != "" {
		text += " (--fail " + a.Fault + ")"
	}
	return text
}

// heldReply is an answer that is not sent yet.
type heldReply struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the header of the answer.
func (r *heldReply) Header() http.Header { return r.header }

// WriteHeader keeps the first status.
func (r *heldReply) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write keeps a part of the body.
func (r *heldReply) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}
