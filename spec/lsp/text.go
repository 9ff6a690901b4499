package lsp

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/jiekou-dev/jiekou/spec"
)

// position is a place in a text as editors count: lines and UTF-16 units from 0.
type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

// textRange is a piece of a text; its end is not part of it.
type textRange struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

// lines are the lines of a file.
type lines []string

// split cuts a text into its lines.
func split(text string) lines { return strings.Split(text, "\n") }

// line is one line without its end; "" when there is none.
func (l lines) line(n int) string {
	if n < 0 || n >= len(l) {
		return ""
	}
	return strings.TrimSuffix(l[n], "\r")
}

// place turns an editor's position into a line and a column of characters, from 1.
func (l lines) place(p position) (line, col int) {
	units, col := 0, 1
	for _, r := range l.line(p.Line) {
		if units >= p.Character {
			break
		}
		units += utf16.RuneLen(r)
		col++
	}
	return p.Line + 1, col
}

// position turns a column of characters into an editor's position.
func (l lines) position(line, col int) position {
	units := 0
	for i, r := range []rune(l.line(line - 1)) {
		if i >= col-1 {
			break
		}
		units += utf16.RuneLen(r)
	}
	return position{Line: max(line-1, 0), Character: units}
}

// span is the range of n characters from a place on.
func (l lines) span(at spec.Pos, n int) textRange {
	return textRange{l.position(at.Line, at.Col), l.position(at.Line, at.Col+n)}
}

// token is the range of the word that begins at a place: a text in quotes without
// them, or all up to what ends a plain YAML scalar.
func (l lines) token(at spec.Pos) (spec.Pos, string) {
	rest := []rune(l.line(at.Line - 1))
	if at.Col < 1 || at.Col > len(rest) {
		return at, ""
	}
	rest = rest[at.Col-1:]
	if quote := rest[0]; quote == '"' || quote == '\'' {
		at.Col++
		word, _, _ := strings.Cut(string(rest[1:]), string(quote))
		return at, word
	}
	end := 0
	for end < len(rest) && !ends(rest, end) {
		end++
	}
	return at, string(rest[:end])
}

// ends reports whether a plain scalar ends at a character.
func ends(text []rune, i int) bool {
	r := text[i]
	return unicode.IsSpace(r) || strings.ContainsRune(",]}", r) || r == ':' && (i+1 == len(text) || unicode.IsSpace(text[i+1]))
}
