// Package route serves systems over HTTP: it takes a message in, admits it by the
// system's protocol, picks the interface, lets the generated code decode, validate
// and answer, and sends the reply as the protocol has it.
//
// A request goes down once and comes up once. Every error takes one road: it is
// a *problem.Error, the system's catalogue turns it into a code and a text of the
// document, and the protocol's reply carries both.
package route

import (
	"cmp"
	"context"
	"io/fs"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/trace"
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

	valid func(ctx context.Context, call *Call, in *wire.Reader) error // see Validated
	serve func(ctx context.Context, call *Call, in *wire.Reader) (wire.Encoder, error)
	judge func(in *wire.Reader) (any, error)
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

// Call has the facts about a request beside its fields.
type Call struct {
	System string
	Cmd    string
	App    string // id of the caller
	Sid    string // id of the message; empty where the system has none
	Zone   *time.Location

	scopes map[string][]string
}

// Scope is the values of a scope that the caller is bound to: rows outside of them are not
// there for it. nil: it is not bound by that scope.
func (c *Call) Scope(name string) []string { return c.scopes[name] }

// Scopes is the values of each scope that the caller is bound to.
func (c *Call) Scopes() map[string][]string { return c.scopes }

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
	i.serve = func(ctx context.Context, call *Call, in *wire.Reader) (wire.Encoder, error) {
		_, checks := trace.Start(ctx, "checks")
		q, err := decode[Q, PQ](in)
		checks.End()
		if err != nil {
			return nil, err
		}
		p := new(P)
		if err := answer(ctx, call, q, p); err != nil {
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
	i.serve = answer
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

// App is a registered caller.
type App struct {
	ID   string
	Keys *protocol.Keys        // of the system's protocol, or of an overlay of it
	May  func(cmd string) bool // whether it was granted the interface
	// Named says whether it was granted the interface by its name, not by a pattern. nil: never
	Named func(cmd string) bool

	Limit limit.App // what it may have at a time

	// Scopes has the values of each scope that it is bound to, whose rows alone it reaches.
	Scopes map[string][]string
}

// Apps finds registered callers. Disabled apps are not found. Where no message of a
// system names its app, it is called at URLs of the app, below /app/ID; at others id is
// empty, and the only one is meant.
type Apps interface {
	App(ctx context.Context, system, id string) (App, bool)
}
