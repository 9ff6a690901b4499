package crypt

import (
	"fmt"
	"slices"
	"strings"
)

// Unknown says that a word is none of those that are known, and which is nearest.
func Unknown(what, word string, known ...string) error {
	best, least := "", min(len(word), max(3, len(word)/3+1))
	for _, one := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(one)); d < least {
			best, least = one, d
		}
	}
	if best != "" {
		return fmt.Errorf("unknown %s %q: did you mean %q?", what, word, best)
	}
	return fmt.Errorf("unknown %s %q: take %s", what, word, strings.Join(known, ", "))
}

// OneOf refuses a word that is none of those that are known; the empty one is the
// first.
func OneOf(what, word string, known ...string) (string, error) {
	switch {
	case word == "":
		return known[0], nil
	case slices.Contains(known, word):
		return word, nil
	}
	return "", Unknown(what, word, known...)
}

// distance counts the letters to insert, remove or replace that turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
