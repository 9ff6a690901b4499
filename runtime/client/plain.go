package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// plainRequest makes a request of a signed system: the members of the payload in
// the places that the interface gives, and the signature around them.
func (c *Client) plainRequest(ctx context.Context, r Request) (*http.Request, error) {
	one := c.byCmd[r.Cmd]
	if one == nil || one.Path == "" {
		return nil, fmt.Errorf("%s has no interface %q", c.config.System.Name, r.Cmd)
	}
	codec := c.set.Codec(one.Signature, c.config.App)
	p, err := Place(one, codec, r.Payload, c.config.Values)
	if err != nil {
		return nil, err
	}
	p.Path = c.escaped(p.Path)
	if c.base.RawQuery != "" {
		p.Query = strings.TrimSuffix(c.base.RawQuery+"&"+p.Query, "&")
	}
	p.Token = c.config.Secrets["token"]
	if err := codec.Sign(p, c.sign, c.config.Now(), rand.Text); err != nil {
		return nil, err
	}
	if r.Signed != nil {
		r.Signed(codec, p)
	}
	target := *c.base
	target.RawPath, target.RawQuery = p.Path, p.Query
	if target.Path, err = url.PathUnescape(p.Path); err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, p.Method, target.String(), bytes.NewReader(p.Body))
	if err != nil {
		return nil, err
	}
	request.Header = p.Header
	for name, text := range c.config.Header {
		p.Header.Set(name, text)
	}
	if p.Header.Get("Content-Type") == "" && !bodyless(p.Method) {
		kind := "application/json; charset=utf-8"
		if p.Form {
			kind = "application/x-www-form-urlencoded"
		}
		p.Header.Set("Content-Type", kind)
	}
	return request, nil
}

// bodyless reports whether requests of a method have no body.
func bodyless(method string) bool { return method == http.MethodGet || method == http.MethodDelete }

// Place puts the members of a payload, a JSON object, into the places of a request
// that is not signed yet: fields outside the body where they belong, all others
// into the JSON body or payload, the form, or, without a body, the query. values
// fill in members that the payload lacks. An error is a member that has no place.
func Place(one *route.Interface, codec *signature.Codec, payload []byte, values map[string]string) (*signature.Request, error) {
	p := &signature.Request{Method: one.Method, Header: http.Header{}, Form: one.Form}
	query, form := url.Values{}, url.Values{}
	members, err := readObject(payload)
	if err != nil && (bodyless(one.Method) || one.Form || codec.Apart()) {
		return nil, err
	}
	path := one.Path
	for _, at := range one.Outside {
		text, ok := members.take(at.Name)
		if !ok {
			text, ok = values[at.Name]
		}
		switch {
		case at.In == "path" && text == "":
			return nil, fmt.Errorf("%s is in the path and is missing", at.Name)
		case at.In == "path":
			path = strings.ReplaceAll(path, "{"+at.Name+"}", url.PathEscape(text))
		case !ok:
		case at.In == "header":
			p.Header.Set(at.Name, text)
		case at.In == "form":
			form.Set(at.Name, text)
		default:
			query.Set(at.Name, text)
		}
	}
	p.Path = path
	switch {
	case codec.Apart():
		if p.Form {
			p.Body = []byte(form.Encode())
		}
		p.Query = query.Encode()
		return p, codec.SetPayload(p, members.rest())
	case one.Form:
		members.into(form)
		p.Body = []byte(form.Encode())
	case bodyless(one.Method):
		members.into(query)
	case members.taken:
		p.Body = members.rest()
	default:
		p.Body = payload // to the letter
	}
	p.Query = query.Encode()
	return p, nil
}

// escaped is the path of the server's URL with that of an interface behind it,
// unless it is there already.
func (c *Client) escaped(path string) string {
	base := strings.TrimSuffix(c.base.EscapedPath(), "/")
	if strings.HasSuffix(base, strings.TrimSuffix(path, "/")) {
		return base
	}
	return base + path
}

// object are the members of a JSON object, in their order.
type object struct {
	names  []string
	values map[string]json.RawMessage
	taken  bool // some were taken out
}

// readObject reads a payload; nothing is an empty object.
func readObject(payload []byte) (*object, error) {
	o := &object{values: map[string]json.RawMessage{}}
	if len(bytes.TrimSpace(payload)) == 0 {
		return o, nil
	}
	if err := json.Unmarshal(payload, &o.values); err != nil || o.values == nil {
		return &object{values: map[string]json.RawMessage{}}, errors.New("the payload is no JSON object")
	}
	dec := json.NewDecoder(bytes.NewReader(payload))
	_, _ = dec.Token() // the brace; all of it was read before
	for dec.More() {
		name, _ := dec.Token()
		var skipped json.RawMessage
		_ = dec.Decode(&skipped)
		if !slices.Contains(o.names, name.(string)) {
			o.names = append(o.names, name.(string))
		}
	}
	return o, nil
}

// take takes a member out. ok is false where there is none, or null.
func (o *object) take(name string) (text string, ok bool) {
	raw, there := o.values[name]
	if !there {
		return "", false
	}
	o.taken = true
	delete(o.values, name)
	o.names = slices.DeleteFunc(o.names, func(n string) bool { return n == name })
	return plainText(raw)
}

// into writes all members into a query or a form.
func (o *object) into(values url.Values) {
	for _, name := range o.names {
		if text, ok := plainText(o.values[name]); ok {
			values.Set(name, text)
		}
	}
}

// rest is a JSON object of the members.
func (o *object) rest() []byte {
	out := []byte{'{'}
	for i, name := range o.names {
		if i > 0 {
			out = append(out, ',')
		}
		key, _ := json.Marshal(name) // a string is always JSON
		out = append(append(append(out, key...), ':'), o.values[name]...)
	}
	return append(out, '}')
}

// plainText is a value outside JSON: a text as it is, everything else as its JSON,
// and nothing for null.
func plainText(raw json.RawMessage) (text string, ok bool) {
	switch {
	case string(raw) == "null":
		return "", false
	case raw[0] == '"' && json.Unmarshal(raw, &text) == nil:
		return text, true
	}
	return string(raw), true
}
