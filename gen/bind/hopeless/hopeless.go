// Package hopeless finds what a protocol declares and can never hold: parts that no place
// of a message has, steps that always fail, guards that refuse what we send ourselves,
// variants that are never reached. The compiler of protocols lets it pass, because every
// word of it is right.
package hopeless

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// Find returns what can never hold, as weak problems: the rest of the protocol works.
func Find(p *protocol.Protocol) declare.Problems {
	l := &look{}
	for _, x := range []*protocol.Exchange{p.Call, p.Push} {
		if x == nil {
			continue
		}
		l.unreached(x.Calls)
		l.uncarried(x.Replies)
		l.all = slices.Concat(x.Calls, x.Replies)
		for _, f := range slices.Concat(x.Calls, x.Replies) {
			l.form(f)
			if f.Answer != nil {
				l.form(f.Answer)
			}
		}
	}
	return l.problems
}

// look is a walk over the forms of a protocol.
type look struct {
	f        *plan.Form
	all      []*plan.Form // of the exchange
	problems declare.Problems
}

func (l *look) add(pos declare.Pos, place, text, mend string) {
	one := declare.Problem{Pos: pos, Place: place, Text: text, Mend: mend, Weak: true}
	if !slices.Contains(l.problems, one) {
		l.problems = append(l.problems, one)
	}
}

func (l *look) form(f *plan.Form) {
	l.f = f
	l.twice()
	l.parts()
	l.constants()
	for i := range f.Guards {
		l.guard(&f.Guards[i])
	}
	for _, it := range f.Items {
		if it.Expr == nil {
			continue
		}
		l.sized(it)
		l.fails(it)
		if it.Expr.Sel != nil {
			l.selected(it, it.Expr.Sel)
		}
	}
}

// unreached are variants behind one that takes every message.
func (l *look) unreached(forms []*plan.Form) {
	all := func(f *plan.Form) bool {
		return !slices.ContainsFunc(f.When, func(w plan.Condition) bool { return !w.Set || w.Glob != "*" })
	}
	at := slices.IndexFunc(forms, all)
	for i := at + 1; at >= 0 && i < len(forms)-1; i++ {
		l.add(forms[i].Decl.Pos, forms[i].Place, "no message reaches it: a variant in front takes every message", "put it in front of that variant")
	}
}

// twice are headers of one name, which differ in letter case alone.
func (l *look) twice() {
	if l.f.Header == nil {
		return
	}
	seen := map[string]bool{}
	for _, n := range l.f.Header.Children {
		if seen[n.Literal] && n.Literal != "" {
			l.add(l.f.Decl.Pos, l.f.Place+".header", n.Literal+" is there twice: headers do not know letter case", "write it once")
		}
		seen[n.Literal] = true
	}
}

// parts are parts that are needed, and that no place of the message has.
func (l *look) parts() {
	needed := map[int]bool{}
	for _, list := range [][]plan.Op{l.f.Send, l.f.Receive} {
		for i := range list {
			needed[list[i].Slot] = needed[list[i].Slot] || list[i].Kind == plan.OpPart
		}
	}
	for at, info := range l.f.Infos {
		if info.Part == nil || info.Item != nil || !needed[at] {
			continue
		}
		if why := l.absent(info.Part); why != "" {
			l.add(l.f.Decl.Pos, l.f.Place, "no message has "+info.Name+": "+why, "name a part that is there, or declare it")
		}
	}
}

// absent says why a part is never there; empty: it may be.
func (l *look) absent(ref *plan.PartRef) string {
	switch ref.Holder {
	case "path":
		n, _ := strconv.Atoi(ref.Path[0])
		pattern := strings.Trim(l.f.Pattern(), "/")
		if have := strings.Count(pattern, "/") + 1; pattern != "" && !strings.Contains(pattern, "{...}") && n > have {
			return fmt.Sprintf("the path has %d segments", have)
		}
	case "json", "xml", "form", "multipart":
		if why := l.otherwise(ref.Holder); why != "" || l.f.Body == nil {
			return why
		}
		return within(l.f.Body, ref.Path)
	}
	return ""
}

// otherwise says why a message has no body of a kind; empty: it may have one.
func (l *look) otherwise(holder string) string {
	if is := l.f.Decl.Carriage; plan.InBody(holder) && is != "" && is != "text" && is != holder {
		return "its body is " + is
	}
	return ""
}

// elsewhere are pairs out of a body that no message of the exchange has.
func (l *look) elsewhere(it *plan.Item, s *plan.Selection) {
	for i := range s.From {
		part := s.From[i].Part
		if part == nil || !plan.InBody(part.Holder) {
			continue
		}
		why := ""
		if !slices.ContainsFunc(l.all, func(f *plan.Form) bool {
			text := (&look{f: f}).otherwise(part.Holder)
			if f == l.f {
				why = text
			}
			return text == ""
		}) {
			pos, place := it.At()
			l.add(pos, place, "it takes nothing out of "+part.Holder+": "+why, "name the body that the message has")
		}
	}
}

