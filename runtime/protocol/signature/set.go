package signature

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Set has the codecs for all requests of one system: the system's own, those that
// interfaces name, and those that an override gives to single apps. It is immutable
// and safe for concurrent use.
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

// NewSet compiles the declarations of a system: its own, the named ones, and those
// that over replaces. It refuses an override of a name that the system does not
// declare, and one for an app that names the calling app elsewhere: the app must be
// known before its own signature is.
func NewSet(spec Spec, named map[string]Spec, over Override) (*Set, error) {
	s := &Set{named: map[string]*Codec{}, apps: map[string]*Codec{}}
	used := spec
	if over.Signature != nil {
		used = *over.Signature
	}
	var err error
	if s.usual, err = New(used); err != nil {
		return nil, err
	}
	if over.Signature != nil {
		s.usual.replaces(&spec)
	}
	for name := range over.Signatures {
		if _, ok := named[name]; !ok {
			return nil, fmt.Errorf("signatures: %w", crypt.Unknown("name", name, slices.Sorted(maps.Keys(named))...))
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
		if declared := named[name]; ok {
			s.named[name].replaces(&declared)
		}
	}
	for _, app := range slices.Sorted(maps.Keys(over.Apps)) {
		one := over.Apps[app]
		if s.apps[app], err = New(one); err != nil {
			return nil, fmt.Errorf("app %s: %w", app, err)
		}
		if !s.apps[app].callsLike(s.usual) {
			return nil, fmt.Errorf("app %s: app is %s, and must be %s as for all apps of the system", app, one.App, used.App)
		}
		s.apps[app].replaces(&spec)
	}
	return s, nil
}

// callsLike reports whether both find the calling app at the same place.
func (c *Codec) callsLike(o *Codec) bool {
	a, b := c.values[c.app.at], o.values[o.app.at]
	return a.place == b.place && a.name == b.name
}

// Verified is a request that holds: it comes from the app that it names, now and
// for the first time.
type Verified struct {
	App string
	m   *Message
}

// Payload returns the JSON text of the request's fields; see Message.Payload.
func (v Verified) Payload() []byte { return v.m.Payload() }

// Stands returns the value for a place that the system's declaration names and an
// override of it does not: an override may move the app, the time, the nonce and
// the results of steps, and the declaration's fields must not be missed for that. A
// value that the override drops is "-". ok is false for every other place.
func (v Verified) Stands(place string) (value string, ok bool) {
	c := v.m.codec
	if c == nil || c.moved == nil {
		return "", false
	}
	at, ok := c.moved[strings.ToLower(place)]
	switch {
	case !ok:
		return "", false
	case at < 0 || v.m.values[at] == "":
		return "-", true
	}
	return v.m.values[at], true
}

// Verify reads a request into m, finds its app and proves that the request is the
// app's, under the signature that the interface names (name empty: the system's own)
// or the app's own one. keys finds the keys of an app that may call. m and the result
// may hold values of r as long as they are in use.
//
// It refuses like Codec.Parse and Codec.Verify, and an unknown app with the rule
// app. With the refusal of a readable request it returns the app, for the log.
func (s *Set) Verify(
	ctx context.Context, name string, r *Request, m *Message, keys func(ctx context.Context, app string) (*Keys, bool), g Guard,
) (Verified, error) {
	codec := s.Codec(name, "")
	wrong := codec.Parse(r, m)
	app := codec.App(m)
	if app == "" && wrong != nil {
		return Verified{}, wrong
	}
	k, known := keys(ctx, app)
	if !known {
		return Verified{}, problem.New(problem.App)
	}
	if own := s.Codec(name, app); own != codec {
		codec = own
		wrong = codec.Parse(r, m)
	}
	if wrong != nil {
		return Verified{}, wrong
	}
	return Verified{app, m}, codec.Verify(ctx, m, k, g)
}

// replaces records the values for the places that a declaration names and c, which
// replaces it, does not.
func (c *Codec) replaces(declared *Spec) {
	c.moved = map[string]int{}
	taken := c.spec.roles()
	for _, one := range declared.roles() {
		key := strings.ToLower(one.place)
		_, known := c.moved[key]
		if one.place == "" || known || slices.ContainsFunc(taken, func(p role) bool { return strings.EqualFold(p.place, one.place) }) {
			continue
		}
		at := slices.IndexFunc(taken, func(p role) bool { return p.does == one.does })
		c.moved[key] = -1
		if at >= 0 {
			full := taken[at].place
			c.moved[key] = slices.IndexFunc(c.values, func(v value) bool { return strings.EqualFold(v.full, full) })
		}
	}
}

// role is a place that a declaration names, and its purpose: "app", "time", "sign
// 1".
type role struct{ does, place string }

// roles lists the places that a declaration names.
func (s *Spec) roles() []role {
	list := []role{{"app", s.App}}
	if s.Time != nil {
		list = append(list, role{"time", s.Time.Value})
	}
	count := map[string]int{}
	for _, one := range s.Steps {
		count[one.Op]++
		does := fmt.Sprint(one.Op, " ", count[one.Op])
		list = append(list, role{does, one.Value + one.To}) // a step has one of the two
	}
	if s.Nonce != nil {
		list = append(list, role{"nonce", s.Nonce.Value})
	}
	return list
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

// Keys prepares the secrets of an app for every codec of the set that verifies its
// requests; see Codec.Keys for refusals.
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
