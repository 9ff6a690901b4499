package script

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// takings adds what receives the notifications of a protocol: takePush(message, keys, own)
// verifies one and throws where it does not hold, answerPush(taken, outcome, keys, now) writes
// the answer. See library/take.js.
func (p *Program) takings(push *plan.Exchange, keys []declare.Key) error {
	w := &writer{keys: keys, pushes: true}
	p.push = w.taking(push) + w.answering(push)
	if w.gap != nil {
		return w.gap
	}
	p.push += fmt.Sprintf(`// take reads a notification and verifies it.
function takePush(message, keys, own) {
  const read = readKeys(keyReaders, keys);
  return takeFirst(pushForms, () => arrived(message, read, own));
}

// answerPush writes the answer to a notification that was taken or refused.
function answerPush(taken, outcome, keys, now) {
  return writeAnswer(answerForms, %t, taken, outcome, readKeys(keyReaders, keys), now);
}
`, push.Trusts)
	return nil
}

// HasPush reports whether the program receives notifications.
func (p *Program) HasPush() bool { return p.push != "" }

// Whole translates requests, replies and notifications; a program has the directions that
// the protocol has.
func Whole(p *protocol.Protocol) (*Program, error) {
	compiled, err := plan.Compile(p.Declaration())
	if err != nil {
		return nil, err
	}
	out := &Program{}
	if compiled.Call != nil {
		if out, err = Of(p); err != nil {
			return nil, err
		}
	} else {
		for _, k := range compiled.Keys {
			out.Keys = append(out.Keys, Key{k.Name, k.Kind})
		}
	}
	if compiled.Push == nil {
		return out, nil
	}
	return out, out.takings(compiled.Push, compiled.Keys)
}

// All is the program with everything that it has, and one behind it that uses it.
func (p *Program) All(own string) string {
	text := p.kinds()
	if p.seal != "" {
		text = p.seal + p.open + text + p.sealBody() + p.openBody() + "\n"
	}
	return shaken(text + p.push + "\n" + own)
}

// taking is the JavaScript that reads the notifications of an exchange.
func (w *writer) taking(x *plan.Exchange) string {
	w.sends = false
	var out strings.Builder
	var list []string
	for i, f := range x.Calls {
		name := fmt.Sprintf("push%d", i+1)
		echo := ""
		if f.Answer != nil {
			w.sends = true
			out.WriteString(w.answer(name+"Echo", f.Answer))
			w.sends = false
			echo = "echo: " + name + "Echo"
		}
		out.WriteString(w.receiver(name+"Read", f))
		out.WriteString(w.guards(name, f))
		list = append(list, "\n  "+object("when: (m) => "+w.conditions(f), "read: "+name+"Read", "guard: "+name+"Guard", "later: (m) => "+w.laters(f),
			stringList("bound", w.bound(f)), flag("asks", f.Asks()), w.named(f), echo))
	}
	return out.String() + "const pushForms = [" + strings.Join(list, ",") + "\n];\n\n"
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

func (w *writer) named(f *plan.Form) string {
	w.f = f
	if at := f.Named(); at >= 0 {
		return "named: " + quote(w.name(at))
	}
	return ""
}

// laters are the conditions on values of a message that was read.
func (w *writer) laters(f *plan.Form) string {
	w.f = f
	out := []string{"true"}
	for i := range f.When {
		if c := &f.When[i]; c.Later {
			pattern := ""
			if c.Set {
				pattern = ", " + literal(c.Glob)
			}
			out = append(out, fmt.Sprintf("holds(m, m.values[%s]%s)", quote(w.name(c.Slot)), pattern))
		}
	}
	return strings.Join(out, " && ")
}

// guards is the function of the rules on values of a notification: what counts once is
// noted last.
func (w *writer) guards(name string, f *plan.Form) string {
	w.f, w.place = f, f.Place+".guards"
	var b strings.Builder
	for pass := range 2 {
		for i := range f.Guards {
			g := &f.Guards[i]
			if (g.Kind == "once") != (pass == 1) || g.Effect {
				continue
			}
			fmt.Fprintf(&b, "  refusing(%s, () => %s);\n", quote(g.Refuse()), strings.TrimSuffix(w.guard(g), ";"))
		}
	}
	return fmt.Sprintf("function %sGuard(m) {\n  const v = m.v;\n%s}\n\n", name, b.String())
}

// taken is a rule on a value of a notification.
func (w *writer) taken(g *plan.Guard) string {
	at := quote(w.name(g.Slot))
	switch {
	case g.Kind == "until" && g.After < 0:
		return fmt.Sprintf("until(m, %s, %s);", at, w.time(g))
	case g.Kind == "since":
		return fmt.Sprintf("since(m, %s, %s, %dn);", at, w.time(g), g.Keep.Nanoseconds())
	case g.Kind == "like":
		return fmt.Sprintf("fitsPattern(m, %s, new RegExp(%s, \"u\"));", at, quote("^(?:"+g.Pattern+")$"))
	case g.Kind == "equal":
		return fmt.Sprintf("match(m, %s, %s, m.json[%s]);", w.holes(g.Template), w.value(g.Slot), at)
	case g.Kind == "once":
		return fmt.Sprintf("countsOnce(m, %s, %d, %s);", at, w.f.Keeps(g).Milliseconds(), quote(g.Refuse()))
	}
	return w.lacks("a guard " + g.Kind)
}

// answering is the JavaScript that writes answers to notifications.
func (w *writer) answering(x *plan.Exchange) string {
	w.sends = true
	var out strings.Builder
	var list []string
	for i, f := range x.Replies {
		name := fmt.Sprintf("answer%d", i+1)
		out.WriteString(w.answer(name, f))
		list = append(list, name)
	}
	return out.String() + "const answerForms = [" + strings.Join(list, ", ") + "];\n\n"
}

// answer is one form of an answer: when it is given, and the function that writes it.
func (w *writer) answer(name string, f *plan.Form) string {
	write := w.sender(name+"Write", f)
	codes, outcome := []string{}, []string{}
	for i := range f.When {
		switch c := &f.When[i]; {
		case c.Code:
			codes = append(codes, literal(c.Glob))
		case c.Outcome != "":
			outcome = append(outcome, quote(c.Outcome))
		}
	}
	var status []string
	for _, s := range f.Status {
		status = append(status, fmt.Sprintf("{code: %s, status: %d}", quote(s.Code), s.Status))
	}
	list := func(name string, of []string) string { return name + ": [" + strings.Join(of, ", ") + "]" }
	return write + "const " + name + " = " + object("when: (m) => "+w.conditions(f), list("outcomes", outcome), list("codes", codes), flag("seals", f.Seals),
		list("success", w.constants(f.Success)), list("failure", w.constants(f.Failure)), list("status", status), "write: "+name+"Write") + ";\n\n"
}

// constants are what names hold by outcome.
func (w *writer) constants(list []plan.Constant) []string {
	var out []string
	for i := range list {
		c := &list[i]
		var texts []string
		for _, t := range c.Texts {
			texts = append(texts, object("text: "+quote(string(t.B)), flag("json", t.JSON)))
		}
		out = append(out, object("at: "+quote(w.name(c.Slot)), "texts: ["+strings.Join(texts, ", ")+"]", flag("builtin", c.Slot < plan.Builtins)))
	}
	return slices.Clip(out)
}
