package plan

import (
	"encoding/json"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// quoted warns of codes that are no JSON where a reply writes its code as JSON: they are
// sent in quotes, and so of another type than the others.
func (c *compiler) quoted(x *Exchange) {
	bare := slices.ContainsFunc(x.Replies, func(f *Form) bool {
		return slices.ContainsFunc(f.Items, func(it *Item) bool {
			one := SingleSteps(it.Expr)
			return it.Leaf && one != nil && one.Slot == SlotCode && slices.ContainsFunc(one.Steps, func(u *Use) bool { return u.Do.Name == "raw" })
		})
	})
	note := func(pos declare.Pos, place, code string) {
		if !slices.Contains(problem.Rules(), problem.Rule(code)) && !json.Valid([]byte(code)) {
			c.weak(pos, place, "the reply writes {code|raw}, a number, and "+code+" is none: it is sent in quotes",
				"write {code} in the reply where codes are texts, or name a number")
		}
	}
	for _, f := range x.Calls {
		if !bare {
			return
		}
		for _, it := range f.Items {
			if it.raised {
				note(it.pos, it.place+".else", it.Refuse)
			}
		}
		for i := range f.Guards {
			note(f.Guards[i].Pos, f.Place+".guards", f.Guards[i].Refuse())
		}
	}
}
