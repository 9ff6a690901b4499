package document

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readXLSX reads an Excel file: a heading and a table for each sheet.
func readXLSX(data []byte) ([]*Block, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: MaxText, UnzipXMLSizeLimit: MaxText})
	if err != nil {
		return nil, errors.New("it is damaged, or no .xlsx of Excel 2007 or later")
	}
	defer func() { _ = f.Close() }() // it was only read
	var out []*Block
	for _, sheet := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(sheet); err != nil || !visible {
			continue
		}
		t, err := readSheet(f, sheet)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", sheet, err)
		}
		out = append(out, &Block{Level: 1, Text: sheet, Place: sheet})
		above := blankAbove(t)
		for titleAbove(t) {
			out = append(out, &Block{Text: t.Distinct(0)[0].Text, Place: fmt.Sprintf("%s!A%d", sheet, above+1)})
			t.below(1)
			above += 1 + blankAbove(t)
		}
		if len(t.Rows) > 0 {
			out = append(out, &Block{Table: t, Place: fmt.Sprintf("%s!A%d", sheet, above+1)})
		}
	}
	return out, nil
}

// readSheet reads the cells of a sheet as they are shown, with the merged ones.
func readSheet(f *excelize.File, sheet string) (*Table, error) {
	rows, err := f.GetRows(sheet)
	if err != nil {
		return nil, err
	}
	t := &Table{}
	for r, texts := range rows {
		row := make([]*Cell, len(texts))
		for c, text := range texts {
			row[c] = &Cell{Text: text, Row: r, Col: c}
		}
		t.Rows = append(t.Rows, row)
	}
	merged, err := f.GetMergeCells(sheet)
	if err != nil {
		return nil, err
	}
	cells := 0
	for _, m := range merged {
		left, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		bottom = min(bottom, len(t.Rows)+maxSpan)
		if cells += (right - left + 1) * (bottom - top + 1); cells > maxCells {
			return nil, ErrLarge
		}
		one := &Cell{Text: m.GetCellValue(), Row: top - 1, Col: left - 1}
		for r := top - 1; r < bottom; r++ {
			for len(t.Rows) <= r {
				t.Rows = append(t.Rows, nil)
			}
			for len(t.Rows[r]) < right {
				t.Rows[r] = append(t.Rows[r], nil)
			}
			for c := left - 1; c < right; c++ {
				t.Rows[r][c] = one
			}
		}
	}
	return t, nil
}

// blankAbove takes the blank rows at the top of a sheet out, and says how many there were.
func blankAbove(t *Table) int {
	above := 0
	for above < len(t.Rows) && !slices.ContainsFunc(t.Rows[above], func(c *Cell) bool { return c != nil && strings.TrimSpace(c.Text) != "" }) {
		above++
	}
	t.below(above)
	return above
}

// titleAbove says whether the first row of a sheet is a text of its own: the rows up to one with
// three texts have one each.
func titleAbove(t *Table) bool {
	for row := range min(len(t.Rows), 4) {
		if n := len(t.Distinct(row)); n > 1 {
			return row > 0 && n > 2 && len(t.Distinct(0)) == 1
		}
	}
	return false
}

// below takes so many rows out at the top.
func (t *Table) below(above int) {
	t.Rows = t.Rows[above:]
	moved := map[*Cell]bool{}
	for _, row := range t.Rows {
		for _, c := range row {
			if c != nil && !moved[c] {
				moved[c] = true
				c.Row = max(c.Row-above, 0)
			}
		}
	}
}