// uncarried are texts of an outcome that no reply has a place for: whoever reads it never
// sees them.
func (l *look) uncarried(replies []*plan.Form) {
	for _, f := range replies {
		l.f = f
		l.placed("success", f.Success, replies)
		l.placed("failure", f.Failure, replies)
		l.placed("final", f.Final, replies)
	}
}

func (l *look) placed(outcome string, list []plan.Constant, replies []*plan.Form) {
	for _, c := range list {
		name := l.f.Infos[c.Slot].Name
		blank := !slices.ContainsFunc(c.Texts, func(t plan.Text) bool { return len(t.B) > 0 })
		if !blank && !slices.ContainsFunc(replies, func(f *plan.Form) bool { return f.Uses(f.Index[name]) }) {
			l.add(l.f.Decl.Pos, l.f.Place+"."+outcome, "no reply has a place with {"+name+"}", "put it into the reply, or leave it out here")
		}
	}
}

// within says why a tree never has a path; empty: it may have.
func within(n *plan.Node, path []string) string {
	for i, name := range path {
		if n.Leaf != nil {
			if n.Leaf.Whole || n.Leaf.Expr == nil || n.Leaf.Opaque {
				return ""
			}
			return "in " + strings.Join(path[:i], ".") + " is a text"
		}
		if name == "*" || n.List || slices.ContainsFunc(n.Children, func(c *plan.Node) bool { return c.Rest || c.Dynamic }) {
			return ""
		}
		at := slices.IndexFunc(n.Children, func(c *plan.Node) bool { return c.Literal == name || c.Local == name })
		if at < 0 {
			return "nothing there is called " + name
		}
		n = n.Children[at]
	}
	return ""
}

// selected are names that a selection demands and that nobody sends.
func (l *look) selected(it *plan.Item, s *plan.Selection) {
	l.elsewhere(it, s)
	have := map[string]bool{}
	for i := range s.From {
		one := &s.From[i]
		if one.Part == nil && one.Of == 0 {
			have[one.Name] = true
			continue
		}
		if one.Part == nil || len(one.Part.Path) > 0 || l.f.Body == nil || l.f.Decl.Carriage != one.Part.Holder || one.Part.Holder == "xml" {
			return // whatever comes
		}
		for _, n := range l.f.Body.Children {
			if n.Rest || n.Dynamic {
				return
			}
			have[n.Literal] = true
		}
	}
	pos, place := it.At()
	for _, name := range s.Must {
		if !have[name] {
			l.add(pos, place, "nobody sends "+name+", which must be among them: every message is refused", "leave it out of must")
		}
	}
	if text, ok := constant(s.Only); ok && s.Fixed {
		for name := range strings.SplitSeq(text, s.Split) {
			if !have[name] && !strings.HasSuffix(name, "*") {
				l.add(pos, place, "nobody sends "+name, "leave it out of only")
			}
		}
	}
}

// constant is the text of a template without holes.
func constant(list []plan.Piece) (string, bool) {
	var b strings.Builder
	for i := range list {
		if list[i].Slot >= 0 {
			return "", false
		}
		b.Write(list[i].Lit)
	}
	return b.String(), len(list) > 0
}

// guard is a rule that refuses what we send ourselves.
func (l *look) guard(g *plan.Guard) {
	it := l.f.Infos[g.Slot].Item
	if g.Kind == "like" {
		l.unlike(g)
	}
	if g.Kind != "equal" || it == nil || it.Expr == nil || it.Expr.Kind != plan.FromTemplate || len(it.Expr.Steps) > 0 {
		return
	}
	sent, ok := constant(it.Expr.Pieces)
	if want, fixed := constant(g.Template); ok && fixed && sent != "" && sent != want {
		l.add(g.Pos, l.f.Place+".guards", fmt.Sprintf("%s is sent as %q, and has to be %q", g.Value, sent, want), "write the same text in both")
	}
}

// constants are outcomes that nobody can tell apart: the one text of each is the same.
func (l *look) constants() {
	if !l.f.Reply || len(l.f.Success) != 1 {
		return
	}
	for name, list := range map[string][]plan.Constant{"failure": l.f.Failure, "final": l.f.Final} {
		if len(list) != 1 || list[0].Slot != l.f.Success[0].Slot {
			continue
		}
		if slices.ContainsFunc(list[0].Texts, func(t plan.Text) bool { return l.f.Success[0].Holds(t.B) }) {
			l.add(l.f.Decl.Pos, l.f.Place+"."+name, "its text is that of success: nobody can tell them apart", "give each its own text")
		}
	}
}
