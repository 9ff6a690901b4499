// Package sample reads the examples of documents.
package sample

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Unknown lists the members of an example that have none of the names. open are the names
// of objects whose members are free.
func Unknown(value any, names, open map[string]bool) []string {
	unknown := map[string]bool{}
	collect(value, names, open, unknown)
	return slices.Sorted(maps.Keys(unknown))
}

// collect collects the names of an example that are not known.
func collect(value any, names, open, unknown map[string]bool) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			collect(item, names, open, unknown)
		}
	case map[string]any:
		for name, inner := range v {
			if !names[name] {
				unknown[name] = true
			}
			if names[name] && !open[name] || !names[name] && wraps(inner, names) {
				collect(inner, names, open, unknown)
			}
		}
	}
}

// wraps says whether a member holds fields of the table, like the data of a reply.
func wraps(value any, names map[string]bool) bool {
	switch v := value.(type) {
	case []any:
		return len(v) > 0 && wraps(v[0], names)
	case map[string]any:
		for name := range v {
			if names[name] {
				return true
			}
		}
	}
	return false
}

var overHTTP = pattern.New(`^(?:(?:GET|POST|PUT|DELETE|PATCH) \S+(?: HTTP/[\d.]+)?|/\S+ +(?:GET|POST|PUT|DELETE|PATCH)|(?:HTTP/[\d.]+ )?[1-5]\d{2} [A-Z].*)\s*\n(?:[A-Za-z][A-Za-z0-9-]*:.*(?:\n|$)|<\p{Han}+>\n)*\s*`)

// Body is what an example has behind the first line and the headers of HTTP, or behind a
// comment, or what a command of curl sends.
func Body(text string) string {
	if m := curlBody.FindStringSubmatch(text); m != nil {
		return strings.TrimSpace(m[1])
	}
	return meant(strings.TrimSpace(commentAhead.ReplaceAllString(overHTTP.ReplaceAllString(text, ""), "")))
}

// commentAhead are lines of comment in front of an example.
var commentAhead = pattern.New(`^(?:\s*//.*\n)+`)

// actionHeader is the header that says which interface is called.
var actionHeader = pattern.New(`(?m)^X-(?:[A-Za-z]+-)?Action:\s*([A-Za-z]\w+)\s*$`)

// Action is the name of the interface that an example over HTTP calls in a header: X-TC-Action.
// It is empty where it has none.
func Action(text string) string {
	if m := actionHeader.FindStringSubmatch(text); m != nil && overHTTP.MatchString(text) {
		return m[1]
	}
	return ""
}

// curlBody is what a command of curl sends.
var curlBody = pattern.New(`(?s)^\s*\$?\s*curl\s.*?\s(?:-d|--data(?:-raw|-binary|-ascii)?)[\s\\=]*'([^']*)'`)

var (
	lineComment = pattern.New(`(?m)(^|[^:\n])//[^\n"]*$`)
	lastComma   = pattern.New(`(?:,\s*)+([}\]])`)
	noValue     = pattern.New(`:\s*([,}])`)
	noComma     = pattern.New(`(["\d\]}el])([ \t]*\n\s*")`)
)

// looseToken is a value that JSON writes otherwise or not at all: a word, stars, dots. A number
// is none of them.
var looseToken = pattern.New(`^(?:-?\d[\d.]*(?:[eE][+-]?\d+)?|[A-Za-z_$][\w$]*(?:\.\w+)*(?:<[\w<>]*>)?(?:\[\])?|\w*\p{Han}[\w\p{Han}]*|<[\w ]{1,30}>|\*+|\.{3,}|…+)`)

// strict puts what is in single quotes and in none into double ones, writes the constants of
// Python as JSON, and leaves out dots.
func strict(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '"' || text[i] == '\'' {
			word, end := quoted(text, i)
			if text[i] == '\'' {
				word = strings.ReplaceAll(word, `"`, `\"`)
			}
			out.WriteString(`"` + word + `"`)
			i = end
			continue
		}
		word := looseToken.FindString(text[i:])
		switch word {
		case "":
			out.WriteByte(text[i])
			continue
		case "true", "false", "null":
			out.WriteString(word)
		case "True", "False":
			out.WriteString(strings.ToLower(word))
		case "None":
			out.WriteString("null")
		default:
			if first := word[0]; first == '-' || first >= '0' && first <= '9' {
				out.WriteString(word)
			} else if !strings.HasPrefix(word, "...") && !strings.HasPrefix(word, "…") {
				out.WriteString(`"` + word + `"`)
			}
		}
		i += len(word) - 1
	}
	return out.String()
}

// quotes are what a word processor makes of quotes and blanks.
var quotes = strings.NewReplacer("“", `"`, "”", `"`, "‘", `"`, "’", `"`, "\u00a0", " ", "\u3000", " ", "\u200b", "", "\ufeff", "")

// Leading is the JSON that a text begins with, without what is said of it behind.
func Leading(text string) string {
	depth := 0
	for at, r := range text {
		switch r {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if depth == 0 {
			return text[:at+len(string(r))]
		}
	}
	return text
}

// Parse reads JSON as documents print it: with comments, commas before the end or none at
// the end of a line, names without quotes or in single ones, the constants of Python, and
// dots for what goes on; a word for a value, such as a type, is a text.
func Parse(text string) (value any, ok bool) {
	text = lineComment.ReplaceAllString(text, "$1")
	text = lastComma.ReplaceAllString(quotes.Replace(text), "$1")
	if err := json.Unmarshal([]byte(text), &value); err == nil {
		return value, true
	}
	text = noValue.ReplaceAllString(text, ": null$1")
	text = lastComma.ReplaceAllString(noComma.ReplaceAllString(strict(text), "$1,$2"), "$1")
	err := json.Unmarshal([]byte(text), &value)
	return value, err == nil && !declares(value)
}

// declares says whether an object has types in place of names, with names behind them: {String: phone}.
func declares(value any) bool {
	members, _ := value.(map[string]any)
	for name, v := range members {
		if text, ok := v.(string); !ok || kindOf(name) == "any" || kindOf(text) != "any" || !declaredName.MatchString(text) {
			return false
		}
	}
	return len(members) > 0
}

var declaredName = pattern.New(`^[A-Za-z_]\w*$`)
