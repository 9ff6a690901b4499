package program

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// explaining is how the server reads requests, line by line: nil where a program cannot, as
// where what was issued signs without being sent.
func explaining(p *plan.Protocol, o Options) []*Notice {
	if p.Call.Keeps() {
		return nil
	}
	w := &writer{keys: p.Keys, pushes: true, explains: true, options: o}
	var out []*Notice
	for i, f := range p.Call.Calls {
		if f.Answer != nil {
			continue // the protocol itself answers
		}
		n := &Notice{Name: fmt.Sprintf("explain%d", i+1), Read: w.receiver(fmt.Sprintf("explain%dRead", i+1), f)}
		n.Guard = w.explained(f)
		n.Later = w.laters(f)
		n.Bound = w.bound(f)
		out = append(out, n)
	}
	if w.gap != nil {
		return nil
	}
	return out
}

// attempt is a line whose failure is noted, by the value that it is about.
func (w *writer) attempt(o *plan.Op, line Node) Node {
	if line == nil {
		return nil
	}
	name := w.name(o.Slot)
	if o.Item != nil {
		name = o.Item.Name
	}
	return on("attempt", Name(name), Func{Body: line, Kind: "act"})
}

// explained are the rules on values, each of which is noted. Only the server can tell whether
// a token was issued, and whether something came before.
func (w *writer) explained(f *plan.Form) []Node {
	w.f, w.place = f, f.Place+".guards"
	var out []Node
	for i := range f.Guards {
		g := &f.Guards[i]
		at := Name(w.name(g.Slot))
		if g.Kind == "issued" || g.Kind == "once" {
			out = append(out, on("unknowable", Name(g.Kind), at))
			continue
		}
		out = append(out, on("attempt", at, Func{Body: w.guard(g), Kind: "act"}))
	}
	return out
}
