package script

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// receiver is the function that reads a form.
func (w *writer) receiver(name string, f *plan.Form) string {
	w.f, w.place = f, f.Place
	var read, prove strings.Builder
	if when := w.conditions(f); when != "true" {
		fmt.Fprintf(&read, "    if (!(%s)) throw form(\"the reply\");\n", when)
	}
	w.place = f.Place
	if len(f.Status) > 0 && len(outcomes(f)) > 0 {
		fmt.Fprintf(&read, "    fitStatus(m, %sForm.status, %sForm.outcomes);\n", name, name)
	}
	if f.Empty {
		read.WriteString("    if (m.body) throw form(\"the body\");\n")
	}
	if f.Header != nil {
		fmt.Fprintf(&read, "    readHeaders(m, %s);\n", w.node(f.Header))
	}
	if f.Query != nil {
		fmt.Fprintf(&read, "    readTree(m, %sForm.query, parsePairs(m.query));\n", name)
	}
	if f.Body != nil {
		parse := map[string]string{"json": "parseJSON", "xml": "parseXML", "form": "parsePairs"}[f.Decl.Carriage]
		if parse == "" {
			w.lacks("a multipart body")
		}
		fmt.Fprintf(&read, "    readTree(m, %sForm.body, %s(m.body));\n", name, parse)
	}
	for i := range f.Receive {
		if line := w.refused(&f.Receive[i]); line != "" {
			prove.WriteString(indent(indent(line)) + "\n")
		}
	}
	for i := range f.Guards {
		if w.pushes {
			break // they are asked behind all of it
		}
		prove.WriteString("    " + w.guard(&f.Guards[i]) + "\n")
	}
	how := "foreign(() => {\n" + prove.String() + "  });"
	if f.Proves {
		how = strings.ReplaceAll(strings.TrimSpace(prove.String()), "\n  ", "\n")
	}
	result := fmt.Sprintf("verdict(m, %sForm)", name)
	if w.pushes {
		result = "m"
	}
	return fmt.Sprintf("const %sForm = %s;\n\n// %s\nfunction %s(m) {\n  m.form = %sForm;\n  const v = m.v;\n  foreign(() => {\n%s  });\n  %s\n  return %s;\n}\n\n",
		name, w.form(f), f.Place, name, name, read.String(), how, result)
}

// refused is the line of one operation; of a notification with the code of its refusal.
func (w *writer) refused(o *plan.Op) string {
	line := w.receive(o)
	if !w.pushes || line == "" || o.Item == nil || o.Item.Refuse == "" {
		return line
	}
	return fmt.Sprintf("refusing(%s, () => %s);", quote(o.Item.Refuse), strings.TrimSuffix(line, ";"))
}

// receive is the line of one operation.
func (w *writer) receive(o *plan.Op) string {
	f := w.f
	if o.Item != nil {
		w.place = f.Place + "." + f.Written(o.Item)
	}
	at := quote(w.name(o.Slot))
	switch o.Kind {
	case plan.OpCompute:
		return w.compute(o)
	case plan.OpMatch:
		return fmt.Sprintf("place(m, %s, %s);", at, w.holes(o.Expr.Pieces))
	case plan.OpCompare:
		return w.compare(o)
	case plan.OpVerify:
		var checks []string
		for _, e := range append([]*plan.Expr{o.Expr}, o.Item.Accept...) {
			if n := plan.Verifies(e); n >= 0 {
				checks = append(checks, w.check(e, n))
			}
		}
		return fmt.Sprintf("verify(m, %s, [%s]);", at, strings.Join(checks, ", "))
	case plan.OpUndo:
		return w.undo(o)
	case plan.OpInto:
		return fmt.Sprintf("set(m, %s, %s);", at, w.template(o.Item.Into))
	case plan.OpClock:
		return w.clock("now", o.G)
	case plan.OpPart:
		return w.part(o)
	case plan.OpCall:
		return w.ofCall(o)
	}
	return ""
}

