package document

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec/importer/drawing"
)

// Drawn is the end of the name of a PDF's parts, as Parts joins them.
const Drawn = ".drawn"

// Parts joins what programs read out of a PDF: its words with their places (pdftotext
// -tsv), its lines (pdftocairo -ps), and its text as it is laid out, for one without
// tables that are drawn.
func Parts(words, drawing, text []byte) []byte {
	return bytes.Join([][]byte{words, drawing, text}, []byte{0})
}

// readDrawn reads a PDF by the lines that its tables are drawn with.
func readDrawn(data []byte) ([]*Block, error) {
	parts := bytes.SplitN(data, []byte{0}, 3)
	if len(parts) < 3 {
		return readText(data)
	}
	sheets := wordsOf(parts[0])
	unmarked(sheets)
	rules := drawing.Pages(parts[1])
	p := &paper{}
	for n, s := range sheets {
		if n < len(rules) {
			s.grids = gridsOf(turned(rules[n], s.tall))
		}
		for _, g := range s.grids {
			g.capped(s.words)
		}
		p.drawn += len(s.grids)
	}
	if p.drawn == 0 {
		return readText(parts[2])
	}
	p.sheets = sheets
	p.margins()
	p.chain()
	p.sizes()
	for n := range p.sheets {
		p.sheet(n)
	}
	byNumbers(p.out)
	return p.out, nil
}

// turned are lines with their places from the top of the page.
func turned(rules []drawing.Rule, tall float64) []drawing.Rule {
	for n, r := range rules {
		if r.Upright {
			rules[n].From, rules[n].To = tall-r.To, tall-r.From
		} else {
			rules[n].At = tall - r.At
		}
	}
	return rules
}

// glyphs is a word or a line, with its place on the page.
type glyphs struct {
	text                     string
	left, top, right, bottom float64
}

func (g glyphs) middle() float64 { return (g.top + g.bottom) / 2 }
func (g glyphs) height() float64 { return g.bottom - g.top }

// sheet is one page.
type sheet struct {
	words []glyphs
	tall  float64
	grids []*frame
	lines []glyphs // outside of tables
}

// wordsOf reads the words of pages from the rows of pdftotext.
func wordsOf(tsv []byte) []*sheet {
	var out []*sheet
	for row := range strings.SplitSeq(string(tsv), "\n") {
		cells := strings.SplitN(strings.TrimRight(row, "\r"), "\t", 12)
		if len(cells) < 12 || cells[0] != "1" && cells[0] != "5" {
			continue
		}
		var at [4]float64
		for n := range at {
			at[n], _ = strconv.ParseFloat(cells[6+n], 64)
		}
		if cells[0] == "1" {
			out = append(out, &sheet{tall: at[3]})
		} else if len(out) > 0 && strings.TrimSpace(cells[11]) != "" {
			s := out[len(out)-1]
			s.words = append(s.words, glyphs{cells[11], at[0], at[1], at[0] + at[2], at[1] + at[3]})
		}
	}
	return out
}

// paper are the pages of a file.
type paper struct {
	sheets []*sheet
	drawn  int
	out    []*Block
	body   float64   // how high the lines of the text are
	ranks  []float64 // how high those of headings are, as a ratio, the highest first
	place  string
	latin  float64 // how high the lines without characters of full width are
	right  float64 // where the text ends
	listed listing
}

// linesOf puts words beside each other into lines, from the top.
func linesOf(words []glyphs) []glyphs {
	slices.SortStableFunc(words, func(a, b glyphs) int { return cmp.Compare(a.middle(), b.middle()) })
	var rows [][]glyphs
	for _, w := range words {
		if n := len(rows); n > 0 {
			last := rows[n-1][len(rows[n-1])-1]
			if far := math.Abs(last.middle() - w.middle()); far < 0.35*max(last.height(), w.height()) && far < 0.8*min(last.height(), w.height()) {
				rows[n-1] = append(rows[n-1], w)
				continue
			}
		}
		rows = append(rows, []glyphs{w})
	}
	out := make([]glyphs, 0, len(rows))
	for _, row := range rows {
		slices.SortStableFunc(row, func(a, b glyphs) int { return cmp.Compare(a.left, b.left) })
		line := row[0]
		for _, w := range row[1:] {
			blank := " "
			if w.left-line.right < 0.6 {
				blank = ""
			}
			line = glyphs{line.text + blank + w.text, line.left, min(line.top, w.top), max(line.right, w.right), max(line.bottom, w.bottom)}
		}
		out = append(out, line)
	}
	return out
}

