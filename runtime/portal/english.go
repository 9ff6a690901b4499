package portal

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

// The generated texts are Chinese. english.txt holds the English of all that the generator
// says itself, a clause a line, with … for the parts of it; what the document says is in
// none of them, and stays.
//
//go:embed english.txt
var englishClauses string

// clause is a line of the table with something in it.
type clause struct {
	form    *regexp.Regexp
	english []string // between the parts
}

// clauses reads the table: whole clauses, and those with parts in their order.
var clauses = sync.OnceValues(func() (map[string]string, []clause) {
	whole, open := map[string]string{}, []clause(nil)
	for line := range strings.Lines(englishClauses) {
		chinese, english, ok := strings.Cut(strings.TrimSpace(line), " = ")
		switch {
		case !ok:
		case strings.Contains(chinese, "…"):
			form := strings.ReplaceAll(regexp.QuoteMeta(chinese), "…", `\s*(.+?)\s*`)
			open = append(open, clause{regexp.MustCompile("^" + form + "$"), strings.Split(english, "…")})
		default:
			whole[chinese] = english
		}
	}
	return whole, open
})

// stops are the marks between clauses.
var stops = strings.NewReplacer("，", ", ", "；", "; ", "。", ". ", "：", ": ", "、", ", ", "（", " (", "）", ") ")

var (
	han = regexp.MustCompile(`\p{Han}`)
	cut = regexp.MustCompile(`[，；。：、（）]`)
)

// english is a generated text on the English page; empty: it stays as it is.
func english(text string) string {
	if !han.MatchString(text) && !cut.MatchString(text) {
		return ""
	}
	if !strings.ContainsAny(text, "，；。：（") { // a list is one clause
		if said, ok := translated(strings.TrimSpace(text)); ok {
			return said
		}
	}
	var b strings.Builder
	some, last := !han.MatchString(text), 0
	put := func(part string) {
		bare := strings.TrimSpace(part)
		if said, ok := translated(bare); ok && bare != "" {
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
func translated(text string) (string, bool) {
	whole, open := clauses()
	if said, ok := whole[text]; ok {
		return said, true
	}
	for _, c := range open {
		m := c.form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		said := c.english[0]
		for n, part := range m[1:] {
			inner, _ := translated(part)
			said += inner + c.english[n+1]
		}
		return said, true
	}
	return text, false
}
