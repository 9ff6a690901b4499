package protocol

import "github.com/jiekou-dev/jiekou/runtime/protocol/plan"

// Parts are what one variant of a message consists of, for tools that derive something
// from a declaration: test cases, pages of a document.
type Parts = plan.Parts

// Place is one place of a message, with what it holds.
type Place = plan.PartPlace

// Value is what a name of the declaration stands for.
type Value = plan.PartValue

// Guard is a rule on a value that came.
type Guard = plan.PartGuard

// Role says what a receiver does with a value.
type Role = plan.Role

// The roles of values: what a receiver does with them.
const (
	RoleGiven    = plan.RoleGiven
	RoleCompared = plan.RoleCompared
	RoleVerified = plan.RoleVerified
	RoleUndone   = plan.RoleUndone
	RoleDerived  = plan.RoleDerived
)

// Parts lists the variants of the message and of its replies, in the order in which
// they are tried; the message without a condition is the last.
func (x *Exchange) Parts() (calls, replies []Parts) {
	for _, f := range x.plan.Calls {
		calls = append(calls, f.Parts())
	}
	for _, f := range x.plan.Replies {
		replies = append(replies, f.Parts())
	}
	return calls, replies
}
