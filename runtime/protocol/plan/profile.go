package plan

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// profiles compiles the further guards of apps that have a profile.
func (c *compiler) profiles(d *declare.Protocol) {
	for _, one := range d.Profiles {
		place := "profiles." + one.Name
		if slices.Contains(c.p.Profiles, one.Name) || one.Name == "" {
			continue
		}
		c.p.Profiles = append(c.p.Profiles, one.Name)
		if len(one.Guards) == 0 {
			c.add(one.Pos, place, "it has no guards", "write a list of them")
		}
		for _, f := range c.p.Call.Calls {
			if f.Answer != nil {
				continue // the protocol answers it, whoever asks
			}
			c.f = f
			if f.Profiles == nil {
				f.Profiles = map[string][]Guard{}
			}
			effect := f.Effect
			f.Profiles[one.Name] = c.guardList(one.Guards, place)
			if f.Effect != effect {
				f.Effect = effect
				c.add(one.Pos, place, "with: effect holds for all apps or for none", "write it among the guards of the request")
			}
			if slices.ContainsFunc(f.Profiles[one.Name], func(g Guard) bool { return g.Kind == "issued" }) {
				c.add(one.Pos, place, "issued holds for all apps or for none", "write it among the guards of the request")
			}
		}
	}
	if d.Profile != "" && !slices.Contains(c.p.Profiles, d.Profile) {
		c.add(d.Pos, "profile", fmt.Sprintf("there is no profile %q", d.Profile), "declare it: profiles: {"+d.Profile+": [guards]}")
	}
	c.p.Profile = d.Profile
}

// named gives slots to the parts of a text that the guards behind name: a guard that
// compares reads what it does not know.
func (c *compiler) named(to *declare.Text, behind []declare.Guard) {
	if to == nil {
		return
	}
	for _, p := range to.Pieces {
		if _, known := c.f.Index[p.Name]; p.Name == "" || known || partOf(p.Name) != nil {
			continue
		}
		if slices.ContainsFunc(behind, func(g declare.Guard) bool { return g.Value == p.Name }) {
			c.slot(p.Name, Info{Kind: value, part: true})
		}
	}
}

// readable refuses a text whose parts cannot be told apart, and notes which of them
// are times.
func (c *compiler) readable(g *Guard, here string) {
	for i := range g.Template {
		p := &g.Template[i]
		if p.Slot < 0 || !c.f.Infos[p.Slot].part {
			continue
		}
		name := c.f.Infos[p.Slot].Name
		for n, u := range p.Steps {
			if u.Do.Undo == nil || u.Do.Vague {
				c.add(g.Pos, here, fmt.Sprintf("{%s} cannot be read: %s has no way back", name, u.Src), "leave the step out")
				return
			}
			c.f.Infos[p.Slot].timed = c.f.Infos[p.Slot].timed || n == 0 && u.Do.Clock
		}
		n := len(p.Steps)
		last, sized := i == len(g.Template)-1, n > 0 && p.Steps[n-1].Do.Take != nil
		if !last && !sized && g.Template[i+1].Slot >= 0 && Sized(g.Template[i+1:]) < 0 {
			c.add(g.Pos, here, "nobody sees where {"+name+"} ends", "put a text behind it, or |fixed N")
		}
	}
}
