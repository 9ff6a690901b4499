package bind

import (
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
)

// Envelope is a declared envelope in the form that the runtime takes.
func Envelope(e *spec.Envelope) envelope.Spec {
	out := envelope.Spec{Head: e.Head, Data: e.Data, App: e.App, Message: e.Message, Sender: e.Sender, Version: e.Version}
	for _, h := range e.Header {
		out.Header = append(out.Header, envelope.HeaderField{
			Name: h.Name, Number: h.IsWhole(), Required: h.IsRequired(), Length: h.Length, Pattern: h.Pattern,
		})
	}
	for _, s := range e.Steps {
		out.Steps = append(out.Steps, envelope.Step{
			Op: s.Op, Algorithm: s.Algorithm, Key: s.Key, Over: s.Over, To: s.To, Order: s.Order,
			Accept: s.Accept, Value: s.Value, With: s.With, Else: s.Else,
		})
	}
	return out
}

// Signature is a declared signature in the form that the runtime takes.
func Signature(g *spec.Signature) signature.Spec {
	out := signature.Spec{App: g.App, Payload: g.Payload}
	if g.Time != nil {
		out.Time = &signature.Time{Value: g.Time.Value, Unit: g.Time.Unit, Window: g.Time.Window, Else: g.Time.Else}
	}
	if g.Nonce != nil {
		out.Nonce = &signature.Nonce{Value: g.Nonce.Value, Else: g.Nonce.Else}
	}
	for _, s := range g.Steps {
		step := signature.Step{
			Op: s.Op, Value: s.Value, Accept: s.Accept, With: s.With, Algorithm: s.Algorithm, Key: s.Key, Derive: s.Derive,
			IV: s.IV, Over: s.Over, To: s.To, Encoding: s.Encoding, Else: s.Else,
		}
		if p := s.Params; p != nil {
			step.Params = &signature.Params{
				From: p.From, Except: p.Except, Order: p.Order, Pair: p.Pair, Join: p.Join, Values: p.Values, Empty: p.Empty, URL: p.URL,
			}
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

// Signatures are the further signatures of a system in the form that the runtime
// takes, by name; nil where there are none.
func Signatures(system *spec.System) map[string]signature.Spec {
	if len(system.Signatures) == 0 {
		return nil
	}
	out := map[string]signature.Spec{}
	for _, g := range system.Signatures {
		out[g.Name] = Signature(g)
	}
	return out
}
