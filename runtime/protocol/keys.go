package protocol

import (
	"errors"
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// masked is all that Keys ever show.
type masked = key.Masked

var errKeys = errors.New("protocol: keys of another protocol")

// Keys are the secrets of one app, prepared for one Protocol. They are made once
// and kept, and print as "[secret]" whatever the verb.
//
// The secrets are kept by a function: fmt follows pointers even of unexported
// fields, where it cannot call the methods of Keys, but it never calls a function.
type Keys struct {
	masked
	m func() *material
}

type material struct {
	p        *Protocol
	app      string
	profile  string // whose guards hold too
	editions []edition
}

// edition is one set of an app's keys; during a rotation there are two.
type edition struct {
	secrets  [][]byte // by position in Protocol.keys, nil: none
	pairs    []*step.Pair
	prepared []any
	errs     []error
}

// Secrets are the texts of an app's keys by their names. Several texts of one name
// are editions of it: what is sent takes the first, what comes may be made with any.
// Texts at one place belong together; where a list is shorter, its last text stands
// for the rest. An empty text is a key that its edition does not have.
type Secrets map[string][]string

// Keys prepares the keys of an app, for the overlay of the app where it has one. Keys that the protocol does not name are not
// kept. It refuses text that is no key of its kind. A key that is missing is not
// refused here: which halves of pairs one side needs, Needs says.
func (p *Protocol) Keys(app string, s Secrets) (*Keys, error) {
	if own := p.apps[app]; own != nil {
		p = own
	}
	m := &material{p: p, app: app, profile: p.plan.Profile}
	n := 1
	for _, k := range p.plan.Keys {
		n = max(n, len(s[k.Name]))
	}
	for i := range n {
		e, err := p.edition(i, s)
		if err != nil {
			return nil, err
		}
		m.editions = append(m.editions, *e)
	}
	return &Keys{m: func() *material { return m }}, nil
}

func (p *Protocol) edition(at int, s Secrets) (*edition, error) {
	e := &edition{secrets: make([][]byte, len(p.plan.Keys)), pairs: make([]*step.Pair, len(p.plan.Keys))}
	for i, k := range p.plan.Keys {
		texts := s[k.Name]
		if len(texts) == 0 {
			continue
		}
		text := texts[min(at, len(texts)-1)]
		if text == "" {
			continue
		}
		var err error
		if step.IsPair(k.Kind) {
			e.pairs[i], err = step.ParsePair(k.Kind, text)
		} else {
			e.secrets[i], err = step.Secret(k.Kind, text)
		}
		if err != nil {
			return nil, fmt.Errorf("protocol: key %s: %w", k.Name, err)
		}
	}
	e.prepared, e.errs = make([]any, len(p.plan.Preps)), make([]error, len(p.plan.Preps))
	for i, one := range p.plan.Preps {
		if e.secrets[one.Key] == nil {
			e.errs[i] = errKeyMissing
			continue
		}
		if e.prepared[i], e.errs[i] = one.Do.Prepare(e.secrets[one.Key]); e.errs[i] != nil {
			return nil, fmt.Errorf("protocol: key %s: %s: %w", p.plan.Keys[one.Key].Name, one.Do.Name, e.errs[i])
		}
	}
	return e, nil
}

// App returns the app whose keys these are.
func (k Keys) App() string {
	if k.m == nil {
		return ""
	}
	return k.m().app
}

// Senders are the ids that our own messages have where requests name the app. No app
// may have one: what it is sent could be sent back.
func (p *Protocol) Senders() []string { return p.plan.Senders() }

// In returns the keys with another profile than that of the protocol; empty: none.
func (k *Keys) In(profile string) (*Keys, error) {
	m := *k.m()
	if profile != "" && !slices.Contains(m.p.plan.Profiles, profile) {
		return nil, fmt.Errorf("protocol: no profile %q", profile)
	}
	m.profile = profile
	return &Keys{m: func() *material { return &m }}, nil
}

// Profiles lists those that an app may have, and the one of apps without their own.
func (p *Protocol) Profiles() (names []string, usual string) {
	return p.plan.Profiles, p.plan.Profile
}

// Needs lists the keys that a side needs: the server, which admits calls and sends
// notifications, or the client.
func (p *Protocol) Needs(server bool) []key.Need {
	var out []key.Need
	for i, k := range p.plan.Keys {
		d, steps := p.plan.Demands[i]
		need := key.Need{Name: k.Name, Kind: k.Kind, System: k.System, Lengths: d.Lengths, Most: d.Most, Steps: steps}
		if !need.Pair() {
			out = append(out, need)
			continue
		}
		switch halves := p.plan.Halves(i, server); {
		case halves[step.Private]: // it brings the public one
			need.Half = step.Private
		case halves[step.Public]:
			need.Half = step.Public
		default:
			continue
		}
		out = append(out, need)
	}
	return out
}
