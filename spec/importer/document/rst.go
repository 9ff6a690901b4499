package document

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/markup"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var (
	rstSimple = pattern.New(`^\s*=+(\s+=+)+\s*$`)
	rstGrid   = pattern.New(`^\s*\+[-=+]+\+\s*$`)
	rstRole   = pattern.New("(?::[\\w+.-]+(?::[\\w+.-]+)*:)?`+([^`<]*?)\\s*(?:<[^`>]*>)?`+_{0,2}|\\|([^|\\s][^|]*)\\|")
)

// rstMarks are the characters under headings.
const rstMarks = "=-~^\"'`#*+.:_"

// readRST reads reStructuredText: headings by the order of their marks, simple tables
// and grid tables, literal blocks.
func readRST(data []byte) ([]*Block, error) {
	text, err := textOf(data)
	if err != nil {
		return nil, err
	}
	l := &lines{text: strings.Split(text, "\n")}
	var levels []string // the styles of headings, the highest first
	url := ""
	for at := 0; at < len(l.text); at++ {
		line := l.text[at]
		switch {
		case rstSimple.MatchString(line):
			at = l.simple(at)
		case rstGrid.MatchString(line):
			at = l.gridTable(at)
		case at+1 < len(l.text) && strings.TrimSpace(line) != "" && underline(l.text[at+1], rstMarks) > 0 && !rstSimple.MatchString(l.text[at+1]) && underline(line, rstMarks) == 0:
			l.flush()
			if style := l.style(at); !slices.Contains(levels, style) {
				levels = append(levels, style)
			}
			l.add(&Block{Level: slices.Index(levels, l.style(at)) + 1, Text: roles(strings.TrimSpace(line))}, at)
			at++
		case strings.HasPrefix(strings.TrimSpace(line), ".. list-table::"), strings.HasPrefix(strings.TrimSpace(line), ".. csv-table::"):
			at = l.directive(at)
		case markup.Call(line) != "":
			l.flush()
			url = markup.Call(line)
			l.add(&Block{Level: len(levels) + 1, Text: url}, at)
			markup.Dedent(l.text, at)
		case markup.IsField(line):
			lists, end := markup.Fields(l.text, at, url)
			l.lists(lists)
			at = end - 1
		case len(l.para) == 0 && l.defines(at, &at):
		case rstCode.MatchString(line):
			at = l.literal(at)
		case fieldLine.MatchString(line):
			l.flush()
			m := fieldLine.FindStringSubmatch(line)
			l.say(at, m[1]+": "+roles(m[2]))
			l.flush()
		case strings.HasPrefix(strings.TrimSpace(line), ".. ") && !strings.Contains(line, "::"):
			l.flush()
		case strings.HasSuffix(strings.TrimRight(line, " \t"), "::"):
			l.say(at, roles(strings.TrimSuffix(strings.TrimRight(line, " \t"), "::")))
			at = l.literal(at)
		case underline(line, rstMarks) > 0: // above a heading
			l.flush()
		default:
			l.say(at, roles(line))
		}
	}
	l.flush()
	return l.out, nil
}

// roles takes the marks of inline text out.
func roles(text string) string { return rstRole.ReplaceAllString(text, "$1$2") }

// style is how a heading is drawn: with which mark below it, and whether above it too.
func (l *lines) style(at int) string {
	mark := strings.TrimSpace(l.text[at+1])[:1]
	if at > 0 && underline(l.text[at-1], mark) > 0 && (at == 1 || strings.TrimSpace(l.text[at-2]) == "") {
		return mark + mark
	}
	return mark
}

// lists adds lists of parameters as tables, each with its title in front.
func (l *lines) lists(lists []markup.List) {
	l.flush()
	for _, list := range lists {
		if list.Title != "" {
			l.add(&Block{Text: list.Title}, list.Line)
		}
		for _, row := range list.Rows {
			for i, text := range row {
				row[i] = roles(text)
			}
		}
		l.add(&Block{Table: tabled(list)}, list.Line)
	}
}

// tabled is a list of parameters as a table.
func tabled(list markup.List) *Table {
	g := newGrid()
	for n, row := range slices.Insert(list.Rows, 0, list.Head) {
		g.row()
		for _, text := range row {
			g.cell(&Cell{Text: text, Head: n == 0}, 1, 1)
		}
	}
	return g.table()
}

// defines reads the definitions that begin at a line, and sets end to their last line; it is
// false where there are none.
func (l *lines) defines(at int, end *int) bool {
	list, behind := markup.Definitions(l.text, at)
	if list == nil {
		return false
	}
	l.lists([]markup.List{*list})
	*end = behind - 1
	return true
}

