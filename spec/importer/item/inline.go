package item

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/paste"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
)

var (
	inlineHead     = pattern.New(`^([^\s:]{2,12}\s*:|[^\s:]{0,10}参数\s)\s*([A-Za-z_].*)$`)
	parametersHead = pattern.New(`(?i)参数(?:列表|说明|名称?)?:$|^(?:parameters|params):$`)
	spacedNames    = pattern.New(`^[A-Za-z_]\w*(?: +[A-Za-z_]\w*)+$`)
	inlineName     = pattern.New(`^([A-Za-z_]\w{0,60})\s*(?:\((.+)\))?$`)
)

// inlined divides a block at lines that name parameters behind the word for a side, with
// what each is in parentheses, and makes tables of these: 参数：houseId（房屋编号）、area（面积）.
// Other blocks are as they were.
func (r *Reader) inlined(b *document.Block) []*document.Block {
	if b.Table != nil || b.Level > 0 || b.Code {
		return []*document.Block{b}
	}
	lines := strings.Split(b.Text, "\n")
	var out []*document.Block
	from := 0
	for at := 0; at < len(lines); at++ {
		head, run, end := r.inline(lines, at)
		if run == nil {
			continue
		}
		text := strings.TrimSpace(strings.Join(append(lines[from:at:at], head), "\n"))
		out = append(out, &document.Block{Text: text, Place: paste.Further(b.Place, from)}, r.Table(run, paste.Further(b.Place, at)))
		from, at = end, end-1
	}
	if from == 0 {
		return []*document.Block{b}
	}
	if rest := strings.TrimSpace(strings.Join(lines[from:], "\n")); rest != "" {
		out = append(out, &document.Block{Text: rest, Place: paste.Further(b.Place, from)})
	}
	return out
}

// inline reads the parameters that a line names, and the lines that it goes on in: those
// behind an open parenthesis or a comma. run is nil where it names none.
func (r *Reader) inline(lines []string, at int) (head string, run []Item, end int) {
	m := inlineHead.FindStringSubmatch(strings.TrimSpace(bulletMark.ReplaceAllString(plain(lines[at]), "")))
	if m == nil || r.words.Side(m[1]) == "" && !r.words.IsWeak(m[1]) {
		return "", nil, at
	}
	text := spacedMeanings.ReplaceAllString(m[2], "$1,")
	for end = at + 1; end < len(lines) && unfinished(text); end++ {
		text += strings.TrimSpace(plain(lines[end]))
	}
	head = strings.TrimRight(m[1], ": ") + ":"
	if run := meantPairs(text); run != nil {
		return head, run, end
	}
	described := parametersHead.MatchString(head)
	if one := r.alone(text); one != nil && described {
		return head, one, end
	}
	tokens := Tokens(strings.TrimRight(text, ".。;、, 等"))
	if spacedNames.MatchString(text) && described {
		tokens = strings.Fields(text)
	}
	for _, token := range tokens {
		one := inlineName.FindStringSubmatch(token)
		if behind := namedToken.FindStringSubmatch(token); one == nil && behind != nil {
			run, described = append(run, Item{Name: behind[1], Label: behind[2]}), true
			continue
		}
		if one == nil || noName.MatchString(one[1]) || rows.KnownType(one[1]) {
			return "", nil, at
		}
		run = append(run, Item{Name: one[1]})
		for n, said := range Tokens(one[2]) {
			if n == 0 || !r.token(&run[len(run)-1], said) {
				label := &run[len(run)-1].Label
				*label = strings.Trim(*label+","+said, ",")
			}
		}
		described = described || hanWord.MatchString(one[2])
	}
	if !described {
		return "", nil, at
	}
	return head, run, end
}

// spacedMeanings are names with what each is in parentheses, with blanks between them.
var spacedMeanings = pattern.New(`(\))\s+\b`)

var (
	// pairs are names with what each means in place of a value: name=${名称}&page=页码.
	pairs    = pattern.New(`^[A-Za-z_]\w*=(?:\$?\{[^{}]+\}|\p{Han}[^&]*)(?:&[A-Za-z_]\w*=(?:\$?\{[^{}]+\}|\p{Han}[^&]*))*$`)
	meantOne = pattern.New(`([A-Za-z_]\w*)=\$?\{?([^{}&]+)`)
)

// meantPairs are the parameters of pairs; nil where a text is none.
func meantPairs(text string) (out []Item) {
	if !pairs.MatchString(text) {
		return nil
	}
	for _, m := range meantOne.FindAllStringSubmatch(text, -1) {
		out = append(out, Item{Name: m[1], Label: m[2]})
	}
	return out
}

// alone is the parameter that a text is about, or those that it declares: String name, pwd 登录密码.
func (r *Reader) alone(text string) []Item {
	if run := declared(text, 0); run != nil {
		return run
	}
	if one, ok := r.Described(text, 0); ok && len(Tokens(text)) == 1 && !inlineName.MatchString(text) {
		return []Item{one}
	}
	return nil
}

// bulletMark is in front of an item of a list.
var bulletMark = pattern.New(`^\s*(?:[-*+•·]\s+)?`)

// plain is a line without the marks of code.
func plain(line string) string { return strings.ReplaceAll(norm.NFKC.String(line), "`", "") }

// unfinished says whether a list goes on in the next line.
func unfinished(text string) bool {
	return strings.Count(text, "(") > strings.Count(text, ")") || strings.HasSuffix(text, "、") || strings.HasSuffix(text, ",")
}
