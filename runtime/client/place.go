package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// place puts the members of a payload, a JSON object, where the interface has them,
// and returns the path and what is left for the protocol. Config.Values fill in
// members that the payload lacks. An error is a member that has no place.
func (c *Client) place(one *route.Interface, d *message.Message, payload []byte) (rest []byte, path string, err error) {
	inQuery, asForm := c.inQuery[one.Cmd], c.asForm[one.Cmd]
	if len(one.Outside) == 0 && !inQuery && !asForm {
		return payload, one.Path, nil
	}
	members, err := readObject(payload)
	if err != nil && (inQuery || asForm) {
		return nil, "", err
	}
	path, query := one.Path, url.Values{}
	for _, at := range one.Outside {
		text, ok := members.text(at.Name)
		given := ok
		if !ok {
			text, ok = c.config.Values[at.Name]
		}
		switch {
		case at.In == "path" && (text == "." || text == ".."):
			return nil, "", fmt.Errorf("%s is in the path, where %q leads elsewhere", at.Name, text)
		case at.In == "path" && text == "":
			return nil, "", fmt.Errorf("%s is in the path and is missing", at.Name)
		case at.In == "form" || at.In == "multipart":
			if ok && !given {
				members.add(at.Name, text)
			}
			continue // the protocol writes it
		case at.In == "path":
			path = strings.ReplaceAll(path, "{"+at.Name+"}", url.PathEscape(text))
		case !ok:
		case at.In == "header":
			d.Header.Set(at.Outer(), text)
		case at.In == "cookie":
			d.Header.Set("Cookie", message.WithCookie(d.Header.Get("Cookie"), at.Outer(), text))
		default:
			query.Set(at.Outer(), text)
		}
		members.drop(at.Name)
	}
	switch {
	case inQuery:
		members.into(query)
		payload = nil
	case asForm:
		form := url.Values{}
		members.into(form)
		payload = []byte(form.Encode())
	case members.changed:
		payload = members.rest()
	}
	d.Query = joined(d.Query, query.Encode())
	return payload, path, nil
}

// joined are two queries as one.
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "&" + b
}

// bodyless reports whether requests of a method have no body.
func bodyless(method string) bool { return method == http.MethodGet || method == http.MethodDelete }

// object are the members of a JSON object, in their order.
type object struct {
	names   []string
	values  map[string]json.RawMessage
	changed bool // it is not the payload that was given any more
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

// text is a member as text. ok is false where there is none, or null.
func (o *object) text(name string) (text string, ok bool) {
	raw, there := o.values[name]
	if !there {
		return "", false
	}
	return plainText(raw)
}

// drop takes a member out.
func (o *object) drop(name string) {
	if _, there := o.values[name]; !there {
		return
	}
	o.changed = true
	delete(o.values, name)
	o.names = slices.DeleteFunc(o.names, func(n string) bool { return n == name })
}

// add puts a text in.
func (o *object) add(name, text string) {
	o.drop(name)
	raw, _ := json.Marshal(text) // a text is always JSON
	o.names, o.values[name], o.changed = append(o.names, name), raw, true
}

// into writes all members into a query.
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
