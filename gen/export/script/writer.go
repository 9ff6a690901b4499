package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// writer writes the JavaScript of forms.
type writer struct {
	keys   []declare.Key
	f      *plan.Form
	place  string // that is being written, for a gap
	sends  bool
	pushes bool // the messages are notifications, and the answers to them
	trace  bool // steps of what is sent are noted
	gap    *Gap
	names  []string // of the request that a reply repeats
}

// lacks notes what a script cannot do; the first one is reported.
func (w *writer) lacks(what string) string {
	if w.gap == nil {
		w.gap = &Gap{Place: w.place, What: what}
	}
	return `""`
}

// quote is a JavaScript string of bytes.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch ch := s[i]; {
		case ch == '"' || ch == '\\':
			b.WriteByte('\\')
			b.WriteByte(ch)
		case ch == '\n':
			b.WriteString(`\n`)
		case ch < ' ' || ch > '~':
			fmt.Fprintf(&b, `\x%02x`, ch)
		default:
			b.WriteByte(ch)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// literal is a text of the declaration, written so that people can read it.
func literal(s string) string {
	if !utf8.ValidString(s) || strings.IndexFunc(s, func(r rune) bool { return r > '~' }) < 0 {
		return quote(s)
	}
	return "utf8(" + strconv.Quote(s) + ")"
}

