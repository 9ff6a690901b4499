package importer

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/item"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// entry is a word at the left of a form with the rows behind it, which have no head of
// their own.
type entry struct {
	key      string // folded
	word     string
	from, to int         // rows
	below    bool        // its parameters are rows below it, with their names at the left
	run      []item.Item // its parameters, where the word is that of a side; nil: none
	rest     []string    // lines behind it that are none
	shown    []string    // examples between them
}

// form takes a table that is filled in for an interface, or for several below one another:
// words at the left, behind them its address, its name, and the parameters of each side
// without a head. It is false where the table is of another kind.
func (d *drafter) form(grid *document.Table, place string) bool {
	entries := d.entries(grid)
	if !d.isForm(grid, entries) {
		return false
	}
	for from := 0; from < len(entries); {
		to := from + 1
		for to < len(entries) && entries[to].key != entries[0].key {
			to++
		}
		d.filled(grid, entries[from:to], place)
		from = to
	}
	return true
}

// entries divides the rows of a table at the words in its first column.
func (d *drafter) entries(grid *document.Table) (out []entry) {
	var last *document.Cell
	for row := range grid.Rows {
		cell := grid.At(row, 0)
		if cell == nil || cell == last || strings.TrimSpace(cell.Text) == "" {
			if len(out) > 0 {
				out[len(out)-1].to = row + 1
			}
			continue
		}
		last = cell
		one := entry{word: cell.Text, key: strings.Trim(wording.Fold(cell.Text), ":"), from: row, to: row + 1}
		if n := len(out) - 1; n >= 0 && d.isBelow(grid, out[n], one) {
			out[n].to, out[n].below = one.to, true
			continue
		}
		out = append(out, one)
	}
	for n, e := range out {
		if d.isSided(e) {
			d.parameters(grid, &out[n])
		}
	}
	return out
}

// isSided says whether the word of an entry is one for parameters.
func (d *drafter) isSided(e entry) bool {
	side := d.words.Side(e.key) != "" || d.words.IsWeak(e.key)
	return side && !naming.URLWord.MatchString(e.key) && !naming.VerbWord.MatchString(e.key)
}

// isBelow says whether an entry is a parameter of the one before it: that one is a word for
// parameters with nothing behind it, and this one a name with what it is.
func (d *drafter) isBelow(grid *document.Table, over, one entry) bool {
	if name, _, _ := naming.NameOf(one.word); name == "" || d.isSided(one) || naming.URLWord.MatchString(one.key) || behind(grid, one.from) == "" {
		return false
	}
	return over.below || d.isSided(over) && behind(grid, over.from) == ""
}

// isForm says whether a table is a form: each word at the left is a short one that no
// program uses, one is of a side that has parameters, and no row heads columns.
func (d *drafter) isForm(grid *document.Table, entries []entry) bool {
	if grid.Width() < 2 || grid.Width() > 12 || len(entries) < 2 {
		return false
	}
	for row := range grid.Rows {
		if known, all, name := rows.HeadScore(grid, row, d.words); name && known >= 2 && known == all {
			return false
		}
	}
	asks, facts := false, false
	for _, e := range entries {
		cell := grid.At(e.from, 0)
		name, _, _ := naming.NameOf(cell.Text)
		titles := e.from == 0 && behind(grid, 0) == "" // it is what the table is called
		spans := grid.At(e.from, grid.Width()-1) == cell && !d.isSided(e)
		if !titles && (name != "" && !d.isFactual(grid, e) || len([]rune(e.key)) > 12 || spans) {
			return false
		}
		asks = asks || e.run != nil
		facts = facts || d.isFactual(grid, e)
	}
	return asks && (facts || len(entries) < 6 && d.title().place != "")
}

// isFactual says whether the word of an entry and what is behind it are the address of an
// interface.
func (d *drafter) isFactual(grid *document.Table, e entry) bool {
	return e.run == nil && naming.URLWord.MatchString(e.key) && naming.EndpointOf(norm.NFKC.String(behind(grid, e.from))).Path != ""
}

// behind is what a row says right of its first cell.
func behind(grid *document.Table, row int) string {
	var texts []string
	for _, c := range grid.Distinct(row) {
		if c.Col > 0 && c.Row == row {
			texts = append(texts, strings.TrimSpace(c.Text))
		}
	}
	return strings.Join(texts, "\n")
}

