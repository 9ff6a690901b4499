package spec

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

const (
	maxNodes = 200_000 // of one file, aliases expanded
	maxDepth = 60      // nesting of one file
)

// form is what a YAML value is.
type form int

const (
	isNull form = iota
	isText
	isNumber
	isBool
	isList
	isMapping
)

// value is one YAML value that knows where it stands. All readers are safe on
// nil, which is what a missing key gives.
type value struct {
	pos     Pos
	form    form
	text    string // of a scalar, as written
	members []member
	items   []*value
}

// member is a key of a mapping with its value.
type member struct {
	name string
	pos  Pos // of the key
	*value
}

// get returns the value of a key, or nil.
func (v *value) get(key string) *value {
	if v == nil {
		return nil
	}
	for i := range v.members {
		if v.members[i].name == key {
			return v.members[i].value
		}
	}
	return nil
}

// str returns the text of a key's scalar, or "".
func (v *value) str(key string) string { return v.get(key).scalar() }

// scalar returns the text of v, or "" when it is missing or no scalar.
func (v *value) scalar() string {
	if v == nil {
		return ""
	}
	return v.text
}

// num returns a key's whole number, or 0.
func (v *value) num(key string) int {
	n, err := strconv.Atoi(v.str(key))
	if err != nil {
		return 0
	}
	return n
}

// flag says whether a key is true.
func (v *value) flag(key string) bool { return v.str(key) == "true" }

// list returns the elements of a key's list; a scalar counts as a list of one.
func (v *value) list(key string) []*value {
	at := v.get(key)
	switch {
	case at == nil || at.form == isNull || at.form == isMapping:
		return nil
	case at.form == isList:
		return at.items
	}
	return []*value{at}
}

// strs returns the texts of a key's list; a scalar counts as a list of one.
func (v *value) strs(key string) []string {
	var out []string
	for _, item := range v.list(key) {
		out = append(out, item.text)
	}
	return out
}

// each returns the members of a key's mapping.
func (v *value) each(key string) []member {
	at := v.get(key)
	if at == nil {
		return nil
	}
	return at.members
}

// pairs returns the members of a key's mapping of scalars.
func (v *value) pairs(key string) []Pair {
	var out []Pair
	for _, m := range v.each(key) {
		out = append(out, Pair{Name: m.name, Value: m.text, Pos: m.value.pos})
	}
	return out
}

// places returns where a mapping's keys were written; at is the place of the
// mapping itself.
func (v *value) places(at Pos) Places {
	p := Places{Pos: at}
	if v == nil {
		return p
	}
	p.Keys = make(map[string]Written, len(v.members))
	for _, m := range v.members {
		p.Keys[m.name] = m.written()
	}
	return p
}

// written is v as the model keeps it.
func (v *value) written() Written {
	w := Written{Pos: v.pos, Text: v.text}
	for _, item := range v.items {
		w.Items = append(w.Items, Item{item.text, item.pos})
	}
	for _, m := range v.members {
		w.Items = append(w.Items, Item{m.name, m.pos})
	}
	return w
}

// json returns v as what a JSON Schema judges.
func (v *value) json() any {
	switch v.form {
	case isNull:
		return nil
	case isBool:
		return v.text == "true"
	case isNumber:
		return json.Number(v.text)
	case isList:
		out := make([]any, len(v.items))
		for i, item := range v.items {
			out[i] = item.json()
		}
		return out
	case isMapping:
		out := make(map[string]any, len(v.members))
		for _, m := range v.members {
			out[m.name] = m.json()
		}
		return out
	case isText:
	}
	return v.text
}

// describe names a value for a message.
func (v *value) describe() string {
	switch v.form {
	case isNull:
		return "nothing"
	case isText:
		return fmt.Sprintf("%q", v.text)
	case isList:
		return "a list"
	case isMapping:
		return "a mapping"
	case isNumber, isBool:
	}
	return v.text
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// find returns the value at a JSON pointer.
func (v *value) find(pointer string) *value {
	if pointer == "" {
		return v
	}
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if i, err := strconv.Atoi(step); err == nil && v.form == isList && i < len(v.items) {
			v = v.items[i]
			continue
		}
		next := v.get(unescape.Replace(step))
		if next == nil {
			return v
		}
		v = next
	}
	return v
}

// builder turns the nodes of one file into values.
type builder struct {
	*reporter
	file  string
	nodes int
	full  bool // a limit was met and reported
}

