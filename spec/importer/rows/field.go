package rows

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
)

// level is a row that others may be below.
type level struct {
	depth int
	path  []string
}

// rows reads the fields of a part.
type rows struct {
	*Part
	out     []*draft.Field
	stack   []level
	columns []string // of a tree with a column for each level: the names of the row before
	many    map[string]bool
	numbers map[string][]string // paths by the dotted numbers of their rows
	within  []string            // the list whose rows are between its beginning and its end
}

// read says of which paths a cell said that they are lists.
func (r *rows) lists() []*draft.Field {
	out := Containers(r.out)
	for _, f := range out {
		if f.Parent {
			f.List = f.List || r.many[f.Key()]
			f.Type = map[bool]string{true: "array", false: "object"}[f.List]
		}
	}
	return out
}

// Fields reads the rows of a part.
func (p *Part) Fields() []*draft.Field {
	r := &rows{Part: p, columns: make([]string, len(p.Roles)), many: map[string]bool{}, numbers: map[string][]string{}}
	for row := p.From; row < p.To; row++ {
		r.row(row)
	}
	return r.lists()
}

// row reads one row: a field, a row that goes on, or the head again.
func (r *rows) row(row int) {
	if r.Repeats(row) {
		for _, c := range r.Table.Distinct(row) {
			r.Use(c, draft.Use{Fate: draft.Read, As: "head"})
		}
		return
	}
	if r.loop(row) {
		return
	}
	f := r.field(row)
	if f == nil {
		r.goesOn(row)
		return
	}
	f.Place = fmt.Sprintf("%s row %d", r.Place, row+1)
	if len(r.within) > 0 {
		f.Path = append(slices.Clone(r.within), f.Path...)
	}
	if r.marks != nil {
		r.marked(row, f)
		return
	}
	r.out = append(r.out, f)
	for _, c := range r.Table.Distinct(row) {
		for _, inner := range c.Tables {
			r.inner(inner, f)
		}
	}
}

var (
	loopBegin = pattern.New(`(?i)(循环|重复|列表|明细|数组)(体|域|组|节点|记录|部分)?\s*(开始|begin|start)|(loop|list)\s*(begin|start)`)
	loopEnd   = pattern.New(`(?i)(循环|重复|列表|明细|数组)(体|域|组|节点|记录|部分)?\s*(结束|end)|(loop|list)\s*end`)
	loopName  = pattern.New(`[A-Za-z_][A-Za-z0-9_]*`)
)

// loop takes a row that says that the rows of a list begin or end: 循环开始 list. One
// without a name puts no row anywhere.
func (r *rows) loop(row int) bool {
	cells := r.Table.Distinct(row)
	text := wording.OneLine(draft.RowText(r.Table.Table, row))
	begins, ends := loopBegin.MatchString(text), loopEnd.MatchString(text)
	if len(cells) > 2 || !begins && !ends || len([]rune(text)) > 40 {
		return false
	}
	for _, c := range cells {
		r.Use(c, draft.Use{Fate: draft.Read, As: "where a list begins or ends"})
	}
	if ends {
		r.within = r.within[:max(len(r.within)-1, 0)]
		return true
	}
	if name := loopName.FindString(loopBegin.ReplaceAllString(text, "")); name != "" {
		r.within = append(slices.Clone(r.within), name)
		r.many[strings.Join(r.within, "\x00")] = true
	}
	return true
}

// marked puts a field on each side whose column has a mark for it.
func (r *rows) marked(row int, f *draft.Field) {
	for _, col := range slices.Sorted(maps.Keys(r.marks)) {
		c := r.At(row, col)
		if c == nil || strings.Trim(strings.TrimSpace(norm.NFKC.String(c.Text)), "-—/\u00a0") == "" {
			continue
		}
		one := *f
		one.Side, one.Mark = r.marks[col], wording.OneLine(c.Text)
		if said := r.Words.Mark(one.Mark, false); said != wording.Unstated {
			one.Required = said
		}
		r.Uses[c] = nil
		r.carry([]*document.Cell{c}, "required", &one)
		for _, o := range r.Table.Distinct(row) {
			if o != c && len(r.Uses[o]) > 0 && r.Uses[o][0].Field == f {
				r.carry([]*document.Cell{o}, r.Uses[o][0].As, &one)
			}
		}
		r.out = append(r.out, &one)
	}
}

