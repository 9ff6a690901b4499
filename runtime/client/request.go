package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/envelope"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// request makes the HTTP request of a call.
func (c *Client) request(ctx context.Context, r Request) (*http.Request, error) {
	if !c.codec.Sealed() {
		return c.openRequest(ctx, r)
	}
	message, err := c.codec.Seal(nil, c.header(r), r.Payload, c.keys)
	if err != nil {
		return nil, err
	}
	target := c.target(c.config.System.Path)
	if r.Get {
		query, err := c.parts(message)
		if err != nil {
			return nil, err
		}
		target.RawQuery = query.Encode()
		return http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	}
	return jsonRequest(ctx, http.MethodPost, target, message)
}

// jsonRequest is a request with a JSON body.
func jsonRequest(ctx context.Context, method string, target *url.URL, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	return request, nil
}

// header is what a sealed request says beside its payload.
func (c *Client) header(r Request) envelope.Header {
	e := c.config.System.Envelope
	var h envelope.Header
	for _, v := range []envelope.Value{
		{Name: afterDot(e.App), Text: c.config.App},
		{Name: afterDot(e.Message), Text: r.Sid},
		{Name: afterDot(c.config.System.Dispatch), Text: r.Cmd},
		{Name: "timestamp", Text: strconv.FormatInt(c.config.Now().Unix(), 10)},
	} {
		if slices.ContainsFunc(e.Header, func(f envelope.HeaderField) bool { return f.Name == v.Name }) {
			h.Values = append(h.Values, v)
		}
	}
	return h
}

// parts splits a sealed message into the query values of a GET.
func (c *Client) parts(message []byte) (url.Values, error) {
	var outer map[string]json.RawMessage
	if err := json.Unmarshal(message, &outer); err != nil {
		return nil, err
	}
	e := c.config.System.Envelope
	var data string
	if raw, ok := outer[e.Data]; ok {
		if err := json.Unmarshal(raw, &data); err != nil {
			return nil, err
		}
	}
	return url.Values{e.Head: {string(outer[e.Head])}, e.Data: {data}}, nil
}

// target is the server's URL with a path.
func (c *Client) target(path string) *url.URL {
	u := *c.base
	if !strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(path, "/")) {
		u.Path = strings.TrimSuffix(u.Path, "/") + path
	}
	return &u
}

// openRequest makes a request of a system without sealed messages: the payload's
// members stand in the query of a GET and in the body otherwise, the caller's
// name and secrets where the envelope says.
func (c *Client) openRequest(ctx context.Context, r Request) (*http.Request, error) {
	one := c.byCmd[r.Cmd]
	if one == nil || one.Path == "" {
		return nil, fmt.Errorf("%s has no interface %q", c.config.System.Name, r.Cmd)
	}
	target := c.target(one.Path)
	query := target.Query()
	for name, value := range c.config.Values {
		query.Set(name, value)
	}
	header := http.Header{}
	c.credentials(query, header)
	request, err := c.withPayload(ctx, one, target, query, r.Payload)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	return request, nil
}

// withPayload puts the payload where the method wants it.
func (c *Client) withPayload(
	ctx context.Context, one *route.Interface, target *url.URL, query url.Values, payload []byte,
) (*http.Request, error) {
	if one.Method != http.MethodGet && one.Method != http.MethodDelete {
		target.RawQuery = query.Encode()
		return jsonRequest(ctx, one.Method, target, payload)
	}
	if err := addQuery(query, payload); err != nil {
		return nil, err
	}
	target.RawQuery = query.Encode()
	return http.NewRequestWithContext(ctx, one.Method, target.String(), nil)
}

// credentials sets the app's id and the secrets that are sent as they are.
func (c *Client) credentials(query url.Values, header http.Header) {
	set := func(name, value string) {
		if rest, ok := strings.CutPrefix(name, "header."); ok {
			header.Set(rest, value)
		} else if rest, ok := strings.CutPrefix(name, "query."); ok {
			query.Set(rest, value)
		}
	}
	set(c.config.System.Envelope.App, c.config.App)
	for _, s := range c.config.System.Envelope.Steps {
		if s.Op == "compare" {
			set(s.Value, c.config.Secrets[s.With])
		}
	}
}

// addQuery writes the members of a JSON object as query values: text as it is,
// other scalars as their JSON, null not at all.
func addQuery(query url.Values, payload []byte) error {
	if len(bytes.TrimSpace(payload)) == 0 {
		return nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(payload, &members); err != nil {
		return errors.New("the payload is no JSON object")
	}
	for name, raw := range members {
		var text string
		switch {
		case json.Unmarshal(raw, &text) == nil && raw[0] == '"':
			query.Set(name, text)
		case raw[0] == '{' || raw[0] == '[':
			return fmt.Errorf("%s: an object or array has no place in a query", name)
		case string(raw) != "null":
			query.Set(name, string(raw))
		}
	}
	return nil
}
