package fire

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/token"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// session is an app with the token that its messages carry. Where it has none, it logs in.
type session struct {
	client *client.Client
	caller tamper.Caller

	mu      sync.Mutex
	refused error    // by the login, which is not asked again
	issued  []string // tokens that it got here
}

// secrets are the texts of a key; those called token are all tokens that its messages carry, or
// carried.
func (s *session) secrets(name string) []string {
	list := s.caller.Secrets[name]
	if name != "token" {
		return list
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return append(slices.Concat(list, s.issued), s.caller.Token, s.caller.Ended)
}

// session takes an app that has the keys which its messages need.
func (c *courier) session(of App) (*session, error) {
	s := &session{caller: tamper.CallerOf(of.ID, of.Secrets)}
	var err error
	s.client, err = client.New(client.Config{
		System: c.System, URL: c.URL, App: of.ID, Secrets: of.Secrets, Values: of.Values, Login: of.Login, Now: c.now, Notifies: c.Suite.Push,
		Timeout: c.Timeout, Transport: c.http.Transport,
	})
	var keys *protocol.Keys
	if err == nil {
		keys, err = c.System.Protocol.Keys(of.ID, s.caller.Secrets)
	}
	if err != nil {
		return nil, fmt.Errorf("app %s: %w", of.ID, err)
	}
	if lacks := c.call.Lacks(keys); len(lacks) > 0 {
		return nil, fmt.Errorf("app %s: key %s is missing", of.ID, lacks[0])
	}
	return s, nil
}

// signedIn is the app with a token that is good as far as is known.
func (s *session) signedIn(ctx context.Context) (out tamper.Caller, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out = s.caller
	if out.Token != "" {
		return out, nil
	}
	if s.refused != nil {
		return out, s.refused
	}
	if out.Token, err = s.client.Token(ctx); err != nil && ctx.Err() == nil {
		s.refused = fmt.Errorf("app %s gets no token: %w", out.ID, err)
		err = s.refused
	} else if err == nil && !slices.Contains(s.issued, out.Token) {
		s.issued = append(s.issued, out.Token)
	}
	return out, err
}

// errNoLimited is the error of a case that needs a token of an app which may call nothing, not
// even the login.
var errNoLimited = errors.New("the limited app has no token: jiekoud app token makes one, which its file has as token")

// signIn puts the apps with their tokens into an order.
func (c *courier) signIn(ctx context.Context, o *tamper.Order) (err error) {
	if c.limited != nil {
		o.Limited = &c.limited.caller
	}
	c.app.mu.Lock()
	o.Caller = c.app.caller // another case may find out which token has ended
	c.app.mu.Unlock()
	if !c.call.TakesToken() {
		return nil
	}
	o.Caller, err = c.app.signedIn(ctx)
	if lost := new(client.NoReplyError); errors.As(err, &lost) {
		return c.unanswered(ctx, err)
	}
	if o.Tamper.What == tamper.Ended && err == nil {
		o.Caller.Ended, err = c.ended(ctx)
	}
	if o.Tamper.NeedsLimited() && c.limited != nil && err == nil {
		limited, refused := c.limited.signedIn(ctx)
		if o.Limited = &limited; refused != nil {
			return errNoLimited
		}
	}
	return err
}

// endless is the reason why no token can be had that has ended; "" where one can.
func (g *gun) endless(t *tamper.Tamper) string {
	switch {
	case t == nil || t.What != tamper.Ended || g.App.Secrets[endedToken] != "" || g.Mock != nil:
		return ""
	case g.Twin == nil || !g.Twin.Sees():
		return "no token is known that has ended: name one as " + endedToken + " in the app file, or give --database"
	}
	if exchange(g.System, g.Suite.Push).Keeps() {
		return "the server keeps sealed what no message has: name a token that has ended as " + endedToken + " in the app file"
	}
	return ""
}

// endedToken is the member of an app file that has a token of the app that is over.
const endedToken = "token_ended"

// ended is a token of the app that has ended: that of its file, or one that the server is
// made to know.
func (c *courier) ended(ctx context.Context) (string, error) {
	c.app.mu.Lock()
	defer c.app.mu.Unlock()
	if c.app.caller.Ended != "" {
		return c.app.caller.Ended, nil
	}
	text := token.New()
	var err error
	if c.Mock != nil {
		err = about.Ended(ctx, c.http, c.URL, url.Values{"system": {c.System.Name}, "app": {c.App.ID}, "token": {text}})
	} else {
		err = c.Twin.Ended(ctx, text)
	}
	if err == nil {
		c.app.caller.Ended = text
	}
	return text, err
}
