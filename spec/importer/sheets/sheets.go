// Package sheets reads sheets of a workbook whose blocks of rows are an interface each, with
// parameters and replies side by side.
package sheets

import (
	"cmp"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// Blocks reads a sheet with one interface for each block of rows, whose facts are in
// cells that are merged over it, with parameters and replies side by side. It returns
// nil where a table is of another kind.
func Blocks(t *draft.Table, words *wording.Words) []*draft.Interface {
	at := -1 // column of the path
	head := -1
	for row := 0; row < min(rows.MaxHead, len(t.Rows)) && at < 0; row++ {
		for col := range t.Width() {
			if c := t.At(row, col); c != nil && naming.URLWord.MatchString(c.Text) && len([]rune(c.Text)) < 12 && len(t.Table.Distinct(row)) > 2 {
				at, head = col, row
				break
			}
		}
	}
	if at < 0 {
		return nil
	}
	s := &sheet{Table: t, words: words, head: head, url: at}
	s.sides()
	if len(s.pairs) == 0 {
		return nil
	}
	return s.blocks()
}

// sheet is a table of interfaces.
type sheet struct {
	*draft.Table
	words  *wording.Words
	head   int // the first of two rows
	url    int // columns
	title  int
	method int
	pairs  []pair
	out    []*draft.Interface
}

// pair is the columns of one side of a sheet.
type pair struct {
	response bool
	roles    map[wording.Role]int
}

// sides finds the columns of parameters and of replies in a head of two rows.
func (s *sheet) sides() {
	s.title, s.method = -1, -1
	var last *document.Cell
	for col := range s.Width() {
		top, sub := s.At(s.head, col), s.At(s.head+1, col)
		if top == nil {
			continue
		}
		r := s.words.Role(top.Text)
		if s.title < 0 && (titleHead.MatchString(top.Text) || r == wording.Name && sub == top) && col != s.url {
			s.title = col
		}
		if naming.VerbWord.MatchString(top.Text) {
			s.method = col
		}
		if sub == nil || sub == top {
			continue
		}
		if top != last {
			s.pairs = append(s.pairs, pair{s.words.Side(top.Text) == "response", map[wording.Role]int{}})
			last = top
		}
		p := s.pairs[len(s.pairs)-1]
		if role := s.words.Role(sub.Text); role != wording.None {
			if _, ok := p.roles[role]; !ok {
				p.roles[role] = col
			}
		}
	}
	var kept []pair
	for _, p := range s.pairs {
		if _, ok := p.roles[wording.Name]; ok {
			kept = append(kept, p)
		}
	}
	s.pairs = kept
}

// blocks reads the blocks of rows.
func (s *sheet) blocks() []*draft.Interface {
	for row := s.head; row < s.head+2; row++ {
		for _, c := range s.Table.Distinct(row) {
			s.Use(c, draft.Use{Fate: draft.Read, As: "head"})
		}
	}
	var last *document.Cell
	for row := s.head + 1; row < len(s.Rows); row++ {
		c := s.At(row, s.url)
		if c == nil || c.Row <= s.head {
			continue
		}
		if e := naming.EndpointOf(c.Text); c != last && e.Path != "" {
			last = c
			s.begin(row, e)
		}
		if len(s.out) == 0 || c != last {
			continue
		}
		i := s.out[len(s.out)-1]
		for _, p := range s.pairs {
			s.add(p, i, row)
		}
		for _, c := range s.Table.Distinct(row) {
			if len(s.Uses[c]) == 0 {
				s.Use(c, draft.Use{Fate: draft.Left, As: "a fact about the interface without a place in the YAML", Interface: i})
			}
		}
	}
	return s.out
}

// begin begins the interface of a row.
func (s *sheet) begin(row int, e naming.Endpoint) {
	one := &draft.Interface{URL: e.Path, Method: e.Method, Place: fmt.Sprintf("%s row %d", s.Place, row+1)}
	s.Use(s.At(row, s.url), draft.Use{Fate: draft.Carried, As: "path", Interface: one})
	if n := s.At(row, s.title); n != nil && s.title >= 0 {
		one.Title = wording.OneLine(n.Text)
		s.Use(n, draft.Use{Fate: draft.Carried, As: "title", Interface: one})
		one.TakeTitle()
	}
	if m := s.At(row, s.method); m != nil && s.method >= 0 {
		one.Method = cmp.Or(naming.EndpointOf(m.Text).Method, one.Method)
		s.Use(m, draft.Use{Fate: draft.Carried, As: "method", Interface: one})
	}
	s.out = append(s.out, one)
}

// add adds the field of a row.
func (s *sheet) add(p pair, i *draft.Interface, row int) {
	c := s.At(row, p.roles[wording.Name])
	if c == nil || c.Row != row || strings.TrimSpace(c.Text) == "" {
		return
	}
	name, _, rest := naming.NameOf(norm.NFKC.String(c.Text))
	if name == "" {
		return
	}
	f := &draft.Field{Required: wording.Unstated, Place: fmt.Sprintf("%s row %d", s.Place, row+1)}
	f.Path, f.List = naming.SplitPath(name)
	s.Use(c, draft.Use{Fate: draft.Carried, As: "name", Field: f})
	texts := map[wording.Role]string{}
	for role, col := range p.roles {
		cell := s.At(row, col)
		if role == wording.Name || cell == nil || cell == c {
			continue
		}
		texts[role] = cell.Text
		s.Use(cell, draft.Use{Fate: draft.Carried, As: string(role), Field: f})
	}
	if col := p.roles[wording.Name] + 1; texts[wording.Label] == "" && s.free(p, col) && s.At(row, col) != nil {
		texts[wording.Label] = s.At(row, col).Text
		s.Use(s.At(row, col), draft.Use{Fate: draft.Carried, As: "label", Field: f})
	}
	f.Type, f.Length = wording.OneLine(texts[wording.Type]), wording.OneLine(texts[wording.Length])
	if f.Length == "" {
		f.Type, f.Length = wording.TypeAndLength(f.Type)
	}
	f.List = f.List || wording.IsList(f.Type)
	f.Mark = wording.OneLine(texts[wording.Required] + texts[wording.Optional])
	f.Required = s.words.Mark(f.Mark, texts[wording.Optional] != "")
	_, typed := p.roles[wording.Type]
	rows.Describe(f, texts, rest, s.words, !typed && false, false, false)
	if p.response {
		i.Response = append(i.Response, f)
	} else {
		i.Request = append(i.Request, f)
	}
}

// free says whether a column is of no role.
func (s *sheet) free(p pair, col int) bool {
	for _, other := range s.pairs {
		for _, c := range other.roles {
			if c == col {
				return false
			}
		}
	}
	return col < s.Width() && col != s.url && col != s.title
}

// titleHead heads the column of what interfaces are called.
var titleHead = pattern.New(`功能|接口名`)
