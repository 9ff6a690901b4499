package parts

import (
	"strconv"

	"github.com/jiekou-dev/jiekou/spec"
)

// Longest is the greatest number of characters of what is no field: a constant, what a
// mapping gives, a column of another step; 0 where it is not known.
func Longest(x *spec.Interface, a *spec.Assign) (n int, what string) {
	switch {
	case a.Value != nil:
		return len([]rune(*a.Value)), strconv.Quote(*a.Value)
	case a.Map != nil:
		n = len([]rune(a.Map.Else))
		for _, p := range a.Map.Values {
			n = max(n, len([]rune(p.Value)))
		}
		return n, a.Map.Name
	case a.Step != "":
		for _, st := range x.Answer.Steps {
			if from := st.Table.Column(a.Column); st.Name == a.Step && from != nil && from.Type == spec.String {
				return from.Length, a.Step + "." + a.Column
			}
		}
	}
	return 0, ""
}
