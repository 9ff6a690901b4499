package protocol

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// Override is what one deployment does in another way than a protocol declares.
type Override = declare.Override

// Overrides are those of systems, by name.
type Overrides = declare.Overrides

// Override returns the protocol with an override. A message of an app that has words of
// its own is read, verified and answered by them; its keys are made by Keys as all are.
func (p *Protocol) Override(o Override) (*Protocol, error) {
	out, err := p.over(o.All)
	if err != nil {
		return nil, err
	}
	shared := slices.ContainsFunc(out.declared.Keys, func(k declare.Key) bool { return k.System })
	if len(o.Apps) > 0 && shared {
		return nil, errors.New("an app cannot have words of its own where a key is the same for all apps: a message is read with it before the app is known")
	}
	out.apps = map[string]*Protocol{}
	for id, one := range o.Apps {
		own, err := out.over(one)
		if err != nil {
			return nil, fmt.Errorf("app %s: %w", id, err)
		}
		out.apps[id], own.base = own, out
	}
	return out, nil
}

// For returns the protocol of an app: with its own words, where it has some.
func (p *Protocol) For(app string) *Protocol {
	if own := p.apps[app]; own != nil {
		return own
	}
	return p
}

func (p *Protocol) over(n *yaml.Node) (*Protocol, error) {
	if n == nil {
		return Compile(p.declared)
	}
	over, problems := declare.Read(n)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return Compile(p.declared.Over(over))
}

// Apply returns the protocols of systems with their overrides. It refuses an override of
// a system that is not there, and what Override refuses, with the line where it has one.
func Apply(o Overrides, protocols map[string]*Protocol) (map[string]*Protocol, error) {
	out := map[string]*Protocol{}
	maps.Copy(out, protocols)
	for name, one := range o {
		if out[name] == nil {
			return nil, fmt.Errorf("there is no system %s; there are %s", name, strings.Join(slices.Sorted(maps.Keys(protocols)), ", "))
		}
		p, err := out[name].Override(one)
		if err != nil {
			return nil, err
		}
		out[name] = p
	}
	return out, nil
}
