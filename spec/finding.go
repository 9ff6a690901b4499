package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Finding is one thing that is wrong with the YAML.
type Finding struct {
	Pos     Pos
	ID      string // of the rule, for example "JK0103"; see RuleList
	Message string
	Hint    string // how to mend it; empty when there is nothing to add
	Source  string // the line of the file, without its end; empty when there is none
}

// Findings is all that is wrong, sorted by file, line and column. It is the
// error that Load returns.
type Findings []Finding

// Error renders all findings, one below the other.
func (f Findings) Error() string {
	var b strings.Builder
	for i := range f {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(f[i].String())
	}
	return b.String()
}

// String renders the finding: place, id and message, then a hint line, then
// the source line with a caret below the column.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s", f.Pos, f.ID, f.Message)
	if f.Hint != "" {
		b.WriteString("\nhint: " + f.Hint)
	}
	if f.Source != "" {
		line, caret := window([]rune(f.Source), f.Pos.Col-1)
		number := fmt.Sprintf("%4d", f.Pos.Line)
		fmt.Fprintf(&b, "\n%s | %s\n%s | %s^", number, line, strings.Repeat(" ", len(number)), strings.Repeat(" ", caret))
	}
	return b.String()
}

const maxLine = 100 // columns of a source line in a finding

// window cuts a long line round the character at col and returns the text with
// the number of columns before that character.
func window(line []rune, col int) (text string, before int) {
	col = min(max(col, 0), len(line))
	start, end := 0, len(line)
	if columns(line[:col]) > maxLine-20 {
		for start < col && columns(line[start:col]) > maxLine-40 {
			start++
		}
	}
	for end > col && columns(line[start:end]) > maxLine {
		end--
	}
	if start > 0 {
		text, before = "…", 1
	}
	for _, r := range line[start:end] {
		if unicode.IsControl(r) {
			r = ' '
		}
		text += string(r)
	}
	if end < len(line) {
		text += "…"
	}
	return strings.TrimRight(text, " "), before + columns(line[start:col])
}

// columns is how wide text stands in a terminal: two columns for a wide
// character.
func columns(text []rune) int {
	n := 0
	for _, r := range text {
		n++
		if unicode.Is(wide, r) {
			n++
		}
	}
	return n
}

// wide holds the characters that take two columns: East Asian wide and
// full-width forms, and pictures.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115F, Stride: 1},
		{Lo: 0x2E80, Hi: 0x303E, Stride: 1},
		{Lo: 0x3041, Hi: 0x4DBF, Stride: 1},
		{Lo: 0x4E00, Hi: 0xA4CF, Stride: 1},
		{Lo: 0xA960, Hi: 0xA97C, Stride: 1},
		{Lo: 0xAC00, Hi: 0xD7A3, Stride: 1},
		{Lo: 0xF900, Hi: 0xFAFF, Stride: 1},
		{Lo: 0xFE30, Hi: 0xFE6B, Stride: 1},
		{Lo: 0xFF01, Hi: 0xFF60, Stride: 1},
		{Lo: 0xFFE0, Hi: 0xFFE6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1F300, Hi: 0x1F64F, Stride: 1},
		{Lo: 0x1F680, Hi: 0x1F6FF, Stride: 1},
		{Lo: 0x1F900, Hi: 0x1F9FF, Stride: 1},
		{Lo: 0x20000, Hi: 0x3FFFD, Stride: 1},
	},
}

// reporter collects findings and knows the lines of the files they are about.
type reporter struct {
	findings Findings
	sources  map[string][]string
}

// add notes a finding.
func (r *reporter) add(id string, pos Pos, hint, format string, args ...any) {
	r.findings = append(r.findings, Finding{Pos: pos, ID: id, Hint: hint, Message: fmt.Sprintf(format, args...)})
}

// count is how much was found so far.
func (r *reporter) count() int { return len(r.findings) }

// inside is the place of a part of a text, n-th of its kind, given the place of
// the text's value: the part is looked for in the lines from there on.
func (r *reporter) inside(at Pos, part string, n int) Pos {
	lines := r.sources[at.File]
	for i := at.Line - 1; i >= 0 && i < len(lines) && i < at.Line+40; i++ {
		line, from := []rune(lines[i]), 0
		if i == at.Line-1 {
			from = min(at.Col-1, len(line))
		}
		for rest := string(line[from:]); ; {
			before, after, found := strings.Cut(rest, part)
			if !found {
				break
			}
			from += len([]rune(before))
			if n--; n < 0 {
				return Pos{at.File, i + 1, from + 1}
			}
			from += len([]rune(part))
			rest = after
		}
	}
	return at
}

// sorted returns the findings in order, each once, with their source lines.
func (r *reporter) sorted() Findings {
	slices.SortStableFunc(r.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Message, b.Message))
	})
	out := slices.CompactFunc(r.findings, func(a, b Finding) bool { return a.Pos == b.Pos && a.Message == b.Message })
	for i := range out {
		if lines := r.sources[out[i].Pos.File]; out[i].Pos.Line >= 1 && out[i].Pos.Line <= len(lines) {
			out[i].Source = strings.TrimRight(lines[out[i].Pos.Line-1], "\r ")
		}
	}
	return out
}

// meant returns `did you mean "x"?` for the name nearest to what was written,
// or "" when none is near.
func meant(written string, names []string) string {
	n := len([]rune(written))
	best, least := "", n/3+1
	if n > 1 {
		least = max(least, 2)
	}
	for _, name := range names {
		if d := distance(strings.ToLower(written), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + strconv.Quote(best) + "?"
}

// oneOf returns the nearest name as a question, or the whole list.
func oneOf(written string, names []string) string {
	return cmp.Or(meant(written, names), "one of "+strings.Join(names, ", "))
}

// distance counts the characters to insert, remove, replace or swap that turn
// a into b.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	old, row := make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		older := old
		old, row = row, make([]int, len(t)+1)
		row[0] = i + 1
		for j := range t {
			same := 1
			if s[i] == t[j] {
				same = 0
			}
			row[j+1] = min(row[j]+1, old[j+1]+1, old[j]+same)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
	}
	return row[len(t)]
}