// literal reads the indented block after ::, and returns its last line.
func (l *lines) literal(at int) int {
	l.flush()
	from, end := at+1, markup.Below(l.text, at)
	for from < end && strings.TrimSpace(l.text[from]) == "" {
		from++
	}
	if end > from {
		l.add(&Block{Code: true, Text: strings.TrimRight(strings.Join(markup.Flush(l.text[from:end]), "\n"), "\n ")}, from)
		return end - 1
	}
	return at
}

// simple reads a table between lines of equal signs, and returns its last line. Cells
// are where the lines say, and, since people count wide characters otherwise, where
// two blanks or a tab divide.
func (l *lines) simple(at int) int {
	l.flush()
	g := newGrid()
	columns := len(strings.Fields(l.text[at]))
	indent := len(l.text[at]) - len(strings.TrimLeft(l.text[at], " \t"))
	rules, end := 1, at+1
	for ; end < len(l.text); end++ {
		line := l.text[end]
		if rstSimple.MatchString(line) {
			if rules++; rules == 3 || end+1 >= len(l.text) || strings.TrimSpace(l.text[end+1]) == "" {
				break
			}
			continue
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := markup.Divided(line[min(indent, len(line)):], columns)
		if slices.Contains(cells, "") {
			if exact := markup.Sliced(line, l.text[at]); exact != nil {
				cells = exact
			}
		}
		if first := strings.TrimSpace(cells[0]); first == "" && len(g.rows) > 0 { // the row above goes on
			g.more(cells)
			continue
		}
		g.row()
		for _, text := range cells {
			g.cell(&Cell{Text: roles(strings.TrimSpace(text)), Head: rules == 1}, 1, 1)
		}
	}
	l.add(&Block{Table: g.table()}, at)
	return end
}

// more adds a line to each cell of the last row.
func (g *grid) more(texts []string) {
	last := g.rows[len(g.rows)-1]
	for i, text := range texts {
		if text = roles(strings.TrimSpace(text)); text != "" && i < len(last) {
			stop := "\n"
			if i == 0 && strings.HasSuffix(last[i].Text, ".") { // a path that the line is too short for
				stop = ""
			}
			last[i].Text = strings.TrimSpace(last[i].Text + stop + text)
		}
	}
}

// gridTable reads a table that is drawn with + and |, and returns its last line.
func (l *lines) gridTable(at int) int {
	l.flush()
	g := newGrid()
	var stops []int
	for i, r := range []rune(l.text[at]) {
		if r == '+' {
			stops = append(stops, i)
		}
	}
	end, fresh := at, true
	for ; end < len(l.text); end++ {
		line := l.text[end]
		if rstGrid.MatchString(line) {
			fresh = true
			continue
		}
		if !strings.HasPrefix(strings.TrimSpace(line), "|") {
			break
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if fresh {
			g.row()
			for range max(len(stops)-1, len(cells)) {
				g.cell(&Cell{}, 1, 1)
			}
			fresh = false
		}
		g.more(cells)
	}
	l.add(&Block{Table: g.table()}, at)
	return end - 1
}

// rstCode is a line above code.
var rstCode = pattern.New(`^\s*\.\.\s+(?:code-block|code|sourcecode|parsed-literal|highlight)::`)

// fieldLine is a line of a list of fields: :URL: /orders.
var fieldLine = pattern.New(`^\s*:([^:` + "`" + `]{1,30}):\s+(\S.*)$`)

// directive reads a table that is written as a list of lists, or as values between
// commas, and returns its last line.
func (l *lines) directive(at int) int {
	l.flush()
	kind, title, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(l.text[at]), ".. "), "::")
	if title = strings.TrimSpace(title); title != "" {
		l.add(&Block{Text: title}, at)
	}
	depth := len(l.text[at]) - len(strings.TrimLeft(l.text[at], " "))
	end := at + 1
	for end < len(l.text) && (strings.TrimSpace(l.text[end]) == "" || len(l.text[end])-len(strings.TrimLeft(l.text[end], " ")) > depth) {
		end++
	}
	body := l.text[at+1 : end]
	var heads []string
	for len(body) > 0 && (strings.TrimSpace(body[0]) == "" || strings.HasPrefix(strings.TrimSpace(body[0]), ":")) {
		if after, ok := strings.CutPrefix(strings.TrimSpace(body[0]), ":header:"); ok {
			heads = append(heads, after)
		}
		body = body[1:]
	}
	rows := markup.ListRows(body)
	if kind == "csv-table" {
		rows = markup.CommaRows(append(heads, body...))
	}
	g := newGrid()
	for n, row := range rows {
		g.row()
		for _, text := range row {
			g.cell(&Cell{Text: roles(strings.TrimSpace(text)), Head: n == 0}, 1, 1)
		}
	}
	if t := g.table(); len(t.Rows) > 0 {
		l.add(&Block{Table: t}, at)
	}
	return end - 1
}
