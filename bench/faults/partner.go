package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	messages "github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

const (
	caller  = "300"
	project = "985fb4e7-2a09-4ee8-abb2-997659ba1b0d"
	other   = "9a1e40b4-5815-4a99-89e2-d15364c7a500"
	agent   = "6f2c7a8c-627b-4322-bfac-9cb6e34acb11"
	nobody  = "00000000-0000-4000-8000-000000000000"

	callTime = 4 * time.Second // of one try
	opTime   = 2 * time.Minute // until a message must be acknowledged
)

// Codes of the document.
const (
	codeRepeated    = "1013"
	codeUnavailable = "1005"
	codeNoAgent     = "4002"
	codeMobile      = "2003"
)

// report is a report that was acknowledged.
type report struct{ sid, mobile, value string }

// partner is one writer with customers of its own.
type partner struct {
	*rig
	n      int
	random *rand.Rand
	http   *http.Client
	sids   int

	mobile, guid, project string // of its customer
	version               int
	made                  map[string]string // mobile: last acknowledged value
	acked                 []report
	refused               []string // ids of messages that were refused in the end
	done                  []*op    // some that were carried out, to be repeated
}

// op is a message and what came of it.
type op struct {
	sid, cmd string
	sent     *protocol.Sent
	tries    int
	zeros    int
}

// outcome is an answer.
type outcome struct {
	code    string // 0, or of the document; empty: none came
	payload []byte
}

// op makes a message.
func (p *partner) op(cmd string, body map[string]any, sid string) *op {
	if sid == "" {
		p.sids++
		sid = fmt.Sprintf("%s%s%02d%03d", caller, time.Now().In(p.zone).Format("060102150405"), p.n%100, p.sids%1000)
	}
	payload, _ := json.Marshal(body)
	sent, err := p.call.Send(p.keys, protocol.Outgoing{Interface: cmd, ID: sid, Payload: payload, Now: time.Now()})
	if err != nil {
		p.anomaly("rig", "send: %v", err)
		return nil
	}
	return &op{sid: sid, cmd: cmd, sent: sent}
}

// try sends a message to one server.
func (p *partner) try(o *op, s *server) (out outcome) {
	ctx, cancel := context.WithTimeout(context.Background(), callTime)
	defer cancel()
	o.tries++
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.http.address()+"/lianfa/api", bytes.NewReader(o.sent.Message.Body))
	if err != nil {
		return out
	}
	r.Header.Set("Content-Type", "application/json")
	begun := time.Now()
	res, err := p.http.Do(r)
	if err != nil {
		return out
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return out
	}
	p.operations.Add(1)
	p.took(time.Since(begun), s)
	if res.StatusCode != http.StatusOK {
		p.anomaly("answer", "%s: HTTP %d %.80s", o.cmd, res.StatusCode, raw)
		return out
	}
	opened, err := p.call.Open(ctx, o.sent, &messages.Message{Status: res.StatusCode, Header: res.Header, Body: raw})
	if err != nil {
		p.anomaly("answer", "%s: %v", o.cmd, err)
		return out
	}
	out = outcome{opened.Code, bytes.Clone(opened.Payload)}
	if opened.OK {
		out.code = "0"
		o.zeros++
		s.success.Store(time.Now().UnixNano())
	} else if out.code == codeUnavailable {
		p.unavailable.Add(1)
	} else if out.code == codeRepeated || out.code == codeNoAgent || out.code == codeMobile {
		s.success.Store(time.Now().UnixNano())
	}
	return out
}

// anyone is a server by chance.
func (p *partner) anyone() *server { return p.servers[p.random.IntN(len(p.servers))] }

// until sends a message until it is answered for good: carried out, or refused with a code.
func (p *partner) until(o *op) (out outcome, ok bool) {
	for end := time.Now().Add(opTime); time.Now().Before(end) && !p.found(); {
		out = p.try(o, p.anyone())
		switch out.code {
		case "", codeUnavailable:
			time.Sleep(time.Duration(5+p.random.IntN(25)) * time.Millisecond)
			continue
		case codeRepeated:
			if o.tries == 1 {
				p.anomaly("retry", "%s %s: 1013 for a message that was never sent before", o.cmd, o.sid)
			}
		}
		return out, true
	}
	if !p.found() && !p.stalled() {
		p.anomaly("recovery", "%s %s: no answer for good within %v", o.cmd, o.sid, opTime)
	}
	return out, false
}

