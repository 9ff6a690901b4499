package importer

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// table takes a table as what its rows say.
func (d *drafter) table(grid *document.Table, place string) {
	if d.stacked(grid, place) {
		return
	}
	t := &Table{Table: grid, Title: d.before, Place: place, Uses: map[*document.Cell][]Use{}}
	d.draft.Tables = append(d.draft.Tables, t)
	if side := turned(grid, d.words); side != nil {
		t = &Table{Table: side, Title: t.Title, Place: place, Uses: t.Uses, turned: true}
	}
	d.take(t)
	d.captions, d.sampled = nil, false
}

// take carries a table over.
func (d *drafter) take(t *Table) {
	if d.items[t.Table] {
		d.takePart(d.itemPart(t))
		return
	}
	if d.rowwise(t) {
		return
	}
	if blocks := blocksOf(t, d.words); blocks != nil {
		d.draft.Interfaces = append(d.draft.Interfaces, blocks...)
		return
	}
	c := cut(t, d.words)
	if d.takeFacts(c, 0) && len(c.parts) == 0 {
		d.innerTables(t)
		return
	}
	if len(c.parts) == 0 {
		d.headless(t)
		return
	}
	for n, p := range c.parts {
		if n > 0 {
			d.takeFacts(c, n)
		}
		if p.from == p.to {
			d.head = p
			continue
		}
		d.takePart(p)
	}
}

// innerTables takes the tables inside of the cells of a table of facts: 入参 | a table.
func (d *drafter) innerTables(t *Table) {
	for row := range t.Rows {
		for _, c := range t.Rows[row] {
			if c == nil || len(c.Tables) == 0 || c.Row != row {
				continue
			}
			if key := t.At(row, 0); key != nil && key != c {
				t.use(key, Use{Fate: Read, As: "head"})
				d.before, d.captions = strings.TrimSpace(key.Text), []string{strings.TrimSpace(key.Text)}
				d.setSide(d.before, true)
			}
			for _, inner := range c.Tables {
				one := &Table{Table: inner, Title: d.before, Place: t.Place, Uses: map[*document.Cell][]Use{}}
				d.draft.Tables = append(d.draft.Tables, one)
				d.take(one)
			}
		}
	}
}

// takeFacts takes the facts of a table that are before its part n.
func (d *drafter) takeFacts(c *cutting, n int) bool {
	var facts []fact
	any := false
	for _, f := range c.facts {
		if f.before == n {
			facts = append(facts, f)
			any = any || f.kind == "path" || f.kind == "method" || f.kind == "cmd"
		}
	}
	if !any {
		return false
	}
	e, name, cmd, note, form := naming.Endpoint{}, "", "", "", false
	for _, f := range facts {
		switch f.kind {
		case "path":
			if e.Path == "" {
				e.Path = f.e.Path
			}
			e.Method = firstOf(e.Method, f.e.Method)
		case "method":
			e.Method = f.e.Method
		case "title":
			name = oneLine(f.text)
		case "cmd":
			cmd = f.text
		case "note":
			note = oneLine(f.text)
		case "other":
			form = form || naming.IsForm(f.text)
		}
	}
	i := d.current
	if i == nil || i.URL != "" && e.Path != "" || len(i.Request)+len(i.Response) > 0 {
		i = d.begin(e, c.Place)
	}
	i.URL, i.Method, i.Cmd, i.Note, i.weak = firstOf(i.URL, e.Path), firstOf(e.Method, i.Method), firstOf(cmd, i.Cmd), firstOf(note, i.Note), false
	i.form = i.form || form
	if name != "" {
		i.Title = name
		i.titled()
	}
	for _, f := range facts {
		if f.cells[0] != f.cells[1] {
			c.use(f.cells[0], Use{Fate: Read, As: "head"})
		}
		as, fate := f.kind, Carried
		if f.kind == "other" {
			as, fate = "fact about the interface without a place in the YAML", Left
		}
		c.use(f.cells[1], Use{Fate: fate, As: as, Interface: i})
	}
	return true
}

// headless takes a table without a head: below a head of its own, or guessed.
func (d *drafter) headless(t *Table) {
	if len(t.Rows) > 1 { // a change log, whose head no parameter has
		if log := newPart(t, 0, d.words); log.isLog() {
			log.to = len(t.Rows)
			d.changes(log)
			return
		}
	}
	p := headOf(t, d.head)
	if p == nil && (d.side != "" || naming.TypeIn(d.before) != "" || d.current != nil) {
		p = guess(t, d.words)
	}
	if p == nil {
		p = listed(t, d.words)
	}
	if p == nil {
		d.leave(t)
		return
	}
	p.settle()
	d.takePart(p)
}

