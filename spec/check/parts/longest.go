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
	if !f.IsText() {
		return longestOther(f), "type"
	}
	if f.Length > 0 {
		return f.Length, ""
	}
	if f.IsClosed() && f.Separator == "" {
		return longestOf(f.Enum.Texts()), "enum"
	}
	return 0, f.Format + f.Pattern
}

// longestOther is the greatest number of characters of a value that is no text, as it is
// kept in a text; 0 where it cannot be.
func longestOther(f *spec.Field) int {
	const seconds, days, whole, truth = len("2026-01-02 15:04:05"), len("2026-01-02"), len("-9223372036854775808"), len("false")
	switch f.Shape() {
	case spec.Moment, spec.Seconds:
		return seconds
	case spec.Day:
		return days
	case spec.Truth:
		return truth
	case spec.Whole:
		switch {
		case f.IsClosed():
			return longestOf(f.Allowed())
		case f.Min != "" && f.Max != "":
			return longestOf([]string{f.Min, f.Max})
		}
		return whole
	case spec.Fraction:
		if f.Decimals.Set {
			return f.WholeDigits() + f.Decimals.N + len("-.")
		}
		return spec.MostOfNumber + len("-.")
	}
	return 0
}

// longestOf is the length of the longest text of a list.
func longestOf(list []string) (n int) {
	for _, text := range list {
		n = max(n, len([]rune(text)))
	}
	return n
}

// DefaultLength is how many characters the default of a text has.
func DefaultLength(c *spec.Column) int {
	if c.Default == "guid" {
		return guidLength
	}
	return len([]rune(c.Default))
}

const guidLength = 36 // of the text of a UUID
