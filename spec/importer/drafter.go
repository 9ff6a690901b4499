package importer

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/item"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// drafter walks over the blocks of a document.
type drafter struct {
	draft   *draft.Draft
	words   *wording.Words
	file    string
	several bool // files: the title of one may be that of an interface

	headings   []heading         // that are open, the highest first
	first      string            // the first line of the file
	before     string            // the last paragraph or heading
	rest       []*document.Block // behind what is read
	next       *document.Block   // or line, behind what is read; nil: none
	captions   []string          // short lines since the last table
	side       string            // request or response, as the last heading or paragraph says
	inside     string            // the member that the fields are in, as the last heading says
	insideOnce bool              // a sentence says it, of one table
	node       string            // the same, where the title says that it is the name of a node
	named      string            // of the interface, as a sentence in front of its tables says
	current    *draft.Interface
	level      int              // of the current interface's heading
	parted     bool             // headings of that level are its parts
	method     string           // of interfaces that name none
	verb       string           // that was named since the last heading
	head       *rows.Part       // a table that was only a head
	sampled    bool             // an example was shown since the last table
	begins     string           // the name of the interface that a line says
	early      [][2]string      // examples, with their side, of the interface whose table comes next
	base       string           // of the URLs of a contract
	bases      []string         // paths where all URLs begin, as lines and rows say
	opening    *draft.Interface // whose URL is in front of all headings; nil: none

	structs     map[string]*structure
	byName      map[string]*structure      // in small letters, for fields that are called like a type
	byTitle     map[string][]*draft.Shared // for fields that are labelled like a table
	finishing   *draft.Interface           // whose rows get their members
	lastStruct  *structure
	listedAbove *document.Table                      // that lists interfaces, right above the block that is read; nil: none
	listedFacts map[int]string                       // what its columns say
	listings    []*listing                           // of tables that list interfaces
	blocks      map[naming.Endpoint]*draft.Interface // whose rows say which they are of
	last        []*draft.Field                       // of the last table
	items       *item.Reader                         // of parameters that are no rows of tables
}

// maxLevel is the level of an interface that a line begins: the next heading ends it.
const maxLevel = 9

type heading struct {
	level int
	text  string
	place string
}

// structure is a type: a table of its members.
type structure struct {
	name, place, title string
	fields             []*draft.Field
	in                 *draft.Interface // that it is in
	side               string           // that was spoken of there
	used               bool
	order              int // of appearance
}

// read walks over the blocks of one file.
func (d *drafter) read(blocks []*document.Block) {
	d.first, d.base = "", ""
	if d.several && d.beginsWithPart(blocks) { // one interface a file
		d.headings = []heading{{-1, strings.TrimSuffix(d.file, path.Ext(d.file)), d.file}}
	}
	for n, b := range blocks {
		d.rest = blocks[n+1:]
		if d.next = nil; len(d.rest) > 0 {
			d.next = d.rest[0]
		}
		d.base = cmp.Or(b.Base, d.base)
		place := d.file + " " + b.Place
		if d.first == "" && b.Table == nil && strings.Trim(b.Text, " \n[]TOCtoc") != "" {
			d.first = firstLine(strings.TrimSpace(b.Text))
		}
		switch {
		case b.Table != nil:
			d.table(b.Table, place)
		case b.Level > 0:
			d.listedAbove = nil
			d.heading(b, place)
		case b.Code:
			d.code(b)
		default:
			d.paragraph(b.Text, place)
		}
	}
	d.headings, d.current, d.side, d.inside, d.head, d.early = nil, nil, "", "", nil, nil
}

// beginsWithPart says whether a file begins with a part of an interface, and has no heading above it.
func (d *drafter) beginsWithPart(blocks []*document.Block) bool {
	first := slices.IndexFunc(blocks, func(b *document.Block) bool { return b.Level > 0 })
	return first >= 0 && d.words.IsGeneric(blocks[first].Text) && !slices.ContainsFunc(blocks, func(b *document.Block) bool { return b.Level > 0 && b.Level < blocks[first].Level })
}

