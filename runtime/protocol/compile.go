package protocol

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// compiler collects what is wrong.
type compiler struct {
	p        *compiled
	f        *form
	pair     bool // the template of a pair is compiled
	problems declare.Problems
}

func (c *compiler) add(pos declare.Pos, place, text, mend string) {
	for _, one := range c.problems {
		if one.Pos == pos && one.Text == text && pos.Line > 0 {
			return // a variant says it again
		}
	}
	c.problems = append(c.problems, declare.Problem{Pos: pos, Place: place, Text: text, Mend: mend})
}

func (c *compiler) weak(pos declare.Pos, place, text, mend string) {
	n := len(c.problems)
	if c.add(pos, place, text, mend); len(c.problems) > n {
		c.problems[n].Weak = true
	}
}

// form compiles one variant, without its plans.
func (c *compiler) form(x *exchange, d *declare.Message, place string, reply bool) *form {
	f := &form{x: x, decl: d, place: place, reply: reply, index: map[string]int{}, status: d.Status, effect: -1}
	c.f = f
	for i, name := range builtinNames() {
		if i != slotName && i != slotValue && (reply || i != slotCode && i != slotText) {
			f.index[name] = i
		}
		f.infos = append(f.infos, info{name: name, kind: builtin})
	}
	for i, k := range c.p.keys {
		if slices.Contains(builtinNames(), k.Name) {
			c.add(k.Pos, "keys."+k.Name, "the name stands for something else in every message", "take another name")
		}
		c.slot(k.Name, info{kind: secret, key: i})
	}
	for _, list := range [][]declare.Constant{d.Success, d.Failure} {
		for _, one := range list {
			if _, ok := f.index[one.Name]; !ok {
				c.slot(one.Name, info{kind: constantSlot})
			}
		}
	}
	values := c.declareValues(d, place)
	c.places(d, place)
	for i, it := range values {
		c.value(it, &d.Values[i])
	}
	f.items = append(f.items, values...)
	c.conditions(d, place)
	c.guards(d, place)
	f.success, f.failure = c.constants(d.Success, place+".success"), c.constants(d.Failure, place+".failure")
	return f
}

func (c *compiler) slot(name string, i info) int {
	at := len(c.f.infos)
	i.name = name
	c.f.infos = append(c.f.infos, i)
	if name != "" {
		c.f.index[name] = at
	}
	return at
}

// declareValues makes the slots, so that values may name each other in any order.
func (c *compiler) declareValues(d *declare.Message, place string) []*item {
	var out []*item
	for i := range d.Values {
		v := &d.Values[i]
		it := &item{name: v.Name, place: place + ".values." + v.Name, pos: v.Pos, send: v.Send != nil, refuse: v.Else, raised: v.Else != ""}
		if at, ok := c.f.index[v.Name]; ok && c.f.infos[at].kind != constantSlot {
			c.add(v.Pos, it.place, "the name stands for something else in every message", "take another name")
		}
		it.slot = c.slot(v.Name, info{kind: value, item: it})
		out = append(out, it)
	}
	for i := range d.Values {
		for _, name := range d.Values[i].Into.Holes() {
			if _, ok := c.f.index[name]; !ok {
				c.slot(name, info{kind: value}) // a part of a text that is taken apart
			}
		}
	}
	return out
}

// resolve finds the slot of a name.
func (c *compiler) resolve(name string, pos declare.Pos, place string) int {
	f := c.f
	if at := slices.Index([]string{"name", "value"}, name); c.pair && at >= 0 {
		return slotName + at
	}
	if rest, ok := strings.CutPrefix(name, "header."); ok {
		name = "header." + http.CanonicalHeaderKey(rest)
	}
	if at, ok := f.index[name]; ok {
		f.url = f.url || at == slotURL || at == slotTarget
		return at
	}
	if rest, ok := strings.CutPrefix(name, "request."); ok && f.reply {
		return c.slot(name, info{kind: callSlot, part: &partRef{path: []string{rest}}})
	}
	if ref := partOf(name); ref != nil {
		f.x.levels = max(f.x.levels, len(ref.path)+2)
		return c.slot(name, info{kind: partSlot, part: ref})
	}
	var known []string
	for _, i := range f.infos {
		if i.name != "" && i.kind != leafSlot {
			known = append(known, i.name)
		}
	}
	c.add(pos, place, fmt.Sprintf("{%s} has no source: no key, no value and no part of a message has the name", name),
		declare.Nearest(name, known))
	return slotRandom
}

