package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// enumTable gives the fields of the table before it the values of a table that names
// field and value in each row, below a title such as 枚举值.
func (d *drafter) enumTable(p *rows.Part) bool {
	name, value := p.Column(wording.Name), p.Column(wording.Example)
	if value < 0 {
		value = p.Column(wording.Enum)
	}
	if name < 0 || value < 0 || p.Has(wording.Type, wording.Required, wording.Length) || len(d.last) == 0 || !enumTitle.MatchString(d.before+p.Group) {
		return false
	}
	rows := map[*draft.Field][]wording.Value{}
	for row := p.From; row < p.To; row++ {
		key, cells := p.Text(row, wording.Name)
		one, _, _ := naming.NameOf(key)
		text, more := p.Text(row, p.Roles[value])
		label, last := p.Text(row, wording.Label)
		at := slices.IndexFunc(d.last, func(f *draft.Field) bool { return f.Name() == one || strings.Join(f.Path, ".") == one })
		if at < 0 || text == "" {
			p.LeaveRow(row, "the table before has no field of this name")
			continue
		}
		f := d.last[at]
		rows[f] = append(rows[f], wording.Value{Value: strings.TrimSpace(text), Label: wording.OneLine(label)})
		for _, c := range slices.Concat(cells, more, last) {
			p.Use(c, draft.Use{Fate: draft.Carried, As: "value", Field: f})
		}
	}
	for f, values := range rows {
		f.Enum = values
	}
	return true
}

// labels gives the values of a field of the table before their labels, where a table lists
// these values and nothing else: 运营商返回值说明.
func (d *drafter) labels(p *rows.Part) bool {
	if !p.IsList() {
		return false
	}
	columns := p.ValueColumns()
	texts := p.Texts(columns[0])
	at := slices.IndexFunc(d.last, func(f *draft.Field) bool {
		return len(f.Enum) > 1 && !slices.ContainsFunc(texts, func(text string) bool { return valueOf(f, text) == nil })
	})
	if at < 0 || slices.ContainsFunc(d.last[at].Enum, func(v wording.Value) bool { return v.Label != "" }) {
		return false
	}
	f := d.last[at]
	for row := p.From; row < p.To; row++ {
		value, label := p.At(row, columns[0]), p.At(row, columns[1])
		if value == nil || label == nil || p.Repeats(row) {
			continue
		}
		valueOf(f, value.Text).Label = wording.OneLine(label.Text)
		p.Use(value, draft.Use{Fate: draft.Carried, As: "value", Field: f})
		p.Use(label, draft.Use{Fate: draft.Carried, As: "label of a value", Field: f})
		for _, c := range p.Table.Distinct(row) {
			if c != value && c != label {
				p.Use(c, draft.Use{Fate: draft.Left, As: "a column beside the values and their labels"})
			}
		}
	}
	return true
}

// valueOf is the value of a field that a text is; nil where it is none.
func valueOf(f *draft.Field, text string) *wording.Value {
	text = strings.TrimSpace(text)
	for n := range f.Enum {
		if f.Enum[n].Value == text {
			return &f.Enum[n]
		}
	}
	return nil
}

// failures reads codes of errors that are below a head of names.
func (d *drafter) failures(p *rows.Part) {
	for row := p.From; row < p.To; row++ {
		code, cells := p.Text(row, wording.Name)
		text, more := p.Text(row, wording.Text)
		if text == "" {
			text, more = p.Text(row, wording.Label)
		}
		if text == "" {
			text, more = p.Text(row, wording.Example)
		}
		if code == "" || p.Repeats(row) {
			continue
		}
		c := draft.Code{Code: wording.OneLine(code), Text: wording.OneLine(text), Place: fmt.Sprintf("%s row %d", p.Place, row+1), Head: d.nearest()}
		if d.current != nil {
			d.current.Codes = append(d.current.Codes, c)
		} else {
			d.draft.Codes = append(d.draft.Codes, c)
		}
		for _, cell := range p.Table.Distinct(row) {
			switch {
			case slices.Contains(cells, cell):
				p.Use(cell, draft.Use{Fate: draft.Carried, As: "code", Interface: d.current})
			case slices.Contains(more, cell):
				p.Use(cell, draft.Use{Fate: draft.Carried, As: "text", Interface: d.current})
			default:
				p.Use(cell, draft.Use{Fate: draft.Left, As: "a column beside code and text"})
			}
		}
	}
}

// enumTitle is in titles of values.
var enumTitle = pattern.New(`(?i)枚举|enum`)
