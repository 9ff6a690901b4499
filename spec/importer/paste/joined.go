package paste

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// maxJoined is how many paragraphs one example goes over at most.
const maxJoined = 400

// joined makes one block of code of JSON or XML whose lines are a paragraph each, as in documents
// of a word processor.
func joined(blocks []*document.Block, words *wording.Words) []*document.Block {
	var out []*document.Block
	for at := 0; at < len(blocks); at++ {
		lines := exampleFrom(blocks[at:], words)
		if b := blocks[at]; isPlain(b) && isExample(b.Text) {
			out = append(out, &document.Block{Code: true, Text: strings.TrimSpace(b.Text), Place: b.Place})
			continue
		}
		if len(lines) < 3 {
			out = append(out, blocks[at])
			continue
		}
		word, first := behindSide(lines[0], words)
		if word != "" {
			out = append(out, &document.Block{Text: word, Place: blocks[at].Place})
		}
		out = append(out, &document.Block{Code: true, Text: strings.Join(append([]string{first}, lines[1:]...), "\n"), Place: blocks[at].Place})
		at += len(lines) - 1
	}
	return out
}

// isExample says whether a paragraph is nothing but JSON with members.
func isExample(text string) bool {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return false
	}
	value, _ := sample.Parse(text)
	if list, ok := value.([]any); ok && len(list) > 0 {
		value = list[0]
	}
	members, _ := value.(map[string]any)
	return len(members) > 0
}

// exampleFrom are the lines of the JSON that the first block begins; nil where none ends.
func exampleFrom(blocks []*document.Block, words *wording.Words) []string {
	if lines := markupFrom(blocks); lines != nil {
		return lines
	}
	if _, first := behindSide(blocks[0].Text, words); strings.Contains(first, "\n") || !opens(first) {
		return nil
	}
	var lines []string
	depth := 0
	for _, b := range blocks[:min(len(blocks), maxJoined)] {
		if !isPlain(b) {
			return nil
		}
		lines = append(lines, b.Text)
		if depth += depthOf(b.Text); depth <= 0 {
			return lines
		}
	}
	return nil
}

// rootElement is a line that begins a document in XML.
var rootElement = pattern.New(`^\s*<([A-Za-z_][A-Za-z0-9_.:\-]*)(?:\s[^<>]*)?>\s*$`)

// markupFrom are the lines of the document in XML that the first block begins, each a paragraph of its own;
// nil where none ends.
func markupFrom(blocks []*document.Block) (lines []string) {
	root := ""
	for n, b := range blocks[:min(len(blocks), maxJoined)] {
		m := rootElement.FindStringSubmatch(b.Text)
		switch {
		case !isPlain(b) || strings.Contains(b.Text, "\n"):
			return nil
		case root == "" && m != nil:
			root = m[1]
		case root == "" && (n > 0 || !strings.HasPrefix(strings.TrimSpace(b.Text), "<?xml")):
			return nil
		}
		if lines = append(lines, b.Text); root != "" && strings.TrimSpace(b.Text) == "</"+root+">" {
			return lines
		}
	}
	return nil
}

// behindSide divides a line that ends with an open bracket from the word for its side in front:
// 返回结果: {. Of another line all is behind.
func behindSide(line string, words *wording.Words) (word, rest string) {
	m := sideAndBracket.FindStringSubmatch(line)
	if m == nil || words.Side(m[1]) == "" && !words.IsWeak(m[1]) && !exampleWord.MatchString(m[1]) {
		return "", line
	}
	return m[1], m[2]
}

var (
	sideAndBracket = pattern.New(`^([^\s{}:："'“‘]{1,16}\s*[:：]|\s*[\p{Han}]{2,12}\s*[:：])\s*([{\[]{1,2})\s*$`)
	exampleWord    = pattern.New(`示例|样例|例子|例如`)
)

func isPlain(b *document.Block) bool { return b.Table == nil && b.Level == 0 && !b.Code }

// opens says whether a line begins JSON that goes on.
func opens(line string) bool {
	line = strings.TrimSpace(line)
	return line == "{" || line == "[" || strings.HasPrefix(line, "{ ") || strings.HasPrefix(line, `{"`) || strings.HasPrefix(line, "{“") || strings.HasPrefix(line, "[{")
}
