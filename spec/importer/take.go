package importer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/item"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/sheets"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// table takes a table as what its rows say.
func (d *drafter) table(grid *document.Table, place string) {
	if d.stacked(grid, place) || d.form(grid, place) {
		return
	}
	t := &draft.Table{Table: grid, Title: d.before, Place: place, Uses: map[*document.Cell][]draft.Use{}}
	d.draft.Tables = append(d.draft.Tables, t)
	if side := rows.Turned(grid, d.words); side != nil {
		t = &draft.Table{Table: side, Title: t.Title, Place: place, Uses: t.Uses, Turned: true}
	}
	d.take(t)
	d.baseRows(t)
	d.examplesIn(t)
	d.captions, d.sampled = nil, false
	if d.insideOnce {
		d.inside, d.insideOnce = "", false
	}
}

// take carries a table over.
func (d *drafter) take(t *draft.Table) {
	if d.items.Made(t.Table) {
		d.takePart(d.itemPart(t))
		return
	}
	if d.belowTitle(t) {
		return
	}
	if twoRows := len(t.Rows) > 1 && t.At(1, 0) == t.At(0, 0); twoRows && d.sideBySide(t) || d.rowwise(t) || !twoRows && d.sideBySide(t) {
		return
	}
	if d.replies(t) {
		return
	}
	c := rows.Cut(t, d.words)
	if d.takeFacts(c, 0) && len(c.Parts) == 0 {
		d.innerTables(t)
		return
	}
	if len(c.Parts) == 0 {
		d.headless(t)
		return
	}
	for n, p := range c.Parts {
		if n > 0 {
			d.takeFacts(c, n)
		}
		if p.From == p.To {
			d.head = p
			continue
		}
		d.takePart(p)
	}
	d.behindParts(c)
}

// belowTitle takes a table whose rows are interfaces, and whose head is below a few rows with a title
// or a fact about all of them.
func (d *drafter) belowTitle(t *draft.Table) bool {
	for head := 1; head < min(4, len(t.Rows)-1) && len(t.Table.Distinct(head-1)) <= 2; head++ {
		if cells := t.Table.Distinct(head); len(cells) < 3 || !slices.ContainsFunc(cells, func(c *document.Cell) bool { return naming.IsAddressHead(wording.Fold(c.Text)) }) {
			continue
		}
		below := &draft.Table{Table: t.Table.Between(head, len(t.Rows)), Title: t.Title, Place: t.Place, Uses: map[*document.Cell][]draft.Use{}}
		if below.Table == nil || !d.rowwise(below) {
			continue
		}
		t.Table = t.Table.Between(0, head)
		for row := range head {
			if isBanner(t.Table, row) {
				t.Use(t.At(row, 0), draft.Use{Fate: draft.Read, As: "title"})
			}
		}
		d.draft.Tables = append(d.draft.Tables, below)
		return true
	}
	return false
}

// sideBySide takes a sheet of interfaces with their parameters and replies side by side.
func (d *drafter) sideBySide(t *draft.Table) bool {
	blocks := sheets.Blocks(t, d.words)
	d.draft.Interfaces = append(d.draft.Interfaces, blocks...)
	return blocks != nil
}

// behindParts keeps what a table says of its interface behind its last part, but for examples.
func (d *drafter) behindParts(c *rows.Cutting) {
	for _, f := range c.Facts {
		if text := wording.OneLine(f.Text); f.Before == len(c.Parts) && f.Kind == "note" && d.current != nil && len(sample.Captioned(f.Text)) == 0 {
			d.current.Note = strings.TrimSpace(d.current.Note + " " + text)
			c.Use(f.Cells[1], draft.Use{Fate: draft.Carried, As: f.Kind, Interface: d.current})
		}
	}
}

