package lsp

import (
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/reference"
)

// cursor is where somebody types: inside which keys, and whether a key or a value is
// written there. It is found in the text before it, since YAML that is being typed
// seldom parses.
type cursor struct {
	path    []string // the keys that enclose it
	value   bool     // a value is typed, of the last key of path
	partial string   // what is typed of the word so far
}

// frame is one open mapping or list.
type frame struct {
	key    string // that holds it
	indent int    // of a block; -1 of a bracket
}

var keyed = regexp.MustCompile(`^("[^"]*"|'[^']*'|[^\s:#{\[][^:#]*?):(?:\s|$)`)

// cursorOf reads the text before a cursor.
func cursorOf(before string) cursor {
	r := &typing{}
	for line := range strings.SplitSeq(before, "\n") {
		r.line(line)
	}
	c := cursor{partial: strings.TrimLeft(r.word, `"' `)}
	for _, f := range r.open {
		if f.key != "" {
			c.path = append(c.path, f.key)
		}
	}
	if r.key != "" {
		c.path, c.value = append(c.path, r.key), true
	}
	if n := len(r.open); n > 0 && r.open[n-1].indent == list && r.key == "" {
		c.value = true
	}
	return c
}

// list marks the frame of a list in brackets, mapping that of a mapping in braces.
const (
	list    = -1
	mapping = -2
)

// typing is the state of reading.
type typing struct {
	open []frame
	key  string // the key whose value is being read
	word string // the scalar that is being read
}

// line reads one line. Inside brackets it goes on where the last one ended.
func (r *typing) line(line string) {
	if n := len(r.open); n > 0 && r.open[n-1].indent < 0 {
		r.word = ""
		r.flow(line)
		return
	}
	r.key, r.word = "", ""
	text := strings.TrimLeft(line, " ")
	indent := len(line) - len(text)
	for strings.HasPrefix(text, "- ") {
		text = strings.TrimLeft(text[2:], " ")
		indent = len(line) - len(text)
	}
	if strings.HasPrefix(text, "#") || text == "" && indent == 0 {
		if text == "" {
			r.open = nil
		}
		return
	}
	for n := len(r.open); n > 0 && r.open[n-1].indent >= indent; n = len(r.open) {
		r.open = r.open[:n-1]
	}
	m := keyed.FindStringSubmatch(text)
	if m == nil {
		r.flow(text)
		return
	}
	r.key = strings.Trim(m[1], `"'`)
	rest := strings.TrimLeft(text[len(m[0]):], " ")
	if rest == "" && !strings.HasSuffix(text, " ") {
		r.open, r.key = append(r.open, frame{r.key, indent}), ""
		return
	}
	r.flow(rest)
}

// flow reads text that may open and close brackets.
func (r *typing) flow(text string) {
	quote := rune(0)
	for i, c := range text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			} else {
				r.word += string(c)
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			r.push(mapping)
		case c == '[':
			r.push(list)
		case c == '}' || c == ']':
			r.pop()
		case c == ',':
			r.key, r.word = "", ""
		case c == ':' && (i+1 == len(text) || text[i+1] == ' '):
			r.key, r.word = strings.TrimSpace(r.word), ""
		default:
			r.word += string(c)
		}
	}
}

// push opens a bracket.
func (r *typing) push(kind int) {
	r.open = append(r.open, frame{r.key, kind})
	r.key, r.word = "", ""
}

// pop closes a bracket.
func (r *typing) pop() {
	r.key, r.word = "", ""
	if n := len(r.open); n > 0 && r.open[n-1].indent < 0 {
		r.open = r.open[:n-1]
	}
}

// within is the shape of what a path of keys holds.
func within(shape reference.Shape, path []string) reference.Shape {
	for _, key := range path {
		shape = inner(shape).Key(key)
	}
	return shape
}

// inner is the shape of a mapping, or of the mappings in a list.
func inner(shape reference.Shape) reference.Shape {
	if len(shape.Keys()) == 0 && !shape.Any().Known() {
		if item := shape.Item(); len(item.Keys()) > 0 || item.Any().Known() {
			return item
		}
	}
	return shape
}
