package sample

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// Shape is where the members of an example are: their paths, lists left out.
type Shape struct {
	paths map[string]bool   // joined
	holds map[string]bool   // the paths of those that have members
	kinds map[string]string // of the values of JSON: string, number, bool, object, array; empty where they differ
}

const joint = "\x00"

// ShapeOf reads an example in JSON or XML; nil where it is neither.
func ShapeOf(text string) *Shape {
	s := &Shape{map[string]bool{}, map[string]bool{}, map[string]string{}}
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "<") {
		return s.xml(text)
	}
	value, ok := Parse(text)
	if !ok {
		return nil
	}
	s.json(value, nil)
	return s
}

// Top are the members of the first level; those of no shape are none.
func (s *Shape) Top() (out []string) {
	if s == nil {
		return nil
	}
	for path := range s.paths {
		if !strings.Contains(path, joint) {
			out = append(out, path)
		}
	}
	return out
}

// json reads a value of JSON.
func (s *Shape) json(value any, path []string) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			s.json(item, path)
		}
	case map[string]any:
		for name, inner := range v {
			s.add(append(slices.Clone(path), name))
			s.kind(append(slices.Clone(path), name), inner)
			s.json(inner, append(slices.Clone(path), name))
		}
	case string: // JSON may be a text in JSON
		if inner, ok := Parse(v); ok && strings.HasPrefix(strings.TrimLeft(v, " ["), "{") {
			s.json(inner, path)
		}
	}
}

// kind notes what a value of JSON is.
func (s *Shape) kind(path []string, value any) {
	kind := ""
	switch value.(type) {
	case nil:
		return
	case string:
		kind = "string"
	case float64:
		kind = "number"
	case bool:
		kind = "bool"
	case map[string]any:
		kind = "object"
	case []any:
		kind = "array"
	}
	at := strings.Join(path, joint)
	if before, ok := s.kinds[at]; ok && before != kind {
		kind = ""
	}
	s.kinds[at] = kind
}

// Kinds are what the example has at the paths of rows: string, number, bool, object or
// array; empty where it does not say.
func (s *Shape) Kinds(paths [][]string) []string {
	out := make([]string, len(paths))
	var names []string
	for _, path := range paths {
		names = append(names, path[0])
	}
	root, ok := s.root(names)
	for i, path := range paths {
		if ok {
			out[i] = s.kinds[strings.Join(slices.Concat(root, path), joint)]
		}
	}
	return out
}

// xml reads a document of XML; nil where it does not end.
func (s *Shape) xml(text string) *Shape {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.CharsetReader = false, asRead
	var path []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && len(path) == 0 && len(s.paths) > 0 {
			return s
		}
		if err != nil {
			return nil
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(path) > 32 {
				return nil
			}
			path = append(path, t.Name.Local)
			s.add(path)
		case xml.EndElement:
			path = path[:max(len(path)-1, 0)]
		}
	}
}

// add notes a member, and that what is around it holds some.
func (s *Shape) add(path []string) {
	s.paths[strings.Join(path, joint)] = true
	s.holds[strings.Join(path[:len(path)-1], joint)] = true
}

// Nest says where the rows of a table without levels are, which name the members in the
// order of the example: each below the last row that holds it. It is nil where the example
// does not say so of every row that it has, or where nothing is below anything.
func (s *Shape) Nest(names []string) [][]string {
	root, ok := s.root(names)
	if !ok {
		return nil
	}
	out := make([][]string, len(names))
	inside, nested, taken := root, false, map[string]bool{}
	for i, name := range names {
		at := s.below(inside, root, name)
		if at == nil { // the example does not have it: it is beside the row before
			out[i] = append(slices.Clone(inside[len(root):]), name)
			if s.Has(name) {
				return nil
			}
			continue
		}
		if inside = at[:len(at)-1]; taken[strings.Join(at, joint)] {
			return nil
		}
		taken[strings.Join(at, joint)] = true
		out[i] = at[len(root):]
		nested = nested || len(out[i]) > 1
		if s.holds[strings.Join(at, joint)] {
			inside = at
		}
	}
	if !nested {
		return nil
	}
	return out
}

// below is the path of a name inside of a member, or of one that is around it.
func (s *Shape) below(inside, root []string, name string) []string {
	for n := len(inside); n >= len(root); n-- {
		if at := append(slices.Clone(inside[:n]), name); s.paths[strings.Join(at, joint)] {
			return at
		}
	}
	return nil
}

// Has says whether the example has a member of a name anywhere.
func (s *Shape) Has(name string) bool {
	for path := range s.paths {
		if path == name || strings.HasSuffix(path, joint+name) {
			return true
		}
	}
	return false
}

// Holder is the path of what holds members of all these names, the highest there is, and
// its kind; ok is false where the example has none, or several as high.
func (s *Shape) Holder(names []string) (path []string, kind string, ok bool) {
	best := -1
	for at := range s.holds {
		var inside []string
		if at != "" {
			inside = strings.Split(at, joint)
		}
		if slices.ContainsFunc(names, func(name string) bool { return !s.paths[strings.Join(append(slices.Clone(inside), name), joint)] }) {
			continue
		}
		switch {
		case best < 0 || len(inside) < best:
			best, path, ok = len(inside), inside, true
		case len(inside) == best:
			ok = false
		}
	}
	return path, s.kinds[strings.Join(path, joint)], ok
}

// Around is the path of what is around the rows of the given names, and its kind.
func (s *Shape) Around(names []string) (kind string, path []string) {
	path, _ = s.root(names)
	return s.kinds[strings.Join(path, joint)], path
}

// root is around the first row that the example has: the highest place of its name.
func (s *Shape) root(names []string) ([]string, bool) {
	for _, name := range names {
		best := ""
		for path := range s.paths {
			if path != name && !strings.HasSuffix(path, joint+name) {
				continue
			}
			if deep, least := strings.Count(path, joint), strings.Count(best, joint); best == "" || deep < least || deep == least && path < best {
				best = path
			}
		}
		if best != "" {
			at := strings.Split(best, joint)
			return at[:len(at)-1], true
		}
	}
	return nil, false
}
