// Package plan turns a declaration into plans: which slots a message has, in which
// order a sender makes their texts, and in which order a receiver solves the
// equations between them. It refuses what has no such order.
//
// It knows nothing of messages that are on their way; package protocol carries the plans out.
package plan

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Protocol is a protocol whose messages have plans. It is immutable.
type Protocol struct {
	Call *Exchange
	Push *Exchange

	Findings declare.Problems // what works and is probably not meant

	Keys  []declare.Key
	Preps []prep
	// Demands are those of steps on the secrets that are their keys and ivs, by position in Keys.
	Demands map[int]Demand

	Profile  string // of apps that have no other one
	Profiles []string
}

// prep is a key that a step prepares once for each app.
type prep struct {
	Do  *step.Do
	Key int // position in keys
}

// Demand says which lengths of a secret the steps take, bytes.
type Demand struct {
	Lengths []int // nil: any
	Most    int   // 0: any
}

// Exchange is a message and what answers it.
type Exchange struct {
	p       *Protocol
	name    string // key of the message in the YAML
	Calls   []*Form
	Replies []*Form
	Given   bool // no message names the app, because there is one at each URL
	Levels  int  // of JSON that are looked at
	Trusts  bool // a refusal to somebody who has not proved to be the app is made with the app's keys
}

// Form is one variant of a message, compiled.
type Form struct {
	x     *Exchange
	Decl  *declare.Message
	Place string // request, request.variants[1]
	Reply bool

	When  []Condition
	Index map[string]int
	Infos []Info

	method, Path, host *Item
	Query, Header      *Node // nil: none is declared
	Body               *Node
	BodyText           *Item // the whole body is one template
	QueryText          *Item
	Items              []*Item // places and values, places first
	Guards             []Guard
	Profiles           map[string][]Guard // further ones of apps that have a profile
	Success, Failure   []Constant
	Final              []Constant // a refusal that holds one of each is for good
	Status             []declare.Status
	Answer             *Form // of a variant that the protocol answers by itself

	Send    []Op
	Receive []Op

	sends   bool        // a plan was found
	used    map[int]int // slots that its sender makes
	Empty   bool        // it has no body, whatever the interface has
	URL     bool        // something is made of the whole URL
	Tells   bool        // something is made of the status of HTTP
	MakesID bool        // something in it is made of the message's id
	Proves  bool        // who receives it knows that a key made it
	Refuses bool        // of a reply: it is the other one of a variant with when: success
	Seals   bool        // it is encrypted with a key
	proof   bool        // one of Receive is marked as the last that proves
	Effect  int         // slot of the value that is kept with the effect, -1: none
}

// Info says what a slot is.
type Info struct {
	Name  string
	Kind  SlotKind
	Item  *Item
	Part  *PartRef
	key   int
	part  bool // a part of a text that a guard takes apart
	timed bool // it holds a time
}

// OfCall returns the name of the request's value that a slot of a reply holds.
func (f *Form) OfCall(at int) (name string, ok bool) {
	if f.Infos[at].Kind != callSlot {
		return "", false
	}
	return f.Infos[at].Part.Path[0], true
}

// Repeats reports whether a reply has a text of the call, or the name of the interface:
// whoever refuses early may not know it.
func (f *Form) Repeats() bool {
	return f.Uses(SlotInterface) || slices.ContainsFunc(f.Infos, func(i Info) bool { return i.Kind == callSlot }) || f.Body.named(SlotInterface)
}

// named reports whether a name in a tree is made of a slot.
func (n *Node) named(of int) bool {
	return n != nil && (slices.Contains(pieceDeps(n.Name), of) || slices.ContainsFunc(n.Children, func(c *Node) bool { return c.named(of) }))
}

// SlotKind is what a slot holds.
type SlotKind uint8

// The kinds that Info.Kind holds.
const (
	builtin    SlotKind = iota
	KindSecret          // a secret of the app
	value
	leafSlot
	constantSlot
	partSlot
	callSlot // request.NAME of a reply
)

// Slots of what every message knows.
const (
	SlotNow = iota
	SlotRandom
	SlotApp
	SlotInterface
	SlotPayload
	SlotID
	SlotCode
	SlotText
	SlotFrame
	SlotMethod
	SlotScheme
	SlotHost
	SlotPath
	SlotQuery
	SlotBody
	SlotURL
	SlotTarget // path and query
	SlotStatus // of HTTP, in replies
	SlotName
	SlotValue
	SlotRaw
	Builtins
)

