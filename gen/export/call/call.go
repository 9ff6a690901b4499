// Package call lists the calls of a system as tools for people show them: method, URL,
// headers and body as the interface has them, before the protocol writes the message,
// and the script that does.
package call

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/gen/export/script"
	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
)

// Param is one parameter of a URL or a header.
type Param struct{ Name, Value, Label string }

// Call is one request of an interface.
type Call struct {
	Interface *spec.Interface
	Method    string
	Path      string // with samples in it
	Query     []Param
	Header    []Param
	Body      string // JSON of the members that the protocol carries, as people edit it; empty: none
	Reply     string // JSON of a sample of the response, before the protocol writes it
	Form      bool   // the protocol takes any body, and this one is a form
	Files     bool   // its body has several parts, and files among them
	Token     bool   // it carries a token that a login issues
}

// Name is the name of a call: cmd first, which scripts rely on.
func (c *Call) Name() string { return c.Interface.Cmd + " " + c.Interface.Title }

// Variable is what a caller has to fill in.
type Variable struct {
	Name, Value, Label string
	Optional           bool
	PEM                bool // a key of several lines
}

// Set is the calls of a system.
type Set struct {
	System    *spec.System
	Protocol  *protocol.Protocol
	Calls     []*Call
	Variables []Variable
	Program   *script.Program
	Gap       *program.Gap // why there is no Program
	Login     *route.Login // nil: tokens come from elsewhere
}

// LoginCall is the call that issues the tokens, nil where tools cannot make it by
// themselves.
func (s *Set) LoginCall() *Call {
	if s.Login == nil || s.Login.Asks || s.Program == nil {
		return nil
	}
	n := slices.IndexFunc(s.Calls, func(c *Call) bool { return c.Interface.Cmd == s.Login.Cmd })
	if n < 0 {
		return nil
	}
	return s.Calls[n]
}

// Of lists the calls of a system, without its notifications.
func Of(s *spec.System) (*Set, error) { return With(s, script.Of) }

// With is Of with the script that translates the protocol otherwise.
func With(s *spec.System, translate func(*protocol.Protocol) (*script.Program, error)) (*Set, error) {
	p, err := bind.Protocol(s)
	if err != nil {
		return nil, err
	}
	out := &Set{System: s, Protocol: p, Login: bind.Login(s, p)}
	if p.Call == nil {
		return out, nil
	}
	out.Program, err = translate(p)
	if gap, ok := errors.AsType[*program.Gap](err); ok {
		out.Gap, err = gap, nil
	}
	if err != nil {
		return nil, err
	}
	own := bind.Places(p.Call)
	for _, i := range s.Interfaces {
		if i.Kind == spec.Notify {
			continue
		}
		one, err := callOf(i, p, own)
		if err != nil {
			return nil, err
		}
		one.Token = one.Token && out.Login != nil && i.Cmd != out.Login.Cmd
		out.Calls = append(out.Calls, one)
	}
	out.Variables = variables(p, out.Program)
	if n := slices.IndexFunc(out.Variables, func(v Variable) bool { return out.LoginCall() != nil && v.Name == out.Program.Token }); n >= 0 {
		out.Variables[n].Optional = true // who can log in gets it
	}
	return out, nil
}

// callOf is the call of one interface, without what the protocol writes.
func callOf(i *spec.Interface, p *protocol.Protocol, own map[string]bool) (*Call, error) {
	draft, err := example.Draft(i)
	if err != nil {
		return nil, err
	}
	out := &Call{Interface: i, Method: draft.Method, Path: draft.Path}
	for _, door := range p.Call.Doors(i.Cmd, i.FrameName, i.Method) {
		if out.Method == "" {
			out.Method = door.Method
		}
		if out.Path == "" && !strings.Contains(door.Path, "{") {
			out.Path = door.Path
		}
	}
	out.Method = cmp.Or(out.Method, "POST")
	for _, f := range i.Outside() {
		one := Param{Name: f.Outer(), Label: f.Label}
		switch {
		case own[f.In+"."+strings.ToLower(f.Outer())]: // the protocol writes it
		case f.In == "query":
			one.Value = value(draft.Query, f.Outer())
			out.Query = append(out.Query, one)
		case f.In == "header":
			one.Value = draft.Header.Get(f.Outer())
			out.Header = append(out.Header, one)
		}
	}
	if text := draft.Header.Get("Cookie"); text != "" {
		out.Header = append(out.Header, Param{Name: "Cookie", Value: text})
	}
	if out.Body, err = body(i); err != nil {
		return nil, err
	}
	if out.Reply, err = indented(example.Carried(i.Response)); err != nil {
		return nil, err
	}
	shape := p.Call.Shape(protocol.Outgoing{Interface: i.Cmd, Frame: i.FrameName, Draft: draft})
	out.Token, out.Files = shape.Token, shape.Carrier == "multipart"
	if i.Form {
		out.Header = append(out.Header, Param{Name: "Content-Type", Value: "application/x-www-form-urlencoded"})
		out.Form = slices.Contains([]string{"json", "text"}, shape.Carrier)
	}
	return out, nil
}

// value is the text of a parameter of a query.
func value(query, name string) string {
	var t step.Tree
	if t.Pairs(query) != nil {
		return ""
	}
	text, _, _ := t.Walk(0, []string{name})
	return string(text)
}

// body is the JSON of what the protocol carries.
func body(i *spec.Interface) (string, error) {
	payload, err := example.Payload(i)
	if err != nil || payload == nil {
		return "", err
	}
	if whole := i.Request.Whole(); whole != nil {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(payload, &members); err != nil {
			return "", err
		}
		payload = members[whole.Name]
	}
	var b bytes.Buffer
	err = json.Indent(&b, payload, "", "  ")
	return b.String(), err
}

func indented(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return strings.TrimSpace(b.String()), err
}

// variables are the app, its keys, and what the protocol has to be given.
func variables(p *protocol.Protocol, program *script.Program) []Variable {
	out := []Variable{{Name: "app", Label: "应用标识"}}
	for _, need := range p.Needs(false) {
		label, pair := "密钥", need.Half == step.Private || need.Half == step.Public
		switch need.Half {
		case step.Private:
			label = need.Kind + " 私钥（PEM）"
		case step.Public:
			label = need.Kind + " 公钥（PEM）"
		case step.NoHalf:
			if need.Kind != "text" {
				label = "密钥（" + need.Kind + "）"
			}
		}
		out = append(out, Variable{Name: need.Name, Label: label, PEM: pair})
	}
	if program == nil {
		return out
	}
	if program.Token != "" {
		out = append(out, Variable{Name: program.Token, Label: "发放给应用的令牌"})
	}
	for _, name := range program.Inputs {
		out = append(out, Variable{Name: name, Label: "每次调用由发送方给出", Optional: true})
	}
	return out
}
