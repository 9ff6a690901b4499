package importer

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
)

// drafter walks over the blocks of a document.
type drafter struct {
	draft *Draft
	file  string

	headings []heading // that are open, the highest first
	before   string    // the last paragraph or heading
	side     string    // request or response, as the last heading or paragraph says
	current  *Interface
	level    int               // of the current interface's heading
	method   string            // of interfaces that name none
	verb     string            // that was named since the last heading
	structs  map[string]*table // tables of types, by name
	shared   []*table          // tables of parameters outside of interfaces
}

type heading struct {
	level int
	text  string
	place string
}

var (
	requestWord  = regexp.MustCompile(`(?i)请求(参数|体|数据|报文|字段|说明|列表)?|入参|输入|传入|上送|参数列表|parameters?|request|query|body|提交`)
	responseWord = regexp.MustCompile(`(?i)返回|响应|应答|出参|输出|回传|结果|response|returns?|result`)
	generic      = regexp.MustCompile(`(?i)^[\d.\s]*(接口)?(说明|描述|地址|请求地址|请求参数|请求方式|返回值|返回参数|返回结果|响应参数|示例|请求示例|返回示例|description|parameters|responses?|request|example|url|参数|备注|功能说明|接口说明|请求|响应|返回|解释|注意)[:：]?\s*$`)
	numberHead   = regexp.MustCompile(`^[\s第]*(\d+(?:\.\d+)*)[.、\s章节]*\s*(.*)$`)
)

// read walks over blocks in their order.
func (d *drafter) read(blocks []*document.Block) {
	for _, b := range blocks {
		switch {
		case b.Table != nil:
			d.table(b.Table, d.file+" "+b.Place)
		case b.Level > 0:
			d.heading(b)
		case b.Code:
			d.code(b)
		default:
			d.paragraph(b.Text, d.file+" "+b.Place)
		}
	}
	d.headings, d.current, d.side = nil, nil, ""
}

// heading opens a chapter; a heading with a path is that of an interface.
func (d *drafter) heading(b *document.Block) {
	for len(d.headings) > 0 && d.headings[len(d.headings)-1].level >= b.Level {
		d.headings = d.headings[:len(d.headings)-1]
	}
	d.headings = append(d.headings, heading{b.Level, b.Text, d.file + " " + b.Place})
	d.before, d.verb = b.Text, ""
	d.setSide(b.Text, generic.MatchString(b.Text))
	if d.current != nil && b.Level <= d.level && !generic.MatchString(b.Text) {
		d.current, d.side = nil, ""
	}
	if e := endpointOf(b.Text); e.path != "" && strings.HasPrefix(e.path, "/") {
		d.begin(e, d.file+" "+b.Place)
	}
}

// setSide remembers whether requests or responses are spoken of. A title that is none
// of the usual words ends it.
func (d *drafter) setSide(text string, sure bool) {
	a, b := requestWord.FindStringIndex(text), responseWord.FindStringIndex(text)
	switch {
	case len([]rune(text)) > 40 && !sure:
	case b != nil && (a == nil || b[0] < a[0] || strings.HasPrefix(strings.ToLower(text), "response")):
		d.side = "response"
	case a != nil:
		d.side = "request"
	}
}

// title is the nearest heading that names something, and its level and place.
func (d *drafter) title() heading {
	for i := len(d.headings) - 1; i >= 0; i-- {
		if !generic.MatchString(d.headings[i].text) {
			return d.headings[i]
		}
	}
	return heading{level: 9}
}

// begin begins an interface.
func (d *drafter) begin(e endpoint, place string) {
	h := d.title()
	i := &Interface{Method: e.method, Path: e.path, Place: place}
	if i.Method == "" {
		i.Method = d.verb
	}
	i.Section, i.Title = sectionOf(h.text)
	if at := strings.Index(i.Title, e.path); at > 0 && e.path != "" { // 保全 - /attestations
		i.Title = strings.Trim(i.Title[:at], " -–—:：`")
	}
	d.draft.Interfaces = append(d.draft.Interfaces, i)
	d.current, d.level, d.side = i, h.level, ""
}

func sectionOf(text string) (section, title string) {
	text = strings.TrimSpace(norm.NFKC.String(text))
	if m := numberHead.FindStringSubmatch(text); m != nil && m[2] != "" {
		return m[1], strings.TrimSpace(m[2])
	}
	return "", text
}

// paragraph looks for a method, a path, and whether requests or responses follow.
func (d *drafter) paragraph(text, place string) {
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		d.before = line
		if len([]rune(line)) <= 40 {
			d.setSide(line, false)
		}
		d.line(line, place)
	}
}

