// Package protocol carries out a vendor's protocol as YAML declares it: how messages are
// written, signed, encrypted, read and verified. docs/protocol.md is its manual.
package protocol

import (
	"sync"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// Protocol is a compiled declaration: how requests, replies and notifications are
// written, protected, read and verified. It is immutable and safe for concurrent use.
//
// A declaration (package declare) is messages with holes and the equations between
// them. The sender evaluates the equations; the receiver solves them, in an order
// that Compile finds once and refuses where there is none. So one declaration
// sends, receives and explains.
//
// Call is their request and our reply, the other Exchange our notification and their
// answer. Each can Admit, Reply, Send and Open. Admit is the whole verification in one call: it
// is given the keys, the issued tokens, the used nonces and the clock, so that none
// of them can be forgotten. No error holds a value of a message or of a secret.
type Protocol struct {
	Call *Exchange // nil: it has notifications alone
	Push *Exchange // nil: it has no notifications

	// Findings are what works and is probably not meant: a signature that covers
	// nothing the interface acts on, a value that nothing uses.
	Findings declare.Problems

	plan     *plan.Protocol
	declared *declare.Protocol
	base     *Protocol            // what this one is an overlay of, nil: it is none
	apps     map[string]*Protocol // overlays of single apps
}

// Declaration is what the protocol was compiled from. It must not be changed.
func (p *Protocol) Declaration() *declare.Protocol { return p.declared }

// Exchange is a message and what answers it. What can be asked about it is asked of its
// plan: its methods, ways in, keys and inputs.
type Exchange struct {
	*planned

	p       *Protocol
	replies []*plan.Form // in the order in which they are tried
	pool    sync.Pool    // of *run
}

type planned = plan.Exchange

// Compile makes a declaration ready. What it refuses is a declare.Problems, each
// with its place, the reason and how to fix it.
func Compile(d *declare.Protocol) (*Protocol, error) {
	plan, err := plan.Compile(d)
	if err != nil {
		return nil, err
	}
	p := &Protocol{Findings: plan.Findings, plan: plan, declared: d}
	p.Call, p.Push = p.exchange(plan.Call), p.exchange(plan.Push)
	return p, nil
}

func (p *Protocol) exchange(of *plan.Exchange) *Exchange {
	if of == nil {
		return nil
	}
	x := &Exchange{p: p, planned: of, replies: plan.Readable(of.Replies)}
	x.pool.New = func() any { return &run{x: x} }
	return x
}

// Parse reads and compiles a declaration.
func Parse(text []byte) (*Protocol, error) {
	d, err := declare.Parse(text)
	if err != nil {
		return nil, err
	}
	return Compile(d)
}

// MustParse is Parse for generated code: it panics where the declaration is refused.
func MustParse(text string) *Protocol {
	p, err := Parse([]byte(text))
	if err != nil {
		panic("protocol: " + err.Error()) //nolint:forbidigo // check refused such a text before it was generated
	}
	return p
}
