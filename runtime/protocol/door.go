package protocol

import "github.com/jiekou-dev/jiekou/runtime/protocol/plan"

// Door is one way in for messages: what a server has to know of a variant before it
// reads one.
type Door = plan.Door

// Doors lists the ways in for messages of an interface, one for each variant that it
// may have. The message without conditions is the first.
func (x *Exchange) Doors(iface, frame string) []Door { return x.plan.Doors(iface, frame) }

// Given reports whether no message names its app: each app has a URL of its own, or there
// is only one.
func (x *Exchange) Given() bool { return x.plan.Given() }

// Asks lists what a receiver must know beside the apps: tokens that were issued, values
// that were used.
func (x *Exchange) Asks() (tokens, nonces bool) { return x.plan.Asks() }
