// Package item finds parameters that are lines of text and no rows of tables: items of
// lists, trees, and names behind a word such as 参数.
package item

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/paste"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// Roles are the columns of a table that is made of items.
var Roles = []wording.Role{wording.Name, wording.Type, wording.Required, wording.Label, wording.Default}

// Item is a line of text that says what a parameter is. Label holds what is neither its
// name nor its type nor its mark of required; Indent tells members from what they are in.
type Item struct {
	Name, Kind, Mark, Label string
	Default                 string
	Indent                  int
}

// Reader reads items by the words that it knows, and remembers the tables that it made.
type Reader struct {
	words  *wording.Words
	tables map[*document.Table][]Item
}

// New is a reader of items.
func New(words *wording.Words) *Reader {
	return &Reader{words: words, tables: map[*document.Table][]Item{}}
}

// Made says whether a table was made of items.
func (r *Reader) Made(t *document.Table) bool { return r.tables[t] != nil }

var (
	itemMark  = pattern.New(`^(\s*)(?:[-*+•·◦▪○●■◆]\s*|[(（]?\d{1,2}[.)、）]、?\s*|[①-⑳]\s*|[a-z][.)]\s+)?`)
	itemHead  = pattern.New(`^([A-Za-z_][\w.\[\]\-]{0,60})\s*`)
	itemBreak = pattern.New(`^\s*[:：,，\-—–|]+\s*`)
)

// Tables turns runs of lines that each say what a parameter is into tables: "account
// （String(32)，必填）：账号", "- name: String, 必填, 名称".
func (r *Reader) Tables(blocks []*document.Block) []*document.Block {
	var divided, out []*document.Block
	for _, b := range blocks {
		divided = append(divided, r.inlined(b)...)
	}
	blocks = divided
	for at := 0; at < len(blocks); {
		b := blocks[at]
		if run := r.drawnTree(b); run != nil {
			out, at = append(out, r.Table(run, b.Place)), at+1
			continue
		}
		if b.Table != nil || b.Level > 0 || b.Code {
			out, at = append(out, b), at+1
			continue
		}
		asked, goesOn := r.asksFor(out), len(out) > 0 && r.Made(out[len(out)-1].Table) && spacedWords.MatchString(b.Text)
		if strings.Contains(b.Text, "\n") {
			out, at = r.joined(out, goesOn, r.itemLines(b, asked || goesOn)), at+1
			continue
		}
		end := at
		var run []Item
		for end < len(blocks) && blocks[end].Table == nil && blocks[end].Level == 0 && !blocks[end].Code {
			one, ok := r.Read(blocks[end].Text, blocks[end].Indent)
			if !ok && asked || goesOn && spacedWords.MatchString(blocks[end].Text) {
				one, ok = r.Described(blocks[end].Text, blocks[end].Indent)
			}
			if !ok {
				break
			}
			run, end = append(run, one), end+1
		}
		if len(run) == 0 || len(run) == 1 && !asked && !goesOn {
			out, at = append(out, b), at+1
			continue
		}
		out, at = r.joined(out, goesOn, []*document.Block{r.Table(run, b.Place)}), end
	}
	return out
}

// joined adds blocks to others. Where the items of the last one go on in the first of them, these
// are one table.
func (r *Reader) joined(out []*document.Block, goesOn bool, more []*document.Block) []*document.Block {
	if n := len(out) - 1; goesOn && r.Made(more[0].Table) {
		out[n] = r.Table(append(r.tables[out[n].Table], r.tables[more[0].Table]...), out[n].Place)
		more = more[1:]
	}
	return append(out, more...)
}

// spacedWords is a name with words behind it, and a blank between them.
var spacedWords = pattern.New(`^\s*[A-Za-z_]\w*\s+\S*\p{Han}`)

var (
	treeMark = pattern.New(`^([\s│|┃]*[├└┣┗]─*\s*)`)
	treeItem = pattern.New(`^([A-Za-z_$][\w$\-]*)\s*[:：]\s*([A-Za-z]+(?:\[\])?)\s*((?:[(（][^()（）]*[)）]\s*)*)$`)
)

