package yamltree

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
)

const maxNodes = 200_000 // of one file, aliases expanded

// MaxDepth is how deep the values of one file may be nested.
const MaxDepth = 60

// builder turns the nodes of one file into values.
type builder struct {
	*spec.Collector
	file  string
	nodes int
	full  bool // a limit was met and reported
}

// Parse reads one file. It returns nil after reporting a fault.
func Parse(r *spec.Collector, file string, src []byte) *Value {
	before := r.Count()
	doc, err := Node(src)
	if err != nil {
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

// Parsed keeps what files were parsed to, for two revisions that have most of them in common.
// The zero value is ready, also for several at once; nil keeps nothing.
type Parsed struct{ files sync.Map }

// Parse returns the value of a file in which nothing is wrong, or nil. Nobody may change it.
func (p *Parsed) Parse(file string, src []byte) *Value {
	parse := func() *Value { return Parse(&spec.Collector{}, file, src) }
	if p == nil {
		return parse()
	}
	one, _ := p.files.LoadOrStore([2]string{file, string(src)}, sync.OnceValue(parse))
	return one.(func() *Value)()
}

var yamlPlace = regexp.MustCompile(`(?s)^.*? at (?:<unknown position>-)?L(\d+)\.C(\d+)(?:-(?:L\d+\.)?C\d+)?: (.*)$`)

// SyntaxError takes line and column out of the parser's message.
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
	if _, rest, ok := strings.Cut(text, "<unknown position>: "); ok {
		text = rest
	}
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
			v.Items = append(v.Items, b.item(c, depth+1))
		}
	case yaml.MappingNode:
		v.Form = Mapping
		b.mapping(v, n, depth)
	default:
		b.scalar(v, n)
	}
	return v
}

// item builds a member of a list. Nothing has no place there, so null and ~ are
// values that are called so.
func (b *builder) item(n *yaml.Node, depth int) *Value {
	v := b.value(n, depth)
	if v.Form == Null && v.Text != "" {
		v.Form = Text
	}
	return v
}

// mapping builds the members of v: own keys first, then those that are merged.
func (b *builder) mapping(v *Value, n *yaml.Node, depth int) {
	var merged []*Value
	seen := make(map[string]int, len(n.Content)/2) // line of the key
	v.Members = slices.Grow(v.Members, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, c := n.Content[i], n.Content[i+1]
		at := spec.Pos{File: b.file, Line: max(k.Line, 1), Col: max(k.Column, 1)}
		if k.ShortTag() == "!!merge" {
			merged = append(merged, b.value(c, depth+1))
			continue
		}
		if k.Kind != yaml.ScalarNode {
			b.Add("JK0004", at, "", "a key must be a text")
			continue
		}
		if line := seen[k.Value]; line > 0 {
			b.Add("JK0003", at, "remove one of the two", "key %q was already set on line %d", k.Value, line)
			continue
		}
		seen[k.Value] = at.Line
		v.Members = append(v.Members, Member{k.Value, at, b.value(c, depth+1)})
	}
	for _, m := range merged {
		if m.Form != Mapping {
			b.Add("JK0004", m.Pos, "", "only a mapping can be merged with <<")
		}
		for _, one := range m.Members {
			if seen[one.Name] == 0 {
				seen[one.Name] = one.Pos.Line
				v.Members = append(v.Members, one)
			}
		}
	}
}

var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	fraction    = regexp.MustCompile(`^-?(0|[1-9][0-9]*)\.[0-9]+$`)
)

// scalar fills v. Its text stays as written, whatever YAML takes it for: a document
// that lists TRUE means these four letters. Only decimal numbers count as numbers, so
// that a code like 0101 stays the text it is; dates are text.
func (b *builder) scalar(v *Value, n *yaml.Node) {
	v.Form, v.Text = Text, n.Value
	if n.Style&yaml.TaggedStyle != 0 {
		b.Add("JK0004", v.Pos, "remove the tag", "tags like %s are not part of the language", n.Tag)
		return
	}
	switch tag := n.ShortTag(); {
	case tag == "!!null":
		v.Form = Null
	case tag == "!!bool":
		v.Form = Bool
	case tag == "!!int" && wholeNumber.MatchString(n.Value), tag == "!!float" && fraction.MatchString(n.Value):
		v.Form = Number
	}
}