// listed is a table of two columns below a head of words that nobody knows: values with
// what they mean; nil where it is none.
func listed(t *Table, words *wording.Words) *part {
	if t.Width() < 2 || t.Width() > 3 || len(t.Rows) < 3 {
		return nil
	}
	p := newPart(t, 0, words)
	p.to = len(t.Rows)
	if !p.isList() || naming.ShortCode.MatchString(strings.TrimSpace(rowText(t.Table, 0))) {
		return nil
	}
	for _, c := range t.Table.Distinct(0) {
		if name, _, _ := naming.NameOf(c.Text); name != "" {
			return nil
		}
		t.use(c, Use{Fate: Read, As: "head"})
	}
	p.roles[p.valueColumns()[0]] = wording.Code
	return p
}

// leave says why nothing of a table was carried over.
func (d *drafter) leave(t *Table) {
	if d.sideways(t) {
		return
	}
	why := "no head of a table of parameters, codes or values"
	for c := range t.Cells {
		if len(t.Uses[c]) == 0 {
			t.use(c, Use{Fate: Left, As: why})
		}
	}
}

// takePart takes rows below one head.
func (d *drafter) takePart(p *part) {
	switch {
	case d.changes(p):
	case d.enumTable(p):
	case p.isErrors(d.nearest() + " " + d.before + " " + p.group):
		d.failures(p)
	case p.isStatus(), p.isCodes() && (!p.isList() || !p.isValues(d.nearest()+d.before)):
		d.codes(p)
	case p.isFields() || p.has(wording.Type) && p.has(wording.Label) && !p.has(wording.Name):
		d.takeFields(p)
	case p.isList():
		d.list(p)
	default:
		for row := p.from; row < p.to; row++ {
			for _, c := range p.Table.Distinct(row) {
				p.use(c, Use{Fate: Left, As: "its head names no parameter"})
			}
		}
	}
}

var commonWord = regexp.MustCompile(`(?i)公共|公用|通用|统一|全局|系统(级)?(参数|输入|入参|请求)|公参|common|global|协议参数|固定参数|基础参数|报文头|消息头|请求头|公有|规范|协议|约定|签名|认证|鉴权|加密|安全|概述|简介|总体|通信|报文格式|数据格式|接入|前言|术语|返回格式`)

// takeFields takes rows of parameters: of a type, of the current interface, or common
// ones.
func (d *drafter) takeFields(p *part) {
	var fields []*Field
	if d.inside != "" && p.typesAsNames() {
		fields = d.unnamed(p)
	} else {
		fields = p.fields()
	}
	if len(fields) == 0 {
		d.leave(p.Table)
		return
	}
	d.last = fields
	if name := d.structName(p); name != "" && d.structs[name] == nil {
		s := &structure{name: name, place: p.Place, title: d.before, fields: fields, in: d.current, side: firstOf(p.side, d.side), order: len(d.structs)}
		d.structs[name], d.lastStruct = s, s
		return
	}
	if d.isCommon(p) {
		s := &Shared{Title: oneLine(d.nearest()), Place: p.Place, Side: firstOf(p.side, d.side), Fields: fields}
		if h := d.title(); h.level > 1 {
			s.Chapter = d.chapter(h.level)
		}
		d.draft.Shared = append(d.draft.Shared, s)
		p.leave("common parameters: they belong to the protocol, or to common in system.yaml")
		return
	}
	if d.current == nil {
		d.begin(naming.Endpoint{}, p.Place).weak = true
		if d.side = d.words.Side(d.before); len([]rune(d.before)) > 40 || naming.IsCallback(d.before) {
			d.side = "request"
		}
	}
	d.fill(p, fields)
}

// nearest is the text of the heading that is open, or of the line before.
func (d *drafter) nearest() string {
	if len(d.headings) > 0 {
		return d.headings[len(d.headings)-1].text
	}
	return firstOf(d.before, d.first)
}

// isCommon says whether rows are common parameters: their title says so, or they are
// in no interface.
func (d *drafter) isCommon(p *part) bool {
	titles := d.before + " " + p.group
	if strings.HasSuffix(d.before, "。") || strings.HasSuffix(d.before, ".") { // a sentence is no title
		titles = d.nearest() + " " + p.group
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
	case d.sibling(h) && p.has(wording.Type, wording.Required):
		return false
	}
	return d.side == "" || len(d.headings) == 0 || h.level <= 1 || h.place == "" || !d.leaf(h)
}

// partWord is in titles of what is no interface.
var partWord = regexp.MustCompile(`(?i)对象|结构|实体|类型|字段|信息$|附录|枚举|字典|码表|定义|数据项|参数|示例|model|schema|object`)

