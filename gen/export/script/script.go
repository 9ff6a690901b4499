// Package script turns a protocol into JavaScript: seal writes and protects a request,
// open reads and verifies its reply. The program stands alone: it has only those
// functions of the library that it needs, and runs in the sandboxes of Postman, Apifox
// and Bruno, in browsers and in Node.js.
//
// It translates the plans of package plan, which the server carries out too, one
// operation a line. The library is ours because no sandbox offers SM2, SM3, SM4, RSA and
// GCM together, and two of them offer nothing. Its tests compare each of its steps with
// the server's.
package script

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// Gap is something of a protocol that the program cannot do.
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

// Program is what a protocol becomes.
type Program struct {
	Keys   []Key
	Inputs []string // values that the caller has to give
	// Token is the name of the value that a token stands for, which was issued to the
	// caller; empty: there is none.
	Token string

	seal, open string
	push       string   // what takes notifications
	names      []string // of the request that a reply repeats
	ids        []string // patterns of a message's id
}

// Of translates the requests of a protocol and the replies to them. What a script cannot
// carry out is a *Gap.
func Of(p *protocol.Protocol) (*Program, error) { return translated(p, false) }

// Traced is Of for those who show how a message is made: the message that seal returns
// has steps, each {name, what, text} of a value: its text first, then what each step of
// the protocol makes of it.
func Traced(p *protocol.Protocol) (*Program, error) { return translated(p, true) }

func translated(p *protocol.Protocol, trace bool) (*Program, error) {
	compiled, err := plan.Compile(p.Declaration())
	if err != nil {
		return nil, err
	}
	if compiled.Call == nil {
		return nil, errors.New("the protocol has no requests")
	}
	out := &Program{Inputs: p.Call.Inputs()}
	for _, k := range compiled.Keys {
		out.Keys = append(out.Keys, Key{k.Name, k.Kind})
	}
	for _, f := range compiled.Call.Calls {
		for i := range f.Guards {
			switch g := &f.Guards[i]; {
			case g.Kind == "issued":
				out.Token = f.Infos[g.Slot].Name
			case g.Kind == "like" && f.Alone(g.Slot, plan.SlotID) && !slices.Contains(out.ids, g.Pattern):
				out.ids = append(out.ids, g.Pattern)
			}
		}
	}
	w := &writer{keys: compiled.Keys, trace: trace}
	out.seal, out.open = w.sending(compiled.Call), w.receiving(compiled.Call)
	out.names = w.names
	if w.gap != nil {
		return nil, w.gap
	}
	return out, nil
}

// SealWith is the program that seals requests, with one behind it that uses it:
// seal(call, keys) returns the message and what its reply is read with. See
// library/exchange.js for what a call is.
func (p *Program) SealWith(own string) string {
	return shaken(p.seal + p.kinds() + p.sealBody() + own)
}

// OpenWith is the program that opens replies, with one behind it that uses it:
// open(reply, sent, keys) returns ok, code, text and payload, and throws where the reply
// is not the server's.
func (p *Program) OpenWith(own string) string {
	return shaken(p.open + p.kinds() + p.openBody() + own)
}

// Both has seal and open.
func (p *Program) Both() string { return p.BothWith("") }

// BothWith is Both, with a program behind them that uses them.
func (p *Program) BothWith(own string) string {
	return shaken(p.seal + p.open + p.kinds() + p.sealBody() + p.openBody() + own)
}

// kinds says how the keys are read.
func (p *Program) kinds() string {
	read := map[string]string{
		"rsa": "readRSAPair(text)", "ed25519": "readEdwardsPair(text)", "sm2": "readCurvePair(text, sm2Curve)", "ecdsa": "readCurvePair(text, p256)",
	}
	var list []string
	for _, k := range p.Keys {
		one := cmp.Or(read[k.Kind], "secret("+quote(k.Kind)+", text)")
		list = append(list, "  "+property(k.Name)+": (text) => "+one+",\n")
	}
	return "const keyReaders = {\n" + strings.Join(list, "") + "};\n\n"
}

func (p *Program) sealBody() string {
	return `// seal writes the message of a call and protects it.
function seal(call, keys) {
  const own = Object.assign(readKeys(keyReaders, keys), { ids: [` + quoted(p.ids) + `] });
  const m = sendRequest(begin(call, own));
  return { message: m, sent: sentBy(m, [` + quoted(p.names) + `]) };
}

`
}

func (p *Program) openBody() string {
	return `// open reads a reply and verifies it.
function open(reply, sent, keys, now) {
  const own = readKeys(keyReaders, keys);
  return openFirst(replyReaders, () => came(reply, sent, own, now));
}
`
}

// sending is the JavaScript that sends the messages of an exchange.
func (w *writer) sending(x *plan.Exchange) string {
	w.sends = true
	var out, pick strings.Builder
	for i, f := range x.Calls {
		if f.Answer != nil {
			continue
		}
		name := fmt.Sprintf("request%d", i+1)
		if i == len(x.Calls)-1 {
			name = "request"
		}
		out.WriteString(w.sender(name, f))
		if len(f.When) > 0 {
			fmt.Fprintf(&pick, "  if (%s) return %s(m);\n", w.conditions(f), name)
		} else {
			fmt.Fprintf(&pick, "  return %s(m);\n", name)
		}
	}
	return out.String() + "function sendRequest(m) {\n" + pick.String() + "}\n\n"
}

// receiving is the JavaScript that reads the replies of an exchange.
func (w *writer) receiving(x *plan.Exchange) string {
	w.sends = false
	var out strings.Builder
	var known, unknown []string
	for i, f := range x.Replies {
		name := fmt.Sprintf("reply%d", i+1)
		if i == len(x.Replies)-1 {
			name = "reply"
		}
		out.WriteString(w.receiver(name, f))
		if slices.Contains(outcomes(f), "unknown") {
			unknown = append(unknown, name)
		} else {
			known = append(known, name)
		}
	}
	return out.String() + "const replyReaders = [" + strings.Join(append(known, unknown...), ", ") + "];\n\n"
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

// quoted is a list of JavaScript strings.
func quoted(list []string) string {
	var out []string
	for _, one := range list {
		out = append(out, quote(one))
	}
	return strings.Join(out, ", ")
}
