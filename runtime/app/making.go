package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Making says which keys an app has, by the protocol of its system, and how they are
// made.
type Making struct {
	Server   []key.Need    // what we must have
	Partner  []key.Need    // what the app must have
	Senders  []string      // ids that we send with, which no app may have
	Bits     int           // of RSA keys; 0: key.DefaultBits
	Lifetime time.Duration // a token is issued for this long, where the protocol asks for issued tokens; 0: not at all
	Keeps    bool          // the token, or what is issued beside it, signs without being sent
	Beside   string        // name of a secret that is issued with the token; empty: none
}

// check validates the lifetime of a first token.
func (m Making) check() error {
	if m.Lifetime == 0 {
		return nil
	}
	return checkLifetime(m.Lifetime)
}

// Key is the public part of one key of an edition.
type Key struct {
	Name        string    `json:"name"`
	Kind        string    `json:"kind"`
	Half        string    `json:"half,omitempty"`        // private or public, of a pair
	Fingerprint string    `json:"fingerprint,omitempty"` // of the public half of a pair
	Edition     int       `json:"edition"`
	Made        time.Time `json:"made"`
	Until       time.Time `json:"until,omitzero"` // when it ends; zero: it does not
}

// kept is a key of an edition as it is stored.
type kept struct {
	Key
	given  bool // not made here
	sealed []byte
	text   Secret
}

// needs are those of an app, or of a system.
func needs(all []key.Need, system bool) []key.Need {
	return slices.DeleteFunc(slices.Clone(all), func(n key.Need) bool { return n.System != system })
}

func find(all []key.Need, name string) (key.Need, bool) {
	at := slices.IndexFunc(all, func(n key.Need) bool { return n.Name == name })
	if at < 0 {
		return key.Need{}, false
	}
	return all[at], true
}

// strange refuses names that no key has.
func strange(own, other []key.Need, names []string) error {
	var known []string
	for _, n := range own {
		known = append(known, n.Name)
	}
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		if n, ok := find(other, name); ok {
			return fmt.Errorf("%w: key %s is one of the %s", ErrInvalid, name, map[bool]string{true: "system, the same for all apps", false: "apps, not of the system"}[n.System])
		}
		if len(known) == 0 {
			return fmt.Errorf("%w: no key %s: there are none", ErrInvalid, name)
		}
		return fmt.Errorf("%w: no key %s: there are %s", ErrInvalid, name, strings.Join(known, ", "))
	}
	return nil
}

// one makes one key, or takes the given one, and returns what is stored and what the
// partner gets, empty for nothing.
func (m Making) one(n key.Need, given Secret) (k kept, shown Secret, err error) {
	k = kept{Key: Key{Name: n.Name, Kind: n.Kind, Half: key.HalfName(n.Half)}, given: given != ""}
	text := string(given)
	if given == "" {
		if text, err = n.Make(m.Bits); err != nil {
			return k, "", fmt.Errorf("%w: key %s: %w", ErrInvalid, n.Name, err)
		}
	}
	mine, err := n.Read([]byte(text))
	if err != nil {
		return k, "", fmt.Errorf("%w: key %s: %w", ErrInvalid, n.Name, err)
	}
	k.text = Secret(mine)
	if k.Fingerprint, err = key.Fingerprint(n.Kind, mine); err != nil {
		return k, "", fmt.Errorf("key %s: %w", n.Name, err)
	}
	if k.given {
		text = mine
	}
	shown, err = m.shown(n, text, k.given)
	return k, shown, err
}

// shown is what the partner gets of a key: a secret, the public half of our pair, or
// its own private half where it was made here.
func (m Making) shown(n key.Need, text string, given bool) (Secret, error) {
	theirs, ok := find(m.Partner, n.Name)
	switch {
	case !ok, theirs.Half == step.Private && given:
		return "", nil // it has no use for it, or has it
	case !n.Pair():
		return Secret(text), nil
	}
	out, err := theirs.Read([]byte(text))
	if err != nil {
		return "", errors.New("key " + n.Name + ": the half that the partner needs is not there")
	}
	return Secret(out), nil
}