// parseYAML reads one file. It returns nil after reporting what is wrong.
func parseYAML(r *reporter, file string, src []byte) *value {
	before := r.count()
	var doc yaml.Node
	if err := yaml.Load(src, &doc); err != nil {
		pos, text := syntaxError(file, err)
		hint := ""
		if lines := r.lines(file); pos.Line <= len(lines) && strings.HasPrefix(lines[pos.Line-1], "\t") {
			hint = "indent with spaces, never with tabs"
		}
		r.add("JK0002", pos, hint, "%s", text)
		return nil
	}
	if len(doc.Content) != 1 {
		r.add("JK0002", Pos{file, 1, 1}, "", "the file is empty")
		return nil
	}
	b := &builder{reporter: r, file: file}
	v := b.value(doc.Content[0], 0)
	if r.count() > before {
		return nil
	}
	return v
}

var yamlPlace = regexp.MustCompile(`(?s)^.*? at L(\d+)\.C(\d+)(?:-(?:L\d+\.)?C\d+)?: (.*)$`)

// syntaxError takes line and column out of the parser's message.
func syntaxError(file string, err error) (Pos, string) {
	pos, text := Pos{file, 1, 1}, err.Error()
	if m := yamlPlace.FindStringSubmatch(text); m != nil {
		pos.Line, _ = strconv.Atoi(m[1])
		pos.Col, _ = strconv.Atoi(m[2])
		return pos, m[3]
	}
	var many *yaml.LoadErrors
	if errors.As(err, &many) && len(many.Errors) > 0 {
		text = many.Errors[0].Error()
	}
	_, text, _ = strings.Cut(text, "<unknown position>: ")
	text = strings.TrimPrefix(text, "yaml: ")
	if text == "" || text == "no documents in stream" {
		text = "the file holds no YAML"
	}
	return pos, text
}

// value builds one value.
func (b *builder) value(n *yaml.Node, depth int) *value {
	v := &value{pos: Pos{b.file, max(n.Line, 1), max(n.Column, 1)}}
	if b.nodes++; b.nodes > maxNodes || depth > maxDepth {
		if !b.full {
			b.add("JK0004", v.pos, "", "too many or too deep values; aliases are counted as often as they are used")
		}
		b.full = true
		return v
	}
	if b.full {
		return v
	}
	switch n.Kind {
	case yaml.AliasNode:
		at := v.pos
		v = b.value(n.Alias, depth+1)
		v.pos = at
		return v
	case yaml.SequenceNode:
		v.form = isList
		for _, c := range n.Content {
			v.items = append(v.items, b.value(c, depth+1))
		}
	case yaml.MappingNode:
		v.form = isMapping
		b.mapping(v, n, depth)
	default:
		b.scalar(v, n)
	}
	return v
}

// mapping builds the members of v: own keys first, then those that are merged.
func (b *builder) mapping(v *value, n *yaml.Node, depth int) {
	var merged []*value
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, c := n.Content[i], n.Content[i+1]
		at := Pos{b.file, max(k.Line, 1), max(k.Column, 1)}
		if k.ShortTag() == "!!merge" {
			merged = append(merged, b.value(c, depth+1))
			continue
		}
		if k.Kind != yaml.ScalarNode {
			b.add("JK0004", at, "", "a key must be plain text")
			continue
		}
		if was := slices.IndexFunc(v.members, func(m member) bool { return m.name == k.Value }); was >= 0 {
			b.add("JK0003", at, "remove one of the two", "key %q was already set on line %d", k.Value, v.members[was].pos.Line)
			continue
		}
		v.members = append(v.members, member{k.Value, at, b.value(c, depth+1)})
	}
	for _, m := range merged {
		if m.form != isMapping {
			b.add("JK0004", m.pos, "", "only a mapping can be merged with <<")
		}
		for _, one := range m.members {
			if v.get(one.name) == nil {
				v.members = append(v.members, one)
			}
		}
	}
}

var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	fraction    = regexp.MustCompile(`^-?(0|[1-9][0-9]*)\.[0-9]+$`)
)

// scalar fills v. Only plain decimal numbers count as numbers, so that a code
// like 0101 stays the text it is; dates are text.
func (b *builder) scalar(v *value, n *yaml.Node) {
	v.form, v.text = isText, n.Value
	if n.Style&yaml.TaggedStyle != 0 {
		b.add("JK0004", v.pos, "remove the tag", "tags like %s are not part of the language", n.Tag)
		return
	}
	switch tag := n.ShortTag(); {
	case tag == "!!null":
		v.form, v.text = isNull, ""
	case tag == "!!bool":
		v.form, v.text = isBool, strings.ToLower(n.Value)
	case tag == "!!int" && wholeNumber.MatchString(n.Value), tag == "!!float" && fraction.MatchString(n.Value):
		v.form = isNumber
	}
}