// margins takes lines out that are at the top or the bottom of all pages, and gives
// each page the lines outside of its tables.
func (p *paper) margins() {
	times := map[string]int{}
	edge := func(s *sheet, g glyphs) string {
		if m := g.middle(); m > s.tall*0.08 && m < s.tall*0.92 {
			return ""
		}
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '0'
			}
			return r
		}, g.text)
	}
	for _, s := range p.sheets {
		var free []glyphs
		for _, w := range s.words {
			if !slices.ContainsFunc(s.grids, func(f *frame) bool { return f.holds(w) }) {
				free = append(free, w)
			}
		}
		s.lines = linesOf(free)
		for _, l := range s.lines {
			if key := edge(s, l); key != "" {
				times[key]++
			}
		}
	}
	for _, s := range p.sheets {
		s.lines = slices.DeleteFunc(s.lines, func(l glyphs) bool {
			key := edge(s, l)
			return key != "" && (times[key] > 1 && times[key]*3 >= len(p.sheets) || strings.Trim(key, "0 -/第页共of") == "")
		})
	}
}

// sizes finds how high the lines of the text are, and those of headings.
func (p *paper) sizes() {
	var all, latin []float64
	for _, s := range p.sheets {
		for _, f := range s.grids {
			p.right = max(p.right, f.xs[len(f.xs)-1])
		}
		for _, l := range s.lines {
			p.right = max(p.right, l.right)
			if wide(l.text) {
				all = append(all, math.Round(l.height()))
			} else {
				latin = append(latin, math.Round(l.height()))
			}
		}
	}
	p.body, p.latin = usual(all), usual(latin)
	var ratios []float64
	for _, s := range p.sheets {
		for _, l := range s.lines {
			ratios = append(ratios, p.ratio(l))
		}
	}
	slices.Sort(ratios)
	for _, r := range slices.Backward(ratios) {
		if r > 1.12 && (len(p.ranks) == 0 || p.ranks[len(p.ranks)-1] > r*1.06) {
			p.ranks = append(p.ranks, r)
		}
	}
}

// usual is how high the lines of the text are.
func usual(heights []float64) float64 {
	if len(heights) == 0 {
		return math.Inf(1)
	}
	slices.Sort(heights)
	out := heights[len(heights)/2]
	for _, h := range heights[:len(heights)/4+1] { // where most lines are headings
		out = min(out, h*1.6)
	}
	return out
}

// ratio is how high a line is, as a share of the lines of the text in its script: only their heights
// compare. Lines of letters are headings only where they have a number, and are clearly higher.
func (p *paper) ratio(l glyphs) float64 {
	if wide(l.text) {
		return math.Round(l.height()) / p.body
	}
	if r := math.Round(l.height()) / p.latin; r > 1.3 && chapterLevel(l.text) > 0 {
		return r
	}
	return 0
}

// wide says whether a text has characters of full width.
func wide(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > 0x2e80 }) >= 0
}

