package pattern

import "github.com/jiekou-dev/jiekou/spec"

// Longest is how long a text of at most n of one unit may be in another one. Characters
// have at most four bytes; one of two bytes of GBK has up to three of UTF-8.
func Longest(unit, of string, n int) int {
	switch {
	case of == "":
		return 4 * n
	case of == spec.LengthGBK && unit == spec.LengthBytes:
		return n/2*3 + n%2
	}
	return n
}

// Shortest is how short a text of at least n of one unit may be in another one.
func Shortest(unit, of string, n int) int {
	switch {
	case unit == "":
		return (n + 3) / 4
	case of == spec.LengthBytes:
		return n/3*2 + n%3
	}
	return n
}
