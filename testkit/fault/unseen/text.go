package unseen

import (
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// closing is where the parenthesis closes that opens at a place; -1: nowhere. Texts in quotes
// have none that count.
func closing(text string, open int) int {
	depth, quoted := 0, false
	for at := open; at < len(text); at++ {
		switch c := text[at]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return at
			}
		}
	}
	return -1
}

// enclosing are the texts in parentheses around a place, the inmost first, and last the whole.
func enclosing(text string, place int) (out []string) {
	var opens []int
	quoted := false
	for at := range place {
		switch c := text[at]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			opens = append(opens, at)
		case c == ')' && len(opens) > 0:
			opens = opens[:len(opens)-1]
		}
	}
	for n := len(opens) - 1; n >= 0; n-- {
		if end := closing(text, opens[n]); end > 0 {
			out = append(out, text[opens[n]+1:end])
		}
	}
	return append(out, text)
}

// named is a table or a step behind one of these words, with the name that its rows have.
func named(alias string) *regexp.Regexp {
	return regexp.MustCompile(`\b(?:from|join|update|into|using) (?:(\w+)\.)?(\w+)(?: as)? ` + alias + `\b`)
}

// derived is the table of a selection from it that has a name itself; empty: there is none.
func derived(text, alias string) string {
	for _, m := range selected.FindAllStringSubmatchIndex(text, -1) {
		if end := closing(text, m[0]); end > 0 && regexp.MustCompile(`^\) `+alias+`\b`).MatchString(text[end:]) {
			return text[m[2]:m[3]]
		}
	}
	return ""
}

// selected is the beginning of a selection from a table.
var selected = regexp.MustCompile(`\(\s*select (?:\*|\w+\.\*) from \w+\.(\w+) \w+\s+where `)

// tableOf is the table whose rows have a name where the fault is; nil: it is not known.
func (s stretch) tableOf(alias string) *spec.Table {
	for _, around := range enclosing(s.text, s.f.From) {
		if m := named(alias).FindStringSubmatch(around); m != nil {
			if m[1] == "" { // rows of a step
				return s.of.System.Table(tableOfStep(s.text, m[2]))
			}
			return s.of.System.Table(m[2])
		}
		if name := derived(around, alias); name != "" {
			return s.of.System.Table(name)
		}
		if strings.HasPrefix(around, "\n  insert into ") && alias == "t" {
			break
		}
	}
	return nil
}

// stepText is the text of a step of a statement; "" where there is none.
func stepText(text, step string) string {
	m := regexp.MustCompile(`(?m)^(?:with )?` + regexp.QuoteMeta(step) + ` as \(\n`).FindStringIndex(text)
	if m == nil {
		return ""
	}
	open := strings.LastIndexByte(text[:m[1]], '(')
	end := closing(text, open)
	if end < 0 {
		return ""
	}
	return text[open+1 : end]
}

// writes is the table that a step writes.
var writes = regexp.MustCompile(`^\s*(?:insert into|update|delete from) \w+\.(\w+)`)

// tableOfStep is the table whose rows a step has; "" where it is not known.
func tableOfStep(text, step string) string {
	if m := writes.FindStringSubmatch(stepText(text, step)); m != nil {
		return m[1]
	}
	return ""
}

// conjuncts are the conditions that all must hold.
func conjuncts(where string) (out []string) {
	depth, last := 0, 0
	flat := strings.Join(strings.Fields(where), " ")
	for at := range len(flat) {
		switch flat[at] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 && strings.HasPrefix(flat[at:], " and ") {
			out = append(out, flat[last:at])
			last = at + len(" and ")
		}
	}
	return append(out, flat[last:])
}

// part is the step of the statement that has the fault; all of it where it is in none.
func (s stretch) part() string {
	all := enclosing(s.text, s.f.From)
	return all[max(0, len(all)-2)]
}

// tableNamed is the table of a name that only one has in the statement; nil: it is not known.
func (s stretch) tableNamed(alias string) *spec.Table {
	m := named(alias).FindAllStringSubmatch(s.text, -1)
	if len(m) == 0 || m[0][1] == "" {
		return nil
	}
	for _, other := range m[1:] {
		if other[2] != m[0][2] {
			return nil
		}
	}
	return s.of.System.Table(m[0][2])
}
