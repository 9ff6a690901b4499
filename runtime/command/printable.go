package command

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// Printable returns a writer to w for text that may be somebody else's: what a
// server answered, a label of a document, a name in a file. Characters that steer a
// terminal or that show text in another order are written as their escapes (\u001b,
// \x9b for a byte that is no UTF-8), so that JSON stays the JSON it is. Tabs and
// newlines stay.
func Printable(w io.Writer) io.Writer { return safe(w) }

func safe(w io.Writer) *printable {
	if p, ok := w.(*printable); ok {
		return p
	}
	return &printable{w: w}
}

// printable is the writer of Printable.
type printable struct {
	w    io.Writer
	rest []byte // the beginning of a character whose end is in the next write
}

// Write writes text with its steering characters escaped.
func (p *printable) Write(text []byte) (int, error) {
	all := append(p.rest, text...)
	whole := len(all)
	for n := 1; n < utf8.UTFMax && n <= len(all); n++ {
		if at := len(all) - n; utf8.RuneStart(all[at]) {
			if !utf8.FullRune(all[at:]) {
				whole = at
			}
			break
		}
	}
	p.rest = append([]byte(nil), all[whole:]...)
	if _, err := io.WriteString(p.w, Shown(string(all[:whole]))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// end writes the rest of a character that never came.
func (p *printable) end() {
	if len(p.rest) == 0 {
		return
	}
	_, _ = io.WriteString(p.w, Shown(string(p.rest))) // there is nobody left to tell
	p.rest = nil
}

// Shown is text as Printable writes it.
func Shown(text string) string {
	if isShown(text) {
		return text
	}
	var b strings.Builder
	for at, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[at:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, text[at])
		case steers(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isShown reports whether a text can be written as it is.
func isShown(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, steers) < 0
}

// steers reports whether a character does something to a terminal or to the order
// of what is around it. All of them have four hexadecimal digits.
func steers(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0x20 || r >= 0x7f && r < 0xa0: // C0, DEL, C1
		return true
	case r >= 0x200e && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069: // direction
		return true
	}
	return r == 0x2028 || r == 0x2029 || r == 0xfeff || r >= 0xfff9 && r <= 0xfffb
}

// IsTerminal reports whether a writer, or the one below Printable, is a terminal.
func IsTerminal(w io.Writer) bool { return terminal(w) != nil }

// terminal is the terminal that a writer, or the one below Printable, is; nil: it is none.
func terminal(w io.Writer) *os.File {
	if p, ok := w.(*printable); ok {
		w = p.w
	}
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return f
}
