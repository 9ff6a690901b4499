package project

import (
	"errors"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
)

// Refused is an error of the generator: a finding where it has a place, else our bug.
func Refused(err error) error {
	if r, ok := errors.AsType[*spec.Refusal](err); ok {
		return spec.Findings{r.Finding()}
	}
	return command.Bug(err)
}
