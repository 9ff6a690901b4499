package caller

import (
	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// Made is the file of an app that nobody registered, for trying things out: it has the
// keys of both sides, so that a client, a mock and a receiver can share it. The keys
// follow from the id, but for pairs, so anybody can make them.
func Made(s *spec.System, id, url string) (map[string]string, error) {
	p, err := bind.Protocol(s)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, command.Misused("write protocol: in its system.yaml", "system %s has no protocol", s.Name)
	}
	if p.Call != nil && !p.Call.TakesID(id+"01") && p.Call.TakesID("999999") {
		return nil, command.Misused("ids of messages begin with that of the app", "%q is no id of an app of %s", id, s.Name)
	}
	example, err := tamper.Example(p, id, nil)
	if err != nil {
		return nil, err
	}
	out := example.Texts()
	if !takesToken(p) {
		if _, key := example.Secrets["token"]; !key {
			delete(out, "token")
		}
	}
	out["system"], out["appid"], out["url"] = s.Name, id, url
	return out, nil
}

// takesToken reports whether messages have a token that was issued.
func takesToken(p *protocol.Protocol) bool {
	return p.Call != nil && p.Call.TakesToken() || p.Push != nil && p.Push.TakesToken()
}
