package dialect

import (
	"maps"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// habit is how a program writes a step wherever it has one: it calls a function of its
// own. other returns nil for steps of another sort.
type habit struct {
	name, fix string
	other     func(declare.Use, *plan.Use) *plan.Use
}

func habits() []habit {
	named := func(old, with string) func(declare.Use, *plan.Use) *plan.Use {
		return func(d declare.Use, u *plan.Use) *plan.Use {
			if d.Name != old {
				return nil
			}
			return found(u, with, d.Args, d.Named)
		}
	}
	unit := func(from, to string) func(declare.Use, *plan.Use) *plan.Use {
		return func(d declare.Use, u *plan.Use) *plan.Use {
			if !slices.Contains([]string{"first", "last", "skip", "length"}, d.Name) || d.Named["of"] != from {
				return nil
			}
			args := maps.Clone(d.Named)
			if delete(args, "of"); to != "" {
				args = map[string]string{"of": to}
			}
			return found(u, d.Name, d.Args, args)
		}
	}
	return []habit{
		{"hex in lower case", "write it in upper case, HEX", named("HEX", "hex")},
		{"HEX in upper case", "write it in lower case, hex", named("hex", "HEX")},
		{"base64 in place of hex", "write it in hex", named("hex", "base64")},
		{"base64 in place of HEX", "write it in HEX", named("HEX", "base64")},
		{"hex in place of base64", "write it in base64", named("base64", "hex")},
		{"counted in bytes, not in characters", "count characters", unit("characters", "")},
		{"counted in characters, not in bytes", "count bytes", unit("", "characters")},
	}
}

// together are the steps of one sort done otherwise, all at once.
func (h *hunt) together(pipes []*pipe) (out []change) {
	for _, one := range habits() {
		var edits []func(*draft) bool
		for _, p := range pipes {
			edits = append(edits, one.edits(p)...)
		}
		if len(edits) < 2 {
			continue
		}
		out = append(out, change{
			item: h.f.Op.Item, kind: "habit", place: "every step of its kind", name: one.name, fix: one.fix, rank: writer.Usual,
			edit: func(d *draft) bool {
				return !slices.ContainsFunc(edits, func(edit func(*draft) bool) bool { return !edit(d) })
			},
		})
	}
	return out
}

// edits do the steps of a pipe as a habit does.
func (a *habit) edits(p *pipe) (out []func(*draft) bool) {
	if p.alt > 0 {
		return nil
	}
	for i, u := range p.uses {
		d, err := declare.ParseUse(u.Src)
		if err != nil {
			continue
		}
		if other := a.other(d, u); other != nil {
			out = append(out, p.replace(i, i+1, other))
		}
	}
	return out
}
