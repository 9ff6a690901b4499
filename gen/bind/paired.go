package bind

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/spec"
)

// paired finds members that pairs of a message carry in a way that its reader does not
// take: a pair has one text, so what is nested needs names of its own or is JSON as text.
func paired(i *spec.Interface, forms []*plan.Form, fields spec.Fields, part string) spec.Findings {
	asIs, composed := false, false
	for _, f := range forms {
		if f.Answer != nil || refuses(f) || !f.Admits(naming(i)) {
			continue
		}
		for _, tree := range pairs(f) {
			bare, flat := spread(f, tree)
			asIs, composed = asIs || bare, composed || flat
		}
		if !slices.ContainsFunc(f.When, asksMore) {
			break // those behind it are for other interfaces
		}
	}
	for _, f := range fields {
		switch {
		case !f.IsNested() || f.IsPacked():
		case asIs && (f.In == "" || f.In == "body"):
			return spec.Findings{spec.Finding{
				Pos: f.Pos, ID: "JK0539", Message: fmt.Sprintf("%s is nested, and the %s of %s has the members as pairs, of one text each: nobody could read it", f.Name, part, i.Cmd),
				Hint: `write "*": "{payload|flat .}" in ` + part + ` of the protocol, which makes pairs such as ` + pairName(f) + `; or add as: text, and it is JSON as text`,
			}}
		case composed && f.In == "form":
			return spec.Findings{spec.Finding{
				Pos: f.Pos, ID: "JK0539", Message: fmt.Sprintf("%s is nested, and the protocol writes it as several pairs; body: form looks for one", f.Name),
				Hint: "remove body: form: the protocol says what the body of " + i.Cmd + " is",
			}}
		}
	}
	return nil
}

// pairName is the name of a pair of a nested member.
func pairName(f *spec.Field) string {
	name := f.Name
	switch f.Type {
	case spec.Array:
		name += ".0"
	case spec.Map:
		name += ".key"
	}
	if len(f.Fields) > 0 {
		name += "." + f.Fields[0].Name
	}
	return name
}

// naming tells a form which interface it is asked about.
func naming(i *spec.Interface) func(slot int, pattern string) bool {
	return func(slot int, pattern string) bool {
		if slot == plan.SlotInterface {
			return message.Glob(pattern, i.Cmd)
		}
		return message.Glob(pattern, i.FrameName)
	}
}

// refuses reports whether a reply is one of a refusal, which has no payload.
func refuses(f *plan.Form) bool {
	return slices.ContainsFunc(f.When, func(w plan.Condition) bool { return w.Outcome == "failure" || w.Outcome == "unknown" })
}

// asksMore reports whether a condition asks for something else than the interface, its
// frame and success.
func asksMore(w plan.Condition) bool {
	named := w.Part == nil && w.Set && !w.Later && (w.Slot == plan.SlotInterface || w.Slot == plan.SlotFrame)
	return !named && w.Outcome != "success"
}

// pairs are the trees of a form that are written as pairs.
func pairs(f *plan.Form) (out []*plan.Node) {
	if out = append(out, f.Query); f.Decl.Carriage == "form" || f.Decl.Carriage == "multipart" {
		out = append(out, f.Body)
	}
	for _, it := range f.Items {
		if it.Expr != nil && it.Expr.Tree != nil && it.Expr.Pair != nil {
			out = append(out, it.Expr.Tree)
		}
	}
	return slices.DeleteFunc(out, func(n *plan.Node) bool { return n == nil })
}

// spread reports whether the members of the payload are among the children of a tree, as
// they are or with the names of nested ones composed.
func spread(f *plan.Form, tree *plan.Node) (asIs, composed bool) {
	for _, child := range tree.Children {
		if !child.Rest {
			continue
		}
		flat := false
		for it := child.Leaf; it != nil && it.Expr != nil; {
			one := plan.SingleSteps(it.Expr)
			if one == nil {
				break
			}
			flat = flat || slices.ContainsFunc(slices.Concat(one.Steps, it.Expr.Steps), func(u *plan.Use) bool { return strings.HasPrefix(u.Src, "flat ") })
			if one.Slot == plan.SlotPayload {
				return asIs || !flat, composed || flat
			}
			it = f.Infos[one.Slot].Item
		}
	}
	return asIs, composed
}
