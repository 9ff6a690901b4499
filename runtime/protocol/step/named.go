package step

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
)

// Named is one name and text of a selection.
type Named struct {
	Name, Text []byte
	Raw        []byte // as JSON, or as it stood
}

// SortNamed sorts pairs: by name (and then text), name-nocase or value; listed leaves them.
func SortNamed(list []Named, how string) {
	switch how {
	case "name":
		slices.SortStableFunc(list, func(a, b Named) int {
			if c := bytes.Compare(a.Name, b.Name); c != 0 {
				return c
			}
			return bytes.Compare(a.Text, b.Text)
		})
	case "name-nocase":
		slices.SortStableFunc(list, func(a, b Named) int { return bytes.Compare(bytes.ToLower(a.Name), bytes.ToLower(b.Name)) })
	case "value":
		slices.SortStableFunc(list, func(a, b Named) int { return bytes.Compare(a.Text, b.Text) })
	}
}

// Beginning lists the pairs whose names begin with a text, without letter case.
func Beginning(pairs []Named, front string) (out []Named) {
	for _, p := range pairs {
		if len(p.Name) >= len(front) && strings.EqualFold(string(p.Name[:len(front)]), front) {
			out = append(out, p)
		}
	}
	return out
}

// SameName compares names as headers are: without letter case.
func SameName(name []byte, word string) bool {
	return strings.EqualFold(string(name), word) || http.CanonicalHeaderKey(word) == string(name)
}
