// Package clause says generated Chinese texts in English, by a table of their clauses. What
// the table does not have is the document's, and stays.
package clause

import (
	"regexp"
	"strings"
)

// Table holds the English of clauses.
type Table struct {
	whole map[string]string
	open  []clause
}

// clause is a line of the table with something in it.
type clause struct {
	form    *regexp.Regexp
	english string
}

// place is a part in the English of a line: …, or …2 where the order is another one, …、 of a
// list, and “…” of what may stay Chinese.
var place = regexp.MustCompile(`(“?)…([0-9]?)(、?)”?`)

// labels are the Chinese words in a list, which may have a value in front of them.
var labels = regexp.MustCompile(`(^|、)([!-~]+ )?([^、“]*\p{Han}[^、“]*)`)

// New reads a table, a clause a line: 没有… = without …, with … for the parts of it; clauses
// with parts are tried in their order.
func New(text string) *Table {
	t := &Table{whole: map[string]string{}}
	for line := range strings.Lines(text) {
		chinese, english, ok := strings.Cut(strings.TrimSpace(line), " = ")
		switch {
		case !ok:
		case strings.Contains(chinese, "…"):
			form := strings.ReplaceAll(regexp.QuoteMeta(chinese), "…", `\s*(.+?)\s*`)
			t.open = append(t.open, clause{regexp.MustCompile("^" + form + "$"), english})
		default:
			t.whole[chinese] = english
		}
	}
	return t
}

// Chinese is a character of a text that is not in English.
var Chinese = regexp.MustCompile(`\p{Han}`)

// stops are the marks between clauses.
var stops = strings.NewReplacer("，", ", ", "；", "; ", "。", ". ", "：", ": ", "、", ", ", "（", " (", "）", ") ")

var cut = regexp.MustCompile(`[，；。：、（）]`)

// English is a generated text in English; empty: it stays as it is.
func (t *Table) English(text string) string {
	if !Chinese.MatchString(text) && !cut.MatchString(text) {
		return ""
	}
	if !strings.ContainsAny(text, "，；。：（") { // a list is one clause
		if said, ok := t.translated(strings.TrimSpace(text)); ok {
			return said
		}
	}
	var b strings.Builder
	some, last := !Chinese.MatchString(text), 0
	put := func(part string) {
		bare := strings.TrimSpace(part)
		if said, ok := t.translated(bare); ok && bare != "" {
			part, some = strings.Replace(part, bare, said, 1), true
		}
		b.WriteString(part)
	}
	for _, at := range cut.FindAllStringIndex(text, -1) {
		put(text[last:at[0]])
		b.WriteString(stops.Replace(text[at[0]:at[1]]))
		last = at[1]
	}
	put(text[last:])
	if !some {
		return ""
	}
	return spaces.ReplaceAllString(b.String(), " ")
}

// spaces are several, where a part had some of its own.
var spaces = regexp.MustCompile(`  +`)

// translated is a clause in English.
func (t *Table) translated(text string) (string, bool) {
	if said, ok := t.whole[text]; ok {
		return said, true
	}
	for _, c := range t.open {
		m := c.form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		n := 0
		return place.ReplaceAllStringFunc(c.english, func(mark string) string {
			n++
			how, of := place.FindStringSubmatch(mark), n
			if how[2] != "" {
				of = int(how[2][0] - '0')
			}
			inner, known := t.translated(m[of])
			switch {
			case known:
			case how[3] != "":
				inner = strings.ReplaceAll(labels.ReplaceAllString(inner, "$1$2“$3”"), "、", ", ")
			case how[1] != "" && Chinese.MatchString(inner) && !strings.Contains(inner, "“"):
				inner = "“" + inner + "”"
			}
			return inner
		}), true
	}
	return text, false
}
