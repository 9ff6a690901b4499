package importer

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/paste"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// itemRoles are the columns of a table that is made of the items of a list.
var itemRoles = []wording.Role{wording.Name, wording.Type, wording.Required, wording.Label}

// item is a line of a list that says what a parameter is.
type item struct {
	name, kind, mark, label string
	indent                  int
}

var (
	itemMark  = pattern.New(`^(\s*)(?:[-*+•·◦▪○●■◆]\s*|[(（]?\d{1,2}[.)、）]\s*|[①-⑳]\s*|[a-z][.)]\s+)?`)
	itemHead  = pattern.New(`^([A-Za-z_][\w.\[\]\-]{0,60})\s*`)
	itemBreak = pattern.New(`^\s*[:：,，\-—–|]+\s*`)
)

// itemize turns runs of lines that each say what a parameter is into tables: "account
// （String(32)，必填）：账号", "- name: String, 必填, 名称".
func (d *drafter) itemize(blocks []*document.Block) []*document.Block {
	var out []*document.Block
	for at := 0; at < len(blocks); {
		b := blocks[at]
		if run := d.drawnTree(b); run != nil {
			out, at = append(out, d.itemTable(run, b.Place)), at+1
			continue
		}
		if b.Table != nil || b.Level > 0 || b.Code {
			out, at = append(out, b), at+1
			continue
		}
		if strings.Contains(b.Text, "\n") {
			out, at = append(out, d.itemLines(b)...), at+1
			continue
		}
		end := at
		asked := d.asksFor(out)
		var run []item
		for end < len(blocks) && blocks[end].Table == nil && blocks[end].Level == 0 && !blocks[end].Code {
			one, ok := d.item(blocks[end].Text, blocks[end].Indent)
			if !ok && asked {
				one, ok = d.described(blocks[end].Text, blocks[end].Indent)
			}
			if !ok {
				break
			}
			run, end = append(run, one), end+1
		}
		if len(run) == 0 || len(run) == 1 && !asked {
			out, at = append(out, b), at+1
			continue
		}
		out, at = append(out, d.itemTable(run, b.Place)), end
	}
	return out
}

var (
	treeMark = pattern.New(`^([\s│|┃]*[├└┣┗]─*\s*)`)
	treeItem = pattern.New(`^([A-Za-z_$][\w$\-]*)\s*[:：]\s*([A-Za-z]+(?:\[\])?)\s*((?:[(（][^()（）]*[)）]\s*)*)$`)
)

// drawnTree are the members of a message that a block draws as a tree, each with its type
// and what is said of it in parentheses, as tools print them. It is nil where a line is none.
func (d *drafter) drawnTree(b *document.Block) (out []item) {
	if b.Table != nil || b.Level > 0 {
		return nil
	}
	for line := range strings.SplitSeq(b.Text, "\n") {
		mark := treeMark.FindString(line)
		m := treeItem.FindStringSubmatch(strings.TrimSpace(line[len(mark):]))
		switch {
		case strings.TrimSpace(line) == "":
			continue
		case mark == "" || m == nil:
			return nil
		}
		one := item{name: m[1], kind: m[2], indent: len([]rune(mark)) * 1000}
		for _, said := range strings.FieldsFunc(m[3], func(r rune) bool { return strings.ContainsRune("()（）", r) }) {
			if said = strings.TrimSpace(said); said != "" && !d.token(&one, said) {
				one.label = strings.TrimSpace(one.label + " " + said)
			}
		}
		out = append(out, one)
	}
	return out
}

// asksFor says whether the last line so far says that parameters follow.
func (d *drafter) asksFor(blocks []*document.Block) bool {
	if len(blocks) == 0 {
		return false
	}
	last := blocks[len(blocks)-1]
	if last.Table != nil || last.Code {
		return false
	}
	lines := strings.Split(strings.TrimSpace(last.Text), "\n")
	text := lines[len(lines)-1]
	return len([]rune(text)) < 20 && d.words.Side(text) != ""
}

// itemLines finds the items among the lines of a paragraph.
func (d *drafter) itemLines(b *document.Block) []*document.Block {
	lines := strings.Split(b.Text, "\n")
	var out []*document.Block
	from := 0
	text := func(to int) {
		if t := strings.TrimSpace(strings.Join(lines[from:to], "\n")); t != "" {
			out = append(out, &document.Block{Text: t, Place: paste.Further(b.Place, from)})
		}
	}
	for at := 0; at < len(lines); at++ {
		var run []item
		end := at
		named := at > 0 && len([]rune(lines[at-1])) < 20 && d.words.Side(lines[at-1]) != ""
		for ; end < len(lines); end++ {
			one, ok := d.item(lines[end], 0)
			if !ok && named {
				one, ok = d.described(lines[end], 0)
			}
			if !ok {
				break
			}
			run = append(run, one)
		}
		if len(run) == 0 || len(run) == 1 && !named {
			at = max(at, end-1)
			continue
		}
		text(at)
		out = append(out, d.itemTable(run, paste.Further(b.Place, at)))
		from, at = end, end-1
	}
	if len(out) == 0 {
		return []*document.Block{b}
	}
	text(len(lines))
	return out
}

