// Package bind turns the model into values of the runtime: descriptions of systems,
// codecs, error catalogues, and validators of payloads. With them package live serves a system
// from the YAML as it is now, without generated code and without a database.
//
// A payload is decoded by runtime/wire and validated by runtime/validate, as
// generated code does it, so a verdict is that of the server, problem by problem.
package bind

import (
	"cmp"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
)

// System is a system of the YAML as the runtime knows it, the way the generator
// generates it. Nothing in it answers.
func System(s *spec.System) route.System {
	out := route.System{
		Name: s.Name, Title: s.Title, Version: s.Version, Zone: s.Zone,
		MaxBody: s.Limits.Body, Errors: catalogue(s),
	}
	if p, err := Protocol(s); err == nil { // Protocols told what is refused
		out.Protocol, out.Login = p, Login(s, p)
	}
	for _, one := range s.Scopes {
		out.Scopes = append(out.Scopes, route.Scope{Name: one.Name, Title: one.Title, Project: s.Project != "" && one.Column == s.Project})
	}
	for _, i := range s.Interfaces {
		out.Interfaces = append(out.Interfaces, route.Interface{
			Cmd: i.Cmd, Kind: route.Kind(i.Kind), Status: route.Status(i.Status), Frame: i.FrameName, Method: i.Method, Path: i.Path,
			Needs: slices.ContainsFunc(i.Request, func(f *spec.Field) bool { return !f.IsOptional() }),
			Form:  i.Form, Outside: places(i), Deprecation: i.DeprecatedSince, Sunset: i.Sunset, Revision: Revision(i),
		})
	}
	return out
}

// Intake is what a notification may be, as its receivers have it.
type Intake struct {
	Methods         []string // of HTTP
	Body            int64    // bytes at most
	Depth, Elements int      // of its JSON
	Lone            bool     // one element stands for a list of one, as in XML
}

// Intakes is what the notifications of a system may be.
func Intakes(s *spec.System, p *protocol.Protocol) Intake {
	return Intake{
		Methods: p.Push.Methods(), Body: cmp.Or(s.Limits.Body, route.DefaultMaxBody),
		Depth: cmp.Or(s.Limits.Depth, wire.DefaultDepth), Elements: cmp.Or(s.Limits.Elements, wire.DefaultElements), Lone: p.Declaration().Push.XML(),
	}
}

// places lists the fields of a request outside its payload.
func places(i *spec.Interface) []route.Place {
	var out []route.Place
	for _, f := range i.Outside() {
		out = append(out, route.Place{Name: f.Name, Sent: f.Sent, In: f.In, JSON: f.IsNested()})
	}
	return out
}

// catalogue is the error table as the runtime knows it.
func catalogue(s *spec.System) problem.Catalogue {
	out := problem.Catalogue{Success: s.Reply.Success, Rules: map[problem.Rule]string{}, Texts: map[string]string{}}
	for _, f := range s.Reply.Fields {
		if f.Name == s.Reply.Message {
			out.MaxText = f.Chars()
		}
	}
	for _, r := range s.Rules {
		out.Rules[problem.Rule(r.Rule)] = r.Code
		if r.Text != "" {
			if out.Picked == nil {
				out.Picked = map[problem.Rule]string{}
			}
			out.Picked[problem.Rule(r.Rule)] = r.Text
		}
	}
	for _, i := range s.Interfaces {
		for _, e := range i.Errors {
			if out.Own == nil {
				out.Own = map[string]map[string]string{}
			}
			if out.Own[i.Cmd] == nil {
				out.Own[i.Cmd] = map[string]string{}
			}
			out.Own[i.Cmd][e.Code] = e.Text
		}
	}
	for _, g := range s.Errors {
		for _, e := range g.Errors {
			out.Texts[e.Code] = e.Text
		}
	}
	return out
}
