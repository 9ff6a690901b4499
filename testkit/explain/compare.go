package explain

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Difference is the first byte in which two texts that were signed differ.
type Difference struct {
	// Of names the text that ours is compared with: the sender's, or what the mistake
	// makes of ours.
	Of string `json:"of"`
	// Byte is its place from 1 on, Line and Column where that is in our text.
	Byte      int    `json:"byte"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Ours      string `json:"ours"` // the byte and its character, or "the end"
	Theirs    string `json:"theirs"`
	OursLen   int    `json:"-"` // of the whole texts, bytes
	TheirsLen int    `json:"-"`
	// OursAround and TheirsAround show the text before and, after », from that byte on.
	OursAround   string `json:"ours_around"`
	TheirsAround string `json:"theirs_around"`
}

// Compare finds the first byte in which two texts differ; nil for equal ones. It shows
// stretches of both: hide secrets first.
func Compare(ours, theirs string) *Difference {
	if ours == theirs {
		return nil
	}
	at := 0
	for at < len(ours) && at < len(theirs) && ours[at] == theirs[at] {
		at++
	}
	return &Difference{
		Byte: at + 1, Line: 1 + strings.Count(ours[:at], "\n"), Column: at - strings.LastIndex(ours[:at], "\n"),
		Ours: byteAt(ours, at), Theirs: byteAt(theirs, at), OursLen: len(ours), TheirsLen: len(theirs),
		OursAround: around(ours, at), TheirsAround: around(theirs, at),
	}
}

// String gives the place of the difference, and the bytes there.
func (d *Difference) String() string {
	return fmt.Sprintf("byte %d (line %d, column %d): %s instead of %s; lengths %d and %d",
		d.Byte, d.Line, d.Column, d.Theirs, d.Ours, d.TheirsLen, d.OursLen)
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

// around shows the text before and after a place.
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

// visible shows a text on one line: what cannot be seen as an escape, a backslash as
// two.
func visible(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\\':
			b.WriteString(`\\`)
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
			fmt.Fprintf(&b, `\x%02X`, s[i])
		case r < ' ' || r == 0x7f || r == 0xfeff || r == 0x200b || 0x202a <= r && r <= 0x202e || 0x80 <= r && r < 0xa0:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