func builtinNames() []string {
	return []string{
		"now", "random", "app", "interface", "payload", "id", "code", "text", "frame",
		"method", "scheme", "host", "path", "query", "body", "url", "target", "httpstatus", "name", "value", "raw",
	}
}

// Compile makes a declaration ready. What it refuses is a declare.Problems, each
// with its place, the reason and how to fix it.
func Compile(d *declare.Protocol) (*Protocol, error) {
	p := &Protocol{Keys: d.Keys, Demands: map[int]Demand{}}
	c := &compiler{p: p}
	if d.Request == nil && d.Push == nil {
		c.add(d.Pos, "protocol", "there is no request", "say how a request is written: request: {…}")
	}
	if d.Request != nil {
		p.Call = c.exchange("request", d.Request, d.Reply, d.App == "given")
		c.profiles(d)
	}
	if d.Push != nil {
		p.Push = c.exchange("push", d.Push, d.Push.Answer, true)
	}
	if err := c.problems.Err(); err != nil {
		return nil, err
	}
	for _, k := range p.Keys {
		if uses := func(x *Exchange) bool { return x != nil && x.UsesKey(k.Name) }; !uses(p.Call) && !uses(p.Push) {
			c.weak(k.Pos, "keys."+k.Name, "nothing uses it", "name it in a step or a template, or leave it out; errata: [id] of the protocol says why the document has it")
		}
	}
	p.Findings = c.problems
	return p, nil
}

func (c *compiler) exchange(name string, call, reply *declare.Message, given bool) *Exchange {
	x := &Exchange{p: c.p, name: name, Given: given, Levels: 2}
	for i, v := range call.Variants {
		over := declare.Overlay(call, v)
		f := c.form(x, over, fmt.Sprintf("%s.variants[%d]", name, i+1), false)
		if v.Answer != nil {
			c.greets(f)
			f.Answer = c.form(x, v.Answer, f.Place+".answer", true)
		}
		x.Calls = append(x.Calls, f)
	}
	x.Calls = append(x.Calls, c.form(x, call, name, false))
	place := "reply"
	if name == "push" {
		place = "push.answer"
	}
	if reply != nil {
		x.Trusts = reply.Unproved == declare.UnprovedKnown
		for i, v := range reply.Variants {
			x.Replies = append(x.Replies, c.form(x, declare.Overlay(reply, v), fmt.Sprintf("%s.variants[%d]", place, i+1), true))
		}
		x.Replies = append(x.Replies, c.form(x, reply, place, true))
	}
	if c.problems.Err() != nil {
		return x // a name without a source would be told again as what nobody can check
	}
	for _, f := range x.Calls {
		c.plan(f)
		if f.Answer != nil {
			c.plan(f.Answer)
		}
	}
	for _, f := range x.Replies {
		c.plan(f)
		c.stranger(f)
		last := x.Replies[len(x.Replies)-1]
		last.Refuses = last.Refuses || f != last && len(f.When) == 1 && f.When[0].Outcome == "success"
	}
	c.unused(x.Calls)
	c.unused(x.Replies)
	return x
}

// stranger refuses a reply to somebody who is not known that is made with the keys of an
// app: there is none.
func (c *compiler) stranger(f *Form) {
	if !f.ForUnknown() {
		return
	}
	for _, it := range f.Items {
		if !it.Leaf || !f.Stands(it) {
			continue
		}
		for at := range f.Sources(it.Expr) {
			if i := f.Infos[at]; i.Kind == KindSecret && !c.p.Keys[i.key].System {
				c.add(it.pos, f.Place, fmt.Sprintf("it is for somebody who is not known, and %s is made with %s, a key of an app", f.Written(it), i.Name),
					`say what it has without keys: {when: unknown, header: {}, json: {code: "{code}"}}; text: "" for no body`)
				return
			}
		}
	}
}

// unused warns of values that no variant of a message needs.
func (c *compiler) unused(forms []*Form) {
	used := map[string]bool{}
	for _, f := range forms {
		if !f.sends {
			return
		}
		for at := range f.used {
			used[f.Infos[at].Name] = true
		}
		for i := range f.Guards {
			used[f.Guards[i].Value] = true
		}
	}
	for _, f := range forms {
		for _, it := range f.Items {
			if !it.Leaf && !used[it.Name] && it.Into == nil {
				c.weak(it.pos, it.place, "nothing uses it", "put {"+it.Name+"} somewhere, or leave it out")
			}
		}
	}
}
