package paste

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// definition is a parameter that is written like a word of a dictionary: a line with name,
// mark and type, and lines below it that say what it is.
type definition struct{ name, mark, kind, label string }

// defined makes tables of runs of definitions: "appid 必填 string(32)" and below it what it
// is. The members of an object follow it, and nothing says where they end.
func defined(blocks []*document.Block, words *wording.Words) []*document.Block {
	var out []*document.Block
	var run []definition
	place := ""
	end := func() {
		if len(run) > 0 {
			out = append(out, &document.Block{Table: tableOf(run), Place: place})
		}
		run = nil
	}
	for _, b := range blocks {
		if b.Table != nil || b.Level > 0 || b.Code {
			end()
			out = append(out, b)
			continue
		}
		lines := strings.Split(b.Text, "\n")
		first := slices.IndexFunc(lines, func(line string) bool { return define(line, words) != nil })
		switch {
		case first < 0 && len(run) > 0 && words.IsGeneric(b.Text) && words.Side(b.Text) == "":
			continue // 属性, in front of the members
		case first < 0:
			end()
			out = append(out, b)
			continue
		case first > 0:
			end()
			out = append(out, &document.Block{Text: strings.Join(lines[:first], "\n"), Place: b.Place})
		}
		if len(run) == 0 {
			place = Further(b.Place, first)
		}
		for _, line := range lines[first:] {
			if one := define(line, words); one != nil {
				run = append(run, *one)
			} else if text := strings.TrimSpace(line); text != "" && (!words.IsGeneric(text) || words.Side(text) != "") {
				last := &run[len(run)-1]
				last.label = strings.TrimSpace(last.label + "\n" + text)
			}
		}
	}
	end()
	return out
}

// define reads the first line of a definition; nil where it is none.
func define(line string, words *wording.Words) *definition {
	parts := strings.Fields(line)
	if len(parts) != 3 {
		return nil
	}
	name, _, _ := naming.NameOf(parts[0])
	if name == "" || name != strings.TrimSpace(parts[0]) {
		return nil
	}
	one := &definition{name: parts[0]}
	for _, part := range parts[1:] {
		kind, _ := wording.TypeAndLength(part)
		switch {
		case one.mark == "" && len([]rune(part)) > 1 && words.Mark(part, false) != wording.Unstated:
			one.mark = part
		case one.kind == "" && isType(kind):
			one.kind = part
		default:
			return nil
		}
	}
	return one
}

// tableOf is a run of definitions below a head.
func tableOf(run []definition) *document.Table {
	t := &document.Table{Rows: [][]*document.Cell{cellsOf([]string{"参数", "必填", "类型", "说明"}, 0)}}
	for _, one := range run {
		t.Rows = append(t.Rows, cellsOf([]string{one.name, one.mark, one.kind, one.label}, len(t.Rows)))
	}
	return t
}
