package paste

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var (
	// codesTitle is above codes.
	codesTitle = pattern.New(`(?i)(?:错误|返回|响应|结果|异常|状态|业务)(?:代?码|编码)|error ?codes?|return ?codes?|status ?codes?`)
	// codeLine is a code with what it means: -2：密码错误, 10003 余额不足, SYSTEM_ERROR - 系统错误.
	codeLine   = pattern.New(`^\W{0,3}?(-?\d{1,8}|[A-Z][A-Z0-9_.]{2,40})["'\x60]?(?:\s*(?:[:=,]|--?|—+|\t)\s*|\s+)["']?(\S.{0,80}?)["']?[;,。]?$`)
	bulletHead = pattern.New(`^\s*(?:[*+•·◆■]\s*|-\s+)`)
)

// coded makes tables of codes that are lines, two at least, below a line that says that they are
// codes.
func coded(blocks []*document.Block) []*document.Block {
	var out []*document.Block
	above := ""
	for at := 0; at < len(blocks); at++ {
		b := blocks[at]
		if !isPlain(b) {
			out = append(out, b)
			if above = ""; b.Level > 0 {
				above = b.Text
			}
			continue
		}
		lines, from := strings.Split(b.Text, "\n"), 0
		if len(lines) > 1 && codeOf(lines[0]) == nil {
			above, from = lines[0], 1
		}
		first, run, end := from, [][]string{}, at
		for ; titled(above) && end < len(blocks) && isPlain(blocks[end]); end++ {
			more := codesOf(blocks[end].Text, from)
			if more == nil {
				break
			}
			run, from = append(run, more...), 0
		}
		if len(run) < 2 {
			out, above = append(out, b), lines[len(lines)-1]
			continue
		}
		if first > 0 {
			out = append(out, &document.Block{Text: lines[0], Place: b.Place})
		}
		t := &document.Table{Rows: [][]*document.Cell{cellsOf([]string{"错误码", "错误信息"}, 0)}}
		for _, one := range run {
			t.Rows = append(t.Rows, cellsOf(one, len(t.Rows)))
		}
		out = append(out, &document.Block{Table: t, Place: Further(b.Place, first)})
		at, above = end-1, ""
	}
	return out
}

// titled says whether a line is short, and says that codes follow.
func titled(line string) bool { return len([]rune(line)) <= 25 && codesTitle.MatchString(line) }

// codesOf are the codes of the lines of a paragraph from one on; nil where a line is none.
func codesOf(text string, from int) (out [][]string) {
	for _, line := range strings.Split(text, "\n")[from:] {
		if strings.TrimSpace(line) == "" {
			continue
		}
		one := codeOf(line)
		if one == nil {
			return nil
		}
		out = append(out, one)
	}
	return out
}

// codeOf is the code of a line and what it means; nil where it is another line.
func codeOf(line string) []string {
	m := codeLine.FindStringSubmatch(strings.TrimSpace(norm.NFKC.String(bulletHead.ReplaceAllString(line, ""))))
	if m == nil {
		return nil
	}
	return []string{m[1], m[2]}
}
