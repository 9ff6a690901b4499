package markup

import (
	"cmp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// term is the first line of a definition: a name, in the marks of code or without, and what it
// is behind a colon or in parentheses.
var term = pattern.New("^\\s*[`*]*([A-Za-z_][\\w.\\-\\[\\]]*)[`*]*(?:\\s+:\\s+(.+?)|\\s*\\(([^()]+)\\)|\\s*:\\s*(\\S.*?))?\\s*$")

// fact is what is said of an interface and not of a name: its method or its address.
var fact = pattern.New(`^(?:(?:GET|POST|PUT|DELETE|PATCH)\b|/[\w{}/.-]+$|https?://)`)

// definition reads a term and what is said of it as a row; nil where the term is no name. coded
// says that it is in the marks of code.
func definition(first, said string) (row []string, coded bool) {
	m := term.FindStringSubmatch(first)
	if m == nil {
		return nil, false
	}
	coded = strings.HasPrefix(strings.TrimSpace(first), "`")
	if fact.MatchString(cmp.Or(said, m[4])) {
		return nil, false
	}
	if said == "" && (m[4] == "" || !coded) {
		return nil, false
	}
	kind, said := m[2], strings.TrimSpace(m[4]+"\n"+said)
	if m[3] != "" { // a type, or what else is said
		said = "(" + m[3] + ") " + said
	}
	if kind == "" {
		kind, said = typed(said)
	}
	return []string{m[1], kind, said}, coded
}

var definedHead = []string{"Name", "Type", "Description"}

// Definitions reads a list of names, each with what it is in the lines below it that are further
// to the right, as the table that it would be. It returns the line behind the list, and nil where
// there is no list of two such names, or of one in the marks of code.
func Definitions(text []string, at int) (*List, int) {
	list, end, sure := &List{Head: definedHead, Line: at}, at, false
	for end < len(text) {
		if strings.TrimSpace(text[end]) == "" {
			end++
			continue
		}
		to := Below(text, end)
		row, coded := definition(text[end], strings.TrimSpace(strings.Join(Trimmed(text[end+1:to]), "\n")))
		if row == nil || depth(text[end]) != depth(text[at]) || to > end+1 && strings.TrimSpace(text[end+1]) == "" {
			break
		}
		list.Rows = append(list.Rows, row)
		sure, end = sure || coded, to
	}
	if len(list.Rows) == 0 || len(list.Rows) == 1 && !sure {
		return nil, at
	}
	return list, end
}

// Defined is a list of terms with what is said of each, as the table that it would be; nil where
// a term is no name.
func Defined(terms [][2]string) *List {
	list := &List{Head: definedHead}
	for _, one := range terms {
		row, _ := definition(one[0], strings.TrimSpace(one[1]))
		if row == nil {
			return nil
		}
		list.Rows = append(list.Rows, row)
	}
	if len(list.Rows) < 2 {
		return nil
	}
	return list
}

const typeWord = `(?i:string|str|text|integer|int|long|float|double|number|decimal|boolean|bool|object|dict|array|list|date|datetime|timestamp|json|uuid|file|bytes)`

// typeFirst is a type in front of what is said, with a mark of required or without: (integer), the
// count; integer, optional. The count; *int* - the count.
var typeFirst = pattern.New(`^(?:\*(` + typeWord + `(?:\|\w+)?)\*\s*[-–—:,.]?\s*|\((` + typeWord + `(?:\s*\[\])?)(?:,\s*([^()]{1,20}))?\)[,.:;]?\s*|(` + typeWord + `)(?:,\s*(required|optional))?[,.:;](?:\s+|$))`)

// typed divides what is said of a name into its type and the rest.
func typed(said string) (kind, rest string) {
	m := typeFirst.FindStringSubmatch(said)
	if m == nil {
		return "", said
	}
	rest = strings.TrimSpace(said[len(m[0]):])
	if mark := m[3] + m[5]; mark != "" {
		rest = "(" + mark + ") " + rest
	}
	return m[1] + m[2] + m[4], rest
}
