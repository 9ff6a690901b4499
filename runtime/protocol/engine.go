package protocol

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// compiled is a protocol whose messages have plans. It is immutable.
type compiled struct {
	Call *exchange
	Push *exchange

	Findings declare.Problems // what works and is probably not meant

	keys  []declare.Key
	preps []prep
}

// prep is a key that a step prepares once for each app.
type prep struct {
	do  *step.Do
	key int // position in keys
}

// exchange is a message and what answers it.
type exchange struct {
	p       *compiled
	name    string // request or push
	calls   []*form
	replies []*form
	given   bool // no message names the app
	levels  int  // of JSON that are looked at
}

// form is one variant of a message, compiled.
type form struct {
	x     *exchange
	decl  *declare.Message
	place string // request, request.variants[1]
	reply bool

	when  []condition
	index map[string]int
	infos []info

	method, path, host *item
	query, header      *node // nil: none is declared
	body               *node
	bodyText           *item // the whole body is one template
	queryText          *item
	items              []*item // places and values, places first
	guards             []guard
	success, failure   []constant
	status             []declare.Status
	answer             *form // of a variant that the protocol answers by itself

	send    []op
	receive []op

	sends, receives bool // a plan was found
	empty           bool // it has no body, whatever the interface has
	url             bool // something is made of the whole URL
	effect          int  // slot of the value that is kept with the effect, -1: none
}

// info says what a slot is.
type info struct {
	name string
	kind slotKind
	item *item
	part *partRef
	key  int
}

type slotKind uint8

const (
	builtin slotKind = iota
	secret
	value
	leafSlot
	constantSlot
	partSlot
	callSlot // request.NAME of a reply
)

// Slots of what every message knows.
const (
	slotNow = iota
	slotRandom
	slotApp
	slotInterface
	slotPayload
	slotID
	slotCode
	slotText
	slotFrame
	slotMethod
	slotScheme
	slotHost
	slotPath
	slotQuery
	slotBody
	slotURL
	slotTarget // path and query
	slotName
	slotValue
	builtins
)

func builtinNames() []string {
	return []string{
		"now", "random", "app", "interface", "payload", "id", "code", "text", "frame",
		"method", "scheme", "host", "path", "query", "body", "url", "target", "name", "value",
	}
}

// compile makes a declaration ready. What it refuses is a declare.Problems, each
// with its place, the reason and how to mend it.
func compile(d *declare.Protocol) (*compiled, error) {
	p := &compiled{keys: d.Keys}
	c := &compiler{p: p}
	if d.Request == nil && d.Push == nil {
		c.add(d.Pos, "protocol", "there is no request", "say how a request is written: request: {…}")
	}
	if d.Request != nil {
		p.Call = c.exchange("request", d.Request, d.Reply, d.App == "given")
	}
	if d.Push != nil {
		p.Push = c.exchange("push", d.Push, d.Push.Answer, true)
	}
	if err := c.problems.Err(); err != nil {
		return nil, err
	}
	p.Findings = c.problems
	return p, nil
}

func (c *compiler) exchange(name string, call, reply *declare.Message, given bool) *exchange {
	x := &exchange{p: c.p, name: name, given: given, levels: 2}
	for i, v := range call.Variants {
		over := declare.Overlay(call, v)
		f := c.form(x, over, fmt.Sprintf("%s.variants[%d]", name, i+1), false)
		if v.Answer != nil {
			f.answer = c.form(x, v.Answer, f.place+".answer", true)
		}
		x.calls = append(x.calls, f)
	}
	x.calls = append(x.calls, c.form(x, call, name, false))
	place := "reply"
	if name == "push" {
		place = "push.answer"
	}
	if reply != nil {
		for i, v := range reply.Variants {
			x.replies = append(x.replies, c.form(x, declare.Overlay(reply, v), fmt.Sprintf("%s.variants[%d]", place, i+1), true))
		}
		x.replies = append(x.replies, c.form(x, reply, place, true))
	}
	for _, f := range x.calls {
		c.plan(f)
		if f.answer != nil {
			c.plan(f.answer)
		}
	}
	for _, f := range x.replies {
		c.plan(f)
	}
	return x
}
