// Package near tells names that are probably one, written differently.
package near

import "strings"

// Names says whether two names differ in case, in underscores, in one letter, or in two letters
// that change places. Of names with fewer than four letters all of them count.
func Names(a, b string) bool {
	fold := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	a, b = fold(a), fold(b)
	if len(a) < len(b) {
		a, b = b, a
	}
	at := 0
	for at < len(b) && a[at] == b[at] {
		at++
	}
	switch {
	case a == b:
		return true
	case len(a)-len(b) > 1 || len(b) < 4:
		return false
	case len(a) > len(b):
		return a[at+1:] == b[at:]
	}
	swapped := at+1 < len(a) && a[at] == b[at+1] && a[at+1] == b[at] && a[at+2:] == b[at+2:]
	return swapped || a[at+1:] == b[at+1:]
}
