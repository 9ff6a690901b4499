package foresight

import (
	"strconv"

	"github.com/jiekou-dev/jiekou/runtime/tree"
)

// most is how many values of one foresight may differ from another one that stands for it.
const most = 12

// Book has what the cases of one interface lead to, each written down once.
type Book struct {
	ids    []string
	leaves []map[string]*tree.Value
	paths  [][]string
}

// mostBases bounds how many others one is compared with.
const mostBases = 6

// Write writes down what a case leads to: as a difference to an earlier case where that is
// shorter.
func (b *Book) Write(id string, whole *tree.Value) *Foresight {
	leaves := map[string]*tree.Value{}
	paths := flatten("", whole, leaves, nil)
	var best *Foresight
	for n, other := range b.leaves {
		f := &Foresight{Like: b.ids[n]}
		for _, p := range b.paths[n] {
			if leaves[p] == nil {
				f.Drop = append(f.Drop, p)
			}
		}
		for _, p := range paths {
			if o := other[p]; o == nil || o.String() != leaves[p].String() {
				f.Set = append(f.Set, At{p, leaves[p]})
			}
		}
		if size := len(f.Set) + len(f.Drop); size <= most && (best == nil || size < len(best.Set)+len(best.Drop)) {
			best = f
		}
	}
	if best != nil {
		return best
	}
	if len(b.ids) < mostBases {
		b.ids, b.leaves, b.paths = append(b.ids, id), append(b.leaves, leaves), append(b.paths, paths)
	}
	return &Foresight{Whole: whole}
}

// flatten lists the leaves of a value by their paths, in order.
func flatten(path string, v *tree.Value, into map[string]*tree.Value, paths []string) []string {
	below := func(name string) string {
		if path == "" {
			return name
		}
		return path + "/" + name
	}
	switch {
	case len(v.Members) > 0:
		for _, m := range v.Members {
			paths = flatten(below(m.Name), m.Value, into, paths)
		}
	case len(v.Items) > 0:
		for n, item := range v.Items {
			paths = flatten(below(strconv.Itoa(n)), item, into, paths)
		}
	default:
		into[path] = v
		paths = append(paths, path)
	}
	return paths
}
