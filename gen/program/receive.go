package program

import (
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// receiver reads a form.
func (w *writer) receiver(name string, f *plan.Form) *Reader {
	w.f, w.place = f, f.Place
	out := &Reader{Name: name, Place: f.Place, Proves: f.Proves, Verdict: !w.pushes}
	add := func(n Node) { out.Read = append(out.Read, n) }
	out.When = w.conditions(f)
	w.place = f.Place
	if len(f.Status) > 0 && len(outcomes(f)) > 0 {
		add(on("fitStatus", Part{name, "status"}, Part{name, "outcomes"}))
	}
	if f.Empty {
		add(on("isEmpty"))
	}
	if f.Header != nil {
		add(on("readHeaders", w.node(f.Header)))
	}
	if f.Query != nil {
		add(on("readTree", Part{name, "query"}, call("parsePairs", Value("query"))))
	}
	if f.Body != nil {
		parse := map[string]string{"json": "parseJSON", "xml": "parseXML", "form": "parsePairs"}[f.Decl.Carriage]
		if parse == "" {
			w.lacks("a multipart body")
		}
		add(on("readTree", Part{name, "body"}, call(parse, Value("body"))))
	}
	for i := range f.Receive {
		if line := w.refused(&f.Receive[i]); line != nil {
			out.Prove = append(out.Prove, line)
		}
	}
	for i := range f.Guards {
		if w.pushes {
			break // they are asked behind all of it
		}
		out.Prove = append(out.Prove, w.guard(&f.Guards[i]))
	}
	w.place = f.Place
	out.Form = w.form(f)
	return out
}

// refused is the line of one operation; of a notification with the code of its refusal.
func (w *writer) refused(o *plan.Op) Node {
	line := w.receive(o)
	if w.explains {
		return w.attempt(o, line)
	}
	if !w.pushes || line == nil || o.Item == nil || o.Item.Refuse == "" {
		return line
	}
	return call("refusing", Name(o.Item.Refuse), Func{Body: line, Kind: "act"})
}

// receive is the line of one operation.
func (w *writer) receive(o *plan.Op) Node {
	f := w.f
	if o.Item != nil {
		w.place = f.Place + "." + f.Written(o.Item)
	}
	at := Name(w.name(o.Slot))
	switch o.Kind {
	case plan.OpCompute:
		return w.compute(o)[0]
	case plan.OpMatch:
		return on("place", at, w.holes(o.Expr.Pieces))
	case plan.OpCompare:
		return w.compare(o)
	case plan.OpVerify:
		checks := List{Of: "check"}
		for _, e := range append([]*plan.Expr{o.Expr}, o.Item.Accept...) {
			if n := plan.Verifies(e); n >= 0 {
				checks.Items = append(checks.Items, w.check(e, n))
			}
		}
		return on("verify", at, checks)
	case plan.OpUndo:
		return w.undo(o)
	case plan.OpInto:
		return on("set", at, w.template(o.Item.Into))
	case plan.OpClock:
		return on("set", Name("now"), w.time(o.G))
	case plan.OpPart:
		return w.part(o)
	case plan.OpCall:
		return w.ofCall(o)
	}
	return nil
}

// compare is the line that compares a value with what we make.
func (w *writer) compare(o *plan.Op) Node {
	forms := List{Of: "again"}
	for _, e := range append([]*plan.Expr{o.Expr}, o.Item.Accept...) {
		forms.Items = append(forms.Items, Again{
			Make: Func{Body: w.expr(e), Kind: "again"},
			Fold: slices.ContainsFunc(e.Steps, func(u *plan.Use) bool { return u.Do.Fold }),
		})
	}
	if w.explains {
		return on("compared", Name(w.name(o.Slot)), Flag(o.Lax), forms)
	}
	return on("compare", Name(w.name(o.Slot)), Flag(o.Lax), forms)
}

// check is the function that verifies a signature; at is its step.
func (w *writer) check(e *plan.Expr, at int) Node {
	var sig Node = Param("sig")
	for i := len(e.Steps) - 1; i > at; i-- {
		sig = w.unapply(e.Steps[i], sig)
	}
	text := w.base(e)
	for _, u := range e.Steps[:at] {
		text = w.apply(u, text)
	}
	return Func{Params: []string{"sig"}, Body: w.verified(e.Steps[at], text, sig), Kind: "check"}
}

// undo is the line that takes a value apart.
func (w *writer) undo(o *plan.Op) Node {
	text := w.value(o.Slot)
	var json Node = IsJSON(w.name(o.Slot))
	for i := len(o.Expr.Steps) - 1; i >= 0; i-- {
		text = w.unapply(o.Expr.Steps[i], text)
		json = Flag(o.Expr.Steps[i].Do.From == step.JSON)
	}
	switch o.Expr.Kind {
	case plan.FromTree:
		return on("readTree", w.node(o.Expr.Tree), call("parseJSON", text))
	case plan.FromPairs:
		return on("readPairs", w.node(o.Expr.Tree), Text(o.Expr.Join), Flag(o.Expr.Quotes()), w.holes(o.Expr.Pair), text)
	}
	return on("match", w.holes(o.Expr.Pieces), text, json)
}

func (w *writer) time(g *plan.Guard) Node {
	text := w.value(g.Slot)
	for i := len(g.Clock) - 1; i >= 0; i-- {
		text = w.unapply(g.Clock[i], text)
	}
	return text
}

// guard is the line of a rule on a value of a message.
func (w *writer) guard(g *plan.Guard) Node {
	if g.Kind == "window" {
		return on("within", Name(g.Value), w.time(g), Big(g.Keep.Nanoseconds()))
	}
	w.place = w.f.Place + ".guards"
	if w.pushes {
		return w.taken(g)
	}
	return w.lacks("a guard " + g.Kind)
}

// holes is a template that is read.
func (w *writer) holes(pieces []plan.Piece) List {
	out := List{Of: "hole"}
	for i := range pieces {
		p := &pieces[i]
		if p.Slot < 0 {
			out.Items = append(out.Items, Text(p.Lit))
			continue
		}
		out.Items = append(out.Items, w.hole(p, pieces[i+1:]))
	}
	return out
}

func (w *writer) hole(p *plan.Piece, rest []plan.Piece) Object {
	name := w.name(p.Slot)
	if p.Slot >= plan.SlotName && p.Slot < plan.Builtins {
		name = []string{"name", "value", "raw"}[p.Slot-plan.SlotName]
	}
	members := []Member{member("at", Name(name))}
	if n := len(p.Steps); n > 0 {
		var made, undone Node = Value(name), Param("x")
		json := false
		for _, u := range p.Steps {
			made = w.apply(u, made)
		}
		back := true
		for i := n - 1; i >= 0; i-- {
			if p.Steps[i].Do.Undo == nil {
				back = false
				break
			}
			undone = w.unapply(p.Steps[i], undone)
			json = p.Steps[i].Do.From == step.JSON
		}
		members = append(members, member("make", Func{Params: []string{"v"}, Body: made, Kind: "make"}))
		if back {
			members = append(members, member("undo", Func{Params: []string{"x", "v"}, Body: undone, Kind: "undo"}))
		}
		members = append(members, flag("json", json), flag("fold", p.Steps[n-1].Do.Fold))
		if last := p.Steps[n-1]; last.Do.Take != nil && (last.Do.Tail == 0 || w.explains) {
			members = append(members, member("takes", takes(last)))
		}
	}
	if n := plan.Sized(rest); n >= 0 && len(rest) > 0 {
		members = append(members, member("behind", Int(n)))
	}
	return object("hole", members...)
}