// compare is the line that compares a value with what we make.
func (w *writer) compare(o *plan.Op) string {
	var forms []string
	for _, e := range append([]*plan.Expr{o.Expr}, o.Item.Accept...) {
		fold := ""
		if slices.ContainsFunc(e.Steps, func(u *plan.Use) bool { return u.Do.Fold }) {
			fold = ", true"
		}
		forms = append(forms, "[() => "+w.expr(e)+fold+"]")
	}
	return fmt.Sprintf("compare(m, %s, %t, [%s]);", quote(w.name(o.Slot)), o.Lax, strings.Join(forms, ", "))
}

// check is the function that verifies a signature; at is its step.
func (w *writer) check(e *plan.Expr, at int) string {
	sig := "sig"
	for i := len(e.Steps) - 1; i > at; i-- {
		sig = w.unapply(e.Steps[i], sig)
	}
	text := w.base(e)
	for _, u := range e.Steps[:at] {
		text = w.apply(u, text)
	}
	return "(sig) => " + w.verified(e.Steps[at], text, sig)
}

// undo is the line that takes a value apart.
func (w *writer) undo(o *plan.Op) string {
	text, json := w.value(o.Slot), "m.json["+quote(w.name(o.Slot))+"]"
	for i := len(o.Expr.Steps) - 1; i >= 0; i-- {
		text = w.unapply(o.Expr.Steps[i], text)
		json = fmt.Sprint(o.Expr.Steps[i].Do.From == step.JSON)
	}
	switch o.Expr.Kind {
	case plan.FromTree:
		return fmt.Sprintf("readTree(m, %s, parseJSON(%s));", w.node(o.Expr.Tree), text)
	case plan.FromPairs:
		return fmt.Sprintf("readPairs(m, %s, %s, %t, %s, %s);", w.node(o.Expr.Tree), literal(string(o.Expr.Join)), o.Expr.Quotes(), w.holes(o.Expr.Pair), text)
	}
	return fmt.Sprintf("match(m, %s, %s, %s);", w.holes(o.Expr.Pieces), text, json)
}

// clock is the line that reads a time.
func (w *writer) clock(into string, g *plan.Guard) string {
	return fmt.Sprintf("set(m, %s, %s);", quote(into), w.time(g))
}

func (w *writer) time(g *plan.Guard) string {
	text := w.value(g.Slot)
	for i := len(g.Clock) - 1; i >= 0; i-- {
		text = w.unapply(g.Clock[i], text)
	}
	return text
}

// guard is the line of a rule on a value of a reply.
func (w *writer) guard(g *plan.Guard) string {
	if g.Kind == "window" {
		return fmt.Sprintf("within(m, %s, %s, %dn);", quote(g.Value), w.time(g), g.Keep.Nanoseconds())
	}
	w.place = w.f.Place + ".guards"
	if w.pushes {
		return w.taken(g)
	}
	return w.lacks("a guard " + g.Kind)
}

// holes is a template that is read.
func (w *writer) holes(pieces []plan.Piece) string {
	var out []string
	for i := range pieces {
		p := &pieces[i]
		if p.Slot < 0 {
			out = append(out, literal(string(p.Lit)))
			continue
		}
		out = append(out, w.hole(p, pieces[i+1:]))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func (w *writer) hole(p *plan.Piece, rest []plan.Piece) string {
	name := w.name(p.Slot)
	if p.Slot >= plan.SlotName && p.Slot < plan.Builtins {
		name = w.value(p.Slot)
	}
	members := []string{"at: " + quote(name)}
	if n := len(p.Steps); n > 0 {
		made, undone, json := w.ofHole(name), "x", false
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
		members = append(members, "make: (v) => "+made)
		if back {
			members = append(members, "undo: (x, v) => "+undone)
		}
		members = append(members, flag("json", json), flag("fold", p.Steps[n-1].Do.Fold))
		if last := p.Steps[n-1]; last.Do.Take != nil {
			members = append(members, "takes: "+takes(last))
		}
	}
	if n := plan.Sized(rest); n >= 0 && len(rest) > 0 {
		members = append(members, fmt.Sprintf("behind: %d", n))
	}
	return object(members...)
}

func (w *writer) ofHole(name string) string {
	if isIdentifier(name) {
		return "v." + name
	}
	return "v[" + quote(name) + "]"
}