func holders() []string {
	return []string{"header", "query", "form", "json", "xml", "multipart", "path"}
}

// partOf reads the name of a part, nil where it is none.
func partOf(name string) *partRef {
	holder, rest, ok := strings.Cut(name, ".")
	if !ok || !slices.Contains(holders(), holder) {
		return nil
	}
	if holder == "json" || holder == "xml" || holder == "path" {
		return &partRef{holder, strings.Split(rest, ".")}
	}
	return &partRef{holder, []string{rest}}
}

// pieces compiles a template.
func (c *compiler) pieces(t *declare.Text, place string) []piece {
	if t == nil {
		return nil
	}
	out := []piece{}
	for _, p := range t.Pieces {
		if p.Name == "" {
			out = append(out, piece{lit: []byte(p.Literal), slot: -1})
			continue
		}
		out = append(out, piece{slot: c.resolve(p.Name, t.Pos, place), steps: c.uses(p.Steps, t.Pos, place)})
	}
	return out
}

// pairPieces compiles the template of a pair, which has the names name and value.
func (c *compiler) pairPieces(t *declare.Text, place string) []piece {
	c.pair = true
	defer func() { c.pair = false }()
	return c.pieces(t, place)
}

func (c *compiler) uses(list []declare.Use, pos declare.Pos, place string) []*use {
	var out []*use
	for _, u := range list {
		if u.Line > 0 {
			pos = u.Pos
		}
		if one := c.use(u, pos, place); one != nil {
			out = append(out, one)
		}
	}
	return out
}

// use compiles a step and finds its key.
func (c *compiler) use(u declare.Use, pos declare.Pos, place string) *use {
	do, err := step.Find(u.Name, u.Args, u.Named)
	if errors.Is(err, step.ErrUnknown) {
		c.add(pos, place, fmt.Sprintf("there is no step %q", u.Name), declare.Nearest(u.Name, step.Names()))
		return nil
	}
	if err != nil {
		c.add(pos, place, err.Error(), "")
		return nil
	}
	out := &use{do: do, src: u.Source, key: -1, pair: -1, prep: -1, refs: [3]int{-1, -1, -1}}
	for role, name := range do.Apart {
		if name != "" {
			out.refs[role] = c.resolve(name, pos, place)
		}
	}
	if do.Key == step.NoKey {
		return out
	}
	at := c.resolve(do.KeyName, pos, place)
	i := c.f.infos[at]
	want := map[step.Kind]string{step.RSA: "rsa", step.SM2: "sm2", step.Ed25519: "ed25519", step.ECDSA: "ecdsa"}[do.Key]
	if want == "" {
		out.key = at
		if i.kind == secret {
			if isPair(c.p.keys[i.key].Kind) {
				c.add(pos, place, do.KeyName+" is a key pair, and "+u.Name+" takes a secret", "declare it as text, hex or base64")
				return nil
			}
			out.prep = len(c.p.preps)
			c.p.preps = append(c.p.preps, prep{do, i.key})
		}
		return out
	}
	if i.kind != secret || c.p.keys[i.key].Kind != want {
		c.add(pos, place, fmt.Sprintf("%s is no key pair of %s", do.KeyName, want), "declare it: keys: {"+do.KeyName+": "+want+"}")
		return nil
	}
	out.key, out.pair = at, i.key
	return out
}

func isPair(kind string) bool {
	return kind == "rsa" || kind == "sm2" || kind == "ed25519" || kind == "ecdsa"
}

// value compiles what a value is made of.
func (c *compiler) value(it *item, v *declare.Value) {
	it.expr = c.expr(v, it)
	it.into = c.pieces(v.Into, it.place)
	for _, over := range v.Accept {
		it.accept = append(it.accept, c.expr(declare.OverlayValue(v, over), it))
	}
	if it.refuse == "" {
		it.refuse = "auth"
		if it.expr.undoable() == "" {
			it.refuse = "json"
		}
	}
}

func (c *compiler) expr(v *declare.Value, it *item) *expr {
	e := &expr{sorted: v.Sort, steps: c.uses(v.By, v.Pos, it.place)}
	if v.Join != nil {
		e.join = []byte(literal(v.Join))
	}
	switch {
	case v.Send != nil:
		e.pieces, e.scalar = c.pieces(v.Send, it.place), v.Send.Scalar
	case v.Of != nil:
		e.pieces, e.scalar = c.pieces(v.Of, it.place), v.Of.Scalar
	case v.List != nil:
		e.kind = fromList
		for _, one := range v.List {
			e.list = append(e.list, c.pieces(one, it.place))
		}
	case v.Tree != nil:
		e.kind = fromTree
		e.tree = c.node(v.Tree, it.place, "json", v.Name)
		if v.Pair != nil {
			e.kind, e.pair = fromPairs, c.pairPieces(v.Pair, it.place)
			if v.Join == nil {
				e.join = []byte("&")
			}
		}
	case v.From != nil:
		e.kind = fromSelection
		e.sel = c.selection(v, it)
	default:
		c.add(v.Pos, it.place, "it is made of nothing", "say of:, send: or from:")
	}
	return e
}

