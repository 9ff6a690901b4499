package main

import (
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/envelope"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
)

// routeSystem is a system of the YAML as the runtime knows it, the way the
// generator prints it. Nothing in it answers.
func routeSystem(s *spec.System) route.System {
	out := route.System{
		Name: s.Name, Title: s.Title, Version: s.Version, Zone: s.Zone,
		Path: s.Endpoint.Path, Methods: s.Endpoint.Methods, Dispatch: s.Endpoint.Dispatch, MaxBody: s.Limits.Body,
		Envelope: envelopeSpec(s.Envelope), Errors: catalogue(s),
		Frame: route.Frame{
			Code: s.Reply.Code, Text: s.Reply.CodeType == "string", Message: s.Reply.Message, Payload: s.Reply.Payload,
		},
	}
	for _, i := range s.Interfaces {
		out.Interfaces = append(out.Interfaces, route.Interface{
			Cmd: i.Cmd, Kind: route.Kind(i.Kind), Status: route.Status(i.Status), Method: i.Method, Path: i.Path,
			Needs: slices.ContainsFunc(i.Request, func(f *spec.Field) bool { return f.Required != "no" }),
		})
	}
	return out
}

// envelopeSpec is the declared envelope as the runtime knows it.
func envelopeSpec(e spec.Envelope) envelope.Spec {
	out := envelope.Spec{Head: e.Head, Data: e.Data, App: e.App, Message: e.Message, Sender: e.Sender, Version: e.Version}
	for _, h := range e.Header {
		out.Header = append(out.Header, envelope.HeaderField{
			Name: h.Name, Number: h.Type == "int" || h.Type == "long", Required: h.Required == "yes",
			Length: h.Length, Pattern: h.Pattern,
		})
	}
	for _, s := range e.Steps {
		out.Steps = append(out.Steps, envelope.Step{
			Op: s.Op, Algorithm: s.Algorithm, Key: s.Key, Over: s.Over, To: s.To, Order: s.Order, Accept: s.Accept,
			Value: s.Value, With: s.With, Else: s.Else,
		})
	}
	return out
}

// catalogue is the error table as the runtime knows it.
func catalogue(s *spec.System) problem.Catalogue {
	out := problem.Catalogue{Success: s.Reply.Success, Rules: map[problem.Rule]string{}, Texts: map[string]string{}}
	for _, r := range s.Rules {
		out.Rules[problem.Rule(r.Rule)] = r.Code
	}
	for _, g := range s.Errors {
		for _, e := range g.Errors {
			out.Texts[e.Code] = e.Text
		}
	}
	return out
}
