package bind

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/spec"
)

// clashing finds members that have the name of one that the protocol writes beside them: no
// message has both, so none with that member could be sent.
func clashing(i *spec.Interface, forms []*plan.Form, fields spec.Fields, part string) spec.Findings {
	for _, f := range forms {
		if f.Answer != nil || refuses(f) || !f.Admits(naming(i)) {
			continue
		}
		for _, tree := range trees(f) {
			at := slices.IndexFunc(fields, func(one *spec.Field) bool {
				return (one.In == "" || one.In == "body") && besides(f, tree, one.Name)
			})
			if at < 0 {
				continue
			}
			return spec.Findings{spec.Finding{
				Pos: fields[at].Pos, ID: "JK0539", Message: fmt.Sprintf("%s is named like a member that the %s of the protocol writes beside the members of %s: no message has both", fields[at].Name, part, i.Cmd),
				Hint: "remove the row if it is that member; or give the payload a place of its own in the protocol",
			}}
		}
		if !slices.ContainsFunc(f.When, asksMore) {
			break // those behind it are for other interfaces
		}
	}
	return nil
}

// trees are all that a form writes members into.
func trees(f *plan.Form) []*plan.Node {
	out := []*plan.Node{f.Query, f.Body}
	for _, it := range f.Items {
		if it.Expr != nil {
			out = append(out, it.Expr.Tree)
		}
	}
	return slices.DeleteFunc(out, func(n *plan.Node) bool { return n == nil })
}

// besides reports whether a name is one beside the members of the payload, in a tree or
// somewhere below.
func besides(f *plan.Form, tree *plan.Node, name string) bool {
	asIs, composed := spread(f, tree)
	return slices.ContainsFunc(tree.Children, func(child *plan.Node) bool {
		return (asIs || composed) && !child.Rest && child.Literal == name || besides(f, child, name)
	})
}
