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

// cutting divides a table into what it is made of: facts of an interface, titles of
// groups, and parts below a head.
type cutting struct {
	*Table
	words *wording.Words
	parts []*part
	facts []fact
	open  *part
	side  string // that a title in the table said last
	group string
}

// fact is a row that says something of an interface; before is the number of parts in
// front of it.
type fact struct {
	kind   string // path, method, title, cmd, note
	text   string
	e      naming.Endpoint
	cells  []*document.Cell
	before int
}

// cut divides a table.
func cut(t *Table, words *wording.Words) *cutting {
	c := &cutting{Table: t, words: words}
	for row := range t.Rows {
		c.row(row)
	}
	c.close()
	return c
}

func (c *cutting) close() {
	if c.open != nil {
		c.open.settle()
		c.parts = append(c.parts, c.open)
	}
	c.open = nil
}

// row takes one row as what it is.
func (c *cutting) row(row int) {
	cells := c.Table.Distinct(row)
	switch {
	case len(cells) == 0:
	case c.open != nil && c.open.repeats(row):
		c.open.to = row + 1
	case isHead(c.Table.Table, row, c.open, c.words):
		c.head(row, cells)
	case len(cells) == 1 && c.isLine(row, cells[0]):
	case c.isTitle(row, cells):
		c.title(row, cells)
	case c.isFact(row, cells):
	case c.open != nil:
		c.open.to = row + 1
	}
}

// head begins a part. A cell at the left that is merged over its rows says the side.
func (c *cutting) head(row int, cells []*document.Cell) {
	side := c.side
	for _, cell := range cells {
		if cell.Col == 0 && row+1 < len(c.Rows) && c.At(row+1, 0) == cell {
			side = firstOf(c.words.Side(cell.Text), side)
		}
	}
	over := c.open
	c.close()
	c.open = newPart(c.Table, row, c.words)
	if over != nil && over.from == row && over.to == row { // a head of two rows
		c.parts = c.parts[:len(c.parts)-1]
		for i, r := range over.roles {
			if c.open.roles[i] == wording.None && c.At(row, i) != nil && strings.TrimSpace(c.At(row, i).Text) == "" {
				c.open.roles[i] = r
			}
		}
	}
	c.open.side, c.open.group = side, c.group
	for i := range c.open.roles {
		if cell := c.At(row, i); cell != nil && row+1 < len(c.Rows) && c.At(row+1, i) == cell {
			c.open.roles[i] = wording.Other // it is no head: it goes on into the rows
		}
	}
	for _, cell := range cells {
		c.use(cell, Use{Fate: Read, As: "head"})
	}
}

// isTitle says whether a row has one text only, over all columns or in the first one.
func (c *cutting) isTitle(row int, cells []*document.Cell) bool {
	if len(cells) != 1 || c.Width() < 2 {
		return false
	}
	text := strings.TrimSpace(cells[0].Text)
	name, _, _ := naming.NameOf(text)
	over := c.At(row, c.Width()-1) == cells[0] && c.At(row, 0) == cells[0]
	if name != "" && c.words.Side(text) == "" && !over {
		return false
	}
	if row > 0 && c.At(row-1, cells[0].Col) == cells[0] { // it goes on from above
		return false
	}
	return len([]rune(text)) <= 40 && (over || cells[0].Col == 0 && (name == "" || c.words.IsGeneric(text)))
}

// isLine takes a row with one text that says an address, a method or the title of an
// interface, as a line of text would.
func (c *cutting) isLine(row int, cell *document.Cell) bool {
	text := strings.TrimSpace(norm.NFKC.String(cell.Text))
	if len([]rune(text)) > 200 || strings.Contains(text, "\n") || cell.Row != row {
		return false
	}
	f := fact{text: text, cells: []*document.Cell{cell, cell}, before: len(c.parts)}
	if c.open != nil {
		f.before++
	}
	e := naming.EndpointOf(text)
	switch section, title := naming.SectionOf(text); {
	case naming.URLWord.MatchString(text) && len(e.Path) > 1, naming.MethodURL.MatchString(text) && len(e.Path) > 1:
		f.kind, f.e = "path", e
	case naming.VerbWord.MatchString(text) && e.Method != "":
		f.kind, f.e = "method", e
	case section != "" && len([]rune(title)) < 40 && c.words.Side(title) == "" && !c.words.IsGeneric(title) && c.nextSays(row):
		f.kind, f.text = "title", title
	default:
		return false
	}
	c.close()
	c.side, c.group = "", ""
	c.facts = append(c.facts, f)
	return true
}

// nextSays says whether the row behind one says an address or a method.
func (c *cutting) nextSays(row int) bool {
	if row+1 >= len(c.Rows) {
		return false
	}
	text := norm.NFKC.String(rowText(c.Table.Table, row+1))
	e := naming.EndpointOf(text)
	return naming.URLWord.MatchString(text) && len(e.Path) > 1 || naming.VerbWord.MatchString(text) && e.Method != ""
}

// title is a row with one text: it ends a part, or says the side of the rows that follow.
func (c *cutting) title(row int, cells []*document.Cell) {
	text := strings.TrimSpace(cells[0].Text)
	c.use(cells[0], Use{Fate: Read, As: "title of a group"})
	side := c.words.Side(text)
	c.group = text
	if side != "" {
		c.side = side
	}
	if c.open == nil {
		return
	}
	old := c.open
	c.close()
	c.open = &part{Table: c.Table, words: c.words, head: old.head, from: row + 1, to: row + 1, side: firstOf(side, old.side), group: text}
	c.open.roles = newPart(c.Table, old.head, c.words).roles
}