// inner reads a table inside of a cell: the members of the row's field.
func (r *rows) inner(t *document.Table, f *draft.Field) {
	table := &draft.Table{Table: t, Place: f.Place, Uses: r.Uses}
	p := NewPart(table, 0, r.Words)
	p.To = len(t.Rows)
	p.Settle()
	if !p.IsFields() {
		return
	}
	for _, c := range t.Distinct(0) {
		p.Use(c, draft.Use{Fate: draft.Read, As: "head"})
	}
	for _, m := range p.Fields() {
		m.Path = append(slices.Clone(f.Path), m.Path...)
		r.out = append(r.out, m)
	}
}

// goesOn adds the description of a row without a name to the row before it.
func (r *rows) goesOn(row int) {
	cells := r.Table.Distinct(row)
	if name, _ := r.Text(row, wording.Name); strings.TrimSpace(name) != "" || len(r.out) == 0 {
		for _, c := range cells {
			r.Use(c, draft.Use{Fate: draft.Left, As: "the row has no name of a field"})
		}
		return
	}
	last := r.out[len(r.out)-1]
	more, used := r.Text(row, wording.Label)
	for _, c := range cells {
		if slices.Contains(used, c) {
			r.Use(c, draft.Use{Fate: draft.Carried, As: "label", Field: last})
		} else if len(r.Uses[c]) == 0 {
			r.Use(c, draft.Use{Fate: draft.Left, As: "the row has no name of a field"})
		}
	}
	if more != "" && !strings.Contains(last.Note, more) {
		last.Note = strings.TrimSpace(last.Note + "\n" + more)
	}
}

// field reads one row; nil where it has no name.
func (r *rows) field(row int) *draft.Field {
	f := &draft.Field{}
	rest := r.names(row, f)
	if len(f.Path) == 0 {
		return r.body(row)
	}
	r.typed(row, f)
	mark, cells := r.Text(row, wording.Required)
	r.carry(cells, "required", f)
	f.Mark = wording.OneLine(mark)
	f.Required = r.Words.Mark(mark, r.optional)
	r.told(row, f, rest)
	f.Side = r.Part.Side
	if text, cells := r.Text(row, wording.Side); text != "" {
		r.read(cells, "direction")
		f.Side = sideOf(text, r.Words)
	}
	if text, cells := r.Text(row, wording.Place); text != "" {
		r.carry(cells, "place", f)
		f.In = wording.PlaceOf(text)
	}
	for i, role := range r.Roles {
		if role == wording.Other || role == wording.Depth {
			r.read([]*document.Cell{r.At(row, i)}, "number or mark that is nothing of a field")
		}
	}
	return f
}

// body reads a row without a name that has a type: the body itself.
func (r *rows) body(row int) *draft.Field {
	kind, cells := r.Text(row, wording.Type)
	name, _ := r.Text(row, wording.Name)
	if kind == "" || strings.TrimSpace(name) != "" || !naming.TypeName.MatchString(strings.Trim(wording.OneLine(kind), "[]<>")) && wording.PlaceOf(first(r.Text(row, wording.Place))) != "body" {
		return nil
	}
	f := &draft.Field{Path: []string{""}, Type: wording.OneLine(kind), Required: wording.Unstated, In: "body", List: wording.IsList(kind), Side: r.Part.Side}
	r.carry(cells, "type", f)
	for _, c := range r.Table.Distinct(row) {
		if !slices.Contains(cells, c) {
			r.Use(c, draft.Use{Fate: draft.Read, As: "of the whole body"})
		}
	}
	return f
}

func first(text string, _ []*document.Cell) string { return text }

func (r *rows) carry(cells []*document.Cell, as string, f *draft.Field) {
	for _, c := range cells {
		r.Use(c, draft.Use{Fate: draft.Carried, As: as, Field: f})
	}
}

func (r *rows) read(cells []*document.Cell, as string) {
	for _, c := range cells {
		r.Use(c, draft.Use{Fate: draft.Read, As: as})
	}
}

// sideOf reads a column of directions: 输入, O, response.
func sideOf(text string, words *wording.Words) string {
	switch wording.Fold(text) {
	case "i", "in", "req", "入", "上行":
		return "request"
	case "o", "out", "resp", "rsp", "res", "出", "下行":
		return "response"
	}
	return words.Side(text)
}

