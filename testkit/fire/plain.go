package fire

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// plain sends requests of signed systems.
type plain struct {
	*gun
	set *signature.Set

	mu   sync.Mutex
	used map[string]bool // nonces of signed requests
}

// fresh signs a request at a time at which nothing was signed alike: two requests that
// sign the same values at one time would be one and the same.
func (p *plain) fresh(c *signature.Codec, k *signature.Keys, now time.Time, make func() (*signature.Request, error)) (*signature.Request, error) {
	step := time.Millisecond
	if t := p.System.Signature.Time; t != nil && t.Unit != "ms" {
		step = time.Second
	}
	for ; ; now = now.Add(step) {
		r, err := make()
		if err != nil {
			return nil, err
		}
		if err := c.Sign(r, k, now, rand.Text); err != nil {
			return nil, err
		}
		if !p.repeats(c, k, r, now) {
			return r, nil
		}
	}
}

// repeats reports whether a request would be refused as one that came before.
func (p *plain) repeats(c *signature.Codec, k *signature.Keys, r *signature.Request, now time.Time) bool {
	var m signature.Message
	if c.Parse(r, &m) != nil {
		return false // it is meant to be broken
	}
	seen := &sieve{plain: p}
	_ = c.Verify(context.Background(), &m, k, signature.NewGuard(p.System.Name, seen, seen, func() time.Time { return now })) // seen knows
	return seen.again
}

// sieve detects a nonce that came before.
type sieve struct {
	*plain
	again bool
}

// Valid takes every token: only the server knows them.
func (*sieve) Valid(context.Context, string, string, string) (bool, error) { return true, nil }

// Use reports whether a nonce comes for the first time.
func (s *sieve) Use(_ context.Context, _, _, nonce string, _ time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	nonce = strings.Clone(nonce) // it may alias a message
	s.again = s.used[nonce]
	s.used[nonce] = true
	return !s.again, nil
}

// newPlain checks that the app has the secrets for signing.
func newPlain(g *gun) (courier, error) {
	set, err := signature.NewSet(g.System.Signature, g.System.Signatures, g.Override)
	if err != nil {
		return nil, err
	}
	for _, app := range []*App{&g.App, g.Limited} {
		if app == nil {
			continue
		}
		if _, err := set.Keys(app.ID, app.Secrets); err != nil {
			return nil, fmt.Errorf("app %s: %w", app.ID, err)
		}
	}
	return &plain{gun: g, set: set, used: map[string]bool{}}, nil
}

// send signs a request, breaks it as its tamper says, and reads the answer.
func (p *plain) send(ctx context.Context, m message) (*Sent, Answer, error) {
	out, err := p.sign(m)
	if err != nil {
		return nil, Answer{}, err
	}
	switch m.tamper.What {
	case fixture.Repeat:
		_, _, err = p.exchange(ctx, out, false)
	case fixture.Resend:
		if _, _, err = p.exchange(ctx, out, false); err == nil {
			out, err = p.sign(m)
		}
	}
	if err != nil {
		return out, Answer{}, err
	}
	status, text, err := p.exchange(ctx, out, false)
	if err != nil {
		return out, Answer{}, err
	}
	a := Answer{Status: status, Plain: string(text)}
	p.read(text, &a)
	return out, a, nil
}

// sign makes the request.
func (p *plain) sign(m message) (*Sent, error) {
	one := interfaceOf(&p.System, m.cmd)
	if one == nil || one.Path == "" {
		return nil, fmt.Errorf("%s has no interface %q", p.System.Name, m.cmd)
	}
	app, now := p.App, p.now()
	app.Secrets = maps.Clone(app.Secrets)
	switch m.tamper.What {
	case fixture.Limited:
		app = *p.Limited
	case fixture.UnknownApp:
		app.ID = m.tamper.Value
	case fixture.SpoilSecret:
		app.Secrets[m.tamper.Value] = "not " + app.Secrets[m.tamper.Value]
	case fixture.Shift:
		by, err := time.ParseDuration(m.tamper.Value)
		if err != nil {
			return nil, err
		}
		now = now.Add(by)
	}
	codec := p.set.Codec(one.Signature, app.ID)
	keys, err := p.set.Keys(app.ID, app.Secrets)
	if err != nil {
		return nil, err
	}
	r, err := p.fresh(codec, keys, now, func() (*signature.Request, error) { return p.place(one, codec, m, app) })
	if err != nil {
		return nil, err
	}
	if err := breakRequest(r, m.tamper); err != nil {
		return nil, err
	}
	u := target(p.URL, r.Path)
	if r.Query != "" {
		u += "?" + r.Query
	}
	return &Sent{Method: r.Method, URL: u, Header: r.Header, Body: string(r.Body)}, nil
}

