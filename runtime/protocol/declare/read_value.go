package declare

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

func valueWords() []string {
	return []string{
		"send", "of", "from", "by", "sort", "join", "pair", "skip", "only", "split", "must", "empty", "into", "else", "accept",
	}
}

// values reads the values of a message.
func (r *reader) values(n *yaml.Node, place string) []Value {
	var out []Value
	r.members(n, place, func(key string, k, v *yaml.Node) {
		one := r.value(v, place+"."+key)
		one.Name, one.Pos = key, at(k)
		out = append(out, *one)
	})
	return out
}

// value reads one value; a text alone is its of.
func (r *reader) value(n *yaml.Node, place string) *Value {
	v := &Value{Pos: at(n), given: map[string]bool{}}
	if n.Kind == yaml.ScalarNode {
		v.Of = r.text(n, place)
		v.given["of"], v.alone = true, true
		return v
	}
	r.members(n, place, func(key string, k, val *yaml.Node) {
		v.given[key] = true
		r.valueKey(v, key, k, val, place)
	})
	return v
}

func (r *reader) valueKey(v *Value, key string, k, n *yaml.Node, place string) {
	here := place + "." + key
	switch key {
	case "send":
		v.Send = r.text(n, here)
	case "of":
		r.of(v, n, here)
	case "from":
		r.from(v, n, here)
	case "by":
		v.By = r.uses(n, here)
	case "sort":
		v.Sort = r.oneOf(n, here, "name", "name-nocase", "value", "pair", "listed")
	case "join":
		v.Join = r.text(n, here)
	case "pair":
		v.Pair = r.text(n, here)
	case "skip":
		v.Skip = r.strings(n, here)
	case "only":
		v.Only = r.text(n, here)
	case "split":
		v.Split = n.Value
	case "must":
		v.Must = r.strings(n, here)
	case "empty":
		v.Empty = n.Value == "true"
		r.oneOf(n, here, "true", "false")
	case "into":
		v.Into = r.text(n, here)
	case "else":
		v.Else = n.Value
	case "accept":
		for _, one := range r.list(n, here) {
			v.Accept = append(v.Accept, r.value(one, here))
		}
	default:
		r.unknown(k, place, valueWords()...)
	}
}

// of reads a text, a list of texts, or a tree.
func (r *reader) of(v *Value, n *yaml.Node, place string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for _, one := range n.Content {
			v.List = append(v.List, r.text(one, place))
		}
	case yaml.MappingNode:
		v.Tree = r.part(n, place)
	default:
		v.Of = r.text(n, place)
	}
}

func (r *reader) from(v *Value, n *yaml.Node, place string) {
	for _, one := range r.list(n, place) {
		if one.Kind == yaml.ScalarNode {
			v.From = append(v.From, Source{Pos: at(one), Container: one.Value})
			continue
		}
		r.members(one, place, func(key string, k, val *yaml.Node) {
			v.From = append(v.From, Source{Pos: at(k), Name: key, Text: r.text(val, place)})
		})
	}
}

func (r *reader) strings(n *yaml.Node, place string) []string {
	if n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	var out []string
	for _, one := range r.list(n, place) {
		out = append(out, one.Value)
	}
	return out
}

func (r *reader) uses(n *yaml.Node, place string) []Use {
	nodes := []*yaml.Node{n}
	if n.Kind != yaml.ScalarNode {
		nodes = r.list(n, place)
	}
	var out []Use
	for _, one := range nodes {
		u, err := ParseUse(one.Value)
		if err != nil || one.Kind != yaml.ScalarNode {
			r.add(one, place, "it is no step", "write a name and its arguments, like hmac-sha256 appkey")
			continue
		}
		u.Pos = at(one)
		out = append(out, u)
	}
	return out
}

// GuardKinds lists the guards.
func GuardKinds() []string {
	return []string{"window", "since", "until", "once", "issued", "like", "equal"}
}

func (r *reader) guards(n *yaml.Node, place string) []Guard {
	out := []Guard{}
	for _, one := range r.list(n, place) {
		g := Guard{Pos: at(one)}
		r.members(one, place, func(key string, k, v *yaml.Node) {
			switch {
			case slices.Contains(GuardKinds(), key):
				g.Kind, g.Value = key, v.Value
			case key == "within":
				g.Within = v.Value
			case key == "after":
				g.After, g.Millis = strings.CutSuffix(v.Value, " ms")
			case key == "pattern":
				g.Pattern = v.Value
			case key == "to":
				g.To = r.text(v, place)
			case key == "with":
				if g.With = v.Value; g.Kind == "once" {
					r.oneOf(v, place, "effect")
				}
			case key == "else":
				g.Else = v.Value
			default:
				r.unknown(k, place, append(GuardKinds(), "within", "after", "pattern", "to", "with", "else")...)
			}
		})
		if g.Kind == "" {
			r.add(one, place, "it has no rule", fmt.Sprint("take one of ", GuardKinds()))
		}
		out = append(out, g)
	}
	return out
}