// heading opens a chapter; a heading with a path is that of an interface.
func (d *drafter) heading(b *document.Block, place string) {
	generic := d.words.IsGeneric(b.Text)
	for n := len(d.headings) - 1; n >= 0 && d.headings[n].level >= b.Level; n-- {
		if generic && d.headings[n].level == b.Level && d.isAbove(d.headings[n].text, b.Text) {
			break
		}
		d.headings = d.headings[:n]
	}
	d.headings = append(d.headings, heading{b.Level, b.Text, place})
	d.before, d.inside, d.insideOnce, d.head, d.captions = b.Text, "", false, nil, []string{b.Text}
	if !generic {
		d.verb, d.named, d.early = "", "", nil
	}
	beside := d.current != nil && b.Level == d.level
	if d.current != nil && (b.Level < d.level || (beside || d.level == 0) && !generic || beside && !d.parted && codesTitle.MatchString(b.Text)) {
		d.current, d.side = nil, ""
	}
	d.parted = d.current != nil && (d.parted || beside)
	d.setSide(b.Text, generic)
	if e := naming.EndpointOf(b.Text); strings.HasPrefix(e.Path, "/") && !naming.IsMedia(e.Path) {
		d.begin(e, place)
		if len(d.draft.Interfaces) == 1 && onlyAddress.MatchString(b.Text) {
			d.opening = d.current
		}
	} else if path, title := naming.ProgramOf(b.Text); path != "" {
		d.begin(naming.Endpoint{Path: path}, place)
		d.current.Title = cmp.Or(title, d.current.Title)
	} else if e.Method != "" && naming.VerbWord.MatchString(b.Text) {
		d.verbed(e.Method)
	} else if d.current != nil && b.Level > d.level && naming.OnlyVerb.MatchString(b.Text) {
		d.methodChapter(e.Method, place)
	}
}

// methodChapter opens the chapter of a method of the path above: another interface but for one.
func (d *drafter) methodChapter(method, place string) {
	if d.side = ""; d.current.Method == "" {
		d.verbed(method)
		return
	}
	first, level := d.current, d.level
	i := d.begin(naming.Endpoint{Method: method, Path: first.URL}, place)
	i.Title, i.Section, d.level = first.Title, first.Section, level
}

// codesTitle is the title of a chapter of codes, which is about all interfaces where their own
// parts are not chapters beside it.
var codesTitle = pattern.New(`(?i)^\W*[\d.]*\s*(?:全局|公共|通用|统一)?(?:业务|接口)?(?:错误|返回|状态|响应|异常|结果)(?:代?码|编码)(?:列表|说明|表|定义|一览|对照表?)?\W*$|^\W*[\d.]*\s*(?:error|status|return|result) ?codes?\W*$`)

// onlyAddress is a heading with the address of a server and nothing else.
var onlyAddress = pattern.New(`^\W*(?:服务器?|接口|请求|根|基础|访问)?(?i:地址|url|路径)\s*[:：]\s*https?://\S+$`)

// isAbove says whether a heading is the title of what a generic one of its level is a part of:
// it has a number and the part has none.
func (d *drafter) isAbove(title, part string) bool {
	section, _ := naming.SectionOf(title)
	own, _ := naming.SectionOf(part)
	return section != "" && own == "" && !d.words.IsGeneric(title)
}

var memberWord = pattern.New(`^[^A-Za-z]*([a-z][A-Za-z0-9_]*)[^A-Za-z]*$`)

