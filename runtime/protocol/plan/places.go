package plan

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/pattern"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

type duration = time.Duration

// places compiles where things stand.
func (c *compiler) places(d *declare.Message, place string) {
	f := c.f
	f.method = c.textPlace(d.Method, SlotMethod, place, "method", "")
	f.host = c.textPlace(d.Host, SlotHost, place, "host", "")
	f.Path = c.textPlace(d.Path, SlotPath, place, "path", "rfc3986")
	if d.Query != nil {
		if d.Query.Text != nil {
			f.QueryText = c.textPlace(d.Query.Text, SlotQuery, place, "query", "form")
		} else {
			f.Query = c.node(d.Query, place+".query", "query", "query")
		}
	}
	if d.Header != nil {
		f.Header = c.node(d.Header, place+".header", "header", "header")
	}
	if d.Body == nil {
		return
	}
	if d.Body.Text != nil && d.Body.Text.Source == "" {
		f.Empty = true
		return
	}
	if d.Body.Text != nil {
		f.BodyText = c.textPlace(d.Body.Text, SlotBody, place, d.Carriage, "")
		f.BodyText.Whole = true
		return
	}
	if d.Carriage == "text" {
		c.add(d.Body.Pos, place+".text", "a text body is one template", "take json, xml, form or multipart for members")
		return
	}
	f.Body = c.node(d.Body, place+"."+d.Carriage, d.Carriage, d.Carriage)
	if d.Carriage == "form" && len(f.Body.Children) == 0 {
		f.Body, f.Empty = nil, true // form: {} of a variant for GET: there are no bytes
		return
	}
	if d.Carriage == "xml" && (len(f.Body.Children) != 1 || f.Body.Children[0].Leaf != nil) {
		c.add(d.Body.Pos, place+".xml", "an XML body has one root element with elements in it", `write xml: {root: {name: "{value}"}}, or for all members of the interface {root: {"*": "{payload}"}}`)
	}
}

// textPlace is a place that is one template. The holes of a path and a query are
// escaped there.
func (c *compiler) textPlace(t *declare.Text, slot int, place, name, dialect string) *Item {
	if t == nil {
		return nil
	}
	it := &Item{Slot: slot, Name: name, place: place + "." + name, pos: t.Pos, Leaf: true, Refuse: string(problem.JSON), Holder: name}
	it.Expr = &Expr{Pieces: c.pieces(t, it.place), Scalar: t.Scalar}
	for i := range it.Expr.Pieces {
		if p := &it.Expr.Pieces[i]; p.Slot >= 0 && dialect != "" {
			c.escape(p, dialect, t.Pos, it)
			if slot == SlotPath && p.slashed() {
				p.endBefore(it.Expr.Pieces[i+1:])
			}
		}
	}
	c.f.Items = append(c.f.Items, it)
	return it
}

// endBefore lets a hole of several segments end so that what is behind it has its own
// segments: {interface|map . /}/{app} ends at the last slash.
func (p *Piece) endBefore(behind []Piece) {
	text := ""
	for i := range behind {
		if behind[i].Slot >= 0 && behind[i].slashed() {
			return // nothing says where it ends
		}
		text += string(behind[i].Lit)
	}
	if len(behind) == 0 || !bytes.HasPrefix(behind[0].Lit, []byte("/")) {
		return
	}
	last := *p.Steps[len(p.Steps)-1]
	do := *last.Do
	do.Tail = strings.Count(text, "/")
	do.Take = func(in []byte) int { return message.Tail(in, do.Tail) }
	last.Do, p.Steps[len(p.Steps)-1] = &do, &last
}

// escape escapes a hole as its place in a URL wants it.
func (c *compiler) escape(p *Piece, dialect string, pos declare.Pos, it *Item) {
	if it.Slot == SlotPath && p.slashed() {
		dialect = "path"
	}
	p.Steps = append(p.Steps, c.use(declare.Use{Source: "url " + dialect, Name: "url", Args: []string{dialect}}, pos, it.place))
}

// slashed reports whether steps put slashes into the text of a hole, so that it is
// several segments of a path: {interface|replace . /}.
func (p *Piece) slashed() bool {
	return slices.ContainsFunc(p.Steps, func(u *Use) bool {
		name, args, _ := strings.Cut(u.Do.Name, " ")
		_, with, _ := strings.Cut(args, " ")
		return (name == "replace" || name == "map") && strings.Contains(with, "/")
	})
}

