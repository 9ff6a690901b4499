package draft

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// IsList says whether an example is a list of objects that have the rows of the body: four
// of five of them.
func IsList(example string, fields []*Field) bool {
	value, ok := sample.Parse(example)
	list, is := value.([]any)
	if !ok || !is || len(list) == 0 {
		return false
	}
	first, is := list[0].(map[string]any)
	rows, found := 0, 0
	for _, f := range fields {
		if !f.InBody() || len(f.Path) != 1 {
			continue
		}
		if rows++; f.Path[0] == "" {
			return false
		}
		if _, there := first[f.Path[0]]; there {
			found++
		}
	}
	return is && rows > 0 && found*5 >= rows*4
}

// InBody says whether the row of a message is in its body.
func (f *Field) InBody() bool { return f.In == "" || f.In == "body" }

// InList is rows of which those of the body are in a list without a name.
func InList(fields []*Field, place string) []*Field {
	name := "list"
	for slices.ContainsFunc(fields, func(f *Field) bool { return f.Path[0] == name }) {
		name += "s"
	}
	all := &Field{Path: []string{name}, In: "whole", Type: "array", List: true, Parent: true, Required: wording.Yes, Place: fmt.Sprintf("%s, the example", place)}
	var out []*Field
	for _, f := range fields {
		if f.InBody() {
			f.Path = append([]string{name}, f.Path...)
		}
		out = append(out, f)
	}
	return append([]*Field{all}, out...)
}
