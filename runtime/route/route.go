// Package route describes the interfaces of systems as the generator knows them: what a message
// of one is decoded into, which rules it keeps, and which function answers it. What calls a
// system and what receives from one need no more than that; package gate serves it.
package route

import (
	"cmp"
	"context"
	"io/fs"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// DefaultMaxBody is the limit of a request's body where a system names none.
const DefaultMaxBody = 1 << 20

// System is one document's world, as the generator describes it.
type System struct {
	Name       string
	Title      string
	Version    string // of the document
	MaxBody    int64  // bytes; 0 is DefaultMaxBody
	Limits     wire.Limits
	Zone       string             // of times without one
	Protocol   *protocol.Protocol // how its messages are written, protected and read
	Errors     problem.Catalogue
	Interfaces []Interface
	Scopes     []Scope // to whom rows belong; nil: to nobody
	Login      *Login  // how a client gets the token that its calls carry; nil: not by a call
	Docs       fs.FS   // pages in docs/*.md and JSON Schemas in schema/*.json
}

// Scope is one way in which the rows of a system belong to somebody.
type Scope struct {
	Name    string // as operators name it
	Title   string // what a value is
	Project bool   // it is also the project that the system's notifications are about
}

// Login is the interface that issues the token which the other calls carry.
type Login struct {
	Cmd     string
	Payload string        // JSON of what the document itself says of its request
	Asks    bool          // the request has members that only the caller knows, too
	Value   string        // path of the member of its response that is the token
	Seconds string        // and of that which says how long it lasts; empty: Lasts does
	Lasts   time.Duration // 0: nobody says
	Codes   []string      // say that a token is not good, or no longer
}

// Status says whether an interface is served.
type Status string

// The states of an interface.
const (
	Active        Status = "active"
	Deprecated    Status = "deprecated"    // served, and logged as such
	Unimplemented Status = "unimplemented" // documented, refused
)

// Kind is the purpose of an interface.
type Kind string

// The kinds of interfaces.
const (
	Report Kind = "report" // it writes
	Query  Kind = "query"  // it only reads
	Notify Kind = "notify" // we send it
)

// Interface is one interface of a system.
type Interface struct {
	Cmd    string
	Kind   Kind
	Status Status
	Method string // if the protocol says none
	Path   string // may hold {name} for the values of Outside
	Needs  bool   // some field is required, so that an empty payload is refused

	Frame   string  // shape of its messages, for the variants of the protocol that ask; empty: the usual one
	Form    bool    // where the protocol leaves the body to the interface: a form, whose fields are in Outside; false: JSON
	Outside []Place // fields outside the payload, in the document's order

	Deprecation string    // yyyy-MM-dd, the day since which it is deprecated; empty: not known, or it is not
	Sunset      string    // yyyy-MM-dd, the last day on which it is answered; empty: not known
	Revision    *Revision // it is an earlier revision of another interface; nil: it is none

	valid  func(ctx context.Context, call *Call, in *wire.Reader) error // see Validated
	judge  func(in *wire.Reader) (any, error)
	read   func(in *wire.Reader) (any, error) // what answer takes
	answer func(ctx context.Context, call *Call, q any) (wire.Encoder, error)
}

// Place is the place of one field outside the payload.
type Place struct {
	Name string // of the field, and of the value, parameter, header or part
	Sent string // of the parameter or header, where it is another; empty: Name
	In   string // query | header | path | form | multipart
	JSON bool   // its text is JSON: an array or object
}

// Outer is the name of the parameter or header.
func (p Place) Outer() string { return cmp.Or(p.Sent, p.Name) }

// Judge decodes a payload and returns the request, a pointer to its generated
// struct, with a *problem.Error if it is not valid. It needs no database; tools and
// tests use it.
func (i *Interface) Judge(payload []byte, zone *time.Location, limits wire.Limits) (any, error) {
	return i.judge(wire.NewReader(payload, zone, limits))
}

// Answered reports whether the interface has an answer.
func (i *Interface) Answered() bool { return i.answer != nil }

// Read decodes and validates the request of an interface that is answered, for Answer.
func (i *Interface) Read(in *wire.Reader) (any, error) { return i.read(in) }

// Answer carries out what Read returned.
func (i *Interface) Answer(ctx context.Context, call *Call, q any) (wire.Encoder, error) {
	return i.answer(ctx, call, q)
}

// Validates reports whether the interface knows the rules of its requests.
func (i *Interface) Validates() bool { return i.valid != nil || i.judge != nil }

// Admit validates a request by those rules.
func (i *Interface) Admit(ctx context.Context, call *Call, in *wire.Reader) error {
	if i.valid != nil {
		return i.valid(ctx, call, in)
	}
	_, err := i.judge(in)
	return err
}

// Observer hears of every answered request. code is the document's, cmd is empty if
// none was recognised.
type Observer interface {
	Observe(system, cmd, code string, took time.Duration)
}

// Call has the facts about a request beside its fields.
type Call struct {
	System string
	Cmd    string
	App    string // id of the caller
	Sid    string // id of the message; empty where the system has none
	Zone   *time.Location
	Scopes map[string][]string // the values of each scope that the caller is bound to
}

// Scope is the values of a scope that the caller is bound to: rows outside of them are not
// there for it. nil: it is not bound by that scope.
func (c *Call) Scope(name string) []string { return c.Scopes[name] }

// Location is the time zone of the system.
func (c *Call) Location() *time.Location { return c.Zone }

// Origin names the message, for rows that refer to it.
func (c *Call) Origin() (system, app, sid, cmd string) { return c.System, c.App, c.Sid, c.Cmd }

// Request is the interface of generated requests.
type Request[Q any] interface {
	*Q
	Decode(in *wire.Reader)
}

// checked is what a generated request with rules can do beside.
type checked interface {
	Check(list *problem.List)
}

// Response is the interface of generated responses.
type Response[P any] interface {
	*P
	wire.Encoder
}

// Handle returns the interface with the answer that serves it. The answer gets a
// request that is decoded and valid, and fills in the response; its strings
// belong to it.
func Handle[Q, P any, PQ Request[Q], PP Response[P]](
	i Interface, answer func(ctx context.Context, call *Call, q *Q, p *P) error,
) Interface {
	i = Describe[Q, PQ](i)
	i.read = i.judge
	i.answer = func(ctx context.Context, call *Call, q any) (wire.Encoder, error) {
		p := new(P)
		if err := answer(ctx, call, q.(*Q), p); err != nil {
			return nil, err
		}
		return PP(p), nil
	}
	return i
}

// Serve returns the interface with a function that serves it without generated
// code: it reads the request, validates it, and returns the members of the
// response, or a *problem.Error. Judge does not know such an interface.
func Serve(i Interface, answer func(ctx context.Context, call *Call, in *wire.Reader) (wire.Encoder, error)) Interface {
	i.read = func(in *wire.Reader) (any, error) { return in, nil }
	i.answer = func(ctx context.Context, call *Call, q any) (wire.Encoder, error) {
		return answer(ctx, call, q.(*wire.Reader))
	}
	return i
}

// Validated returns the interface with a function that validates its requests, for programs
// without generated code. An interface with a Revision needs nothing else.
func Validated(i Interface, judge func(ctx context.Context, call *Call, in *wire.Reader) error) Interface {
	i.valid = judge
	return i
}

// Describe returns the interface with validation of its requests but no answer: a
// notification, or an interface that is documented only.
func Describe[Q any, PQ Request[Q]](i Interface) Interface {
	i.judge = func(in *wire.Reader) (any, error) { return decode[Q, PQ](in) }
	return i
}

// decode reads a request and validates it.
func decode[Q any, PQ Request[Q]](in *wire.Reader) (*Q, error) {
	q := new(Q)
	PQ(q).Decode(in)
	if err := in.Close(); err != nil {
		return q, err
	}
	if c, ok := any(q).(checked); ok {
		c.Check(&in.List)
	}
	return q, in.List.Err()
}