// node compiles a tree of places. full is its name in templates: json.header.sid.
func (c *compiler) node(p *declare.Part, place, carriage, full string) *Node {
	n := &Node{Optional: p.Optional, Rest: p.Rest, List: p.List}
	if p.Name != nil {
		n.Literal = literal(p.Name)
		if len(p.Name.Holes()) > 0 {
			n.Dynamic, n.Name = true, c.pieces(p.Name, place)
		}
		if carriage == "header" {
			n.Literal = http.CanonicalHeaderKey(n.Literal)
			full = "header." + n.Literal
		}
		if n.Dynamic {
			n.Literal = ""
		}
	}
	n.Key = append(step.AppendString(nil, []byte(n.Literal)), ':')
	n.Local = n.Literal
	if carriage == "xml" {
		n.Local = n.Literal[strings.LastIndexByte(n.Literal, ':')+1:]
	}
	if n.Dynamic && !c.f.Reply && (strings.HasPrefix(full, "json.") || strings.HasPrefix(full, "xml.")) && place == c.f.Place+"."+full {
		n.Label = &Item{Name: full, Said: full, place: place, pos: p.Pos, Leaf: true, Refuse: string(problem.JSON), Holder: carriage, Expr: &Expr{Pieces: n.Name}}
		n.Label.Slot = c.slot("", Info{Kind: leafSlot, Item: n.Label})
		c.f.Items = append(c.f.Items, n.Label)
	}
	if p.Text != nil {
		n.Leaf = c.leaf(p, n, place, carriage, full)
		return n
	}
	if depth := strings.Count(full, ".") + 3; carriage == "json" {
		c.f.x.Levels = max(c.f.x.Levels, depth)
	}
	if p.List && carriage != "json" {
		c.add(p.Pos, place, "only JSON has lists", "")
	}
	if (carriage == "query" || carriage == "header" || carriage == "form" || carriage == "multipart") && strings.Contains(full, ".") {
		c.add(p.Pos, place, "a "+carriage+" has no members in members", "")
	}
	for i, child := range p.Children {
		name := fmt.Sprint(i)
		if child.Name != nil {
			name = child.Name.Source
		}
		n.Children = append(n.Children, c.node(child, place+"."+name, carriage, full+"."+name))
	}
	return n
}

func (c *compiler) leaf(p *declare.Part, n *Node, place, carriage, full string) *Item {
	it := &Item{
		Name: full, Said: full, place: place, pos: p.Pos, Leaf: true, Optional: p.Optional, Rest: p.Rest,
		Refuse: string(problem.JSON), Holder: carriage,
	}
	if !strings.HasPrefix(full, carriage) {
		it.Said = carriage + "." + full // of a tree that is a value: where it stands, its name says
	}
	if carriage == "json" {
		c.f.x.Levels = max(c.f.x.Levels, strings.Count(full, ".")+2)
	}
	if carriage == "header" && p.Name != nil {
		it.Said = "header." + literal(p.Name)
	}
	it.Slot = -1
	if at, ok := c.f.Index[full]; ok && c.f.Infos[at].Kind == partSlot {
		it.Slot = at // a template named it before
		c.f.Infos[at] = Info{Name: full, Kind: leafSlot, Item: it}
	} else {
		name := full
		if n.Dynamic || n.Rest {
			name = ""
		}
		it.Slot = c.slot(name, Info{Kind: leafSlot, Item: it})
	}
	it.Expr = &Expr{Pieces: c.pieces(p.Text, place), Scalar: p.Text.Scalar}
	others := func(u *Use) bool { return u.Do.From != step.JSON || u.Do.To != step.JSON }
	if one := SingleSteps(it.Expr); one != nil && !slices.ContainsFunc(one.Steps, others) {
		i := c.f.Infos[one.Slot]
		it.Whole = one.Slot == SlotPayload || i.Kind == value && c.treeValued(i.Name)
	}
	for i := range it.Expr.Pieces {
		for _, u := range it.Expr.Pieces[i].Steps {
			it.Cdata = it.Cdata || u.Src == "cdata"
		}
		if at := it.Expr.Pieces[i].Slot; at >= 0 && c.f.Infos[at].Kind == KindSecret {
			it.Refuse = string(problem.Auth)
		}
	}
	c.f.Items = append(c.f.Items, it)
	return it
}

// treeValued reports whether a value is a JSON object.
func (c *compiler) treeValued(name string) bool {
	for i := range c.f.Decl.Values {
		if v := &c.f.Decl.Values[i]; v.Name == name {
			return v.Tree != nil && v.Pair == nil && len(v.By) == 0
		}
	}
	return false
}

// Single is the hole of a template that is nothing else.
func Single(e *Expr) *Piece {
	if e.Kind == FromTemplate && len(e.Steps) == 0 && len(e.Pieces) == 1 && e.Pieces[0].Slot >= 0 {
		return &e.Pieces[0]
	}
	return nil
}

// guards compiles the rules on values.
func (c *compiler) guards(d *declare.Message, place string) {
	c.f.Guards = c.guardList(d.Guards, place+".guards")
}

