package app

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
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

// Credentials are what a caller needs to call a system. Every usual form hides the
// secrets; only JSON shows them. They can be decoded from that JSON.
type Credentials struct {
	System  string    `json:"system"`
	AppID   string    `json:"appid"`
	Token   Secret    `json:"token"`
	AppKey  Secret    `json:"appkey"`
	Expires time.Time `json:"token_expires"` // of Token, where it is an issued one; else zero
}

// JSON returns the credentials with their secrets, to be shown once, as one
// line: {"system":…,"appid":…,"token":…,"appkey":…}, and "token_expires" where
// the token is an issued one.
func (c Credentials) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		System  string    `json:"system"`
		AppID   string    `json:"appid"`
		Token   string    `json:"token"`
		AppKey  string    `json:"appkey"`
		Expires time.Time `json:"token_expires,omitzero"`
	}{c.System, c.AppID, string(c.Token), string(c.AppKey), c.Expires})
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

const keyLength = 128 // of at most 256 that RC4 takes

// keyAlphabet is 64 printable characters that need no escape in JSON, shells or
// URLs, so that a random byte gives one without bias.
const keyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// AppKey makes a random key, printable however it is made.
func (m Making) AppKey() Secret {
	b := make([]byte, cmp.Or(m.KeyBytes, keyLength))
	_, _ = rand.Read(b) // never fails: the program ends where the system has no randomness
	switch m.Encoding {
	case "hex":
		return Secret(hex.EncodeToString(b))
	case "base64":
		return Secret(base64.StdEncoding.EncodeToString(b))
	}
	for i := range b {
		b[i] = keyAlphabet[b[i]&63]
	}
	return Secret(b)
}

// checkSecret validates a secret that was given instead of made.
func checkSecret(name string, s Secret, most int) error {
	if len(s) < 8 || len(s) > most {
		return fmt.Errorf("%w: %s: 8 to %d characters", ErrInvalid, name, most)
	}
	for _, c := range []byte(s) {
		if c < 0x21 || c > 0x7e {
			return fmt.Errorf("%w: %s: printable ASCII without blanks only", ErrInvalid, name)
		}
	}
	return nil
}
