package diff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Partner is a registered app with what it may call and which notifications it gets.
type Partner struct {
	System        string           `json:"system"`
	ID            string           `json:"appid"`
	Grants        []string         `json:"grants"` // patterns of interfaces
	Disabled      bool             `json:"disabled"`
	Subscriptions []subscription   `json:"subscriptions"`
	Calls         map[string]int64 `json:"calls"`   // of the last 30 days, by interface
	Refused       map[string]int64 `json:"refused"` // those of them that were refused
}

type subscription struct {
	Cmd string `json:"cmd"`
}

// ReadPartners reads what the server's "app list --json" prints.
func ReadPartners(text []byte) ([]Partner, error) {
	var list []Partner
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("it is not what app list --json prints: %w", err)
	}
	for _, p := range list {
		if p.System == "" || p.ID == "" {
			return nil, fmt.Errorf("it is not what app list --json prints: an app without system or appid")
		}
	}
	return list, nil
}

// Touch notes which partners each change touches: those that may call the interface,
// or are subscribed to it, in either revision. A change of a whole system touches all
// of its partners.
func Touch(changes []Change, partners []Partner) {
	for i := range changes {
		c := &changes[i]
		c.Partners = []string{}
		for _, p := range partners {
			if p.System == c.System && !p.Disabled && (c.Interface == "" || p.touched(c)) {
				c.Partners = append(c.Partners, p.ID)
				c.count(p)
			}
		}
		slices.Sort(c.Partners)
	}
}

// touched reports whether a change of an interface concerns a partner: it is subscribed to
// the notification, or may call the interface, by its name of before or after. A grant is
// for calls, of a notification that goes to whoever called for the calls that send it.
func (p Partner) touched(c *Change) bool {
	cmds := c.names()
	if c.about.notify {
		if slices.ContainsFunc(p.Subscriptions, func(s subscription) bool { return slices.Contains(cmds, s.Cmd) }) {
			return true
		}
		cmds = c.about.senders
	}
	return slices.ContainsFunc(p.Grants, func(pattern string) bool {
		return slices.ContainsFunc(cmds, func(cmd string) bool {
			ok, err := path.Match(pattern, cmd)
			return ok && err == nil
		})
	})
}

// names are what the interface of a change is called, in both revisions; "" is that of a
// whole system.
func (c *Change) names() []string {
	if len(c.about.names) == 0 {
		return []string{c.Interface}
	}
	return c.about.names
}

// Sees reports whether a partner reads of an interface: he may call it, is subscribed to it,
// or may subscribe.
func (p Partner) Sees(system, cmd string) bool {
	one := Change{about: about{names: []string{cmd}}}
	told := Change{about: about{names: []string{cmd}, notify: true}}
	return p.System == system && (p.touched(&one) || p.touched(&told))
}

// count notes how often a partner called what the change is about, and how many of
// these calls, that were answered, it refuses.
func (c *Change) count(p Partner) {
	var calls, answered int64
	for cmd, n := range p.Calls {
		if c.Interface == "" || slices.Contains(c.names(), cmd) {
			calls += n
			answered += n - p.Refused[cmd]
		}
	}
	if calls == 0 {
		return
	}
	if c.Calls == nil {
		c.Calls = map[string]int64{}
	}
	c.Calls[p.ID] = calls
	if c.Refuses == NoCall || answered <= 0 {
		return
	}
	if c.Refused == nil {
		c.Refused = map[string]int64{}
	}
	c.Refused[p.ID] = answered
}

// touched lists the partners with their calls: "301 (412 calls, 400 refused), 302".
func (c Change) touched(zh bool) string {
	calls, refused, most, comma := "%d calls", ", %d would be refused", ", at most %d would be refused", ", "
	if zh {
		calls, refused, most, comma = "调用%d次", "，其中%d次将被拒绝", "，其中至多%d次将被拒绝", "、"
	}
	if c.Refuses == SomeCalls {
		refused = most
	}
	var out []string
	for _, id := range c.Partners {
		if n := c.Calls[id]; n > 0 {
			text := fmt.Sprintf(calls, n)
			if n == 1 {
				text = strings.TrimSuffix(text, "s")
			}
			if n := c.Refused[id]; n > 0 {
				text += fmt.Sprintf(refused, n)
			}
			id += " (" + text + ")"
		}
		out = append(out, id)
	}
	return strings.Join(out, comma)
}

// Loss is what a revision does to the calls of one partner in the last 30 days.
type Loss struct {
	System string `json:"system"`
	App    string `json:"appid"`
	Calls  int64  `json:"calls"` // of all its interfaces
	Least  int64  `json:"least"` // answered, and refused from now on for sure
	Most   int64  `json:"most"`  // and at most
}

// Losses says of each partner with calls how many would have been refused: a call counts
// once, however many changes refuse it. It is sorted by what may be lost at most.
func Losses(changes []Change, partners []Partner) []Loss {
	worst := map[[2]string]Refusal{} // by system and interface, "" for all of a system
	for _, c := range changes {
		for _, cmd := range c.names() {
			at := [2]string{c.System, cmd}
			if c.Refuses == EveryCall || c.Refuses == SomeCalls && worst[at] == NoCall {
				worst[at] = c.Refuses
			}
		}
	}
	var out []Loss
	for _, p := range partners {
		l := Loss{System: p.System, App: p.ID}
		for cmd, n := range p.Calls {
			l.Calls += n
			one, all := worst[[2]string{p.System, cmd}], worst[[2]string{p.System, ""}]
			if one == EveryCall || all == EveryCall {
				l.Least += n - p.Refused[cmd]
			}
			if one != NoCall || all != NoCall {
				l.Most += n - p.Refused[cmd]
			}
		}
		if l.Calls > 0 && !p.Disabled {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b Loss) int {
		return cmp.Or(cmp.Compare(b.Most, a.Most), cmp.Compare(a.System, b.System), cmp.Compare(a.App, b.App))
	})
	return out
}

// say is a loss in words.
func (l Loss) say(zh bool) string {
	many := strconv.FormatInt(l.Most, 10)
	switch {
	case zh && l.Least < l.Most:
		many = fmt.Sprintf("%d至%d", l.Least, l.Most)
	case l.Least < l.Most:
		many = fmt.Sprintf("%d to %d", l.Least, l.Most)
	}
	if zh {
		return fmt.Sprintf("%s %s：最近30天调用%d次，其中%s次将被拒绝", l.System, l.App, l.Calls, many)
	}
	return fmt.Sprintf("%s %s: %s of %d calls of the last 30 days would be refused", l.System, l.App, many, l.Calls)
}