func (c *compiler) guardList(list []declare.Guard, place string) (all []Guard) {
	for i, g := range list {
		here := fmt.Sprintf("%s[%d]", place, i+1)
		out := Guard{Guard: g, After: -1, Unsent: -1, Effect: g.With == "effect"}
		if g.Value == "" && g.Kind != "" {
			c.add(g.Pos, here, "it names no value", g.Kind+": NAME")
			continue
		}
		out.Slot = c.resolve(g.Value, g.Pos, here)
		if g.After != "" {
			out.After = c.resolve(g.After, g.Pos, here)
		}
		if g.Within != "" {
			d, err := time.ParseDuration(g.Within)
			if err != nil || d <= 0 {
				c.add(g.Pos, here, fmt.Sprintf("%q is no duration", g.Within), "write 5m or 24h")
			}
			out.Keep = d
		}
		c.named(g.To, list[i+1:])
		c.guardKind(&out, here)
		c.f.standing(&out)
		all = append(all, out)
	}
	return all
}

// typed finds which types of JSON a place takes.
func (f *Form) typed() {
	for _, it := range f.Items {
		one := SingleSteps(it.Expr)
		if it.Bare = it.Expr.Scalar; !it.Leaf || one == nil {
			continue
		}
		n := len(one.Steps)
		it.Bare = it.Whole || n > 0 && one.Steps[n-1].Do.To == step.JSON
		if value := f.Infos[one.Slot].Item; n == 0 && value != nil && value.Expr != nil {
			it.Opaque = len(value.Expr.Steps) > 0 && value.Expr.undoable() == ""
		}
	}
}

// standing finds the place of the value that a guard gives a form.
func (f *Form) standing(g *Guard) {
	if g.Kind != "like" && g.Kind != "equal" {
		return
	}
	for _, it := range f.Items {
		if one := SingleSteps(it.Expr); it.Leaf && one != nil && one.Slot == g.Slot {
			g.At = it
			if rule := problem.Rule(g.Refuse()); slices.Contains(problem.Rules(), rule) {
				it.Malformed = rule
			}
			return
		}
	}
}

func (c *compiler) guardKind(g *Guard, here string) {
	switch g.Kind {
	case "window", "until", "since":
		if g.Kind == "window" && g.Keep == 0 {
			g.Keep = 5 * time.Minute
		}
		c.clock(g, here)
	case "once":
		if g.Effect {
			c.f.Effect = g.Slot
		}
		if text := c.constant(g); text != "" {
			c.add(g.Pos, here, fmt.Sprintf("every message has %q there: the second is refused", text), "send a value that differs, as {id} or {random|first 16|hex}")
		}
	case "like":
		match, err := pattern.Compile(g.Pattern)
		if err != nil || g.Pattern == "" {
			c.add(g.Pos, here, fmt.Sprintf("%q is no pattern", g.Pattern), "")
		} else if text := c.constant(g); text != "" && !match(text) {
			c.add(g.Pos, here, fmt.Sprintf("%q is sent, which is not like %s", text, g.Pattern), "change the value or the pattern")
		}
		g.Match = match
	case "equal":
		if g.Guard.To == nil {
			c.add(g.Pos, here, "it says not to what", "to: TEXT")
			return
		}
		g.Template = c.pieces(g.Guard.To, here)
		c.readable(g, here)
	}
}

// constant is the text that a sender gives the value of a guard in every message; empty
// where it differs, or comes from outside.
func (c *compiler) constant(g *Guard) string {
	it := c.f.Infos[g.Slot].Item
	if it == nil || it.Expr == nil || it.Expr.Kind != FromTemplate || len(it.Expr.Steps) > 0 {
		return ""
	}
	return c.f.constant(it)
}

// clock finds how the time of a guard is written.
func (c *compiler) clock(g *Guard, here string) {
	it := c.f.Infos[g.Slot].Item
	var one *Piece
	if it != nil && it.Expr != nil {
		one = SingleSteps(it.Expr)
	}
	if c.f.Infos[g.Slot].timed {
		return // the guard that named it has read the time
	}
	if one == nil || one.Slot != SlotNow {
		c.add(g.Pos, here, g.Value+" is no time", `declare it as a time: `+g.Value+`: {send: "{now|unix}"}`)
		return
	}
	g.Clock = append(append([]*Use{}, one.Steps...), it.Expr.Steps...)
	for _, u := range g.Clock {
		if u.Do.Undo == nil || u.Do.Vague {
			c.add(g.Pos, here, u.Src+" cannot be read as a time", "name a value that says the time of day")
			return
		}
	}
	if g.Kind == "until" {
		g.Clock = withoutShift(g.Clock)
	}
}

// withoutShift leaves out how much later the end is: the end itself counts.
func withoutShift(uses []*Use) []*Use {
	var out []*Use
	for _, u := range uses {
		if !u.Do.Shift {
			out = append(out, u)
		}
	}
	return out
}

// SingleSteps is the only hole of a template, whatever steps follow.
func SingleSteps(e *Expr) *Piece {
	if e.Kind == FromTemplate && len(e.Pieces) == 1 && e.Pieces[0].Slot >= 0 {
		return &e.Pieces[0]
	}
	return nil
}
