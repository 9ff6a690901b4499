package project

import (
	"errors"
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// impossible finds interfaces whose rules contradict each other: no request is right, so
// that nobody could call them and no test case says so.
func impossible(set *spec.Set) (found spec.Findings) {
	for _, s := range set.Systems {
		for _, one := range fixture.Impossible(s) {
			x := s.Interface(one.Cmd)
			e, _ := errors.AsType[*problem.Error](one.Err)
			f := spec.Finding{
				Pos: x.At("interface"), ID: "JK0712",
				Message: fmt.Sprintf("no request of %s keeps all of its rules", one.Cmd),
				Hint:    "jiekou fixtures says what was tried; leave out what cannot be there together",
			}
			if at := x.Request.At(e.Field); at != nil {
				f.Pos = at.Pos
				f.Message = fmt.Sprintf("no request of %s keeps all of its rules: %s breaks %s where every other row is right", one.Cmd, e.Field, e.Rule)
				f.Hint = "compare its list, bounds, pattern and conditions with each other, and with the rows that its conditions name"
			}
			found = append(found, f)
		}
	}
	return found
}
