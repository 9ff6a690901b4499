package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// old is the road of a system that declares an envelope or a signature.
type old struct {
	*Client
	codec *envelope.Codec // of a sealed system, else nil
	keys  *envelope.Keys
	set   *signature.Set // of a signed system, else nil
	sign  *signature.Keys
	ids   *sids
}

func newOld(client *Client) (*old, error) {
	c := &old{Client: client}
	s := &c.config.System
	var err error
	c.ids = c.newSids()
	if !s.Sealed() {
		if c.set, err = signature.NewSet(s.Signature, s.Signatures, c.config.Signatures); err != nil {
			return nil, err
		}
		c.sign, err = c.set.Keys(c.config.App, c.config.Secrets)
		return c, err
	}
	s.Envelope.Header = slices.Clone(s.Envelope.Header)
	for _, name := range slices.Sorted(maps.Keys(c.config.Header)) {
		s.Envelope.Header = append(s.Envelope.Header, envelope.HeaderField{Name: name})
	}
	if c.codec, err = envelope.New(s.Envelope); err != nil {
		return nil, err
	}
	c.keys, err = c.codec.Keys(c.config.App, c.config.Secrets)
	return c, err
}

func (c *old) newSids() *sids {
	if c.config.System.Envelope.Message == "" {
		return nil
	}
	app := c.config.App
	name := afterDot(c.config.System.Envelope.Message)
	for _, f := range c.config.System.Envelope.Header {
		if room := f.Length - len(sidTime) - sidDigits; f.Name == name && f.Length > 0 && len(app) > room {
			app = app[:max(room, 0)]
		}
	}
	return countFrom(app, c.zone)
}

// afterDot is "sid" of "header.sid".
func afterDot(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func (c *old) send(ctx context.Context, r Request) (Reply, error) {
	request, err := c.request(ctx, r)
	if err != nil {
		return Reply{}, fmt.Errorf("%w: %w", ErrUnsent, err)
	}
	reply := Reply{Sid: r.Sid}
	response, err := c.http.Do(request)
	if err != nil {
		return reply, fmt.Errorf("%w", bare(request, err))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxReply+1))
	switch {
	case err != nil:
		return reply, fmt.Errorf("read the reply: %w", bare(request, err))
	case len(body) > MaxReply:
		return reply, fmt.Errorf("the reply is larger than %d bytes", MaxReply)
	case response.StatusCode != http.StatusOK && !c.framed(body):
		return reply, &StatusError{Status: response.StatusCode}
	}
	if c.codec != nil {
		if response.StatusCode != http.StatusOK {
			return reply, c.door(response.StatusCode, body)
		}
		if body, err = c.open(body, r.Sid); err != nil {
			return reply, err
		}
	}
	return reply, c.read(body, &reply)
}

// Seal seals a request as Call would send it, and returns the codec that did. It
// needs no URL. It is an error where the system has no sealed messages.
func (c *Client) Seal(r Request) ([]byte, *envelope.Codec, error) {
	if c.old == nil || c.old.codec == nil {
		return nil, nil, fmt.Errorf("%s has no sealed messages", c.config.System.Name)
	}
	if r.Sid == "" {
		r.Sid = c.NewSid()
	}
	message, err := c.old.codec.Seal(nil, c.old.header(r), r.Payload, c.old.keys)
	if err != nil {
		return nil, nil, err
	}
	return message, c.old.codec, nil
}

// request makes the HTTP request of a call.
func (c *old) request(ctx context.Context, r Request) (*http.Request, error) {
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
func (c *old) header(r Request) envelope.Header {
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
func (c *old) parts(message []byte) (url.Values, error) {
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
func (c *old) target(path string) *url.URL {
	u := *c.base
	if !strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(path, "/")) {
		u.Path = strings.TrimSuffix(u.Path, "/") + path
	}
	return &u
}

// plainRequest makes a request of a signed system: the members of the payload in
// the places that the interface gives, and the signature around them.
func (c *old) plainRequest(ctx context.Context, r Request) (*http.Request, error) {
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
		text, ok := members.text(at.Name)
		members.drop(at.Name)
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
	case members.changed:
		p.Body = members.rest()
	default:
		p.Body = payload // to the letter
	}
	p.Query = query.Encode()
	return p, nil
}

// escaped is the path of the server's URL with that of an interface behind it,
// unless it is there already.
func (c *old) escaped(path string) string {
	base := strings.TrimSuffix(c.base.EscapedPath(), "/")
	if strings.HasSuffix(base, strings.TrimSuffix(path, "/")) {
		return base
	}
	return base + path
}

// open verifies a sealed reply and returns its plaintext. The refusal of a message
// that the server could not verify names neither sid nor cmd, and opens all the
// same.
func (c *old) open(body []byte, sid string) ([]byte, error) {
	var m envelope.Message
	if err := c.codec.Parse(body, &m); err != nil && problem.From(err).Rule != problem.Required {
		if c.framed(body) {
			return nil, c.door(http.StatusOK, body)
		}
		return nil, fmt.Errorf("%w: %w", ErrForged, err)
	}
	plain, err := c.codec.Open(nil, &m, c.keys)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForged, err)
	}
	if got := c.codec.MessageID(&m); got != sid && c.succeeded(plain) {
		return nil, fmt.Errorf("%w: it belongs to another message", ErrForged)
	}
	return plain, nil
}

// read fills in a Reply from its plaintext.
func (c *old) read(plain []byte, reply *Reply) error {
	members, ok := c.frame(plain)
	switch {
	case !ok && c.codec != nil: // another appkey deciphers to noise
		return fmt.Errorf("%w: no %s in its plaintext", ErrForged, c.config.System.Frame.Code)
	case !ok:
		return fmt.Errorf("the reply is no object with %s", c.config.System.Frame.Code)
	}
	f := c.config.System.Frame
	reply.Code, reply.Message = c.verdict(members)
	reply.Plain, reply.Payload = plain, plain
	if f.Payload != "" {
		reply.Payload = members[f.Payload]
	}
	reply.OK = reply.Code == c.config.System.Errors.Success
	reply.Field = named(c.config.System.Errors.Texts[reply.Code], reply.Message)
	return nil
}

// frame reads an unsealed reply. ok is false if it has no code.
func (c *old) frame(plain []byte) (members map[string]json.RawMessage, ok bool) {
	if err := json.Unmarshal(plain, &members); err != nil {
		return nil, false
	}
	code, _ := c.verdict(members)
	return members, code != ""
}

// verdict returns the code and text of an unsealed reply.
func (c *old) verdict(members map[string]json.RawMessage) (code, text string) {
	f := c.config.System.Frame
	if f.Head != "" {
		head := members[f.Head]
		members = nil
		if json.Unmarshal(head, &members) != nil {
			return "", ""
		}
	}
	return scalar(members[f.Code]), scalar(members[f.Message])
}

// framed reports whether a body is an unsealed reply.
func (c *old) framed(body []byte) bool {
	_, ok := c.frame(body)
	return ok
}

// succeeded reports whether an unsealed reply has the code of success.
func (c *old) succeeded(plain []byte) bool {
	members, ok := c.frame(plain)
	code, _ := c.verdict(members)
	return ok && code == c.config.System.Errors.Success
}

// door is the error of a reply that should be sealed and is not.
func (c *old) door(status int, body []byte) error {
	members, _ := c.frame(body)
	code, text := c.verdict(members)
	return &StatusError{Status: status, Code: code, Message: text}
}

// scalar is the text of a string, or a number as it was written.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	if len(raw) > 0 && strings.IndexByte("-0123456789", raw[0]) >= 0 {
		return string(raw)
	}
	return ""
}
