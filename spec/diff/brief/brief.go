// Package brief says two long values so that people see what differs.
package brief

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// wide is how many characters of a value are said at most.
const wide = 120

// Values is two values for people: of long ones what differs, without what both begin and
// end with, and as much of it as can be read.
func Values(before, after string) (string, string) {
	if utf8.RuneCountInString(before) <= wide && utf8.RuneCountInString(after) <= wide {
		return before, after
	}
	if before != "" && after != "" {
		a, b := strings.SplitAfter(before, " "), strings.SplitAfter(after, " ")
		head, tail := 0, 0
		for head < min(len(a), len(b)) && a[head] == b[head] {
			head++
		}
		for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
			tail++
		}
		before, after = middle(a, head, tail), middle(b, head, tail)
	}
	return begin(before), begin(after)
}

// middle is what a text has between what it shares with another one.
func middle(words []string, head, tail int) string {
	text := strings.TrimSpace(strings.Join(words[head:len(words)-tail], ""))
	if head > 0 {
		text = "… " + text
	}
	if tail > 0 {
		text = strings.TrimSuffix(text+" …", " ")
	}
	return text
}

// begin is the beginning of a text, with how many members of a list are left out.
func begin(text string) string {
	if utf8.RuneCountInString(text) <= wide {
		return text
	}
	cut := string([]rune(text)[:wide])
	at := strings.LastIndex(cut, ", ")
	if at < wide/2 {
		return cut + "…"
	}
	return fmt.Sprintf("%s, … (+%d)", cut[:at], strings.Count(text[at+2:], ", ")+1)
}