// filled takes the entries of one interface: first what it is, then its parameters.
func (d *drafter) filled(grid *document.Table, entries []entry, place string) {
	facts := &document.Table{}
	for _, e := range entries {
		if e.run == nil {
			facts.Rows = append(facts.Rows, grid.Between(e.from, e.to).Rows...)
		}
	}
	for row := range facts.Rows {
		for _, c := range facts.Rows[row] {
			if c != nil {
				c.Row = row
			}
		}
	}
	if !slices.ContainsFunc(entries, func(e entry) bool { return d.isFactual(grid, e) }) {
		d.unaddressed(place)
	}
	if len(facts.Rows) > 0 {
		d.table(facts, place)
	}
	for _, e := range entries {
		if e.run == nil {
			continue
		}
		at := fmt.Sprintf("%s row %d", place, e.from+1)
		d.before, d.captions = e.key, []string{e.key}
		d.setSide(e.key, true)
		for _, one := range e.shown {
			d.example(one)
		}
		if d.remarks(e, at) {
			continue
		}
		t := d.unread(e.word, e.rest, at)
		for _, text := range e.shown {
			line(t, text, draft.Use{Fate: draft.Read, As: "example"})
		}
		d.table(d.items.Table(e.run, "").Table, at)
	}
}

// remarks keeps the lines of an entry as remarks about members of its examples, where half of
// them are.
func (d *drafter) remarks(e entry, at string) bool {
	var left []string
	for _, one := range e.run {
		own := slices.ContainsFunc(e.shown, func(text string) bool { return sample.ShapeOf(text).Has(one.Name) })
		if !d.note(one) && !own {
			left = append(left, one.Name+"："+one.Label)
		}
	}
	if len(e.shown) == 0 || 2*len(left) > len(e.run) {
		return false
	}
	t := d.unread(e.word, append(e.rest, left...), at)
	for _, one := range e.run {
		if text := one.Name + "：" + one.Label; !slices.Contains(left, text) {
			line(t, text, draft.Use{Fate: draft.Read, As: "label"})
		}
	}
	for _, text := range e.shown {
		line(t, text, draft.Use{Fate: draft.Read, As: "example"})
	}
	return true
}

// line adds a line of a cell to the account.
func line(t *draft.Table, text string, use draft.Use) {
	cell := &document.Cell{Text: text, Row: len(t.Rows)}
	t.Rows = append(t.Rows, []*document.Cell{cell})
	t.Use(cell, use)
}

// unread accounts for the word of a side, and for the lines behind it that say no parameter.
func (d *drafter) unread(word string, lines []string, place string) *draft.Table {
	t := &draft.Table{Table: &document.Table{}, Title: word, Place: place, Uses: map[*document.Cell][]draft.Use{}}
	line(t, word, draft.Use{Fate: draft.Read, As: "head"})
	for _, text := range lines {
		line(t, text, draft.Use{Fate: draft.Left, As: "the row has no name of a field"})
	}
	d.draft.Tables = append(d.draft.Tables, t)
	return t
}

// unaddressed begins the interface of a form without an address, unless an empty one has begun.
func (d *drafter) unaddressed(place string) {
	if c := d.current; c != nil && len(c.Request)+len(c.Response) == 0 {
		return
	}
	title := d.before
	d.begin(naming.Endpoint{}, place)
	if d.title().place == "" || naming.IsTitle(title) {
		_, d.current.Title = naming.SectionOf(title)
		d.current.TakeTitle()
	}
}

// parameters reads those behind the word of a side: a name and what it is in each row, or
// lines of them in one cell. Lines behind a name are its members.
func (d *drafter) parameters(grid *document.Table, e *entry) {
	first, from := 1, e.from
	if e.below {
		first, from = 0, e.from+1
	}
	for row := from; row < e.to; row++ {
		cells := slices.DeleteFunc(grid.Distinct(row), func(c *document.Cell) bool { return c.Col < first || c.Row != row })
		if len(cells) == 0 {
			continue
		}
		name, _, rest := naming.NameOf(cells[0].Text)
		if len(cells) == 1 || name == "" {
			for _, c := range cells {
				e.take(c.Text, d.items)
			}
			continue
		}
		texts := []string{strings.TrimSpace(rest)}
		for _, c := range cells[1:] {
			texts = append(texts, strings.TrimSpace(c.Text))
		}
		one := item.Item{Name: name, Label: strings.TrimSpace(strings.Join(texts, "\n"))}
		if members, left := d.items.Lines(one.Label, 1); len(members) > 1 && len(left) == 0 {
			one.Label = ""
			e.run = append(append(e.run, one), members...)
			continue
		}
		if parsed, ok := d.items.Described(name+" "+wording.OneLine(one.Label), 0); ok {
			one.Kind, one.Mark = parsed.Kind, parsed.Mark
		}
		e.run = append(e.run, one)
	}
}

// take reads a cell: its examples, its lines of parameters, and those that are none.
func (e *entry) take(text string, items *item.Reader) {
	for _, one := range sample.Captioned(text) {
		e.shown, text = append(e.shown, one[1]), strings.Replace(text, one[1], "", 1)
	}
	run, left := items.Lines(text, 0)
	e.run, e.rest = append(e.run, run...), append(e.rest, left...)
}
