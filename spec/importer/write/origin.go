package write

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
)

// maxPlaces is of how many rows origin.yaml has the places: a file of YAML has a limit.
// Of larger documents it has those of the interfaces.
const maxPlaces = 10_000

// rowCount is the number of rows of all interfaces.
func rowCount(d *draft.Draft) int {
	n := 0
	for _, i := range d.Interfaces {
		n += len(i.Request) + len(i.Response)
	}
	return n
}

// origin is where each row is in the document.
func origin(d *draft.Draft, rows bool) *yaml.Node {
	all := block()
	for _, i := range d.Interfaces {
		one := flow("at", text(i.Place))
		for n, fields := range [][]*draft.Field{i.Request, i.Response} {
			if list := places(fields); rows && len(list.Content) > 0 {
				put(one, []string{"request", "response"}[n], list)
				one.Style = 0
			}
		}
		put(all, i.Cmd, one)
	}
	m := block()
	put(m, "origin", all)
	return m
}

// places are the places of fields by their paths.
func places(fields []*draft.Field) *yaml.Node {
	rows, seen := block(), map[string]bool{}
	for _, f := range fields {
		if path := strings.Join(append(slices.Clone(f.Path[:len(f.Path)-1]), f.RowKey()), "/"); f.Path[0] != "" && f.Dropped == "" && !seen[path] {
			seen[path] = true
			put(rows, path, text(f.Place))
		}
	}
	return rows
}
