package diff

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff/accepted"
)

// Accept notes which changes are accepted, and returns what is wrong with the
// entries: those that match no change.
func Accept(changes []Change, entries []accepted.Entry) spec.Findings {
	to := &spec.Collector{}
	for _, a := range entries {
		matched := false
		for i := range changes {
			if changes[i].ID == a.ID {
				changes[i].Accepted, matched = fmt.Sprintf("%s (%s)", a.Reason, a.Date), true
			}
		}
		if !matched {
			to.Add("JD0001", a.Pos, "remove it", "no change has the id %s any more", a.ID)
		}
	}
	return to.Sorted()
}

// Worst is the highest level of the changes that nobody accepted.
func Worst(changes []Change) Level {
	most := None
	for _, c := range changes {
		if c.Accepted == "" {
			most = max(most, c.Level())
		}
	}
	return most
}