// names reads the name of a row into the path of a field, and returns what else its
// cell has.
func (r *rows) names(row int, f *draft.Field) (rest string) {
	level, depth := -1, 0
	var last *document.Cell
	var name string
	for i, role := range r.Roles {
		c := r.At(row, i)
		if role != wording.Name || c == nil || c == last || strings.TrimSpace(c.Text) == "" {
			continue
		}
		last = c
		one, ahead, more := naming.NameOf(c.Text)
		if one == "" && r.hasType(row) {
			one, more = naming.HanName(c.Text), ""
		}
		if one == "" {
			continue
		}
		if c.Row == row || r.columns[i] != one {
			for n := i; n < len(r.columns); n++ {
				r.columns[n] = ""
			}
		}
		r.columns[i] = one
		level, name, rest, depth, f.Each = i, one, more, naming.DepthOf(ahead, c.Indent), naming.InList(c.Text)
		if strings.HasSuffix(one, "]") || len(more) < 24 && naming.ArrayMark.MatchString(more) {
			r.many[strings.Join(r.above(row, i), "\x00")] = true
		}
		r.carry([]*document.Cell{c}, "name", f)
	}
	if level < 0 {
		return ""
	}
	path, many := naming.SplitPath(name)
	if f.List = many || naming.ArrayMark.MatchString(rest) && len(rest) < 16; f.List && len(rest) < 16 {
		rest = naming.ArrayMark.ReplaceAllString(rest, "")
	}
	f.Path = path
	r.place(row, f, level, depth)
	return strings.Trim(rest, " ()[]【】")
}

// hasType says whether a row of a table with one column of names has a type that is known
// and a description: then its name may be in Chinese.
func (r *rows) hasType(row int) bool {
	kind, _ := r.Text(row, wording.Type)
	_, known := spelling.Type(wording.OneLine(kind))
	return known && kind != "" && r.count(wording.Name) == 1 && r.Column(wording.Label) >= 0
}

// place puts a row below the row that it belongs to: by a column for the parent, by
// columns for each level, by a number, or by its indent.
func (r *rows) place(row int, f *draft.Field, col, depth int) {
	if parent, cells := r.Text(row, wording.Parent); r.Column(wording.Parent) >= 0 {
		r.carry(cells, "parent", f)
		f.Path = append(r.parentOf(parent), f.Path...)
		return
	}
	if path := r.above(row, col); r.count(wording.Name) > 1 && len(path) > len(f.Path) {
		f.Path = path
		return
	}
	if text, _ := r.Text(row, wording.Depth); text != "" {
		if n, err := strconv.Atoi(strings.Trim(wording.OneLine(text), "L级层")); err == nil {
			depth = n * 1000
		}
	}
	if title, _ := r.Text(row, wording.Title); depth == 0 {
		depth = naming.DepthOf(titleMark.FindString(title), 0)
	}
	if up := r.numbered(row, f); up != nil {
		f.Path = append(slices.Clone(up), f.Path...)
	}
	for len(r.stack) > 0 && (r.stack[len(r.stack)-1].depth >= depth || r.flat(depth)) {
		r.stack = r.stack[:len(r.stack)-1]
	}
	if len(r.stack) > 0 {
		up := r.stack[len(r.stack)-1].path
		if len(f.Path) <= len(up) || !slices.Equal(f.Path[:len(up)], up) {
			f.Path = append(slices.Clone(up), f.Path...)
		}
	}
	r.stack = append(r.stack, level{depth, f.Path})
}

// titleMark is what puts a row below another in the column of names for people: ---主键.
var titleMark = pattern.New(`^(?:[-—─]{2,}|[├└┣┗│┃]+[─━\-—]*)`)

var dottedNumber = pattern.New(`^\d{1,3}(?:\.\d{1,3})*$`)

// numbered remembers the number of a row, and returns the path of the row that a dotted
// one is below: 1.2 is below 1.
func (r *rows) numbered(row int, f *draft.Field) (up []string) {
	for i, role := range r.Roles {
		c := r.At(row, i)
		if role != wording.Other || c == nil || !dottedNumber.MatchString(wording.OneLine(c.Text)) {
			continue
		}
		number := wording.OneLine(c.Text)
		if at := strings.LastIndex(number, "."); at > 0 {
			up = r.numbers[number[:at]]
		}
		r.numbers[number] = append(slices.Clone(up), f.Path...)
		return up
	}
	return nil
}

