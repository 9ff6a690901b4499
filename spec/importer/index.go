package importer

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// listing is a row of a table that lists interfaces: where one is, what it is called, and
// nothing of its parameters.
type listing struct {
	e     naming.Endpoint
	title string
	cells map[string]*document.Cell // by what they say: path, method, title
	table *draft.Table
	row   int
	chap  string
}

// index takes a table each of whose rows says where an interface is, with its method or its
// title: url | 请求方式 | 描述. Some of them have a chapter of their own, before it or behind.
func (d *drafter) index(t *draft.Table, facts map[int]string) bool {
	titled, kinds := -1, map[string]bool{}
	for col := range t.Width() {
		kinds[facts[col]] = true
		if c := t.At(0, col); titled < 0 && c != nil && facts[col] == "" {
			switch d.words.Role(c.Text) {
			case wording.Label, wording.Title, wording.Name:
				titled = col
			}
		}
	}
	if !kinds["method"] && !kinds["title"] {
		return false
	}
	entries, different := d.listingsOf(t, facts, titled), map[naming.Endpoint]bool{}
	for _, one := range entries {
		if len(one.e.Path) < 2 {
			return false
		}
		different[naming.Endpoint{Method: one.e.Method, Path: bare(one.e.Path)}] = true
	}
	if len(different) < 2 || len(different) < len(entries) {
		return false
	}
	for c := range t.Cells {
		use := draft.Use{Fate: draft.Left, As: "nothing of an interface has a place for it"}
		if c.Row == 0 {
			use = draft.Use{Fate: draft.Read, As: "head"}
		}
		t.Use(c, use)
	}
	d.listings = append(d.listings, entries...)
	d.current, d.side = nil, ""
	return true
}

// listingsOf reads the rows. A title is in the column that says it, or in a column of words.
func (d *drafter) listingsOf(t *draft.Table, facts map[int]string, titled int) (out []*listing) {
	for row := 1; row < len(t.Rows); row++ {
		one := &listing{cells: map[string]*document.Cell{}, table: t, row: row, chap: d.chapter(maxLevel)}
		for col := range t.Width() {
			c := t.At(row, col)
			if c == nil || strings.TrimSpace(c.Text) == "" {
				continue
			}
			kind := facts[col]
			if kind == "" && col == titled && one.title == "" {
				kind = "title"
			}
			switch of := naming.EndpointOf(c.Text); kind {
			case "path":
				one.e.Path, one.e.Method = of.Path, cmp.Or(one.e.Method, of.Method)
			case "method":
				one.e.Method = cmp.Or(of.Method, one.e.Method)
			case "title":
				one.title = cmp.Or(one.title, wording.OneLine(c.Text))
			default:
				continue
			}
			one.cells[kind] = c
		}
		if len(one.cells) > 0 {
			out = append(out, one)
		}
	}
	return out
}

// indexed gives the interfaces what the lists of them say: the method and the title that
// their own chapters do not. Those without a chapter begin here.
func (d *drafter) indexed() {
	for _, one := range d.listings {
		i := d.listedAs(one)
		if i == nil {
			i = &draft.Interface{URL: one.e.Path, Method: one.e.Method, Title: one.title, Place: one.table.Place, Base: d.base, Chap: one.chap, Indexed: true}
			titled(i)
			d.draft.Interfaces = append(d.draft.Interfaces, i)
		}
		if i.Method == "" {
			i.Method = one.e.Method
		}
		if one.title != "" && (i.Title == "" || !hasHan.MatchString(i.Title) && hasHan.MatchString(one.title)) {
			i.Title = one.title
			titled(i)
		}
		i.Weak = false
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
	path := bare(naming.Holes(one.e.Path))
	rivals := 0
	for _, other := range d.listings {
		if bare(naming.Holes(other.e.Path)) == path {
			rivals++
		}
	}
	var found []*draft.Interface
	for _, i := range d.draft.Interfaces {
		its := bare(naming.Holes(i.URL))
		if its == "" || its != path && !strings.HasSuffix(path, "/"+strings.TrimLeft(its, "/")) && !strings.HasSuffix(its, "/"+strings.TrimLeft(path, "/")) {
			continue
		}
		if i.Method == one.e.Method && i.Method != "" {
			return i
		}
		found = append(found, i)
	}
	if len(found) == 1 && (found[0].Method == "" || rivals == 1) && !found[0].Indexed {
		return found[0]
	}
	return nil
}
