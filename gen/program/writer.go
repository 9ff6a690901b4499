package program

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// name is the name of a slot.
func (w *writer) name(at int) string {
	if name := w.f.Infos[at].Name; name != "" && w.f.Index[name] == at {
		return name
	}
	return "place " + strconv.Itoa(at)
}

// value is the text of a slot.
func (w *writer) value(at int) Node {
	if at >= plan.SlotName && at < plan.Builtins {
		return Param([]string{"name", "value", "raw"}[at-plan.SlotName])
	}
	if at == plan.SlotStatus && w.pushes { // an answer has its status when it is written
		return w.lacks("{httpstatus}")
	}
	if at == plan.SlotStatus {
		return Value("httpstatus")
	}
	return Value(w.name(at))
}

// template is the text of pieces.
func (w *writer) template(pieces []plan.Piece) Node {
	if len(pieces) == 0 {
		return Bytes("")
	}
	var parts Concat
	for i := range pieces {
		parts = append(parts, w.piece(&pieces[i]))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return parts
}

func (w *writer) piece(p *plan.Piece) Node {
	if p.Slot < 0 {
		return Text(p.Lit)
	}
	out := w.value(p.Slot)
	for _, u := range p.Steps {
		out = w.apply(u, out)
	}
	return out
}

// expr is the text of an expression.
func (w *writer) expr(e *plan.Expr) Node {
	out := w.base(e)
	if len(e.Steps) > 0 {
		out = w.noted("", out)
	}
	for _, u := range e.Steps {
		out = w.noted(u.Src, w.apply(u, out))
	}
	return out
}

// noted is a text of the value that is being sent or explained, and noted where steps are.
func (w *writer) noted(what string, text Node) Node {
	if !w.options.Trace || !w.sends && !w.explains {
		return text
	}
	return on("noted", Name(strings.TrimPrefix(strings.TrimPrefix(w.place, w.f.Place+"."), "values.")), Name(what), text)
}

// base is the text of an expression before its steps.
func (w *writer) base(e *plan.Expr) Node {
	switch e.Kind {
	case plan.FromList:
		out := Sorted{By: strings.TrimPrefix(e.Sorted, "listed"), Join: Text(e.Join)}
		for _, one := range e.List {
			out.Texts = append(out.Texts, w.template(one))
		}
		return out
	case plan.FromTree:
		return on("writeJSON", w.node(e.Tree))
	case plan.FromPairs:
		return on("joinPairs", w.node(e.Tree), Text(e.Join), Func{Params: []string{"name", "value"}, Body: w.template(e.Pair), Kind: "pair"})
	case plan.FromSelection:
		return w.selection(e.Sel)
	}
	return w.template(e.Pieces)
}

// isJSON says whether JSON has the text of an expression without quotes.
func (w *writer) isJSON(e *plan.Expr) Node {
	if n := len(e.Steps); n > 0 {
		return Flag(e.Steps[n-1].Do.To == step.JSON && !e.Steps[n-1].Do.Fold)
	}
	switch {
	case e.Kind == plan.FromTree || e.Scalar:
		return Flag(true)
	case e.Kind != plan.FromTemplate || len(e.Pieces) != 1 || e.Pieces[0].Slot < 0:
		return Flag(false)
	}
	one := &e.Pieces[0]
	if n := len(one.Steps); n > 0 {
		return Flag(one.Steps[n-1].Do.To == step.JSON)
	}
	return IsJSON(w.name(one.Slot))
}

// node is a tree of places.
func (w *writer) node(n *plan.Node) Object {
	var name, local, like Member
	switch {
	case n.Label != nil && !w.sends:
		name, like = member("label", Name(w.name(n.Label.Slot))), member("like", w.like(n.Name))
	case n.Dynamic:
		name = member("fill", Func{Params: []string{"v"}, Body: w.template(n.Name), Kind: "name"})
	case n.Literal != "":
		name = member("name", Bytes(n.Literal))
	}
	if n.Local != n.Literal && !n.Dynamic {
		local = member("local", Bytes(n.Local))
	}
	if it := n.Leaf; it != nil {
		var said Member
		if w.pushes && !w.sends && !n.Optional && !it.IsEmpty() {
			said = member("said", Name(refusal.Short(it.Said)))
		}
		return object("node", name, like, local, member("at", Name(w.name(it.Slot))), flag("optional", n.Optional), flag("rest", n.Rest), flag("cdata", it.Cdata),
			flag("payload", it.IsPayload()), flag("nil", it.IsNull()), flag("whole", it.Whole), flag("opaque", it.Opaque && !it.Whole), member("holder", Name(it.Holder)), said)
	}
	children := List{Of: "node", Long: true}
	for _, c := range n.Children {
		children.Items = append(children.Items, w.node(c))
	}
	return object("node", name, like, local, flag("optional", n.Optional), flag("list", n.List), member("children", children))
}

// like is what the name of a member fits that the message gives: * is a hole.
func (w *writer) like(name []plan.Piece) Node {
	out := ""
	for i := range name {
		switch {
		case name[i].Slot >= 0:
			out += "*"
		case bytes.ContainsAny(name[i].Lit, "*?"):
			return w.lacks("a member with * or ? in its name")
		default:
			out += string(name[i].Lit)
		}
	}
	return Bytes(out)
}

// selection is the text of pairs that are selected.
func (w *writer) selection(s *plan.Selection) Node {
	from := List{Of: "source"}
	for i := range s.From {
		from.Items = append(from.Items, w.source(&s.From[i]))
	}
	members := []Member{member("from", from), member("sort", Name(s.Sorted)), member("join", Text(s.Join))}
	if !usual(s.Pair) {
		members = append(members, member("pair", Func{Params: []string{"name", "value", "raw"}, Body: w.template(s.Pair), Kind: "pair"}))
	}
	if s.Only != nil {
		members = append(members, member("only", w.template(s.Only)), member("split", Bytes(s.Split)))
	}
	members = append(members, texts("skip", s.Skip), texts("must", s.Must), flag("empty", s.Empty), flag("fixed", s.Fixed))
	return on("select", object("selection", members...))
}

// usual reports whether a pair is name=value, as it is without the word pair.
func usual(pair []plan.Piece) bool {
	return len(pair) == 3 && pair[0].Slot == plan.SlotName && len(pair[0].Steps) == 0 && string(pair[1].Lit) == "=" &&
		pair[2].Slot == plan.SlotValue && len(pair[2].Steps) == 0
}

// source is where a selection takes pairs from.
func (w *writer) source(one *plan.Source) Node {
	switch {
	case one.Of > 0:
		return object("source", member("of", Name(w.name(one.Of))), texts("path", one.Path))
	case one.Part == nil:
		return object("source", member("name", Text(one.Name)), member("text", w.template(one.Pieces)))
	case one.Part.Holder == "multipart" && !w.writesParts():
		return w.lacks("a multipart body")
	}
	var exclude, leave []string
	for _, it := range one.Exclude {
		exclude = append(exclude, w.name(it.Slot))
		leave = append(leave, it.Name[strings.LastIndexByte(it.Name, '.')+1:])
	}
	return object("source", member("holder", Name(one.Part.Holder)), texts("path", one.Part.Path), names("exclude", exclude), texts("names", leave))
}

// conditions says when a form is taken, as far as that is known at the start.
func (w *writer) conditions(f *plan.Form) And {
	w.f, w.place = f, f.Place+".when"
	var out And
	for i := range f.When {
		c := &f.When[i]
		if c.Later || c.Learned && !w.sends || c.Outcome != "" || c.Code {
			continue
		}
		answers := f.Reply
		var text Node
		if c.Part != nil {
			text = call("part", Flag(answers), Name(c.Part.Holder), byteList(c.Part.Path))
		} else {
			answers = answers && c.Slot != plan.SlotInterface && c.Slot != plan.SlotFrame
			text = Maybe{Name: f.Infos[c.Slot].Name, Call: answers}
		}
		out = append(out, holds(text, c))
	}
	return out
}

// holds is the condition on a text: that it is there, or fits.
func holds(text Node, c *plan.Condition) Node {
	if c.Set {
		return call("holds", text, Text(c.Glob))
	}
	return call("holds", text)
}

// form describes a form to the library.
func (w *writer) form(f *plan.Form) Object {
	var members []Member
	if f.Decl.Carriage != "" {
		members = append(members, member("carriage", Name(f.Decl.Carriage)))
	}
	if f.Body != nil {
		members = append(members, member("body", w.node(f.Body)))
	}
	if f.Query != nil {
		members = append(members, member("query", w.node(f.Query)))
	}
	if w.sends {
		return object("form", append(members, flag("empty", f.Empty), contentType(f))...)
	}
	success, statuses := List{Of: "success"}, List{Of: "status"}
	for i := range f.Success {
		c := &f.Success[i]
		list := List{Of: "bytes"}
		for _, t := range c.Texts {
			list.Items = append(list.Items, Bytes(t.B))
		}
		success.Items = append(success.Items, object("success", member("at", Name(w.name(c.Slot))), member("texts", list), flag("builtin", c.Slot < plan.Builtins)))
	}
	for _, s := range f.Status {
		codes := List{Of: "int", Items: []Node{Int(s.Status)}}
		for _, n := range s.Others {
			codes.Items = append(codes.Items, Int(n))
		}
		var all Member
		if s.Class {
			all = member("all", Int(s.Status/100))
		}
		statuses.Items = append(statuses.Items, object("status", member("code", Name(s.Code)), member("codes", codes), all))
	}
	if len(success.Items) > 0 {
		members = append(members, member("success", success))
	}
	if len(statuses.Items) > 0 {
		members = append(members, member("status", statuses))
	}
	return object("form", append(members, flag("empty", f.Empty), flag("proves", f.Proves), flag("refuses", f.Refuses), names("outcomes", outcomes(f)))...)
}