// itemPart is the part of a table that was made of a list.
func (d *drafter) itemPart(t *draft.Table) *rows.Part {
	p := &rows.Part{Table: t, Words: d.words, Head: -1, To: len(t.Rows), Roles: slices.Clone(item.Roles)}
	for i, r := range p.Roles {
		if len(p.Texts(i)) == 0 && r != wording.Name {
			p.Roles[i] = wording.None
		}
	}
	if !p.Has(wording.Type, wording.Required) {
		p.Roles[3] = wording.Label
	}
	return p
}

// innerTables takes the tables inside of the cells of a table of facts: 入参 | a table.
func (d *drafter) innerTables(t *draft.Table) {
	for row := range t.Rows {
		for _, c := range t.Rows[row] {
			if c == nil || len(c.Tables) == 0 || c.Row != row {
				continue
			}
			if key := t.At(row, 0); key != nil && key != c {
				t.Use(key, draft.Use{Fate: draft.Read, As: "head"})
				d.before, d.captions = strings.TrimSpace(key.Text), []string{strings.TrimSpace(key.Text)}
				d.setSide(d.before, true)
			}
			for _, inner := range c.Tables {
				one := &draft.Table{Table: inner, Title: d.before, Place: t.Place, Uses: map[*document.Cell][]draft.Use{}}
				d.draft.Tables = append(d.draft.Tables, one)
				d.take(one)
			}
		}
	}
}

// takeFacts takes the facts of a table that are before its part n.
func (d *drafter) takeFacts(c *rows.Cutting, n int) bool {
	var facts []rows.Fact
	any := false
	for _, f := range c.Facts {
		if f.Before == n {
			facts = append(facts, f)
			any = any || f.Kind == "path" || f.Kind == "method" || f.Kind == "cmd" || f.Kind == "title" && len(c.Parts) > n && d.begun(f.Text)
		}
	}
	if !any {
		return false
	}
	e, name, cmd, note, form := naming.Endpoint{}, "", "", "", false
	for _, f := range facts {
		switch f.Kind {
		case "path":
			if e.Path == "" {
				e.Path = f.E.Path
			}
			e.Method = cmp.Or(e.Method, f.E.Method)
		case "method":
			e.Method = f.E.Method
		case "title":
			name = wording.OneLine(f.Text)
		case "cmd":
			cmd = f.Text
		case "note":
			note = wording.OneLine(f.Text)
		case "other":
			form = form || naming.IsForm(f.Text)
		}
	}
	i := d.current
	if i == nil || i.URL != "" && e.Path != "" || len(i.Request)+len(i.Response) > 0 {
		i = d.begin(e, c.Place)
	}
	i.URL, i.Method, i.Cmd, i.Note, i.Weak = cmp.Or(i.URL, e.Path), cmp.Or(e.Method, i.Method), cmp.Or(cmd, i.Cmd), cmp.Or(note, i.Note), false
	i.Form = i.Form || form
	if name != "" {
		i.Title = name
		i.TakeTitle()
	}
	for _, f := range facts {
		if f.Cells[0] != f.Cells[1] {
			c.Use(f.Cells[0], draft.Use{Fate: draft.Read, As: "head"})
		}
		as, fate := f.Kind, draft.Carried
		if f.Kind == "other" {
			as, fate = "fact about the interface without a place in the YAML", draft.Left
		}
		c.Use(f.Cells[1], draft.Use{Fate: fate, As: as, Interface: i})
	}
	return true
}

// begun says whether a title in a table begins an interface: there is none, or one that has
// its fields and another title.
func (d *drafter) begun(title string) bool {
	c := d.current
	return c == nil || len(c.Request)+len(c.Response) > 0 && c.Title != wording.OneLine(title)
}