// setSide remembers whether requests or responses are spoken of, and in which member
// the fields are: 返回的data.
func (d *drafter) setSide(text string, sure bool) {
	if len([]rune(text)) > 40 && !sure {
		return
	}
	side := d.words.Side(text)
	if !sure && d.ofBothSides(text) {
		side = ""
	}
	if side == "" && (placeTitle.MatchString(text) || d.words.IsGeneric(text) && slices.Contains([]string{"query", "path", "form", "cookie"}, wording.PlaceOf(text))) {
		side = "request"
	}
	if side != "" {
		d.side = side
	} else if d.side == "" && d.words.IsWeak(text) {
		d.side = "request"
	}
	if sure {
		d.inside = ""
	}
	if d.node = naming.NodeIn(text); d.node != "" {
		d.inside = d.node
	} else if m := memberWord.FindStringSubmatch(naming.BeforeEach(norm.NFKC.String(text))); m != nil && (side != "" || d.known(m[1]) && (partOf.MatchString(text) ||
		strings.Trim(text, "*`#:： ") == m[1] && slices.ContainsFunc(d.sided(), func(f *draft.Field) bool { return isCalled(f, m[1]) && rows.IsNested(f.Type) }))) {
		d.inside = m[1]
	}
}

// placeTitle is a title of parameters that says where they are sent: **查询参数**.
var placeTitle = pattern.New(`(?i)^\W*(?:查询|路径|表单|地址栏|url|query|path|form)\s*(?:字符串|string)?\s*(?:参数|parameters?|params?)(?:说明|列表)?\W*$`)

var partOf = pattern.New(`数据|格式|结构|字段|说明|参数|节点|对象|明细|内容|元素|成员|属性`)

// ofBothSides says whether the clauses of a sentence speak of requests and of replies:
// 请求成功返回200，提交数据有误返回422.
func (d *drafter) ofBothSides(text string) bool {
	sides := map[string]bool{}
	for clause := range strings.FieldsFuncSeq(norm.NFKC.String(text), func(r rune) bool { return strings.ContainsRune(",;。", r) }) {
		sides[d.words.Side(clause)] = true
	}
	return sides["request"] && sides["response"]
}

var (
	membersFollow = pattern.New(`(?i)[:：]$|如下|其中|包含|结构|以下|follow|below|contains|consists|each `)
	memberPath    = pattern.New(`[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*`)
)

// whenWord is in sentences about when fields are there: 以下字段在return_code为SUCCESS的时候有返回.
var whenWord = pattern.New(`(?i)时候|当|若|如果|情况|时[,，]?(?:有|返回|必|才)|\b(?:when|if|unless)\b`)

// memberIn is the member whose fields a sentence says that follow: 其中data.articles为json数组，
// 格式如下. It is empty where the sentence names no field that is known.
func (d *drafter) memberIn(line string) string {
	line = norm.NFKC.String(line)
	if d.current == nil || len([]rune(line)) > 80 || !membersFollow.MatchString(line) || whenWord.MatchString(line) {
		return ""
	}
	for _, name := range memberPath.FindAllString(line, -1) {
		if d.known(name) {
			return name
		}
	}
	return ""
}

// isCalled says whether a field has a name, or a path.
func isCalled(f *draft.Field, s string) bool { return s == f.Name() || s == strings.Join(f.Path, ".") }

// known says whether a field of the side that is spoken of has a name.
func (d *drafter) known(name string) bool {
	return d.current != nil && slices.ContainsFunc(d.sided(), func(f *draft.Field) bool { return isCalled(f, name) })
}

// sided are the fields of the side that is spoken of.
func (d *drafter) sided() []*draft.Field {
	if d.side == "response" {
		return d.current.Response
	}
	return d.current.Request
}

// title is the nearest heading that names something.
func (d *drafter) title() heading {
	for i := len(d.headings) - 1; i >= 0; i-- {
		if !d.words.IsGeneric(d.headings[i].text) {
			return d.headings[i]
		}
	}
	return heading{text: d.first}
}

// bareVerb is what is left of a title that is nothing but a method and a path.
var bareVerb = pattern.New(`^(?:GET|POST|PUT|DELETE|PATCH)$`)

