package document

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/markdown"
	"github.com/jiekou-dev/jiekou/spec"
)

// Markdown is the document of a system as Markdown.
func Markdown(s *spec.System) ([]byte, error) {
	blocks, err := blocksOf(s)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for n, one := range blocks {
		if n > 0 {
			b.WriteString("\n")
		}
		switch {
		case one.level > 0:
			fmt.Fprintf(&b, "%s %s\n", strings.Repeat("#", one.level), markdown.Line(one.text))
		case one.code:
			fence := "```"
			for strings.Contains(one.text, fence) {
				fence += "`"
			}
			language := "json"
			if isXML([]byte(one.text)) {
				language = "xml"
			}
			fmt.Fprintf(&b, "%s%s\n%s\n%s\n", fence, language, one.text, fence)
		case one.rows != nil:
			writeRows(&b, one.rows)
		default:
			b.WriteString(markdown.Line(one.text) + "\n")
		}
	}
	return []byte(b.String()), nil
}

// writeRows writes a table; the lines of a cell are divided by breaks.
func writeRows(b *strings.Builder, rows [][]string) {
	for n, row := range rows {
		b.WriteString("|")
		for _, cell := range row {
			var lines []string
			for line := range strings.SplitSeq(strings.TrimSpace(cell), "\n") {
				lines = append(lines, strings.NewReplacer("*", `\*`, "_", `\_`, "](", `]\(`).Replace(markdown.Cell(line)))
			}
			b.WriteString(" " + strings.Join(lines, "<br>") + " |")
		}
		b.WriteString("\n")
		if n == 0 {
			b.WriteString("|" + strings.Repeat(" --- |", len(row)) + "\n")
		}
	}
}
