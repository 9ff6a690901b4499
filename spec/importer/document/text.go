package document

import (
	"html"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/markup"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// lines are the lines of a text with the number of the first.
type lines struct {
	text []string
	out  []*Block
	para []string // of the paragraph that is not ended
	from int      // its line
}

func (l *lines) add(b *Block, line int) {
	b.Place = "line " + strconv.Itoa(line+1)
	l.out = append(l.out, b)
}

// flush ends a paragraph.
func (l *lines) flush() {
	if text := strings.TrimSpace(strings.Join(l.para, "\n")); text != "" {
		l.add(&Block{Text: text}, l.from)
	}
	l.para = nil
}

// say adds a line to the paragraph.
func (l *lines) say(at int, text string) {
	if strings.TrimSpace(text) == "" {
		l.flush()
		return
	}
	if l.para == nil {
		l.from = at
	}
	l.para = append(l.para, text)
}

var (
	mdHeading  = pattern.New(`^\s{0,3}(#{1,6})\s*(.*?)\s*#*\s*$`)
	mdFence    = pattern.New("^\\s*(```+|~~~+)[^`]*$")
	mdRule     = pattern.New(`^[\s|:\-]*-[\s|:\-]*$`)
	mdMarks    = pattern.New("`([^`]*)`")
	mdLink     = pattern.New(`\[([^\]]*)\]\([^)]*\)`)
	mdBold     = pattern.New(`\*\*([^*]+)\*\*|__([^_]+)__|~~([^~]+)~~`)
	mdHTMLHead = pattern.New(`(?i)^\s*<h([1-6])(?:\s[^>]*)?>(.*?)</h[1-6]>\s*$`)
	htmlBreak  = pattern.New(`(?i)(?:\s*<br\s*/?>)*\s*<(?:li|p|div)(?:\s[^<>]*)?>|<br\s*/?>`)
	htmlTag    = pattern.New(`</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>`)
)

// readMarkdown reads Markdown as people write it: tables with and without outer bars,
// with rows that have too many cells or too few, and tables of HTML.
func readMarkdown(data []byte) ([]*Block, error) {
	text, err := textOf(data)
	if err != nil {
		return nil, err
	}
	l := &lines{text: strings.Split(markup.WithoutComponents(text), "\n")}
	for at := l.front(); at < len(l.text); at++ {
		line := l.text[at]
		switch {
		case l.barred(at):
			at = l.pipes(at)
		case mdFence.MatchString(line):
			at = l.fence(at)
		case mdHeading.MatchString(line):
			l.flush()
			m := mdHeading.FindStringSubmatch(line)
			if plain := inline(m[2]); plain != "" {
				l.add(&Block{Level: len(m[1]), Text: plain}, at)
			}
		case mdHTMLHead.MatchString(line):
			l.flush()
			m := mdHTMLHead.FindStringSubmatch(line)
			l.add(&Block{Level: int(m[1][0] - '0'), Text: inline(m[2])}, at)
		case strings.Contains(line, "|") && at+1 < len(l.text) && mdRule.MatchString(l.text[at+1]) && strings.Contains(l.text[at+1], "-"):
			at = l.pipes(at)
		case strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "<table"):
			if at, err = l.htmlTable(at); err != nil {
				return nil, err
			}
		case at+1 < len(l.text) && strings.TrimSpace(line) != "" && underline(l.text[at+1], "=-") > 0 && !strings.HasPrefix(strings.TrimSpace(line), "-") && len(l.para) == 0:
			l.add(&Block{Level: map[byte]int{'=': 1, '-': 2}[strings.TrimSpace(l.text[at+1])[0]], Text: inline(line)}, at)
			at++
		default:
			l.say(at, inline(line))
		}
	}
	l.flush()
	return l.out, nil
}

var frontTitle = pattern.New(`^(?:title|name)\s*:\s*["']?(.+?)["']?\s*$`)

// front reads the data that some pages begin with, between lines of ---: the title of
// the page is a heading. It returns the first line of the page itself.
func (l *lines) front() int {
	if strings.TrimSpace(l.text[0]) != "---" {
		return 0
	}
	for end := 1; end < len(l.text); end++ {
		if strings.TrimSpace(l.text[end]) != "---" {
			continue
		}
		for at, line := range l.text[1:end] {
			if m := frontTitle.FindStringSubmatch(line); m != nil {
				l.add(&Block{Level: 1, Text: m[1]}, at+1)
				break
			}
		}
		return end + 1
	}
	return 0
}

var barRow = pattern.New(`^\s*\|.*\|\s*$`)

// barred says whether a table begins at a line that lacks the rule below its head.
func (l *lines) barred(at int) bool {
	row := func(i int) bool {
		return i < len(l.text) && barRow.MatchString(l.text[i]) && strings.Count(l.text[i], "|") > 2 && !mdRule.MatchString(l.text[i])
	}
	return row(at) && row(at+1)
}

