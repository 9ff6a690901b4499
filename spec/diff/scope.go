package diff

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// client compares whether a team has a client in Go to call with.
func (d *differ) client(was, is *spec.System) {
	switch {
	case is.Client && !was.Client:
		d.add("client-generated", "", "", "", was.At("client"), is.At("client"))
	case was.Client && !is.Client:
		d.add("client-dropped", "", "", "", was.At("client"), is.At("client"))
	}
}

// scopes compares to whom rows belong, by name: apps that are bound to some of its values
// reach other rows where a scope is another one.
func (d *differ) scopes(was, is *spec.System) {
	find := func(list []*spec.Scope, name string) *spec.Scope {
		for _, s := range list {
			if s.Name == name {
				return s
			}
		}
		return nil
	}
	for _, s := range was.Scopes {
		now := find(is.Scopes, s.Name)
		if now == nil {
			d.add("scope-removed", s.Name, "", "", s.Pos, is.Pos)
			continue
		}
		d.value("scope-changed", s.Name, bounds(s), bounds(now), s.Pos, now.Pos)
	}
	for _, s := range is.Scopes {
		if find(was.Scopes, s.Name) == nil {
			d.add("scope-added", s.Name, "", "", was.Pos, s.Pos)
		}
	}
}

// bounds is a scope as text: which rows it leaves, and the code outside of them.
func bounds(s *spec.Scope) string {
	var reach, shared, except []string
	for _, r := range s.Reach {
		reach = append(reach, r.Name+" by "+r.By+" on "+pairs(r.On))
	}
	for _, one := range s.Shared {
		shared = append(shared, one.Text)
	}
	for _, p := range s.Except {
		except = append(except, p.Name) // why is wording
	}
	slices.Sort(reach)
	slices.Sort(shared)
	slices.Sort(except)
	return joinedBy("; ", []string{
		s.Column, pairs(s.Own), strings.Join(reach, ", "), names("shared ", shared), names("except ", except), names("else ", slices.Compact([]string{s.Else})),
	})
}

// history compares how rows of a table ask for what was sent before.
func (d *differ) history(was, is *spec.Table) {
	d.value("history-changed", is.Name, asks(was.History), asks(is.History), was.At("history"), is.At("history"))
	if a, b := was.History, is.History; a != nil && b != nil && a.Result != nil && b.Result != nil && asks(a) == asks(b) {
		d.value("history-changed", is.Name, a.Result.Cmd, b.Result.Cmd, a.At("result"), b.At("result"))
	}
}

// asks is how a row asks, as text.
func asks(h *spec.History) string {
	if h == nil {
		return ""
	}
	return strings.Join([]string{
		h.App, h.Name, h.Notifications, h.Since, h.Until, h.Status, h.Started, h.Finished, h.Remark, h.Separator,
		strings.Join(h.Scope, ","), number(h.Done), number(h.Failed), pairs(h.Texts),
	}, "; ")
}
