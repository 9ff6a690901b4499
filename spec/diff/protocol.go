package diff

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// block is a part of the block protocol, of one revision.
type block struct {
	*yamltree.Value
	of *spec.Protocol
}

func (b block) get(key string) block { return block{b.Get(key), b.of} }

// pos is where the part was written.
func (b block) pos() spec.Pos {
	if b.Value == nil {
		return b.of.Pos
	}
	return b.of.Origin(b.Pos.Line, b.Pos.Col)
}

// text is the part in one line.
func (b block) text() string { return flow(b.Value) }

// flow writes a value as YAML in one line.
func flow(v *yamltree.Value) string {
	if v == nil {
		return ""
	}
	var parts []string
	switch v.Form {
	case yamltree.Mapping:
		for _, m := range v.Members {
			parts = append(parts, m.Name+": "+flow(m.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case yamltree.List:
		for _, one := range v.Items {
			parts = append(parts, flow(one))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case yamltree.Null, yamltree.Text, yamltree.Number, yamltree.Bool:
	}
	return v.Text
}

// protocol compares the blocks protocol of two revisions, and the rows of the
// document's tables beside them.
func (d *differ) protocol(was, is *spec.System) {
	if was.Protocol == nil || is.Protocol == nil {
		return // a system without one was not read
	}
	a, b := parsed(was.Protocol), parsed(is.Protocol)
	if a.Value == nil || b.Value == nil {
		return
	}
	d.keys(a.get("keys"), b.get("keys"))
	d.members(a, b, func(name string, was, is block) {
		switch name {
		case "keys", "layouts": // layouts follow from the places of fields
		case "request", "reply", "push":
			d.message(name, was, is)
		case "profiles":
			d.members(was, is, func(name string, was, is block) { d.profile(name, was, is, b.get("profile").text() == name) })
		default:
			d.changed("protocol-changed", name, was, is)
		}
	})
	for _, one := range []struct {
		in            Side
		before, after spec.Fields
	}{
		{Request, was.Protocol.Request, is.Protocol.Request},
		{Reply, was.Protocol.Reply, is.Protocol.Reply},
		{Notification, was.Protocol.Push, is.Protocol.Push},
	} {
		side{differ: d, Side: one.in}.fields(one.before, one.after, was.Protocol.Pos, is.Protocol.Pos)
	}
}

// profile compares the further guards on the requests of the apps with a profile. Where it
// is not that of every app, they break some.
func (d *differ) profile(name string, was, is block, every bool) {
	from := len(d.changes)
	d.guards("profiles."+name, was, is)
	for i := range d.changes[from:] {
		if c := &d.changes[from+i]; !every {
			c.Levels.Wire, c.Levels.Protocol = min(c.Levels.Wire, Warning), min(c.Levels.Protocol, Warning)
			c.note("for the apps with the profile "+name, "仅限使用"+name+"的应用")
		}
	}
}

func parsed(p *spec.Protocol) block {
	var faults spec.Collector // none: the text was made from YAML that was read
	return block{yamltree.Parse(&faults, p.File, []byte(p.Text)), p}
}

// part notes a change of a part.
func (d *differ) part(rule, path string, was, is block) *Change {
	c := d.add(rule, "protocol."+path, was.text(), is.text(), was.pos(), is.pos())
	if written(path) {
		c.weigh()
	}
	return c
}

// written reports whether we write the message that a part of the protocol is of: a
// reply or a notification, but not the answer to one.
func written(path string) bool {
	message, rest, _ := strings.Cut(path, ".")
	return message == "reply" || message == "push" && rest != "answer" && !strings.HasPrefix(rest, "answer.")
}

// weigh corrects what a change of a message does where we write it: what rules say is
// about those that we read.
func (c *Change) weigh() {
	switch c.Rule {
	case "protocol-place-added", "protocol-value-added":
		c.Levels.Wire, c.Levels.Protocol = Info, Warning // who does not know it reads over it
	case "protocol-place-removed":
		c.Levels.Wire = Breaking // who reads it misses it
	case "protocol-value-removed":
		c.Levels.Wire, c.Levels.Protocol = Info, Warning // where it stood says more
	case "protocol-variant-added":
		c.Levels.Wire, c.Levels.Protocol = Breaking, Breaking // readers know the other shapes alone
	case "protocol-variant-removed":
		c.Levels.Wire, c.Levels.Protocol = Warning, Breaking // another shape comes in its place
	}
}

func (d *differ) keys(was, is block) {
	d.members(was, is, func(name string, a, b block) {
		switch {
		case b.Value == nil:
			d.part("protocol-key-removed", "keys."+name, a, b)
		case a.Value == nil:
			d.part("protocol-key-added", "keys."+name, a, b)
		case a.text() != b.text():
			d.part("protocol-key-changed", "keys."+name, a, b)
		}
	})
}

// members visits the members of two mappings, those of the first first.
func (d *differ) members(was, is block, visit func(name string, a, b block)) {
	for _, m := range membersOf(was) {
		visit(m.Name, was.get(m.Name), is.get(m.Name))
	}
	for _, m := range membersOf(is) {
		if was.Get(m.Name) == nil {
			visit(m.Name, was.get(m.Name), is.get(m.Name))
		}
	}
}

func membersOf(b block) []yamltree.Member {
	if b.Value == nil {
		return nil
	}
	return b.Members
}

// message compares a request, a reply, a notification or the answer to one.
func (d *differ) message(name string, was, is block) {
	switch {
	case was.Value == nil && is.Value == nil:
		return
	case was.Value == nil:
		d.part("protocol-message-added", name, was, is).New = ""
		return
	case is.Value == nil:
		d.part("protocol-message-removed", name, was, is).Old = ""
		return
	}
	d.members(was, is, func(key string, a, b block) { d.word(name+"."+key, key, a, b) })
}

// word compares one word of a message.
func (d *differ) word(path, key string, a, b block) {
	switch key {
	case "header", "query", "json", "xml", "form", "multipart":
		d.places(path, a, b)
	case "values":
		d.members(a, b, func(name string, a, b block) { d.protocolValue(path+"."+name, a, b) })
	case "guards":
		d.guards(path, a, b)
	case "variants":
		d.variants(path, a, b)
	case "answer":
		d.message(path, a, b)
	case "success", "failure":
		d.changed("protocol-outcome-changed", path, a, b)
	case "status":
		d.changed("protocol-status-changed", path, a, b)
	default:
		d.changed("protocol-changed", path, a, b)
	}
}

func (d *differ) changed(rule, path string, a, b block) {
	if a.text() != b.text() {
		d.part(rule, path, a, b)
	}
}

// places compares the places of a message, name by name. A name with a question mark
// may be absent.
func (d *differ) places(path string, was, is block) {
	one := func(b block) bool { return b.Value != nil && b.Form != yamltree.Mapping }
	switch {
	case one(was) && is.Value == nil:
		d.part("protocol-place-removed", path, was, is)
		return
	case one(is) && was.Value == nil:
		d.part("protocol-place-added", path, was, is)
		return
	case one(was), one(is):
		d.changed("protocol-place-changed", path, was, is)
		return
	}
	find := func(b block, name string) block {
		for _, key := range []string{name, name + "?"} {
			if v := b.get(key); b.Value != nil && v.Value != nil {
				return v
			}
		}
		return block{nil, b.of}
	}
	for _, m := range membersOf(was) {
		name := strings.TrimSuffix(m.Name, "?")
		at, now := path+"."+name, find(is, name)
		switch before := was.get(m.Name); {
		case now.Value == nil:
			d.part("protocol-"+optionalPlace(m.Name)+"place-removed", at, before, now)
		case before.Form == yamltree.Mapping && now.Form == yamltree.Mapping:
			d.places(at, before, now)
		case before.text() != now.text() || (is.Get(m.Name) == nil) != (was.Get(m.Name) == nil):
			d.part("protocol-place-changed", at, before, now)
		}
	}
	for _, m := range membersOf(is) {
		name := strings.TrimSuffix(m.Name, "?")
		if find(was, name).Value == nil {
			d.part("protocol-"+optionalPlace(m.Name)+"place-added", path+"."+name, block{nil, was.of}, is.get(m.Name))
		}
	}
}

func optionalPlace(name string) string {
	if strings.HasSuffix(name, "?") {
		return "optional-"
	}
	return ""
}

// protocolValue compares how a value is made, and what refuses it.
func (d *differ) protocolValue(path string, a, b block) {
	switch {
	case b.Value == nil:
		d.part("protocol-value-removed", path, a, b)
		return
	case a.Value == nil:
		d.part("protocol-value-added", path, a, b)
		return
	}
	rest := func(b block) string {
		if b.Form != yamltree.Mapping {
			return "{of: " + b.text() + "}"
		}
		var kept []yamltree.Member
		for _, m := range b.Members {
			if m.Name != "else" && m.Name != "accept" {
				kept = append(kept, m)
			}
		}
		return flow(&yamltree.Value{Form: yamltree.Mapping, Members: kept})
	}
	if rest(a) != rest(b) {
		c := d.part("protocol-value-changed", path, a, b)
		c.Old, c.New = rest(a), rest(b)
	}
	if a.get("else").text() != b.get("else").text() {
		d.part("protocol-refusal-changed", path+".else", a.get("else"), b.get("else"))
	}
	d.forms(path+".accept", a.get("accept"), b.get("accept"))
}

// forms compares the further forms that are accepted.
func (d *differ) forms(path string, a, b block) {
	d.only(a, b, func(one block) { d.part("protocol-form-refused", path, one, block{nil, b.of}) })
	d.only(b, a, func(one block) { d.part("protocol-form-accepted", path, block{nil, a.of}, one) })
}

// only visits the items of a list that another one does not have.
func (d *differ) only(list, other block, visit func(block)) {
	for _, v := range itemsOf(list) {
		if !slices.ContainsFunc(itemsOf(other), func(o *yamltree.Value) bool { return flow(o) == flow(v) }) {
			visit(block{v, list.of})
		}
	}
}

func itemsOf(b block) []*yamltree.Value {
	if b.Value == nil {
		return nil
	}
	return b.Items
}

// guards compares rules on values, paired by what they are about.
func (d *differ) guards(path string, was, is block) {
	about := func(v *yamltree.Value) string {
		if len(v.Members) == 0 {
			return flow(v)
		}
		return v.Members[0].Name + " " + flow(v.Members[0].Value)
	}
	list, moved := couples(was, is, about)
	for _, c := range list {
		switch {
		case c.after.Value == nil:
			d.part("protocol-guard-removed", path, c.before, c.after)
		case c.before.Value == nil:
			d.part("protocol-guard-added", path, c.before, c.after)
		case c.before.text() != c.after.text():
			d.guard(path+"."+about(c.before.Value), c.before, c.after)
		}
	}
	if moved {
		d.part("protocol-refusal-changed", path, was, is).note("the rules are asked in another order", "校验顺序改变")
	}
}

// couple is an item of a list with what it is in the other revision. Either may be none.
type couple struct{ before, after block }

// couples joins the items of two lists: those that say the same, then those of one name in
// their order. Those of the first list come first. It also says whether what both lists
// have is in another order.
func couples(was, is block, name func(*yamltree.Value) string) (list []couple, moved bool) {
	before, after := itemsOf(was), itemsOf(is)
	heir := make([]int, len(before)) // its place in the other list, from 1; 0: none
	for _, same := range []func(*yamltree.Value) string{flow, name} {
		for i, v := range before {
			fits := func(o *yamltree.Value) bool {
				return same(o) == same(v) && !slices.Contains(heir, slices.Index(after, o)+1)
			}
			if heir[i] == 0 {
				heir[i] = slices.IndexFunc(after, fits) + 1
			}
		}
	}
	last := 0
	for i, v := range before {
		one := couple{block{v, was.of}, block{nil, is.of}}
		if heir[i] > 0 {
			one.after.Value = after[heir[i]-1]
			moved = moved || heir[i] < last
			last = heir[i]
		}
		list = append(list, one)
	}
	for n, v := range after {
		if !slices.Contains(heir, n+1) {
			list = append(list, couple{block{nil, was.of}, block{v, is.of}})
		}
	}
	return list, moved
}

// guard compares one rule with itself as it was.
func (d *differ) guard(path string, a, b block) {
	if a.get("else").text() != b.get("else").text() {
		d.part("protocol-refusal-changed", path+".else", a.get("else"), b.get("else"))
	}
	before, errA := time.ParseDuration(a.get("within").text())
	after, errB := time.ParseDuration(b.get("within").text())
	without := func(b block) string {
		var kept []yamltree.Member
		for _, m := range b.Members {
			if m.Name != "else" && m.Name != "within" {
				kept = append(kept, m)
			}
		}
		return flow(&yamltree.Value{Form: yamltree.Mapping, Members: kept})
	}
	switch {
	case without(a) != without(b), errA != nil && errB == nil, errA == nil && errB != nil:
		d.part("protocol-guard-changed", path, a, b)
	case after != before:
		rule := "protocol-guard-tightened"
		if (after > before) != (a.Members[0].Name == "once") { // what counts once for longer takes less
			rule = "protocol-guard-loosened"
		}
		d.add(rule, "protocol."+path, fmt.Sprint(before), fmt.Sprint(after), a.pos(), b.pos())
	}
}

// variants compares further shapes, paired by when they are taken.
func (d *differ) variants(path string, was, is block) {
	when := func(v *yamltree.Value) string { return flow(v.Get("when")) }
	list, moved := couples(was, is, when)
	for _, c := range list {
		switch {
		case c.after.Value == nil:
			d.part("protocol-variant-removed", path+" "+when(c.before.Value), c.before, c.after)
		case c.before.Value == nil:
			d.part("protocol-variant-added", path+" "+when(c.after.Value), c.before, c.after)
		case c.before.text() != c.after.text():
			d.part("protocol-variant-changed", path+" "+when(c.before.Value), c.before, c.after)
		}
	}
	if moved {
		d.part("protocol-variant-changed", path, was, is).note("they are taken in another order", "选择顺序改变")
	}
}
