package paste

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
)

// maxJoined is how many paragraphs one example goes over at most.
const maxJoined = 400

// joined makes one block of code of JSON whose lines are a paragraph each, as in documents
// of a word processor.
func joined(blocks []*document.Block) []*document.Block {
	var out []*document.Block
	for at := 0; at < len(blocks); at++ {
		lines := exampleFrom(blocks[at:])
		if b := blocks[at]; isPlain(b) && isExample(b.Text) {
			out = append(out, &document.Block{Code: true, Text: strings.TrimSpace(b.Text), Place: b.Place})
			continue
		}
		if len(lines) < 3 {
			out = append(out, blocks[at])
			continue
		}
		out = append(out, &document.Block{Code: true, Text: strings.Join(lines, "\n"), Place: blocks[at].Place})
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
func exampleFrom(blocks []*document.Block) []string {
	if strings.Contains(blocks[0].Text, "\n") || !opens(blocks[0].Text) {
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

func isPlain(b *document.Block) bool { return b.Table == nil && b.Level == 0 && !b.Code }

// opens says whether a line begins JSON that goes on.
func opens(line string) bool {
	line = strings.TrimSpace(line)
	return line == "{" || line == "[" || strings.HasPrefix(line, "{ ") || strings.HasPrefix(line, `{"`) || strings.HasPrefix(line, "{“") || strings.HasPrefix(line, "[{")
}
