package unseen

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
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
	alias, column := s.text[m[2]:m[3]], s.text[m[4]:m[5]]
	if s.mapsAll(alias, column, s.text[m[1]:]) && s.f.Until > m[1]+strings.Index(s.text[m[1]:], "else ") && strings.Contains(between, "else ") {
		return "the step gives " + column + " no value that is written otherwise than by its own case"
	}
	if len(whens) == 0 || strings.Contains(between[strings.LastIndexByte(between, '\n')+1:], "else ") {
		return ""
	}
	value := whens[len(whens)-1][1]
	step := s.step(alias)
	if step == "" {
		return ""
	}
	set := regexp.MustCompile(`(?m)^ +` + column + ` = '?([\p{Han}\w.-]+)'?(?:::\w+)?,?$`).FindStringSubmatch(stepText(s.text, step))
	if set == nil {
		set = regexp.MustCompile(`(?m)^ +'?([\p{Han}\w.-]+)'?(?:::\w+)? as ` + column + `,?$`).FindStringSubmatch(stepText(s.text, step))
	}
	if set == nil {
		return s.defaulted(step, column, value)
	}
	if set[1] == value {
		return ""
	}
	return fmt.Sprintf("the step %s sets %s to %s", step, column, set[1])
}

// defaulted is why nobody sees a value of a column of new rows: no field fills it, and its default is another one.
func (s stretch) defaulted(step, column, value string) string {
	for _, st := range s.of.Answer.Steps {
		if st.Name != step || st.Verb != "insert" && st.Verb != "append" || st.Filled(column) != nil {
			continue
		}
		if c := st.Table.Column(column); c != nil && c.Default != value {
			return fmt.Sprintf("new rows of %s have the default %q as %s", step, c.Default, column)
		}
	}
	return ""
}

// mapsAll reports whether a step gives a column values of a mapping only, each of which a case
// that begins in a text knows.
func (s stretch) mapsAll(alias, column, cases string) bool {
	end := regexp.MustCompile(`\bend\b`).FindStringIndex(cases)
	if end == nil {
		return false
	}
	for _, st := range s.of.Answer.Steps {
		a := st.Filled(column)
		if st.Name != s.step(alias) || a == nil || a.Map == nil || a.Map.Else != "" || a.Field == nil || !a.Field.IsRequired() || !a.Field.IsClosed() {
			continue
		}
		for _, v := range a.Field.Enum.Values {
			n := slices.IndexFunc(a.Map.Values, func(p spec.Pair) bool { return p.Name == v.Value })
			if n < 0 || !strings.Contains(cases[:end[0]], "when '"+a.Map.Values[n].Value+"'") {
				return false
			}
		}
		return true
	}
	return false
}