// write has a report carried out and notes it.
func (p *partner) write(cmd string, body map[string]any, sid string) bool {
	o := p.op(cmd, body, sid)
	if o == nil {
		return false
	}
	if p.random.IntN(20) == 0 {
		p.race(o)
	}
	out, ok := outcome{code: "0"}, true
	if o.zeros == 0 {
		out, ok = p.until(o)
	}
	if !ok {
		return false
	}
	if out.code != "0" && out.code != codeRepeated {
		p.anomaly("acknowledged", "%s %s: refused with %s after %d tries", cmd, o.sid, out.code, o.tries)
		return false
	}
	p.once(o)
	mobile, _ := body["mobile"].(string)
	value, _ := body["customerName"].(string)
	p.acked = append(p.acked, report{o.sid, mobile, value})
	p.keep(o)
	return true
}

// once says whether a message was carried out more than once.
func (p *partner) once(o *op) {
	if o.zeros > 1 {
		p.anomaly("once", "%s %s: carried out %d times", o.cmd, o.sid, o.zeros)
	}
}

// keep keeps a message for repetition.
func (p *partner) keep(o *op) {
	if len(p.done) < 64 {
		p.done = append(p.done, o)
		return
	}
	at := p.random.IntN(len(p.done))
	p.done[at].sent.Release()
	p.done[at] = o
}

// race sends a message to all servers at once.
func (p *partner) race(o *op) {
	var group sync.WaitGroup
	zeros := make([]*op, len(p.servers))
	for i, s := range p.servers {
		zeros[i] = &op{sid: o.sid, cmd: o.cmd, sent: o.sent}
		group.Go(func() { p.try(zeros[i], s) })
	}
	group.Wait()
	for _, one := range zeros {
		o.zeros += one.zeros
		o.tries += one.tries
	}
}

// customer is the body of a report.
func (p *partner) customer(mobile, value string) map[string]any {
	return map[string]any{"customerName": value, "gender": 1, "mobile": mobile, "userGUID": agent}
}

// run reports until the end.
func (p *partner) run(ctx context.Context) {
	for ctx.Err() == nil {
		switch n := p.random.IntN(100); {
		case (n < 10 || p.crowded()) && len(p.made) > 0:
			p.read()
		case n < 15:
			p.refuse()
		case n < 20 && len(p.done) > 0:
			p.repeat()
		case n < 25 && p.n < 4:
			p.share()
		default:
			p.step()
		}
	}
}

// maxBacklog is how many notifications may wait before partners only ask: what is queued
// must be delivered when the faults are over, in the order of its receiver, one by one.
const maxBacklog = 2000

// crowded says whether that many wait.
func (r *rig) crowded() bool { return r.backlog.Load() > maxBacklog }

// count counts what waits, as often as the database answers.
func (r *rig) count(ctx context.Context) {
	for ; ctx.Err() == nil; time.Sleep(200 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		var n int64
		err := r.admin.QueryRow(ctx, `select count(*) from (select from jiekou.outbox where delivered is null and dead is null limit $1) o`, maxBacklog+1).Scan(&n)
		if err == nil {
			r.backlog.Store(n)
		}
		cancel()
	}
}

