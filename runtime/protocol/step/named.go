package step

import (
	"bytes"
	"errors"
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

// The errors of parts that are to be signed.
var (
	errListed = errors.New("a part that is listed is not there")
	errMust   = errors.New("a part that must be signed is not among those that are")
)

// Skips reports whether a list leaves a name out. x* are all names that begin with x.
func Skips(list []string, name string) bool {
	return slices.ContainsFunc(list, func(skip string) bool {
		front, star := strings.CutSuffix(skip, "*")
		return skip == name || star && strings.HasPrefix(name, front)
	})
}

// Listed keeps the pairs whose names are words, in their order. It refuses a word that no
// pair has, unless the list is fixed, and what lacks a name that must be in it.
func Listed(pairs []Named, words, must []string, fixed bool) (out []Named, err error) {
	for _, word := range words {
		if front, star := strings.CutSuffix(word, "*"); star {
			out = append(out, Beginning(pairs, front)...)
			continue
		}
		i := slices.IndexFunc(pairs, func(p Named) bool { return SameName(p.Name, word) })
		if word == "" || i < 0 && fixed {
			continue
		}
		if i < 0 {
			return nil, errListed
		}
		out = append(out, Named{Name: []byte(word), Text: pairs[i].Text, Raw: pairs[i].Raw})
	}
	for _, name := range must {
		if !slices.ContainsFunc(out, func(p Named) bool { return SameName(p.Name, name) }) {
			return nil, errMust
		}
	}
	return out, nil
}

// SortTexts sorts the texts of a list as a declaration says.
func SortTexts(list [][]byte, how string) {
	switch how {
	case "value", "name":
		for i := range list { // a few texts, without allocation
			for j := i; j > 0 && bytes.Compare(list[j], list[j-1]) < 0; j-- {
				list[j], list[j-1] = list[j-1], list[j]
			}
		}
	case "name-nocase":
		slices.SortStableFunc(list, func(a, b []byte) int { return bytes.Compare(bytes.ToLower(a), bytes.ToLower(b)) })
	}
}
