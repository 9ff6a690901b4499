package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"
)

const hidden = "[hidden]"

// Secret is a text that shows itself nowhere: not in fmt, slog, JSON or text
// encodings. Convert it with string(s) where it must be used.
type Secret string

// String hides the secret.
func (Secret) String() string { return hidden }

// Format hides the secret from every verb of fmt.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue hides the secret from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the secret from JSON and every other text encoding.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Token is the name of an issued token among the keys of credentials.
const Token = "token"

// Credentials are what a caller needs to call a system: the secrets, its own half of
// a key pair where it was made here, and the public half of ours. Every usual form
// hides them; only JSON shows them. They can be decoded from that JSON.
type Credentials struct {
	System  string
	AppID   string
	Keys    map[string]Secret // by name; an issued token is one of them, see Token
	Expires time.Time         // of an issued token; else zero
}

// Secrets returns the keys as texts, by name.
func (c Credentials) Secrets() map[string]string {
	out := make(map[string]string, len(c.Keys))
	for name, text := range c.Keys {
		out[name] = string(text)
	}
	return out
}

// Names lists the keys: token and appkey first, then the others by name.
func (c Credentials) Names() []string {
	var out []string
	for _, name := range []string{Token, "appkey"} {
		if _, ok := c.Keys[name]; ok {
			out = append(out, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Keys)) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// JSON returns the credentials with their keys, to be shown once, as one line:
// {"system":…,"appid":…,"token":…,"appkey":…} and further keys by their names, and
// "token_expires" where the token is an issued one.
func (c Credentials) JSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	member := func(name, text string) error {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		for i, s := range []string{name, text} {
			if i > 0 {
				b.WriteByte(':')
			}
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			if err := e.Encode(s); err != nil {
				return err
			}
			b.Truncate(b.Len() - 1) // the end of the line
		}
		return nil
	}
	list := [][2]string{{"system", c.System}, {"appid", c.AppID}}
	for _, name := range c.Names() {
		list = append(list, [2]string{name, string(c.Keys[name])})
	}
	if !c.Expires.IsZero() {
		list = append(list, [2]string{"token_expires", c.Expires.Format(time.RFC3339Nano)})
	}
	for _, one := range list {
		if err := member(one[0], one[1]); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what JSON wrote. Members that are no text, and url, are not
// keys.
func (c *Credentials) UnmarshalJSON(text []byte) error {
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	*c = Credentials{Keys: map[string]Secret{}}
	for name, value := range members {
		text, ok := value.(string)
		if !ok {
			continue
		}
		switch name {
		case "system":
			c.System = text
		case "appid":
			c.AppID = text
		case "url":
		case "token_expires":
			var err error
			if c.Expires, err = time.Parse(time.RFC3339Nano, text); err != nil {
				return err
			}
		default:
			c.Keys[name] = Secret(text)
		}
	}
	return nil
}
