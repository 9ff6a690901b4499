// Package message is an HTTP message as named parts: method, host, path, query,
// headers and a body. What they mean is not its matter.
package message

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
)

// MaxHeaders is the limit of the header of a reply to us, in bytes, whoever answers.
const MaxHeaders = 16 << 10

// Message is a request, or with a Status a reply. It prints as "[message]".
type Message struct {
	Method string
	Scheme string // http or https
	Host   string
	Path   string // escaped, as it is sent
	// Base is the part of Path in front of what the protocol and the interfaces declare:
	// the path of the server's URL, /app/300 of a URL that one app has. Usually empty.
	Base   string
	Query  string // raw, without the question mark
	Header http.Header
	Body   []byte
	Status int
}

// Format writes "[message]" for every verb: the parts may be secret or personal.
func (m *Message) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[message]")) }

// LogValue returns "[message]".
func (m *Message) LogValue() slog.Value { return slog.StringValue("[message]") }

// Request reads a request of net/http; limit bounds its body.
func Request(r *http.Request, limit int64) (*Message, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > limit {
		return nil, ErrSize
	}
	m := &Message{
		Method: r.Method, Scheme: "http", Host: r.Host, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Header: r.Header, Body: body,
	}
	if r.TLS != nil {
		m.Scheme = "https"
	}
	return m, nil
}

// Below is the path without its base.
func (m *Message) Below() string { return strings.TrimPrefix(m.Path, m.Base) }

// URL is the whole URL of a request, as it is sent.
func (m *Message) URL() string {
	out := m.Scheme + "://" + m.Host + m.Path
	if m.Query != "" {
		out += "?" + m.Query
	}
	return out
}

// Type is the media type of the body, lower case and without parameters.
func (m *Message) Type() string {
	kind, _, _ := strings.Cut(m.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// ErrSize is the error of a body that is larger than the limit.
var ErrSize = errors.New("larger than the limit")