// drawnTree are the members of a message that a block draws as a tree, each with its type
// and what is said of it in parentheses, as tools print them. It is nil where a line is none.
func (r *Reader) drawnTree(b *document.Block) (out []Item) {
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
		one := Item{Name: m[1], Kind: m[2], Indent: len([]rune(mark)) * 1000}
		for _, said := range strings.FieldsFunc(m[3], func(r rune) bool { return strings.ContainsRune("()（）", r) }) {
			if said = strings.TrimSpace(said); said != "" && !r.token(&one, said) {
				one.Label = strings.TrimSpace(one.Label + " " + said)
			}
		}
		out = append(out, one)
	}
	return out
}

// asksFor says whether the last line so far says that parameters follow.
func (r *Reader) asksFor(blocks []*document.Block) bool {
	if len(blocks) == 0 {
		return false
	}
	last := blocks[len(blocks)-1]
	if last.Table != nil || last.Code {
		return false
	}
	if path, _ := naming.ProgramOf(last.Text); path != "" && last.Level > 0 {
		return true
	}
	lines := strings.Split(strings.TrimSpace(last.Text), "\n")
	text := lines[len(lines)-1]
	return len([]rune(text)) < 20 && (r.words.Side(text) != "" || r.words.IsWeak(text) && !hanWord.MatchString(text) || parametersFollow.MatchString(text))
}

// parametersFollow is a line that says that parameters follow, and nothing else.
var parametersFollow = pattern.New(`^\s*(?:接口|业务)?参数(?:列表)?\s*[:：]\s*$`)

