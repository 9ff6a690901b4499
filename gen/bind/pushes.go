package bind

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/spec"
)

// pushes finds notifications that the protocol cannot send, or whose receiver cannot
// tell which one it has.
func pushes(s *spec.System, p *protocol.Protocol) (list spec.Findings) {
	var sent []*spec.Interface
	for _, i := range s.Interfaces {
		if i.IsSent() {
			sent = append(sent, i)
		}
	}
	switch {
	case len(sent) == 0:
	case p.Push == nil:
		for _, i := range sent {
			list = append(list, spec.Finding{
				Pos: i.At("kind"), ID: "JK0534", Message: fmt.Sprintf("%s is never sent: the protocol of %s declares no notifications", i.Cmd, s.Name),
				Hint: "say how it is carried and answered: push: {like: request, answer: …}, or status: unimplemented",
			})
		}
	case !p.Push.NamesInterface() && len(sent) > 1:
		list = append(list, spec.Finding{
			Pos: s.Protocol.Pos, ID: "JK0535", Hint: `put {interface} where the message has it, or leave one notification`,
			Message: fmt.Sprintf("a receiver cannot tell %s from %s: no part of a notification names the interface", sent[0].Cmd, sent[1].Cmd),
		})
	}
	return list
}
