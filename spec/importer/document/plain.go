package document

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec/importer/markup"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// readText reads plain text: paragraphs, code between fences, and lines whose cells tabs
// or columns divide.
func readText(data []byte) ([]*Block, error) {
	text, err := textOf(data)
	if err != nil {
		return nil, err
	}
	l := &lines{text: markup.WithoutNumbers(strings.Split(text, "\n"))}
	for at := 0; at < len(l.text); at++ {
		if called.MatchString(l.text[at]) {
			l.say(at, l.text[at])
			continue
		}
		if t, end := l.layoutTable(at); t != nil {
			l.flush()
			l.add(&Block{Table: t}, at)
			at = end - 1
			continue
		}
		switch end := l.run(at); {
		case divider.MatchString(l.text[at]):
			l.flush()
		case mdFence.MatchString(l.text[at]):
			at = l.fence(at)
		case end > at:
			l.rows(at, end)
			at = end - 1
		default:
			l.say(at, l.text[at])
		}
	}
	l.flush()
	l.out = titled(l.out)
	for _, b := range l.out {
		if b.Table == nil && !b.Code && utf8.RuneCountInString(b.Text) < 60 {
			b.Level = chapterLevel(b.Text)
		}
	}
	return l.out, nil
}

// called is a line with a method and a path, whose blanks divide no cells.
var called = pattern.New(`^\s*(?:GET|POST|PUT|DELETE|PATCH)\s+/`)

// addressEnd is an address at the end of a title: 2.查询成绩接口：/score/list.
var addressEnd = pattern.New(`\s*[:：]?\s*(?:https?://[\w.:\-]+)?/[\w/.\-{}]+(?:\?[\w=&.]*)?$`)

// divider is a line that is drawn between chapters.
var divider = pattern.New(`^\s*(?:-{8,}|={8,}|\*{8,}|_{8,}|#{8,}|~{8,})\s*$`)

// titled divides paragraphs whose first line is the title of a chapter: a short line
// with a number, above lines that have none.
func titled(blocks []*Block) []*Block {
	var out []*Block
	for _, b := range blocks {
		first, rest, more := strings.Cut(b.Text, "\n")
		next, _, _ := strings.Cut(rest, "\n")
		title := addressEnd.ReplaceAllString(first, "")
		if b.Table != nil || b.Code || !more || utf8.RuneCountInString(title) > 40 || chapterLevel(first) == 0 || chapterLevel(next) > 0 || strings.ContainsAny(title, ":：,，;；") {
			out = append(out, b)
			continue
		}
		line := b.Place
		if n, err := strconv.Atoi(strings.TrimPrefix(b.Place, "line ")); err == nil {
			line = "line " + strconv.Itoa(n+1)
		}
		out = append(out, &Block{Text: first, Place: b.Place}, &Block{Text: rest, Place: line})
	}
	return out
}

// numbered is a line that begins with the number of a chapter.
var numbered = pattern.New(`^(?:(\d{1,2}(?:\.\d{1,2}){1,4})[.、\s]*[^\d\s.、][^\n]*|(\d{1,2})[.、 ]\s*[^\d\s][^\n]*)$`)

// chapterLevel is the level of a line that begins with a number; 0: it has none.
func chapterLevel(line string) int {
	m := numbered.FindStringSubmatch(line)
	if m == nil || strings.HasSuffix(line, "；") || strings.HasSuffix(line, "。") {
		return 0
	}
	return strings.Count(m[1], ".") + 1
}

// run is the end of the table that begins at a line; the line itself where none does.
// Tabs divide two cells or more, blanks three or more.
func (l *lines) run(at int) int {
	tabs := func(i int) bool {
		return i < len(l.text) && strings.Contains(strings.TrimRight(l.text[i], " \t"), "\t")
	}
	end := at
	for tabs(end) || end > at && strings.TrimSpace(l.text[min(end, len(l.text)-1)]) == "" && end+1 < len(l.text) && strings.HasPrefix(l.text[end+1], "\t") && tabs(end+1) {
		end++
	}
	if end-at >= 2 && strings.TrimSpace(l.text[at]) != "" && !strings.HasPrefix(l.text[at], "\t") {
		return end
	}
	for end = at; end < len(l.text) && !called.MatchString(l.text[end]) && len(markup.Gap.Split(strings.TrimSpace(l.text[end]))) > 2; {
		end++
	}
	if end-at < 2 {
		return at
	}
	return end
}

// rows reads the lines of a table. A line that begins with a tab and has fewer cells
// goes on the row above: its last cell is of the last column.
func (l *lines) rows(at, end int) {
	l.flush()
	g := newGrid()
	columns := len(markup.Gap.Split(strings.TrimSpace(l.text[at])))
	for n, line := range l.text[at:end] {
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := strings.Split(strings.TrimRight(line, " \t"), "\t")
		if strings.HasPrefix(line, "\t") && n > 0 && len(cells) < columns {
			cells = append(cells[:len(cells)-1], append(make([]string, columns-len(cells)), cells[len(cells)-1])...)
			g.glue(cells)
			continue
		}
		g.row()
		if !strings.Contains(line, "\t") {
			cells = markup.Divided(strings.TrimLeft(line, " \t"), columns)
		}
		for len(cells) < columns {
			cells = append(cells, "")
		}
		for _, cell := range cells {
			g.cell(&Cell{Text: strings.TrimSpace(cell)}, 1, 1)
		}
	}
	l.add(&Block{Table: g.table()}, at)
}

// glue adds the rest of a line that was broken to the cells of the last row.
func (g *grid) glue(texts []string) {
	last := g.rows[len(g.rows)-1]
	for i, text := range texts {
		if i < len(last) {
			last[i].Text += strings.TrimSpace(text)
		}
	}
}
