// Package script turns a protocol into JavaScript: seal writes and protects a request,
// open reads and verifies its reply. The program stands alone: it has only those
// functions of the library that it needs, and runs in the sandboxes of Postman, Apifox
// and Bruno, in browsers and in Node.js.
//
// It writes the programs of package program, one line an operation. The library is ours because no sandbox offers SM2, SM3, SM4, RSA and
// GCM together, and two of them offer nothing. Its tests compare each of its steps with
// the server's.
package script

import (
	"cmp"
	"errors"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// Program is what a protocol becomes in JavaScript.
type Program struct {
	*program.Program

	seal, open string
	push       string // what takes notifications
	explain    string // what explains requests
}

// Of translates the requests of a protocol and the replies to them. What a script cannot
// carry out is a *program.Gap.
func Of(p *protocol.Protocol) (*Program, error) {
	return calls(p, program.Options{Has: has()})
}

// has are steps that not every library has, and ours does; more are those of some environments.
func has(more ...string) map[string]bool {
	out := map[string]bool{}
	for _, name := range append([]string{"ecdsa-sha1", "ecdsa-sha384", "ecdsa-sha512", "rsa-private-encrypt"}, more...) {
		out[name] = true
	}
	return out
}

// Traced is Of for those who show how a message is made: the message that seal returns
// has steps, each {name, what, text} of a value: its text first, then what each step of
// the protocol makes of it. Its program can explain requests as well, see Explains. It is for
// browsers, which read every charset and send any body; a sandbox of Postman does neither.
func Traced(p *protocol.Protocol) (*Program, error) {
	return calls(p, program.Options{Trace: true, Explain: true, Has: has("gbk", "gb18030", "gzip", "zlib", "multipart")})
}

func calls(p *protocol.Protocol, o program.Options) (*Program, error) {
	made, err := program.Calls(p, o)
	if err != nil {
		return nil, err
	}
	if made.Call == nil {
		return nil, errors.New("the protocol has no requests")
	}
	return printed(made), nil
}

// Whole translates requests, replies and notifications; a program has the directions that
// the protocol has.
func Whole(p *protocol.Protocol) (*Program, error) {
	made, err := program.Whole(p, program.Options{Has: has("multipart")})
	if err != nil {
		return nil, err
	}
	return printed(made), nil
}

func printed(p *program.Program) *Program {
	out := &Program{Program: p, push: taking(p.Push), explain: explaining(p.Explain)}
	if p.Call != nil {
		out.seal, out.open = sending(p.Call.Requests), receiving(p.Call.Replies)
	}
	return out
}

// Explains reports whether the program has explain: it reads a request as the server does,
// and says of each line whether it holds.
func (p *Program) Explains() bool { return p.explain != "" }

// HasPush reports whether the program receives notifications.
func (p *Program) HasPush() bool { return p.push != "" }

// All is the program with everything that it has, and one behind it that uses it.
func (p *Program) All(own string) string {
	text := p.kinds()
	if p.seal != "" {
		text = p.seal + p.open + text + p.sealBody() + p.openBody() + "\n"
	}
	return shaken(text + p.push + "\n" + own)
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
	return shaken(p.seal + p.open + p.explain + p.kinds() + p.sealBody() + p.openBody() + own)
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
  const own = Object.assign(readKeys(keyReaders, keys), { ids: [` + quoted(p.IDs) + `] });
  const m = sendRequest(begin(call, own));
  return { message: m, sent: sentBy(m, [` + quoted(p.Names) + `]) };
}

`
}

func (p *Program) openBody() string {
	return `// open reads a reply and verifies it.
function open(reply, sent, keys, now) {
  const own = readKeys(keyReaders, keys);
  return openFirst(replyReaders, (bare) => came(reply, sent, own, now, bare));
}
`
}
