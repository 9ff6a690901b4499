package format

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// scalarText is a scalar on one line, in the quotes it was written in.
func scalarText(n *yaml.Node) string {
	v := n.Value
	switch oneLine := !strings.ContainsFunc(v, unprintable); {
	case n.Style&yaml.DoubleQuotedStyle != 0 || !oneLine:
		return doubleQuoted(v)
	case n.Style&yaml.SingleQuotedStyle != 0:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return doubleQuoted(v)
	}
	return v
}

// unprintable says whether a character would end a line or be lost on one.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || strings.ContainsRune("\u2028\u2029\ufeff", r)
}

// doubleQuoted quotes text; printable characters stay as they are.
func doubleQuoted(v string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range v {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// literalSafe says whether text survives as a block of lines.
func literalSafe(v string) bool {
	if strings.TrimSpace(v) == "" || v[0] == ' ' || v[0] == '\n' || strings.ContainsAny(v, "\u2028\u2029\ufeff") {
		return false
	}
	for line := range strings.SplitSeq(v, "\n") {
		if strings.TrimRight(line, " \t") != line || strings.ContainsFunc(line, unicode.IsControl) {
			return false
		}
	}
	return true
}

// chomping is the mark behind | that keeps the newlines at the end.
func chomping(v string) string {
	switch {
	case strings.HasSuffix(v, "\n\n"):
		return "+"
	case strings.HasSuffix(v, "\n"):
		return ""
	}
	return "-"
}

// comments are the lines of a file besides values: comments and blank lines, by
// line number.
type comments struct {
	whole    map[int]string // comments on a line of their own
	trailing map[int]string // comments behind a value
	behind   map[int]bool   // lines that have one of those
	blank    map[int]bool
	end      map[*yaml.Node]int // last line of text over several lines
	lines    int
	all      []string
}

// texts returns all comments, sorted.
func (c *comments) texts() []string { return c.all }

// scanComments finds the comments of a file: a # at the start of a line or
// behind white space, outside of quotes and blocks of text.
func scanComments(src []byte, root *yaml.Node) *comments {
	c := &comments{
		whole: map[int]string{}, trailing: map[int]string{}, behind: map[int]bool{}, blank: map[int]bool{},
		end: map[*yaml.Node]int{},
	}
	var text [][]rune
	for line := range strings.SplitSeq(strings.TrimSuffix(string(src), "\n"), "\n") {
		text = append(text, []rune(strings.TrimSuffix(line, "\r")))
	}
	c.lines = len(text)
	covered := make([][]bool, len(text))
	for i := range text {
		covered[i] = make([]bool, len(text[i])+1)
	}
	c.cover(root, text, covered, 0)
	for i, line := range text {
		if strings.TrimSpace(string(line)) == "" && !covered[i][0] {
			c.blank[i+1] = true
		}
		for j, r := range line {
			if r != '#' || covered[i][j] || j > 0 && line[j-1] != ' ' && line[j-1] != '\t' {
				continue
			}
			body := strings.TrimRight(string(line[j:]), " \t")
			c.all = append(c.all, body)
			if strings.TrimSpace(string(line[:j])) == "" {
				c.whole[i+1] = body
			} else {
				c.trailing[i+1], c.behind[i+1] = body, true
			}
			break
		}
	}
	sort.Strings(c.all)
	return c
}

// cover marks the text of quoted scalars and blocks, where # means nothing.
func (c *comments) cover(n *yaml.Node, text [][]rune, covered [][]bool, depth int) {
	if n.Kind == yaml.ScalarNode {
		line, col := n.Line-1, n.Column-1
		if line < 0 || line >= len(text) || col < 0 {
			return
		}
		switch {
		case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
			c.coverBlock(n, text, covered)
		case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
			c.coverQuoted(n, text, covered)
		}
		return
	}
	if depth > yamltree.MaxDepth {
		return
	}
	for _, child := range n.Content {
		c.cover(child, text, covered, depth+1)
	}
}

// coverQuoted marks from the opening quote to the closing one.
func (c *comments) coverQuoted(n *yaml.Node, text [][]rune, covered [][]bool) {
	i, j := n.Line-1, n.Column-1
	for j < len(text[i]) && text[i][j] != '"' && text[i][j] != '\'' { // an anchor comes first
		j++
	}
	if j >= len(text[i]) {
		return
	}
	quote := text[i][j]
	covered[i][j] = true
	for j++; i < len(text); i, j = i+1, 0 {
		if coverLine(quote, text[i], j, covered[i]) {
			c.end[n] = i + 1
			return
		}
		if len(covered[i]) > 0 && i > n.Line-1 || len(text[i]) == 0 {
			covered[i][0] = true
		}
	}
}

// coverLine marks a line of quoted text from j on, and reports whether the quote
// closes on it.
func coverLine(quote rune, line []rune, j int, covered []bool) bool {
	for ; j < len(line); j++ {
		covered[j] = true
		more := j+1 < len(line)
		switch r := line[j]; {
		case r == '\\' && quote == '"' && more, r == quote && quote == '\'' && more && line[j+1] == '\'':
			j++
			covered[j] = true
		case r == quote:
			return true
		}
	}
	return false
}

// coverBlock marks the lines of a | or > text: those that are blank or deeper
// than the line with the mark's own indentation.
func (c *comments) coverBlock(n *yaml.Node, text [][]rune, covered [][]bool) {
	first := n.Line // the line after the mark
	for first < len(text) && strings.TrimSpace(string(text[first])) == "" {
		first++
	}
	if first >= len(text) {
		return
	}
	depth := leading(text[first])
	if depth == 0 {
		return
	}
	last := n.Line
	for i := n.Line; i < len(text); i++ {
		empty := strings.TrimSpace(string(text[i])) == ""
		if !empty && leading(text[i]) < depth {
			break
		}
		if !empty || n.Value != "" && strings.HasSuffix(n.Value, "\n\n") {
			last = i + 1
		}
	}
	for i := n.Line; i < last; i++ {
		for j := range covered[i] {
			covered[i][j] = true
		}
	}
	c.end[n] = last
}

// leading counts the spaces a line starts with.
func leading(line []rune) int {
	n := slices.IndexFunc(line, func(r rune) bool { return r != ' ' })
	return max(n, 0)
}
