package document

import (
	"strconv"
	"strings"
)

// listing is code whose lines are numbered, as far as it has been read.
type listing struct {
	code *Block
	next int // the number of the line that follows
}

// opening is what the first line of numbered code is, or begins with.
const opening = "{[<"

// numbered takes the first of lines where it is one of numbered code: 1 {, then 2 "code": 0. A line
// without a number goes on from the one above it where the next number is still to come.
func (p *paper) numbered(lines []glyphs) bool {
	if c := p.listed.code; c != nil && isClosed(c.Text) { // what follows may have the next number, too
		p.listed = listing{}
	}
	text := strings.TrimSpace(lines[0].text)
	number, rest, _ := strings.Cut(text, " ")
	switch n, err := strconv.Atoi(number); {
	case err == nil && n == 1 && rest != "" && strings.Contains(opening, rest[:1]) && countsOn(lines[1:], 2):
		p.listed = listing{&Block{Code: true, Text: rest, Place: p.place}, 2}
		p.out = append(p.out, p.listed.code)
		return true
	case p.listed.code == nil:
		return false
	case err == nil && n == p.listed.next:
		p.listed.code.Text += "\n" + rest
		p.listed.next++
		return true
	case countsOn(lines[1:], p.listed.next):
		p.listed.code.Text += text
		return true
	}
	p.listed = listing{}
	return false
}

// isClosed says whether an example in JSON is at its end.
func isClosed(text string) bool {
	opened := strings.Count(text, "{") + strings.Count(text, "[")
	return opened > 0 && opened <= strings.Count(text, "}")+strings.Count(text, "]")
}

// countsOn says whether one of the next lines has a number.
func countsOn(lines []glyphs, n int) bool {
	for _, l := range lines[:min(len(lines), 4)] {
		if number, _, _ := strings.Cut(strings.TrimSpace(l.text), " "); number == strconv.Itoa(n) {
			return true
		}
	}
	return false
}

// listingOf is the code of a box whose lines are numbered in a column of their own; empty where a
// table is no such box.
func listingOf(t *Table) string {
	var out []string
	for _, row := range t.Rows {
		if len(row) != 2 || row[0] == nil || row[1] == nil || row[0] == row[1] || !isCount(row[0].Text) {
			return ""
		}
		out = append(out, row[1].Text)
	}
	return strings.Join(out, "\n")
}

// isCount says whether a text is numbers that count on, without anything between them.
func isCount(text string) bool {
	text = strings.Join(strings.Fields(text), "")
	for from := 1; from <= 3 && from <= len(text); from++ {
		n, err := strconv.Atoi(text[:from])
		if err != nil {
			return false
		}
		rest := text
		for ; strings.HasPrefix(rest, strconv.Itoa(n)); n++ {
			rest = rest[len(strconv.Itoa(n)):]
		}
		if rest == "" && (len(text) > from || n == 2) {
			return true
		}
	}
	return false
}
