package signature

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Compare shows where two strings that were signed differ: the first byte, its
// place, both surroundings, and which usual mistakes turn one into the other. It
// returns nothing for equal ones. The lines show stretches of both: hide secrets
// first.
func Compare(ours, theirs string) []Line {
	if ours == theirs {
		return nil
	}
	at := 0
	for at < len(ours) && at < len(theirs) && ours[at] == theirs[at] {
		at++
	}
	lines := []Line{
		{"first difference", fmt.Sprintf("byte %d (line %d, column %d): %s instead of %s; lengths %d and %d",
			at+1, 1+strings.Count(ours[:at], "\n"), at-strings.LastIndex(ours[:at], "\n"),
			byteAt(theirs, at), byteAt(ours, at), len(theirs), len(ours))},
		{"ours there", around(ours, at)},
		{"theirs there", around(theirs, at)},
	}
	for _, cause := range causes(ours, theirs) {
		lines = append(lines, Line{"likely cause", cause})
	}
	return lines
}

// byteAt shows one byte of a text and the character that it belongs to, or that the
// text has ended.
func byteAt(s string, at int) string {
	if at == len(s) {
		return "the end"
	}
	start := at
	for start > 0 && !utf8.RuneStart(s[start]) {
		start--
	}
	_, n := utf8.DecodeRuneInString(s[start:])
	return fmt.Sprintf(`%02X '%s'`, s[at], visible(s[start:start+n]))
}

// around shows what stands before and behind a place.
func around(s string, at int) string {
	const reach = 24
	from, to := max(0, at-reach), min(len(s), at+reach)
	for from > 0 && s[from]&0xC0 == 0x80 {
		from--
	}
	for to < len(s) && s[to]&0xC0 == 0x80 {
		to++
	}
	before, behind := "", ""
	if from > 0 {
		before = "…"
	}
	if to < len(s) {
		behind = "…"
	}
	return before + visible(s[from:at]) + "»" + visible(s[at:to]) + behind
}