// headless takes a table without a head: below a head of its own, or guessed.
func (d *drafter) headless(t *draft.Table) {
	if len(t.Rows) > 1 { // a change log, whose head no parameter has
		if log := rows.NewPart(t, 0, d.words); log.IsLog() {
			log.To = len(t.Rows)
			log.Changes(d.draft, d.before)
			return
		}
	}
	p := rows.HeadOf(t, d.head)
	if p == nil && (d.side != "" || naming.TypeIn(d.before) != "" || d.current != nil) {
		p = rows.Guess(t, d.words, d.words.Side(d.before) != "")
	}
	if p == nil {
		p = listed(t, d.words)
	}
	if p == nil {
		d.leave(t)
		return
	}
	p.Settle()
	d.takePart(p)
}

// listed is a table of two columns below a head of words that nobody knows: values with
// what they mean; nil where it is none.
func listed(t *draft.Table, words *wording.Words) *rows.Part {
	if t.Width() < 2 || t.Width() > 3 || len(t.Rows) < 3 {
		return nil
	}
	p := rows.NewPart(t, 0, words)
	p.To = len(t.Rows)
	if !p.IsList() || naming.ShortCode.MatchString(strings.TrimSpace(draft.RowText(t.Table, 0))) {
		return nil
	}
	for _, c := range t.Table.Distinct(0) {
		if name, _, _ := naming.NameOf(c.Text); name != "" {
			return nil
		}
		t.Use(c, draft.Use{Fate: draft.Read, As: "head"})
	}
	p.Roles[p.ValueColumns()[0]] = wording.Code
	return p
}

// leave says why nothing of a table was carried over.
func (d *drafter) leave(t *draft.Table) {
	if d.sideways(t) {
		return
	}
	why := "no head of a table of parameters, codes or values"
	for c := range t.Cells {
		if len(t.Uses[c]) == 0 {
			t.Use(c, draft.Use{Fate: draft.Left, As: why})
		}
	}
}

// takePart takes rows below one head.
func (d *drafter) takePart(p *rows.Part) {
	switch {
	case p.Changes(d.draft, d.before):
	case d.enumTable(p), d.labels(p):
	case p.IsErrors(d.nearest() + " " + d.before + " " + p.Group):
		d.failures(p)
	case p.IsStatus(), p.IsCodes() && (!p.IsList() || !p.IsValues(d.nearest()+d.before)):
		d.codes(p)
	case p.IsDatabase(d.before), d.inDatabase(p):
		for row := p.From; row < p.To; row++ {
			p.LeaveRow(row, "a column of a table of a database")
		}
	case p.IsFields() || p.Has(wording.Type) && p.Has(wording.Label) && !p.Has(wording.Name):
		d.takeFields(p)
	case p.IsList():
		d.list(p)
	default:
		for row := p.From; row < p.To; row++ {
			for _, c := range p.Table.Distinct(row) {
				p.Use(c, draft.Use{Fate: draft.Left, As: "its head names no parameter"})
			}
		}
	}
}

// inDatabase says whether rows are in a chapter about a database, below no interface that has an
// address.
func (d *drafter) inDatabase(p *rows.Part) bool {
	return (d.current == nil || d.current.Weak) && slices.ContainsFunc(d.headings, func(h heading) bool { return p.IsDatabase(h.text) })
}

var commonWord = pattern.New(`(?i)公共|公用|通用|统一|全局|系统(级)?(参数|输入|入参|请求)|公参|common|global|协议参数|固定参数|基础参数|报文头|消息头|请求头|公有|规范|协议|约定|签名|认证|鉴权|加密|安全|概述|简介|总体|通信|报文格式|数据格式|接入|前言|术语|返回格式`)

