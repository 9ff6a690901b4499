package document

import (
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/markup"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var (
	adocHeading = pattern.New(`^(={1,6})\s+(.+?)\s*=*$`)
	adocCode    = pattern.New(`^(-{4,}|\.{4,})\s*$`)
	adocCell    = pattern.New(`(?:(?:^|\s)(?:(\d+)?(\.\d+)?\+)?([.<^>]*[aehlmsdv]?))?\|`)
	adocCols    = pattern.New(`cols\s*=\s*"([^"]*)"|cols\s*=\s*([^,\]]+)`)
	adocRef     = pattern.New(`<<[^<>,]*,\s*([^<>]*)>>|<<_?([^<>,]*)>>`)
	adocBold    = pattern.New(`\*\*([^*]+)\*\*|__([^_]+)__`)
	adocBreak   = pattern.New(`(?m) \+$`)
	adocTerm    = pattern.New(`^\s*(\S.*?)::+(?:\s+(\S.*))?$`)
	adocMarks   = pattern.New("`\\+?([^`+]*)\\+?`|\\*([^*\\s][^*]*)\\*|(?:xref:|link:|https?:)\\S+\\[([^\\]]*)\\]")
)

// readADOC reads AsciiDoc: headings, paragraphs, listings, and tables with cells on
// lines of their own or several on one.
func readADOC(data []byte) ([]*Block, error) {
	text, err := textOf(data)
	if err != nil {
		return nil, err
	}
	l := &lines{text: strings.Split(text, "\n")}
	options := ""
	for at := 0; at < len(l.text); at++ {
		line := strings.TrimRight(l.text[at], " \t")
		switch m := adocHeading.FindStringSubmatch(line); {
		case m != nil:
			l.flush()
			l.add(&Block{Level: len(m[1]), Text: adocInline(m[2])}, at)
		case adocCode.MatchString(line):
			at = l.listing(at)
		case line == "|===" || line == "!===":
			at = l.adocTable(at, options)
			options = ""
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			l.flush()
			options = line
		case adocTerm.MatchString(line) && l.terms(at, &at):
		case strings.HasPrefix(line, "//"), strings.HasPrefix(line, ":") && strings.Count(line, ":") > 1:
			l.flush()
		case strings.HasPrefix(line, ".") && len(line) > 1 && line[1] != '.' && line[1] != ' ':
			l.flush()
			l.say(at, adocInline(line[1:])) // the title of a block
		default:
			l.say(at, adocInline(line))
		}
	}
	l.flush()
	return l.out, nil
}

// terms adds a list of names with what each is as the table that it would be, and sets end to its
// last line; it is false where the list is another one.
func (l *lines) terms(at int, end *int) bool {
	var terms [][2]string
	to := at
	for n := at; n < len(l.text); n++ {
		line := strings.TrimSpace(l.text[n])
		switch m := adocTerm.FindStringSubmatch(line); {
		case m != nil:
			terms, to = append(terms, [2]string{m[1], adocInline(m[2])}), n
			continue
		case line == "" || line == "+":
			continue
		case n > 0 && n-1 != to && strings.TrimSpace(l.text[n-1]) == "", adocHeading.MatchString(line), adocCode.MatchString(line), line == "|===", strings.HasPrefix(line, "["), strings.HasPrefix(line, "."):
		default:
			last := &terms[len(terms)-1]
			last[1], to = strings.TrimSpace(last[1]+"\n"+adocInline(line)), n
			continue
		}
		break
	}
	list := markup.Defined(terms)
	if list == nil {
		return false
	}
	l.flush()
	l.add(&Block{Table: tabled(*list)}, at)
	*end = to
	return true
}

// adocInline takes the marks of inline text out.
func adocInline(text string) string {
	text = adocRef.ReplaceAllString(text, "$1$2")
	text = adocBold.ReplaceAllString(text, "$1$2")
	text = adocMarks.ReplaceAllString(text, "$1$2$3")
	return adocBreak.ReplaceAllString(strings.ReplaceAll(text, "{nbsp}", "\u00a0"), "")
}

// listing reads code between two lines of marks and returns the second.
func (l *lines) listing(at int) int {
	l.flush()
	mark := strings.TrimSpace(l.text[at])
	end := at + 1
	for end < len(l.text) && strings.TrimSpace(l.text[end]) != mark {
		end++
	}
	l.add(&Block{Code: true, Text: strings.Join(l.text[at+1:min(end, len(l.text))], "\n")}, at)
	return end
}

// adocTable reads a table and returns its last line. The number of columns is that of
// the options, or of the cells of the first line.
func (l *lines) adocTable(at int, options string) int {
	l.flush()
	columns := columnsOf(options)
	g := newGrid()
	width, end := 0, at+1
	var last *Cell
	for ; end < len(l.text) && strings.TrimSpace(l.text[end]) != "|==="; end++ {
		line := strings.ReplaceAll(l.text[end], `\|`, "\x00") // a bar that is meant
		marks := adocCell.FindAllStringSubmatchIndex(line, -1)
		if len(marks) == 0 {
			if last != nil {
				last.Text = adocCellText(last.Text + "\n" + line)
			}
			continue
		}
		if columns == 0 {
			columns = len(marks)
		}
		if ahead := line[:marks[0][0]]; last != nil && strings.TrimSpace(ahead) != "" { // the cell goes on
			last.Text = adocCellText(last.Text + "\n" + ahead)
		}
		for i, m := range marks {
			to := len(line)
			if i+1 < len(marks) {
				to = marks[i+1][0]
			}
			cols, rows := spanOf(line, m)
			if width == 0 {
				g.row()
			}
			last = &Cell{Text: adocCellText(line[m[1]:to])}
			g.cell(last, cols, rows)
			if width = g.filled(); width >= columns {
				width = 0
			}
		}
	}
	l.add(&Block{Table: g.table()}, at)
	return end
}

// adocCellText is the text of a cell as it is shown.
func adocCellText(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(adocInline(text), "\x00", "|"))
}

// filled is how many columns of the last row are taken, from the left.
func (g *grid) filled() int {
	row := g.rows[len(g.rows)-1]
	for i, c := range row {
		if c == nil {
			return i
		}
	}
	return len(row)
}

// spanOf reads the spans in front of a bar: 2+|, .3+|, 2.3+|.
func spanOf(line string, m []int) (cols, rows int) {
	cols, rows = 1, 1
	if m[2] >= 0 {
		cols, _ = strconv.Atoi(line[m[2]:m[3]])
	}
	if m[4] >= 0 {
		rows, _ = strconv.Atoi(line[m[4]+1 : m[5]])
	}
	return max(cols, 1), max(rows, 1)
}

// columnsOf is the number of columns that options declare: cols="1,2,3", cols=3*.
func columnsOf(options string) int {
	m := adocCols.FindStringSubmatch(options)
	if m == nil {
		return 0
	}
	n := 0
	for part := range strings.SplitSeq(m[1]+m[2], ",") {
		if times, _, ok := strings.Cut(strings.TrimSpace(part), "*"); ok {
			many, _ := strconv.Atoi(times)
			n += max(many, 1)
			continue
		}
		n++
	}
	return min(n, maxSpan)
}
