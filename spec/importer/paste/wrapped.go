package paste

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var (
	// cutURL is a URL at the end of a line that goes on: no URL ends with these.
	cutURL = pattern.New(`https?://\S*[\-?&=_%]\s*$`)
	// restOfURL is a line that is the end of one.
	restOfURL = pattern.New(`^\s*[A-Za-z0-9_.~%{}$\-]*[/?=&][A-Za-z0-9_.~%{}$/?=&\-]*\s*$`)
)

// unwrapped puts URLs together that a page divides at its right margin.
func unwrapped(blocks []*document.Block) []*document.Block {
	var out []*document.Block
	for _, b := range blocks {
		if !isPlain(b) || b.Text == "" {
			out = append(out, b)
			continue
		}
		var lines []string
		for line := range strings.SplitSeq(b.Text, "\n") {
			last := &line
			switch {
			case len(lines) > 0:
				last = &lines[len(lines)-1]
			case len(out) > 0 && isPlain(out[len(out)-1]):
				last = &out[len(out)-1].Text
			}
			if last != &line && cutURL.MatchString(*last) && restOfURL.MatchString(line) {
				*last = strings.TrimRight(*last, " \t") + strings.TrimSpace(line)
				continue
			}
			lines = append(lines, line)
		}
		if len(lines) > 0 {
			b.Text = strings.Join(lines, "\n")
			out = append(out, b)
		}
	}
	return out
}
