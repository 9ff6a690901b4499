package importer

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// entry is a word at the left of a form with the rows behind it, which have no head of
// their own.
type entry struct {
	key      string
	from, to int // rows
	side     bool
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
		key := strings.Trim(wording.Fold(cell.Text), ":")
		side := d.words.Side(key) != "" || d.words.IsWeak(key)
		out = append(out, entry{key: key, from: row, to: row + 1, side: side && !naming.URLWord.MatchString(key) && !naming.VerbWord.MatchString(key)})
	}
	return out
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
	any, facts := false, false
	for _, e := range entries {
		cell := grid.At(e.from, 0)
		if name, _, _ := naming.NameOf(cell.Text); name != "" || len([]rune(e.key)) > 12 || grid.At(e.from, grid.Width()-1) == cell {
			return false
		}
		any = any || e.side && len(d.parameters(grid, e)) > 0
		facts = facts || d.isFactual(grid, e)
	}
	return any && (facts || len(entries) < 6 && d.title().place != "")
}

// isFactual says whether the word of an entry and what is behind it are the address of an
// interface.
func (d *drafter) isFactual(grid *document.Table, e entry) bool {
	return !e.side && naming.URLWord.MatchString(e.key) && naming.EndpointOf(norm.NFKC.String(behind(grid, e.from))).Path != ""
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
		if !e.side || len(d.parameters(grid, e)) == 0 {
			facts.Rows = append(facts.Rows, rowsOf(grid, e.from, e.to).Rows...)
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
		run := d.parameters(grid, e)
		if !e.side || len(run) == 0 {
			continue
		}
		d.before, d.captions = e.key, []string{e.key}
		d.setSide(e.key, true)
		d.table(d.itemTable(run, "").Table, fmt.Sprintf("%s row %d", place, e.from+1))
	}
}

// unaddressed begins the interface of a form without an address, unless one has begun that
// has nothing yet.
func (d *drafter) unaddressed(place string) {
	if c := d.current; c != nil && len(c.Request)+len(c.Response) == 0 {
		return
	}
	title := d.before
	d.begin(naming.Endpoint{}, place)
	if d.title().place == "" || naming.IsTitle(title) {
		_, d.current.Title = naming.SectionOf(title)
		titled(d.current)
	}
}

// parameters are those behind the word of a side: a name and what it is in each row, or
// lines of them in one cell. Lines behind a name are its members.
func (d *drafter) parameters(grid *document.Table, e entry) (out []item) {
	for row := e.from; row < e.to; row++ {
		cells := slices.DeleteFunc(grid.Distinct(row), func(c *document.Cell) bool { return c.Col == 0 || c.Row != row })
		if len(cells) == 0 {
			continue
		}
		name, _, rest := naming.NameOf(cells[0].Text)
		if len(cells) == 1 || name == "" {
			for _, c := range cells {
				out = append(out, d.lines(c.Text, 0)...)
			}
			continue
		}
		texts := []string{strings.TrimSpace(rest)}
		for _, c := range cells[1:] {
			texts = append(texts, strings.TrimSpace(c.Text))
		}
		label := strings.TrimSpace(strings.Join(texts, "\n"))
		one, members := item{name: name, label: label}, d.lines(label, 1)
		if len(members) > 1 && len(members) == strings.Count(label, "\n")+1 {
			one.label = ""
			out = append(append(out, one), members...)
			continue
		}
		if parsed, ok := d.described(name+" "+wording.OneLine(label), 0); ok {
			one.kind, one.mark = parsed.kind, parsed.mark
		}
		out = append(out, one)
	}
	return out
}

// lines are the parameters that the lines of a cell say.
func (d *drafter) lines(text string, indent int) (out []item) {
	for line := range strings.SplitSeq(text, "\n") {
		if run := declared(line, indent); run != nil {
			out = append(out, run...)
			continue
		}
		one, ok := d.item(line, indent)
		if !ok {
			one, ok = d.described(line, indent)
		}
		if ok && !strings.ContainsAny(line, "={}") {
			out = append(out, one)
		}
	}
	return out
}

// declaration is a parameter as programs declare it, annotations in front of it.
var declaration = pattern.New(`^(?:@\w+(?:\([^()]*\))?\s+)*([A-Za-z][\w.]*(?:<[\w<>, ]+>)?(?:\[\])?)\s+([A-Za-z_]\w*)$`)

// declared are the parameters of a line that declares them as a program does: String
// name,int page. It is nil where one of them is no declaration.
func declared(line string, indent int) (out []item) {
	for _, one := range tokens(norm.NFKC.String(line)) {
		m := declaration.FindStringSubmatch(one)
		if m == nil || !rows.KnownType(m[1]) && !strings.HasPrefix(one, "@") {
			return nil
		}
		out = append(out, item{name: m[2], kind: m[1], indent: indent})
	}
	return out
}
