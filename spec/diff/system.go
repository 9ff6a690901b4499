package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Comparable refuses two sets of which several systems of one have no counterpart in the
// other, both ways: nobody could say which one became which, and a comparison would say
// that all of them were removed and added.
func Comparable(before, after *spec.Set) error {
	missing := func(from, in *spec.Set) (names []string) {
		for _, s := range from.Systems {
			if !slices.ContainsFunc(in.Systems, func(o *spec.System) bool { return o.Name == s.Name }) {
				names = append(names, s.Name)
			}
		}
		return names
	}
	gone, fresh := missing(before, after), missing(after, before)
	if len(gone) > 1 && len(fresh) > 1 {
		return fmt.Errorf("%s are gone and %s are new: which one is called what now?", strings.Join(gone, ", "), strings.Join(fresh, ", "))
	}
	return nil
}

// sets compares systems by name.
func (d *differ) sets(before, after *spec.Set) {
	find := func(set *spec.Set, name string) *spec.System {
		for _, s := range set.Systems {
			if s.Name == name {
				return s
			}
		}
		return nil
	}
	var fresh []*spec.System
	for _, is := range after.Systems {
		if find(before, is.Name) == nil {
			fresh = append(fresh, is)
		}
	}
	for _, was := range before.Systems {
		d.system = was.Name
		switch is := find(after, was.Name); is {
		case was: // read once, because its files are the same
		case nil:
			c := d.add("system-removed", "", "", "", was.Pos, spec.Pos{})
			if like := likelySystem(was, fresh); like != "" {
				c.note("perhaps it is called "+like+" now: keep the name of its folder, by which apps and the database know it, and say the new one in title:",
					"可能改名为"+like+"：应用与数据库均以目录名为准，请保留目录名，新名称写在title")
			}
		default:
			d.systems(was, is)
		}
	}
	for _, is := range fresh {
		d.system = is.Name
		d.add("system-added", "", "", "", spec.Pos{}, is.Pos)
	}
}

// likelySystem is the name of a new system that has most of the interfaces of one that is
// gone.
func likelySystem(gone *spec.System, fresh []*spec.System) string {
	for _, s := range fresh {
		n := 0
		for _, x := range gone.Interfaces {
			if s.Interface(x.Cmd) != nil {
				n++
			}
		}
		if n > 0 && 2*n >= len(gone.Interfaces) {
			return s.Name
		}
	}
	return ""
}

// systems compares a system with itself as it was.
func (d *differ) systems(was, is *spec.System) {
	d.before, d.after, d.tableNames = was, is, namesOfTables(was, is)
	defer func() { d.before, d.after = nil, nil }()
	d.words("system-version-changed", "", was.Version, is.Version, was.At("version"), is.At("version"))
	d.words("system-title-changed", "", was.Title, is.Title, was.At("title"), is.At("title"))
	if was.Version == is.Version { // a new version has a date of its own
		d.words("system-date-changed", "", was.Date, is.Date, was.At("date"), is.At("date"))
	}
	d.groups(was, is)
	d.value("system-clearing-changed", "", was.Empty, is.Empty, was.At("empty"), is.At("empty"))
	d.value("system-project-changed", "", was.Project, is.Project, was.At("project"), is.At("project"))
	d.client(was, is)
	d.scopes(was, is)
	d.value("system-zone-changed", "", was.Zone, is.Zone, was.At("zone"), is.At("zone"))
	d.value("system-times-changed", "", was.Times, is.Times, was.At("times"), is.At("times"))
	d.limit("body", was.Limits.Body, is.Limits.Body, was, is)
	d.limit("depth", int64(was.Limits.Depth), int64(is.Limits.Depth), was, is)
	d.limit("elements", int64(was.Limits.Elements), int64(is.Limits.Elements), was, is)
	d.protocol(was, is)
	d.errorCodes(was, is)
	d.errata(was, is)
	d.interfaces(was, is)
	d.tables(was, is)
}

