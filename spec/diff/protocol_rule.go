package diff

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec/diff/pattern"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// protocolValue compares how a value is made, which forms of it are taken, and what refuses
// it.
func (d *differ) protocolValue(path string, a, b block) {
	switch {
	case b.Value == nil:
		d.part("protocol-value-removed", path, a, b)
		return
	case a.Value == nil:
		d.part("protocol-value-added", path, a, b)
		return
	}
	before, after := formsOf(a), formsOf(b)
	if before[0] != after[0] {
		d.made(path, a, b)
	}
	if a.get("else").text() != b.get("else").text() {
		d.part("protocol-refusal-changed", path+".else", a.get("else"), b.get("else"))
	}
	d.forms(path+".accept", a, b, after)
	d.forms(path+".accept", b, a, before)
}

// made notes that a value is made in another way. Where partners make it and the way of
// before is still taken, or nothing looks at what comes, nobody breaks.
func (d *differ) made(path string, a, b block) {
	before, after := formsOf(a), formsOf(b)
	name := path[strings.LastIndex(path, ".")+1:]
	free := func(b block) bool { return b.Form == yamltree.Mapping && b.Get("send") != nil }
	takesOld, tookNew := slices.Contains(after, before[0]), slices.Contains(before, after[0])
	if !takesOld && !tookNew && !d.looked[name] {
		takesOld, tookNew = free(b), free(a)
	}
	rule := "protocol-value-changed"
	switch {
	case written(path), takesOld && tookNew:
	case takesOld:
		rule = "protocol-value-loosened"
	case tookNew:
		rule = "protocol-value-tightened"
	default:
		rule = demands(a, b)
	}
	c := d.part(rule, path, a, b)
	c.Old, c.New = before[0], after[0]
	if takesOld && tookNew && !written(path) {
		c.Levels = Levels{Wire: Info, Protocol: Info}
		c.note("both are taken", "两种写法都接受")
	}
}

// demands says which of two values that differ in the names that have to be there alone
// takes more.
func demands(a, b block) string {
	const key = "must"
	less := func(b block) string { return formsOf(block{without(b, key), b.of})[0] }
	if a.Form != yamltree.Mapping || b.Form != yamltree.Mapping || less(a) != less(b) {
		return "protocol-value-changed"
	}
	has := func(b block) (out []string) {
		for _, v := range itemsOf(b.get(key)) {
			out = append(out, flow(v))
		}
		return out
	}
	before, after := has(a), has(b)
	within := func(list, other []string) bool {
		return !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(other, s) })
	}
	switch {
	case within(after, before):
		return "protocol-value-loosened"
	case within(before, after):
		return "protocol-value-tightened"
	}
	return "protocol-value-changed"
}

// without is a mapping but for some of its members.
func without(b block, keys ...string) *yamltree.Value {
	if b.Value == nil || b.Form != yamltree.Mapping {
		return b.Value
	}
	var kept []yamltree.Member
	for _, m := range b.Members {
		if !slices.Contains(keys, m.Name) {
			kept = append(kept, m)
		}
	}
	return &yamltree.Value{Form: yamltree.Mapping, Members: kept}
}

// formsOf are the forms of a value that a receiver takes, each whole; the first one is how
// it is made.
func formsOf(b block) []string {
	made := without(b, "else", "accept")
	if made.Form != yamltree.Mapping {
		return []string{"{of: " + flow(made) + "}"}
	}
	out := []string{flow(made)}
	for _, one := range itemsOf(b.get("accept")) {
		form := &yamltree.Value{Form: yamltree.Mapping, Members: slices.Clone(made.Members)}
		for _, m := range one.Members {
			at := slices.IndexFunc(form.Members, func(o yamltree.Member) bool { return o.Name == m.Name })
			if at < 0 {
				form.Members = append(form.Members, m)
			} else {
				form.Members[at] = m
			}
		}
		out = append(out, flow(form))
	}
	return out
}

