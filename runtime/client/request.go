package client

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
)

// request makes the HTTP request of a call.
func (c *Client) request(ctx context.Context, r Request) (*http.Request, error) {
	if c.codec == nil {
		return c.plainRequest(ctx, r)
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
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(message))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	return request, nil
}

// header is the header of a sealed request.
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
	for name, text := range c.config.Header {
		h.Values = append(h.Values, envelope.Value{Name: name, Text: text})
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
