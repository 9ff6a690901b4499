package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/item"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// listing is a row of a table that lists interfaces.
type listing struct {
	e     naming.Endpoint
	title string
	note  string                    // too long for a title
	cells map[string]*document.Cell // by what they say: path, method, title
	table *draft.Table
	row   int
	chap  string
	sides map[string][]*document.Cell // what they say of parameters, by side
}

// index takes a table each of whose rows says where an interface is, with its method or its
// title: url | 请求方式 | 描述. Some of them have a chapter of their own, before it or behind. least is how many
// it has at least.
func (d *drafter) index(t *draft.Table, facts map[int]string, least int) bool {
	titled, kinds := -1, map[string]bool{}
	for col := range t.Width() {
		kinds[facts[col]] = true
		if c := t.At(0, col); titled < 0 && c != nil && facts[col] == "" && d.words.Side(c.Text) == "" && !d.words.IsWeak(c.Text) && !remarkHead.MatchString(c.Text) {
			switch d.words.Role(c.Text) {
			case wording.Label, wording.Title, wording.Name:
				titled = col
			}
		}
	}
	if !kinds["method"] && !kinds["title"] && len(d.sideColumns(t, facts)) == 0 {
		return false
	}
	type entry struct{ method, path, title string }
	entries, different, again := d.listingsOf(t, facts, titled), map[entry]bool{}, 0
	for _, one := range entries {
		if e := (entry{one.e.Method, naming.Bare(one.e.Path), one.title}); len(e.path) > 1 && different[e] {
			again++
		} else if len(e.path) > 1 {
			different[e] = true
		}
	}
	if len(different) < least || 5*again > len(different) {
		return false
	}
	for c := range t.Cells {
		use := draft.Use{Fate: draft.Left, As: "nothing of an interface has a place for it"}
		switch {
		case c.Row == 0 || headsAgain(t, c.Row):
			use = draft.Use{Fate: draft.Read, As: "head"}
		case isGroupTitle(t, c.Row):
			use = draft.Use{Fate: draft.Read, As: "title of a group"}
		}
		t.Use(c, use)
	}
	d.listings = append(d.listings, entries...)
	d.current, d.side, d.listedAbove, d.listedFacts = nil, "", t.Table, facts
	return true
}

// remarkHead is above what else there is to say, and no title.
var remarkHead = pattern.New(`(?i)备注|remark|^note`)

// listingsOf reads the rows. A title is in the column that says it, or in a column of words;
// what is sent and what comes back is in columns with the words for it, also in rows below.
func (d *drafter) listingsOf(t *draft.Table, facts map[int]string, titled int) (out []*listing) {
	sides := d.sideColumns(t, facts)
	for row := 1; row < len(t.Rows); row++ {
		one := &listing{cells: map[string]*document.Cell{}, table: t, row: row, chap: d.chapter(maxLevel), sides: map[string][]*document.Cell{}}
		for col := range t.Width() {
			c := t.At(row, col)
			if c == nil || c.Row != row || c.Col != col || strings.TrimSpace(c.Text) == "" {
				continue
			}
			kind := facts[col]
			switch {
			case kind != "" || col != titled:
			case one.title == "" && len([]rune(c.Text)) <= 60:
				kind = "title"
			default:
				kind = "note"
			}
			one.take(c, kind, sides[col])
		}
		switch {
		case len(one.cells) > 0:
			out = append(out, one)
		case len(out) > 0:
			for side, cells := range one.sides {
				out[len(out)-1].sides[side] = append(out[len(out)-1].sides[side], cells...)
			}
		}
	}
	return out
}

// headsAgain says whether a row is the head of a list once more.
func headsAgain(t *draft.Table, row int) bool {
	return row < len(t.Rows) && slices.EqualFunc(t.Table.Distinct(row), t.Table.Distinct(0), func(a, b *document.Cell) bool {
		return strings.TrimSpace(a.Text) == strings.TrimSpace(b.Text)
	})
}

