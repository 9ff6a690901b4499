package plan

import (
	"bytes"
	"cmp"
	"slices"
)

// Sort sorts the texts of a list as a declaration says.
func Sort(list [][]byte, how string) {
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

// SortPairs sorts pairs as a declaration says.
func SortPairs(list []Pair, how string) {
	switch how {
	case "name":
		slices.SortStableFunc(list, func(a, b Pair) int { return cmp.Or(bytes.Compare(a.Name, b.Name), bytes.Compare(a.Text, b.Text)) })
	case "name-nocase":
		slices.SortStableFunc(list, func(a, b Pair) int { return bytes.Compare(bytes.ToLower(a.Name), bytes.ToLower(b.Name)) })
	case "value":
		slices.SortStableFunc(list, func(a, b Pair) int { return bytes.Compare(a.Text, b.Text) })
	}
}
