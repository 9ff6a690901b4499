package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/tree"
)

// early is how long before its end a token is renewed, at most: a tenth of its time is
// enough for a short one.
const early = time.Minute

// session has the token that calls carry, and gets it by a call of its own: one for all
// calls that wait for it.
type session struct {
	mu    sync.Mutex
	token string
	until time.Time // zero: until it is refused
	going *login    // that is under way
}

// login is one call for a token.
type login struct {
	done  chan struct{}
	token string
	err   error
}

// carries reports whether a call has a token that the client can get.
func (c *Client) carries(cmd string) bool {
	l := c.config.System.Login
	return l != nil && (!l.Asks || c.config.Login != nil) && cmd != l.Cmd && c.tokens[cmd]
}

// authorized makes a call with a token, and once more with another one if the first is
// refused: a call that was refused so was not carried out.
func (c *Client) authorized(ctx context.Context, r Request) (reply Reply, err error) {
	for range 2 {
		if r.token, err = c.fetch(ctx, r.token); err != nil {
			return Reply{}, fmt.Errorf("%w: no token: %w", ErrUnsent, err)
		}
		if reply, err = c.repeat(ctx, r); !c.stale(reply, err) {
			break
		}
	}
	return reply, err
}

// Token is the token that calls carry: the one that the client has or gets by a login, empty
// where it has none and cannot get one.
func (c *Client) Token(ctx context.Context) (string, error) {
	if l := c.config.System.Login; l == nil || l.Asks && c.config.Login == nil {
		return c.config.Secrets["token"], nil
	}
	return c.fetch(ctx, "")
}

// stale reports whether a call was refused because of its token.
func (c *Client) stale(reply Reply, err error) bool {
	code := reply.Code
	if e, ok := errors.AsType[*StatusError](err); ok {
		code = e.Code
		if e.Status == http.StatusUnauthorized && code == "" {
			return true
		}
	} else if err != nil || reply.OK {
		return false
	}
	return slices.Contains(c.config.System.Login.Codes, code)
}

// fetch returns a token that is good as far as is known, and is not the refused one.
func (c *Client) fetch(ctx context.Context, refused string) (string, error) {
	s := &c.session
	s.mu.Lock()
	if s.token != "" && s.token != refused && (s.until.IsZero() || c.config.Now().Before(s.until)) {
		defer s.mu.Unlock()
		return s.token, nil
	}
	one := s.going
	if one == nil {
		one = &login{done: make(chan struct{})}
		s.going = one
		go c.logIn(context.WithoutCancel(ctx), one)
	}
	s.mu.Unlock()
	select {
	case <-one.done:
		return one.token, one.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// logIn calls for a token, in the time of a call.
func (c *Client) logIn(ctx context.Context, one *login) {
	asked := c.config.Now()
	lasts := time.Duration(0)
	one.token, lasts, one.err = c.issue(ctx)
	s := &c.session
	s.mu.Lock()
	s.token, s.until, s.going = one.token, time.Time{}, nil
	if lasts > 0 {
		s.until = asked.Add(lasts - min(early, lasts/10))
	}
	s.mu.Unlock()
	close(one.done)
}

// issue makes the call that issues a token.
func (c *Client) issue(ctx context.Context) (token string, lasts time.Duration, err error) {
	l := c.config.System.Login
	payload, err := merged([]byte(l.Payload), c.config.Login)
	if err != nil {
		return "", 0, err
	}
	reply, err := c.repeat(ctx, Request{Cmd: l.Cmd, Payload: payload, Sid: c.NewSid()})
	switch {
	case err != nil:
		return "", 0, err
	case !reply.OK:
		return "", 0, &Refusal{Code: reply.Code, Message: reply.Message, Field: reply.Field, Sid: reply.Sid, Status: reply.Status}
	}
	token, lasts = member(reply.Payload, l.Value), l.Lasts
	if token == "" {
		return "", 0, fmt.Errorf("the response of %s has no %s", l.Cmd, l.Value)
	}
	if n, err := time.ParseDuration(cmp.Or(member(reply.Payload, l.Seconds), "-") + "s"); err == nil {
		lasts = n
	}
	return token, lasts, nil
}

// merged are the members of two objects of JSON, those of the second over those of the first.
func merged(a, b []byte) ([]byte, error) {
	out, err := readObject(a)
	if err != nil {
		return nil, err
	}
	over, err := readObject(b)
	if err != nil {
		return nil, fmt.Errorf("the Login of the Config: %w", err)
	}
	for _, name := range over.names {
		out.drop(name)
		out.names, out.values[name] = append(out.names, name), over.values[name]
	}
	return out.rest(), nil
}

// member is the text of a member of JSON, empty where there is none.
func member(text []byte, path string) string {
	if path == "" {
		return ""
	}
	found, _ := tree.At(text, path)
	return found
}
