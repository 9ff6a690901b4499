package signature

import (
	"fmt"
	"maps"
	"slices"
)

// Set is what one system needs to judge all its requests: the codec of the system,
// those that interfaces name, and those that an override gives to single apps. It
// is immutable and safe for concurrent use.
type Set struct {
	usual *Codec
	named map[string]*Codec
	apps  map[string]*Codec
}

// Override replaces declarations of one system without printing it again: the
// whole signature, those that interfaces name, and the signature for single apps.
type Override struct {
	Signature  *Spec           `yaml:"signature"`
	Signatures map[string]Spec `yaml:"signatures"`
	Apps       map[string]Spec `yaml:"apps"`
}

// NewSet compiles the declarations of a system: its own, those by name, and what
// over puts in their places. It refuses an override of a name that the system does
// not declare, and one for an app that names the calling app elsewhere: the app
// must be known before its own signature is.
func NewSet(spec Spec, named map[string]Spec, over Override) (*Set, error) {
	s := &Set{named: map[string]*Codec{}, apps: map[string]*Codec{}}
	if over.Signature != nil {
		spec = *over.Signature
	}
	var err error
	if s.usual, err = New(spec); err != nil {
		return nil, err
	}
	for name := range over.Signatures {
		if _, ok := named[name]; !ok {
			return nil, fmt.Errorf("signatures: %w", unknown("name", name, slices.Sorted(maps.Keys(named))...))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		one, ok := over.Signatures[name]
		if !ok {
			one = named[name]
		}
		if s.named[name], err = New(one); err != nil {
			return nil, fmt.Errorf("signature %s: %w", name, err)
		}
	}
	for _, app := range slices.Sorted(maps.Keys(over.Apps)) {
		one := over.Apps[app]
		if s.apps[app], err = New(one); err != nil {
			return nil, fmt.Errorf("app %s: %w", app, err)
		}
		if !s.apps[app].callsLike(s.usual) {
			return nil, fmt.Errorf("app %s: app is %s, and must be %s as for all apps of the system", app, one.App, spec.App)
		}
	}
	return s, nil
}

// callsLike reports whether both find the calling app at the same place.
func (c *Codec) callsLike(o *Codec) bool {
	a, b := c.values[c.app.at], o.values[o.app.at]
	return a.place == b.place && a.name == b.name
}

// Codec returns the codec for an interface that names a signature (name empty:
// none) and an app (empty: not known yet). A request is parsed with the codec of
// no app first, which finds the app, and again with the app's where that is
// another one. An unknown name is the system's own signature.
func (s *Set) Codec(name, app string) *Codec {
	if c := s.named[name]; c != nil {
		return c
	}
	if c := s.apps[app]; c != nil {
		return c
	}
	return s.usual
}

// Sealed reports whether the body of a request may be one cipher text as a whole,
// which is neither JSON nor a form: that of an interface that names a signature
// (name empty: none), of whichever app.
func (s *Set) Sealed(name string) bool {
	codec := s.Codec(name, "")
	if codec.sealed() || codec != s.usual {
		return codec.sealed()
	}
	for _, own := range s.apps {
		if own.sealed() {
			return true
		}
	}
	return false
}

// sealed reports whether encrypt makes the body as a whole.
func (c *Codec) sealed() bool { return c.crypt >= 0 && c.payload.place == inRawBody }

// Keys prepares the secrets of an app for every codec of the set that judges its
// requests; see Codec.Keys for what is refused.
func (s *Set) Keys(app string, secrets map[string]string) (*Keys, error) {
	codecs := []*Codec{s.Codec("", app)}
	for _, name := range slices.Sorted(maps.Keys(s.named)) {
		codecs = append(codecs, s.named[name])
	}
	var all []*material
	for _, c := range codecs {
		m, err := c.material(app, secrets)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return newKeys(all...), nil
}