// underline is the length of a line of one of the characters; 0: it is none.
func underline(line, marks string) int {
	line = strings.TrimSpace(line)
	if len(line) < 3 || !strings.Contains(marks, line[:1]) || strings.Trim(line, line[:1]) != "" {
		return 0
	}
	return len(line)
}

// fence reads code between two fences and returns the line of the second.
func (l *lines) fence(at int) int {
	l.flush()
	mark := strings.TrimSpace(mdFence.FindStringSubmatch(l.text[at])[1])
	end := at + 1
	for end < len(l.text) && (!strings.HasPrefix(strings.TrimSpace(l.text[end]), mark) || strings.Trim(strings.TrimSpace(l.text[end]), mark[:1]) != "") {
		end++
	}
	l.add(&Block{Code: true, Text: strings.Join(l.text[at+1:min(end, len(l.text))], "\n")}, at)
	return end
}

// pipes reads a table of bars and returns its last line.
func (l *lines) pipes(at int) int {
	l.flush()
	g := newGrid()
	end := at
	for ; end < len(l.text); end++ {
		line := strings.TrimSpace(l.text[end])
		if end == at+1 && mdRule.MatchString(line) {
			continue
		}
		if line == "" || !strings.Contains(line, "|") || mdHeading.MatchString(l.text[end]) || mdFence.MatchString(line) {
			break
		}
		if strings.Trim(line, "| ") == "" && end+1 < len(l.text) && !strings.Contains(l.text[end+1], "|") {
			break
		}
		g.row()
		for _, text := range bars(line) {
			c := &Cell{Text: strings.TrimSpace(inline(text)), Head: end == at}
			c.Indent = leading(inline(text))
			g.cell(c, 1, 1)
		}
	}
	l.add(&Block{Table: g.table()}, at)
	return end - 1
}

// bars divides a row at its bars; an escaped one, and one in code, divides nothing.
func bars(line string) []string {
	line = strings.TrimPrefix(line, "|")
	if strings.HasSuffix(line, "|") && !strings.HasSuffix(line, `\|`) {
		line = strings.TrimSuffix(line, "|")
	}
	var out []string
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line) && line[i+1] == '|':
			b.WriteByte('|')
			i++
		case line[i] == '|':
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteByte(line[i])
		}
	}
	return append(out, b.String())
}

// leading counts the blanks in front of a text that are meant: no-break and wide ones.
func leading(text string) int {
	n := 0
	for _, r := range text {
		switch r {
		case '\u00a0', '\u2003', '\u2002', '\u3000':
			n++
		case ' ':
		default:
			return n
		}
	}
	return n
}

var escapes = strings.NewReplacer(`\_`, "_", `\*`, "*", `\<`, "<", `\>`, ">", `\[`, "[", `\]`, "]", `\(`, "(", `\)`, ")", `\#`, "#", "\\`", "`", `\-`, "-")

// inline takes the marks out of a text.
func inline(text string) string {
	text = htmlBreak.ReplaceAllString(text, "\n")
	text = mdLink.ReplaceAllString(text, "$1")
	text = mdBold.ReplaceAllString(text, "$1$2$3")
	text = mdMarks.ReplaceAllString(text, "$1")
	text = htmlTag.ReplaceAllStringFunc(text, func(tag string) string {
		if known[strings.Trim(strings.Fields(strings.Trim(tag, "<>/ "))[0], "/")] {
			return ""
		}
		return tag // List<String>, or a value in angle brackets
	})
	text = html.UnescapeString(text)
	return escapes.Replace(text)
}

// known are the elements that are mark-up inside of Markdown.
var known = map[string]bool{
	"b": true, "i": true, "em": true, "strong": true, "font": true, "span": true, "code": true, "del": true, "s": true, "u": true, "a": true,
	"sub": true, "sup": true, "p": true, "div": true, "center": true, "small": true, "ins": true, "mark": true, "img": true, "li": true, "ul": true, "ol": true, "pre": true, "kbd": true, "nobr": true, "table": true, "tbody": true, "tr": true, "td": true, "details": true, "summary": true,
}

// htmlTable reads a table of HTML and returns its last line.
func (l *lines) htmlTable(at int) (int, error) {
	l.flush()
	end := at
	for depth := 0; end < len(l.text); end++ {
		low := strings.ToLower(l.text[end])
		depth += strings.Count(low, "<table") - strings.Count(low, "</table")
		if depth <= 0 {
			break
		}
	}
	blocks, err := readHTML([]byte("<meta charset=utf-8>" + strings.Join(l.text[at:min(end+1, len(l.text))], "\n")))
	for _, b := range blocks {
		l.add(b, at)
	}
	return end, err
}
