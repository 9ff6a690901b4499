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
	if a.get("app").text() != b.get("app").text() {
		d.part("protocol-changed", "app", a.get("app"), b.get("app"))
	}
	for _, name := range []string{"request", "reply", "push"} {
		d.message(name, a.get(name), b.get(name))
	}
	for _, one := range []struct {
		in            Side
		before, after spec.Fields
	}{
		{Request, was.Protocol.Request, is.Protocol.Request},
		{Reply, was.Protocol.Reply, is.Protocol.Reply},
		{Notification, was.Protocol.Push, is.Protocol.Push},
	} {
		side{d, one.in}.fields(one.before, one.after, was.Protocol.Pos, is.Protocol.Pos)
	}
}

func parsed(p *spec.Protocol) block {
	var faults spec.Collector // none: the text was made from YAML that was read
	return block{yamltree.Parse(&faults, p.File, []byte(p.Text)), p}
}

// part notes a change of a part.
func (d *differ) part(rule, path string, was, is block) *Change {
	return d.add(rule, "protocol."+path, was.text(), is.text(), was.pos(), is.pos())
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
	if was.Value != nil && is.Value != nil && (was.Form != yamltree.Mapping || is.Form != yamltree.Mapping) {
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
		return v.Members[0].Name + " " + v.Members[0].Text
	}
	find := func(b block, name string) block {
		for _, v := range itemsOf(b) {
			if about(v) == name {
				return block{v, b.of}
			}
		}
		return block{nil, b.of}
	}
	for _, v := range itemsOf(was) {
		a, b := block{v, was.of}, find(is, about(v))
		switch {
		case b.Value == nil:
			d.part("protocol-guard-removed", path, a, b)
		case a.text() != b.text():
			d.guard(path+"."+about(v), a, b)
		}
	}
	for _, v := range itemsOf(is) {
		if find(was, about(v)).Value == nil {
			d.part("protocol-guard-added", path, block{nil, was.of}, block{v, is.of})
		}
	}
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
	find := func(b block, when string) block {
		for _, v := range itemsOf(b) {
			if flow(v.Get("when")) == when {
				return block{v, b.of}
			}
		}
		return block{nil, b.of}
	}
	for _, v := range itemsOf(was) {
		when := flow(v.Get("when"))
		a, b := block{v, was.of}, find(is, when)
		switch {
		case b.Value == nil:
			d.part("protocol-variant-removed", path+" "+when, a, b)
		case a.text() != b.text():
			d.part("protocol-variant-changed", path+" "+when, a, b)
		}
	}
	for _, v := range itemsOf(is) {
		if find(was, flow(v.Get("when"))).Value == nil {
			d.part("protocol-variant-added", path+" "+flow(v.Get("when")), block{nil, was.of}, block{v, is.of})
		}
	}
}
