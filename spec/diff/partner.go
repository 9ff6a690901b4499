package diff

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Partner is a registered app with what it may call and which notifications it gets.
type Partner struct {
	System        string   `json:"system"`
	ID            string   `json:"appid"`
	Grants        []string `json:"grants"` // patterns of interfaces
	Disabled      bool     `json:"disabled"`
	Subscriptions []struct {
		Cmd string `json:"cmd"`
	} `json:"subscriptions"`
	Calls map[string]int64 `json:"calls"` // of the last 30 days, by interface
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
			if p.System == c.System && !p.Disabled && (c.Interface == "" || p.Sees(c.System, c.Interface)) {
				c.Partners = append(c.Partners, p.ID)
				c.count(p)
			}
		}
		slices.Sort(c.Partners)
	}
}

// Sees reports whether an interface concerns a partner: it may call it, or is
// subscribed to it.
func (p Partner) Sees(system, cmd string) bool {
	if p.System != system {
		return false
	}
	for _, s := range p.Subscriptions {
		if s.Cmd == cmd {
			return true
		}
	}
	return slices.ContainsFunc(p.Grants, func(pattern string) bool {
		ok, err := path.Match(pattern, cmd)
		return ok && err == nil
	})
}

// count notes how often a partner called what the change is about.
func (c *Change) count(p Partner) {
	var calls int64
	for cmd, n := range p.Calls {
		if c.Interface == "" || c.Interface == cmd {
			calls += n
		}
	}
	if calls == 0 {
		return
	}
	if c.Calls == nil {
		c.Calls = map[string]int64{}
	}
	c.Calls[p.ID] = calls
}

// touched lists the partners with their calls: "301 (412 calls), 302".
func (c Change) touched() string {
	var out []string
	for _, id := range c.Partners {
		if n := c.Calls[id]; n > 0 {
			id = fmt.Sprintf("%s (%d calls)", id, n)
		}
		out = append(out, id)
	}
	return strings.Join(out, ", ")
}
