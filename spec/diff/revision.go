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
	d.value("revision-of-changed", "", d.heir(a.Of.Cmd, b.Of.Cmd), b.Of.Cmd, a.At("of"), b.At("of"))
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
// caller who says nothing new is answered as yesterday, or is so once it is granted. What
// breaks with the revision, too, stays a break.
func (d *differ) kept(was, is *spec.Interface, from int) {
	for _, x := range is.System.Interfaces {
		left, ok := keeps(x, was, is, d.changes[from:])
		if !ok {
			continue
		}
		level, note, zh := Info, x.Cmd+" serves the callers of before", "原有调用方由"+x.Cmd+"应答"
		if x.Revision.Granted {
			level, note, zh = Warning, "grant "+x.Cmd+" to those who stay with the tables of before", "沿用原表的应用需授权"+x.Cmd
		}
		for i := range d.changes[from:] {
			c := &d.changes[from+i]
			if onWire(c.Rule) && c.Levels.Wire > level && !slices.ContainsFunc(left, c.like) {
				c.Levels.Wire = level
				c.note(note, zh)
			}
		}
		return
	}
}

// like reports whether two changes are of one rule and field.
func (c *Change) like(o Change) bool { return o.Rule == c.Rule && o.Path == c.Path }

// onWire reports whether a rule is about the fields of a request or a reply.
func onWire(rule string) bool {
	return strings.HasPrefix(rule, string(Request)+"-") || strings.HasPrefix(rule, string(Reply)+"-")
}

// keeps reports whether an interface is a new revision of another one that comes in
// where that does, and takes and answers all that it did, but for breaks that are among
// those of the other one, which it returns.
func keeps(x, was, is *spec.Interface, changes []Change) (left []Change, ok bool) {
	if !x.Revision.Shares() || x.Revision.Of != is || was.System.Interface(x.Cmd) != nil || !x.IsServed() {
		return nil, false
	}
	if was.Method != is.Method || was.Path != is.Path {
		return nil, false
	}
	for _, c := range slices.Concat(Fields(Request, was.Request, x.Request), Fields(Reply, was.Response, x.Response)) {
		if c.Levels.Wire < Breaking {
			continue
		}
		if !slices.ContainsFunc(changes, c.like) {
			return nil, false
		}
		left = append(left, c)
	}
	return left, true
}
