package diff

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
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
			if p.System == c.System && !p.Disabled && (c.Interface == "" || p.has(c.Interface)) {
				c.Partners = append(c.Partners, p.ID)
			}
		}
		slices.Sort(c.Partners)
	}
}

func (p Partner) has(cmd string) bool {
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
