// Package reference reads the schema of the language as a manual and as a map: which
// keys there are, where each may stand, what it means, what may be written, and which
// names of the document a value defines or refers to. explain, docs/language.md and
// the language server all speak from it.
package reference

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// Shape is what the schema says of one value of a file. The zero Shape knows nothing
// and lets everything pass.
type Shape struct {
	at    *yamltree.Value
	doc   string // what the schema says of the value where it stands
	place string // of a mapping with known keys: the name of its place
}

// Member is a key that a mapping may have.
type Member struct {
	Name     string
	Required bool
	Shape    Shape
}

// schema is the schema of the language with its order kept.
var schema = sync.OnceValue(func() *yamltree.Value {
	return yamltree.Parse(&spec.Collector{}, "language.schema.json", spec.LanguageSchema())
})

// Files lists the kinds of files, in the order in which a reader meets them.
func Files() []string {
	return []string{"system", "errors", "errata", "changelog", "ledger", "vectors", "origin", "enums", "table", "interface"}
}

// KindOf is the kind of a file, by its path inside the folder of its system:
// "table/customer.yaml" is a table.
func KindOf(name string) string {
	folder, file := path.Split(name)
	switch base := strings.TrimSuffix(file, ".yaml"); {
	case base == file:
		return ""
	case folder == "table/":
		return "table"
	case folder != "":
		return "interface"
	default:
		return base
	}
}

// File is the shape of a file of a kind.
func File(kind string) Shape { return definition(kind) }

// definition is a named part of the schema.
func definition(name string) Shape {
	at := schema().Get("definitions").Get(name)
	return Shape{at: at, doc: at.Str("description"), place: name}
}

// follow returns what a part of the schema refers to, with the part's own words.
func follow(at *yamltree.Value, place string) Shape {
	ref := at.Str("$ref")
	for _, part := range at.List("allOf") {
		if ref == "" {
			ref = part.Str("$ref")
		}
	}
	if name, ok := strings.CutPrefix(ref, "#/definitions/"); ok {
		s := definition(name)
		s.doc = cmp.Or(at.Str("description"), s.doc)
		return s
	}
	return Shape{at: at, doc: at.Str("description"), place: place}
}

// Place is the name of a mapping with known keys: "field", "system.limits".
func (s Shape) Place() string { return s.place }

// Doc is what the schema says of the value, where it stands.
func (s Shape) Doc() string { return s.doc }

// Keys lists the known keys of a mapping, in the order of the schema.
func (s Shape) Keys() []Member {
	var out []Member
	required := s.at.Strs("required")
	for _, m := range s.at.Each("properties") {
		one := Member{Name: m.Name, Shape: follow(m.Value, s.place+"."+m.Name)}
		for _, name := range required {
			one.Required = one.Required || name == m.Name
		}
		out = append(out, one)
	}
	return out
}

// Key is the shape of a key's value. A key that the schema does not list is one of
// the document's own names, where those may stand.
func (s Shape) Key(name string) Shape {
	if m := s.at.Get("properties").Get(name); m != nil {
		return follow(m, s.place+"."+name)
	}
	return s.Any()
}

// Knows reports whether the schema lists a key.
func (s Shape) Knows(name string) bool { return s.at.Get("properties").Get(name) != nil }

// Any is the shape of the values of a mapping whose keys are the document's names.
func (s Shape) Any() Shape {
	if free := s.at.Get("additionalProperties"); free != nil && free.Form == yamltree.Mapping {
		return follow(free, s.place)
	}
	return Shape{}
}

// Item is the shape of a list's members; a single value counts as a list of one.
func (s Shape) Item() Shape {
	if item := s.at.Get("items"); item != nil && item.Form == yamltree.Mapping {
		return follow(item, s.place)
	}
	return Shape{}
}

// Raw is the part of the schema, for keywords of our own: x-names and x-refers say
// which kind of name a value defines or refers to; x-names-keys and x-refers-keys say
// it of the keys of a mapping.
func (s Shape) Raw(keyword string) string { return s.at.Str(keyword) }

// Choices lists the values of which the schema allows one, then those that it shows
// as examples.
func (s Shape) Choices() []string {
	out := s.at.Strs("enum")
	if slices.Equal(s.at.Strs("type"), []string{"boolean"}) {
		out = append(out, "true", "false")
	}
	return append(out, s.at.Strs("examples")...)
}

// mapping reports whether the schema lists keys of the value, or of its members.
func (s Shape) mapping() bool { return len(s.at.Each("properties")) > 0 }

// Known reports whether the schema says anything of the value.
func (s Shape) Known() bool { return s.at != nil }
