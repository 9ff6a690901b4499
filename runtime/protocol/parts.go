package protocol

import (
	"github.com/jiekou-dev/jiekou/runtime/protocol/part"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// Door is one way in for messages: what a server has to know of a variant before it reads one.
type Door = plan.Door

// Parts are what one variant of a message consists of, for tools: test cases, pages of a document.
type Parts = part.Parts

// Place is one place of a message, with what it holds.
type Place = part.Place

// Value is what a name of the declaration stands for.
type Value = part.Value

// Guard is a rule on a value that came.
type Guard = part.Guard

// Role says what a receiver does with a value.
type Role = part.Role

// The roles of values: what a receiver does with them.
const (
	RoleGiven    = part.RoleGiven
	RoleCompared = part.RoleCompared
	RoleVerified = part.RoleVerified
	RoleUndone   = part.RoleUndone
	RoleDerived  = part.RoleDerived
)

// Parts lists the variants of the message and of its replies, in the order in which
// they are tried; the message without a condition is the last.
func (x *Exchange) Parts() (calls, replies []Parts) {
	for _, f := range x.Calls {
		calls = append(calls, part.Of(f))
	}
	for _, f := range x.Replies {
		replies = append(replies, part.Of(f))
	}
	return calls, replies
}

// Parts are the parts of the variant that a reply was read as.
func (o *Opened) Parts() Parts { return part.Of(o.r.f) }
