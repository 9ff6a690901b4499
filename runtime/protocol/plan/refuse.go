package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// StepError says which value refused and why, for the log and for known answers.
type StepError struct {
	Value string // name of the value, place or guard
	cause error
}

// Error names the value and the cause, and nothing of the message.
func (e *StepError) Error() string { return e.Value + ": " + e.cause.Error() }

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.cause }

// Refusal is what a message is refused with: a rule, or a code of the document.
func Refusal(code, value string, cause error) *problem.Error {
	rule := problem.Rule(code)
	if slices.Contains(problem.Rules(), rule) {
		return problem.Wrap(rule, &StepError{Value: value, cause: cause})
	}
	e := problem.Wrap("", &StepError{Value: value, cause: cause})
	e.Code = code
	return e
}

// quoted warns of codes that are no JSON where a reply writes its code as JSON: they are
// sent in quotes, and so of another type than the others.
func (c *compiler) quoted(x *Exchange) {
	bare := slices.ContainsFunc(x.Replies, func(f *Form) bool {
		return slices.ContainsFunc(f.Items, func(it *Item) bool {
			one := SingleSteps(it.Expr)
			return it.Leaf && one != nil && one.Slot == SlotCode && slices.ContainsFunc(one.Steps, func(u *Use) bool { return u.Do.Name == "raw" })
		})
	})
	note := func(pos declare.Pos, place, code string) {
		if !slices.Contains(problem.Rules(), problem.Rule(code)) && !json.Valid([]byte(code)) {
			c.weak(pos, place, "the reply writes {code|raw}, a number, and "+code+" is none: it is sent in quotes",
				"write {code} in the reply where codes are texts, or name a number")
		}
	}
	for _, f := range x.Calls {
		if !bare {
			return
		}
		for _, it := range f.Items {
			if it.raised {
				note(it.pos, it.place+".else", it.Refuse)
			}
		}
		for i := range f.Guards {
			note(f.Guards[i].Pos, f.Place+".guards", f.Guards[i].Refuse())
		}
	}
}

// Short is the name of a place as a problem gives it.
func Short(name string) string {
	_, rest, ok := strings.Cut(name, ".")
	if !ok {
		return name
	}
	return strings.ReplaceAll(rest, ".", "/")
}
