package diff

import (
	"slices"
	"strconv"
	"strings"

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
	case yamltree.Text:
		if strings.ContainsAny(v.Text, "\n\r\t") {
			return strconv.Quote(v.Text)
		}
	case yamltree.Null, yamltree.Number, yamltree.Bool:
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
	d.looked, d.older = map[string]bool{}, was.Protocol
	looks(a.Value, d.looked)
	looks(b.Value, d.looked)
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
	} else if rule == "protocol-optional-place-removed" && carries(path, was) {
		c.Levels.Wire, c.Levels.Protocol = Breaking, Breaking // what callers send there is not read any more
	}
	return c
}

// written reports whether we write the message that a part of the protocol is of: a
// reply or a notification, but not the answer to one.
func written(path string) bool {
	message, rest, _ := strings.Cut(path, ".")
	return message == "reply" || message == "push" && rest != "answer" && !strings.HasPrefix(rest, "answer.")
}

// carries reports whether a place holds the payload, or a value that is made of it.
func carries(path string, b block) bool {
	if strings.Contains(b.text(), "{payload") {
		return true
	}
	message, _, _ := strings.Cut(path, ".")
	values := parsed(b.of).get(message).get("values")
	return slices.ContainsFunc(membersOf(values), func(m yamltree.Member) bool {
		return (strings.Contains(b.text(), "{"+m.Name+"}") || strings.Contains(b.text(), "{"+m.Name+"|")) && strings.Contains(values.get(m.Name).get("of").text(), "{payload")
	})
}

// weigh corrects what a change of a message does where we write it: what rules say is
// about those that we read.
func (c *Change) weigh() {
	switch c.Rule {
	case "protocol-place-added", "protocol-value-added":
		c.Levels.Wire, c.Levels.Protocol = Info, Warning // who does not know it reads over it
	case "protocol-place-demanded":
		c.Levels.Wire, c.Levels.Protocol = Info, Info // readers know it
	case "protocol-place-waived":
		c.Levels.Wire, c.Levels.Protocol = Breaking, Breaking // readers take it that it is there
	case "protocol-place-removed":
		c.Levels.Wire = Breaking // who reads it misses it
	case "protocol-optional-place-removed":
		c.Levels.Wire, c.Levels.Protocol = Breaking, Breaking // it was there whenever there was something to say
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
		d.places(path, key, a, b)
	case "values":
		d.members(a, b, func(name string, a, b block) { d.protocolValue(path+"."+name, a, b) })
	case "guards":
		d.guards(path, a, b)
	case "variants":
		d.variants(path, a, b)
	case "answer":
		d.message(path, a, b)
	case "success", "failure", "final":
		d.outcome("outcome", path, a, b)
	case "status":
		d.outcome("status", path, a, b)
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
func (d *differ) places(path, place string, was, is block) {
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
	find := func(b block, name string) (string, block) {
		for _, m := range membersOf(b) {
			if sameName(place, strings.TrimSuffix(m.Name, "?"), name) {
				return m.Name, b.get(m.Name)
			}
		}
		return "", block{nil, b.of}
	}
	for _, m := range membersOf(was) {
		name := strings.TrimSuffix(m.Name, "?")
		at := path + "." + name
		as, now := find(is, name)
		switch before := was.get(m.Name); {
		case now.Value == nil:
			d.part("protocol-"+optionalPlace(m.Name)+"place-removed", at, before, now)
		case before.Form == yamltree.Mapping && now.Form == yamltree.Mapping:
			d.places(at, "", before, now)
		case before.text() != now.text():
			d.part("protocol-place-changed", at, before, now)
		case optionalPlace(as) != "" && optionalPlace(m.Name) == "":
			d.absence("protocol-place-waived", at, before, now)
		case optionalPlace(as) == "" && optionalPlace(m.Name) != "":
			d.absence("protocol-place-demanded", at, before, now)
		}
	}
	for _, m := range membersOf(is) {
		name := strings.TrimSuffix(m.Name, "?")
		if _, before := find(was, name); before.Value == nil {
			d.part("protocol-"+optionalPlace(m.Name)+"place-added", path+"."+name, block{nil, was.of}, is.get(m.Name))
		}
	}
}

// absence notes that a place may be absent or may not: what it holds is as before.
func (d *differ) absence(rule, path string, was, is block) {
	c := d.part(rule, path, was, is)
	c.Old, c.New = "", ""
}

func optionalPlace(name string) string {
	if strings.HasSuffix(name, "?") {
		return "optional-"
	}
	return ""
}

func itemsOf(b block) []*yamltree.Value {
	if b.Value == nil {
		return nil
	}
	return b.Items
}
