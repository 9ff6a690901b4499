package diff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Partner is a registered app with what it may call and which notifications it gets.
type Partner struct {
	System        string              `json:"system"`
	ID            string              `json:"appid"`
	Grants        []string            `json:"grants"` // patterns of interfaces
	Disabled      bool                `json:"disabled"`
	Profile       *string             `json:"profile"` // nil: the system's own, empty: none
	Scopes        map[string][]string `json:"scopes"`  // the values that it is bound to
	Subscriptions []subscription      `json:"subscriptions"`
	Calls         map[string]int64    `json:"calls"`   // of the last 30 days, by interface
	Refused       map[string]int64    `json:"refused"` // those of them that were refused
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
// or are subscribed to it, in either revision; of a table those of the interfaces that use
// it, and of a system as a whole all of its partners.
func Touch(changes []Change, partners []Partner) {
	for i := range changes {
		c := &changes[i]
		c.Partners = []string{}
		if c.about.unknown() { // it was made of its members alone
			c.about = about{whole: c.Interface == "", calls: []string{c.Interface}}
		}
		for _, p := range partners {
			if p.System == c.System && !p.Disabled && c.about.touches(p) {
				c.Partners = append(c.Partners, p.ID)
				c.count(p)
			}
		}
		slices.Sort(c.Partners)
	}
}

// count notes how often a partner called what the change is about, and how many of
// these calls, that were answered, it refuses.
func (c *Change) count(p Partner) {
	var calls, answered int64
	for cmd, n := range p.Calls {
		if c.about.counts(cmd) {
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

// Touched lists the partners with their calls: "301 (412 calls, 400 refused), 302".
func (c Change) Touched(zh bool) string {
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
	var out []Loss
	for _, p := range partners {
		l := Loss{System: p.System, App: p.ID}
		for cmd, n := range p.Calls {
			l.Calls += n
			switch p.worst(changes, cmd) {
			case EveryCall:
				l.Least += n - p.Refused[cmd]
				l.Most += n - p.Refused[cmd]
			case SomeCalls:
				l.Most += n - p.Refused[cmd]
			case NoCall:
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

// worst is how many calls of an interface changes refuse to a partner.
func (p Partner) worst(changes []Change, cmd string) Refusal {
	worst := NoCall
	for _, c := range changes {
		if c.System != p.System || c.Refuses == NoCall || worst == EveryCall || !c.about.counts(cmd) {
			continue
		}
		if c.about.profile == nil || c.about.touches(p) {
			worst = c.Refuses
		}
	}
	return worst
}

// Say is a loss in words.
func (l Loss) Say(zh bool) string {
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
