package rows

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// Cutting divides a table into what it is made of: facts of an interface, titles of
// groups, and parts below a head.
type Cutting struct {
	*draft.Table
	words *wording.Words
	Parts []*Part
	Facts []Fact
	open  *Part
	band  *document.Cell // at the left of the rows of the open part, with their side
	side  string         // that a title in the table said last
	group string
	skip  int  // the row that the one before has said
	noted bool // a title said that remarks follow
}

// Fact is a row that says something of an interface; before is the number of parts in
// front of it.
type Fact struct {
	Kind   string // path, method, title, cmd, note
	Text   string
	E      naming.Endpoint
	Cells  []*document.Cell
	Before int
}

// Cut divides a table.
func Cut(t *draft.Table, words *wording.Words) *Cutting {
	c := &Cutting{Table: t, words: words}
	for row := range t.Rows {
		c.row(row)
	}
	c.close()
	return c
}

func (c *Cutting) close() {
	if c.open != nil {
		c.open.Settle()
		c.Parts = append(c.Parts, c.open)
	}
	c.open = nil
}

// row takes one row as what it is.
func (c *Cutting) row(row int) {
	cells := c.sided(row, c.body(row))
	switch {
	case len(cells) == 0, c.skip == row && row > 0:
	case c.open != nil && c.open.Repeats(row):
		c.open.To = row + 1
	case c.open == nil && c.headsFacts(row, cells):
	case c.open != nil && (c.open.isTyped(row) || c.open.isBare(row, cells)):
		c.open.To = row + 1
	case c.noted && len(cells) == 1 && c.isRemark(row, cells[0]):
	case c.isBand(row, cells):
	case isHead(c.Table.Table, row, c.open, c.words):
		c.head(row, cells)
	case len(cells) == 1 && c.isLine(row, cells[0]):
	case c.isTitle(row, cells):
		c.title(row, cells)
	case c.isFact(row, cells):
	case c.open != nil:
		c.open.To = row + 1
	}
}

// body are the cells of a row without the band at their left. A row without the band ends
// the part.
func (c *Cutting) body(row int) []*document.Cell {
	cells := c.Table.Distinct(row)
	if c.band == nil {
		return cells
	}
	if c.At(row, 0) == c.band {
		return slices.DeleteFunc(cells, func(cell *document.Cell) bool { return cell == c.band })
	}
	c.close()
	c.band, c.side, c.group = nil, "", ""
	return cells
}

// sided takes the word for a side out of a row whose other cells are below a head that has
// nothing above the word: 请求报文 at the left of the first of its rows, which begin a part.
func (c *Cutting) sided(row int, cells []*document.Cell) []*document.Cell {
	if c.open == nil || c.band != nil || c.open.Head < 0 || len(cells) == 0 || cells[0].Col != 0 || cells[0].Row != row {
		return cells
	}
	above := c.At(c.open.Head, 0)
	side := c.words.Side(cells[0].Text)
	if name, _, _ := naming.NameOf(cells[0].Text); side == "" || name != "" || len([]rune(cells[0].Text)) > 12 || above != nil && strings.TrimSpace(above.Text) != "" {
		return cells
	}
	c.title(row, cells[:1])
	c.open.From, c.open.To = row, row
	for col := range c.open.Roles {
		if c.At(row, col) == cells[0] {
			c.open.Roles[col] = wording.Other
		}
	}
	return cells[1:]
}

// left is the first column that is right of the band.
func (c *Cutting) left(row int) int {
	at := 0
	for c.band != nil && at < c.Width()-1 && c.At(row, at) == c.band {
		at++
	}
	return at
}

