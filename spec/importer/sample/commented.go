package sample

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Member is a member of an example with the comment behind it.
type Member struct {
	Path    []string // names from the top; those of lists are those of their first element
	Kind    string   // of the value as written: string, number, bool, object, array, any
	List    bool     // the value is a list of objects
	Comment string
	Line    int // of the example, from 1
}

var comment = pattern.New(`(?:^|[\s,{}\[\]"'0-9el])(?://|#|/\*)\s*(.*?)\s*(?:\*/\s*)?$`)

// Commented reads an example whose members are described by comments, as documents write
// that have no table. It is nil where the members have none: half of them have to.
func Commented(text string) []Member {
	out, described := members(text)
	if described < 2 || described*2 < len(out) {
		return nil
	}
	return out
}

// Members are those of an example that is JSON or XML, in their order: of a list, those of each
// of its objects.
func Members(text string) []Member {
	if strings.HasPrefix(text, "<") {
		return elements(text)
	}
	if value, ok := Parse(text); !ok || value == nil {
		return Pairs(text)
	}
	out, _ := members(text)
	return out
}

// aPair is a line of an example of a form or a query: providerId:15, page=1. A value may be left open,
// where another line has one.
var aPair = pattern.New(`^"?([A-Za-z_][A-Za-z0-9_]*)"?\s*[:=]\s*(.*)$`)

// ArePairs says whether an example is names with values, as a form or a query has them.
func ArePairs(text string) bool {
	return !strings.HasPrefix(strings.TrimSpace(text), "{") && len(Pairs(text)) > 0
}

// Pairs reads an example that is names with values, one a line or joined with &; nil where
// it has anything else.
func Pairs(text string) []Member {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) == 1 && strings.Contains(text, "=") {
		lines = strings.Split(strings.TrimSpace(text), "&")
	}
	var out []Member
	valued := false
	for n, line := range lines {
		line = strings.TrimSuffix(strings.TrimSpace(line), ",")
		m := aPair.FindStringSubmatch(line)
		if m == nil && line != "" {
			return nil
		}
		valued = valued || m != nil && m[2] != ""
		if m != nil && !slices.ContainsFunc(out, func(o Member) bool { return o.Path[0] == m[1] }) {
			out = append(out, Member{Path: []string{m[1]}, Kind: "string", Line: n + 1})
		}
	}
	if !valued {
		return nil
	}
	return out
}

// members reads an example, and says how many of its members a comment describes.
func members(text string) (out []Member, described int) {
	r := &reader{}
	for n, line := range strings.Split(quotes.Replace(text), "\n") {
		body, said := cutComment(line)
		first := len(r.out)
		r.line(body, n+1)
		if said != "" && len(r.out) > first {
			r.out[first].Comment = said
		}
	}
	for _, m := range r.out {
		if slices.ContainsFunc(out, func(o Member) bool { return slices.Equal(o.Path, m.Path) }) {
			continue
		}
		if m.Comment != "" {
			described++
		}
		out = append(out, m)
	}
	return out, described
}

// cutComment divides a line into JSON and the comment behind it.
func cutComment(line string) (body, said string) {
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '"':
			_, i = quoted(line, i)
		case (line[i] == '#' || line[i] == '/' && i+1 < len(line) && (line[i+1] == '/' || line[i+1] == '*')):
			if m := comment.FindStringSubmatch(" " + line[i:]); m != nil {
				return line[:i], m[1]
			}
		}
	}
	return line, ""
}

// reader keeps where it is in an example.
type reader struct {
	out   []Member
	path  []string
	open  []byte // brackets that are open
	names []int  // how many names each of them added to the path
	key   string // that a value follows
	kept  bool   // whether there is such a key
}

// line reads the members of one line.
func (r *reader) line(text string, at int) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"', '\'':
			word, end := quoted(text, i)
			if i = end; !r.named(word, text[min(i+1, len(text)):], at) {
				r.value("string", at)
			}
		case '{', '[':
			r.enter(c, at)
		case '}', ']':
			r.value("any", at)
			r.leave()
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			r.value("number", at)
			i += wordEnd(text[i:])
		default:
			word := bareWord.FindString(text[i:])
			if word == "" {
				continue
			}
			if i += len(word) - 1; !r.named(word, text[i+1:], at) {
				r.value(kindOf(word), at)
			}
		}
	}
}

// bareWord is a name or a value without quotes.
var bareWord = pattern.New(`^(?:[A-Za-z_$][\w$]*(?:<[\w<>]*>)?(?:\[\])?|<[\w ]{1,30}>)`)

// named takes a word as the name of a member, where an object is open and a colon follows. A
// name before it had no value.
func (r *reader) named(word, rest string, at int) bool {
	if len(r.open) == 0 || r.open[len(r.open)-1] != '{' || !strings.HasPrefix(strings.TrimLeft(rest, " \t"), ":") {
		return false
	}
	r.value("any", at)
	r.key, r.kept = word, true
	return true
}

// kindOf is the kind of a value that is a word: a constant, or the type that values have.
func kindOf(word string) string {
	switch low := strings.Trim(strings.ToLower(word), "<>"); {
	case low == "true" || low == "false" || strings.HasPrefix(low, "bool"):
		return "bool"
	case strings.HasSuffix(low, "[]") || strings.HasPrefix(low, "array") || strings.HasPrefix(low, "list"):
		return "array"
	case slices.Contains([]string{"number", "int", "integer", "long", "short", "float", "double", "decimal", "bigdecimal"}, low):
		return "number"
	case low == "object" || low == "map" || low == "json":
		return "object"
	case low == "string" || low == "str" || low == "text" || low == "char" || low == "varchar":
		return "string"
	}
	return "any"
}

// quoted is the text in the quotes that begin at a place, and where they end.
func quoted(text string, at int) (word string, end int) {
	end = at + 1
	for end < len(text) && text[end] != text[at] {
		if text[end] == '\\' {
			end++
		}
		end++
	}
	return text[at+1 : min(end, len(text))], end
}

// wordEnd is how far a number or a word goes on behind its first character.
func wordEnd(text string) int {
	n := strings.IndexAny(text, ",}] \t")
	if n < 0 {
		n = len(text)
	}
	return max(n-1, 0)
}

// value is a value of the key before it.
func (r *reader) value(kind string, at int) {
	if !r.kept {
		return
	}
	r.out = append(r.out, Member{Path: append(slices.Clone(r.path), r.key), Kind: kind, Line: at})
	r.kept = false
}

// enter opens an object or a list.
func (r *reader) enter(bracket byte, at int) {
	added := 0
	if r.kept {
		r.value(map[byte]string{'{': "object", '[': "array"}[bracket], at)
		r.path = append(slices.Clone(r.path), r.key)
		added = 1
	} else if bracket == '{' && len(r.open) > 0 && r.open[len(r.open)-1] == '[' {
		for n := range r.out {
			if slices.Equal(r.out[n].Path, r.path) {
				r.out[n].List = true
			}
		}
	}
	r.open, r.names = append(r.open, bracket), append(r.names, added)
}

// leave closes what was opened last.
func (r *reader) leave() {
	if len(r.open) == 0 {
		return
	}
	last := len(r.open) - 1
	r.path = r.path[:len(r.path)-r.names[last]]
	r.open, r.names, r.kept = r.open[:last], r.names[:last], false
}
