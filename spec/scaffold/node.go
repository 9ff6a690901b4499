package scaffold

import (
	"strconv"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/format"
)

// mapping is a YAML mapping that is being written, in the order of its keys.
type mapping struct{ node *yaml.Node }

// block returns an empty mapping of a line for each key.
func block() mapping { return mapping{&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}} }

// flow returns an empty mapping on one line.
func flow() mapping {
	return mapping{&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}}
}

// put adds a key with a value of any kind.
func (m mapping) put(key string, value *yaml.Node) {
	m.node.Content = append(m.node.Content, textNode(key), value)
}

// text adds a key with a text, if there is one.
func (m mapping) text(key, value string) {
	if value != "" {
		m.put(key, textNode(value))
	}
}

// code adds a key with an error code, if there is one: a number where it looks like one.
func (m mapping) code(key, code string) {
	if _, err := strconv.Atoi(code); err != nil {
		m.text(key, code)
		return
	}
	m.put(key, &yaml.Node{Kind: yaml.ScalarNode, Value: code})
}

// number adds a key with a whole number, if it is not 0.
func (m mapping) number(key string, value int) {
	if value != 0 {
		m.put(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(value)})
	}
}

// yes adds a key that is true, if it is.
func (m mapping) yes(key string, value bool) {
	if value {
		m.put(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
	}
}

// inner adds a key with a mapping, which may be empty.
func (m mapping) inner(key string, value mapping) { m.put(key, value.node) }

// pairs adds a key with a mapping on one line, if it has members.
func (m mapping) pairs(key string, value mapping) {
	if len(value.node.Content) > 0 {
		m.inner(key, value)
	}
}

// texts adds a key with a list on one line, if it is not empty.
func (m mapping) texts(key string, values []string) {
	if len(values) == 0 {
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	for _, v := range values {
		list.Content = append(list.Content, textNode(v))
	}
	m.put(key, list)
}

// remark puts a comment behind the last value.
func (m mapping) remark(text string) {
	m.node.Content[len(m.node.Content)-1].LineComment = "# " + text
}

// file is the mapping as a YAML file in its canonical form. up is the way from the
// file's folder to that of the language's schema.
func (m mapping) file(up string) ([]byte, error) {
	text, err := yaml.Marshal(m.node)
	if err != nil {
		return nil, err
	}
	return format.YAML(append([]byte("# yaml-language-server: $schema="+up+SchemaName+"\n"), text...))
}