// literal is a template without holes.
func literal(t *declare.Text) string {
	out := ""
	for _, p := range t.Pieces {
		out += p.Literal
	}
	return out
}

func (c *compiler) selection(v *declare.Value, it *item) *selection {
	s := &selection{
		owner: it.slot, sorted: v.Sort, join: []byte("&"), skip: v.Skip, split: v.Split, must: v.Must, empty: v.Empty, plain: v.Pair == nil,
	}
	if v.Join != nil {
		s.join = []byte(literal(v.Join))
	}
	if s.sorted == "" {
		s.sorted = "name"
	}
	if s.split == "" {
		s.split = ";"
	}
	if v.Pair != nil {
		s.pair = c.pairPieces(v.Pair, it.place)
	}
	if v.Only != nil {
		s.only = c.pieces(v.Only, it.place)
	}
	for _, from := range v.From {
		s.from = append(s.from, c.source(from, it))
	}
	for i, name := range v.Skip {
		if strings.Contains(strings.TrimSuffix(name, "*"), "*") {
			c.add(v.Pos, it.place+".skip", fmt.Sprintf("the star of %q is only a letter there", name), "a star stands at the end of a name")
		}
		_ = i
	}
	return s
}

func (c *compiler) source(from declare.Source, it *item) source {
	if from.Text != nil {
		return source{name: from.Name, pieces: c.pieces(from.Text, it.place)}
	}
	if from.Container == "payload" {
		return source{payload: true}
	}
	holder, rest, deep := strings.Cut(from.Container, ".")
	if !slices.Contains(holders(), holder) || holder == "path" || deep && holder != "json" && holder != "xml" {
		c.add(from.Pos, it.place+".from", fmt.Sprintf("%q holds no pairs", from.Container),
			declare.Nearest(from.Container, []string{"query", "header", "form", "json", "xml", "multipart", "payload"}))
		return source{payload: true}
	}
	s := source{part: &partRef{holder: holder}}
	if deep {
		s.part.path = strings.Split(rest, ".")
	}
	c.f.x.levels = max(c.f.x.levels, len(s.part.path)+3)
	return s
}

// undoable says why an expression cannot be undone, nothing where it can.
func (e *expr) undoable() string {
	for _, u := range e.steps {
		if u.do.Undo == nil {
			return u.src
		}
	}
	return ""
}

func (c *compiler) conditions(d *declare.Message, place string) {
	for _, one := range d.When {
		out := condition{glob: one.Glob, set: one.Set, slot: -1, part: partOf(one.Part)}
		switch {
		case out.part != nil:
			c.f.x.levels = max(c.f.x.levels, len(out.part.path)+2)
		case !one.Set && c.f.reply && slices.Contains([]string{"success", "failure", "unknown"}, one.Part):
			out.outcome = one.Part
		case slices.Contains([]string{"method", "host", "path", "interface", "frame", "app"}, one.Part):
			out.slot = c.f.index[one.Part]
		case c.f.index[one.Part] >= builtins && c.f.infos[c.f.index[one.Part]].kind == value && !c.f.reply:
			out.slot, out.later = c.f.index[one.Part], true
		default:
			c.add(one.Pos, place+".when", fmt.Sprintf("%q is nothing that is known at the start", one.Part),
				"take a part (query.x, header.X, json.a), method, path, host, interface, frame, a value; of a reply success, failure or unknown")
		}
		c.f.when = append(c.f.when, out)
	}
}

func (c *compiler) constants(list []declare.Constant, place string) []constant {
	var out []constant
	for _, one := range list {
		k := constant{slot: c.f.index[one.Name], name: one.Name}
		for _, t := range one.Texts {
			k.texts = append(k.texts, text{b: []byte(literal(t)), json: t.Scalar})
			if len(t.Holes()) > 0 {
				c.add(one.Pos, place, "a constant has no holes", "write a value for it")
			}
		}
		out = append(out, k)
	}
	return out
}