// flat says that nothing but an indent puts a row below the one before it, which is of a
// type without members: then it is not below it.
func (r *rows) flat(depth int) bool {
	if depth >= 1000 || len(r.out) == 0 {
		return false
	}
	up := r.out[len(r.out)-1]
	t, ok := spelling.Type(up.Type)
	return slices.Equal(up.Path, r.stack[len(r.stack)-1].path) && up.Type != "" && ok && !t.IsNested()
}

// above is the path to a column of names, by the columns before it.
func (r *rows) above(row, col int) []string {
	var path []string
	for i := 0; i <= col; i++ {
		if r.columns[i] != "" && r.Roles[i] == wording.Name && (i == col || r.At(row, i) != r.At(row, col)) {
			part, _ := naming.SplitPath(r.columns[i])
			path = append(path, part...)
		}
	}
	return path
}

// parentOf is the path of the field that a cell for the parent names.
func (r *rows) parentOf(text string) []string {
	name, _, _ := naming.NameOf(text)
	if name == "" || slices.Contains([]string{"root", "null", "none", "ROOT", "Root"}, name) {
		return nil
	}
	path, _ := naming.SplitPath(name)
	for i := len(r.out) - 1; i >= 0; i-- {
		if n := r.out[i].Path; strings.EqualFold(n[len(n)-1], path[len(path)-1]) {
			return slices.Clone(n)
		}
	}
	return path
}

// typed reads type and length, from two cells or from one.
func (r *rows) typed(row int, f *draft.Field) {
	kind, cells := r.Text(row, wording.Type)
	r.carry(cells, "type", f)
	length, cells := r.Text(row, wording.Length)
	r.carry(cells, "length", f)
	f.Type, f.Length = wording.OneLine(kind), wording.OneLine(length)
	if f.Length == "" && f.Type != "" {
		f.Type, f.Length = wording.TypeAndLength(f.Type)
	}
	f.List = f.List || wording.IsList(f.Type)
}

var besideMark = pattern.New(`(?i)^\W*(required|optional|mandatory|必填|可选|选填|必选|非必填)\W*$`)

// told reads the description and what it says where the table has no columns for it.
func (r *rows) told(row int, f *draft.Field, rest string) {
	texts := map[wording.Role]string{}
	for _, role := range []wording.Role{wording.Label, wording.Title, wording.Enum, wording.Default, wording.Example, wording.Format} {
		text, cells := r.Text(row, role)
		if role == wording.Label {
			text, cells = r.beside(row, f, text, cells)
		}
		if role != wording.Label && role != wording.Title && noValue.MatchString(text) {
			r.read(cells, "no value")
			continue
		}
		texts[role] = text
		r.carry(cells, string(role), f)
	}
	if mark := titleMark.FindString(texts[wording.Title]); mark != "" {
		texts[wording.Title] = strings.TrimSpace(texts[wording.Title][len(mark):])
	}
	f.Default, f.Example, f.Format = wording.OneLine(texts[wording.Default]), wording.OneLine(texts[wording.Example]), wording.OneLine(texts[wording.Format])
	if m := besideMark.FindStringSubmatch(rest); m != nil {
		if f.Required == wording.Unstated {
			f.Required = r.Words.Mark(m[1], false)
		}
		rest = ""
	}
	Describe(f, texts, rest, r.Words, !r.Has(wording.Type), !r.Has(wording.Length), f.Mark == "")
}

// noValue is the text of a cell that has nothing to say.
var noValue = pattern.New(`(?i)^\s*(?:[-/—–－]+|无|空|null|none|n/?a|nil|"")?\s*$`)

// beside takes remarks out of the description that are merged over several rows: they
// speak of all of them.
func (r *rows) beside(row int, f *draft.Field, text string, cells []*document.Cell) (string, []*document.Cell) {
	at := slices.IndexFunc(cells, func(c *document.Cell) bool {
		return row+1 < r.To && r.inRow(row+1, c) || row > r.From && r.inRow(row-1, c)
	})
	if len(cells) < 2 || at < 0 {
		return text, cells
	}
	f.Beside = strings.TrimSpace(cells[at].Text)
	r.carry(cells[at:at+1], "remark", f)
	cells = slices.Delete(slices.Clone(cells), at, at+1)
	var parts []string
	for _, c := range cells {
		parts = append(parts, strings.TrimSpace(c.Text))
	}
	return strings.Join(parts, "\n"), cells
}

func (r *rows) inRow(row int, c *document.Cell) bool { return slices.Contains(r.Rows[row], c) }