// headsFacts takes the head of a table whose rows say an address and a method, and no
// parameters: 参数 | 说明 above 请求URL | /pay.
func (c *Cutting) headsFacts(row int, cells []*document.Cell) bool {
	if len(cells) != 2 || c.Width() != 2 || c.words.Role(cells[0].Text) == wording.None || c.words.Role(cells[1].Text) == wording.None {
		return false
	}
	probe, says := &Cutting{Table: &draft.Table{Table: c.Table.Table, Uses: map[*document.Cell][]draft.Use{}}, words: c.words}, false
	for n := row + 1; n < len(c.Rows); n++ {
		cells := c.Table.Distinct(n)
		if len(cells) != 2 {
			continue
		}
		if name, _, _ := naming.NameOf(cells[0].Text); name != "" && !naming.URLWord.MatchString(name) && !naming.VerbWord.MatchString(name) {
			return false
		}
		says = probe.fact(cells[0], cells[1]) && (probe.Facts[len(probe.Facts)-1].Kind == "path" || probe.Facts[len(probe.Facts)-1].Kind == "method") || says
	}
	if !says {
		return false
	}
	for _, cell := range cells {
		c.Use(cell, draft.Use{Fate: draft.Read, As: "head"})
	}
	return true
}

// isBand takes a row of a form whose first cell says what is in the first cell below, and
// whose others head the columns: 接口名称 | 说明 | 样例 above /user/login.
func (c *Cutting) isBand(row int, cells []*document.Cell) bool {
	if len(cells) < 2 || row+1 >= len(c.Rows) || cells[0].Col != 0 {
		return false
	}
	for _, cell := range cells[1:] {
		if r := c.words.Role(cell.Text); r == wording.None || r == wording.Name || r == wording.Type {
			return false
		}
	}
	below := c.At(row+1, 0)
	if below == nil || below == cells[0] || strings.TrimSpace(below.Text) == "" {
		return false
	}
	key := wording.Fold(cells[0].Text)
	e := naming.EndpointOf(norm.NFKC.String(below.Text))
	f := Fact{Text: wording.OneLine(below.Text), E: e, Cells: []*document.Cell{cells[0], below}, Before: len(c.Parts)}
	if c.open != nil {
		f.Before++
	}
	switch {
	case strings.HasPrefix(e.Path, "/") && (naming.URLWord.MatchString(key) || titleFact.MatchString(key)):
		f.Kind = "path"
	case naming.VerbWord.MatchString(key) && e.Method != "":
		f.Kind = "method"
	default:
		return false
	}
	c.close()
	c.Facts = append(c.Facts, f)
	for _, cell := range cells[1:] {
		c.Use(cell, draft.Use{Fate: draft.Read, As: "head"})
	}
	for _, cell := range c.Table.Distinct(row + 1) {
		if cell != below {
			c.Use(cell, draft.Use{Fate: draft.Left, As: "nothing of an interface has a place for it"})
		}
	}
	c.skip = row + 1
	return true
}

// head begins a part. A cell at the left that is merged over its rows says the side.
func (c *Cutting) head(row int, cells []*document.Cell) {
	c.noted = false
	side, band := c.side, c.band
	if beginsBand(c.Table.Table, row, c.words) {
		band = c.At(row, 0)
		side = c.words.Side(band.Text)
	}
	over := c.open
	c.close()
	c.open = NewPart(c.Table, row, c.words)
	if over != nil && over.From == row && over.To == row { // a head of two rows
		c.Parts = c.Parts[:len(c.Parts)-1]
		for i, r := range over.Roles {
			if c.open.Roles[i] == wording.None && c.At(row, i) != nil && strings.TrimSpace(c.At(row, i).Text) == "" {
				c.open.Roles[i] = r
			}
		}
	}
	c.open.Side, c.open.Group, c.band = side, c.group, band
	for i := range c.open.Roles {
		if cell := c.At(row, i); cell != nil && row+1 < len(c.Rows) && c.At(row+1, i) == cell {
			c.open.Roles[i] = wording.Other // it is no head: it goes on into the rows
		}
	}
	for _, cell := range cells {
		c.Use(cell, draft.Use{Fate: draft.Read, As: "head"})
	}
}

// isTitle says whether a row has one text only, over all columns or in the first one.
func (c *Cutting) isTitle(row int, cells []*document.Cell) bool {
	if len(cells) != 1 || c.Width() < 2 {
		return false
	}
	text := strings.TrimSpace(cells[0].Text)
	name, _, _ := naming.NameOf(text)
	over := c.At(row, c.Width()-1) == cells[0] && c.At(row, c.left(row)) == cells[0]
	if name != "" && c.words.Side(text) == "" && !over {
		return false
	}
	if row > 0 && c.At(row-1, cells[0].Col) == cells[0] { // it goes on from above
		return false
	}
	if over && name != "" && memberTitle.MatchString(norm.NFKC.String(text)) {
		return true
	}
	if of := groupOf.FindStringSubmatch(text); of != nil && over && c.words.Side(of[1]) != "" {
		return true
	}
	return len([]rune(text)) <= 40 && (over || cells[0].Col == 0 && (name == "" || c.words.IsGeneric(text)))
}

