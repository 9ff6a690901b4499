package paste

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
)

// maxJoined is how many paragraphs one example goes over at most.
const maxJoined = 400

// joined makes one block of code of JSON whose lines are a paragraph each, as in documents
// of a word processor.
func joined(blocks []*document.Block) []*document.Block {
	var out []*document.Block
	for at := 0; at < len(blocks); at++ {
		b := blocks[at]
		lines := []string{b.Text}
		end := at + 1
		if isPlain(b) && !strings.Contains(b.Text, "\n") && opens(b.Text) {
			for end < len(blocks) && end-at < maxJoined && isPlain(blocks[end]) && braces(lines, 0) == 0 {
				lines = append(lines, blocks[end].Text)
				end++
			}
		}
		if len(lines) < 3 || braces(lines, 0) != len(lines) {
			out = append(out, b)
			continue
		}
		out = append(out, &document.Block{Code: true, Text: strings.Join(lines, "\n"), Place: b.Place})
		at = end - 1
	}
	return out
}

func isPlain(b *document.Block) bool { return b.Table == nil && b.Level == 0 && !b.Code }

// opens says whether a line begins JSON that goes on.
func opens(line string) bool {
	line = strings.TrimSpace(line)
	return line == "{" || line == "[" || strings.HasPrefix(line, "{ ") || strings.HasPrefix(line, `{"`) || strings.HasPrefix(line, "{“") || strings.HasPrefix(line, "[{")
}
