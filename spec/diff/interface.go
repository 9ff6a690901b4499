package diff

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/near"
)

// interfaces compares the interfaces of a system.
func (d *differ) interfaces(before, after *spec.System) {
	d.cmds = spec.Heirs(interfaceNames(before), interfaceNames(after))
	d.misnamed(interfaceNames(before), interfaceNames(after), func(cmd string) spec.Pos { return after.Interface(cmd).At("was") })
	was, is := byCmd(before), byCmd(after)
	var fresh []*spec.Interface
	taken := map[*spec.Interface]bool{}
	for _, x := range after.Interfaces {
		if was[x.Cmd] == nil {
			fresh = append(fresh, x)
		}
	}
	pairs := make([]differ, len(before.Interfaces)) // each compares an interface with its heir
	var group sync.WaitGroup
	for i, x := range before.Interfaces {
		pairs[i] = *d
		pairs[i].changes, pairs[i].found = nil, spec.Collector{}
		heir := is[d.cmds[x.Cmd]]
		taken[heir] = true
		group.Go(func() { pairs[i].pair(x, heir, fresh) })
	}
	group.Wait()
	found := d.found.Sorted()
	for i := range pairs {
		d.changes = append(d.changes, pairs[i].changes...)
		found = append(found, pairs[i].found.Sorted()...)
	}
	d.found.Keep(found)
	for _, x := range after.Interfaces {
		if !taken[x] {
			d.iface, d.about = x.Cmd, aboutInterface(nil, x)
			c := d.add(word(x)+"-added", "", "", "", before.Pos, x.Pos)
			if x.Revision != nil {
				c.note("an earlier revision of "+x.Revision.Of.Cmd, x.Revision.Of.Cmd+"的早期版本")
			}
		}
	}
	d.iface, d.codeMatters = "", false
}

// pair compares an interface with what it is now; nil: it is gone, perhaps under the name of
// a fresh one.
func (d *differ) pair(was, is *spec.Interface, fresh []*spec.Interface) {
	d.iface, d.codeMatters, d.about = was.Cmd, matters(was), aboutInterface(was, nil)
	if is != nil {
		d.iface, d.codeMatters, d.about = is.Cmd, d.codeMatters || matters(is), aboutInterface(was, is)
		d.value("interface-renamed", "", was.Cmd, is.Cmd, was.Pos, is.At("was"))
		d.one(was, is)
		return
	}
	c := d.add(word(was)+"-removed", "", "", "", was.Pos, d.after.Pos)
	d.ended(c, was)
	for _, is := range fresh {
		if is.Kind == was.Kind && (is.Title == was.Title || near.Names(is.Cmd, was.Cmd)) {
			c.note(perhaps(is.Cmd, was.Cmd))
		}
	}
}

func byCmd(s *spec.System) map[string]*spec.Interface {
	out := make(map[string]*spec.Interface, len(s.Interfaces))
	for _, x := range s.Interfaces {
		if out[x.Cmd] == nil {
			out[x.Cmd] = x
		}
	}
	return out
}

func interfaceNames(s *spec.System) (out []spec.Named) {
	for _, x := range s.Interfaces {
		out = append(out, spec.Named{Name: x.Cmd, Was: x.Was})
	}
	return out
}

// heir is an interface that was named, by the name that it has now; the name alone where
// the later revision says that still.
func (d *differ) heir(was, is string) string {
	if was == is {
		return was
	}
	return cmp.Or(d.cmds[was], was)
}

// matters reports whether somebody writes Go against the names of an interface: its
// handler, or callers by the generated client.
func matters(x *spec.Interface) bool {
	return x.Answer != nil && x.Answer.Handler || x.System.Client && x.Kind != spec.Notify
}

// word is what an interface is called in rules.
func word(x *spec.Interface) string {
	if x.Kind == spec.Notify {
		return "notification"
	}
	return "interface"
}

// one compares an interface with itself as it was.
func (d *differ) one(was, is *spec.Interface) {
	from := len(d.changes)
	d.status(was, is)
	d.revision(was, is)
	d.converts = slices.ContainsFunc(is.System.Interfaces, func(x *spec.Interface) bool { return x.Revision != nil && x.Revision.Of == is })
	for _, v := range []struct{ rule, key, before, after string }{
		{"interface-kind-changed", "kind", string(was.Kind), string(is.Kind)},
		{"interface-method-changed", "method", was.Method, is.Method},
		{"interface-path-changed", "path", was.Path, is.Path},
		{"interface-form-changed", "form", form(was), form(is)},
		{"interface-frame-changed", "frame", was.FrameName, is.FrameName},
		{"interface-group-moved", "interface", was.Group.Name, is.Group.Name},
		{"interface-successor-changed", "successor", d.heir(was.Successor, is.Successor), is.Successor},
	} {
		d.value(v.rule, "", v.before, v.after, was.At(v.key), is.At(v.key))
	}
	d.words("interface-section-moved", "", numbered(was), numbered(is), was.At("section"), is.At("section"))
	d.words("interface-title-changed", "", was.Title, is.Title, was.At("title"), is.At("title"))
	if was.Has("note") || is.Has("note") { // a revision has one of its own, which says what its words say
		d.words("interface-note-changed", "", was.Note, is.Note, was.At("note"), is.At("note"))
	}
	d.catalogue(was.Errors, is.Errors, was.At("errors"), is.At("errors"))
	in := Request
	if is.Kind == spec.Notify {
		in = Notification
	}
	side{differ: d, Side: in}.fields(was.Request, is.Request, was.Pos, is.Pos)
	d.reply(was, is)
	d.kept(was, is, from)
	d.effects(was, is)
	d.example(was, is)
}

