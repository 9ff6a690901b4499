package program

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
)

// taking reads the notifications of an exchange.
func (w *writer) taking(x *plan.Exchange) []*Notice {
	w.sends = false
	var out []*Notice
	for i, f := range x.Calls {
		n := &Notice{Name: fmt.Sprintf("push%d", i+1), Asks: f.Asks()}
		if f.Answer != nil {
			w.sends = true
			n.Echo = w.answer(n.Name+"Echo", f.Answer)
			w.sends = false
		}
		n.Read = w.receiver(n.Name+"Read", f)
		n.Guard = w.guards(f)
		n.Later = w.laters(f)
		n.Bound = w.bound(f)
		if at := f.Named(); at >= 0 {
			n.Named = w.name(at)
		}
		out = append(out, n)
	}
	return out
}

// bound lists what is known beside a message only where the message does not say it.
func (w *writer) bound(f *plan.Form) []string {
	out := []string{"none"}
	w.f = f
	if f.Bound(plan.SlotInterface) {
		out = append(out, w.name(plan.SlotInterface))
	}
	return out
}

// laters are the conditions on values of a message that was read.
func (w *writer) laters(f *plan.Form) And {
	w.f = f
	var out And
	for i := range f.When {
		if c := &f.When[i]; c.Later || c.Learned {
			out = append(out, holds(Maybe{Name: w.name(c.Slot)}, c))
		}
	}
	return out
}

// guards are the rules on values of a notification: what counts once is noted last.
func (w *writer) guards(f *plan.Form) []Node {
	w.f, w.place = f, f.Place+".guards"
	var out []Node
	for pass := range 2 {
		for i := range f.Guards {
			g := &f.Guards[i]
			if (g.Kind == "once") != (pass == 1) || g.Effect {
				continue
			}
			told := call("refusing", Name(g.Refuse()), Func{Body: w.guard(g), Kind: "act"})
			if field := fieldOf(g); field != "" {
				told.Args = append(told.Args, Name(field))
			}
			out = append(out, told)
		}
	}
	return out
}

// fieldOf is the field that a refusal names: the place of a value that breaks a rule.
func fieldOf(g *plan.Guard) string {
	if g.At == nil || !slices.Contains(problem.Rules(), problem.Rule(g.Refuse())) {
		return ""
	}
	return refusal.Short(g.At.Said)
}

// taken is a rule on a value of a notification.
func (w *writer) taken(g *plan.Guard) Node {
	at := Name(w.name(g.Slot))
	switch {
	case g.Kind == "until" && g.After < 0:
		return on("until", at, w.time(g))
	case g.Kind == "since":
		return on("since", at, w.time(g), Big(g.Keep.Nanoseconds()))
	case g.Kind == "like":
		return on("fitsPattern", at, Pattern(g.Pattern))
	case g.Kind == "equal":
		return on("match", w.holes(g.Template), w.value(g.Slot), IsJSON(string(at)))
	case g.Kind == "once":
		return on("countsOnce", at, Int(w.f.Keeps(g).Milliseconds()), Name(g.Refuse()))
	}
	return w.lacks("a guard " + g.Kind)
}

// answering are the answers to notifications.
func (w *writer) answering(x *plan.Exchange) []*Answer {
	w.sends = true
	var out []*Answer
	for i, f := range x.Replies {
		out = append(out, w.answer(fmt.Sprintf("answer%d", i+1), f))
	}
	return out
}

// answer is one form of an answer: when it is given, and how it is written.
func (w *writer) answer(name string, f *plan.Form) *Answer {
	out := &Answer{Name: name, Write: w.sender(name+"Write", f), Seals: f.Seals}
	for i := range f.When {
		switch c := &f.When[i]; {
		case c.Code:
			out.Codes = append(out.Codes, Text(c.Glob))
		case c.Outcome != "":
			out.Outcomes = append(out.Outcomes, c.Outcome)
		}
	}
	for _, s := range f.Status {
		out.Status = append(out.Status, object("answerStatus", member("code", Name(s.Code)), member("status", Int(s.Status))))
	}
	out.Write.When = w.conditions(f)
	out.Success, out.Failure = w.constants(f.Success), w.constants(f.Failure)
	return out
}

// constants are what names hold by outcome.
func (w *writer) constants(list []plan.Constant) []Node {
	var out []Node
	for i := range list {
		c := &list[i]
		texts := List{Of: "text"}
		for _, t := range c.Texts {
			texts.Items = append(texts.Items, object("text", member("text", Bytes(t.B)), flag("json", t.JSON)))
		}
		out = append(out, object("constant", member("at", Name(w.name(c.Slot))), member("texts", texts), flag("builtin", c.Slot < plan.Builtins)))
	}
	return out
}