// line takes an endpoint from a line of text: one with a method and a path, or one
// that says that a path or method follows.
func (d *drafter) line(line, place string) {
	e := endpointOf(line)
	named := urlWord.MatchString(line) || strings.HasPrefix(line, "/") || strings.HasPrefix(line, "http")
	switch {
	case e.method != "" && strings.Contains(e.path, "/") && methodURL.MatchString(norm.NFKC.String(strings.ReplaceAll(line, "`", ""))):
		d.endpoint(e, place)
	case named && e.path != "" && len([]rune(line)) < 200:
		d.endpoint(e, place)
	case verbWord.MatchString(line) && e.method != "":
		if d.current != nil && d.current.Method == "" {
			d.current.Method = e.method
		}
		d.verb = e.method
	case d.current == nil && e.method != "" && allOf.MatchString(line):
		d.method = e.method
	}
}

// allOf is a sentence about all interfaces.
var allOf = regexp.MustCompile(`(所有|全部|均|统一|都)\S*\s*(采用|使用|为|通过)?`)

// endpoint gives the current interface its endpoint, or begins the next one.
func (d *drafter) endpoint(e endpoint, place string) {
	if len(d.headings) == 0 {
		return
	}
	if c := d.current; c != nil && d.title().text == d.titleOf(c) {
		if c.Path == "" || len(c.Request)+len(c.Response) == 0 && c.Method == "" {
			if c.Path == "" {
				c.Path = e.path
			}
			if c.Method == "" {
				c.Method = e.method
			}
			return
		}
		if c.Path == e.path || len(c.Request)+len(c.Response) == 0 {
			return
		}
	}
	d.begin(e, place)
}

func (d *drafter) titleOf(i *Interface) string {
	for _, h := range d.headings {
		if _, title := sectionOf(h.text); title == i.Title {
			return h.text
		}
	}
	return "\x00"
}

// code reads samples: JSON is an example of the side that is spoken of.
func (d *drafter) code(b *document.Block) {
	text := strings.TrimSpace(b.Text)
	if d.current == nil {
		return
	}
	if e := endpointOf(firstLine(text)); e.path != "" && d.current.Path == "" {
		d.current.Path, d.current.Method = e.path, e.method
	}
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		at := 0
		if d.side == "response" || d.current.Example[0] != "" && d.side == "" {
			at = 1
		}
		if d.current.Example[at] == "" {
			d.current.Example[at] = text
		}
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// table takes a table as what its head says.
func (d *drafter) table(t *document.Table, place string) {
	cells := 0
	for _, row := range t.Rows {
		for i, c := range row {
			if c != nil && (i == 0 || row[i-1] != c) && strings.TrimSpace(c.Text) != "" {
				cells++
			}
		}
	}
	d.draft.Cells += cells
	why := d.take(t, place)
	if why == "" {
		d.draft.Carried += cells
		return
	}
	d.draft.Left = append(d.draft.Left, Left{place, why, rowText(t, 0)})
}

func rowText(t *document.Table, row int) string {
	var parts []string
	var last *document.Cell
	for i := range t.Width() {
		if c := t.At(row, i); c != nil && c != last {
			parts = append(parts, oneLine(c.Text))
			last = c
		}
	}
	return strings.Join(parts, " | ")
}

// take carries a table over, and returns why not.
func (d *drafter) take(t *document.Table, place string) string {
	if d.facts(t, place) {
		return ""
	}
	if blocks := blocksOf(t, place); blocks != nil {
		d.draft.Interfaces = append(d.draft.Interfaces, blocks...)
		return ""
	}
	one := headed(t, place)
	if one == nil {
		return "no head of a table of parameters or codes"
	}
	one.title = d.before
	switch {
	case one.column(codeRole) >= 0 && !one.isFields(), isHTTP(t):
		d.codes(one)
		return ""
	case !one.isFields():
		return "its head names no parameter"
	}
	if name := d.structName(one); name != "" {
		d.structs[name] = one
		one.taken = true
		return ""
	}
	if d.current == nil {
		d.shared = append(d.shared, one)
		return "it is in no interface"
	}
	d.fill(one)
	return ""
}

func isHTTP(t *document.Table) bool { return strings.Contains(fold(rowText(t, 0)), "httpcode") }

// facts reads a table of two columns that says method and path.
func (d *drafter) facts(t *document.Table, place string) bool {
	if t.Width() > 3 {
		return false
	}
	e, any := endpoint{}, false
	for row := range t.Rows {
		k, v := t.At(row, 0), t.At(row, 1)
		if k == nil || v == nil {
			continue
		}
		one := endpointOf(v.Text)
		switch {
		case urlWord.MatchString(k.Text) && one.path != "":
			e.path, any = one.path, true
			if one.method != "" && e.method == "" {
				e.method = one.method
			}
		case verbWord.MatchString(k.Text) && one.method != "":
			e.method, any = one.method, true
		}
	}
	if any {
		d.begin(e, place)
	}
	return any
}

// codes reads a table of codes.
func (d *drafter) codes(t *table) {
	for row := t.head; row < len(t.Rows); row++ {
		code, text := t.text(row, codeRole), t.text(row, labelRole)
		if code == "" {
			continue
		}
		c := Code{oneLine(code), oneLine(text)}
		if d.current != nil && !isHTTP(t.Table) {
			d.current.Codes = append(d.current.Codes, c)
		} else if !isHTTP(t.Table) {
			d.draft.Codes = append(d.draft.Codes, c)
		}
	}
	if isHTTP(t.Table) && d.current != nil {
		d.schema(t)
	}
}

// schema takes the type of a good answer from a table of HTTP statuses.
func (d *drafter) schema(t *table) {
	for row := t.head; row < len(t.Rows); row++ {
		if kind := t.text(row, typeRole); strings.Contains(rowText(t.Table, row), "200") && kind != "" {
			d.current.Response = append(d.current.Response, &Field{Path: []string{""}, Type: oneLine(kind), Required: "unstated", Place: t.place})
			return
		}
	}
}

// fill gives the current interface the fields of a table.
func (d *drafter) fill(t *table) {
	fields := t.fields()
	response := d.side == "response"
	if d.side == "" {
		response = len(d.current.Request) > 0
	}
	t.taken = true
	if response {
		d.current.Response = append(d.current.Response, fields...)
		return
	}
	d.current.Request = append(d.current.Request, fields...)
}

// structName is the name of the type that a table describes; empty: it is none.
func (d *drafter) structName(t *table) string {
	for _, text := range []string{d.before, d.title().text} {
		_, text = sectionOf(text)
		name := strings.Trim(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(text), "对象"), "结构"), " :：`*")
		first, _, _ := strings.Cut(name, " ")
		first, _, _ = strings.Cut(first, "(")
		if !typeName.MatchString(first) || roleOf(first) != none || generic.MatchString(first) {
			continue
		}
		if d.refers(first) || len([]rune(name)) == len([]rune(first)) && len(d.draft.Interfaces) > 0 && endpointOf(text).path == "" {
			return first
		}
	}
	return ""
}

