package declare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Read reads a protocol from the YAML below "protocol:". It tells everything that
// is wrong with the form at once.
func Read(n *yaml.Node) (*Protocol, Problems) {
	r := &reader{}
	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		n = n.Content[0]
	}
	p := &Protocol{Pos: at(n)}
	r.members(n, "protocol", func(key string, k, v *yaml.Node) {
		switch key {
		case "keys":
			p.Keys = r.keys(v)
		case "app":
			p.App = r.oneOf(v, "protocol.app", "given")
		case "request":
			p.Request = r.message(v, "request")
		case "reply":
			p.Reply = r.message(v, "reply")
		case "push":
			p.Push = r.message(v, "push")
		case "profile":
			p.Profile = v.Value
		case "profiles":
			r.members(v, "profiles", func(name string, k, v *yaml.Node) {
				p.Profiles = append(p.Profiles, Profile{at(k), name, r.guards(v, "profiles."+name)})
			})
		case "layouts":
			p.Layouts = r.layouts(v)
		default:
			r.unknown(k, "protocol", "keys", "app", "request", "reply", "push", "profile", "profiles")
		}
	})
	p.Request, p.Reply = r.like(p, p.Request), r.like(p, p.Reply)
	p.Push = r.like(p, p.Push)
	return p, r.problems
}

// Parse reads YAML text.
func Parse(text []byte) (*Protocol, error) {
	var n yaml.Node
	if err := yaml.Unmarshal(text, &n); err != nil {
		return nil, err
	}
	p, problems := Read(&n)
	return p, problems.Err()
}

type reader struct{ problems Problems }

func at(n *yaml.Node) Pos { return Pos{n.Line, n.Column} }

func (r *reader) add(n *yaml.Node, place, text, mend string) {
	r.problems = append(r.problems, Problem{Pos: at(n), Place: place, Text: text, Mend: mend})
}

func (r *reader) unknown(k *yaml.Node, place string, known ...string) {
	r.add(k, place, fmt.Sprintf("unknown word %q", k.Value), Nearest(k.Value, known))
}

// members walks a mapping.
func (r *reader) members(n *yaml.Node, place string, f func(key string, k, v *yaml.Node)) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		r.add(n, place, "it is no mapping", "write {name: …}")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Value == "<<" && n.Content[i+1].Kind == yaml.AliasNode {
			r.members(n.Content[i+1], place, func(key string, k, v *yaml.Node) {
				if !has(n, key) {
					f(key, k, v)
				}
			})
			continue
		}
		if seen[k.Value] {
			r.add(k, place, fmt.Sprintf("%q is declared twice", k.Value), "")
		}
		seen[k.Value] = true
		f(k.Value, k, n.Content[i+1])
	}
}

// has reports whether a mapping itself has a key.
func has(n *yaml.Node, key string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

func (r *reader) list(n *yaml.Node, place string) []*yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.SequenceNode {
		r.add(n, place, "it is no list", "write [a, b]")
		return nil
	}
	return n.Content
}

func (r *reader) oneOf(n *yaml.Node, place string, known ...string) string {
	if !slices.Contains(known, n.Value) {
		r.add(n, place, fmt.Sprintf("unknown word %q", n.Value), Nearest(n.Value, known))
	}
	return n.Value
}

// KeyKinds lists what a key may be.
func KeyKinds() []string {
	return []string{"text", "hex", "base64", "rsa", "sm2", "ed25519", "ecdsa"}
}

func (r *reader) keys(n *yaml.Node) []Key {
	var out []Key
	r.members(n, "keys", func(key string, k, v *yaml.Node) {
		one := Key{Pos: at(k), Name: key}
		kind, system := strings.CutPrefix(v.Value, "system ")
		one.Kind, one.System = strings.TrimSpace(kind), system
		if !slices.Contains(KeyKinds(), one.Kind) {
			r.add(v, "keys."+key, fmt.Sprintf("unknown kind %q", v.Value), Nearest(one.Kind, KeyKinds()))
		}
		out = append(out, one)
	})
	return out
}

func (r *reader) text(n *yaml.Node, place string) *Text {
	if n.Kind != yaml.ScalarNode {
		r.add(n, place, "it is no text", `write a template like "{name}"`)
		return &Text{Pos: at(n)}
	}
	t, err := ParseText(n.Value)
	if err != nil {
		r.add(n, place, err.Error(), "")
		return &Text{Pos: at(n)}
	}
	t.Pos = at(n)
	t.Scalar = n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 &&
		(n.Tag == "!!int" || n.Tag == "!!bool" || n.Tag == "!!float" || n.Tag == "!!null")
	return t
}

// words of a message, in the order in which they are documented.
func messageWords() []string {
	return []string{
		"like", "when", "method", "host", "path", "query", "header", "json", "xml", "form", "multipart", "text",
		"status", "values", "guards", "success", "failure", "final", "unproved", "variants", "answer",
	}
}