// takeFields takes rows of parameters: of a type, of the current interface, or common
// ones.
func (d *drafter) takeFields(p *rows.Part) {
	var fields []*draft.Field
	if d.inside != "" && p.TypesAsNames() {
		fields = d.unnamed(p)
	} else {
		fields = p.Fields()
	}
	if len(fields) == 0 {
		d.leave(p.Table)
		return
	}
	d.last = fields
	if name := d.structName(p); name != "" && d.structs[name] == nil {
		s := &structure{name: name, place: p.Place, title: d.before, fields: fields, in: d.current, side: cmp.Or(p.Side, d.side), order: len(d.structs)}
		d.structs[name], d.lastStruct = s, s
		return
	}
	if d.isCommon(p) {
		s := &draft.Shared{Title: wording.OneLine(d.nearest()), Place: p.Place, Side: cmp.Or(p.Side, d.side), Fields: fields}
		if h := d.title(); h.level > 1 {
			s.Chapter = d.chapter(h.level)
		}
		d.draft.Shared = append(d.draft.Shared, s)
		return
	}
	if d.current == nil {
		d.begin(naming.Endpoint{}, p.Place).Weak = true
		if d.side = d.words.Side(d.before); len([]rune(d.before)) > 40 || naming.IsCallback(d.before) {
			d.side = "request"
		}
	}
	if title := d.pointedAt(); title != "" {
		d.draft.Shared = append(d.draft.Shared, &draft.Shared{Title: title, Place: p.Place, Side: cmp.Or(p.Side, d.side), Fields: fields, Of: d.current})
		return
	}
	if name := d.groupMember(p); name != "" {
		defer func(side, inside, node string) { d.side, d.inside, d.node = side, inside, node }(d.side, d.inside, d.node)
		d.side, d.inside, d.node = cmp.Or(p.Side, d.side, "request"), name, name
	}
	d.fill(p, fields)
}

// groupMember is the member that a title among the rows of a table names, whose fields are
// the rows below it: memberInfo（登录成功时有）. It is empty where the title names none.
func (d *drafter) groupMember(p *rows.Part) string {
	name, _, _ := naming.NameOf(p.Group)
	if name == "" || d.words.Side(name) != "" || d.words.IsGeneric(name) || wording.PlaceOf(p.Group) != "" || rows.KnownType(name) {
		return ""
	}
	if naming.TypeIn(name) == name && !d.known(name) {
		return ""
	}
	return name
}

// nearest is the text of the heading that is open, or of the line before.
func (d *drafter) nearest() string {
	if len(d.headings) > 0 {
		return d.headings[len(d.headings)-1].text
	}
	return cmp.Or(d.before, d.first)
}

// isCommon says whether rows are common parameters: their title says so, or they are
// in no interface.
func (d *drafter) isCommon(p *rows.Part) bool {
	titles := d.before + " " + p.Group
	if strings.HasSuffix(d.before, "。") || strings.HasSuffix(d.before, ".") { // a sentence is no title
		titles = d.nearest() + " " + p.Group
	}
	if d.current != nil {
		return commonWord.MatchString(titles) && len(d.current.Request)+len(d.current.Response) == 0 && d.current.URL == ""
	}
	h := d.title()
	_, title := naming.SectionOf(h.text)
	switch {
	case naming.TitleOf(title).IsNamed():
		return false
	case commonWord.MatchString(title):
		return true
	case naming.IsCallback(title) && d.lowest(h):
		return false
	case commonWord.MatchString(titles):
		return true
	case d.sibling(h) && p.Has(wording.Type, wording.Required), d.lowest(h) && d.urlAhead():
		return false
	}
	return d.side == "" || len(d.headings) == 0 || h.level <= 1 && !d.several || h.place == "" || !d.leaf(h)
}

// partWord is in titles of what is no interface.
var partWord = pattern.New(`(?i)对象|结构|实体|类型|字段|信息$|附录|枚举|字典|码表|定义|数据项|参数|示例|model|schema|object`)

// sibling says whether a heading is beside those of interfaces, in one chapter: it is
// that of one too.
func (d *drafter) sibling(h heading) bool {
	return h.place != "" && h.level > 1 && !partWord.MatchString(h.text) && naming.TypeIn(h.text) == "" && slices.ContainsFunc(d.draft.Interfaces, func(i *draft.Interface) bool {
		return i.Chap == d.chapter(h.level) && i.Head != h.text && i.URL != ""
	})
}

