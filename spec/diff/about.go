package diff

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// about is what a change is about, for those whom it touches.
type about struct {
	whole   bool     // every app of the system
	calls   []string // those that may call one of these, by its name of either revision; each: an interface at all
	told    []string // those that are subscribed to one of these notifications
	senders []string // those that may call one of these, which send a notification to the app of its row
	profile *profile // those with this profile
	scope   string   // those that are bound to values of this scope
	said    bool     // it is known, and may be nobody
}

// profile is one of a protocol's. Apps that have none of their own have the one that is
// every app's.
type profile struct {
	name  string
	every bool
}

// each stands for all interfaces, or all notifications.
const each = "*"

// aboutInterface is about an interface, of which one revision may be nil.
func aboutInterface(was, is *spec.Interface) (a about) {
	for _, x := range []*spec.Interface{was, is} {
		if x == nil {
			continue
		}
		if x.Kind != spec.Notify {
			a.calls = append(a.calls, x.Cmd)
			continue
		}
		a.told = append(a.told, x.Cmd)
		for _, o := range x.System.Interfaces {
			if x.To != nil && slices.Contains(o.Notify, x) {
				a.senders = append(a.senders, o.Cmd)
			}
		}
	}
	return a
}

// aboutSystem is about what a change of a system as a whole touches: it is of its rule, or
// of its path.
func (d *differ) aboutSystem(rule, at string) about {
	before, _, _ := strings.Cut(rule, "-")
	first, rest, _ := strings.Cut(strings.TrimPrefix(at, "protocol."), ".")
	name, _, _ := strings.Cut(at, ".")
	switch {
	case before == "protocol" && first == "profiles":
		name, _, _ = strings.Cut(rest, ".")
		return about{profile: &profile{name, d.hasProfile(name)}}
	case before == "protocol" && first == "profile":
		return about{profile: &profile{every: true}}
	case before == "protocol" && first == "push", before == "notification", before == "answer", rule == "system-project-changed":
		return about{told: []string{each}, senders: d.sending()}
	case before == "protocol" && (first == "request" || first == "reply"), before == "request", before == "reply", before == "client", before == "code", before == "rule":
		return about{calls: []string{each}}
	case slices.Contains([]string{"system-body", "system-depth", "system-elements"}, rule[:max(0, strings.LastIndex(rule, "-"))]), rule == "system-clearing-changed":
		return about{calls: []string{each}}
	case before == "scope":
		return about{scope: name}
	case before == "group":
		return d.aboutSome(func(x *spec.Interface) bool { return x.Group.Name == name })
	case before == "erratum":
		return d.aboutErratum(at)
	case slices.Contains([]string{"table", "column", "key", "unique", "index", "history", "constraint"}, before):
		return d.aboutSome(d.using(name))
	}
	return about{whole: true}
}

// both are the two systems that are compared; one of them alone where it comes or goes.
func (d *differ) both() []*spec.System {
	return slices.DeleteFunc([]*spec.System{d.before, d.after}, func(s *spec.System) bool { return s == nil })
}

// hasProfile reports whether a profile is that of every app without one of its own.
func (d *differ) hasProfile(name string) bool {
	return slices.ContainsFunc(d.both(), func(s *spec.System) bool {
		return s.Protocol != nil && parsed(s.Protocol).get("profile").text() == name
	})
}

// sending are the interfaces that send a notification to the app of its row.
func (d *differ) sending() (out []string) {
	for _, s := range d.both() {
		for _, x := range s.Interfaces {
			if slices.ContainsFunc(x.Notify, func(n *spec.Interface) bool { return n.To != nil }) {
				out = append(out, x.Cmd)
			}
		}
	}
	return out
}

// aboutSome is about those interfaces that something is true of, in either revision.
func (d *differ) aboutSome(is func(x *spec.Interface) bool) (a about) {
	for _, s := range d.both() {
		for _, x := range s.Interfaces {
			if is(x) {
				one := aboutInterface(x, nil)
				a.calls, a.told, a.senders = append(a.calls, one.calls...), append(a.told, one.told...), append(a.senders, one.senders...)
			}
		}
	}
	return a
}