func (r *reader) message(n *yaml.Node, place string) *Message {
	m := &Message{Pos: at(n)}
	r.members(n, place, func(key string, k, v *yaml.Node) {
		here := place + "." + key
		switch key {
		case "like":
			m.Like = r.oneOf(v, here, "request", "reply")
		case "when":
			m.When = r.conditions(v, here)
		case "method":
			m.Method = r.text(v, here)
		case "host":
			m.Host = r.text(v, here)
		case "path":
			m.Path = r.text(v, here)
		case "query":
			m.Query = pairs(r.part(v, here))
		case "header":
			m.Header = r.part(v, here)
		case "json", "xml", "form", "multipart", "text":
			if m.Body != nil {
				r.add(k, place, "the message has two bodies: "+m.Carriage+" and "+key, "leave one out, or make it a variant")
			}
			m.Body, m.Carriage = r.body(v, key, here), key
		case "status":
			m.Status = r.status(v, here)
		case "values":
			m.Values = r.values(v, here)
		case "guards":
			m.Guards = r.guards(v, here)
		case "success":
			m.Success = r.constants(v, here)
		case "failure":
			m.Failure = r.constants(v, here)
		case "final":
			m.Final = r.constants(v, here)
		case "unproved":
			m.Unproved = r.oneOf(v, here, UnprovedUnknown, UnprovedKnown)
		case "variants":
			m.Variants = []*Message{}
			for i, one := range r.list(v, here) {
				m.Variants = append(m.Variants, r.message(one, here+"["+strconv.Itoa(i+1)+"]"))
			}
		case "answer":
			m.Answer = r.message(v, here)
		default:
			r.unknown(k, place, messageWords()...)
		}
	})
	return m
}

// body reads the body of a message. Where its carriage knows no value but members, the payload
// alone is its members.
func (r *reader) body(n *yaml.Node, carriage, place string) *Part {
	part := r.part(n, place)
	switch carriage {
	case "form", "multipart":
		return pairs(part)
	case "xml":
		for i, root := range part.Children {
			if p := pairs(root); p != root {
				p.Name, p.Pos = root.Name, root.Pos
				p.Children[0].Pos = root.Pos
				part.Children[i] = p
			}
		}
	}
	return part
}

func (r *reader) conditions(n *yaml.Node, place string) []Condition {
	if n.Kind == yaml.ScalarNode {
		return []Condition{{Pos: at(n), Part: n.Value}}
	}
	var out []Condition
	r.members(n, place, func(key string, k, v *yaml.Node) {
		out = append(out, Condition{Pos: at(k), Part: key, Glob: v.Value, Set: true})
	})
	return out
}

func (r *reader) part(n *yaml.Node, place string) *Part {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	p := &Part{Pos: at(n)}
	switch n.Kind {
	case yaml.ScalarNode:
		p.Text = r.text(n, place)
	case yaml.SequenceNode:
		p.List = true
		for i, one := range n.Content {
			p.Children = append(p.Children, r.part(one, place+"["+strconv.Itoa(i+1)+"]"))
		}
	default:
		r.members(n, place, func(key string, k, v *yaml.Node) {
			name, optional := strings.CutSuffix(key, "?")
			c := r.part(v, place+"."+key)
			c.Optional, c.Rest = optional, key == "*"
			t, err := ParseText(name)
			if err != nil {
				r.add(k, place, err.Error(), "")
				t = &Text{}
			}
			t.Pos = at(k)
			c.Name, c.Pos = t, at(k)
			p.Children = append(p.Children, c)
		})
	}
	return p
}

// pairs is a part that has pairs. The payload alone is its members there.
func pairs(p *Part) *Part {
	if p.Text == nil || p.Text.Source != "{payload}" {
		return p
	}
	rest := *p
	rest.Rest, rest.Name = true, &Text{Pos: p.Pos, Source: "*", Pieces: []Piece{{Literal: "*"}}}
	return &Part{Pos: p.Pos, Children: []*Part{&rest}}
}

func (r *reader) status(n *yaml.Node, place string) []Status {
	number := func(v *yaml.Node) (status int, class bool) {
		text, class := v.Value, len(v.Value) == 3 && strings.HasSuffix(v.Value, "xx")
		if class {
			text = text[:1] + "00"
		}
		status, err := strconv.Atoi(text)
		if err != nil || status < 100 || status > 599 {
			r.add(v, place, fmt.Sprintf("%q is no HTTP status", v.Value), "write one like 200, several like [200, 204], or 2xx for all")
		}
		return status, class
	}
	one := func(k *yaml.Node, code string, v *yaml.Node) Status {
		out := Status{Pos: at(k), Code: code}
		if v.Kind != yaml.SequenceNode {
			out.Status, out.Class = number(v)
			return out
		}
		for i, each := range v.Content {
			if status, _ := number(each); i == 0 {
				out.Status = status
			} else {
				out.Others = append(out.Others, status)
			}
		}
		return out
	}
	if n.Kind == yaml.ScalarNode {
		return []Status{one(n, "*", n)}
	}
	var out []Status
	r.members(n, place, func(key string, k, v *yaml.Node) { out = append(out, one(k, key, v)) })
	return out
}

func (r *reader) constants(n *yaml.Node, place string) []Constant {
	var out []Constant
	r.members(n, place, func(key string, k, v *yaml.Node) {
		c := Constant{Pos: at(k), Name: key}
		if v.Kind == yaml.SequenceNode {
			for _, one := range v.Content {
				c.Texts = append(c.Texts, r.text(one, place+"."+key))
			}
		} else {
			c.Texts = []*Text{r.text(v, place+"."+key)}
		}
		out = append(out, c)
	})
	return out
}
