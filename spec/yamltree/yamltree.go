package yamltree

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
)

const (
	maxNodes = 200_000 // of one file, aliases expanded
	MaxDepth = 60      // nesting of one file
)

// form is what a YAML value is.
type Form int

const (
	Null Form = iota
	Text
	Number
	Bool
	List
	Mapping
)

// value is one YAML value that knows where it stands. All readers are safe on
// nil, which is what a missing key gives.
type Value struct {
	Pos     spec.Pos
	Form    Form
	Text    string // of a scalar, as written
	Members []Member
	Items   []*Value
}

// member is a key of a mapping with its value.
type Member struct {
	Name string
	Pos  spec.Pos // of the key
	*Value
}

// get returns the value of a key, or nil.
func (v *Value) Get(key string) *Value {
	if v == nil {
		return nil
	}
	for i := range v.Members {
		if v.Members[i].Name == key {
			return v.Members[i].Value
		}
	}
	return nil
}

// str returns the text of a key's scalar, or "".
func (v *Value) Str(key string) string { return v.Get(key).Scalar() }

// scalar returns the text of v, or "" when it is missing or no scalar.
func (v *Value) Scalar() string {
	if v == nil {
		return ""
	}
	return v.Text
}

// num returns a key's whole number, or 0.
func (v *Value) Num(key string) int {
	n, err := strconv.Atoi(v.Str(key))
	if err != nil {
		return 0
	}
	return n
}

// flag says whether a key is true.
func (v *Value) Flag(key string) bool { return v.Str(key) == "true" }

// list returns the elements of a key's list; a scalar counts as a list of one.
func (v *Value) List(key string) []*Value {
	at := v.Get(key)
	switch {
	case at == nil || at.Form == Null || at.Form == Mapping:
		return nil
	case at.Form == List:
		return at.Items
	}
	return []*Value{at}
}

// strs returns the texts of a key's list; a scalar counts as a list of one.
func (v *Value) Strs(key string) []string {
	var out []string
	for _, item := range v.List(key) {
		out = append(out, item.Text)
	}
	return out
}

// each returns the members of a key's mapping.
func (v *Value) Each(key string) []Member {
	at := v.Get(key)
	if at == nil {
		return nil
	}
	return at.Members
}

// pairs returns the members of a key's mapping of scalars.
func (v *Value) Pairs(key string) []spec.Pair {
	var out []spec.Pair
	for _, m := range v.Each(key) {
		out = append(out, spec.Pair{Name: m.Name, Value: m.Text, Pos: m.Value.Pos})
	}
	return out
}

// places returns where a mapping's keys were written; at is the place of the
// mapping itself.
func (v *Value) Places(at spec.Pos) spec.Places {
	p := spec.Places{Pos: at}
	if v == nil {
		return p
	}
	p.Keys = make(map[string]spec.Written, len(v.Members))
	for _, m := range v.Members {
		p.Keys[m.Name] = m.written()
	}
	return p
}

// written is v as the model keeps it.
func (v *Value) written() spec.Written {
	w := spec.Written{Pos: v.Pos, Text: v.Text}
	for _, item := range v.Items {
		w.Items = append(w.Items, spec.Item{Text: item.Text, Pos: item.Pos})
	}
	for _, m := range v.Members {
		w.Items = append(w.Items, spec.Item{Text: m.Name, Pos: m.Pos})
	}
	return w
}

// json returns v as what a JSON Schema judges.
func (v *Value) JSON() any {
	switch v.Form {
	case Null:
		return nil
	case Bool:
		return v.Text == "true"
	case Number:
		return json.Number(v.Text)
	case List:
		out := make([]any, len(v.Items))
		for i, item := range v.Items {
			out[i] = item.JSON()
		}
		return out
	case Mapping:
		out := make(map[string]any, len(v.Members))
		for _, m := range v.Members {
			out[m.Name] = m.JSON()
		}
		return out
	case Text:
	}
	return v.Text
}

// describe names a value for a message.
func (v *Value) Describe() string {
	switch v.Form {
	case Null:
		return "nothing"
	case Text:
		return fmt.Sprintf("%q", v.Text)
	case List:
		return "a list"
	case Mapping:
		return "a mapping"
	case Number, Bool:
	}
	return v.Text
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// find returns the value at a JSON pointer.
func (v *Value) Find(pointer string) *Value {
	if pointer == "" {
		return v
	}
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if i, err := strconv.Atoi(step); err == nil && v.Form == List && i < len(v.Items) {
			v = v.Items[i]
			continue
		}
		next := v.Get(unescape.Replace(step))
		if next == nil {
			return v
		}
		v = next
	}
	return v
}

