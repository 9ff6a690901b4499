// Package doubt looks at a compiled protocol for what works and is probably not meant,
// beyond what the compiler meets on its way: an HTTP status that says what holds without it,
// refusals that are null, that cannot be written or that have a code of another type, replies of success that nothing tells or
// that lack their code, a signature without a time that counts once.
package doubt

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Of lists the doubts about a protocol.
func Of(p *protocol.Protocol) (out declare.Problems) {
	for _, x := range []*protocol.Exchange{p.Call, p.Push} {
		if x == nil {
			continue
		}
		out = append(append(append(out, unread(x)...), untold(x)...), quoted(x)...)
		for _, f := range x.Calls {
			out = append(out, alike(f)...)
		}
		for _, f := range x.Replies {
			out = append(append(out, star(f)...), uncoded(f)...)
			if f.Decl.Carriage == "json" && f.Body != nil && !succeeds(f) {
				out = append(out, null(f, f.Body)...)
			}
		}
	}
	return out
}

func weak(pos declare.Pos, place, text, mend string) declare.Problem {
	return declare.Problem{Pos: pos, Place: place, Text: text, Mend: mend, Weak: true}
}

// succeeds reports whether a reply is one of success alone.
func succeeds(f *plan.Form) bool {
	return slices.ContainsFunc(f.When, func(w plan.Condition) bool { return w.Outcome == "success" })
}

// untold finds replies that nobody can tell from each other: neither a constant nor a variant
// nor the status says which are those of success.
func untold(x *protocol.Exchange) declare.Problems {
	for _, f := range x.Replies {
		outcome := slices.ContainsFunc(f.When, func(w plan.Condition) bool { return w.Outcome == "success" || w.Outcome == "failure" })
		if len(f.Success) > 0 || outcome || len(f.Status) > 1 {
			return nil
		}
	}
	if len(x.Replies) == 0 {
		return nil
	}
	f := x.Replies[len(x.Replies)-1]
	return declare.Problems{weak(f.Decl.Pos, f.Place, "nothing tells a reply of success from a refusal",
		`write success: {code: "0"}, variants with when: failure, or status: {success: 200, "*": 400}`)}
}

// quoted finds codes that are no JSON where a reply writes its code as JSON: they are sent in
// quotes, and so of another type than the others.
func quoted(x *protocol.Exchange) (out declare.Problems) {
	bare := slices.ContainsFunc(x.Replies, func(f *plan.Form) bool {
		return slices.ContainsFunc(f.Items, func(it *plan.Item) bool {
			one := plan.SingleSteps(it.Expr)
			return it.Leaf && one != nil && one.Slot == plan.SlotCode && slices.ContainsFunc(one.Steps, func(u *plan.Use) bool { return u.Do.Name == "raw" })
		})
	})
	note := func(pos declare.Pos, place, code string) {
		if code != "" && !slices.Contains(problem.Rules(), problem.Rule(code)) && !json.Valid([]byte(code)) {
			out = append(out, weak(pos, place, "the reply writes {code|raw}, a number, and "+code+" is none: it is sent in quotes",
				"write {code} in the reply where codes are texts, or name a number"))
		}
	}
	for _, f := range x.Calls {
		if !bare {
			return nil
		}
		for _, v := range f.Decl.Values {
			note(v.Pos, f.Place+".values."+v.Name+".else", v.Else)
		}
		for i := range f.Guards {
			note(f.Guards[i].Pos, f.Place+".guards", f.Guards[i].Refuse())
		}
	}
	return out
}

// uncoded finds a reply of success that writes a code which nothing says: it is empty.
func uncoded(f *plan.Form) declare.Problems {
	refuses := slices.ContainsFunc(f.When, func(w plan.Condition) bool { return w.Outcome == "failure" || w.Outcome == "unknown" })
	if refuses || f.Refuses || slices.ContainsFunc(f.Success, func(c plan.Constant) bool { return c.Slot == plan.SlotCode }) {
		return nil
	}
	for _, it := range f.Items {
		if it.Leaf && !it.Optional && f.Stands(it) && f.Sources(it.Expr)[plan.SlotCode] {
			return declare.Problems{weak(f.Decl.Pos, f.Place, "a reply of success has {code} in "+f.Written(it)+", and nothing says which code that is",
				`say it: success: {code: "0"}; or have it in a variant with when: failure alone`)}
		}
	}
	return nil
}

