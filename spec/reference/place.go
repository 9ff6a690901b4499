package reference

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Place is a mapping of the language with known keys: a file, a row, a step.
type Place struct {
	Name string   // "field", "answer.check"
	Doc  string   // what it is
	In   []string // the keys that hold it: "interface.request"; a file when empty
	Keys []Key    // in the order of the schema
}

// Key is one key at one place.
type Key struct {
	Place    string // the mapping that has it
	Name     string
	Doc      string // what it means
	Values   string // what may be written
	Default  string // "" when there is none
	Required bool
	Holds    string // the place of its value, when that is a mapping with known keys
	Example  string // from YAML that check accepts
}

// Path is the key with its place: "field.required".
func (k Key) Path() string { return k.Place + "." + k.Name }

// Places lists every place, files first, each before what it holds.
var Places = sync.OnceValue(func() []Place {
	w := &walker{seen: map[string]int{}}
	for _, kind := range Files() {
		w.visit(File(kind), "")
	}
	w.share()
	return w.places
})

// share gives a key without an example that of its twin: a key of the same name and
// words at another place, as a step of an answer has those of the answer.
func (w *walker) share() {
	twins := map[[2]string]string{}
	for _, p := range w.places {
		for _, k := range p.Keys {
			if k.Example != "" {
				twins[[2]string{k.Name, k.Doc}] = k.Example
			}
		}
	}
	for _, p := range w.places {
		for i, k := range p.Keys {
			p.Keys[i].Example = cmp.Or(k.Example, twins[[2]string{k.Name, k.Doc}])
		}
	}
}

// walker finds the places of the schema.
type walker struct {
	places []Place
	seen   map[string]int // their index, by name
}

// visit enters a shape that a key holds, and all that it holds.
func (w *walker) visit(s Shape, holder string) {
	if !s.mapping() {
		for _, inner := range []Shape{s.Item(), s.Any()} {
			if inner.at != nil {
				w.visit(inner, holder)
			}
		}
		return
	}
	i, old := w.seen[s.place]
	if !old {
		i = len(w.places)
		w.seen[s.place] = i
		w.places = append(w.places, Place{Name: s.place, Doc: s.at.Str("description")})
	}
	if holder != "" && !slices.Contains(w.places[i].In, holder) {
		w.places[i].In = append(w.places[i].In, holder)
	}
	if old {
		return
	}
	for _, m := range s.Keys() {
		key := Key{
			Place: s.place, Name: m.Name, Doc: m.Shape.doc, Values: m.Shape.values(), Required: m.Required,
			Default: m.Shape.fallback(), Holds: m.Shape.holds(),
		}
		key.Example = examples()[key.Path()].text
		w.places[i].Keys = append(w.places[i].Keys, key)
		w.visit(m.Shape, key.Path())
	}
	if free := s.Any(); free.at != nil {
		w.visit(free, s.place)
	}
}

// holds is the place of the value, or of its members.
func (s Shape) holds() string {
	for _, one := range []Shape{s, s.Item(), s.Any(), s.Item().Any(), s.Any().Any(), s.Any().Item()} {
		if one.mapping() {
			return one.place
		}
	}
	return ""
}

// fallback is the value of a key that is not there: the keyword default of the
// schema, or what its words say behind "default".
func (s Shape) fallback() string {
	if said := s.at.Str("default"); said != "" {
		return said
	}
	_, said, found := strings.Cut(strings.ReplaceAll(s.doc, "Default", "default"), "default")
	if !found {
		return ""
	}
	said = strings.TrimLeft(said, ": ")
	if end := strings.IndexAny(said, ";,"); end >= 0 {
		said = said[:end]
	}
	if end := strings.Index(said, ". "); end >= 0 {
		said = said[:end]
	}
	return strings.TrimSuffix(said, ".")
}

// kinds are the words for JSON types.
var kinds = map[string]string{
	"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false", "array": "list", "object": "mapping",
	"null": "nothing",
}

// values says in words what may be written.
func (s Shape) values() string {
	if choices := s.at.Strs("enum"); len(choices) > 0 {
		return strings.Join(choices, ", ")
	}
	var words []string
	for _, t := range s.at.Strs("type") {
		words = append(words, kinds[t])
	}
	if len(words) == 3 && words[0] == "text" && words[1] == "number" && words[2] == "true or false" {
		words = []string{"text"}
	}
	out := strings.Join(words, ", or a ")
	switch least, most := s.at.Str("minimum"), s.at.Str("maximum"); {
	case least != "" && most != "":
		out += fmt.Sprintf(", %s to %s", least, most)
	case least != "":
		out += ", at least " + least
	}
	return out
}

// Find returns the keys of a name: "required" wherever it stands, "field.required"
// at one place.
func Find(name string) []Key {
	var out []Key
	for _, p := range Places() {
		for _, k := range p.Keys {
			if k.Name == name || k.Path() == name {
				out = append(out, k)
			}
		}
	}
	return out
}
