package rows

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// sidedMarks finds two columns of marks, one for requests and one for replies: a row is
// of each side that marks it.
func (p *Part) sidedMarks() {
	marks := map[int]string{}
	for i, r := range p.Roles {
		head := p.headText(i)
		side := p.Words.Side(head)
		if side == "" || len([]rune(head)) > 6 || r == wording.Name && p.ascii(i) > len(p.Texts(i))/2 && !p.onlyMarks(i) || !p.onlyMarks(i) {
			continue
		}
		marks[i] = side
	}
	sides := map[string]bool{}
	for _, side := range marks {
		sides[side] = true
	}
	if len(marks) != 2 || len(sides) != 2 {
		return
	}
	p.marks = marks
	for i := range marks {
		p.Roles[i] = wording.Other
	}
}

// onlyMarks says whether a column has nothing but marks for required fields.
func (p *Part) onlyMarks(col int) bool {
	texts := p.Texts(col)
	return len(texts) > 0 && !slices.ContainsFunc(texts, func(s string) bool {
		return len([]rune(strings.TrimSpace(s))) > 6 || p.Words.Mark(s, false) == wording.Unstated
	})
}

// marksAreRequired finds the column for required by its cells, where no head says it:
// 选项 above 必填 and 可选.
func (p *Part) marksAreRequired() {
	if p.Has(wording.Required) || p.marks != nil || p.Column(wording.Name) < 0 {
		return
	}
	for i, r := range p.Roles {
		texts := p.Texts(i)
		if r != wording.None && r != wording.Other && r != wording.Enum || len(texts)*2 < p.To-p.From || !p.onlyMarks(i) {
			continue
		}
		if !slices.ContainsFunc(texts, func(s string) bool { return !markWord.MatchString(s) }) {
			p.Roles[i] = wording.Required
			return
		}
	}
}

// rulesNotMarks finds the columns whose heads may be about required and whose cells say
// other rules: 约束 above 6-30位.
func (p *Part) rulesNotMarks() {
	for i, r := range p.Roles {
		texts, marks := p.Texts(i), 0
		if r != wording.Required || p.optional || requiredHead.MatchString(p.headText(i)) {
			continue
		}
		for _, text := range texts {
			if p.Words.Mark(text, false) != wording.Unstated {
				marks++
			}
		}
		if len(texts) > 0 && marks*2 < len(texts) {
			p.Roles[i] = wording.Format
		}
	}
}

// requiredHead is a head that is about required, whatever its cells say.
var requiredHead = pattern.New(`(?i)必|空|选|存在|出现|require|mandat|presence|m/o`)

// markWord is a mark that means nothing else.
var markWord = pattern.New(`(?i)必|可选|选填|required|optional|mandatory`)
