package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// codes reads a table of codes: of the current interface, or of all.
func (d *drafter) codes(p *rows.Part) {
	label := wording.Text
	if !p.Has(label) {
		label = wording.Label
	}
	http := p.IsStatus()
	for row := p.From; row < p.To; row++ {
		code, cells := p.Text(row, wording.Code)
		text, more := p.Text(row, label)
		if code == "" || p.Repeats(row) {
			continue
		}
		c := draft.Code{Code: wording.OneLine(code), Text: wording.OneLine(text), Place: fmt.Sprintf("%s row %d", p.Place, row+1), Head: d.nearest()}
		switch {
		case http:
			d.status(p, row)
			continue
		case d.current != nil:
			d.current.Codes = append(d.current.Codes, c)
		default:
			d.draft.Codes = append(d.draft.Codes, c)
		}
		for i := range p.Roles {
			cell := p.At(row, i)
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

// status reads a row of HTTP statuses: a good one has the type of the answer.
func (d *drafter) status(p *rows.Part, row int) {
	kind, cells := p.Text(row, wording.Type)
	for _, c := range p.Table.Distinct(row) {
		p.Use(c, draft.Use{Fate: draft.Read, As: "status of HTTP"})
	}
	if d.current == nil || kind == "" || strings.EqualFold(kind, "inline") || !strings.Contains(draft.RowText(p.Table.Table, row), "200") || len(d.current.Response) > 0 {
		return
	}
	f := &draft.Field{Path: []string{""}, Type: wording.OneLine(kind), Required: wording.Unstated, Place: p.Place, In: "body"}
	d.current.Response = append(d.current.Response, f)
	for _, c := range cells {
		p.Use(c, draft.Use{Fate: draft.Carried, As: "type", Field: f})
	}
}

// list reads a table of values that fields refer to by its title.
func (d *drafter) list(p *rows.Part) {
	columns := p.ValueColumns()
	l := &draft.NamedList{Title: wording.OneLine(cmp.Or(p.Group, d.before)), Place: p.Place, Of: d.current}
	for row := p.From; row < p.To; row++ {
		value, label := p.At(row, columns[0]), p.At(row, columns[1])
		if value == nil || label == nil || p.Repeats(row) {
			continue
		}
		l.Values = append(l.Values, wording.Value{Value: strings.TrimSpace(value.Text), Label: wording.OneLine(label.Text)})
		p.Use(value, draft.Use{Fate: draft.Carried, As: "value"})
		p.Use(label, draft.Use{Fate: draft.Carried, As: "label of a value"})
		for _, c := range p.Table.Distinct(row) {
			if c != value && c != label {
				p.Use(c, draft.Use{Fate: draft.Read, As: "number of a row"})
			}
		}
	}
	d.draft.Lists = append(d.draft.Lists, l)
}

// sideways reads a list that lies on its side: a row of labels above a row of values.
func (d *drafter) sideways(t *draft.Table) bool {
	l := &draft.NamedList{Title: wording.OneLine(d.before), Place: t.Place, Of: d.current}
	uses := map[*document.Cell]draft.Use{}
	for row := 0; row+1 < len(t.Rows); row += 2 {
		for col := range t.Width() {
			label, value := t.At(row, col), t.At(row+1, col)
			switch {
			case label == nil || value == nil || strings.TrimSpace(label.Text+value.Text) == "", uses[label].As != "":
			case rows.IsNumber(value.Text) && !rows.IsNumber(label.Text):
				l.Values = append(l.Values, wording.Value{Value: strings.TrimSpace(value.Text), Label: wording.OneLine(label.Text)})
				uses[label], uses[value] = draft.Use{Fate: draft.Carried, As: "label of a value"}, draft.Use{Fate: draft.Carried, As: "value"}
			case col == 0:
				uses[label], uses[value] = draft.Use{Fate: draft.Read, As: "head"}, draft.Use{Fate: draft.Read, As: "head"}
			default:
				return false
			}
		}
	}
	if len(l.Values) < 3 || len(t.Rows)%2 != 0 {
		return false
	}
	for c, u := range uses {
		t.Use(c, u)
	}
	d.draft.Lists = append(d.draft.Lists, l)
	return true
}

var pointer = pattern.New(`列表|参考|参见|参照|详见|见|请看|同|refer|see|附录|字典|枚举|代码|编码`)

// refer gives the fields whose descriptions name a list its values.
func (d *drafter) refer() {
	for _, i := range d.draft.Interfaces {
		for _, f := range slices.Concat(i.Request, i.Response) {
			if len(f.Enum) == 0 && pointer.MatchString(f.Note) {
				d.point(f)
			}
		}
	}
	for _, l := range d.draft.Lists {
		if !l.Used && len(l.Values) > 1 {
			d.titled(l)
		}
	}
}

// titled gives the values of a list to the fields that its title names: status 取值如下.
func (d *drafter) titled(l *draft.NamedList) {
	for _, i := range d.draft.Interfaces {
		if l.Of != nil && l.Of != i {
			continue
		}
		for _, f := range slices.Concat(i.Request, i.Response) {
			if len(f.Enum) == 0 && len(f.Name()) > 2 && slices.ContainsFunc(fieldName.FindAllString(l.Title, -1), func(name string) bool { return isCalled(f, name) }) {
				f.Enum, f.Ref, l.Used = l.Values, l.Title, true
			}
		}
	}
	if l.Of != nil && !l.Used {
		d.labelled(l)
	}
}

// labelled gives the values of a list to the one field of its interface whose label its title ends
// with: 申请状态枚举 is of the field 状态.
func (d *drafter) labelled(l *draft.NamedList) {
	title := l.Bare()
	for _, side := range [][]*draft.Field{l.Of.Request, l.Of.Response} {
		var found []*draft.Field
		for _, f := range side {
			if len(f.Enum) == 0 && len([]rune(f.Label)) > 1 && strings.HasSuffix(title, f.Label) {
				found = append(found, f)
			}
		}
		if len(found) == 1 {
			found[0].Enum, found[0].Ref, l.Used = l.Values, l.Title, true
			return
		}
	}
}

var fieldName = pattern.New(`[A-Za-z_][A-Za-z0-9_.\-]*[A-Za-z0-9_]`)

// point gives a field the values of the list that its description names.
func (d *drafter) point(f *draft.Field) {
	for _, l := range d.draft.Lists {
		if name := l.Bare(); len([]rune(name)) >= 2 && len(l.Values) > 1 && strings.Contains(f.Note, name) {
			f.Enum, f.Ref, l.Used = l.Values, l.Title, true
			return
		}
	}
}
