package shape

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// Compiler compiles each part of a schema once, so that a part may hold itself.
type Compiler struct {
	root  any
	known map[string]*Shape
	err   error // the first one
}

// NewCompiler compiles parts of a schema, which is as package encoding/json decodes it.
func NewCompiler(schema any) *Compiler {
	return &Compiler{root: schema, known: map[string]*Shape{}}
}

// Compile compiles the part that a pointer names: "#/definitions/table". A keyword that a
// Shape does not know is an error.
func (c *Compiler) Compile(pointer string) (*Shape, error) {
	s := c.at(pointer)
	return s, c.err
}

func (c *Compiler) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// at is the part at a pointer without escapes.
func (c *Compiler) at(pointer string) *Shape {
	if s := c.known[pointer]; s != nil {
		return s
	}
	s := &Shape{}
	c.known[pointer] = s
	part := c.root
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "#/"), "/") {
		m, _ := part.(map[string]any)
		part = m[step]
	}
	if part == nil {
		c.fail("the schema has no %s", pointer)
	}
	c.fill(s, part)
	return s
}

func (c *Compiler) shape(part any) *Shape {
	s := &Shape{}
	c.fill(s, part)
	return s
}

func (c *Compiler) fill(s *Shape, part any) {
	if truth, ok := part.(bool); ok {
		s.never = !truth
		return
	}
	m, _ := part.(map[string]any)
	if to, ok := m["$ref"].(string); ok { // what is beside it says nothing, in draft 7
		s.all = []*Shape{c.at(to)}
		return
	}
	for key, value := range m {
		if c.joined(s, key, value) || c.limit(s, key, value) || strings.HasPrefix(key, "x-") {
			continue
		}
		switch key {
		case "type":
			s.types = texts(value)
		case "enum":
			s.enum = c.enum(value)
		case "pattern":
			text, _ := value.(string)
			var err error
			if s.pattern, err = regexp.Compile(text); err != nil {
				c.fail("pattern: %w", err)
			}
		case "properties":
			s.properties = map[string]*Shape{}
			list, _ := value.(map[string]any)
			for name, one := range list {
				s.properties[name] = c.shape(one)
			}
		case "required":
			s.required = texts(value)
		case "description", "examples", "title":
		default:
			c.fail("no keyword %q", key)
		}
	}
}

// joined are the keywords that hold schemas of their own.
func (c *Compiler) joined(s *Shape, key string, value any) bool {
	switch key {
	case "items":
		s.items = c.shape(value)
	case "additionalProperties":
		s.others = c.shape(value)
	case "allOf", "anyOf":
		list, _ := value.([]any)
		var all []*Shape
		for _, one := range list {
			all = append(all, c.shape(one))
		}
		if key == "allOf" {
			s.all = all
		} else {
			s.any = all
		}
	default:
		return false
	}
	return true
}

// limit are the keywords that hold a number.
func (c *Compiler) limit(s *Shape, key string, value any) bool {
	at := map[string]**big.Rat{
		"minimum": &s.value.least, "maximum": &s.value.most, "minLength": &s.length.least, "maxLength": &s.length.most,
		"minItems": &s.count.least, "maxItems": &s.count.most, "minProperties": &s.members.least, "maxProperties": &s.members.most,
	}[key]
	if at == nil {
		return false
	}
	n, ok := value.(float64)
	if *at = new(big.Rat).SetFloat64(n); !ok {
		c.fail("%s is no number", key)
	}
	return true
}

// enum takes texts and truths.
func (c *Compiler) enum(value any) []any {
	list, _ := value.([]any)
	for _, one := range list {
		switch one.(type) {
		case string, bool:
		default:
			c.fail("enum has %v", one)
		}
	}
	return list
}

func texts(value any) []string {
	if one, ok := value.(string); ok {
		return []string{one}
	}
	var out []string
	list, _ := value.([]any)
	for _, one := range list {
		text, _ := one.(string)
		out = append(out, text)
	}
	return out
}