// aboutErratum is about the interfaces that a decision names, or that name it.
func (d *differ) aboutErratum(id string) about {
	is := func(e *spec.Erratum) bool { return e.ID == id }
	for _, s := range d.both() {
		at := slices.IndexFunc(s.Errata, is)
		if at >= 0 && slices.Contains(s.Errata[at].Where, "*") {
			return about{whole: true}
		}
	}
	return d.aboutSome(func(x *spec.Interface) bool { return slices.ContainsFunc(x.Errata, is) })
}

// using reports of interfaces whether they read or write a table, by its name of either
// revision, or are filled from it. What Go or SQL reads nobody knows without the name.
func (d *differ) using(table string) func(x *spec.Interface) bool {
	names := []string{table}
	for t, later := range d.tableNames.tables {
		if t.Name == table || later == table {
			names = append(names, t.Name, later)
		}
	}
	word := regexp.MustCompile(`\b(?:` + strings.Join(names, "|") + `)\b`)
	is := func(t *spec.Table) bool { return t != nil && slices.Contains(names, t.Name) }
	return func(x *spec.Interface) bool {
		if x.Revision != nil {
			x = x.Revision.Of
		}
		if is(x.Row) {
			return true
		}
		return x.Answer != nil && (x.Answer.Handler || reads(x.Answer, is, word.MatchString))
	}
}

// reads reports whether an answer reads or writes a table.
func reads(a *spec.Answer, is func(t *spec.Table) bool, said func(sql string) bool) bool {
	assigned := func(list []*spec.Assign) bool {
		return slices.ContainsFunc(list, func(a *spec.Assign) bool { return said(a.SQL) })
	}
	var child func(c *spec.Child) bool
	child = func(c *spec.Child) bool { return is(c.Table) || slices.ContainsFunc(c.Children, child) }
	return assigned(a.Return) || slices.ContainsFunc(a.Checks, func(c *spec.Check) bool { return is(c.Table) }) ||
		slices.ContainsFunc(a.Steps, func(st *spec.AnswerStep) bool {
			return is(st.Table) || said(st.SQL) || assigned(st.Set) || assigned(st.Where) || assigned(st.Return) || slices.ContainsFunc(st.Children, child)
		})
}

// touches reports whether something concerns a partner: he may call one of the interfaces,
// by its name of before or after, or is subscribed to one of the notifications. A grant is
// for calls, of a notification that goes to whoever called for the calls that send it.
func (a about) touches(p Partner) bool {
	switch {
	case a.whole:
		return true
	case a.profile != nil:
		own := p.Profile != nil && *p.Profile != "" && *p.Profile == a.profile.name
		return len(p.Grants) > 0 && (own || p.Profile == nil && a.profile.every)
	case a.scope != "":
		return len(p.Scopes[a.scope]) > 0
	case slices.Contains(a.calls, each) && len(p.Grants) > 0, slices.Contains(a.told, each) && len(p.Subscriptions) > 0:
		return true
	}
	return slices.ContainsFunc(p.Subscriptions, func(s subscription) bool { return slices.Contains(a.told, s.Cmd) }) ||
		slices.ContainsFunc(slices.Concat(a.calls, a.senders), p.mayCall)
}

// mayCall reports whether one of the grants of a partner is for an interface.
func (p Partner) mayCall(cmd string) bool {
	return slices.ContainsFunc(p.Grants, func(pattern string) bool {
		ok, err := path.Match(pattern, cmd)
		return ok && err == nil
	})
}

// unknown reports whether nothing says what a change is about, not even that it is nothing.
func (a about) unknown() bool {
	return !a.whole && !a.said && a.calls == nil && a.told == nil && a.senders == nil && a.profile == nil && a.scope == ""
}

// counts reports whether calls of an interface are calls of what a change is about.
func (a about) counts(cmd string) bool {
	return a.whole || a.profile != nil || a.scope != "" || slices.Contains(a.calls, each) || slices.Contains(a.calls, cmd)
}

// Sees reports whether a partner reads of an interface: he may call it, is subscribed to it,
// or may subscribe.
func (p Partner) Sees(system, cmd string) bool {
	return p.System == system && (about{calls: []string{cmd}, told: []string{cmd}}).touches(p)
}
