package protocol

import (
	"errors"
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/keyset"
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
type edition = keyset.Edition

// Secrets are the texts of an app's keys by their names, with their editions.
type Secrets = keyset.Secrets

// Keys prepares the keys of an app, for the overlay of the app where it has one. Keys that the protocol does not name are not
// kept. It refuses text that is no key of its kind. A key that is missing is not
// refused here: which halves of pairs one side needs, Needs says.
func (p *Protocol) Keys(app string, s Secrets) (*Keys, error) {
	if own := p.apps[app]; own != nil {
		p = own
	}
	m := &material{p: p, app: app, profile: p.plan.Profile}
	var err error
	if m.editions, err = keyset.Editions(p.plan, s); err != nil {
		return nil, err
	}
	return &Keys{m: func() *material { return m }}, nil
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
func (p *Protocol) Needs(server bool) []key.Need { return keyset.Needs(p.plan, server) }