// isGroupTitle says whether a row says what the interfaces below it have in common: in one cell over all
// columns, or above a head that comes again.
func isGroupTitle(t *draft.Table, row int) bool {
	cells := t.Table.Distinct(row)
	if len(cells) == 0 || cells[0].Row != row || len([]rune(cells[0].Text)) > 40 || naming.EndpointOf(cells[0].Text).Path != "" {
		return false
	}
	return len(cells) == 1 && t.At(row, t.Width()-1) == cells[0] || headsAgain(t, row+1)
}

// take takes a cell of the row as what its column says, or as parameters of a side.
func (l *listing) take(c *document.Cell, kind, side string) {
	switch of := naming.EndpointOf(c.Text); {
	case kind == "path":
		of = naming.AddressOf(c.Text)
		l.e.Path, l.e.Method = of.Path, cmp.Or(l.e.Method, of.Method)
	case kind == "method":
		l.e.Method = cmp.Or(of.Method, l.e.Method)
	case kind == "title":
		l.title = cmp.Or(l.title, wording.OneLine(c.Text))
	case kind == "note":
		l.note = wording.OneLine(c.Text)
	case side != "":
		l.sides[side] = append(l.sides[side], c)
		return
	default:
		return
	}
	l.cells[kind] = c
}

// sideColumns are the columns that say what is sent and what comes back. One of descriptions
// is about the column before it.
func (d *drafter) sideColumns(t *draft.Table, facts map[int]string) map[int]string {
	out := map[int]string{}
	for col := range t.Width() {
		c := t.At(0, col)
		if c == nil || facts[col] != "" {
			continue
		}
		if word, _, _ := strings.Cut(wording.Fold(c.Text), "("); len([]rune(word)) > 24 || hasHan.MatchString(word) && len([]rune(word)) > 12 {
			continue
		}
		if side := d.words.Side(c.Text); side != "" {
			out[col] = side
		} else if d.words.IsWeak(c.Text) && col > 0 {
			out[col] = cmp.Or(out[col-1], "request")
		}
	}
	return out
}

// indexed gives the interfaces what the lists of them say: the method and the title that
// their own chapters do not. Those without a chapter begin here.
func (d *drafter) indexed() {
	for _, one := range d.listings {
		if len(one.e.Path) < 2 {
			continue // it has a title and no address yet
		}
		i := d.listedAs(one)
		if i == nil {
			i = d.calledAs(one)
		}
		if i == nil {
			i = &draft.Interface{URL: one.e.Path, Method: one.e.Method, Title: one.title, Place: one.table.Place, Base: d.base, Chap: one.chap, Indexed: true}
			i.TakeTitle()
			d.draft.Interfaces = append(d.draft.Interfaces, i)
		}
		if i.Method == "" {
			i.Method = one.e.Method
		}
		if one.title != "" && (i.Title == "" || !hasHan.MatchString(i.Title) && hasHan.MatchString(one.title)) {
			i.Title = one.title
			i.TakeTitle()
		}
		i.Weak, i.Note = false, cmp.Or(i.Note, one.note)
		d.besides(one, i)
		for as, c := range one.cells {
			one.table.Uses[c] = []draft.Use{{Fate: draft.Carried, As: as, Interface: i}}
		}
		if c := one.cells["method"]; c != nil && i.Method != one.e.Method {
			one.table.Uses[c] = []draft.Use{{Fate: draft.Left, As: "the chapter of the interface says " + i.Method}}
			d.find(draft.Finding{
				Kind: "method", Interface: i.Cmd, Text: fmt.Sprintf("the list of interfaces says %s of %s, its own chapter %s", one.e.Method, one.e.Path, i.Method),
				Says: fmt.Sprintf("接口列表中%s的请求方式为%s，接口自己的章节为%s", one.e.Path, one.e.Method, i.Method), Places: []string{fmt.Sprintf("%s row %d", one.table.Place, one.row+1), i.Place},
			})
		}
	}
}

