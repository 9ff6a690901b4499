package protocol

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

type duration = time.Duration

// places compiles where things stand.
func (c *compiler) places(d *declare.Message, place string) {
	f := c.f
	f.method = c.textPlace(d.Method, slotMethod, place, "method", "")
	f.host = c.textPlace(d.Host, slotHost, place, "host", "")
	f.path = c.textPlace(d.Path, slotPath, place, "path", "rfc3986")
	if d.Query != nil {
		if d.Query.Text != nil {
			f.queryText = c.textPlace(d.Query.Text, slotQuery, place, "query", "form")
		} else {
			f.query = c.node(d.Query, place+".query", "query", "query")
		}
	}
	if d.Header != nil {
		f.header = c.node(d.Header, place+".header", "header", "header")
	}
	if d.Body == nil {
		return
	}
	if d.Body.Text != nil && d.Body.Text.Source == "" {
		f.empty = true
		return
	}
	if d.Body.Text != nil {
		f.bodyText = c.textPlace(d.Body.Text, slotBody, place, d.Carriage, "")
		f.bodyText.whole = true
		return
	}
	if d.Carriage == "text" {
		c.add(d.Body.Pos, place+".text", "a text body is one template", "take json, xml, form or multipart for members")
		return
	}
	f.body = c.node(d.Body, place+"."+d.Carriage, d.Carriage, d.Carriage)
	if d.Carriage == "xml" && (len(f.body.children) != 1 || f.body.children[0].leaf != nil) {
		c.add(d.Body.Pos, place+".xml", "an XML body has one root element with elements in it", `write xml: {root: {name: "{value}"}}`)
	}
}

// textPlace is a place that is one template. The holes of a path and a query are
// escaped there.
func (c *compiler) textPlace(t *declare.Text, slot int, place, name, dialect string) *item {
	if t == nil {
		return nil
	}
	it := &item{slot: slot, name: name, place: place + "." + name, pos: t.Pos, leaf: true, refuse: string(problem.JSON), holder: name}
	it.expr = &expr{pieces: c.pieces(t, it.place), scalar: t.Scalar}
	if dialect != "" {
		for i := range it.expr.pieces {
			if p := &it.expr.pieces[i]; p.slot >= 0 {
				p.steps = append(p.steps, c.use(declare.Use{Source: "url " + dialect, Name: "url", Args: []string{dialect}}, t.Pos, it.place))
			}
		}
	}
	c.f.items = append(c.f.items, it)
	return it
}

// node compiles a tree of places. full is its name in templates: json.header.sid.
func (c *compiler) node(p *declare.Part, place, carriage, full string) *node {
	n := &node{optional: p.Optional, rest: p.Rest, list: p.List}
	if p.Name != nil {
		n.literal = literal(p.Name)
		if len(p.Name.Holes()) > 0 {
			n.dynamic, n.name = true, c.pieces(p.Name, place)
		}
		if carriage == "header" {
			n.literal = http.CanonicalHeaderKey(n.literal)
			full = "header." + n.literal
		}
		if n.dynamic {
			n.literal = ""
		}
	}
	n.local = n.literal
	if carriage == "xml" {
		n.local = n.literal[strings.LastIndexByte(n.literal, ':')+1:]
	}
	if p.Text != nil {
		n.leaf = c.leaf(p, n, place, carriage, full)
		return n
	}
	if depth := strings.Count(full, ".") + 3; carriage == "json" {
		c.f.x.levels = max(c.f.x.levels, depth)
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
		n.children = append(n.children, c.node(child, place+"."+name, carriage, full+"."+name))
	}
	return n
}

