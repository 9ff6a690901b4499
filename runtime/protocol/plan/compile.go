package plan

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// compiler collects what is wrong.
type compiler struct {
	p        *Protocol
	f        *Form
	pair     bool // the template of a pair is compiled
	problems declare.Problems
	members  []*Item // values that are members of others, of the form in hand
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
func (c *compiler) form(x *Exchange, d *declare.Message, place string, reply bool) *Form {
	f := &Form{x: x, Decl: d, Place: place, Reply: reply, Index: map[string]int{}, Status: d.Status, Effect: -1}
	c.f, c.members = f, nil
	for i, name := range builtinNames() {
		if i < SlotName && (reply || i != SlotCode && i != SlotText && i != SlotStatus) {
			f.Index[name] = i
		}
		f.Infos = append(f.Infos, Info{Name: name, Kind: builtin})
	}
	for i, k := range c.p.Keys {
		if slices.Contains(builtinNames(), k.Name) {
			c.add(k.Pos, "keys."+k.Name, "the name stands for something else in every message", "take another name")
		}
		if slices.Contains([]string{"system", "appid", "token_expires"}, k.Name) {
			c.add(k.Pos, "keys."+k.Name, "the file of an app has another member of that name", "take another name")
		}
		c.slot(k.Name, Info{Kind: KindSecret, key: i})
	}
	for _, list := range [][]declare.Constant{d.Success, d.Failure, d.Final} {
		for _, one := range list {
			if _, ok := f.Index[one.Name]; !ok {
				c.slot(one.Name, Info{Kind: constantSlot})
			}
		}
	}
	values := c.declareValues(d, place)
	c.places(d, place)
	for i, it := range values {
		c.value(it, &d.Values[i])
	}
	f.typed()
	f.Items = append(f.Items, values...)
	c.conditions(d, place)
	c.guards(d, place)
	f.Success, f.Failure = c.constants(d.Success, place+".success"), c.constants(d.Failure, place+".failure")
	f.Final = c.constants(d.Final, place+".final")
	f.Items = append(f.Items, c.members...)
	return f
}

func (c *compiler) slot(name string, i Info) int {
	at := len(c.f.Infos)
	i.Name = name
	c.f.Infos = append(c.f.Infos, i)
	if name != "" {
		c.f.Index[name] = at
	}
	return at
}

// declareValues makes the slots, so that values may name each other in any order.
func (c *compiler) declareValues(d *declare.Message, place string) []*Item {
	var out []*Item
	for i := range d.Values {
		v := &d.Values[i]
		it := &Item{Name: v.Name, place: place + ".values." + v.Name, pos: v.Pos, Send: v.Send != nil, Refuse: v.Else, raised: v.Else != ""}
		if at, ok := c.f.Index[v.Name]; ok && c.f.Infos[at].Kind != constantSlot {
			c.add(v.Pos, it.place, "the name stands for something else in every message", "take another name")
		}
		it.Slot = c.slot(v.Name, Info{Kind: value, Item: it})
		out = append(out, it)
	}
	for i := range d.Values {
		for _, name := range d.Values[i].Into.Holes() {
			if _, ok := c.f.Index[name]; !ok {
				c.slot(name, Info{Kind: value}) // a part of a text that is taken apart
			}
		}
	}
	return out
}

// resolve finds the slot of a name.
func (c *compiler) resolve(name string, pos declare.Pos, place string) int {
	f := c.f
	if at := slices.Index([]string{"name", "value", "raw"}, name); c.pair && at >= 0 {
		return SlotName + at
	}
	if ref := partOf(name); ref != nil && ref.Holder == "header" {
		name = "header." + ref.Path[0]
	}
	if at, ok := f.Index[name]; ok {
		f.URL = f.URL || at == SlotURL || at == SlotTarget
		f.Tells = f.Tells || at == SlotStatus
		return at
	}
	if rest, ok := strings.CutPrefix(name, "request."); ok && f.Reply {
		return c.slot(name, Info{Kind: callSlot, Part: &PartRef{Path: []string{rest}}})
	}
	if ref := partOf(name); ref != nil {
		if n, err := strconv.Atoi(ref.Path[0]); ref.Holder == "path" && (err != nil || n < 1) {
			c.add(pos, place, fmt.Sprintf("{%s} is no segment of a path", name), "count segments from 1: {path.1}")
		}
		f.x.Levels = max(f.x.Levels, len(ref.Path)+2)
		return c.slot(name, Info{Kind: partSlot, Part: ref})
	}
	if at, ok := c.member(name, pos, place); ok {
		return at
	}
	var known []string
	for _, i := range f.Infos {
		if i.Name != "" && i.Kind != leafSlot {
			known = append(known, i.Name)
		}
	}
	c.add(pos, place, fmt.Sprintf("{%s} has no source: no key, no value and no part of a message has the name", name),
		declare.Nearest(name, known))
	return SlotRandom
}

func holders() []string {
	return []string{"header", "query", "form", "json", "xml", "multipart", "path"}
}

// partOf reads the name of a part, nil where it is none.
func partOf(name string) *PartRef {
	holder, rest, ok := strings.Cut(name, ".")
	if !ok || !slices.Contains(holders(), holder) {
		return nil
	}
	if holder == "json" || holder == "xml" || holder == "path" {
		return &PartRef{holder, strings.Split(rest, ".")}
	}
	if holder == "header" {
		rest = http.CanonicalHeaderKey(rest)
	}
	return &PartRef{holder, []string{rest}}
}

// pieces compiles a template.
func (c *compiler) pieces(t *declare.Text, place string) []Piece {
	if t == nil {
		return nil
	}
	out := []Piece{}
	for _, p := range t.Pieces {
		if p.Name == "" {
			out = append(out, Piece{Lit: []byte(p.Literal), Slot: -1})
			continue
		}
		out = append(out, Piece{Slot: c.resolve(p.Name, t.Pos, place), Steps: c.uses(p.Steps, t.Pos, place)})
	}
	return out
}

// pairPieces compiles the template of a pair, which has the names name and value.
func (c *compiler) pairPieces(t *declare.Text, place string) []Piece {
	c.pair = true
	defer func() { c.pair = false }()
	return c.pieces(t, place)
}

func (c *compiler) uses(list []declare.Use, pos declare.Pos, place string) []*Use {
	var out []*Use
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
func (c *compiler) use(u declare.Use, pos declare.Pos, place string) *Use {
	do, err := step.Find(u.Name, u.Args, u.Named)
	if errors.Is(err, step.ErrUnknown) {
		c.add(pos, place, fmt.Sprintf("there is no step %q", u.Name), declare.Nearest(u.Name, step.Names()))
		return nil
	}
	if err != nil {
		c.add(pos, place, err.Error(), "")
		return nil
	}
	out := &Use{Do: do, Src: u.Source, Key: -1, Pair: -1, Prep: -1, Refs: NoRefs()}
	for role, name := range do.Apart {
		if name != "" {
			out.Refs[role] = c.resolve(name, pos, place)
		}
	}
	if do.IVBytes > 0 {
		c.demand(out.Refs[step.IV], []int{do.IVBytes}, 0)
	}
	if do.Key == step.NoKey {
		out.Simple = out.Refs == NoRefs() && !do.Random
		return out
	}
	at := c.resolve(do.KeyName, pos, place)
	i := c.f.Infos[at]
	want := map[step.Kind]string{step.RSA: "rsa", step.SM2: "sm2", step.Ed25519: "ed25519", step.ECDSA: "ecdsa"}[do.Key]
	if want == "" {
		out.Key = at
		if i.Kind == KindSecret {
			if step.IsPair(c.p.Keys[i.key].Kind) {
				c.add(pos, place, do.KeyName+" is a key pair, and "+u.Name+" takes a secret", "declare it as text, hex or base64")
				return nil
			}
			c.demand(at, do.Lengths, do.Most)
			out.Prep = len(c.p.Preps)
			c.p.Preps = append(c.p.Preps, prep{do, i.key})
		}
		return out
	}
	if i.Kind != KindSecret || c.p.Keys[i.key].Kind != want {
		mend := "declare it: keys: {" + do.KeyName + ": " + want + "}"
		if do.Key == step.Ed25519 {
			mend += "; ed25519-seed takes 32 bytes that both sides have"
		}
		c.add(pos, place, fmt.Sprintf("%s is no key pair of %s", do.KeyName, want), mend)
		return nil
	}
	out.Key, out.Pair = at, i.key
	return out
}

// demand notes the lengths that a step takes of a secret, where a slot holds one.
func (c *compiler) demand(slot int, lengths []int, most int) {
	i := c.f.Infos[slot]
	if i.Kind != KindSecret {
		return
	}
	d := c.p.Demands[i.key]
	switch {
	case d.Lengths == nil:
		d.Lengths = lengths
	case lengths != nil:
		d.Lengths = slices.DeleteFunc(slices.Clone(d.Lengths), func(n int) bool { return !slices.Contains(lengths, n) })
	}
	if most > 0 && (d.Most == 0 || most < d.Most) {
		d.Most = most
	}
	c.p.Demands[i.key] = d
}

// value compiles what a value is made of.
func (c *compiler) value(it *Item, v *declare.Value) {
	it.Expr = c.expr(v, it)
	it.Into = c.pieces(v.Into, it.place)
	for _, over := range v.Accept {
		it.Accept = append(it.Accept, c.expr(declare.OverlayValue(v, over), it))
	}
	if it.Refuse == "" {
		it.Refuse = "auth"
		if it.Expr.undoable() == "" {
			it.Refuse = "json"
		}
	}
}

func (c *compiler) expr(v *declare.Value, it *Item) *Expr {
	e := &Expr{Sorted: strings.Replace(v.Sort, "pair", "value", 1), Steps: c.uses(v.By, v.Pos, it.place)}
	if v.Join != nil {
		e.Join = []byte(literal(v.Join))
	}
	switch {
	case v.Send != nil:
		e.Pieces, e.Scalar = c.pieces(v.Send, it.place), v.Send.Scalar
	case v.Of != nil:
		e.Pieces, e.Scalar = c.pieces(v.Of, it.place), v.Of.Scalar
	case v.List != nil:
		e.Kind = FromList
		for _, one := range v.List {
			e.List = append(e.List, c.pieces(one, it.place))
		}
	case v.Tree != nil:
		e.Kind = FromTree
		e.Tree = c.node(v.Tree, it.place, "json", v.Name)
		if v.Pair != nil {
			e.Kind, e.Pair = FromPairs, c.pairPieces(v.Pair, it.place)
			if v.Join == nil {
				e.Join = []byte("&")
			}
		}
	case v.From != nil:
		e.Kind = FromSelection
		e.Sel = c.selection(v, it)
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

func (c *compiler) selection(v *declare.Value, it *Item) *Selection {
	s := &Selection{
		owner: it.Slot, Sorted: cmp.Or(v.Sort, "name"), Join: []byte("&"), Skip: v.Skip, Split: cmp.Or(v.Split, ";"), Must: v.Must, Empty: v.Empty,
	}
	if v.Join != nil {
		s.Join = []byte(literal(v.Join))
	}
	pair := v.Pair
	if pair == nil {
		pair, _ = declare.ParseText("{name}={value}") // it is well-formed
	}
	s.Pair = c.pairPieces(pair, it.place)
	if v.Only != nil {
		s.Only, s.Fixed = c.pieces(v.Only, it.place), len(v.Only.Holes()) == 0
	}
	for _, from := range v.From {
		s.From = append(s.From, c.source(from, it))
	}
	for _, name := range v.Skip {
		if strings.Contains(strings.TrimSuffix(name, "*"), "*") {
			c.add(v.Pos, it.place+".skip", fmt.Sprintf("the star of %q is only a letter there", name), "put the star at the end of a name")
		}
	}
	return s
}

func (c *compiler) source(from declare.Source, it *Item) Source {
	if from.Text != nil {
		return Source{Name: from.Name, Pieces: c.pieces(from.Text, it.place)}
	}
	holder, rest, deep := strings.Cut(from.Container, ".")
	if at := c.f.Index[holder]; at == SlotPayload || at >= Builtins && c.f.Infos[at].Kind == value {
		s := Source{Of: at}
		if deep {
			s.Path = strings.Split(rest, ".")
		}
		c.f.x.Levels = max(c.f.x.Levels, len(s.Path)+3)
		return s
	}
	if !slices.Contains(holders(), holder) || holder == "path" || deep && holder != "json" && holder != "xml" {
		c.add(from.Pos, it.place+".from", fmt.Sprintf("%q holds no pairs", from.Container),
			declare.Nearest(from.Container, []string{"query", "header", "form", "json", "xml", "multipart", "payload", "a value that is a JSON object"}))
		return Source{Of: SlotPayload}
	}
	s := Source{Part: &PartRef{Holder: holder}}
	if deep {
		s.Part.Path = strings.Split(rest, ".")
	}
	c.f.x.Levels = max(c.f.x.Levels, len(s.Part.Path)+3)
	return s
}

// undoable says why an expression cannot be undone, nothing where it can.
func (e *Expr) undoable() string {
	for _, u := range e.Steps {
		if u.Do.Undo == nil {
			return u.Src
		}
	}
	return ""
}

func (c *compiler) conditions(d *declare.Message, place string) {
	for _, one := range d.When {
		out := Condition{Glob: one.Glob, Set: one.Set, Slot: -1, Part: partOf(one.Part)}
		switch {
		case out.Part != nil:
			c.f.x.Levels = max(c.f.x.Levels, len(out.Part.Path)+2)
		case c.f.Reply && (one.Glob == "" || one.Glob == "true") && slices.Contains([]string{"success", "failure", "unknown"}, one.Part):
			out.Outcome = one.Part
		case c.f.Reply && one.Set && one.Part == "code":
			out.Code = true
		case slices.Contains([]string{"method", "host", "path", "interface", "frame", "app"}, one.Part):
			out.Slot = c.f.Index[one.Part]
		case c.f.Index[one.Part] >= Builtins && c.f.Infos[c.f.Index[one.Part]].Kind == value && !c.f.Reply:
			out.Slot, out.Later = c.f.Index[one.Part], true
		default:
			c.add(one.Pos, place+".when", fmt.Sprintf("%q is nothing that is known at the start", one.Part),
				"take a part (query.x, header.X, json.a), method, path, host, interface, frame, a value; of a reply success, failure, unknown or code")
		}
		c.f.When = append(c.f.When, out)
	}
}

func (c *compiler) constants(list []declare.Constant, place string) []Constant {
	var out []Constant
	for _, one := range list {
		k := Constant{Slot: c.f.Index[one.Name], name: one.Name}
		for _, t := range one.Texts {
			k.Texts = append(k.Texts, Text{B: []byte(literal(t)), JSON: t.Scalar})
			if len(t.Holes()) > 0 {
				c.add(one.Pos, place, "a constant has no holes", "write a value for it")
			}
		}
		out = append(out, k)
	}
	return out
}
