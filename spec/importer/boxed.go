package importer

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
)

// unboxed are blocks in which a table of one cell, which only frames what it holds, is that: an
// example, or lines of text. The account keeps its cell.
func (d *drafter) unboxed(blocks []*document.Block) (out []*document.Block) {
	for _, b := range blocks {
		if b.Table == nil || len(b.Table.Rows) != 1 || len(b.Table.Distinct(0)) != 1 {
			out = append(out, b)
			continue
		}
		c := b.Table.Distinct(0)[0]
		text := strings.TrimSpace(c.Text)
		inside := &document.Block{Text: text, Place: b.Place, Base: b.Base, Code: strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "<")}
		use := draft.Use{Fate: draft.Read, As: "text in a frame"}
		if inside.Code {
			use.As = "example"
		}
		t := &draft.Table{Table: b.Table, Place: d.file + " " + b.Place, Uses: map[*document.Cell][]draft.Use{}}
		t.Use(c, use)
		d.draft.Tables = append(d.draft.Tables, t)
		out = append(out, inside)
	}
	return out
}