// itemLines finds the items among the lines of a paragraph. asked says that the line before it
// did.
func (r *Reader) itemLines(b *document.Block, asked bool) []*document.Block {
	lines := strings.Split(b.Text, "\n")
	var out []*document.Block
	from := 0
	text := func(to int) {
		if t := strings.TrimSpace(strings.Join(lines[from:to], "\n")); t != "" {
			out = append(out, &document.Block{Text: t, Place: paste.Further(b.Place, from)})
		}
	}
	for at := 0; at < len(lines); at++ {
		var run []Item
		end := at
		named := at == 0 && asked || at > 0 && len([]rune(lines[at-1])) < 20 && (r.words.Side(lines[at-1]) != "" || parametersFollow.MatchString(lines[at-1]))
		for ; end < len(lines); end++ {
			one, ok := r.Read(lines[end], 0)
			if !ok && named {
				one, ok = r.Described(lines[end], 0)
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
		out = append(out, r.Table(run, paste.Further(b.Place, at)))
		from, at = end, end-1
	}
	if len(out) == 0 {
		return []*document.Block{b}
	}
	text(len(lines))
	return out
}

// Read reads one line; ok says that it is one about a parameter.
func (r *Reader) Read(line string, indent int) (one Item, ok bool) {
	line = strings.ReplaceAll(norm.NFKC.String(line), "`", "")
	mark := itemMark.FindStringSubmatch(line)
	one.Indent = indent*1000 + len(mark[1])
	rest := line[len(mark[0]):]
	head := itemHead.FindStringSubmatch(rest)
	if head == nil || len([]rune(line)) > 300 {
		return one, false
	}
	one.Name, rest = head[1], rest[len(head[0]):]
	known := false
	if inner, after, found := bracketed(rest); found {
		rest = itemBreak.ReplaceAllString(after, "")
		var left []string
		for _, token := range Tokens(inner) {
			if !r.valued(&one, token) && !r.token(&one, token) {
				left = append(left, token)
			}
		}
		known = one.Kind != "" || one.Mark != ""
		one.Label = strings.TrimSpace(strings.Join(append([]string{one.Label}, append(left, rest)...), " "))
		return one, known
	}
	stop := itemBreak.FindString(rest)
	if stop == "" {
		return one, false
	}
	parts := Tokens(rest[len(stop):])
	n := 0
	for n < len(parts) && n < 2 && r.token(&one, parts[n]) {
		n++
	}
	one.Label = strings.TrimSpace(strings.Join(parts[n:], ","))
	bulleted := strings.TrimSpace(mark[0]) != ""
	return one, one.Kind != "" && (one.Mark != "" || one.Label != "") || bulleted && one.Mark != "" && one.Label != ""
}

// Described reads a line below one that says that parameters follow: a name, and what it is
// in words, without the marks that lists have: phone 电话号码 必填.
func (r *Reader) Described(line string, indent int) (one Item, ok bool) {
	line = strings.ReplaceAll(norm.NFKC.String(line), "`", "")
	mark := itemMark.FindStringSubmatch(line)
	one.Indent = indent*1000 + len(mark[1])
	rest := line[len(mark[0]):]
	head := itemHead.FindStringSubmatch(rest)
	if head == nil || naming.OnlyVerb.MatchString(head[1]) || len([]rune(line)) > 300 || naming.EndpointOf(line).Path != "" {
		return one, false
	}
	numbered := strings.TrimSpace(mark[0]) != "" && itemBreak.MatchString(rest[len(head[0]):]) // one of several
	if !numbered && (naming.URLWord.MatchString(line) || naming.VerbWord.MatchString(line)) {
		return one, false // what it says is of the interface
	}
	if short := len([]rune(line)) < 20; short && !numbered && !joinedWords.MatchString(head[1]) && (r.words.Side(line) != "" || r.words.IsWeak(line) || r.words.IsGeneric(line)) {
		return one, false // a title
	}
	one.Name, rest = head[1], rest[len(head[0]):]
	words := strings.Fields(itemBreak.ReplaceAllString(rest, ""))
	if !hanWord.MatchString(rest) && len(words) > 2 { // a sentence: number of registered users
		one.Label = strings.Join(words, " ")
		return one, false
	}
	var left []string
	for _, word := range words {
		if !r.token(&one, word) {
			left = append(left, word)
		}
	}
	one.Label = strings.Join(left, " ")
	return one, one.Kind != "" || hanWord.MatchString(one.Label+one.Mark)
}

var hanWord = pattern.New(`\p{Han}`)

// joinedWords is a name as only programs write it: process_time, userId.
var joinedWords = pattern.New(`[A-Za-z0-9]_[A-Za-z]|[a-z][A-Z]`)

// token takes a word as the type or the mark of an item.
func (r *Reader) token(one *Item, token string) bool {
	token = strings.TrimSpace(token)
	switch {
	case one.Kind == "" && rows.IsType(strings.TrimSuffix(token, "类型")):
		one.Kind = strings.TrimSuffix(token, "类型")
	case one.Mark == "" && len([]rune(token)) <= 8 && len([]rune(token)) > 1 && r.words.Mark(token, false) != wording.Unstated:
		one.Mark = token
	default:
		return false
	}
	return true
}

// valued takes a type with what stands where nothing is sent behind it: string: <required>,
// int: 2048.
func (r *Reader) valued(one *Item, token string) bool {
	kind, value, ok := strings.Cut(token, ":")
	if value = strings.TrimSpace(value); !ok || one.Kind != "" || !rows.IsType(strings.TrimSpace(kind)) {
		return false
	}
	one.Kind = strings.TrimSpace(kind)
	if word, _, _ := strings.Cut(strings.Trim(value, "<>"), " "); strings.HasPrefix(value, "<") && r.words.Mark(word, false) != wording.Unstated {
		one.Mark = word
		if _, when, ok := strings.Cut(value, " "); ok {
			one.Mark, one.Label = "conditional", strings.Trim(when, "-– >")
		}
		return true
	}
	if value != `""` && value != "" {
		one.Default = value
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

// Tokens divides a text at commas that are in no parentheses.
func Tokens(text string) []string {
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

// Table is the table of a run of items.
func (r *Reader) Table(run []Item, place string) *document.Block {
	t := &document.Table{}
	for row, one := range run {
		var cells []*document.Cell
		for col, text := range []string{one.Name, one.Kind, one.Mark, one.Label, one.Default} {
			cells = append(cells, &document.Cell{Text: text, Row: row, Col: col})
		}
		cells[0].Indent = one.Indent
		t.Rows = append(t.Rows, cells)
	}
	r.tables[t] = run
	return &document.Block{Table: t, Place: place}
}
