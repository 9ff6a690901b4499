package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// enumTable gives the fields of the table before it the values of a table that names
// field and value in each row, below a title such as 枚举值.
func (d *drafter) enumTable(p *part) bool {
	name, value := p.column(wording.Name), p.column(wording.Example)
	if value < 0 {
		value = p.column(wording.Enum)
	}
	if name < 0 || value < 0 || p.has(wording.Type, wording.Required, wording.Length) || len(d.last) == 0 || !strings.Contains(d.before+p.group, "枚举") && !strings.Contains(strings.ToLower(d.before), "enum") {
		return false
	}
	rows := map[*Field][]wording.Value{}
	for row := p.from; row < p.to; row++ {
		key, cells := p.text(row, wording.Name)
		one, _, _ := naming.NameOf(key)
		text, more := p.text(row, p.roles[value])
		label, last := p.text(row, wording.Label)
		at := slices.IndexFunc(d.last, func(f *Field) bool { return f.Name() == one || strings.Join(f.Path, ".") == one })
		if at < 0 || text == "" {
			p.leaveRow(row, "the table before has no field of this name")
			continue
		}
		f := d.last[at]
		rows[f] = append(rows[f], wording.Value{Value: strings.TrimSpace(text), Label: oneLine(label)})
		for _, c := range slices.Concat(cells, more, last) {
			p.use(c, Use{Fate: Carried, As: "value", Field: f})
		}
	}
	for f, values := range rows {
		f.Enum = values
	}
	return true
}

// failures reads codes of errors that are below a head of names.
func (d *drafter) failures(p *part) {
	for row := p.from; row < p.to; row++ {
		code, cells := p.text(row, wording.Name)
		text, more := p.text(row, wording.Text)
		if text == "" {
			text, more = p.text(row, wording.Label)
		}
		if code == "" || p.repeats(row) {
			continue
		}
		c := Code{oneLine(code), oneLine(text), fmt.Sprintf("%s row %d", p.Place, row+1)}
		if d.current != nil {
			d.current.Codes = append(d.current.Codes, c)
		} else {
			d.draft.Codes = append(d.draft.Codes, c)
		}
		for _, cell := range p.Table.Distinct(row) {
			switch {
			case slices.Contains(cells, cell):
				p.use(cell, Use{Fate: Carried, As: "code", Interface: d.current})
			case slices.Contains(more, cell):
				p.use(cell, Use{Fate: Carried, As: "text", Interface: d.current})
			default:
				p.use(cell, Use{Fate: Left, As: "a column beside code and text"})
			}
		}
	}
}
