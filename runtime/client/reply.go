package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
)

// ErrUnsent is the error of a request that cannot be sent as it is: an unknown
// interface, a payload that is no object, a malformed sid.
var ErrUnsent = errors.New("not sent")

// ErrForged is the error of a reply that does not open with the app's keys, or
// that belongs to another request.
var ErrForged = errors.New("the reply cannot be verified")

// StatusError is an HTTP status other than 200. Systems with sealed messages send
// it to unknown callers; nothing in it is verified.
type StatusError struct {
	Status  int
	Code    string // of the document, where the body has one
	Message string
}

// Error names the status, and code and text where there are any.
func (e *StatusError) Error() string {
	text := fmt.Sprintf("HTTP %d %s", e.Status, http.StatusText(e.Status))
	if e.Code != "" {
		text += ": " + strings.TrimSpace(e.Code+" "+e.Message)
	}
	return text
}

// open verifies a sealed reply and returns its plaintext. The refusal of a message
// that the server could not verify names neither sid nor cmd, and opens all the
// same.
func (c *Client) open(body []byte, sid string) ([]byte, error) {
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
func (c *Client) read(plain []byte, reply *Reply) error {
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

// named finds the value of %s in a text.
func named(template, text string) string {
	before, after, ok := strings.Cut(template, "%s")
	if !ok {
		return ""
	}
	text, ok = strings.CutPrefix(text, before)
	if !ok {
		return ""
	}
	return strings.TrimSuffix(text, after)
}

// frame reads an unsealed reply. ok is false if it has no code.
func (c *Client) frame(plain []byte) (members map[string]json.RawMessage, ok bool) {
	if err := json.Unmarshal(plain, &members); err != nil {
		return nil, false
	}
	code, _ := c.verdict(members)
	return members, code != ""
}

// verdict returns the code and text of an unsealed reply.
func (c *Client) verdict(members map[string]json.RawMessage) (code, text string) {
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
func (c *Client) framed(body []byte) bool {
	_, ok := c.frame(body)
	return ok
}

// succeeded reports whether an unsealed reply has the code of success.
func (c *Client) succeeded(plain []byte) bool {
	members, ok := c.frame(plain)
	code, _ := c.verdict(members)
	return ok && code == c.config.System.Errors.Success
}

// door is the error of a reply that should be sealed and is not.
func (c *Client) door(status int, body []byte) error {
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