// Fields compares the fields of one side of an interface with each other: what a writer
// of the ones sends to a reader of the others.
func Fields(s Side, before, after spec.Fields) []Change {
	d := &differ{rules: map[string]Rule{}}
	for _, r := range Rules() {
		d.rules[r.ID] = r
	}
	side{differ: d, Side: s}.fields(before, after, spec.Pos{}, spec.Pos{})
	return d.changes
}

func form(x *spec.Interface) string {
	if x.Form {
		return "form"
	}
	return "body"
}

// numbered is the section with the document's own number of an interface.
func numbered(x *spec.Interface) string { return strings.TrimSpace(x.Section + " " + x.Code) }

// status compares the stages of a life.
func (d *differ) status(was, is *spec.Interface) {
	d.sunset(was, is)
	d.deprecation(was, is)
	if was.Status == is.Status {
		return
	}
	rule := map[bool]string{true: "interface-served", false: "interface-restored"}[was.Status == spec.Unimplemented]
	switch is.Status {
	case spec.Deprecated:
		rule = "interface-deprecated"
	case spec.Unimplemented:
		rule = "interface-refused"
	case spec.Active:
	}
	c := d.add(rule, "", string(was.Status), string(is.Status), was.At("status"), is.At("status"))
	if is.Status == spec.Unimplemented {
		d.ended(c, was)
	}
}

// over reports whether a day is over where the later revision is served.
func (d *differ) over(day string) bool { return day < max(d.day, d.after.Date) }

// ended lowers what it means that an interface is not answered any more, once its last day
// is over.
func (d *differ) ended(c *Change, was *spec.Interface) {
	switch {
	case was.Sunset == "":
	case d.over(was.Sunset):
		c.Levels.Wire = Warning
		c.note("its last day was "+was.Sunset, "服务至"+was.Sunset)
	default:
		c.note("its last day, "+was.Sunset+", is not over", "服务至"+was.Sunset+"，尚未到期")
	}
}

// sunset compares the last days that interfaces have, or were promised while they are active
// again. Partners plan by it, so it may only move to later, however many revisions are between.
func (d *differ) sunset(was, is *spec.Interface) {
	rule, before, after := "", cmp.Or(was.Sunset, was.Promised), cmp.Or(is.Sunset, is.Promised)
	switch {
	case before == after:
		return
	case before == "":
		rule = "interface-sunset-set"
	case after == "":
		rule = "interface-sunset-cleared"
	case after > before:
		rule = "interface-sunset-later"
	default:
		rule = "interface-sunset-earlier"
	}
	c := d.add(rule, "", before, after, was.At("sunset"), is.At("sunset"))
	over := d.over(cmp.Or(after, before))
	switch {
	case rule == "interface-sunset-set" && is.Status == spec.Active:
		c.Levels.Wire = Info
	case rule == "interface-sunset-set" && over:
		c.Levels.Wire = Breaking
		c.note("that day is over", "该日期已过")
	case rule == "interface-sunset-cleared" && over:
		c.Levels.Wire = Info
		c.note("that day is over", "该日期已过")
	case rule == "interface-sunset-cleared" && is.Status == spec.Active:
		c.note("keep sunset: beside status: active, or another revision could end it earlier than was promised", "恢复使用的接口请保留sunset，以免今后早于承诺停止服务")
	}
}

// reply compares the members of replies, and of what receivers answer a notification with.
func (d *differ) reply(was, is *spec.Interface) {
	switch {
	case is.Kind == spec.Notify:
		side{differ: d, Side: Answer}.fields(was.Response, is.Response, was.Pos, is.Pos)
	case len(was.Response) == 0 && len(is.Response) > 0:
		d.add("interface-reply-added", "", "", "", was.Pos, is.At("response"))
	case len(was.Response) > 0 && len(is.Response) == 0:
		c := d.add("interface-reply-removed", "", "", "", was.At("response"), is.Pos)
		if !slices.ContainsFunc(was.Response, (*spec.Field).IsRequired) {
			c.Levels.Wire = Warning // each could be absent before
		}
	default:
		side{differ: d, Side: Reply}.fields(was.Response, is.Response, was.Pos, is.Pos)
	}
}

