package inbox

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/testkit/held"
)

// look verifies a message to see its contents, and returns what is wrong with those. cmd
// is what its URL says.
func (p *inbox) look(a *Arrival, r *http.Request, cmd string, body []byte) (wrong error) {
	again := r.Clone(r.Context())
	again.Body = http.NoBody
	m, err := message.Request(again, 0)
	if err != nil {
		a.Refused = err.Error()
		return nil
	}
	m.Body = body
	in := protocol.Incoming{Message: m, Interface: cmd}
	q := p.push.Inquire(r.Context(), in, p.side)
	lines := q.Lines
	q.Release()
	seen, err := p.push.Admit(r.Context(), in, p.side)
	defer seen.Release()
	a.Cmd, a.Sid, a.Timestamp, a.Handshake = strings.Clone(seen.Interface()), seen.ID(), seen.SentAt(), seen.Handshake()
	if err != nil {
		a.Refused, a.Steps = err.Error(), lines
		return nil
	}
	a.Verified = verified(lines)
	if a.Sid != "" {
		a.Repeated, _ = p.memory.Seen(context.Background(), a.Sid)
		p.mu.Lock()
		p.tries[a.Sid]++
		a.Try = p.tries[a.Sid]
		p.mu.Unlock()
	}
	if payload := bytes.Clone(seen.Payload()); json.Valid(payload) {
		a.Payload = payload
	}
	if judge := p.judges[a.Cmd]; judge != nil && a.Payload != nil {
		wrong = judge.Check(a.Payload)
		a.Breaks = append(a.Breaks, broken(wrong)...)
	}
	return wrong
}

// verified are the values of a message that hold: what was compared, verified or
// deciphered, and the guards.
func verified(lines []protocol.Line) []string {
	out := []string{}
	for _, l := range lines {
		name, what, _ := strings.Cut(l.Step, ", ")
		if (what == "came" || what == "undone" || what == "" && l.Text == "fine") && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
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

// code is what an answer says; empty where it is none of the protocol, or one to
// somebody who is not known.
func (p *inbox) code(cmd string, answer *held.Reply) string {
	m := &message.Message{Status: answer.Status, Header: answer.Header(), Body: answer.Body.Bytes()}
	o, err := p.push.OpenAlone(context.Background(), p.keys, protocol.Incoming{Message: m, Interface: cmd})
	if err != nil {
		return ""
	}
	defer o.Release()
	if o.Unknown {
		return ""
	}
	return o.Said()
}