// item reads one line; ok says that it is one about a parameter.
func (d *drafter) item(line string, indent int) (one item, ok bool) {
	line = strings.ReplaceAll(norm.NFKC.String(line), "`", "")
	mark := itemMark.FindStringSubmatch(line)
	one.indent = indent*1000 + len(mark[1])
	rest := line[len(mark[0]):]
	head := itemHead.FindStringSubmatch(rest)
	if head == nil || len([]rune(line)) > 300 {
		return one, false
	}
	one.name, rest = head[1], rest[len(head[0]):]
	known := false
	if inner, after, found := bracketed(rest); found {
		rest = itemBreak.ReplaceAllString(after, "")
		var left []string
		for _, token := range tokens(inner) {
			if !d.token(&one, token) {
				left = append(left, token)
			}
		}
		known = one.kind != "" || one.mark != ""
		one.label = strings.TrimSpace(strings.Join(append(left, rest), " "))
		return one, known
	}
	stop := itemBreak.FindString(rest)
	if stop == "" {
		return one, false
	}
	parts := tokens(rest[len(stop):])
	n := 0
	for n < len(parts) && n < 2 && d.token(&one, parts[n]) {
		n++
	}
	one.label = strings.TrimSpace(strings.Join(parts[n:], ","))
	bulleted := strings.TrimSpace(mark[0]) != ""
	return one, one.kind != "" && (one.mark != "" || one.label != "") || bulleted && one.mark != "" && one.label != ""
}

// described reads a line below one that says that parameters follow: a name, and what it is
// in words, without the marks that lists have: phone 电话号码 必填.
func (d *drafter) described(line string, indent int) (one item, ok bool) {
	line = strings.ReplaceAll(norm.NFKC.String(line), "`", "")
	mark := itemMark.FindStringSubmatch(line)
	one.indent = indent*1000 + len(mark[1])
	rest := line[len(mark[0]):]
	head := itemHead.FindStringSubmatch(rest)
	if head == nil || len([]rune(line)) > 300 || naming.EndpointOf(line).Path != "" || naming.URLWord.MatchString(line) || naming.VerbWord.MatchString(line) {
		return one, false
	}
	if short := len([]rune(line)) < 20; short && (d.words.Side(line) != "" || d.words.IsWeak(line) || d.words.IsGeneric(line)) {
		return one, false // a title
	}
	one.name, rest = head[1], rest[len(head[0]):]
	var left []string
	for _, word := range strings.Fields(itemBreak.ReplaceAllString(rest, "")) {
		if !d.token(&one, word) {
			left = append(left, word)
		}
	}
	one.label = strings.Join(left, " ")
	return one, one.kind != "" || hanWord.MatchString(one.label+one.mark)
}

var hanWord = pattern.New(`\p{Han}`)

// token takes a word as the type or the mark of an item.
func (d *drafter) token(one *item, token string) bool {
	token = strings.TrimSpace(token)
	switch {
	case one.kind == "" && rows.IsType(strings.TrimSuffix(token, "类型")):
		one.kind = strings.TrimSuffix(token, "类型")
	case one.mark == "" && len([]rune(token)) <= 8 && len([]rune(token)) > 1 && d.words.Mark(token, false) != wording.Unstated:
		one.mark = token
	default:
		return false
	}
	return true
}

// bracketed is what is between the parentheses that a text begins with.
func bracketed(text string) (inner, after string, ok bool) {
	if text == "" || !strings.ContainsAny(text[:1], "([{") {
		return "", "", false
	}
	depth := 0
	for i, r := range text {
		switch r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth == 0 {
				return text[1:i], text[i+1:], true
			}
		}
	}
	return "", "", false
}

// tokens divides a text at commas that are in no parentheses.
func tokens(text string) []string {
	var out []string
	depth, from := 0, 0
	for i, r := range text {
		switch r {
		case '(', '<', '[':
			depth++
		case ')', '>', ']':
			depth--
		case ',', ';', '、', '|':
			if depth <= 0 {
				out = append(out, strings.TrimSpace(text[from:i]))
				from = i + len(string(r))
			}
		}
	}
	return append(out, strings.TrimSpace(text[from:]))
}

// itemTable is the table of a run of items.
func (d *drafter) itemTable(run []item, place string) *document.Block {
	t := &document.Table{}
	for row, one := range run {
		var cells []*document.Cell
		for col, text := range []string{one.name, one.kind, one.mark, one.label} {
			cells = append(cells, &document.Cell{Text: text, Row: row, Col: col})
		}
		cells[0].Indent = one.indent
		t.Rows = append(t.Rows, cells)
	}
	d.items[t] = true
	return &document.Block{Table: t, Place: place}
}

// itemPart is the part of a table that was made of a list.
func (d *drafter) itemPart(t *draft.Table) *rows.Part {
	p := &rows.Part{Table: t, Words: d.words, Head: -1, To: len(t.Rows), Roles: slices.Clone(itemRoles)}
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
