package power

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/testkit/mutant"
)

// hole is a hole of a template.
var hole = regexp.MustCompile(`\{[^{}]+\}`)

// protocol changes the declaration of the protocol: its text is written anew with one
// word changed.
func (m *mutator) protocol() error {
	text := m.s.Protocol.Text
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		return err
	}
	e := &editor{mutator: m, text: text, seen: map[string]bool{text: true}}
	for _, name := range []string{"request", "reply"} {
		if one := get(root.Content[0], name); one != nil {
			e.message(name, one, &root)
		}
	}
	return e.err
}

// editor writes changed declarations.
type editor struct {
	*mutator
	text string
	seen map[string]bool // texts that were written
	err  error
}

// change notes a mutant: do changes the tree, and undo changes it back.
func (e *editor) change(root *yaml.Node, same, what string, do func() (undo func())) {
	undo := do()
	defer undo()
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	if err := enc.Encode(root); err != nil {
		e.err = err
		return
	}
	if text := b.String(); !e.seen[text] {
		e.seen[text] = true
		e.add(same, what, mutant.Swap(&e.s.Protocol.Text, text))
	}
}

// get is the value of a key of a mapping, nil where there is none.
func get(n *yaml.Node, key string) *yaml.Node {
	n = real(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return real(n.Content[i+1])
		}
		if n.Content[i].Value == "<<" {
			if found := get(n.Content[i+1], key); found != nil {
				return found
			}
		}
	}
	return nil
}

// real is what an alias stands for.
func real(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// without leaves some of a node's content out.
func without(n *yaml.Node, at, count int) func() func() {
	return func() func() {
		old := n.Content
		n.Content = slices.Delete(slices.Clone(old), at, at+count)
		return func() { n.Content = old }
	}
}

// message changes one message.
func (e *editor) message(name string, n, root *yaml.Node) {
	for _, holder := range []string{"query", "header", "json", "xml", "form", "multipart"} {
		if at := get(n, holder); at != nil && at.Kind == yaml.MappingNode {
			e.places(name+"."+holder, at, root, name == "request")
		}
	}
	if values := get(n, "values"); values != nil {
		for i := 0; i+1 < len(values.Content); i += 2 {
			if values.Content[i].Value != "<<" {
				e.value(name, values.Content[i].Value, values, i, root)
			}
		}
	}
	if guards := get(n, "guards"); guards != nil {
		for i := range guards.Content {
			e.guard(guards, i, root)
		}
	}
	if variants := get(n, "variants"); variants != nil {
		for i := range variants.Content {
			e.change(root, "", fmt.Sprintf("%s without its variant %d", name, i+1), without(variants, i, 1))
		}
	}
	for _, word := range []string{"success", "failure", "status"} {
		e.constants(name+"."+word, get(n, word), root)
	}
}

// constants makes texts that stand for an outcome other ones.
func (e *editor) constants(name string, n, root *yaml.Node) {
	for i := 1; n != nil && i < len(n.Content); i += 2 {
		if v := n.Content[i]; v.Kind == yaml.ScalarNode {
			e.change(root, "", fmt.Sprintf("%s.%s is another one", name, n.Content[i-1].Value), mutant.Swap(&v.Value, v.Value+"9"))
		}
	}
}

// places makes places optional, and constants other ones.
func (e *editor) places(name string, n, root *yaml.Node, request bool) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], real(n.Content[i+1])
		at := name + "." + key.Value
		if v.Kind == yaml.MappingNode {
			e.places(at, v, root, request)
			continue
		}
		if v.Kind != yaml.ScalarNode || key.Value == "*" {
			continue
		}
		if request && !strings.HasSuffix(key.Value, "?") {
			e.change(root, "", at+" may be missing", mutant.Swap(&key.Value, key.Value+"?"))
		}
		if !hole.MatchString(v.Value) {
			e.change(root, "", at+" is another constant", mutant.Swap(&v.Value, v.Value+"9"))
		}
	}
}

