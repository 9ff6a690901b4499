package sample

import (
	"strconv"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// Ends are the ends of the paths of the objects in a value of a field.
func Ends(f *spec.Field, v *tree.Value) (out []string) {
	switch f.Type {
	case spec.Array:
		for n := range v.Items {
			out = append(out, strconv.Itoa(n))
		}
	case spec.Map:
		for _, m := range v.Members {
			out = append(out, m.Name)
		}
	default:
		out = append(out, "")
	}
	return out
}