var (
	titleFact = regexp.MustCompile(`^(接口|功能|服务|交易|方法|api)?(中文)?(名称|名)$|^(接口中文名|接口名称|服务名|接口标题|功能|api名称|name|title|接口功能)$`)
	cmdFact   = regexp.MustCompile(`^(接口|功能|服务|交易|方法|api|消息|报文)(代码|编号|编码|码|标识|英文名|英文名称|类型码|号|id|code)$|^(cmd|command|method名|方法名|方法名称|api|apiname|api名称|接口英文名|action|service|msgtype|交易码|服务名称|接口标识)$`)
	noteFact  = regexp.MustCompile(`^(接口|功能|服务|业务)?(描述|说明|简介|概述|用途|作用|场景|功能描述|使用场景)$|^(description|desc|summary|备注|说明|业务场景)$`)
	otherFact = regexp.MustCompile(`协议|编码|格式|content-?type|版本|响应时间|响应速度|demo|注意|字符集|授权|鉴权|数据方式|使用方|调用方|提供方|类型|频率|是否|限制|示例|环境|签名|更新|作者|日期|方向|状态|返回|支持|标签|权限|测试`)
)

// isFact takes a row of a key and its text.
func (c *cutting) isFact(row int, cells []*document.Cell) bool {
	if len(cells) < 2 || len(cells)%2 != 0 && len(cells) > 3 || c.open != nil && (c.Width() == 2 || len(cells) != 2 && c.Width() <= 4) {
		return false
	}
	found := false
	for i := 0; i+1 < len(cells); i += 2 {
		if c.fact(cells[i], cells[i+1], len(cells)) {
			found = true
		} else if c.open != nil {
			return false
		}
	}
	if found && c.open != nil {
		c.close()
	}
	return found
}

// fact takes one key with its text; n is the number of texts in the row.
func (c *cutting) fact(key, value *document.Cell, n int) bool {
	word, text := strings.Trim(wording.Fold(key.Text), ":*[]【】()"), strings.TrimSpace(norm.NFKC.String(value.Text))
	if len([]rune(word)) > 14 || word == "" || value.Col <= key.Col {
		return false
	}
	f := fact{text: text, cells: []*document.Cell{key, value}, before: len(c.parts)}
	if c.open != nil {
		f.before++
	}
	e := naming.EndpointOf(text)
	switch {
	case naming.URLWord.MatchString(word) && e.Path != "":
		f.kind, f.e = "path", e
	case naming.VerbWord.MatchString(word) && e.Method != "", word == "请求类型" && e.Method != "":
		f.kind, f.e = "method", e
	case cmdFact.MatchString(word) && naming.Name.MatchString(text):
		f.kind = "cmd"
	case titleFact.MatchString(word) && len([]rune(text)) < 60:
		f.kind = "title"
	case noteFact.MatchString(word):
		f.kind = "note"
	case c.open == nil && otherFact.MatchString(word) && len(c.facts) > 0:
		f.kind = "other"
	default:
		return false
	}
	c.facts = append(c.facts, f)
	return true
}

// guess finds the columns of a table without a head by what its cells look like; nil
// where it is no table of fields.
func guess(t *Table, words *wording.Words) *part {
	p := &part{Table: t, words: words, head: -1, to: len(t.Rows), roles: make([]wording.Role, t.Width())}
	share := func(col int, test func(string) bool) float64 {
		texts, n := p.texts(col), 0
		for _, text := range texts {
			if test(text) {
				n++
			}
		}
		return float64(n) / float64(max(len(texts), 1))
	}
	for i := range p.roles {
		if len(p.texts(i)) == 0 {
			continue
		}
		switch {
		case p.column(wording.Name) < 0 && share(i, isIdentifier) > 0.8:
			p.roles[i] = wording.Name
		case p.column(wording.Type) < 0 && share(i, isType) > 0.8:
			p.roles[i] = wording.Type
		case p.column(wording.Required) < 0 && share(i, func(s string) bool { return words.Mark(s, false) != wording.Unstated && len([]rune(s)) < 6 }) > 0.8 && share(i, isNumber) < 0.5:
			p.roles[i] = wording.Required
		case p.column(wording.Length) < 0 && share(i, isNumber) > 0.8:
			p.roles[i] = wording.Length
		default:
			p.roles[i] = wording.Label
		}
	}
	if !p.has(wording.Name) || !p.has(wording.Type) || !p.has(wording.Label, wording.Required) {
		return nil
	}
	return p
}

func isIdentifier(s string) bool {
	name, _, _ := naming.NameOf(s)
	return name != "" && !isType(s)
}

// isType says whether a text is a type and nothing else.
func isType(s string) bool {
	kind, length := wording.TypeAndLength(s)
	return knownType(kind) || length != "" && letterType.MatchString(kind)
}

// letterType is a type that banks write as letters in front of the length: AN8..40.
var letterType = regexp.MustCompile(`^(?i:ans?|as|ns|anc|n|a|b|c|x)$`)

var aNumber = regexp.MustCompile(`^\d{1,6}([,.]\d{1,2})?$`)

func isNumber(s string) bool { return aNumber.MatchString(strings.TrimSpace(s)) }

// headOf is the part of a table that lies below the head of another table: one that has
// nothing but its head.
func headOf(t *Table, head *part) *part {
	if head == nil || len(head.roles) != t.Width() {
		return nil
	}
	return &part{Table: t, words: head.words, head: -1, to: len(t.Rows), roles: slices.Clone(head.roles), side: head.side}
}
