package caller

import (
	"encoding/json"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/tree"
)

// Shown is what people see of a reply: all of it and, where only its payload was encrypted,
// that behind it.
func Shown(reply client.Reply) [][]byte {
	whole, err := tree.Parse(reply.Plain)
	payload, wrong := tree.Parse(reply.Payload)
	if err != nil || wrong != nil || len(payload.Members) == 0 || within(whole, payload) {
		return [][]byte{reply.Plain}
	}
	return [][]byte{reply.Plain, reply.Payload}
}

// Said is what is known of a reply, for programs.
type Said struct {
	OK      bool            `json:"ok"`
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Field   string          `json:"field"`
	Sid     string          `json:"sid"`
	Reply   json.RawMessage `json:"reply"`
	Payload json.RawMessage `json:"payload,omitempty"` // where only that was encrypted
}

// Known is what is known of a reply.
func Known(reply client.Reply) Said {
	out := Said{reply.OK, reply.Code, reply.Message, reply.Field, reply.Sid, reply.Plain, nil}
	if shown := Shown(reply); len(shown) > 1 {
		out.Payload = shown[1]
	}
	return out
}

// within reports whether some object in a value has the members of another one.
func within(v, of *tree.Value) bool {
	if v.Members != nil && !slices.ContainsFunc(of.Members, func(m tree.Member) bool { return v.Get(m.Name) == nil }) {
		return true
	}
	return slices.ContainsFunc(v.Members, func(m tree.Member) bool { return within(m.Value, of) }) ||
		slices.ContainsFunc(v.Items, func(one *tree.Value) bool { return within(one, of) })
}
