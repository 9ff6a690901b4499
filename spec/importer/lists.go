package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/read"
)

func knownType(kind string) bool {
	_, ok := read.Type(kind)
	return ok && strings.TrimSpace(kind) != ""
}

// codes reads a table of codes: of the current interface, or of all.
func (d *drafter) codes(p *part) {
	label := wording.Text
	if !p.has(label) {
		label = wording.Label
	}
	http := p.isStatus()
	for row := p.from; row < p.to; row++ {
		code, cells := p.text(row, wording.Code)
		text, more := p.text(row, label)
		if code == "" || p.repeats(row) {
			continue
		}
		c := Code{oneLine(code), oneLine(text), fmt.Sprintf("%s row %d", p.Place, row+1)}
		switch {
		case http:
			d.status(p, row)
			continue
		case d.current != nil:
			d.current.Codes = append(d.current.Codes, c)
		default:
			d.draft.Codes = append(d.draft.Codes, c)
		}
		for i := range p.roles {
			cell := p.At(row, i)
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

// status reads a row of HTTP statuses: a good one has the type of the answer.
func (d *drafter) status(p *part, row int) {
	kind, cells := p.text(row, wording.Type)
	for _, c := range p.Table.Distinct(row) {
		p.use(c, Use{Fate: Read, As: "status of HTTP"})
	}
	if d.current == nil || kind == "" || strings.EqualFold(kind, "inline") || !strings.Contains(rowText(p.Table.Table, row), "200") || len(d.current.Response) > 0 {
		return
	}
	f := &Field{Path: []string{""}, Type: oneLine(kind), Required: wording.Unstated, Place: p.Place, In: "body"}
	d.current.Response = append(d.current.Response, f)
	for _, c := range cells {
		p.use(c, Use{Fate: Carried, As: "type", Field: f})
	}
}

// list reads a table of values that fields refer to by its title.
func (d *drafter) list(p *part) {
	columns := p.valueColumns()
	l := &NamedList{Title: oneLine(firstOf(p.group, d.before)), Place: p.Place}
	for row := p.from; row < p.to; row++ {
		value, label := p.At(row, columns[0]), p.At(row, columns[1])
		if value == nil || label == nil || p.repeats(row) {
			continue
		}
		l.Values = append(l.Values, wording.Value{Value: strings.TrimSpace(value.Text), Label: oneLine(label.Text)})
		p.use(value, Use{Fate: Carried, As: "value"})
		p.use(label, Use{Fate: Carried, As: "label of a value"})
		for _, c := range p.Table.Distinct(row) {
			if c != value && c != label {
				p.use(c, Use{Fate: Read, As: "number of a row"})
			}
		}
	}
	d.draft.Lists = append(d.draft.Lists, l)
}

// sideways reads a list that lies on its side: a row of labels above a row of values.
func (d *drafter) sideways(t *Table) bool {
	l := &NamedList{Title: oneLine(d.before), Place: t.Place}
	uses := map[*document.Cell]Use{}
	for row := 0; row+1 < len(t.Rows); row += 2 {
		for col := range t.Width() {
			label, value := t.At(row, col), t.At(row+1, col)
			switch {
			case label == nil || value == nil || strings.TrimSpace(label.Text+value.Text) == "", uses[label].As != "":
			case isNumber(value.Text) && !isNumber(label.Text):
				l.Values = append(l.Values, wording.Value{Value: strings.TrimSpace(value.Text), Label: oneLine(label.Text)})
				uses[label], uses[value] = Use{Fate: Carried, As: "label of a value"}, Use{Fate: Carried, As: "value"}
			case col == 0:
				uses[label], uses[value] = Use{Fate: Read, As: "head"}, Use{Fate: Read, As: "head"}
			default:
				return false
			}
		}
	}
	if len(l.Values) < 3 || len(t.Rows)%2 != 0 {
		return false
	}
	for c, u := range uses {
		t.use(c, u)
	}
	d.draft.Lists = append(d.draft.Lists, l)
	return true
}

var (
	changeWord  = regexp.MustCompile(`(?i)修改历史|修改记录|变更记录|变更历史|版本(历史|记录|说明|信息)|修订(记录|历史)|修改履历|更新(记录|日志|历史)|change ?log|revision|history|文档(历史|版本)|release notes`)
	versionHead = regexp.MustCompile(`(?i)^版本(号|编号)?$|^version$|^ver\.?$`)
	dateHead    = regexp.MustCompile(`(?i)日期|时间|date|time`)
	authorHead  = regexp.MustCompile(`(?i)作者|修改人|修订人|编写人|author|人员|编制|责任人|^人$|修改者|更新人`)
	textHead    = regexp.MustCompile(`(?i)内容|说明|描述|原因|description|change|备注|摘要|修改点|更新点`)
)

// isLog says whether a head has a version, a date and what changed.
func (p *part) isLog() bool {
	var version, date, text bool
	for _, c := range p.Table.Distinct(p.head) {
		head := strings.TrimSpace(oneLine(c.Text))
		switch {
		case versionHead.MatchString(head):
			version = true
		case authorHead.MatchString(head):
		case dateHead.MatchString(head):
			date = true
		case textHead.MatchString(head):
			text = true
		}
	}
	return version && date && text
}

// changes reads a change log: a table with columns for version, date and what changed.
func (d *drafter) changes(p *part) bool {
	version, date, author, text := -1, -1, -1, -1
	for i := range p.roles {
		c := p.At(max(p.head, 0), i)
		if c == nil {
			continue
		}
		head := strings.TrimSpace(oneLine(c.Text))
		switch {
		case version < 0 && versionHead.MatchString(head):
			version = i
		case author < 0 && authorHead.MatchString(head):
			author = i
		case date < 0 && dateHead.MatchString(head):
			date = i
		case text < 0 && textHead.MatchString(head):
			text = i
		}
	}
	if text < 0 || version < 0 && date < 0 || p.has(wording.Type, wording.Required, wording.Length) || version < 0 && !changeWord.MatchString(d.before) {
		return false
	}
	d.log(p, version, date, author, text)
	return true
}

// log carries the rows of a change log over.
func (d *drafter) log(p *part, version, date, author, text int) {
	if p.head >= 0 {
		for _, c := range p.Table.Distinct(p.head) {
			p.use(c, Use{Fate: Read, As: "head"})
		}
	}
	for row := p.from; row < p.to; row++ {
		at := func(col int) string {
			c := p.At(row, col)
			if c == nil {
				return ""
			}
			p.use(c, Use{Fate: Carried, As: "change"})
			return oneLine(c.Text)
		}
		one := Change{Version: at(version), Date: at(date), Author: at(author), Text: at(text)}
		if one.Text != "" && (one.Version == "" || wording.DateOf(one.Date) == "") {
			p.leaveRow(row, "changelog.yaml needs a version and a date")
		}
		for _, c := range p.Table.Distinct(row) {
			if len(p.Uses[c]) == 0 {
				p.use(c, Use{Fate: Left, As: "a column of the change log that the YAML has no place for"})
			}
		}
		if one.Text != "" {
			d.draft.Changes = append(d.draft.Changes, one)
			d.draft.Version = firstOf(one.Version, d.draft.Version)
		}
	}
}

// leaveRow says that a row is not in the YAML, and why.
func (p *part) leaveRow(row int, why string) {
	for _, c := range p.Table.Distinct(row) {
		p.Uses[c] = []Use{{Fate: Left, As: why}}
	}
}

var listTail = regexp.MustCompile(`(代码集|代码表|编码表|枚举值?|列表|字典|取值|说明|定义|对照表|表|代码|类型|:|：)+$`)

// bare is the title of a list without the words that every list has.
func (l *NamedList) bare() string {
	_, title := naming.SectionOf(l.Title)
	title = strings.Trim(title, "*# :：")
	for _, mark := range []string{"附录", "表", "附表"} {
		title = strings.TrimPrefix(title, mark)
	}
	return listTail.ReplaceAllString(strings.TrimLeft(title, " 0123456789.ABCDEF、:："), "")
}

var pointer = regexp.MustCompile(`列表|参考|参见|参照|详见|见|请看|同|refer|see|附录|字典|枚举|代码|编码`)

// refer gives the fields whose descriptions name a list its values.
func (d *drafter) refer() {
	for _, i := range d.draft.Interfaces {
		for _, f := range slices.Concat(i.Request, i.Response) {
			if len(f.Enum) == 0 && pointer.MatchString(f.Note) {
				d.point(f)
			}
		}
	}
}

// point gives a field the values of the list that its description names.
func (d *drafter) point(f *Field) {
	for _, l := range d.draft.Lists {
		if name := l.bare(); len([]rune(name)) >= 2 && len(l.Values) > 1 && strings.Contains(f.Note, name) {
			f.Enum, f.Ref, l.Used = l.Values, l.Title, true
			return
		}
	}
}
