package importer

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// urlAhead says whether the chapter that is open shows a URL behind the block that is read,
// in a line of its own: it is that of an interface, whose tables come first.
func (d *drafter) urlAhead() bool {
	for _, b := range d.rest {
		switch {
		case b.Level > 0 && !d.words.IsGeneric(b.Text):
			return false
		case b.Table != nil || b.Level > 0:
		case showsURL(b):
			return true
		}
	}
	return false
}

// showsURL says whether a block begins with a URL, as examples of calls do.
func showsURL(b *document.Block) bool {
	line := strings.TrimSpace(firstLine(strings.TrimSpace(b.Text)))
	return strings.HasPrefix(line, "http") && !hasHan.MatchString(line) && len(naming.EndpointOf(line).Path) > 1
}

var hasHan = pattern.New(`\p{Han}`)
