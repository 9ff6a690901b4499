package kind

import (
	"slices"
	"strings"
)

// Refusal says how many of yesterday's calls a change refuses. Calls are counted without
// what they hold, so where it depends on that, their number is a bound.
type Refusal string

// How many calls are refused.
const (
	NoCall    Refusal = ""     // all are answered, if in another way
	SomeCalls Refusal = "some" // those that hold what is right no more: at most all of them
	EveryCall Refusal = "all"
)

// everyCall are the rules of changes after which no call of yesterday is right.
func everyCall() []string {
	return []string{
		"system-removed", "interface-removed", "interface-refused", "interface-renamed", "interface-kind-changed",
		"interface-method-changed", "interface-path-changed", "interface-form-changed",
		"protocol-key-changed", "protocol-value-changed", "protocol-place-added", "protocol-place-changed", "protocol-value-added",
	}
}

// someCalls are those that refuse the calls that hold what is right no more, beside the
// changes of fields of a request.
func someCalls() []string {
	return []string{
		"system-times-changed", "system-body-lowered", "system-depth-lowered", "system-elements-lowered",
		"revision-choice-changed", "protocol-key-added", "protocol-place-demanded", "protocol-form-refused", "protocol-value-tightened", "protocol-guard-added", "protocol-guard-tightened",
		"protocol-guard-changed", "protocol-variant-removed", "protocol-variant-changed", "protocol-changed",
	}
}

// refuses is how many calls a rule refuses where it is as severe as it can be.
func (r Rule) refuses() Refusal {
	switch {
	case r.Levels.Wire < Breaking:
		return NoCall
	case slices.Contains(everyCall(), r.ID), r.ID == "request-required-field-added":
		return EveryCall
	case slices.Contains(someCalls(), r.ID), strings.HasPrefix(r.ID, string(Request)+"-"):
		return SomeCalls
	}
	return NoCall
}