// unread finds refusals that are encrypted with a value of the message that is answered,
// where there is no reply to one that is refused before the value is read.
func unread(x *protocol.Exchange) declare.Problems {
	if slices.ContainsFunc(x.Replies, (*plan.Form).ForUnknown) {
		return nil
	}
	for _, f := range x.Replies {
		for at, i := range f.Infos {
			if _, call := f.OfCall(at); call && !succeeds(f) && encrypts(f, at) {
				return declare.Problems{weak(f.Decl.Pos, f.Place, fmt.Sprintf("a message that is refused before {%s} is read gets no answer: this one is encrypted with it", i.Name),
					`add a variant without it: {when: unknown, header: {}, json: {code: "{code}"}}; text: "" for no body`)}
			}
		}
	}
	return nil
}

// alike finds a signature that counts once in messages that have no time, nonce or id: a
// second message that says the same is taken for the first.
func alike(f *plan.Form) (out declare.Problems) {
	for i := range f.Guards {
		g := &f.Guards[i]
		it := f.Infos[g.Slot].Item
		if g.Kind != "once" || it == nil || it.Leaf || it.Send || it.Expr == nil || varies(f, it) || slices.ContainsFunc(it.Expr.Steps, salted) {
			continue
		}
		out = append(out, weak(g.Pos, f.Place, fmt.Sprintf("{%s} is the same in two messages that say the same, and the second counts as sent twice", g.Value),
			`put a time or a nonce into the message and into what is signed: nonce: {send: "{random|letters 32}"}`))
	}
	return out
}

// varies reports whether a value is made of something that the sender of a message makes anew, or gives.
func varies(f *plan.Form, once *plan.Item) bool {
	sources := f.Sources(once.Expr)
	return sources[plan.SlotNow] || sources[plan.SlotRandom] || sources[plan.SlotID] || slices.ContainsFunc(f.Items, func(it *plan.Item) bool {
		issued := func(g plan.Guard) bool { return g.Kind == "issued" && g.Slot == it.Slot }
		return it.Send && it != once && sources[it.Slot] && it.Expr != nil && len(it.Expr.Pieces) == 0 && !slices.ContainsFunc(f.Guards, issued)
	})
}

// salted reports whether a step makes another text each time.
func salted(u *plan.Use) bool {
	name, _, _ := strings.Cut(u.Do.Name, " ")
	return name == "sm2" || strings.HasPrefix(name, "ecdsa-") || strings.HasPrefix(name, "rsa-pss-") || u.Do.Undo != nil && u.Do.Key != step.NoKey
}

// encrypts reports whether something that a form has is encrypted with a slot.
func encrypts(f *plan.Form, key int) bool {
	return slices.ContainsFunc(f.Items, func(it *plan.Item) bool {
		return it.Expr != nil && (it.Into != nil || f.Uses(it.Slot)) &&
			slices.ContainsFunc(it.Expr.Steps, func(u *plan.Use) bool { return u.Do.Undo != nil && u.Key == key })
	})
}

// star finds a status for all other outcomes that they have anyway.
func star(f *plan.Form) declare.Problems {
	same := func(s declare.Status) bool { return s.Status == 200 && !s.Class && len(s.Others) == 0 }
	for _, s := range f.Status {
		if s.Code == "success" && !same(s) {
			return nil // without the star, a reply of that status is not known to be a refusal
		}
	}
	for _, s := range f.Status {
		if s.Code == "*" && same(s) {
			return declare.Problems{weak(s.Pos, f.Place+".status", "the star says nothing: an outcome without a status is sent with 200", "leave it out, or write the status that the document has for refusals")}
		}
	}
	return nil
}

// null finds members of a refusal that are null, where {payload} alone would be {}.
func null(f *plan.Form, n *plan.Node) (out declare.Problems) {
	for _, child := range n.Children {
		it := child.Leaf
		if it == nil || child.Optional || it.Expr == nil || len(it.Expr.Pieces) != 1 || it.Expr.Pieces[0].Slot != plan.SlotPayload {
			out = append(out, null(f, child)...)
			continue
		}
		steps := append(slices.Clone(it.Expr.Pieces[0].Steps), it.Expr.Steps...)
		if len(steps) > 0 && !slices.ContainsFunc(steps, func(u *plan.Use) bool { return u.Src != "canonical" && u.Src != "compact" }) {
			out = append(out, weak(f.Decl.Pos, f.Place, fmt.Sprintf("a refusal has no payload, and %s is null there", f.Written(it)),
				"write "+strconv.Quote(child.Literal+"?")+", which is left out, or a variant with when: failure"))
		}
	}
	return out
}