// titleOver is the heading above the nearest one that names something.
func (d *drafter) titleOver() string {
	for i := len(d.headings) - 2; i >= 0; i-- {
		if !d.words.IsGeneric(d.headings[i].text) && d.headings[i].text != d.title().text {
			return d.headings[i].text
		}
	}
	return ""
}

// chapter is the chapters that are open above a level.
func (d *drafter) chapter(level int) string {
	var parts []string
	for _, h := range d.headings {
		if h.level < level {
			parts = append(parts, h.text)
		}
	}
	return strings.Join(parts, "\x00")
}

// begin begins an interface.
func (d *drafter) begin(e naming.Endpoint, place string) *draft.Interface {
	h := d.title()
	i := &draft.Interface{Method: cmp.Or(e.Method, d.verb), URL: e.Path, Base: d.base, Place: place, Chap: d.chapter(h.level), Head: h.text}
	i.Section, i.Title = naming.SectionOf(h.text)
	if short := naming.WithoutMethod(i.Title); short != i.Title { // 登录（POST）
		i.Method, i.Title = cmp.Or(i.Method, naming.EndpointOf(i.Title).Method), short
	}
	if at := strings.Index(i.Title, e.Path); at > 0 && e.Path != "" { // 保全 - /attestations
		i.Title = strings.Trim(hostBehind.ReplaceAllString(i.Title[:at], ""), " -–—:：`(（")
	}
	if above := d.titleOver(); bareVerb.MatchString(i.Title) && above != "" { // GET /orders below 订单
		_, i.Title = naming.SectionOf(above)
	}
	i.TakeTitle()
	i.Cmd, d.named, d.verb = cmp.Or(i.Cmd, d.named), "", ""
	d.draft.Interfaces = append(d.draft.Interfaces, i)
	d.current, d.level, d.inside = i, h.level, ""
	for _, one := range d.early {
		d.side = one[0]
		d.example(one[1])
	}
	d.side, d.early = "", nil
	return i
}

// hostBehind is the host of a URL at the end of a title.
var hostBehind = pattern.New(`https?://\S*$`)

// code reads samples: JSON is an example of the side that is spoken of.
func (d *drafter) code(b *document.Block) {
	text := strings.TrimSpace(b.Text)
	first := firstLine(text)
	if asked := naming.URLWord.MatchString(d.before) && len([]rune(d.before)) < 20 || naming.URLWord.MatchString(first) && len([]rune(first)) < 200; asked && !strings.Contains(text, "\n") && len(naming.EndpointOf(first).Path) > 1 && d.title().place != "" {
		d.line(first, d.file+" "+b.Place, true)
		return
	}
	if d.both(text, b.Place) {
		return
	}
	if d.defined(text, d.file+" "+b.Place) {
		return
	}
	if d.current == nil {
		if e := naming.EndpointOf(first); e.Method != "" && e.Path != "" && len(first) < 200 && len(d.headings) > 0 && !naming.IsMedia(e.Path) {
			d.begin(e, d.file+" "+b.Place)
		} else if naming.OnlyVerb.MatchString(text) {
			d.verbed(e.Method)
		} else if d.early = append(d.early, [2]string{d.side, text}); d.repliesBelow() {
			d.begin(naming.Endpoint{}, d.file+" "+b.Place)
		}
		return
	}
	d.calledBelow(text, d.file+" "+b.Place)
	d.current.Cmd = cmp.Or(d.current.Cmd, sample.Action(text))
	if e := naming.EndpointOf(first); e.Path != "" && d.current.URL == "" && !naming.IsMedia(e.Path) && len(first) < 200 {
		d.current.URL, d.current.Method = e.Path, cmp.Or(e.Method, d.current.Method)
	}
	if e := naming.EndpointOf(first); e.Method != "" && e.IsEndpoint(strings.TrimSpace(strings.Replace(first, "HTTP/1.1", "", 1))) && strings.Contains(text, "\n") {
		d.side = "request"
	}
	d.sampled = d.side != "response"
	d.example(text)
	if naming.OnlyVerb.MatchString(text) {
		d.verbed(naming.EndpointOf(text).Method)
	}
}