func (c *compiler) leaf(p *declare.Part, n *node, place, carriage, full string) *item {
	it := &item{
		name: full, place: place, pos: p.Pos, leaf: true, optional: p.Optional, rest: p.Rest,
		refuse: string(problem.JSON), holder: carriage,
	}
	if carriage == "json" {
		c.f.x.levels = max(c.f.x.levels, strings.Count(full, ".")+2)
	}
	it.slot = -1
	if at, ok := c.f.index[full]; ok && c.f.infos[at].kind == partSlot {
		it.slot = at // a template named it before
		c.f.infos[at] = info{name: full, kind: leafSlot, item: it}
	} else {
		name := full
		if n.dynamic || n.rest {
			name = ""
		}
		it.slot = c.slot(name, info{kind: leafSlot, item: it})
	}
	it.expr = &expr{pieces: c.pieces(p.Text, place), scalar: p.Text.Scalar}
	if one := single(it.expr); one != nil && len(one.steps) == 0 {
		i := c.f.infos[one.slot]
		it.whole = one.slot == slotPayload || i.kind == value && c.treeValued(i.name)
	}
	for i := range it.expr.pieces {
		for _, u := range it.expr.pieces[i].steps {
			it.cdata = it.cdata || u.src == "cdata"
		}
		if at := it.expr.pieces[i].slot; at >= 0 && c.f.infos[at].kind == secret {
			it.refuse = string(problem.Auth)
		}
	}
	c.f.items = append(c.f.items, it)
	return it
}

// treeValued reports whether a value is a JSON object.
func (c *compiler) treeValued(name string) bool {
	for i := range c.f.decl.Values {
		if v := &c.f.decl.Values[i]; v.Name == name {
			return v.Tree != nil && v.Pair == nil && len(v.By) == 0
		}
	}
	return false
}

// single is the hole of a template that is nothing else.
func single(e *expr) *piece {
	if e.kind == fromTemplate && len(e.steps) == 0 && len(e.pieces) == 1 && e.pieces[0].slot >= 0 {
		return &e.pieces[0]
	}
	return nil
}

// guards compiles what judges values.
func (c *compiler) guards(d *declare.Message, place string) {
	for i, g := range d.Guards {
		here := fmt.Sprintf("%s.guards[%d]", place, i+1)
		out := guard{Guard: g}
		if g.Value == "" && g.Kind != "" {
			c.add(g.Pos, here, "it names no value", g.Kind+": NAME")
			continue
		}
		out.slot = c.resolve(g.Value, g.Pos, here)
		if g.Within != "" {
			d, err := time.ParseDuration(g.Within)
			if err != nil || d <= 0 {
				c.add(g.Pos, here, fmt.Sprintf("%q is no duration", g.Within), "write 5m or 24h")
			}
			out.keep = d
		}
		c.guardKind(&out, here)
		c.f.guards = append(c.f.guards, out)
	}
}

func (c *compiler) guardKind(g *guard, here string) {
	switch g.Kind {
	case "window", "until", "since":
		if g.Kind == "window" && g.keep == 0 {
			g.keep = 5 * time.Minute
		}
		c.clock(g, here)
	case "once":
		if g.Effect {
			c.f.effect = g.slot
		}
	case "like":
		match, err := compilePattern(g.Pattern)
		if err != nil || g.Pattern == "" {
			c.add(g.Pos, here, fmt.Sprintf("%q is no pattern", g.Pattern), "")
		}
		g.match = match
	case "equal":
		if g.To == nil {
			c.add(g.Pos, here, "it says not to what", "to: TEXT")
			return
		}
		g.to = c.pieces(g.To, here)
	}
}

// clock finds how the time of a guard is written.
func (c *compiler) clock(g *guard, here string) {
	it := c.f.infos[g.slot].item
	if it != nil && it.expr != nil {
		if one := singleSteps(it.expr); one != nil && one.slot == slotNow {
			g.clock = append(append([]*use{}, one.steps...), it.expr.steps...)
			for _, u := range g.clock {
				if u.do.Undo == nil || u.do.Vague {
					c.add(g.Pos, here, u.src+" cannot be read as a time", "judge a value that says the time of day")
					return
				}
			}
			if g.Kind == "until" {
				g.clock = withoutShift(g.clock)
			}
			return
		}
	}
	c.add(g.Pos, here, g.Value+" is no time", `declare it as a time: `+g.Value+`: {send: "{now|unix}"}`)
}

// withoutShift leaves out how much later the end is: the end itself counts.
func withoutShift(uses []*use) []*use {
	var out []*use
	for _, u := range uses {
		if !u.do.Shift {
			out = append(out, u)
		}
	}
	return out
}

// singleSteps is the only hole of a template, whatever steps follow.
func singleSteps(e *expr) *piece {
	if e.kind == fromTemplate && len(e.pieces) == 1 && e.pieces[0].slot >= 0 {
		return &e.pieces[0]
	}
	return nil
}
