package unseen

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	// mapping is the last column before a place whose values are written otherwise.
	mapping = regexp.MustCompile(`case (\w+)\.(\w+)(?:::text)?\s`)
	// of is a value of it.
	of = regexp.MustCompile(`when '([^']*)'`)
)

// constant is why nobody sees that a value of a column is written otherwise: the step whose rows
// are written sets the column to another one.
func (s stretch) constant() string {
	all := mapping.FindAllStringSubmatchIndex(s.text[:s.f.From], -1)
	if len(all) == 0 || s.f.Kind != "another text" {
		return ""
	}
	m := all[len(all)-1]
	between := s.text[m[1]:s.f.From]
	if regexp.MustCompile(`\bend\b`).MatchString(between) {
		return ""
	}
	whens := of.FindAllStringSubmatch(s.text[m[1]:s.f.Until]+"'", -1)
	if len(whens) == 0 || strings.Contains(between[strings.LastIndexByte(between, '\n')+1:], "else ") {
		return ""
	}
	alias, column, value := s.text[m[2]:m[3]], s.text[m[4]:m[5]], whens[len(whens)-1][1]
	step := s.step(alias)
	if step == "" {
		return ""
	}
	set := regexp.MustCompile(`(?m)^ +` + column + ` = '?([\p{Han}\w.-]+)'?(?:::\w+)?,?$`).FindStringSubmatch(stepText(s.text, step))
	if set == nil {
		set = regexp.MustCompile(`(?m)^ +'?([\p{Han}\w.-]+)'?(?:::\w+)? as ` + column + `,?$`).FindStringSubmatch(stepText(s.text, step))
	}
	if set == nil || set[1] == value {
		return ""
	}
	return fmt.Sprintf("the step %s sets %s to %s", step, column, set[1])
}
