package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// deprecation compares the days since which an interface is deprecated. They tell and
// bind nobody: its last day does.
func (d *differ) deprecation(was, is *spec.Interface) {
	rule := "interface-deprecation-moved"
	switch {
	case was.DeprecatedSince == is.DeprecatedSince:
		return
	case was.DeprecatedSince == "":
		rule = "interface-deprecation-dated"
	case is.DeprecatedSince == "":
		rule = "interface-deprecation-undated"
	}
	d.add(rule, "", was.DeprecatedSince, is.DeprecatedSince, was.At("deprecated"), is.At("deprecated"))
}

// revision compares which interface answers for an earlier revision, how one is chosen,
// and how its messages are converted.
func (d *differ) revision(was, is *spec.Interface) {
	a, b := was.Revision, is.Revision
	switch {
	case a == nil && b == nil:
		return
	case a == nil:
		d.add("revision-added", "", "", b.Of.Cmd, was.Pos, is.At("revision"))
		return
	case b == nil:
		d.add("revision-removed", "", a.Of.Cmd, "", was.At("revision"), is.Pos)
		return
	}
	d.value("revision-of-changed", "", a.Of.Cmd, b.Of.Cmd, a.At("of"), b.At("of"))
	d.value("revision-choice-changed", "", chosen(a), chosen(b), was.At("revision"), is.At("revision"))
	d.value("revision-request-changed", "", conversion(a.Request), conversion(b.Request), a.At("request"), b.At("request"))
	d.value("revision-response-changed", "", conversion(a.Response), conversion(b.Response), a.At("response"), b.At("response"))
}

// chosen is what chooses a revision, as text.
func chosen(r *spec.Revision) string {
	switch {
	case r.Field != nil:
		return "field " + r.Field.Name
	case r.Granted:
		return "grant"
	}
	return "address"
}

// conversion is the words of a conversion, as text.
func conversion(c spec.Converted) string {
	var parts []string
	put := func(word string, of map[string]string) {
		for _, name := range slices.Sorted(maps.Keys(of)) {
			parts = append(parts, word+" "+name+"="+of[name])
		}
	}
	put("rename", c.Rename)
	put("fill", c.Fill)
	drop := slices.Sorted(slices.Values(c.Drop))
	for _, name := range drop {
		parts = append(parts, "drop "+name)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Values)) {
		put("values "+name, c.Values[name])
	}
	return strings.Join(parts, ", ")
}

// kept lowers what the changes of an interface from number "from" on do on the wire where
// a revision that is new keeps the tables of before for those who wrote against them: a
// caller who says nothing new is answered as yesterday, or is so once it is granted.
func (d *differ) kept(was, is *spec.Interface, from int) {
	for _, x := range is.System.Interfaces {
		if !keeps(x, was, is) {
			continue
		}
		level, note := Info, x.Cmd+" serves the callers of before"
		if x.Revision.Granted {
			level, note = Warning, "grant "+x.Cmd+" to those who stay with the tables of before"
		}
		for i := range d.changes[from:] {
			c := &d.changes[from+i]
			if onWire(c.Rule) && c.Levels.Wire > level {
				c.Levels.Wire, c.Note = level, strings.TrimPrefix(c.Note+"; "+note, "; ")
			}
		}
		return
	}
}

// onWire reports whether a rule is about the fields of a request or a reply.
func onWire(rule string) bool {
	return strings.HasPrefix(rule, string(Request)+"-") || strings.HasPrefix(rule, string(Reply)+"-")
}

// keeps reports whether an interface is a new revision of another one that comes in
// where that does, and takes and answers all that it did.
func keeps(x, was, is *spec.Interface) bool {
	if !x.Revision.Shares() || x.Revision.Of != is || was.System.Interface(x.Cmd) != nil || !x.IsServed() {
		return false
	}
	if was.Method != is.Method || was.Path != is.Path {
		return false
	}
	worst := Fields(Request, was.Request, x.Request)
	worst = append(worst, Fields(Reply, was.Response, x.Response)...)
	return !slices.ContainsFunc(worst, func(c Change) bool { return c.Levels.Wire == Breaking })
}
