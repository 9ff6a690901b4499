package mock

import (
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// agreed makes the checks of the answer that need no rows: members of an array that
// must agree in a field, and do not.
func agreed(i *spec.Interface, payload []byte) error {
	if i.Answer == nil {
		return nil
	}
	for _, c := range i.Answer.Checks {
		if c.Each == nil || len(c.Same) == 0 {
			continue
		}
		request, err := tree.Parse(payload)
		if err != nil {
			return problem.Wrap(problem.JSON, err)
		}
		for _, f := range c.Same {
			if differ(members(request, c.Each.Path), f.Name) {
				return &problem.Error{Code: c.Else, Field: f.DocPath}
			}
		}
	}
	return nil
}

// members are the objects of an array at a path.
func members(v *tree.Value, path string) []*tree.Value {
	for name := range strings.SplitSeq(path, "/") {
		if v = member(v, name); v == nil {
			return nil
		}
	}
	return v.Items
}

// member is a member of an object, nil where there is none.
func member(v *tree.Value, name string) *tree.Value {
	for _, m := range v.Members {
		if m.Name == name {
			return m.Value
		}
	}
	return nil
}

// differ reports whether objects have more than one value under a name.
func differ(list []*tree.Value, name string) bool {
	found := map[string]bool{}
	for _, one := range list {
		text := ""
		if v := member(one, name); v != nil && string(v.Scalar) != "null" {
			text, _ = v.Plain() // it was parsed
		}
		found[text] = true
	}
	return len(found) > 1
}
