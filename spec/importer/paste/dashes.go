package paste

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// dashed is a line with a dash between a word and what it says: Method – POST.
var dashed = pattern.New(`^(\s*(?:[-*•]\s+)?)([A-Za-z\p{Han}][A-Za-z\p{Han} ]{1,24}?)(?:\s+[-–—]|\s*[–—])(?:\s+|$)`)

// colons writes such lines with a colon, as most documents do, where the word is one for what an
// interface is, is sent, or answers.
func colons(blocks []*document.Block, words *wording.Words) []*document.Block {
	out := make([]*document.Block, len(blocks))
	for n, b := range blocks {
		if out[n] = b; b.Table != nil || b.Level > 0 || b.Code || !strings.ContainsAny(b.Text, "-–—") {
			continue
		}
		lines := strings.Split(b.Text, "\n")
		for at, line := range lines {
			m := dashed.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			if word := m[2] + ":"; naming.URLWord.MatchString(word) || naming.VerbWord.MatchString(word) || words.IsGeneric(m[2]) || words.Side(m[2]) != "" && words.Side(m[2]) != words.Side(line[len(m[0]):]) {
				lines[at] = m[1] + word + " " + line[len(m[0]):]
			}
		}
		one := *b
		one.Text = strings.Join(lines, "\n")
		out[n] = &one
	}
	return out
}
