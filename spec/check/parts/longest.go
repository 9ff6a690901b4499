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

// LongestText is the greatest number of characters of a field's text. 0 with a
// reason means that something other than a length bounds it.
func LongestText(f *spec.Field) (n int, why string) {
	if f.Type != spec.String {
		return 0, "it is no text"
	}
	if f.Length > 0 {
		return f.Length, ""
	}
	if f.IsClosed() && f.Separator == "" {
		for _, v := range f.Enum.Values {
			n = max(n, len([]rune(v.Value)))
		}
		return n, "enum"
	}
	return 0, f.Format + f.Pattern
}

// DefaultLength is how many characters the default of a text has.
func DefaultLength(c *spec.Column) int {
	if c.Default == "guid" {
		return guidLength
	}
	return len([]rune(c.Default))
}

const guidLength = 36 // of the text of a UUID
