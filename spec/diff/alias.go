package diff

import "github.com/jiekou-dev/jiekou/spec/diff/kind"

// Level is how much a change matters to somebody of yesterday.
type Level = kind.Level

// Levels is how much a change matters, by column.
type Levels = kind.Levels

// Side is who writes a message: in which direction its changes are weighed.
type Side = kind.Side

// Rule is one kind of change.
type Rule = kind.Rule

// Refusal says how many of yesterday's calls a change refuses.
type Refusal = kind.Refusal

// The levels, sides and refusals.
const (
	None     = kind.None
	Info     = kind.Info
	Warning  = kind.Warning
	Breaking = kind.Breaking

	Request      = kind.Request
	Reply        = kind.Reply
	Notification = kind.Notification
	Answer       = kind.Answer

	NoCall    = kind.NoCall
	SomeCalls = kind.SomeCalls
	EveryCall = kind.EveryCall
)

// Rules returns all rules, sorted by area.
func Rules() []Rule { return kind.Rules() }

// Sides lists the sides of fields.
func Sides() []Side { return kind.Sides() }
