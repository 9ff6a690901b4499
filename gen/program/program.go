// Package program turns the plan of a protocol into a program that no language owns: the
// lines that write and protect a request, read and verify its reply, take a notification
// and answer it. Each language has a printer of these lines and a library of the functions
// that they call, so that a client reads like code of its language and does what the
// server does.
package program

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// Gap is something of a protocol that a program cannot do.
type Gap struct {
	Place string // request.values.sign
	What  string // step gzip
}

// Error says where and what.
func (g *Gap) Error() string {
	return fmt.Sprintf("%s: %s cannot be carried out by a script", g.Place, g.What)
}

// Key is a key that the caller has to give, as protocols name their kinds.
type Key struct{ Name, Kind string }

// Program is what a protocol becomes. It has the directions that the protocol has.
type Program struct {
	Keys   []Key
	Inputs []string // values that the caller has to give
	// Token is the name of the value that a token stands for, which was issued to the
	// caller; empty: there is none.
	Token string
	Names []string // values of the request that a reply repeats
	IDs   []string // patterns of a message's id
	Call  *Exchange
	Push  *Taking
	// Explain reads requests as the server does; nil: it is not wanted, or cannot be done.
	Explain []*Notice
}

// Exchange writes requests, each under its condition, and reads replies, the first that
// fits.
type Exchange struct {
	Requests []*Sender
	Replies  []*Reader
}

// Sender writes a message of a form.
type Sender struct {
	Name, Place string
	When        And // empty: always
	Form        Object
	Lines       []Node
}

// Reader reads a message of a form: what does not fit is no such message, and what does
// not hold is refused.
type Reader struct {
	Name, Place string
	When        And
	Form        Object
	Read        []Node
	Prove       []Node
	Proves      bool // what fails in Prove says that the message is forged, not that it is another
	Verdict     bool // it says what came of a request
}

// Taking takes notifications and answers them.
type Taking struct {
	Forms   []*Notice
	Answers []*Answer
	Trusts  bool
}

// Notice is a form of notifications.
type Notice struct {
	Name  string
	Read  *Reader
	Guard []Node
	Later And
	Bound []string // values that the message says itself
	Asks  bool
	Named string  // the value that is the id of the message
	Echo  *Answer // the protocol itself answers
}

// Answer is a form of answers.
type Answer struct {
	Name     string
	Write    *Sender
	Outcomes []string
	Codes    []Node
	Seals    bool
	Success  []Node
	Failure  []Node
	Status   []Node
}

// Options say what a library has beside what all have, and what is wanted.
type Options struct {
	Trace   bool            // the steps of what is sent are noted, and of what is explained
	Explain bool            // how a request is explained is wanted too
	Has     map[string]bool // steps of extraSteps that the library has, ECDSA with other digests than SHA-256, rsa-private-encrypt where it compares what that was made of, and multipart where it writes that
}

// Calls is the program of requests and replies.
func Calls(p *protocol.Protocol, o Options) (*Program, error) { return translate(p, o, false) }

// Whole is the program of all directions.
func Whole(p *protocol.Protocol, o Options) (*Program, error) { return translate(p, o, true) }

func translate(p *protocol.Protocol, o Options, pushes bool) (*Program, error) {
	compiled, err := plan.Compile(p.Declaration())
	if err != nil {
		return nil, err
	}
	out := &Program{}
	for _, k := range compiled.Keys {
		out.Keys = append(out.Keys, Key{k.Name, k.Kind})
	}
	if compiled.Call != nil {
		out.Inputs = p.Call.Inputs()
		out.guards(compiled.Call)
		w := &writer{keys: compiled.Keys, options: o}
		out.Call = &Exchange{Requests: w.sending(compiled.Call), Replies: w.receiving(compiled.Call)}
		out.Names = w.names
		if w.gap != nil {
			return nil, w.gap
		}
		if o.Explain {
			out.Explain = explaining(compiled, o)
		}
	}
	if compiled.Push == nil || !pushes {
		return out, nil
	}
	w := &writer{keys: compiled.Keys, pushes: true, options: o}
	out.Push = &Taking{Forms: w.taking(compiled.Push), Answers: w.answering(compiled.Push), Trusts: compiled.Push.Trusts}
	if w.gap != nil {
		return nil, w.gap
	}
	return out, nil
}

// guards finds the token and the patterns of ids among the rules on requests.
func (p *Program) guards(x *plan.Exchange) {
	for _, f := range x.Calls {
		for i := range f.Guards {
			switch g := &f.Guards[i]; {
			case g.Kind == "issued":
				p.Token = f.Infos[g.Slot].Name
			case g.Kind == "like" && f.Alone(g.Slot, plan.SlotID) && !slices.Contains(p.IDs, g.Pattern):
				p.IDs = append(p.IDs, g.Pattern)
			}
		}
	}
}

// sending are the requests of an exchange.
func (w *writer) sending(x *plan.Exchange) []*Sender {
	w.sends = true
	var out []*Sender
	for i, f := range x.Calls {
		if f.Answer != nil {
			continue
		}
		name := fmt.Sprintf("request%d", i+1)
		if i == len(x.Calls)-1 {
			name = "request"
		}
		s := w.sender(name, f)
		if len(f.When) > 0 {
			s.When = w.conditions(f)
		}
		out = append(out, s)
	}
	return out
}

// receiving are the replies of an exchange, those for an unknown caller last.
func (w *writer) receiving(x *plan.Exchange) []*Reader {
	w.sends = false
	var known, bare, unknown []*Reader
	for i, f := range x.Replies {
		name := fmt.Sprintf("reply%d", i+1)
		if i == len(x.Replies)-1 {
			name = "reply"
		}
		r := w.receiver(name, f)
		switch {
		case slices.Contains(outcomes(f), "unknown"):
			unknown = append(unknown, r)
		case f.BodyText != nil && f.BodyText.IsPayload():
			bare = append(bare, r)
		default:
			known = append(known, r)
		}
	}
	return slices.Concat(known, bare, unknown)
}

// outcomes are those that a form is for.
func outcomes(f *plan.Form) []string {
	var out []string
	for i := range f.When {
		if f.When[i].Outcome != "" {
			out = append(out, f.When[i].Outcome)
		}
	}
	return out
}

// writer writes the lines of forms.
type writer struct {
	keys     []declare.Key
	f        *plan.Form
	place    string // that is being written, for a gap
	sends    bool
	pushes   bool // the messages are notifications, and the answers to them
	explains bool // what does not hold is noted, and the rest is read all the same
	options  Options
	gap      *Gap
	names    []string // of the request that a reply repeats
}

// lacks notes what a program cannot do; the first one is reported.
func (w *writer) lacks(what string) Node {
	if w.gap == nil {
		w.gap = &Gap{Place: w.place, What: what}
	}
	return Bytes("")
}
