package plan

import (
	"bytes"
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
