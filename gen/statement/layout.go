package statement

import (
	"strings"
	"unicode/utf8"
)

// width is how long a line of SQL may be.
const width = 118

// A doc is SQL before it is laid out: words, and places where a line may end. A
// group stays on one line where it fits; otherwise every place in it ends a line,
// and the groups inside are tried next.
type doc interface{ isDoc() }

type (
	words  string              // generated as they are, on one line
	breaks struct{ or string } // ends the line, or is the text where its group stays on one line
	ends   struct{}            // ends the line in any case
	nested struct{ doc }       // begins its lines two columns further in
	group  struct{ doc }
	docs   []doc // one after another
	told   struct{ body *Body }
)

func (words) isDoc()  {}
func (breaks) isDoc() {}
func (ends) isDoc()   {}
func (docs) isDoc()   {}
func (told) isDoc()   {}
func (nested) isDoc() {}
func (group) isDoc()  {}

// The usual places where a line may end.
var (
	space = breaks{" "}
	cut   = breaks{""}
)

// list joins docs, with a text between two of them and then a place.
func list(parts []doc, between string, at doc) doc {
	var out docs
	for n, p := range parts {
		if n > 0 {
			out = append(out, words(between), at)
		}
		out = append(out, p)
	}
	return out
}

// enclosed puts a part that may take lines of its own between two texts.
func enclosed(open string, inner doc, end string) doc {
	return group{docs{words(open), nested{docs{cut, inner}}, cut, words(end)}}
}

// lines is text of several lines.
func lines(text string) doc {
	var out docs
	for n, line := range strings.Split(text, "\n") {
		if n > 0 {
			out = append(out, ends{})
		}
		out = append(out, words(line))
	}
	return out
}

// wrapped is a list of names that takes as many lines as it needs.
func wrapped(names []string) doc {
	var out docs
	column := 0
	for n, name := range names {
		switch {
		case n == 0:
		case column+len(name) > width-16:
			out, column = append(out, words(","), ends{}), 0
		default:
			out, column = append(out, words(", ")), column+2
		}
		out, column = append(out, words(name)), column+len(name)
	}
	return out
}

// laid is a doc that is still to be generated.
type laid struct {
	indent int
	flat   bool
	doc    doc
}

// layout generates a doc. It ends the lines of a group that does not fit together
// with the part after it.
func layout(d doc) Text {
	var out Text
	var line strings.Builder
	column := 0
	rest := []laid{{doc: d}}
	for len(rest) > 0 {
		top := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		switch d := top.doc.(type) {
		case group:
			flat := top.flat || fits(width-column, append(rest[:len(rest):len(rest)], laid{top.indent, true, d.doc}))
			rest = append(rest, laid{top.indent, flat, d.doc})
			continue
		case told:
			out = append(out, Part{SQL: line.String()}, Part{Body: d.body})
			line.Reset()
			continue
		}
		if text, next, done := top.step(); done {
			if strings.HasPrefix(text, "\n") {
				column = -1
			}
			line.WriteString(text)
			column += utf8.RuneCountInString(text)
		} else {
			rest = append(rest, next...)
		}
	}
	return append(out, Part{SQL: line.String()})
}

// step generates words and places, and takes everything else apart, last part
// first.
func (l laid) step() (text string, parts []laid, done bool) {
	newline := "\n" + strings.Repeat(" ", l.indent)
	switch d := l.doc.(type) {
	case words:
		return string(d), nil, true
	case ends:
		return newline, nil, true
	case breaks:
		if l.flat {
			return d.or, nil, true
		}
		return newline, nil, true
	case nested:
		return "", []laid{{l.indent + 2, l.flat, d.doc}}, false
	case docs:
		for n := len(d) - 1; n >= 0; n-- {
			parts = append(parts, laid{l.indent, l.flat, d[n]})
		}
	}
	return "", parts, false
}

// fits reports whether the text up to the next end of a line has room.
func fits(room int, rest []laid) bool {
	for len(rest) > 0 && room >= 0 {
		top := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		switch d := top.doc.(type) {
		case ends:
			return !top.flat
		case told:
			return true
		case group:
			rest = append(rest, laid{top.indent, top.flat, d.doc})
			continue
		}
		text, parts, done := top.step()
		if strings.HasPrefix(text, "\n") {
			return true
		}
		if done {
			room -= utf8.RuneCountInString(text)
		}
		rest = append(rest, parts...)
	}
	return room >= 0
}

// flat generates a doc on one line, but for ends in any case.
func flat(d doc) string {
	var b strings.Builder
	rest := []laid{{flat: true, doc: d}}
	for len(rest) > 0 {
		top := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		if g, ok := top.doc.(group); ok {
			rest = append(rest, laid{top.indent, true, g.doc})
			continue
		}
		s, parts, _ := top.step()
		b.WriteString(s)
		rest = append(rest, parts...)
	}
	return b.String()
}
