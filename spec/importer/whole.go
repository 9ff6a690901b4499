package importer

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// lists puts the rows of a body that is a list, as the example or the names of its rows show,
// into a row that is all of the body. Beside a frame it would have no place.
func (d *drafter) lists() {
	for _, i := range d.draft.Interfaces {
		if i.Callback {
			continue
		}
		for n, side := range []*[]*draft.Field{&i.Request, &i.Response} {
			if n == 0 && hasNoBody(i.Method) || n == 1 && d.draft.Frame != nil {
				continue
			}
			if isList(i.Example[n], *side) || slices.ContainsFunc(*side, func(f *draft.Field) bool { return f.Each && inBody(f) }) {
				*side = inList(*side, i.Place)
			}
		}
	}
}

func hasNoBody(method string) bool { return method == "GET" || method == "DELETE" }

// isList says whether an example is a list of objects that have the rows of the body: four
// of five of them.
func isList(example string, fields []*draft.Field) bool {
	value, ok := sample.Parse(example)
	list, is := value.([]any)
	if !ok || !is || len(list) == 0 {
		return false
	}
	first, is := list[0].(map[string]any)
	rows, found := 0, 0
	for _, f := range fields {
		if !inBody(f) || len(f.Path) != 1 {
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

func inBody(f *draft.Field) bool { return f.In == "" || f.In == "body" }

// inList is rows of which those of the body are in a list without a name.
func inList(fields []*draft.Field, place string) []*draft.Field {
	name := "list"
	for slices.ContainsFunc(fields, func(f *draft.Field) bool { return f.Path[0] == name }) {
		name += "s"
	}
	all := &draft.Field{Path: []string{name}, In: "whole", Type: "array", List: true, Parent: true, Required: wording.Yes, Place: fmt.Sprintf("%s, the example", place)}
	var out []*draft.Field
	for _, f := range fields {
		if inBody(f) {
			f.Path = append([]string{name}, f.Path...)
		}
		out = append(out, f)
	}
	return append([]*draft.Field{all}, out...)
}