// forms notes the further forms of one value that another one, of the other revision, does
// not take: they are refused, or accepted, where the other is the older one.
func (d *differ) forms(path string, one, other block, taken []string) {
	for n, form := range formsOf(one)[1:] {
		item := block{itemsOf(one.get("accept"))[n], one.of}
		alike := func(o *yamltree.Value) bool { return flow(o) == item.text() }
		if slices.Contains(taken, form) || slices.ContainsFunc(itemsOf(other.get("accept")), alike) {
			continue
		}
		if one.of == d.older {
			d.part("protocol-form-refused", path, item, block{nil, other.of})
		} else {
			d.part("protocol-form-accepted", path, block{nil, other.of}, item)
		}
	}
}

// looks collects the names of the values that guards of a protocol look at.
func looks(v *yamltree.Value, out map[string]bool) {
	if v == nil {
		return
	}
	for _, one := range v.Items {
		looks(one, out)
	}
	for _, m := range v.Members {
		if m.Name == "guards" || m.Name == "profiles" {
			mentioned(m.Value, out)
		}
		looks(m.Value, out)
	}
}

func mentioned(v *yamltree.Value, out map[string]bool) {
	if v == nil {
		return
	}
	out[v.Text] = true
	for _, one := range v.Items {
		mentioned(one, out)
	}
	for _, m := range v.Members {
		mentioned(m.Value, out)
	}
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
	measure := []string{"within", "pattern"}
	if flow(without(a, append(measure, "else")...)) != flow(without(b, append(measure, "else")...)) {
		d.part("protocol-guard-changed", path, a, b)
		return
	}
	kind := a.Members[0].Name
	before, okA := lasting(kind, a)
	after, okB := lasting(kind, b)
	how := ""
	if a.get("pattern").text() != b.get("pattern").text() {
		how = pattern.Compare(a.get("pattern").text(), b.get("pattern").text())
	}
	switch {
	case !okA || !okB, how == "changed":
		d.part("protocol-guard-changed", path, a, b)
	case how != "":
		d.part("protocol-guard-"+how, path+".pattern", a.get("pattern"), b.get("pattern"))
	case after != before:
		rule := "protocol-guard-tightened"
		if (after > before) != (kind == "once") { // what counts once for longer takes less
			rule = "protocol-guard-loosened"
		}
		d.add(rule, "protocol."+path, duration(before), duration(after), a.pos(), b.pos())
	}
}

// lasting is how far or how long a guard reaches, with what it is where it does not say.
func lasting(kind string, b block) (time.Duration, bool) {
	text := b.get("within").text()
	switch {
	case text != "":
		d, err := time.ParseDuration(text)
		return d, err == nil
	case kind == "window":
		return 5 * time.Minute, true
	case kind == "once":
		return math.MaxInt64, true // for good, unless a window bounds it
	}
	return 0, true
}

func duration(d time.Duration) string {
	if d == math.MaxInt64 {
		return ""
	}
	return fmt.Sprint(d)
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
			d.variant(path+" "+when(c.before.Value), c.before, c.after)
		}
	}
	if moved {
		d.part("protocol-variant-changed", path, was, is).note("they are taken in another order", "选择顺序改变")
	}
}

// variant compares one further shape with itself as it was. Words of it that both have and
// that take more or less are compared as those of a message are; others are not: one that
// is gone is that of the message again.
func (d *differ) variant(path string, a, b block) {
	var inner []string
	for _, key := range []string{"values", "guards"} {
		if a.Get(key) != nil && b.Get(key) != nil {
			inner = append(inner, key)
		}
	}
	if flow(without(a, inner...)) != flow(without(b, inner...)) {
		d.part("protocol-variant-changed", path, block{without(a, inner...), a.of}, block{without(b, inner...), b.of})
	}
	for _, key := range inner {
		d.word(path+"."+key, key, a.get(key), b.get(key))
	}
}
