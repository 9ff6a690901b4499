package bind

import (
	"encoding/json"
	"slices"

	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
)

// Login is how a client gets the token that its calls carry, nil where it cannot: no call
// carries one, no interface issues it, or a secret is issued with it.
func Login(s *spec.System, p *protocol.Protocol) *route.Login {
	of := s.Login()
	if of == nil || p == nil || p.Call == nil || p.Call.Beside() != "" {
		return nil
	}
	codes := StaleCodes(s, p)
	if codes == nil {
		return nil
	}
	out := &route.Login{Cmd: of.Cmd, Value: of.Value.Path, Lasts: of.Lasts, Codes: codes}
	if of.Seconds != nil {
		out.Seconds = of.Seconds.Path
	}
	payload, asks := told(of)
	out.Asks = len(asks) > 0
	if len(payload) > 0 {
		text, err := json.Marshal(payload)
		if err != nil {
			return nil // texts and numbers have a JSON form
		}
		out.Payload = string(text)
	}
	return out
}

// told is what the document itself says of the request of a login, and the fields that only
// the caller knows.
func told(l *spec.Login) (payload ordered.Object, asks spec.Fields) {
	for _, f := range l.Request {
		switch _, one := f.Fixed(); {
		case one && f.IsRequired():
			payload = append(payload, ordered.Member{f.Name, example.Value(f)})
		case f.IsRequired() && f.Default == "":
			asks = append(asks, f)
		}
	}
	return payload, asks
}

// LoginWith has the fields of a login's request that only the caller knows, out of texts
// by their names; nil where there are none, or one has no text.
func LoginWith(s *spec.System, texts map[string]string) json.RawMessage {
	of := s.Login()
	if of == nil {
		return nil
	}
	_, asks := told(of)
	var out ordered.Object
	for _, f := range asks {
		text, ok := texts[f.Name]
		if !ok {
			return nil
		}
		out = append(out, ordered.Member{f.Name, text})
	}
	if text, err := json.Marshal(out); err == nil && len(out) > 0 {
		return text
	}
	return nil
}

// StaleCodes are the codes that say that a token is not good, or no longer; nil where no
// call carries one.
func StaleCodes(s *spec.System, p *protocol.Protocol) []string {
	var out []string
	calls, _ := p.Call.Parts()
	for _, form := range calls {
		for i := range form.Guards {
			g := &form.Guards[i]
			if code := s.RuleCode(g.Code); g.Kind == "issued" && code != "" {
				out = append(out, code)
			} else if g.Kind == "issued" {
				out = append(out, g.Code)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
