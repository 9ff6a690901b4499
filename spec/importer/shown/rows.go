package shown

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
)

// Named leaves out rows whose names are in Chinese, unless the example has members of
// these names: others are headings and remarks.
func Named(list []*draft.Field, shape *sample.Shape) {
	for _, f := range list {
		if slices.ContainsFunc(f.Path, func(name string) bool {
			return name != "" && naming.HanName(name) == name && (shape == nil || !shape.Has(name))
		}) {
			f.Dropped = "the row has no name of a field"
		}
	}
}

// Types gives the rows of a body that have no type the one that the example shows.
func Types(list []*draft.Field, shape *sample.Shape) {
	if shape == nil {
		return
	}
	var body []*draft.Field
	var paths [][]string
	for _, f := range list {
		if f.Path[0] != "" && (f.In == "" || f.In == "body") {
			body, paths = append(body, f), append(paths, f.Path)
		}
	}
	for n, kind := range shape.Kinds(paths) {
		if f := body[n]; f.Type == "" && f.Shown == "" && kind != "string" {
			f.Shown, f.List = kind, f.List || kind == "array"
		}
	}
}