// sibling says whether a heading is beside those of interfaces, in one chapter: it is
// that of one too.
func (d *drafter) sibling(h heading) bool {
	return h.place != "" && h.level > 1 && !partWord.MatchString(h.text) && naming.TypeIn(h.text) == "" && slices.ContainsFunc(d.draft.Interfaces, func(i *Interface) bool {
		return i.chap == d.chapter(h.level) && i.head != h.text && i.URL != ""
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
	return d.words.Side(d.before) != "" && (last.text != h.text || d.before != h.text)
}

// unnamed reads a table of types without names: the member that the heading names, or
// the whole body, is of the type.
func (d *drafter) unnamed(p *part) []*Field {
	var out []*Field
	for row := p.from; row < p.to; row++ {
		kind, cells := p.text(row, wording.Type)
		if kind == "" {
			kind, cells = p.text(row, wording.Name)
		}
		label, more := p.text(row, wording.Label)
		if !knownType(oneLine(kind)) {
			continue
		}
		f := &Field{Path: []string{d.inside}, Type: oneLine(kind), Required: wording.Unstated, Place: p.Place, List: wording.IsList(kind)}
		f.describe(map[wording.Role]string{wording.Label: label}, "", d.words, false, false, false)
		for _, c := range cells {
			p.use(c, Use{Fate: Carried, As: "type", Field: f})
		}
		for _, c := range more {
			p.use(c, Use{Fate: Carried, As: "label", Field: f})
		}
		out = append(out, f)
		d.inside = ""
		break
	}
	return out
}

// structName is the name of the type that a table defines: the line or heading before
// it names one.
func (d *drafter) structName(p *part) string {
	titles := []string{firstOf(p.group, d.before)}
	if p.group == "" {
		for _, caption := range slices.Backward(d.captions) {
			titles = append(titles, caption)
		}
	}
	for _, h := range slices.Backward(d.headings) { // BatchDTO > 属性
		if !d.words.IsGeneric(h.text) {
			titles = append(titles, d.bareType(h.text))
			break
		}
	}
	for _, title := range titles {
		if name := d.titleType(norm.NFKC.String(title)); name != "" {
			return name
		}
	}
	return ""
}

// bareType is a heading that is the name of a type and nothing else.
func (d *drafter) bareType(title string) string {
	_, plain := naming.SectionOf(title)
	if plain = strings.Trim(plain, "*`: "); d.words.IsGeneric(d.before) && naming.TypeIn(plain) == plain {
		return plain
	}
	return ""
}

// titleType is the type that a title is about; empty where it is about something else.
func (d *drafter) titleType(title string) string {
	name := naming.TypeIn(title)
	if m := ofType.FindStringSubmatch(title); m != nil && d.refers(m[1]) {
		name = m[1]
	}
	if name == "" || len([]rune(title)) > 60 || naming.EndpointOf(title).Path != "" {
		return ""
	}
	plain := strings.Trim(title, "*`# :：\"'0123456789.、")
	side := d.words.Side(plain)
	switch {
	case plain == name:
		return name
	case d.current != nil && side != "" && !d.refers(name):
		return ""
	case strings.HasPrefix(plain, name) && len([]rune(plain)) < len(name)+8 && side == "", d.refers(name), strings.Contains(title, "类型"), strings.Contains(title, "结构"), strings.Contains(title, "对象"):
		return name
	}
	return ""
}

// ofType is a type in a title that says where it is: Order/CargoDetail, Order.Cargo.
var ofType = regexp.MustCompile(`[A-Z][A-Za-z0-9_]*\s*(?:[/.>]|->)\s*([A-Z][A-Za-z0-9_]*)\W*$`)

// nest puts fields below the member that the title names.
func (d *drafter) nest(fields []*Field) {
	at := slices.IndexFunc(d.sided(), func(f *Field) bool { return f.Name() == d.inside })
	for _, f := range fields {
		f.Path = append(slices.Clone(d.sided()[at].Path), f.Path...)
	}
}

// give adds a field to a side of the current interface.
func (d *drafter) give(side string, f *Field) {
	to := &d.current.Request
	if side == "response" {
		to = &d.current.Response
	}
	*to = append(*to, f)
}

// fill gives the current interface the fields of a part.
func (d *drafter) fill(p *part, fields []*Field) {
	side := firstOf(p.side, d.side)
	if side == "" && p.has(wording.Place) {
		side = "request"
	}
	if len(d.current.Request) > 0 && (side == "" || side == "request" && p.side == "" && !p.turned && (len(d.captions) == 0 || d.sampled) && len(d.current.Response) == 0) {
		side = "response" // a second table with nothing said before it, or behind an example
		d.side = side
	}
	in := wording.PlaceOf(firstOf(p.group, d.before))
	if d.node != "" {
		d.inside = d.node
	}
	if d.node != "" && !d.known(d.node) {
		list := wording.IsList(d.before)
		d.give(side, &Field{Path: []string{d.node}, Type: map[bool]string{true: "array", false: "object"}[list], List: list, Parent: true, Required: wording.Unstated, Place: p.Place})
	}
	if d.inside != "" && d.known(d.inside) && !slices.ContainsFunc(fields, func(f *Field) bool { return f.Path[0] == d.inside }) {
		d.nest(fields)
	}
	for _, f := range fields {
		one := firstOf(f.side, side)
		if one != "response" && f.In == "" && in != "" && in != "body" {
			f.In = in
		}
		d.give(one, f)
	}
	if side == "response" {
		d.current.within[1] = firstOf(d.current.within[1], d.inside)
	} else {
		d.current.within[0] = firstOf(d.current.within[0], d.inside)
	}
}
