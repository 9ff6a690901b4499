package document

import (
	"strings"
	"unicode/utf8"
)

// placed is a text in a line, with the columns of characters that it is in.
type placed struct {
	text     string
	from, to int
}

// placesOf divides a line at runs of two blanks or more.
func placesOf(line string) []placed {
	var out []placed
	runes := []rune(strings.TrimRight(line, " \t\f"))
	for at := 0; at < len(runes); {
		for at < len(runes) && (runes[at] == ' ' || runes[at] == '\f') {
			at++
		}
		end := at
		for end < len(runes) && (runes[end] != ' ' || end+1 < len(runes) && runes[end+1] != ' ') {
			end++
		}
		if end > at {
			out = append(out, placed{strings.TrimSpace(string(runes[at:end])), at, end})
		}
		at = end
	}
	return out
}

// layout is a table of a page that was laid out with blanks, whose cells run over lines.
type layout struct {
	columns []placed
	lines   [][]placed
}

// layoutTable reads a table whose cells run over lines, and returns the line behind it;
// nil where there is none, or where no cell runs over.
func (l *lines) layoutTable(at int) (*Table, int) {
	head := placesOf(l.text[at])
	if len(head) < 3 || strings.Contains(l.text[at], "\t") || head[len(head)-1].from < 8 {
		return nil, at
	}
	t := &layout{}
	end, over := at+1, false
	for ; end < len(l.text); end++ {
		cells := placesOf(l.text[end])
		if called.MatchString(l.text[end]) {
			break
		}
		if len(cells) == 0 {
			if next := l.next(end); next < 0 || !t.goesOn(placesOf(l.text[next]), head) || strings.Contains(l.text[end], "\f") && next < 0 {
				break
			}
			continue
		}
		if !t.goesOn(cells, head) {
			break
		}
		if len(cells) < len(head) {
			over = true
		}
		t.lines = append(t.lines, cells)
	}
	if !over || !t.learn(head) {
		return nil, at
	}
	return t.table(head), end
}

// next is the next line with a text, of the two that follow; -1 where there is none.
func (l *lines) next(at int) int {
	for i := at + 1; i < min(at+3, len(l.text)); i++ {
		if strings.TrimSpace(l.text[i]) != "" {
			return i
		}
	}
	return -1
}

// goesOn says whether a line is one of the table: it has two cells, or it begins behind
// the first column.
func (t *layout) goesOn(cells, head []placed) bool {
	if len(cells) == 0 || len(cells) > len(head) {
		return false
	}
	return len(cells) > 1 || cells[0].from > 12 && cells[0].from >= head[1].from-8
}

// learn finds where the columns stand, from the rows that have all cells.
func (t *layout) learn(head []placed) bool {
	for _, cells := range t.lines {
		if len(cells) != len(head) {
			continue
		}
		if t.columns == nil {
			t.columns = append(t.columns, cells...)
			continue
		}
		for i, c := range cells {
			t.columns[i].from, t.columns[i].to = min(t.columns[i].from, c.from), max(t.columns[i].to, c.to)
		}
	}
	return t.columns != nil
}

// column is the column that a text is in: the one that begins nearest to it.
func (t *layout) column(c placed) int {
	best, far := 0, 1<<30
	for i, col := range t.columns {
		if d := distance(c, col); d < far {
			best, far = i, d
		}
	}
	return best
}

func distance(a, b placed) int {
	d := a.from - b.from
	if d < 0 {
		d = -d
	}
	if a.to < b.from || a.from > b.to { // they do not overlap
		d += 8
	}
	return d
}

// table puts the lines of cells that run over to the rows that they belong to.
func (t *layout) table(head []placed) *Table {
	g := newGrid()
	g.row()
	for _, c := range head {
		g.cell(&Cell{Text: c.text, Head: true}, 1, 1)
	}
	anchors := t.anchors()
	centred := t.centred(anchors)
	var pending [][]placed
	prev := -1
	texts := make([][]string, len(anchors))
	for n, at := range anchors {
		from := prev + 1
		gapLines := t.lines[from:at]
		mine := len(gapLines) // of the row before
		if n > 0 && centred {
			mine = min(len(pending), len(gapLines))
		}
		if n == 0 {
			mine = 0
		}
		if n > 0 {
			t.add(texts[n-1], gapLines[:mine])
		}
		pending = gapLines[mine:]
		texts[n] = make([]string, len(head))
		t.add(texts[n], pending)
		t.add(texts[n], t.lines[at:at+1])
		prev = at
	}
	t.add(texts[len(texts)-1], t.lines[prev+1:])
	for _, row := range texts {
		g.row()
		for _, text := range row {
			g.cell(&Cell{Text: text}, 1, 1)
		}
	}
	return g.table()
}

// anchors are the lines that rows are about: those with a text in the first column.
func (t *layout) anchors() []int {
	var out []int
	for i, cells := range t.lines {
		if t.column(cells[0]) == 0 {
			out = append(out, i)
		}
	}
	return out
}

// centred says whether cells are in the middle of their rows: a text runs over in
// front of the first row, or a line with a name lacks a text that the lines around have.
func (t *layout) centred(anchors []int) bool {
	if anchors[0] > 0 {
		return true
	}
	last := len(t.columns) - 1
	for n, at := range anchors {
		has := false
		for _, c := range t.lines[at] {
			has = has || t.column(c) == last
		}
		around := n > 0 && at-anchors[n-1] > 1
		if !has && around {
			return true
		}
	}
	return false
}

// add adds lines to the texts of a row. Words of Latin letters that a line breaks get a
// blank, others none.
func (t *layout) add(texts []string, lines [][]placed) {
	for _, cells := range lines {
		for _, c := range cells {
			at := t.column(c)
			if texts[at] != "" && at > 0 && latinEnd(texts[at]) && c.text[0] < 0x80 {
				texts[at] += " "
			}
			texts[at] += c.text
		}
	}
}

func latinEnd(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r < 0x80
}