// listedAs is the interface that an entry is about: the only one of its path, or the one of
// its path that has its method, or none.
func (d *drafter) listedAs(one *listing) *draft.Interface {
	path := naming.Bare(naming.Holes(one.e.Path))
	rivals := 0
	for _, other := range d.listings {
		if naming.Bare(naming.Holes(other.e.Path)) == path {
			rivals++
		}
	}
	var found []*draft.Interface
	for _, i := range d.draft.Interfaces {
		its := naming.Bare(naming.Holes(i.URL))
		if its == "" || its != path && !strings.HasSuffix(path, "/"+strings.TrimLeft(its, "/")) && !strings.HasSuffix(its, "/"+strings.TrimLeft(path, "/")) {
			continue
		}
		if i.Method == one.e.Method && i.Method != "" && (!i.Indexed || i.Title == one.title) {
			return i
		}
		found = append(found, i)
	}
	if len(found) == 1 && (found[0].Method == "" || rivals == 1) && !found[0].Indexed {
		return found[0]
	}
	return nil
}

// calledAs is the interface whose chapter shows a call of an entry, with values where the entry
// has names: /orders/1 of /orders/{id}. Its URL gets the names.
func (d *drafter) calledAs(one *listing) *draft.Interface {
	for _, i := range d.draft.Interfaces {
		if i.Method != one.e.Method || i.Indexed {
			continue
		}
		if named := naming.CallOf(naming.Bare(naming.Holes(one.e.Path)), naming.Bare(i.URL)); named != "" {
			_, query, _ := strings.Cut(i.URL, "?")
			i.URL = strings.TrimRight(named+"?"+query, "?")
			return i
		}
	}
	return nil
}

// besides gives an interface the parameters that the cells of its row name, unless its own
// chapter has them.
func (d *drafter) besides(one *listing, i *draft.Interface) {
	for _, side := range []string{"request", "response"} {
		cells := one.sides[side]
		if own := map[string][]*draft.Field{"request": i.Request, "response": i.Response}[side]; len(cells) == 0 || len(own) > 0 {
			continue
		}
		d.current, d.side = i, side
		run, rest := d.cellItems(one.table, cells)
		for _, c := range cells {
			one.table.Uses[c] = []draft.Use{{Fate: draft.Read, As: "parameters"}}
		}
		at := fmt.Sprintf("%s row %d", one.table.Place, one.row+1)
		if len(rest) > 0 {
			d.unread(map[string]string{"request": "请求", "response": "响应"}[side], rest, at)
		}
		if len(run) > 0 {
			d.before, d.captions = "", []string{side}
			d.table(d.items.Table(run, "").Table, at)
		}
	}
	d.current, d.side = nil, ""
}

// cellItems are the parameters that cells name, a line each, and the lines that name none. A cell
// of words behind one with a name says what that is. JSON is an example.
func (d *drafter) cellItems(t *draft.Table, cells []*document.Cell) (run []item.Item, rest []string) {
	var before *document.Cell
	for _, c := range cells {
		if d.cellExamples(c.Text) {
			continue
		}
		named, left := d.items.Cell(c.Text)
		run = item.Join(run, d.markOver(t, c), named...)
		for _, text := range left {
			if before != nil && before.Row == c.Row && len(run) > 0 && run[len(run)-1].Label == "" && hasHan.MatchString(text) {
				run[len(run)-1].Label = text
			} else {
				rest = append(rest, text)
			}
		}
		before = c
	}
	return run, rest
}

// cellExamples takes the examples of a cell. The name of a member in front of one holds it.
func (d *drafter) cellExamples(text string) bool {
	sides := sample.Captioned(text)
	for _, one := range sides {
		if m := memberAhead.FindStringSubmatch(one[0]); m != nil && d.words.Side(m[1]) == "" {
			one[1] = fmt.Sprintf("{%q: %s}", m[1], one[1])
		}
		d.example(one[1])
	}
	return len(sides) > 0
}

// markOver is the mark of required that the head above a cell says: 必填参数.
func (d *drafter) markOver(t *draft.Table, c *document.Cell) string {
	head := t.At(0, c.Col)
	if head == nil {
		return ""
	}
	word, _, ok := strings.Cut(wording.Fold(head.Text), "参数")
	if !ok || word == "需要" || d.words.Mark(word, false) == wording.Unstated {
		return "" // 需要参数 heads all of them
	}
	return word
}

// memberAhead is the name of a member in front of what it holds: data:{"id":1}.
var memberAhead = pattern.New(`^["']?([A-Za-z_]\w*)["']?\s*[:：]$`)
