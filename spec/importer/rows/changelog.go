package rows

import (
	"cmp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

var (
	changeWord  = pattern.New(`(?i)修改历史|修改记录|变更记录|变更历史|版本(历史|记录|说明|信息)|修订(记录|历史)|修改履历|更新(记录|日志|历史)|change ?log|revision|history|文档(历史|版本)|release notes`)
	versionHead = pattern.New(`(?i)^版本(号|编号)?$|^version$|^ver\.?$`)
	dateHead    = pattern.New(`(?i)日期|时间|date|time`)
	authorHead  = pattern.New(`(?i)作者|修改人|修订人|编写人|制定人|author|人员|编制|责任人|^人$|修改者|更新人`)
	textHead    = pattern.New(`(?i)内容|说明|描述|原因|description|change|备注|摘要|修改点|更新点|^(?:修改|变更|更新|修订|变化)$`)
)

// IsLog says whether a head has a version, a date and what changed.
func (p *Part) IsLog() bool {
	var version, date, text bool
	for _, c := range p.Table.Distinct(p.Head) {
		head := strings.TrimSpace(wording.OneLine(c.Text))
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

// Changes reads a change log: a table with columns for version, date and what changed.
func (p *Part) Changes(d *draft.Draft, title string) bool {
	version, date, author, text := -1, -1, -1, -1
	for i := range p.Roles {
		c := p.At(max(p.Head, 0), i)
		if c == nil {
			continue
		}
		head := strings.TrimSpace(wording.OneLine(c.Text))
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
	if text < 0 || version < 0 && date < 0 || p.Has(wording.Type, wording.Required, wording.Length) || version < 0 && !changeWord.MatchString(title) {
		return false
	}
	p.log(d, version, date, author, text)
	return true
}

// log carries the rows of a change log over.
func (p *Part) log(d *draft.Draft, version, date, author, text int) {
	if p.Head >= 0 {
		for _, c := range p.Table.Distinct(p.Head) {
			p.Use(c, draft.Use{Fate: draft.Read, As: "head"})
		}
	}
	for row := p.From; row < p.To; row++ {
		at := func(col int) string {
			c := p.At(row, col)
			if c == nil {
				return ""
			}
			p.Use(c, draft.Use{Fate: draft.Carried, As: "change"})
			return wording.OneLine(c.Text)
		}
		one := draft.Change{Version: at(version), Date: at(date), Author: at(author), Text: at(text)}
		if one.Text != "" && (one.Version == "" || wording.DateOf(one.Date) == "") {
			p.LeaveRow(row, "changelog.yaml needs a version and a date")
		}
		for _, c := range p.Table.Distinct(row) {
			if len(p.Uses[c]) == 0 {
				p.Use(c, draft.Use{Fate: draft.Left, As: "a column of the change log that the YAML has no place for"})
			}
		}
		if one.Text != "" {
			d.Changes = append(d.Changes, one)
			d.Version = cmp.Or(one.Version, d.Version)
		}
	}
}