// groupOf is the title of a group with what the group is called behind it: Request Body: [getBalance].
var groupOf = pattern.New(`^([^:：\[]{4,24}?)\s*[:：]\s*\[?[A-Za-z_][\w.]*\]?$`)

// memberTitle is a member with a remark about it, over the rows of its own members.
var memberTitle = pattern.New(`^[A-Za-z][A-Za-z0-9_]*\s*\([^()]*(?:\([^()]*\)[^()]*)*\)$`)

// isLine takes a row with one text that says an address, a method or the title of an
// interface, as a line of text would.
func (c *Cutting) isLine(row int, cell *document.Cell) bool {
	text := strings.TrimSpace(norm.NFKC.String(cell.Text))
	if len([]rune(text)) > 200 || strings.Contains(text, "\n") || cell.Row != row {
		return false
	}
	f := Fact{Text: text, Cells: []*document.Cell{cell, cell}, Before: len(c.Parts)}
	if c.open != nil {
		f.Before++
	}
	e := naming.EndpointOf(text)
	switch section, title := naming.SectionOf(text); {
	case naming.URLWord.MatchString(text) && len(e.Path) > 1, naming.MethodURL.MatchString(text) && len(e.Path) > 1:
		f.Kind, f.E = "path", e
	case naming.VerbWord.MatchString(text) && e.Method != "":
		f.Kind, f.E = "method", e
	case section != "" && len([]rune(title)) < 40 && c.words.Side(title) == "" && !c.words.IsGeneric(title) && c.nextSays(row):
		f.Kind, f.Text = "title", title
	default:
		return false
	}
	c.close()
	c.side, c.group = "", ""
	c.Facts = append(c.Facts, f)
	return true
}

// isWhole says whether a row is one text over all columns.
func (c *Cutting) isWhole(row int) bool {
	cells := c.Table.Distinct(row)
	return len(cells) == 1 && c.At(row, 0) == cells[0] && c.At(row, c.Width()-1) == cells[0]
}

// isRemark takes a row with one text, over all columns, below the title of remarks.
func (c *Cutting) isRemark(row int, cell *document.Cell) bool {
	if !c.isWhole(row) || c.words.Side(cell.Text) != "" {
		return false
	}
	c.Facts = append(c.Facts, Fact{Kind: "note", Text: cell.Text, Cells: []*document.Cell{cell, cell}, Before: len(c.Parts)})
	return true
}

// nextSays says whether the row behind one says an address or a method.
func (c *Cutting) nextSays(row int) bool {
	if row+1 >= len(c.Rows) {
		return false
	}
	text := norm.NFKC.String(draft.RowText(c.Table.Table, row+1))
	e := naming.EndpointOf(text)
	return naming.URLWord.MatchString(text) && len(e.Path) > 1 || naming.VerbWord.MatchString(text) && e.Method != ""
}

// title is a row with one text: it ends a part, or says the side of the rows that follow.
func (c *Cutting) title(row int, cells []*document.Cell) {
	text := strings.TrimSpace(cells[0].Text)
	c.Use(cells[0], draft.Use{Fate: draft.Read, As: "title of a group"})
	side := c.words.Side(text)
	c.group = text
	if side != "" {
		c.side = side
	}
	c.noted = side == "" && noteFact.MatchString(strings.Trim(wording.Fold(text), ":*[]【】()")) && c.isWhole(row+1)
	if c.noted {
		c.close()
		c.side, c.group = "", ""
	}
	if c.open == nil {
		return
	}
	old := c.open
	c.close()
	c.open = &Part{Table: c.Table, Words: c.words, Head: old.Head, From: row + 1, To: row + 1, Side: cmp.Or(side, old.Side), Group: text}
	c.open.Roles = NewPart(c.Table, old.Head, c.words).Roles
	for i := range c.left(row) {
		c.open.Roles[i] = wording.Other
	}
}

