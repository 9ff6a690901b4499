package document

import "strings"

// Between is some rows of a table as one of its own; nil where they have no text.
func (t *Table) Between(from, to int) *Table {
	out, full := &Table{}, false
	copies := map[*Cell]*Cell{}
	for row := from; row < to; row++ {
		line := make([]*Cell, len(t.Rows[row]))
		for col, c := range t.Rows[row] {
			full = full || c != nil && strings.TrimSpace(c.Text) != ""
			line[col] = c.Copied(copies, row-from, col)
		}
		out.Rows = append(out.Rows, line)
	}
	if !full {
		return nil
	}
	return out
}

// Copied is a cell in another table; a merged one is the same at each of its places.
func (c *Cell) Copied(copies map[*Cell]*Cell, row, col int) *Cell {
	if c == nil {
		return nil
	}
	if copies[c] == nil {
		one := *c
		one.Row, one.Col = row, col
		copies[c] = &one
	}
	return copies[c]
}

// Under is the table with other rows above its own, of which it takes over the cells.
func (t *Table) Under(head *Table) *Table {
	out := &Table{Rows: append(head.Rows, t.Rows...)}
	for row := len(head.Rows); row < len(out.Rows); row++ {
		for _, c := range out.Distinct(row) {
			if c.Row == row-len(head.Rows) {
				c.Row = row
			}
		}
	}
	return out
}
