package draft

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var han = pattern.New(`\p{Han}`)

// Most says whether a column has three texts of a kind, and four of five of its texts are
// such. Rows with one text are titles.
func (t *Table) Most(col int, is func(text string) bool) bool {
	found, all := 0, 0
	for row := 1; row < len(t.Rows); row++ {
		c := t.At(row, col)
		if c == nil || strings.TrimSpace(c.Text) == "" || len(t.Table.Distinct(row)) == 1 && han.MatchString(c.Text) {
			continue
		}
		if all++; is(c.Text) {
			found++
		}
	}
	return found >= 3 && found*5 >= all*4
}

// OneEach says whether most cells of a column are a name each, and none holds several.
func (t *Table) OneEach(col int) bool {
	names, all := 0, 0
	for row := 1; row < len(t.Rows); row++ {
		c := t.At(row, col)
		if c == nil || strings.TrimSpace(c.Text) == "" {
			continue
		}
		all++
		if naming.Name.MatchString(strings.TrimSpace(c.Text)) {
			names++
		} else if strings.Contains(strings.TrimSpace(c.Text), "\n") {
			return false
		}
	}
	return names*2 > all
}

// Begins says whether another text is in a column of a row than in the one above it.
func (t *Table) Begins(row, col int) bool {
	c, above := t.At(row, col), t.At(row-1, col)
	return c != nil && c != above && strings.TrimSpace(c.Text) != "" && (above == nil || strings.TrimSpace(c.Text) != strings.TrimSpace(above.Text))
}
