// Package refusal is what a message is refused with: the rule or the code for its caller,
// and the value and the cause for the log and for known answers.
package refusal

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
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

// Of is what a message is refused with: a rule, or a code of the document.
func Of(code, value string, cause error) *problem.Error {
	rule := problem.Rule(code)
	if slices.Contains(problem.Rules(), rule) {
		return problem.Wrap(rule, &StepError{Value: value, cause: cause})
	}
	e := problem.Wrap("", &StepError{Value: value, cause: cause})
	e.Code = code
	return e
}

// Short is the name of a place as a problem gives it.
func Short(name string) string {
	_, rest, ok := strings.Cut(name, ".")
	if !ok {
		return name
	}
	return strings.ReplaceAll(rest, ".", "/")
}