// effects compares what an interface does.
func (d *differ) effects(was, is *spec.Interface) {
	sent := map[string]bool{}
	for _, n := range was.Notify {
		now := cmp.Or(d.cmds[n.Cmd], n.Cmd)
		sent[now] = true
		if !hasNotify(is, now) {
			d.add("interface-sends-removed", "", n.Cmd, "", was.At("notify"), is.At("notify"))
		}
	}
	for _, n := range is.Notify {
		if !sent[n.Cmd] {
			d.add("interface-sends-added", "", "", n.Cmd, was.At("notify"), is.At("notify"))
		}
	}
	if is.Kind == spec.Notify {
		d.source(was, is)
		return
	}
	if was.Answer == nil || is.Answer == nil {
		return
	}
	a, b := was.Answer, is.Answer
	switch {
	case b.Handler && !a.Handler:
		d.add("interface-by-hand", "", "", "", was.At("answer"), is.At("answer"))
	case a.Handler && !b.Handler:
		d.add("interface-by-declaration", "", "", "", was.At("answer"), is.At("answer"))
	case !a.Handler:
		d.answer(was, is)
	}
	d.codes(was, is)
}

func hasNotify(x *spec.Interface, cmd string) bool {
	return slices.ContainsFunc(x.Notify, func(n *spec.Interface) bool { return n.Cmd == cmd })
}

// codes compares the codes that an answer names: by what they refuse, where both name it.
func (d *differ) codes(was, is *spec.Interface) {
	before, after := codesOf(was.Answer), codesOf(is.Answer)
	from, to := d.tableNames.of(was, is).refusals(was.Answer), naming{}.refusals(is.Answer)
	for _, what := range slices.Sorted(maps.Keys(from)) {
		if a, b := from[what], to[what]; a != b && a != "" && b != "" {
			c := d.add("interface-code-changed", "", a, b, was.At("answer"), is.At("answer"))
			c.of = what
			c.note(what, refusalZH.Replace(what))
			before = slices.DeleteFunc(before, func(code string) bool { return code == a })
			after = slices.DeleteFunc(after, func(code string) bool { return code == b })
		}
	}
	for _, code := range before {
		if !slices.Contains(after, code) {
			d.add("interface-code-removed", "", code, "", was.At("answer"), is.At("answer"))
		}
	}
	for _, code := range after {
		if !slices.Contains(before, code) {
			d.add("interface-code-added", "", "", code, was.At("answer"), is.At("answer"))
		}
	}
}

// source compares what a notification is filled from and when it is sent.
func (d *differ) source(was, is *spec.Interface) {
	switch {
	case was.Explicit && !is.Explicit:
		d.add("notification-on-its-own", "", "", "", was.Pos, is.Pos)
	case is.Explicit && !was.Explicit:
		d.add("notification-named", "", "", "", was.Pos, is.Pos)
	}
	changed := func(path, key, before, after string) {
		d.value("notification-source-changed", path, before, after, was.At(key), is.At(key))
	}
	n, m := d.tableNames.of(was, is), naming{}
	changed("row", "row", n.table(was.Row), m.table(is.Row))
	changed("by", "by", n.columnList(was.Row, was.By), m.columnList(is.Row, is.By))
	d.value("notification-scope-changed", "", n.scope(was), m.scope(is), was.At("scope"), is.At("scope"))
	changed("to", "to", n.addressed(was), m.addressed(is))
	before, after := n.sources(was), m.sources(is)
	for _, name := range slices.Sorted(maps.Keys(before)) {
		changed("fill "+name, "fill", before[name], after[name])
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if _, there := before[name]; !there {
			changed("fill "+name, "fill", "", after[name])
		}
	}
}

// sources are what fields of a notification are filled from.
func (n naming) sources(x *spec.Interface) map[string]string {
	out := map[string]string{}
	later := map[string]string{}
	for f := range x.Request.All() {
		later[f.Path] = n.field(f)
	}
	for _, a := range x.Fill {
		out[cmp.Or(later[a.To], a.To)] = n.source(a, x.Row)
	}
	return out
}

// scope is by which values subscriptions to a notification are bound.
func (n naming) scope(x *spec.Interface) string { return n.said(x.Scope, nil, x.Row) }

// addressed is whom a notification goes to, by columns; empty: every subscriber.
func (n naming) addressed(x *spec.Interface) string {
	if x.To == nil {
		return ""
	}
	return n.column(x.Row, x.To.App) + " " + n.column(x.Row, x.To.URL)
}

// example compares the document's samples.
func (d *differ) example(was, is *spec.Interface) {
	text := func(x *spec.Interface) string {
		if x.Example == nil {
			return ""
		}
		return x.Example.Request + "\n" + x.Example.Response
	}
	if text(was) != text(is) {
		d.add("interface-example-changed", "", "", "", was.At("example"), is.At("example")).wording = true
	}
}
