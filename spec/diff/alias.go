package diff

import "github.com/jiekou-dev/jiekou/spec/diff/kind"

// What is said of changes in general, in the words of package kind.
type (
	Level   = kind.Level
	Levels  = kind.Levels
	Side    = kind.Side
	Rule    = kind.Rule
	Refusal = kind.Refusal
)

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