// both takes a sample that shows what is sent and what comes back, each behind a word for
// its side, and begins the interface whose URL one of its first lines is.
func (d *drafter) both(text, place string) bool {
	sides := d.sidesIn(text)
	if len(sides) == 0 || len(sides) == 1 && sides[0][0] == "request" {
		return false
	}
	for _, line := range firstLines(text, 3) {
		e := naming.EndpointOf(line)
		if d.current == nil && d.title().place != "" && e.IsEndpoint(line) && len(e.Path) > 1 && !naming.IsMedia(e.Path) {
			d.begin(e, d.file+" "+place)
		}
	}
	if d.current == nil {
		return false
	}
	before := d.side
	for _, one := range sides {
		d.side = one[0]
		d.example(one[1])
	}
	d.side = before
	return true
}

// sidesIn are the examples in a text that have a word for their side in front, with the side.
func (d *drafter) sidesIn(text string) (out [][2]string) {
	for _, one := range sample.Captioned(text) {
		caption := strings.TrimSpace(norm.NFKC.String(one[0]))
		side := d.words.Side(caption)
		if side == "" && d.words.IsWeak(caption) {
			side = "request"
		}
		if side != "" {
			out = append(out, [2]string{side, one[1]})
		}
	}
	return out
}

// firstLines are the first lines of a text that say something.
func firstLines(text string, n int) (out []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" && len(out) < n {
			out = append(out, line)
		}
	}
	return out
}

func (d *drafter) example(text string) {
	text = sample.Body(text)
	markup := strings.HasPrefix(text, "<")
	if d.side == "request" && d.current.Example[0] == "" && sample.ArePairs(text) {
		d.current.Example[0] = text
		return
	}
	if !markup && !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{{") {
		return
	}
	at, shape := 0, sample.ShapeOf(text)
	unsaid := d.side == "" || d.words.Side(d.before) != "request" && d.words.Side(d.nearest()) != "request"
	if d.side == "response" || d.side == "" && (d.current.Example[0] != "" || d.current.Shapes[0] != nil) || unsaid && d.words.Answers(shape.Top()) {
		at = 1
	}
	refusal := at == 1 && d.words.Refuses(d.current.Shapes[1].Top()) && !d.words.Refuses(shape.Top()) // it says less
	if d.current.Shapes[at] == nil || refusal {
		d.current.Shapes[at] = shape
	}
	to := &d.current.Example[at]
	if markup {
		to = &d.current.Markup[at]
	}
	if *to == "" || refusal {
		*to = text
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// prose keeps sentences that state a condition, for the ledger.
func (d *drafter) prose(text, place string) {
	if d.current == nil {
		return
	}
	for _, sentence := range sentenceEnd.Split(text) {
		sentence = wording.OneLine(sentence)
		if n := len([]rune(sentence)); n > 6 && n < 200 && (wording.Depends(sentence) || mustWord.MatchString(sentence)) {
			d.draft.Prose = append(d.draft.Prose, draft.Prose{Text: sentence, Place: place, Of: d.current})
		}
	}
}

var (
	sentenceEnd = pattern.New(`[。；\n]`)
	latinWord   = pattern.New(`[A-Za-z][A-Za-z0-9_]*`)
	mustWord    = pattern.New(`必须|不能|不允许|只能|不得|只有|不支持|须|最多|至少`)
)

// refers says whether a field so far is of a type.
func (d *drafter) refers(name string) bool {
	return slices.ContainsFunc(d.draft.Interfaces, func(i *draft.Interface) bool {
		return slices.ContainsFunc(slices.Concat(i.Request, i.Response), func(f *draft.Field) bool { return namesType(f.Type, name) })
	})
}

func namesType(kind, name string) bool {
	return slices.Contains(latinWord.FindAllString(kind, -1), name)
}
