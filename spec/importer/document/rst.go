package document

import (
	"encoding/csv"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var (
	rstSimple = pattern.New(`^\s*=+(\s+=+)+\s*$`)
	rstGrid   = pattern.New(`^\s*\+[-=+]+\+\s*$`)
	rstRole   = pattern.New("`+([^`<]*?)\\s*(?:<[^`>]*>)?`+_{0,2}|\\|([^|\\s][^|]*)\\|")
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
	levels := ""
	for at := 0; at < len(l.text); at++ {
		line := l.text[at]
		switch {
		case rstSimple.MatchString(line):
			at = l.simple(at)
		case rstGrid.MatchString(line):
			at = l.gridTable(at)
		case at+1 < len(l.text) && strings.TrimSpace(line) != "" && underline(l.text[at+1], rstMarks) > 0 && !rstSimple.MatchString(l.text[at+1]) && underline(line, rstMarks) == 0:
			l.flush()
			mark := strings.TrimSpace(l.text[at+1])[:1]
			if !strings.Contains(levels, mark) {
				levels += mark
			}
			l.add(&Block{Level: strings.Index(levels, mark) + 1, Text: roles(strings.TrimSpace(line))}, at)
			at++
		case strings.HasPrefix(strings.TrimSpace(line), ".. list-table::"), strings.HasPrefix(strings.TrimSpace(line), ".. csv-table::"):
			at = l.directive(at)
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

// literal reads the indented block after ::, and returns its last line.
func (l *lines) literal(at int) int {
	l.flush()
	from := at + 1
	for from < len(l.text) && strings.TrimSpace(l.text[from]) == "" {
		from++
	}
	end := from
	for end < len(l.text) && (strings.TrimSpace(l.text[end]) == "" || strings.HasPrefix(l.text[end], " ") || strings.HasPrefix(l.text[end], "\t")) {
		end++
	}
	if end > from {
		l.add(&Block{Code: true, Text: strings.TrimRight(strings.Join(l.text[from:end], "\n"), "\n ")}, from)
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
		cells := divided(line[min(indent, len(line)):], columns)
		if slices.Contains(cells, "") {
			if exact := sliced(line, l.text[at]); exact != nil {
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

// sliced is a line in the columns of the rule above it, characters of full width counted
// as two, or as one; nil where a text is between the columns.
func sliced(line, rule string) []string {
	var starts []int
	for i := range len(rule) {
		if rule[i] == '=' && (i == 0 || rule[i-1] != '=') {
			starts = append(starts, i)
		}
	}
	for _, width := range []int{2, 1} {
		cells := make([]strings.Builder, len(starts))
		at, good := 0, !strings.Contains(line, "\t")
		for _, r := range line {
			col := 0
			for col+1 < len(starts) && at >= starts[col+1] {
				col++
			}
			between := col+1 < len(starts) && at == starts[col+1]-1
			good = good && (!between || r == ' ')
			cells[col].WriteRune(r)
			if at++; r > 0x2e80 {
				at += width - 1
				good = good && (width == 1 || col+1 >= len(starts) || at < starts[col+1])
			}
		}
		if good {
			out := make([]string, len(cells))
			for i := range cells {
				out[i] = cells[i].String()
			}
			return out
		}
	}
	return nil
}

var gap = pattern.New(`\t+[ \t]*|[ \x{a0}]{2,}[ \t\x{a0}]*`)

// divided is a line in so many cells.
func divided(line string, columns int) []string {
	parts := closed(gap.Split(strings.TrimRight(line, " \t"), -1))
	if parts[0] == "" && len(parts) > columns {
		parts = parts[1:]
	}
	if len(parts) < columns && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
		if before, after, ok := strings.Cut(strings.TrimSpace(line), " "); ok && len(parts) == 1 && columns == 2 {
			parts = []string{before, after}
		}
	}
	for len(parts) < columns {
		parts = append(parts, "")
	}
	if len(parts) > columns {
		parts = append(parts[:columns-1:columns-1], strings.Join(parts[columns-1:], " "))
	}
	return parts
}

// closed joins cells that a gap inside of parentheses divides. What follows the
// parentheses after a blank is the next cell.
func closed(parts []string) []string {
	var out []string
	open := false
	for _, part := range parts {
		if open {
			last := out[len(out)-1] + " " + part
			out[len(out)-1] = last
			if at := strings.LastIndex(last, " "); strings.ContainsAny(part, ")）") && at > strings.LastIndexAny(last, ")）") {
				out = append(out[:len(out)-1], last[:at], last[at+1:])
			}
		} else {
			out = append(out, part)
		}
		open = strings.LastIndexAny(out[len(out)-1], "(（") > strings.LastIndexAny(out[len(out)-1], ")）")
	}
	if open { // never closed: the gaps were right
		return parts
	}
	return out
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
	rows := listRows(body)
	if kind == "csv-table" {
		rows = commaRows(append(heads, body...))
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

// listRows reads rows of a list of lists: "* - a" begins one, "- b" at its depth a cell.
func listRows(body []string) [][]string {
	var rows [][]string
	depth := -1
	for _, line := range body {
		text := strings.TrimLeft(line, " ")
		at := len(line) - len(text)
		if after, ok := strings.CutPrefix(text, "* -"); ok && (depth < 0 || at+2 == depth) {
			rows, depth = append(rows, []string{after}), at+2
			continue
		}
		if len(rows) == 0 {
			continue
		}
		row := &rows[len(rows)-1]
		if after, ok := strings.CutPrefix(text, "-"); ok && at == depth {
			*row = append(*row, after)
		} else {
			last := len(*row) - 1
			(*row)[last] += "\n" + strings.TrimPrefix(text, "- ")
		}
	}
	return rows
}

// commaRows reads rows whose values commas divide.
func commaRows(body []string) [][]string {
	r := csv.NewReader(strings.NewReader(strings.Join(trimmed(body), "\n")))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil
	}
	return rows
}

func trimmed(body []string) []string {
	out := make([]string, len(body))
	for i, line := range body {
		out[i] = strings.TrimSpace(line)
	}
	return out
}
