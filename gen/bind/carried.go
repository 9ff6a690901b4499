package bind

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
)

// nameless finds a protocol whose messages all go to one path, and name no interface.
func nameless(s *spec.System, p *protocol.Protocol) spec.Findings {
	if s.Endpoint.Path == "" || p.Call == nil || p.Call.NamesInterface() {
		return nil
	}
	f := spec.Finding{
		Pos: s.Endpoint.At("path"), ID: "JK0506", Message: "one path for all, and nothing names the interface",
		Hint: "put {interface} into a place of the request, or leave path out: each interface has its own",
	}
	return spec.Findings{f}
}

// carried finds interfaces whose members the protocol has no place for, so that they
// would be lost without a word.
func carried(s *spec.System, p *protocol.Protocol) (list spec.Findings) {
	for _, i := range s.Interfaces {
		x, part, answer := p.Call, "request", "reply"
		if i.Kind == spec.Notify {
			x, part, answer = p.Push, "push", "push.answer"
		}
		if x == nil || !i.IsServed() && !i.IsSent() {
			continue
		}
		draft := &message.Message{Method: i.Method, Path: i.Path, Header: http.Header{}}
		out := protocol.Outgoing{Interface: i.Cmd, Frame: i.FrameName, Draft: draft}
		if f := formless(s, x, i); f != nil {
			list = append(list, spec.Finding{
				Pos: f.At("in"), ID: "JK0539", Message: fmt.Sprintf("nothing carries %s: the payload of %s is one member of the form", f.Name, i.Cmd),
				Hint: "remove in: form, and it travels in the payload; or name it in the form of the protocol, as " + f.Name + `: "{payload.` + f.Name + `}"`,
			})
		}
		for n, fields := range []spec.Fields{i.Request, i.Response} {
			if f := fields.Whole(); f != nil && x.Spreads(i.Cmd, i.FrameName, n > 0) {
				list = append(list, spec.Finding{
					Pos: f.At("in"), ID: "JK0244", Message: fmt.Sprintf("%s has no name, and the protocol has the members of %s among others", f.Name, i.Cmd),
					Hint: `give the payload a place of its own, as data: "{payload}", with a variant for the interface or its frame: if others have none`,
				})
			}
		}
		if f := lost(x, i.Request); f != nil && !i.IsBodyless() && x.Shape(out).Loses {
			list = append(list, losing(i, f, "request", part))
		}
		if len(i.Response) > 0 && x.LosesReply(i.Cmd, i.FrameName) {
			list = append(list, losing(i, i.Response[0], "response", answer))
		}
		list = append(list, paired(i, x.Calls, i.Request, part)...)
		list = append(list, paired(i, x.Replies, i.Response, answer)...)
		list = append(list, clashing(i, x.Calls, i.Request, part)...)
		list = append(list, clashing(i, x.Replies, i.Response, answer)...)
	}
	return list
}

// lost is the first field that only the payload can have: it has no place of its own, and
// is none of the members that the protocol writes.
func lost(x *protocol.Exchange, fields spec.Fields) *spec.Field {
	for _, f := range fields {
		if (f.In == "" || f.In == "body" || f.In == "form") && !writes(x, f.Name) {
			return f
		}
	}
	return nil
}

// Places are the names of the places that a protocol writes into calls, in small letters, as
// query.token, with the header that says what a body is: nobody gives them.
func Places(x *protocol.Exchange) map[string]bool {
	out := map[string]bool{"header.content-type": true}
	if x == nil {
		return out
	}
	calls, _ := x.Parts()
	for _, form := range calls {
		for _, place := range form.Places {
			out[strings.ToLower(place.Name)] = true
		}
	}
	return out
}

// writes reports whether the protocol itself writes a member.
func writes(x *protocol.Exchange, name string) bool {
	calls, _ := x.Parts()
	return slices.ContainsFunc(calls, func(one protocol.Parts) bool {
		return slices.ContainsFunc(one.Places, func(place protocol.Place) bool {
			_, rest, _ := strings.Cut(place.Name, ".")
			return rest == name || strings.HasPrefix(rest, name+".")
		})
	})
}

// formless is the first field that is in the form beside the payload, where the protocol
// has the payload in a member of its own and no place for further ones.
func formless(s *spec.System, x *protocol.Exchange, i *spec.Interface) *spec.Field {
	if i.Kind == spec.Notify || !s.Protocol.Carries(i).Apart {
		return nil
	}
	for _, f := range i.Request {
		if f.In == "form" && !writes(x, f.Name) {
			return f
		}
	}
	return nil
}

func losing(i *spec.Interface, f *spec.Field, fields, part string) spec.Finding {
	return spec.Finding{
		Pos: i.At(fields), ID: "JK0539", Message: fmt.Sprintf("nothing carries %s and the other members of the %s of %s", f.Name, fields, i.Cmd),
		Hint: `put "{payload}" into ` + part + ` of the protocol, as json: {…, "*": "{payload}"} or data: "{payload}"`,
	}
}

// TextReplies reports whether a reply of a system has numbers and bools as texts, as XML and
// pairs have them.
func TextReplies(s *spec.System) bool {
	p, err := Protocol(s)
	if err != nil || p.Declaration().Reply == nil {
		return false
	}
	reply := p.Declaration().Reply
	return reply.XML() || reply.Carriage == "form"
}
