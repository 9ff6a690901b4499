package trace

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Difference is the first byte in which two strings that were signed differ.
type Difference struct {
	// Of names the string that ours is compared with: "the sender's", or the mistake
	// that makes it.
	Of string `json:"of"`
	// Byte is its place from 1 on, Line and Column where that is in our string.
	Byte      int    `json:"byte"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Ours      string `json:"ours"` // the byte and its character, or "the end"
	Theirs    string `json:"theirs"`
	OursLen   int    `json:"-"` // of the whole strings, bytes
	TheirsLen int    `json:"-"`
	// OursAround and TheirsAround show the text before and, after », from that byte on.
	OursAround   string `json:"ours_around"`
	TheirsAround string `json:"theirs_around"`
}

// Compare finds the first byte in which two strings that were signed differ; nil
// for equal ones. It shows stretches of both: hide secrets first.
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

// flat writes a difference as lines; nothing for nil.
func (d *Difference) flat() []crypt.Line {
	if d == nil {
		return nil
	}
	return []crypt.Line{
		{Step: "first difference", Text: d.String()},
		{Step: "ours there", Text: d.OursAround},
		{Step: "theirs there", Text: d.TheirsAround},
	}
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
	return fmt.Sprintf(`%02X '%s'`, s[at], crypt.Visible(s[start:start+n]))
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
	return before + crypt.Visible(s[from:at]) + "»" + crypt.Visible(s[at:to]) + behind
}
