package spec

import "strings"

// closing is what never begins a line of Chinese.
const closing = "，。：；、！？）》”’…"

// pieces cuts a text where a line may end: at spaces, and beside a wide character.
func pieces(text string) (out []string) {
	piece := ""
	var last rune
	for _, r := range text {
		wide := func(r rune) bool { return Width([]rune{r}) == 2 }
		if piece != "" && (last == ' ' || (wide(r) || wide(last)) && r != ' ' && !strings.ContainsRune(closing, r)) {
			out, piece = append(out, piece), ""
		}
		piece, last = piece+string(r), r
	}
	return append(out, piece)
}

// Wrapped breaks a text into lines of at most so many columns.
func Wrapped(text string, columns int) string {
	lines, line := []string{}, ""
	for _, piece := range pieces(strings.Join(strings.Fields(text), " ")) {
		if line != "" && Width([]rune(line+strings.TrimRight(piece, " "))) > columns {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		line += piece
	}
	return strings.Join(append(lines, line), "\n")
}