// lowest says whether a heading is the last one that is open.
func (d *drafter) lowest(h heading) bool {
	return h.place != "" && d.headings[len(d.headings)-1].place == h.place
}

// leaf says whether a heading may be that of an interface: its sides are headings or
// lines below it.
func (d *drafter) leaf(h heading) bool {
	last := d.headings[len(d.headings)-1]
	return (d.words.Side(d.before) != "" || d.words.IsWeak(d.before)) && (last.text != h.text || d.before != h.text)
}

// unnamed reads a table of types without names: the member that the heading names, or
// the whole body, is of the type.
func (d *drafter) unnamed(p *rows.Part) []*draft.Field {
	var out []*draft.Field
	for row := p.From; row < p.To; row++ {
		kind, cells := p.Text(row, wording.Type)
		if kind == "" {
			kind, cells = p.Text(row, wording.Name)
		}
		label, more := p.Text(row, wording.Label)
		if !rows.KnownType(wording.OneLine(kind)) {
			continue
		}
		f := &draft.Field{Path: []string{d.inside}, Type: wording.OneLine(kind), Required: wording.Unstated, Place: p.Place, List: wording.IsList(kind)}
		rows.Describe(f, map[wording.Role]string{wording.Label: label}, "", d.words, false, false, false)
		for _, c := range cells {
			p.Use(c, draft.Use{Fate: draft.Carried, As: "type", Field: f})
		}
		for _, c := range more {
			p.Use(c, draft.Use{Fate: draft.Carried, As: "label", Field: f})
		}
		out = append(out, f)
		d.inside = ""
		break
	}
	return out
}

// nest puts fields below the member that the title names.
func (d *drafter) nest(fields []*draft.Field) {
	at := slices.IndexFunc(d.sided(), func(f *draft.Field) bool { return isCalled(f, d.inside) })
	for _, f := range fields {
		f.Path = append(slices.Clone(d.sided()[at].Path), f.Path...)
	}
}

// give adds a field to a side of the current interface.
func (d *drafter) give(side string, f *draft.Field) {
	to := &d.current.Request
	if side == "response" {
		to = &d.current.Response
	}
	*to = append(*to, f)
}

// fill gives the current interface the fields of a part.
func (d *drafter) fill(p *rows.Part, fields []*draft.Field) {
	side := cmp.Or(p.Side, d.side)
	if side == "" && p.Has(wording.Place) {
		side = "request"
	}
	if len(d.current.Request) > 0 && (side == "" || side == "request" && p.Side == "" && !p.Turned && (len(d.captions) == 0 || d.sampled) && len(d.current.Response) == 0) {
		side = "response" // a second table with nothing said before it, or behind an example
		d.side = side
	}
	in := wording.PlaceOf(cmp.Or(p.Group, d.before))
	if d.node != "" {
		d.inside = d.node
	}
	if d.node != "" && !d.known(d.node) {
		list := wording.IsList(d.before)
		_, _, label := naming.NameOf(p.Group)
		d.give(side, &draft.Field{Path: []string{d.node}, Type: map[bool]string{true: "array", false: "object"}[list], Label: wording.OneLine(label), List: list, Parent: true, Required: wording.Unstated, Place: p.Place, Side: fields[0].Side})
	}
	if d.inside != "" && d.known(d.inside) && !slices.ContainsFunc(fields, func(f *draft.Field) bool { return f.Path[0] == d.inside }) {
		d.nest(fields)
	}
	for _, f := range fields {
		one := cmp.Or(f.Side, side)
		if f.In == "" && in != "" && in != "body" && (one != "response" || in == "header") {
			f.In = in
		}
		d.give(one, f)
	}
	if side == "response" {
		d.current.Within[1] = cmp.Or(d.current.Within[1], d.inside)
	} else {
		d.current.Within[0] = cmp.Or(d.current.Within[0], d.inside)
	}
}