// step makes a customer, or changes it.
func (p *partner) step() {
	if p.mobile == "" {
		p.mobile = fmt.Sprintf("139%02d%06d", p.n%100, len(p.made))
		p.project = []string{project, other}[len(p.made)%2]
		p.version = 0
	}
	value := fmt.Sprintf("%d版%d", p.n, p.version)
	if p.version > 2 && p.random.IntN(150) == 0 {
		value += "死"
	}
	body := p.customer(p.mobile, value)
	cmd := "cst_info_create"
	if p.version == 0 {
		body["projGUID"] = p.project
	} else {
		cmd, body["cstGUID"] = "cst_info_update", p.guid
	}
	if !p.write(cmd, body, "") {
		p.mobile = ""
		return
	}
	p.made[p.mobile] = value
	if p.version == 0 {
		got, ok := p.get(p.mobile)
		if !ok {
			p.mobile = ""
			return
		}
		p.guid = got.CstGUID
	}
	if p.version++; p.version > 8 {
		p.mobile = ""
	}
}

// customerRow is a customer as a query shows it.
type customerRow struct{ CstGUID, CustomerName string }

// get asks for a customer.
func (p *partner) get(mobile string) (row customerRow, ok bool) {
	for end := time.Now().Add(opTime); time.Now().Before(end); {
		o := p.op("cst_info_get", map[string]any{"mobile": mobile}, "")
		out := p.try(o, p.anyone())
		o.sent.Release()
		switch out.code {
		case "", codeUnavailable:
			time.Sleep(10 * time.Millisecond)
			continue
		case "0":
			if err := json.Unmarshal(out.payload, &row); err != nil {
				p.anomaly("answer", "cst_info_get: %v", err)
			}
			return row, true
		}
		p.anomaly("read", "cst_info_get of %s: %s", mobile, out.code)
		return row, false
	}
	p.anomaly("recovery", "cst_info_get: no answer within %v", opTime)
	return row, false
}

// read compares a customer with what was last acknowledged.
func (p *partner) read() {
	for mobile, want := range p.made { // any
		if got, ok := p.get(mobile); ok && got.CustomerName != want {
			p.anomaly("read", "%s is %q, acknowledged was %q", mobile, got.CustomerName, want)
		}
		return
	}
}

// refuse sends what must be refused; its id is then free, and used for what is right.
func (p *partner) refuse() {
	mobile := fmt.Sprintf("137%02d%06d", p.n%100, len(p.refused)+len(p.acked))
	body := p.customer(mobile, fmt.Sprintf("%d拒%d", p.n, len(p.acked)))
	body["projGUID"], body["userGUID"] = project, nobody
	want := codeNoAgent
	if p.mobile != "" && p.version > 0 && p.random.IntN(2) == 0 {
		body["mobile"], body["userGUID"] = p.mobile, agent
		want = codeMobile
	}
	o := p.op("cst_info_create", body, "")
	defer o.sent.Release()
	out, ok := p.until(o)
	if !ok {
		return
	}
	if out.code != want {
		p.anomaly("refused", "%s: %s, want %s, in %d tries", o.sid, out.code, want, o.tries)
		return
	}
	if p.random.IntN(2) == 0 {
		p.refused = append(p.refused, o.sid)
		return
	}
	body["mobile"], body["userGUID"] = mobile, agent
	again := p.op("cst_info_create", body, o.sid)
	out, ok = p.until(again)
	if ok && out.code != "0" && (out.code != codeRepeated || again.tries == 1) {
		p.anomaly("refused", "%s was refused, and then not free: %s", o.sid, out.code)
		return
	}
	if ok {
		p.acked = append(p.acked, report{o.sid, mobile, body["customerName"].(string)})
		p.made[mobile] = body["customerName"].(string)
	}
	again.sent.Release()
}

// repeat sends a message again that was carried out.
func (p *partner) repeat() {
	o := p.done[p.random.IntN(len(p.done))]
	o.tries = 1
	if out, ok := p.until(o); ok && out.code != codeRepeated {
		p.anomaly("retry", "%s %s was carried out, and again answers %s", o.cmd, o.sid, out.code)
	}
	p.once(o)
}

// share changes a customer that all partners change.
func (p *partner) share() {
	at := p.random.IntN(len(p.shared))
	body := p.customer(p.shared[at].mobile, fmt.Sprintf("共%d-%d", p.n, len(p.acked)))
	body["cstGUID"] = p.shared[at].guid
	p.write("cst_info_update", body, "")
}
