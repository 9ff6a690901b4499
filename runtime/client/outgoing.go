package client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// Outgoing is the message of a call before the protocol writes it: the payload, and
// what the interface says beside it. The error says why it cannot be sent.
func (c *Client) Outgoing(r Request) (protocol.Outgoing, error) {
	l, one, err := c.of(r.Cmd)
	if err != nil {
		return protocol.Outgoing{}, err
	}
	if r.Sid != "" && !l.TakesID(r.Sid) {
		return protocol.Outgoing{}, fmt.Errorf("%q is no message id of %s", r.Sid, c.config.System.Name)
	}
	d := &message.Message{Method: one.Method, Scheme: c.base.Scheme, Host: c.base.Host, Query: c.base.RawQuery, Header: http.Header{}}
	if r.Get {
		d.Method = http.MethodGet
	}
	for name, text := range c.config.Header {
		d.Header.Set(name, text)
	}
	kindOf(one, d.Header)
	payload, path, err := c.place(one, d, r.Payload)
	if err != nil {
		return protocol.Outgoing{}, err
	}
	if l.HasPath() {
		path = l.Doors(one.Cmd, one.Frame, "")[0].Path
	} else {
		d.Path = c.under(path)
	}
	d.Base = c.above(path)
	return protocol.Outgoing{
		Interface: r.Cmd, ID: r.Sid, Frame: one.Frame, Payload: payload, Draft: d, Files: r.Files, Now: c.config.Now(),
		Token: cmp.Or(r.token, c.config.Secrets["token"]), Values: c.config.Values, Explain: r.Explain != nil,
	}, nil
}

// kindOf sets the Content-Type that an interface has in a way of its own.
func kindOf(one *route.Interface, header http.Header) {
	if one.Form {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
}

// under is the path of the server's URL with another behind it, unless it is there
// already.
func (c *Client) under(path string) string {
	if path == "" && c.above(path) == "" {
		return "/"
	}
	return c.above(path) + path
}

// above is the path of the server's URL, without the path of the interface where it is
// there already. A segment in braces is any.
func (c *Client) above(path string) string {
	base := strings.TrimSuffix(c.base.EscapedPath(), "/")
	segments, end := strings.Split(base, "/"), strings.Split(strings.TrimSuffix(path, "/"), "/")[1:]
	from := len(segments) - len(end)
	if len(end) == 0 || from < 1 {
		return base
	}
	for i, one := range end {
		if any := strings.HasPrefix(one, "{"); !any && one != segments[from+i] {
			return base
		}
	}
	return strings.Join(segments[:from], "/")
}

// request is a message as net/http sends it. Nothing in it is the message's own, for
// the transport may still read it when the call is over.
func (c *Client) request(ctx context.Context, m *message.Message) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, strings.Clone(m.Method), m.URL(), bytes.NewReader(bytes.Clone(m.Body)))
	if err != nil {
		return nil, unsendable(err)
	}
	request.Header = maps.Clone(m.Header)
	return request, nil
}

// unsendable is an error of a URL without the URL, which may hold a token.
func unsendable(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("the URL: %w", e.Err)
	}
	return err
}
