package sample

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Beside is the path in a message of the row that a condition of f, which is at path
// there, names.
func Beside(f *spec.Field, path, name string) string {
	levels, own := spec.Outward(name)
	parts := strings.Split(path, "/")
	parts = parts[:len(parts)-1]
	for up := f.Parent; levels > 0 && up != nil && len(parts) > 0; up, levels = up.Parent, levels-1 {
		if up.Type == spec.Array || up.Type == spec.Map {
			parts = parts[:len(parts)-1] // the member
		}
		parts = parts[:max(0, len(parts)-1)]
	}
	return strings.Join(append(parts, own), "/")
}