// isIdentifier reports whether a name can follow a dot.
func isIdentifier(s string) bool {
	for i, r := range s {
		letter := r == '_' || r == '$' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// property is a name as a member of an object.
func property(name string) string {
	if isIdentifier(name) {
		return name
	}
	return quote(name)
}

// name is the name of a slot.
func (w *writer) name(at int) string {
	if name := w.f.Infos[at].Name; name != "" && w.f.Index[name] == at {
		return name
	}
	return "place " + strconv.Itoa(at)
}

// value is the text of a slot.
func (w *writer) value(at int) string {
	if at >= plan.SlotName && at < plan.Builtins {
		return []string{"name", "value", "raw"}[at-plan.SlotName]
	}
	if name := w.name(at); isIdentifier(name) {
		return "v." + name
	}
	return "v[" + quote(w.name(at)) + "]"
}

// template is the text of pieces.
func (w *writer) template(pieces []plan.Piece) string {
	if len(pieces) == 0 {
		return `""`
	}
	var parts []string
	for i := range pieces {
		parts = append(parts, w.piece(&pieces[i]))
	}
	return strings.Join(parts, " + ")
}

func (w *writer) piece(p *plan.Piece) string {
	if p.Slot < 0 {
		return literal(string(p.Lit))
	}
	out := w.value(p.Slot)
	for _, u := range p.Steps {
		out = w.apply(u, out)
	}
	return out
}

// expr is the text of an expression.
func (w *writer) expr(e *plan.Expr) string {
	out := w.base(e)
	if len(e.Steps) > 0 {
		out = w.noted("", out)
	}
	for _, u := range e.Steps {
		out = w.noted(u.Src, w.apply(u, out))
	}
	return out
}

// noted is a text of the value that is being sent, and noted where steps are.
func (w *writer) noted(what, text string) string {
	if !w.trace || !w.sends {
		return text
	}
	return fmt.Sprintf("noted(m, %s, %s, %s)", quote(strings.TrimPrefix(strings.TrimPrefix(w.place, w.f.Place+"."), "values.")), quote(what), text)
}

// base is the text of an expression before its steps.
func (w *writer) base(e *plan.Expr) string {
	switch e.Kind {
	case plan.FromList:
		return w.list(e)
	case plan.FromTree:
		return "writeJSON(m, " + w.node(e.Tree) + ")"
	case plan.FromPairs:
		return fmt.Sprintf("joinPairs(m, %s, %s, (name, value) => %s)", w.node(e.Tree), literal(string(e.Join)), w.template(e.Pair))
	case plan.FromSelection:
		return w.selection(e.Sel)
	}
	return w.template(e.Pieces)
}

func (w *writer) list(e *plan.Expr) string {
	var parts []string
	for _, one := range e.List {
		parts = append(parts, w.template(one))
	}
	sort := map[string]string{"value": ".sort()", "name": ".sort()", "name-nocase": ".sort((a, b) => (lower(a) < lower(b) ? -1 : 1))"}[e.Sorted]
	return "[" + strings.Join(parts, ", ") + "]" + sort + ".join(" + literal(string(e.Join)) + ")"
}

// isJSON says whether JSON has the text of an expression without quotes.
func (w *writer) isJSON(e *plan.Expr) string {
	if n := len(e.Steps); n > 0 {
		return strconv.FormatBool(e.Steps[n-1].Do.To == step.JSON && !e.Steps[n-1].Do.Fold)
	}
	switch {
	case e.Kind == plan.FromTree || e.Scalar:
		return "true"
	case e.Kind != plan.FromTemplate || len(e.Pieces) != 1 || e.Pieces[0].Slot < 0:
		return "false"
	}
	one := &e.Pieces[0]
	if n := len(one.Steps); n > 0 {
		return strconv.FormatBool(one.Steps[n-1].Do.To == step.JSON)
	}
	return "m.json[" + quote(w.name(one.Slot)) + "]"
}

// object joins members that are there.
func object(members ...string) string {
	members = slices.DeleteFunc(members, func(s string) bool { return s == "" })
	return "{" + strings.Join(members, ", ") + "}"
}

func flag(name string, on bool) string {
	if on {
		return name + ": true"
	}
	return ""
}

// node is a tree of places.
func (w *writer) node(n *plan.Node) string {
	name := ""
	switch {
	case n.Dynamic:
		name = "fill: (v) => " + w.template(n.Name)
	case n.Literal != "":
		name = "name: " + quote(n.Literal)
	}
	local := ""
	if n.Local != n.Literal && !n.Dynamic {
		local = "local: " + quote(n.Local)
	}
	if it := n.Leaf; it != nil {
		return object(name, local, "at: "+quote(w.name(it.Slot)), flag("optional", n.Optional), flag("rest", n.Rest), flag("cdata", it.Cdata),
			flag("payload", it.IsPayload()), flag("nil", it.IsNull()), flag("whole", it.Whole), flag("opaque", it.Opaque && !it.Whole), "holder: "+quote(it.Holder))
	}
	var children []string
	for _, c := range n.Children {
		children = append(children, "\n"+indent(w.node(c)))
	}
	return object(name, local, flag("optional", n.Optional), flag("list", n.List), "children: ["+strings.Join(children, ",")+"]")
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// selection is the text of pairs that are selected.
func (w *writer) selection(s *plan.Selection) string {
	var from []string
	for i := range s.From {
		from = append(from, w.source(&s.From[i]))
	}
	members := []string{"from: [" + strings.Join(from, ", ") + "]", "sort: " + quote(s.Sorted), "join: " + literal(string(s.Join))}
	if !s.Plain {
		members = append(members, "pair: (name, value, raw) => "+w.template(s.Pair))
	}
	if s.Only != nil {
		members = append(members, "only: "+w.template(s.Only), "split: "+quote(s.Split))
	}
	members = append(members, stringList("skip", s.Skip), stringList("must", s.Must), flag("empty", s.Empty))
	return "select(m, " + object(members...) + ")"
}

// stringList is a member with a list of texts, nothing where there are none.
func stringList(name string, list []string) string {
	if len(list) == 0 {
		return ""
	}
	return name + ": [" + quoted(list) + "]"
}

// source is where a selection takes pairs from.
func (w *writer) source(one *plan.Source) string {
	switch {
	case one.Of > 0:
		return object("of: "+quote(w.name(one.Of)), stringList("path", one.Path))
	case one.Part == nil:
		return object("name: "+literal(one.Name), "text: "+w.template(one.Pieces))
	case one.Part.Holder == "multipart":
		return w.lacks("a multipart body")
	}
	var exclude, names []string
	for _, it := range one.Exclude {
		exclude = append(exclude, w.name(it.Slot))
		names = append(names, it.Name[strings.LastIndexByte(it.Name, '.')+1:])
	}
	return object("holder: "+quote(one.Part.Holder), stringList("path", one.Part.Path), stringList("exclude", exclude), stringList("names", names))
}

// conditions says when a form is taken, as far as that is known at the start.
func (w *writer) conditions(f *plan.Form) string {
	w.f, w.place = f, f.Place+".when"
	var out []string
	for i := range f.When {
		c := &f.When[i]
		if c.Later || c.Outcome != "" || c.Code {
			continue
		}
		text := ""
		if c.Part != nil {
			from := "m"
			if f.Reply {
				from = "m.call"
			}
			text = fmt.Sprintf("part(%s, %s, %s)[0]", from, quote(c.Part.Holder), strings.TrimPrefix(stringList("", c.Part.Path), ": "))
		} else {
			text = "m.values." + f.Infos[c.Slot].Name
			if f.Reply && c.Slot != plan.SlotInterface && c.Slot != plan.SlotFrame {
				text = "m.call." + f.Infos[c.Slot].Name
			}
		}
		pattern := ""
		if c.Set {
			pattern = ", " + literal(c.Glob)
		}
		out = append(out, "holds(m, "+text+pattern+")")
	}
	if len(out) == 0 {
		return "true"
	}
	return strings.Join(out, " && ")
}

// form describes a form to the library.
func (w *writer) form(f *plan.Form) string {
	members := []string{}
	if f.Decl.Carriage != "" {
		members = append(members, "carriage: "+quote(f.Decl.Carriage))
	}
	if f.Body != nil {
		members = append(members, "body: "+w.node(f.Body))
	}
	if f.Query != nil {
		members = append(members, "query: "+w.node(f.Query))
	}
	if w.sends {
		return object(append(members, flag("empty", f.Empty), contentType(f))...)
	}
	var success, statuses []string
	for i := range f.Success {
		c := &f.Success[i]
		var texts []string
		for _, t := range c.Texts {
			texts = append(texts, quote(string(t.B)))
		}
		success = append(success, object("at: "+quote(w.name(c.Slot)), "texts: ["+strings.Join(texts, ", ")+"]", flag("builtin", c.Slot < plan.Builtins)))
	}
	for _, s := range f.Status {
		codes := []string{strconv.Itoa(s.Status)}
		for _, n := range s.Others {
			codes = append(codes, strconv.Itoa(n))
		}
		all := ""
		if s.Class {
			all = fmt.Sprintf("all: %d", s.Status/100)
		}
		statuses = append(statuses, object("code: "+quote(s.Code), "codes: ["+strings.Join(codes, ", ")+"]", all))
	}
	if len(success) > 0 {
		members = append(members, "success: ["+strings.Join(success, ", ")+"]")
	}
	if len(statuses) > 0 {
		members = append(members, "status: ["+strings.Join(statuses, ", ")+"]")
	}
	return object(append(members, flag("empty", f.Empty), flag("proves", f.Proves), flag("refuses", f.Refuses), stringList("outcomes", outcomes(f)))...)
}
