// Package paste finds the tables in paragraphs of text that was copied out of a page.
package paste

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
)

// Regroup finds the tables in paragraphs: the text of a page that was copied, whose
// cells are divided by single blanks, or are on lines of their own that end with a
// bar. What divides them is known only by the words of the head.
func Regroup(blocks []*document.Block, words *wording.Words) []*document.Block {
	var out []*document.Block
	for _, b := range defined(coded(joined(unwrapped(broken(stated(colons(titledBelow(titledChapters(blocks), words), words), words), words)), words)), words) {
		if b.Table != nil || b.Level > 0 || b.Code || !strings.Contains(b.Text, "\n") {
			out = append(out, b)
			continue
		}
		out = append(out, divided(b, words)...)
	}
	return out
}

// broken makes text of what is behind a line break in a heading, where the first line is a
// title of its own: one that a colon ends, or with an address below it.
func broken(blocks []*document.Block, words *wording.Words) []*document.Block {
	var out []*document.Block
	for _, b := range blocks {
		title, rest, ok := strings.Cut(strings.TrimSpace(b.Text), "\n")
		title = strings.TrimSpace(title)
		ends := strings.HasSuffix(title, ":") || strings.HasSuffix(title, "：")
		if b.Level == 0 || !ok || !ends && !naming.IsMethodURL(rest) && !words.IsGeneric(title) {
			out = append(out, b)
			continue
		}
		head := *b
		head.Text = title
		out = append(out, &head, &document.Block{Text: rest, Place: Further(b.Place, 1)})
	}
	return out
}

// divided divides a paragraph into text and tables.
func divided(b *document.Block, words *wording.Words) []*document.Block {
	lines := strings.Split(b.Text, "\n")
	var out []*document.Block
	from := 0
	text := func(to int) {
		if t := strings.TrimSpace(strings.Join(lines[from:to], "\n")); t != "" {
			out = append(out, &document.Block{Text: t, Place: Further(b.Place, from)})
		}
	}
	for at := 0; at < len(lines); at++ {
		t, end := barred(lines, at, words)
		if t == nil {
			t, end = blanks(lines, at, words)
		}
		code, word, first := 0, "", lines[at]
		if t == nil {
			word, first = behindSide(first, words)
		}
		if t == nil && opens(first) {
			code = braces(append([]string{first}, lines[at+1:]...))
		}
		switch {
		case t != nil:
			text(at)
			out = append(out, &document.Block{Table: t, Place: Further(b.Place, at)})
		case code > 0:
			end = at + code
			if text(at); word != "" {
				out = append(out, &document.Block{Text: word, Place: Further(b.Place, at)})
			}
			out = append(out, &document.Block{Code: true, Text: strings.Join(append([]string{first}, lines[at+1:end]...), "\n"), Place: Further(b.Place, at)})
		default:
			continue
		}
		from, at = end, end-1
	}
	if len(out) == 0 {
		return []*document.Block{b}
	}
	text(len(lines))
	return out
}

// Further is the place of a line of a paragraph.
func Further(place string, line int) string {
	kind, number, ok := strings.Cut(place, " ")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || kind != "line" {
		return place
	}
	return kind + " " + strconv.Itoa(n+line)
}

// braces is how many lines have the JSON that the first one begins; 0: it does not end.
func braces(lines []string) int {
	depth := 0
	for n, line := range lines {
		if depth += depthOf(line); depth <= 0 {
			return n + 1
		}
	}
	return 0
}

// depthOf is how many brackets a line opens and does not close.
func depthOf(line string) int {
	n := 0
	for _, r := range line {
		switch r {
		case '{', '[':
			n++
		case '}', ']':
			n--
		}
	}
	return n
}

// barred reads cells that are on a line each, with a bar at the end of the line.
func barred(lines []string, at int, words *wording.Words) (*document.Table, int) {
	end, heads := at, 0
	for end < len(lines) && strings.HasSuffix(strings.TrimSpace(lines[end]), "|") {
		end++
	}
	cell := func(i int) string { return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(lines[i]), "|")) }
	for at+heads < end && words.Role(cell(at+heads)) != wording.None {
		heads++
	}
	if heads < 2 || end-at < 2*heads {
		return nil, 0
	}
	t := &document.Table{}
	for i := at; i < end; i++ {
		if (i-at)%heads == 0 {
			t.Rows = append(t.Rows, nil)
		}
		row := len(t.Rows) - 1
		t.Rows[row] = append(t.Rows[row], &document.Cell{Text: cell(i), Row: row, Col: len(t.Rows[row])})
	}
	return t, end
}

// blanks reads rows whose cells single blanks divide, below a head of known words. A
// row may lack cells: its words go where they suit.
func blanks(lines []string, at int, words *wording.Words) (*document.Table, int) {
	head := strings.Fields(lines[at])
	roles := make([]wording.Role, len(head))
	for i, word := range head {
		roles[i] = words.Role(word)
	}
	kind := slices.Index(roles, wording.Type)
	if len(head) < 3 || slices.Contains(roles, wording.None) || !slices.Contains([]wording.Role{wording.Name, wording.Title, wording.Label}, roles[0]) || kind < 0 {
		return nil, 0
	}
	t := &document.Table{Rows: [][]*document.Cell{cellsOf(head, 0)}}
	end := at + 1
	for ; end < len(lines); end++ {
		row := fitted(strings.Fields(lines[end]), roles, kind, words)
		if row == nil {
			break
		}
		t.Rows = append(t.Rows, cellsOf(row, len(t.Rows)))
	}
	if len(t.Rows) < 2 {
		return nil, 0
	}
	return t, end
}

// fitted puts the words of a line into columns; nil where it is no row of the table.
func fitted(line []string, roles []wording.Role, kind int, words *wording.Words) []string {
	if len(line) < 2 {
		return nil
	}
	if name, _, _ := naming.NameOf(line[0]); name == "" {
		return nil
	}
	row := make([]string, len(roles))
	row[0] = line[0]
	rest := line[1:]
	for col := 1; col < len(roles) && len(rest) > 0; col++ {
		switch last := col == len(roles)-1; {
		case last:
			row[col] = strings.Join(rest, " ")
			rest = nil
		case roles[col] == wording.Required && words.Mark(rest[0], false) == wording.Unstated,
			col == kind && !isType(rest[0]),
			roles[col] == wording.Length && !aNumber.MatchString(strings.TrimSpace(rest[0])),
			col != kind && roles[col] != wording.Required && isType(rest[0]) && kind > col,
			len(rest) == 1 && len(roles)-col > 1 && (roles[col] != wording.Type && roles[col] != wording.Required):
		default:
			row[col], rest = rest[0], rest[1:]
		}
	}
	if row[kind] == "" {
		return nil
	}
	return row
}

func cellsOf(texts []string, row int) []*document.Cell {
	out := make([]*document.Cell, len(texts))
	for i, text := range texts {
		out[i] = &document.Cell{Text: text, Row: row, Col: i}
	}
	return out
}

// isType says whether a word is a type of the language, as documents spell it.
func isType(word string) bool {
	_, ok := spelling.Type(word)
	return ok && strings.TrimSpace(word) != ""
}

var aNumber = pattern.New(`^\d{1,6}([,.]\d{1,2})?$`)