var (
	titleFact = pattern.New(`^(接口|功能|服务|交易|方法|api)?(中文)?(名称|名)$|^(接口中文名|接口名称|服务名|接口标题|功能|api名称|name|title|接口功能)$`)
	cmdFact   = pattern.New(`^(接口|功能|服务|交易|方法|api|消息|报文)(代码|编号|编码|码|标识|英文名|英文名称|类型码|号|id|code)$|^(?:interface|operation|transaction|function|api|service|method)(?:id|name|code)$|^(cmd|command|method名|方法名|方法名称|api|apiname|api名称|接口英文名|action|service|msgtype|交易码|服务名称|接口标识)$`)
	noteFact  = pattern.New(`^(接口|功能|服务|业务)?(描述|说明|简介|概述|用途|作用|场景|功能描述|使用场景)$|^(description|desc|summary|备注|说明|业务场景)$`)
	otherFact = pattern.New(`协议|编码|格式|content-?type|版本|响应时间|响应速度|demo|注意|字符集|授权|鉴权|数据方式|使用方|调用方|提供方|类型|频率|是否|限制|示例|环境|签名|更新|作者|日期|方向|状态|返回|支持|标签|权限|测试`)
)

// isFact takes a row of a key and its text.
func (c *Cutting) isFact(row int, cells []*document.Cell) bool {
	if len(cells) < 2 || len(cells)%2 != 0 && len(cells) > 3 || c.open != nil && (c.Width() == 2 || len(cells) != 2 && c.Width() <= 4) {
		return false
	}
	if len(cells) == 3 && c.qualified(cells) {
		return true
	}
	found, before := false, len(c.Facts)
	for i := 0; i+1 < len(cells); i += 2 {
		if c.fact(cells[i], cells[i+1]) {
			found = true
		} else if c.open != nil { // a field called 备注
			c.Facts = c.Facts[:before]
			return false
		}
	}
	if found && c.open != nil {
		c.close()
	}
	return found
}

// qualified takes a row whose key has a word about it in front of its text: 地址 | 测试 |
// https://test.example.com/pay.
func (c *Cutting) qualified(cells []*document.Cell) bool {
	key := strings.Trim(wording.Fold(cells[0].Text), ":*[]【】()")
	e := naming.EndpointOf(norm.NFKC.String(cells[2].Text))
	if !naming.URLWord.MatchString(key) || len([]rune(cells[1].Text)) > 12 || naming.EndpointOf(cells[1].Text).Path != "" || !strings.HasPrefix(e.Path, "/") {
		return false
	}
	c.Use(cells[1], draft.Use{Fate: draft.Read, As: "head"})
	return c.fact(cells[0], cells[2])
}

// programPath is a path behind the word for a method, which is one of a program then:
// 请求方法 | register/sendMail.
var programPath = pattern.New(`^/?[A-Za-z]\w*(?: ?/ ?[A-Za-z]\w*)+$|^/[A-Za-z]\w*$`)

// mediaType is what a body is or how it is sent, and no path: application/json, HTTP/JSON.
var mediaType = pattern.New(`(?i)^/?(?:application|multipart|text|image|https?|json|xml|rest(?:ful)?|soap|rpc|tcp|form)(?: ?/|$)`)

// methodWord is the word for a method, and not that for a manner.
var methodWord = pattern.New(`(?i)方法|method`)