// groups compares the headings of chapters. Those of a new one and of one that
// is gone show in its interfaces.
func (d *differ) groups(was, is *spec.System) {
	for _, g := range was.Groups {
		at := slices.IndexFunc(is.Groups, func(o *spec.Group) bool { return o.Name == g.Name })
		if at < 0 {
			continue
		}
		now := is.Groups[at]
		d.words("group-title-changed", g.Name, g.Title, now.Title, g.At("title"), now.At("title"))
		d.words("group-section-moved", g.Name, g.Section, now.Section, g.At("section"), now.At("section"))
	}
}

func (d *differ) limit(what string, before, after int64, was, is *spec.System) {
	if before != after {
		d.add("system-"+what+"-"+upDown(after > before), "", strconv.FormatInt(before, 10), strconv.FormatInt(after, 10),
			was.Limits.At(what), is.Limits.At(what))
	}
}

// errorCodes compares the catalogue and what answers broken rules.
func (d *differ) errorCodes(was, is *spec.System) {
	d.catalogue(slices.Collect(was.EveryCode()), slices.Collect(is.EveryCode()), was.FileAt("errors.yaml"), is.FileAt("errors.yaml"))
	for _, r := range was.Rules {
		switch now := is.RuleCode(r.Rule); {
		case now == "":
			d.add("rule-code-removed", r.Rule, r.Code, "", r.Pos, is.FileAt("errors.yaml"))
		case now != r.Code:
			at := slices.IndexFunc(is.Rules, func(o *spec.RuleCode) bool { return o.Rule == r.Rule })
			d.add("rule-code-changed", r.Rule, r.Code, now, r.Pos, is.Rules[at].Pos)
		}
	}
	for _, r := range is.Rules {
		at := slices.IndexFunc(was.Rules, func(o *spec.RuleCode) bool { return o.Rule == r.Rule })
		if at < 0 {
			d.add("rule-code-added", r.Rule, "", r.Code, was.FileAt("errors.yaml"), r.Pos)
		} else if old := was.Rules[at]; old.Code == r.Code {
			d.words("rule-text-changed", r.Rule, old.Text, r.Text, old.Pos, r.Pos)
		}
	}
}

// catalogue compares the codes of a system, or those that are an interface's own.
func (d *differ) catalogue(was, is []*spec.ErrorCode, from, to spec.Pos) {
	before, after := map[string]*spec.ErrorCode{}, map[string]*spec.ErrorCode{}
	for _, e := range was {
		before[e.Code] = e
	}
	for _, e := range is {
		after[e.Code] = e
		if old := before[e.Code]; old != nil {
			d.words("code-text-changed", e.Code, texts(old), texts(e), old.Pos, e.Pos)
		} else {
			d.add("code-added", e.Code, "", e.Text, from, e.Pos)
		}
	}
	for _, e := range was {
		if after[e.Code] == nil {
			d.add("code-removed", e.Code, e.Text, "", e.Pos, to)
		}
	}
}

// texts are the texts of a code, the first of them first.
func texts(e *spec.ErrorCode) string {
	return strings.Join(append([]string{e.Text}, e.Others...), " | ")
}

// errata compares decisions.
func (d *differ) errata(was, is *spec.System) {
	find := func(s *spec.System, id string) *spec.Erratum {
		for _, e := range s.Errata {
			if e.ID == id {
				return e
			}
		}
		return nil
	}
	for _, e := range was.Errata {
		if now := find(is, e.ID); now == nil {
			d.add("erratum-removed", e.ID, "", "", e.Pos, is.FileAt("errata.yaml"))
		} else {
			d.words("erratum-changed", e.ID, e.Follow, now.Follow, e.At("follow"), now.At("follow"))
		}
	}
	for _, e := range is.Errata {
		if find(was, e.ID) == nil {
			d.add("erratum-added", e.ID, "", "", was.FileAt("errata.yaml"), e.Pos)
		}
	}
}
