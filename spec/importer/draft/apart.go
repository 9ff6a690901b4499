package draft

import "slices"

// NameApart gives rows of one name in several places of a message keys of their own: the one in the body
// keeps its name.
func NameApart(list []*Field) {
	taken := map[string]bool{}
	var outside []*Field
	for _, f := range list {
		switch {
		case len(f.Path) > 1, f.Dropped != "":
		case slices.Contains([]string{"header", "path", "query", "cookie"}, f.In):
			outside = append(outside, f)
		default:
			taken[f.Name()] = true
		}
	}
	for _, f := range outside {
		if taken[f.Name()] {
			f.Called = f.Name() + "_" + f.In
		}
		for f.Called != "" && taken[f.Called] {
			f.Called += "_"
		}
		taken[f.RowKey()] = true
	}
}
