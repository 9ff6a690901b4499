package yamltree

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec"
)

// lineWidth is how long a mapping or list may be that Write puts into one line.
const lineWidth = 110

// Write returns v as YAML of its own, with aliases and merges resolved and without
// comments, and says where each part of that text was written. drop names members that
// are left out, by their path: "request.fields".
func Write(v *Value, drop ...string) (string, []spec.Origin) {
	w := &writer{line: 1, drop: map[string]bool{}}
	for _, path := range drop {
		w.drop[path] = true
	}
	w.block(v, 0, "")
	return w.out.String(), w.origins
}

// writer writes YAML and counts lines and columns.
type writer struct {
	out       strings.Builder
	line, col int // col is 0 at the beginning of a line
	origins   []spec.Origin
	drop      map[string]bool
}

func (w *writer) text(s string) {
	w.out.WriteString(s)
	if n := strings.Count(s, "\n"); n > 0 {
		w.line += n
		w.col = utf8.RuneCountInString(s[strings.LastIndexByte(s, '\n')+1:])
		return
	}
	w.col += utf8.RuneCountInString(s)
}

// from notes that what comes next was written at a place.
func (w *writer) from(at spec.Pos) {
	w.origins = append(w.origins, spec.Origin{Line: w.line, Col: w.col + 1, Pos: at})
}

// block writes v over several lines: the members of a mapping, one a line.
func (w *writer) block(v *Value, indent int, path string) {
	for _, m := range v.Members {
		here := strings.TrimPrefix(path+"."+m.Name, ".")
		if w.drop[here] {
			continue
		}
		w.text(strings.Repeat("  ", indent))
		w.from(m.Pos)
		w.text(quoted(m.Name) + ":")
		w.member(m.Value, indent, here)
	}
}

// member writes the value of a key and ends its line.
func (w *writer) member(v *Value, indent int, path string) {
	mark := *w
	before := len(w.out.String())
	w.text(" ")
	w.flow(v, path)
	if fits := w.col <= lineWidth && w.line == mark.line; fits || len(v.Members)+len(v.Items) == 0 {
		w.text("\n")
		return
	}
	text := w.out.String()[:before]
	w.line, w.col, w.origins = mark.line, mark.col, mark.origins
	w.out.Reset()
	w.out.WriteString(text)
	w.text("\n")
	if v.Form == Mapping {
		w.block(v, indent+1, path)
		return
	}
	for _, item := range v.Items {
		w.text(strings.Repeat("  ", indent+1) + "- ")
		w.flow(item, path)
		w.text("\n")
	}
}

// flow writes v in one line.
func (w *writer) flow(v *Value, path string) {
	w.from(v.Pos)
	switch v.Form {
	case Mapping:
		w.text("{")
		more := false
		for _, m := range v.Members {
			here := strings.TrimPrefix(path+"."+m.Name, ".")
			if w.drop[here] {
				continue
			}
			if more {
				w.text(", ")
			}
			more = true
			w.from(m.Pos)
			w.text(quoted(m.Name) + ": ")
			w.flow(m.Value, here)
		}
		w.text("}")
	case List:
		w.text("[")
		for i, item := range v.Items {
			if i > 0 {
				w.text(", ")
			}
			w.flow(item, path)
		}
		w.text("]")
	case Text:
		w.text(quoted(v.Text))
	case Null, Number, Bool:
		w.text(v.Text)
	}
}

// quoted writes a text so that YAML takes it for nothing else.
func quoted(s string) string {
	if plainWord(s) {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text can always be written
	return strings.TrimSuffix(b.String(), "\n")
}

// plainWord reports whether s is a word of letters that YAML reads as text.
func plainWord(s string) bool {
	for i := range len(s) {
		ch := s[i] | 0x20
		if (ch < 'a' || ch > 'z') && (i == 0 || s[i] != '_' && s[i] != '-' && (s[i] < '0' || s[i] > '9')) {
			return false
		}
	}
	switch strings.ToLower(s) {
	case "", "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return false
	}
	return true
}
