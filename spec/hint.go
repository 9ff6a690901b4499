package spec

import (
	"cmp"
	"strconv"
	"strings"
)

// Meant returns `did you mean "x"?` for the name nearest to what was written,
// or "" when none is near.
func Meant[S ~string](written S, names []S) string {
	n := len([]rune(string(written)))
	best, least := S(""), n/3+1
	if n > 1 {
		least = max(least, 2)
	}
	for _, name := range names {
		if d := distance(strings.ToLower(string(written)), strings.ToLower(string(name))); d < least {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + strconv.Quote(string(best)) + "?"
}

// OneOf returns the nearest name as a question, or the whole list.
func OneOf[S ~string](written S, names []S) string {
	return cmp.Or(Meant(written, names), "one of "+list(names))
}

// OneOrNone is the nearest name as a question, a short list of the names, or
// the word for an empty list.
func OneOrNone[S ~string](written S, names []S, none string) string {
	const short = 6
	switch near := Meant(written, names); {
	case len(names) == 0:
		return none
	case near == "" && len(names) <= short:
		return "one of " + list(names)
	default:
		return near
	}
}

// list is the names in one line.
func list[S ~string](names []S) string {
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(name))
	}
	return b.String()
}

// distance counts the characters to insert, remove, replace or swap that turn
// a into b.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	old, row := make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		older := old
		old, row = row, make([]int, len(t)+1)
		row[0] = i + 1
		for j := range t {
			same := 1
			if s[i] == t[j] {
				same = 0
			}
			row[j+1] = min(row[j]+1, old[j+1]+1, old[j]+same)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
	}
	return row[len(t)]
}
