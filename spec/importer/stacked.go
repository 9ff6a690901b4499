package importer

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// stacked takes a sheet that has several tables below one another, each with lines of
// text above its head, as the lines and tables that they are. It is false where the sheet
// is one table.
func (d *drafter) stacked(grid *document.Table, place string) bool {
	heads := d.headsBelowLines(grid)
	sheet, _, isSheet := strings.Cut(place, "!")
	if !isSheet || len(heads) == 0 || len(heads) == 1 && !saysPath(grid, heads[0]) {
		return false
	}
	from := 0
	for n := 0; n <= len(heads); n++ {
		to, head := len(grid.Rows), len(grid.Rows)
		if n < len(heads) {
			to, head = heads[n][0], heads[n][1]
		}
		if part := grid.Between(from, to); part != nil {
			d.table(part, fmt.Sprintf("%s!A%d", sheet, from+1))
		}
		for row := to; row < head; row++ {
			d.bannerLine(grid, row, sheet)
		}
		from = head
	}
	return true
}

// headsBelowLines lists the heads that have lines of text above them: where the lines
// begin, and where the head is.
func (d *drafter) headsBelowLines(grid *document.Table) (out [][2]int) {
	last := 0
	for row := range grid.Rows {
		known, all, name := rows.HeadScore(grid, row, d.words)
		if !name || known < 2 || known*2 < all {
			continue
		}
		from := row
		for r := row - 1; r >= last && (len(grid.Distinct(r)) < 2 || from < row && namedIn(grid, r) != ""); r-- {
			if isBanner(grid, r) || namedIn(grid, r) != "" {
				from = r
			}
		}
		if from < row {
			out = append(out, [2]int{from, row})
		}
		last = row + 1
	}
	return out
}

// saysPath says whether a line above a head has a path.
func saysPath(grid *document.Table, head [2]int) bool {
	for row := head[0]; row < head[1]; row++ {
		if text := draft.RowText(grid, row); (naming.URLWord.MatchString(text) || naming.MethodURL.MatchString(text)) && len(naming.EndpointOf(text).Path) > 1 {
			return true
		}
	}
	return false
}

// isBanner says whether a row has one text, at its left.
func isBanner(grid *document.Table, row int) bool {
	cells := grid.Distinct(row)
	return len(cells) == 1 && cells[0].Col == 0 && cells[0].Row == row
}

// namedIn is the name of an interface in a row of it, or empty: 接口名称 | 查询库存 | queryStock.
func namedIn(grid *document.Table, row int) string {
	cells := grid.Distinct(row)
	if len(cells) < 2 || len(cells) > 3 || !naming.TitleHead.MatchString(wording.Fold(cells[0].Text)) || len([]rune(cells[1].Text)) > 40 {
		return ""
	}
	return strings.TrimSpace(cells[1].Text)
}

// bannerLine takes a row as a line of text: a heading, or what it says of an interface.
func (d *drafter) bannerLine(grid *document.Table, row int, sheet string) {
	one := grid.Between(row, row+1)
	if one == nil {
		return
	}
	place := fmt.Sprintf("%s!A%d", sheet, row+1)
	cell := one.Distinct(0)[0]
	t := &draft.Table{Table: one, Title: d.before, Place: place, Uses: map[*document.Cell][]draft.Use{}}
	d.draft.Tables = append(d.draft.Tables, t)
	t.Use(cell, draft.Use{Fate: draft.Read, As: "line of text"})
	text := strings.TrimSpace(cell.Text)
	if name := namedIn(one, 0); name != "" {
		d.heading(&document.Block{Level: 2, Text: name}, place)
		for _, c := range one.Distinct(0)[1:] {
			t.Use(c, draft.Use{Fate: draft.Carried, As: "title"})
			if c.Col > 1 && naming.IsBareName(c.Text) {
				d.named = strings.TrimSpace(c.Text)
			}
		}
		return
	}
	e, folded := naming.EndpointOf(text), norm.NFKC.String(text)
	switch {
	case e.Path != "" || naming.VerbWord.MatchString(text) || strings.ContainsAny(folded, ":;") || len([]rune(text)) > 40:
		d.paragraph(text, place)
	case d.words.IsGeneric(text) || d.words.Side(text) != "" || partOf.MatchString(text) && memberWord.MatchString(folded):
		d.heading(&document.Block{Level: 3, Text: text}, place)
	default:
		d.heading(&document.Block{Level: 2, Text: text}, place)
	}
}
