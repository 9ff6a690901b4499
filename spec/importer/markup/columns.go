// Package markup reads what marked-up text writes without tables, and the columns of tables that
// are drawn with characters. It works on lines and knows no document.
package markup

import (
	"encoding/csv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Sliced is a line in the columns of the rule above it, characters of full width counted
// as two, or as one; nil where a text is between the columns.
func Sliced(line, rule string) []string {
	var starts []int
	for i := range len(rule) {
		if rule[i] == '=' && (i == 0 || rule[i-1] != '=') {
			starts = append(starts, i)
		}
	}
	for _, width := range []int{2, 1} {
		cells := make([]strings.Builder, len(starts))
		at, good := 0, !strings.Contains(line, "\t")
		for _, r := range line {
			col := 0
			for col+1 < len(starts) && at >= starts[col+1] {
				col++
			}
			between := col+1 < len(starts) && at == starts[col+1]-1
			good = good && (!between || r == ' ')
			cells[col].WriteRune(r)
			if at++; r > 0x2e80 {
				at += width - 1
				good = good && (width == 1 || col+1 >= len(starts) || at < starts[col+1])
			}
		}
		if good {
			out := make([]string, len(cells))
			for i := range cells {
				out[i] = cells[i].String()
			}
			return out
		}
	}
	return nil
}

// Gap divides the cells of a line: a tab, or two blanks.
var Gap = pattern.New(`\t+[ \t]*|[ \x{a0}]{2,}[ \t\x{a0}]*`)

// Divided is a line in so many cells.
func Divided(line string, columns int) []string {
	parts := Closed(Gap.Split(strings.TrimRight(line, " \t")))
	if parts[0] == "" && len(parts) > columns {
		parts = parts[1:]
	}
	if len(parts) < columns && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
		if before, after, ok := strings.Cut(strings.TrimSpace(line), " "); ok && len(parts) == 1 && columns == 2 {
			parts = []string{before, after}
		}
	}
	for len(parts) < columns {
		parts = append(parts, "")
	}
	if len(parts) > columns {
		parts = append(parts[:columns-1:columns-1], strings.Join(parts[columns-1:], " "))
	}
	return parts
}

// Closed joins cells that a gap inside of parentheses divides. What follows the
// parentheses after a blank is the next cell.
func Closed(parts []string) []string {
	var out []string
	open := false
	for _, part := range parts {
		if open {
			last := out[len(out)-1] + " " + part
			out[len(out)-1] = last
			if at := strings.LastIndex(last, " "); strings.ContainsAny(part, ")）") && at > strings.LastIndexAny(last, ")）") {
				out = append(out[:len(out)-1], last[:at], last[at+1:])
			}
		} else {
			out = append(out, part)
		}
		open = strings.LastIndexAny(out[len(out)-1], "(（") > strings.LastIndexAny(out[len(out)-1], ")）")
	}
	if open { // never closed: the gaps were right
		return parts
	}
	return out
}

// ListRows reads rows of a list of lists: "* - a" begins one, "- b" at its depth a cell.
func ListRows(body []string) [][]string {
	var rows [][]string
	depth := -1
	for _, line := range body {
		text := strings.TrimLeft(line, " ")
		at := len(line) - len(text)
		if after, ok := strings.CutPrefix(text, "* -"); ok && (depth < 0 || at+2 == depth) {
			rows, depth = append(rows, []string{after}), at+2
			continue
		}
		if len(rows) == 0 {
			continue
		}
		row := &rows[len(rows)-1]
		if after, ok := strings.CutPrefix(text, "-"); ok && at == depth {
			*row = append(*row, after)
		} else {
			last := len(*row) - 1
			(*row)[last] += "\n" + strings.TrimPrefix(text, "- ")
		}
	}
	return rows
}

// CommaRows reads rows whose values commas divide.
func CommaRows(body []string) [][]string {
	r := csv.NewReader(strings.NewReader(strings.Join(Trimmed(body), "\n")))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil
	}
	return rows
}

// Trimmed are lines without the blanks around them.
func Trimmed(body []string) []string {
	out := make([]string, len(body))
	for i, line := range body {
		out[i] = strings.TrimSpace(line)
	}
	return out
}
