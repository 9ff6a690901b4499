package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestEveryWord changes each word of the protocols there are, one at a time, and wants a
// change of the protocol said: each value becomes another one, each member and each item
// goes, and each list is turned round.
func TestEveryWord(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func() *spec.Set{
		"shop":         func() *spec.Set { return model(t, base(t)) },
		"the examples": func() *spec.Set { return examples(t) },
	} {
		before, after := alone(read()), alone(read())
		for i, s := range after.Systems {
			text, n := s.Protocol.Text, 0
			text, _, _ = strings.Cut(text, "layouts:\n") // what follows from places of fields
			was, is := &spec.Set{Systems: before.Systems[i : i+1]}, &spec.Set{Systems: after.Systems[i : i+1]}
			words(t, text, func(what, other string) {
				n++
				s.Protocol.Text = other
				list := diff.Diff(was, is)
				if len(list) == 0 {
					t.Errorf("%s, %s: %s is not said", name, s.Name, what)
				}
				for _, c := range list {
					if !strings.HasPrefix(c.Rule, "protocol-") {
						t.Errorf("%s, %s: %s is %s", name, s.Name, what, c.Rule)
					}
				}
			})
			s.Protocol.Text = text
			if n < 20 {
				t.Errorf("%s, %s: %d words", name, s.Name, n)
			}
		}
	}
}

// alone leaves nothing of systems but their protocols.
func alone(set *spec.Set) *spec.Set {
	for _, s := range set.Systems {
		s.Interfaces, s.Tables, s.Errata, s.Errors, s.Rules = nil, nil, nil, nil, nil
	}
	return set
}

// words visits the text with one word changed, each in turn.
func words(t *testing.T, text string, visit func(what, other string)) {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	put := func(what string) {
		out, err := yaml.Marshal(&root)
		if err != nil {
			t.Fatal(err)
		}
		visit(what, string(out))
	}
	var walk func(path string, n *yaml.Node)
	without := func(path string, n *yaml.Node, from, to int) {
		all := n.Content
		n.Content = append(append([]*yaml.Node{}, all[:from]...), all[to:]...)
		put(path + " without " + fmt.Sprint(from))
		n.Content = all
	}
	walk = func(path string, n *yaml.Node) {
		switch n.Kind {
		case yaml.ScalarNode:
			value := n.Value
			n.Value = value + "1"
			put(path + " " + value + "1")
			n.Value = value
		case yaml.SequenceNode:
			for i, one := range n.Content {
				without(path, n, i, i+1)
				walk(fmt.Sprintf("%s[%d]", path, i), one)
			}
			for i := 1; i < len(n.Content); i++ {
				n.Content[i-1], n.Content[i] = n.Content[i], n.Content[i-1]
				put(path + " turned round")
				n.Content[i-1], n.Content[i] = n.Content[i], n.Content[i-1]
			}
		case yaml.MappingNode:
			for i := 0; i < len(n.Content); i += 2 {
				if n.Content[i].Value != "within" || n.Content[i+1].Value != "5m" || n.Content[0].Value != "window" { // what a window is without it
					without(path, n, i, i+2)
				}
				walk(path+"."+n.Content[i].Value, n.Content[i+1])
			}
		case yaml.DocumentNode, yaml.AliasNode, yaml.StreamNode:
			for _, one := range n.Content {
				walk(path, one)
			}
		}
	}
	walk("", &root)
}
