package importer

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/item"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// noteLine is a line that says what a member is: cardNo：借书证号.
var noteLine = pattern.New(`^\W*([A-Za-z_]\w*)\W?\s*[:：=\-—]+\s*(\S.*)$`)

// noted keeps what a line says of a member that an example of the current interface shows.
func (d *drafter) noted(line string) bool {
	m := noteLine.FindStringSubmatch(line)
	if m == nil || d.current == nil || !hasHan.MatchString(m[2]) {
		return false
	}
	return d.note(item.Item{Name: m[1], Label: strings.TrimSpace(norm.NFKC.String(m[2]))})
}

// note keeps what is said of a member; it is false where no example of the side that is spoken
// of has it.
func (d *drafter) note(one item.Item) bool {
	at := 1
	if d.side == "request" || d.side == "" && d.current.Shapes[1] == nil {
		at = 0
	}
	if shape := d.current.Shapes[at]; shape == nil || !shape.Has(one.Name) {
		return false
	}
	if d.current.Notes[at] == nil {
		d.current.Notes[at] = map[string]string{}
	}
	if d.current.Notes[at][one.Name] == "" {
		d.current.Notes[at][one.Name] = one.Label
	}
	return true
}

// described gives the fields that an example shows what lines say of them.
func described(list []*draft.Field, notes map[string]string, words *wording.Words) {
	for _, f := range list {
		if text := notes[f.Name()]; text != "" && f.Sampled && f.Label == "" {
			rows.Describe(f, map[wording.Role]string{wording.Label: text}, "", words, true, true, true)
		}
	}
}
