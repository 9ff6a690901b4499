package protocol

import (
	"maps"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// Door is one way in for messages: what a server has to know of a variant before it
// reads one.
type Door struct {
	Method string // empty: the interface says it
	// Path has {} for each segment that differs from message to message, and {...} for
	// all that follows. Empty: the interface says it.
	Path string
	Body string // json, xml, form or multipart, with members in it; text: anything; none; empty: the interface says it
	// Names says that the message names the interface; otherwise method and path do.
	Names bool
}

// Doors lists the ways in for messages of an interface, one for each variant that it
// may have. The message without conditions is the first.
func (x *Exchange) Doors(iface, frame string) []Door {
	var out []Door
	holds := func(slot int, pattern string) bool {
		return message.Glob(pattern, map[bool]string{true: iface, false: frame}[slot == plan.SlotInterface])
	}
	for i, n := 0, len(x.plan.Calls); i < n; i++ {
		f := x.plan.Calls[(i+n-1)%n]
		if f.Admits(holds) {
			out = append(out, Door{Method: f.Method(), Path: f.Pattern(), Body: f.Kind(), Names: f.Bound(plan.SlotInterface)})
		}
	}
	return out
}

// Asks lists what a receiver must know beside the apps: tokens that were issued, values
// that were used.
func (x *Exchange) Asks() (tokens, nonces bool) {
	for _, f := range x.plan.Calls {
		for _, g := range slices.Concat(append(slices.Collect(maps.Values(f.Profiles)), f.Guards)...) {
			tokens = tokens || g.Kind == "issued"
			nonces = nonces || g.Kind == "once" && !g.Effect
		}
	}
	return tokens, nonces
}
