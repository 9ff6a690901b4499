package crypt

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
)

// masked is all that a Hidden ever shows.
const masked = "[secret]"

// Hidden holds a value that must not be shown, and prints as "[secret]" whatever
// the verb.
//
// It is behind a function: fmt follows pointers even of unexported fields, where it
// cannot call the methods of Hidden, but it never calls a function.
type Hidden[T any] struct{ get func() T }

// Hide returns a value as a Hidden.
func Hide[T any](value T) Hidden[T] { return Hidden[T]{func() T { return value }} }

// Reveal returns the hidden value; ok is false if there is none.
func Reveal[T any](h Hidden[T]) (value T, ok bool) {
	if h.get == nil {
		return value, false
	}
	return h.get(), true
}

// String returns "[secret]".
func (Hidden[T]) String() string { return masked }

// GoString returns "[secret]".
func (Hidden[T]) GoString() string { return masked }

// Format writes "[secret]" for every verb.
func (Hidden[T]) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(masked)) }

// LogValue returns "[secret]".
func (Hidden[T]) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalJSON returns "[secret]" in quotes.
func (Hidden[T]) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }

// MarshalText returns "[secret]".
func (Hidden[T]) MarshalText() ([]byte, error) { return []byte(masked), nil }

// SecretNames are the secrets that every app has.
func SecretNames() []string { return []string{"token", "appkey"} }

// Pick takes the secrets that are named, in that order. It refuses one that is
// missing or empty.
func Pick(secrets map[string]string, names []string) ([]string, error) {
	var out []string
	for _, name := range names {
		if secrets[name] == "" {
			return nil, fmt.Errorf("secret %s is missing", name)
		}
		out = append(out, secrets[name])
	}
	return out, nil
}

// Derivations lists how Derive makes a key; the first is the default.
func Derivations() []string { return []string{"raw", "hex", "base64", "md5", "sha256", "md5-hex"} }

// Derive makes the bytes of a key from a secret's text, in one of the ways of
// Derivations. It refuses a text that is not of the encoding.
func Derive(how, secret string) ([]byte, error) {
	var out []byte
	var err error
	switch how {
	case "hex":
		out, err = hex.DecodeString(secret)
	case "base64":
		out, err = base64.StdEncoding.DecodeString(secret)
	case "md5":
		s := md5.Sum([]byte(secret))
		out = s[:]
	case "md5-hex":
		s := md5.Sum([]byte(secret))
		out = hex.AppendEncode(nil, s[:])
	case "sha256":
		s := sha256.Sum256([]byte(secret))
		out = s[:]
	default:
		out = []byte(secret)
	}
	if err != nil {
		return nil, fmt.Errorf("it is no %s: give the app another one, or declare derive: raw", how)
	}
	return out, nil
}

// Same compares two texts in constant time, whatever their lengths.
func Same(a, b string) bool {
	x, y := sha256.Sum256(AliasBytes(a)), sha256.Sum256(AliasBytes(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