// level is the level of a line that is a heading; 0: it is none.
func (p *paper) level(l glyphs) int {
	if utf8.RuneCountInString(l.text) > 60 {
		return 0
	}
	for n, r := range p.ranks {
		if p.ratio(l) >= r/1.04 {
			return min(n+1, 6)
		}
	}
	if len(p.ranks) < 2 {
		return min(chapterLevel(l.text)+btoi(chapterLevel(l.text) > 0), 6)
	}
	return 0
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sheet writes the lines and the tables of a page from its top.
func (p *paper) sheet(n int) {
	s := p.sheets[n]
	p.place = "page " + strconv.Itoa(n+1)
	grids := s.grids
	var before *glyphs
	for n, l := range s.lines {
		for len(grids) > 0 && grids[0].ys[0] < l.middle() {
			p.table(grids[0], s)
			grids, before = grids[1:], nil
		}
		if p.numbered(s.lines[n:]) {
			before = nil
			continue
		}
		p.line(l, before)
		before = &l
	}
	for _, g := range grids {
		p.table(g, s)
	}
}

// line writes a line outside of tables. One that goes on from the line before it, which
// is full, is of its paragraph.
func (p *paper) line(l glyphs, before *glyphs) {
	level := p.level(l)
	if last := len(p.out) - 1; level == 0 && before != nil && last >= 0 && p.out[last].Level == 0 && p.out[last].Table == nil {
		gap := " "
		if wide(before.text[max(0, len(before.text)-3):]) {
			gap = ""
		}
		switch {
		case before.right > p.right-1.5*before.height() && math.Abs(before.left-l.left) < 30:
			p.out[last].Text += gap + l.text
			return
		case l.top-before.bottom < 0.5*min(l.height(), before.height()) && math.Abs(before.left-l.left) < 60:
			p.out[last].Text += "\n" + l.text
			return
		}
	}
	p.out = append(p.out, &Block{Level: level, Text: l.text, Place: p.place})
}

// table writes a table; one that goes on from the page before it is one with it.
func (p *paper) table(f *frame, s *sheet) {
	p.listed = listing{}
	t := f.table(s.words)
	if len(t.Rows) == 0 {
		return
	}
	if code := listingOf(t); code != "" {
		p.out = append(p.out, &Block{Code: true, Text: code, Place: p.place})
		return
	}
	if last := len(p.out) - 1; f.goesOn && last >= 0 && p.out[last].Table != nil && p.out[last].Table.Width() == t.Width() {
		goOn(p.out[last].Table, t)
		return
	}
	p.out = append(p.out, &Block{Table: t, Place: p.place + " table " + strconv.Itoa(p.count()+1)})
}

// chain finds tables that go on over pages: the last thing of a page and the first one
// of the next, between the same edges. They get the columns of all of them.
func (p *paper) chain() {
	var parts []*frame
	for n, s := range p.sheets {
		slices.SortFunc(s.grids, func(a, b *frame) int { return cmp.Compare(a.ys[0], b.ys[0]) })
		if n == 0 || len(s.grids) == 0 || len(p.sheets[n-1].grids) == 0 {
			parts = nil
			continue
		}
		above := p.sheets[n-1]
		f, g := above.grids[len(above.grids)-1], s.grids[0]
		free := !slices.ContainsFunc(above.lines, func(l glyphs) bool { return l.middle() > f.ys[len(f.ys)-1] }) &&
			!slices.ContainsFunc(s.lines, func(l glyphs) bool { return l.middle() < g.ys[0] })
		if !free || math.Abs(f.xs[0]-g.xs[0]) > drawing.Near || math.Abs(f.xs[len(f.xs)-1]-g.xs[len(g.xs)-1]) > drawing.Near {
			parts = nil
			continue
		}
		g.goesOn = true
		if len(parts) == 0 || parts[len(parts)-1] != f {
			parts = []*frame{f}
		}
		parts = append(parts, g)
		all := drawing.Apart(slices.Concat(f.xs, g.xs))
		for _, one := range parts {
			one.xs = all
		}
	}
}

// goOn puts the rows of the next page behind those of a table. A head that is there again
// goes; a row that the page divides, and merged cells, are one with what is above them.
func goOn(t, more *Table) {
	rows := more.Rows
	if len(rows) > 1 && sameTexts(t.Rows[0], rows[0]) {
		rows = rows[1:]
	}
	last := t.Rows[len(t.Rows)-1]
	if divides(last, rows[0]) {
		for i, c := range rows[0] {
			if c != nil && (i == 0 || rows[0][i-1] != c) && strings.TrimSpace(c.Text) != "" {
				last[i].Text += between(last[i].Text, c.Text) + c.Text
			}
		}
		rows = rows[1:]
	}
	at := len(t.Rows)
	before := func(c *Cell, in []*Cell) bool { return slices.Contains(in, c) }
	for n, row := range rows {
		for i, c := range row {
			switch {
			case c == nil:
			case n > 0 && before(c, rows[n-1]):
				row[i] = rows[n-1][i]
			case n == 0 && i < len(last) && strings.TrimSpace(c.Text) == "" && last[i] != nil && (last[i].Row < at-1 || len(rows) > 1 && before(c, rows[1])):
				row[i] = last[i]
			case i == 0 || row[i-1] != c:
				c.Row, c.Col = at+n, i
			}
		}
	}
	t.Rows = append(t.Rows, rows...)
}

func sameTexts(a, b []*Cell) bool {
	return slices.EqualFunc(a, b, func(c, d *Cell) bool { return c != nil && d != nil && c.Text == d.Text })
}

// divides says whether a row is the rest of the one above it: half of its cells or more
// are blank where that one has texts, the first one too.
func divides(above, row []*Cell) bool {
	if len(above) != len(row) || row[0] == nil || strings.TrimSpace(row[0].Text) != "" {
		return false
	}
	full, blank := 0, 0
	for i, c := range row {
		if above[i] == nil || c == nil {
			return false
		}
		has := strings.TrimSpace(above[i].Text) != ""
		if !has && strings.TrimSpace(c.Text) != "" {
			return false
		}
		full += btoi(has)
		blank += btoi(has && strings.TrimSpace(c.Text) == "")
	}
	return blank*2 >= full && blank < full
}

// between is what is between two halves of a text that a page divides.
func between(a, b string) string {
	if wide(a[max(0, len(a)-3):]) || wide(b[:min(3, len(b))]) || !strings.ContainsAny(a, " \n") {
		return ""
	}
	return " "
}

// count is the number of tables of the page so far.
func (p *paper) count() int {
	n := 0
	for _, b := range p.out {
		if b.Table != nil && strings.HasPrefix(b.Place, p.place+" ") {
			n++
		}
	}
	return n
}