// typeName is a name that a type may have.
var typeName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]*[A-Za-z0-9]$`)

// refers says whether a field so far is of a type.
func (d *drafter) refers(name string) bool {
	return slices.ContainsFunc(d.draft.Interfaces, func(i *Interface) bool {
		return slices.ContainsFunc(slices.Concat(i.Request, i.Response), func(f *Field) bool { return strings.Contains(f.Type, name) })
	})
}

// finish puts types in their places and names what has no name.
func (d *drafter) finish() {
	used := map[string]int{}
	kept := d.draft.Interfaces[:0]
	for _, i := range d.draft.Interfaces {
		if len(i.Request)+len(i.Response) == 0 && i.Path == "" {
			continue
		}
		i.Request, i.Response = d.expand(i.Request, nil), d.expand(i.Response, nil)
		if i.Method == "" {
			i.Method = d.method
		}
		i.name(used)
		kept = append(kept, i)
	}
	d.draft.Interfaces = kept
}

// expand puts the members of types below the fields that are of them.
func (d *drafter) expand(list []*Field, inside []string) []*Field {
	var out []*Field
	for _, f := range list {
		t := d.structOf(f.Type)
		body := len(f.Path) == 1 && (f.Path[0] == "" || f.In == "body" && t != nil && !f.List)
		if !body {
			out = append(out, f)
		}
		if t == nil || len(inside) > 8 || slices.Contains(inside, t.title) {
			continue
		}
		for _, m := range d.expand(t.fields(), append(inside, t.title)) {
			one := *m
			if !body {
				one.Path = append(append([]string{}, f.Path...), m.Path...)
			}
			out = append(out, &one)
		}
	}
	return out
}

// structOf is the table of a type that a cell names: CaVO, List<CaVO>, CaVO对象, CaVO[].
func (d *drafter) structOf(kind string) *table {
	for _, word := range regexp.MustCompile(`[A-Z][A-Za-z0-9_]+`).FindAllString(kind, -1) {
		if t := d.structs[word]; t != nil {
			return t
		}
	}
	return nil
}

// name makes a cmd of the path, or of the place among others.
func (i *Interface) name(used map[string]int) {
	if i.Cmd == "" {
		bare, _, _ := strings.Cut(strings.ReplaceAll(i.Path, "$", ""), "?")
		i.Cmd = word(strings.TrimSuffix(path.Base(bare), ".do"))
		if hole := strings.Index(bare, "/{"); hole >= 0 {
			i.Cmd = word(path.Base(bare[:hole]) + "_by_" + strings.Trim(path.Base(bare), "{}"))
		}
	}
	if i.Cmd == "" {
		i.Cmd = fmt.Sprintf("interface_%d", len(used)+1)
	}
	if used[i.Cmd]++; used[i.Cmd] > 1 {
		i.Cmd = fmt.Sprintf("%s_%d", i.Cmd, used[i.Cmd])
	}
}

var notName = regexp.MustCompile(`[^A-Za-z0-9_]+`)

// word is a text as a name: letters, digits and underscores.
func word(s string) string {
	s = strings.Trim(notName.ReplaceAllString(s, "_"), "_")
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		s = "i" + s
	}
	return s
}