// value changes what a value is made of, and how.
func (e *editor) value(message, name string, values *yaml.Node, at int, root *yaml.Node) {
	v := real(values.Content[at+1])
	what := message + "." + name
	if v.Kind == yaml.ScalarNode {
		e.template(what, v, root)
		return
	}
	if get(v, "of") != nil && message == "request" {
		e.change(root, "", what+" is not verified", mutant.Swap(&values.Content[at+1], given()))
	}
	for i := 0; i+1 < len(v.Content); i += 2 {
		key, word := v.Content[i].Value, real(v.Content[i+1])
		switch {
		case key == "of" && word.Kind == yaml.ScalarNode:
			e.template(what, word, root)
		case (key == "of" || key == "by" || key == "skip" || key == "accept" || key == "from" || key == "must") && word.Kind == yaml.SequenceNode:
			for n, one := range word.Content {
				e.change(root, "", fmt.Sprintf("%s.%s without %s", what, key, shown(one)), without(word, n, 1))
			}
		case key == "by":
			e.change(root, "", what+" without its step", without(v, i, 2))
		case key == "sort":
			e.change(root, "", what+" sorted otherwise", mutant.Swap(&word.Value, map[bool]string{true: "value", false: "listed"}[word.Value == "listed"]))
		case key == "else":
			e.change(root, e.unreached(name), what+" refuses with another code", mutant.Swap(&word.Value, mutant.OtherCode(e.s, word.Value)))
		case key == "join" || key == "pair" || key == "empty" || key == "only" || key == "into":
			e.change(root, "", fmt.Sprintf("%s without its %s", what, key), without(v, i, 2))
		}
	}
}

// given is a value that a receiver takes as it comes.
func given() *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{
		{Kind: yaml.ScalarNode, Tag: "!!str", Value: "send"}, {Kind: yaml.ScalarNode, Tag: "!!str", Value: "", Style: yaml.DoubleQuotedStyle},
	}}
}

// shown is a word of YAML for people.
func shown(n *yaml.Node) string {
	if n = real(n); n.Kind == yaml.ScalarNode {
		return n.Value
	}
	text, err := yaml.Marshal(n)
	if err != nil {
		return "a part"
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// template leaves each hole out.
func (e *editor) template(what string, n, root *yaml.Node) {
	list := hole.FindAllStringIndex(n.Value, -1)
	if len(list) < 2 {
		return // what would be left is no text
	}
	for _, at := range list {
		e.change(root, "", what+" without "+n.Value[at[0]:at[1]], mutant.Swap(&n.Value, n.Value[:at[0]]+n.Value[at[1]:]))
	}
}

// unreached says why nobody sees the code of a part, empty where somebody does.
func (e *editor) unreached(part string) string {
	if e.suite.Reaches(part) {
		return ""
	}
	return "another part refuses first, whatever is sent"
}

// guard leaves a guard out and changes its words.
func (e *editor) guard(guards *yaml.Node, at int, root *yaml.Node) {
	g := real(guards.Content[at])
	if len(g.Content) < 2 {
		return
	}
	what := g.Content[0].Value + " " + g.Content[1].Value
	e.change(root, e.unguarded(g.Content[1].Value, g), what+" is not checked", without(guards, at, 1))
	for i := 0; i+1 < len(g.Content); i += 2 {
		word := real(g.Content[i+1])
		switch g.Content[i].Value {
		case "within":
			d, err := time.ParseDuration(word.Value)
			if err != nil || g.Content[0].Value == "once" {
				continue
			}
			for _, by := range []struct {
				name string
				d    time.Duration
			}{{"doubled", d * 2}, {"halved", d / 2}} {
				e.change(root, "", what+" "+by.name, mutant.Swap(&word.Value, by.d.String()))
			}
		case "else":
			e.change(root, e.unreached(g.Content[1].Value), what+" refuses with another code", mutant.Swap(&word.Value, mutant.OtherCode(e.s, word.Value)))
		case "pattern":
			e.change(root, e.unreached(g.Content[1].Value), what+" takes any text", mutant.Swap(&word.Value, ".*"))
		}
	}
}

// unguarded says why nobody misses a guard.
func (e *editor) unguarded(value string, g *yaml.Node) string {
	if g.Content[0].Value == "once" && get(g, "with") != nil {
		return "" // the answer of the interface refuses the second one
	}
	return e.unreached(value)
}