// place puts a message where the interface has its fields.
func (p *plain) place(one *route.Interface, codec *signature.Codec, m message, app App) (*signature.Request, error) {
	r, err := client.Place(one, codec, []byte(m.payload), nil)
	if err != nil {
		return nil, err
	}
	kind := "application/json"
	if r.Form {
		kind = "application/x-www-form-urlencoded"
	}
	if one.Method != http.MethodGet && one.Method != http.MethodDelete {
		r.Header.Set("Content-Type", kind)
	}
	if m.body != nil {
		r.Body = []byte(*m.body)
	}
	r.Token = app.Secrets["token"]
	return r, nil
}

// breakRequest changes a request after it was signed.
func breakRequest(r *signature.Request, t *fixture.Tamper) error {
	name, value, _ := strings.Cut(t.Value, "=")
	switch t.What {
	case fixture.PutValue:
		return edit(r, name, func(string) (string, bool) { return value, true })
	case fixture.DropValue:
		return edit(r, t.Value, func(string) (string, bool) { return "", false })
	case fixture.UpperCase:
		return edit(r, t.Value, func(old string) (string, bool) { return strings.ToUpper(old), true })
	case fixture.Append:
		r.Body = append(r.Body, ' ')
	case fixture.Query:
		r.Query = strings.TrimPrefix(r.Query+"&"+t.Value, "&")
	case fixture.Method:
		r.Method = t.Value
	case fixture.Type:
		r.Header.Set("Content-Type", t.Value)
	case fixture.Pad:
		n, err := strconv.Atoi(t.Value)
		r.Body = append(r.Body, strings.Repeat(" ", max(0, n-len(r.Body)))...)
		return err
	}
	return nil
}

// edit changes or drops one value of a request, by its place.
func edit(r *signature.Request, place string, change func(old string) (value string, keep bool)) error {
	in, name := spec.Value(place)
	pairs := func(text string) (string, error) {
		values, err := url.ParseQuery(text)
		if err != nil {
			return "", err
		}
		if value, keep := change(values.Get(name)); keep {
			values.Set(name, value)
		} else {
			values.Del(name)
		}
		return values.Encode(), nil
	}
	var err error
	switch {
	case in == "query" && name == "":
		r.Query, _ = change(r.Query)
	case in == "query":
		r.Query, err = pairs(r.Query)
	case in == "form":
		var text string
		text, err = pairs(string(r.Body))
		r.Body = []byte(text)
	case in == "header":
		if value, keep := change(r.Header.Get(name)); keep {
			r.Header.Set(name, value)
		} else {
			r.Header.Del(name)
		}
	default:
		err = editBody(r, name, change)
	}
	return err
}

// editBody changes or drops a member of a JSON body.
func editBody(r *signature.Request, name string, change func(old string) (value string, keep bool)) error {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(r.Body, &members); err != nil {
		return err
	}
	old, _ := scalar(members[name])
	value, keep := change(old)
	if !keep {
		delete(members, name)
	}
	var err error
	if keep {
		if members[name], err = json.Marshal(value); err != nil {
			return err
		}
	}
	r.Body, err = json.Marshal(members)
	return err
}

// interfaceOf finds an interface of a system, nil where there is none.
func interfaceOf(system *route.System, cmd string) *route.Interface {
	for i := range system.Interfaces {
		if system.Interfaces[i].Cmd == cmd {
			return &system.Interfaces[i]
		}
	}
	return nil
}