// fact takes one key with its text.
func (c *Cutting) fact(key, value *document.Cell) bool {
	word, text := strings.Trim(wording.Fold(key.Text), ":*[]【】()"), strings.TrimSpace(norm.NFKC.String(value.Text))
	if len([]rune(word)) > 14 || word == "" || value.Col <= key.Col {
		return false
	}
	f := Fact{Text: text, Cells: []*document.Cell{key, value}, Before: len(c.Parts)}
	if c.open != nil {
		f.Before++
	}
	e := naming.EndpointOf(text)
	switch {
	case naming.URLWord.MatchString(word) && e.Path != "", noteFact.MatchString(word) && strings.HasPrefix(text, "/") && e.Path == text, naming.IsEnvironment(word) && len(e.Path) > 1 && naming.URLWord.MatchString(c.Title):
		f.Kind, f.E = "path", e
	case naming.VerbWord.MatchString(word) && methodWord.MatchString(word) && e.Method == "" && programPath.MatchString(text) && !mediaType.MatchString(text):
		f.Kind, f.E.Path = "path", strings.ReplaceAll(text, " ", "")
	case naming.VerbWord.MatchString(word) && e.Method != "", word == "请求类型" && e.Method != "", naming.URLWord.MatchString(word) && naming.OnlyVerb.MatchString(text):
		f.Kind, f.E = "method", e
	case cmdFact.MatchString(word) && naming.Name.MatchString(text):
		f.Kind = "cmd"
	case titleFact.MatchString(word) && len([]rune(text)) < 60:
		f.Kind = "title"
	case noteFact.MatchString(word):
		f.Kind = "note"
	case c.open == nil && otherFact.MatchString(word) && len(c.Facts) > 0:
		f.Kind = "other"
	default:
		return false
	}
	c.Facts = append(c.Facts, f)
	return true
}

// Guess finds the columns of a table without a head by what its cells look like; nil
// where it is no table of fields. sided says that its title is that of a side: names with words
// or marks behind them are enough then.
func Guess(t *draft.Table, words *wording.Words, sided bool) *Part {
	p := &Part{Table: t, Words: words, Head: -1, To: len(t.Rows), Roles: make([]wording.Role, t.Width())}
	share := func(col int, test func(string) bool) float64 {
		texts, n := p.Texts(col), 0
		for _, text := range texts {
			if test(text) {
				n++
			}
		}
		return float64(n) / float64(max(len(texts), 1))
	}
	for i := range p.Roles {
		if len(p.Texts(i)) == 0 {
			continue
		}
		switch {
		case p.Column(wording.Name) < 0 && (share(i, isIdentifier) > 0.8 || sided && i == 0 && t.Width() == 2 && share(i, isIdentifier) >= 0.75):
			p.Roles[i] = wording.Name
		case p.Column(wording.Type) < 0 && share(i, IsType) > 0.8:
			p.Roles[i] = wording.Type
		case p.Column(wording.Required) < 0 && share(i, func(s string) bool { return words.Mark(s, false) != wording.Unstated && len([]rune(s)) < 6 }) >= 0.8 && share(i, IsNumber) < 0.5:
			p.Roles[i] = wording.Required
		case p.Column(wording.Length) < 0 && share(i, IsNumber) > 0.8:
			p.Roles[i] = wording.Length
		default:
			p.Roles[i] = wording.Label
		}
	}
	marked := false
	if at := p.Column(wording.Required); at >= 0 && p.Has(wording.Label) {
		marked = sided || share(at, markWord.MatchString) == 1
	}
	paired := sided && t.Width() == 2 && p.Roles[1] == wording.Label && share(1, hasHan.MatchString) > 0.6
	if !p.Has(wording.Name) || !paired && !marked && (!p.Has(wording.Type) || !p.Has(wording.Label, wording.Required)) {
		return nil
	}
	return p
}

var hasHan = pattern.New(`\p{Han}`)

func isIdentifier(s string) bool {
	name, _, _ := naming.NameOf(s)
	return name != "" && !IsType(s)
}

// IsType says whether a text is a type and nothing else.
func IsType(s string) bool {
	kind, length := wording.TypeAndLength(s)
	return KnownType(kind) || length != "" && letterType.MatchString(kind)
}

// letterType is a type that banks write as letters in front of the length: AN8..40.
var letterType = pattern.New(`^(?i:ans?|as|ns|anc|n|a|b|c|x)$`)

var aNumber = pattern.New(`^\d{1,6}([,.]\d{1,2})?$`)

// IsNumber says whether a text is a length: 12 or 12,2.
func IsNumber(s string) bool { return aNumber.MatchString(strings.TrimSpace(s)) }

// HeadOf is the part of a table that lies below the head of another table: one that has
// nothing but its head.
func HeadOf(t *draft.Table, head *Part) *Part {
	if head == nil || len(head.Roles) != t.Width() {
		return nil
	}
	return &Part{Table: t, Words: head.Words, Head: -1, To: len(t.Rows), Roles: slices.Clone(head.Roles), Side: head.Side}
}