// builder turns the nodes of one file into values.
type builder struct {
	*spec.Collector
	file  string
	nodes int
	full  bool // a limit was met and reported
}

// parseYAML reads one file. It returns nil after reporting what is wrong.
func Parse(r *spec.Collector, file string, src []byte) *Value {
	before := r.Count()
	var doc yaml.Node
	if err := yaml.Load(src, &doc); err != nil {
		pos, text := SyntaxError(file, err)
		hint := ""
		if lines := r.Lines(file); pos.Line <= len(lines) && strings.HasPrefix(lines[pos.Line-1], "\t") {
			hint = "indent with spaces, never with tabs"
		}
		r.Add("JK0002", pos, hint, "%s", text)
		return nil
	}
	if len(doc.Content) != 1 {
		r.Add("JK0002", spec.Pos{File: file, Line: 1, Col: 1}, "", "the file is empty")
		return nil
	}
	b := &builder{Collector: r, file: file}
	v := b.value(doc.Content[0], 0)
	if r.Count() > before {
		return nil
	}
	return v
}

var yamlPlace = regexp.MustCompile(`(?s)^.*? at L(\d+)\.C(\d+)(?:-(?:L\d+\.)?C\d+)?: (.*)$`)

// syntaxError takes line and column out of the parser's message.
func SyntaxError(file string, err error) (spec.Pos, string) {
	pos, text := spec.Pos{File: file, Line: 1, Col: 1}, err.Error()
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
func (b *builder) value(n *yaml.Node, depth int) *Value {
	v := &Value{Pos: spec.Pos{File: b.file, Line: max(n.Line, 1), Col: max(n.Column, 1)}}
	if b.nodes++; b.nodes > maxNodes || depth > MaxDepth {
		if !b.full {
			b.Add("JK0004", v.Pos, "", "too many or too deep values; aliases are counted as often as they are used")
		}
		b.full = true
		return v
	}
	if b.full {
		return v
	}
	switch n.Kind {
	case yaml.AliasNode:
		at := v.Pos
		v = b.value(n.Alias, depth+1)
		v.Pos = at
		return v
	case yaml.SequenceNode:
		v.Form = List
		for _, c := range n.Content {
			v.Items = append(v.Items, b.value(c, depth+1))
		}
	case yaml.MappingNode:
		v.Form = Mapping
		b.mapping(v, n, depth)
	default:
		b.scalar(v, n)
	}
	return v
}

// mapping builds the members of v: own keys first, then those that are merged.
func (b *builder) mapping(v *Value, n *yaml.Node, depth int) {
	var merged []*Value
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, c := n.Content[i], n.Content[i+1]
		at := spec.Pos{File: b.file, Line: max(k.Line, 1), Col: max(k.Column, 1)}
		if k.ShortTag() == "!!merge" {
			merged = append(merged, b.value(c, depth+1))
			continue
		}
		if k.Kind != yaml.ScalarNode {
			b.Add("JK0004", at, "", "a key must be plain text")
			continue
		}
		if was := slices.IndexFunc(v.Members, func(m Member) bool { return m.Name == k.Value }); was >= 0 {
			b.Add("JK0003", at, "remove one of the two", "key %q was already set on line %d", k.Value, v.Members[was].Pos.Line)
			continue
		}
		v.Members = append(v.Members, Member{k.Value, at, b.value(c, depth+1)})
	}
	for _, m := range merged {
		if m.Form != Mapping {
			b.Add("JK0004", m.Pos, "", "only a mapping can be merged with <<")
		}
		for _, one := range m.Members {
			if v.Get(one.Name) == nil {
				v.Members = append(v.Members, one)
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
func (b *builder) scalar(v *Value, n *yaml.Node) {
	v.Form, v.Text = Text, n.Value
	if n.Style&yaml.TaggedStyle != 0 {
		b.Add("JK0004", v.Pos, "remove the tag", "tags like %s are not part of the language", n.Tag)
		return
	}
	switch tag := n.ShortTag(); {
	case tag == "!!null":
		v.Form, v.Text = Null, ""
	case tag == "!!bool":
		v.Form, v.Text = Bool, strings.ToLower(n.Value)
	case tag == "!!int" && wholeNumber.MatchString(n.Value), tag == "!!float" && fraction.MatchString(n.Value):
		v.Form = Number
	}
}
