package signature

import (
	"crypto/cipher"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"maps"
	"sync"
)

// masked is all that is ever printed of Keys.
const masked = "[secret]"

// Keys are the secrets of one app, prepared for one Codec or for all that a Set
// may use for the app. They are made once and kept, are safe for concurrent use,
// and print as "[secret]" whatever the verb.
//
// The secrets stand behind a function: fmt follows pointers even of unexported
// fields, where it cannot call the methods of Keys, but it never calls a function.
type Keys struct{ m func() []*material }

// material is what one Codec needs of an app.
type material struct {
	codec   *Codec
	app     string
	secrets []string          // by position in Codec.secrets
	all     map[string]string // also those that no step names, for Explain
	macs    []*sync.Pool      // by step, of hash.Hash: keyed sign steps
	block   cipher.Block      // of the encrypt step
	iv      []byte            // of the encrypt step, where it is the same each time
}

var errKeys = errors.New("keys of another codec")

// Keys prepares the secrets of an app by name, for example appkey and token. It
// refuses a secret that is missing or empty, and a key that does not fit its
// algorithm.
func (c *Codec) Keys(app string, secrets map[string]string) (*Keys, error) {
	m, err := c.material(app, secrets)
	if err != nil {
		return nil, err
	}
	return newKeys(m), nil
}

func newKeys(m ...*material) *Keys { return &Keys{func() []*material { return m }} }

func (c *Codec) material(app string, secrets map[string]string) (*material, error) {
	m := &material{codec: c, app: app, all: maps.Clone(secrets), macs: make([]*sync.Pool, len(c.steps))}
	for _, name := range c.secrets {
		if secrets[name] == "" {
			return nil, fmt.Errorf("secret %s is missing: rotate the app's secrets", name)
		}
		m.secrets = append(m.secrets, secrets[name])
	}
	for i := range c.steps {
		s := &c.steps[i]
		if s.Op == "encrypt" || s.sign.keyed {
			if err := m.prepare(i, s); err != nil {
				return nil, fmt.Errorf("step %d: %s: key %s: %w", i+1, s.Op, s.Key, err)
			}
		}
	}
	return m, nil
}

// prepare makes the key of one step.
func (m *material) prepare(i int, s *step) error {
	w := writer{c: m.codec, k: m}
	key, err := derive(s.Derive, string(w.write(nil, s.key)))
	if err != nil {
		return err
	}
	if s.Op == "sign" {
		m.macs[i] = &sync.Pool{New: func() any { return newMAC(s.sign.hash, key) }}
		return nil
	}
	if m.block, err = s.suite.block(key); err != nil {
		return err
	}
	switch n := s.suite.iv(); {
	case s.IV == "key":
		m.iv = key[:n]
	case s.IV == "zero":
		m.iv = make([]byte, n)
	case s.iv.place == inSecret:
		iv := m.secrets[s.iv.at]
		if len(iv) < n {
			return fmt.Errorf("the secret %s has %d bytes, the iv takes %d", s.IV, len(iv), n)
		}
		m.iv = []byte(iv[:n])
	}
	return nil
}

// derive makes the bytes of a key from a secret's text.
func derive(how, secret string) ([]byte, error) {
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
		out = sum(nil, "md5", []byte(secret))
		out = hex.AppendEncode(nil, out)
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

// mac appends the keyed hash of data to dst.
func (m *material) mac(dst []byte, step int, data []byte) []byte {
	h := m.macs[step].Get().(hash.Hash)
	defer m.macs[step].Put(h)
	h.Reset()
	_, _ = h.Write(data)
	return h.Sum(dst)
}

// App returns the app whose keys these are.
func (k Keys) App() string {
	if k.m == nil {
		return ""
	}
	return k.m()[0].app
}

// String returns "[secret]".
func (k Keys) String() string { return masked }

// GoString returns "[secret]".
func (k Keys) GoString() string { return masked }

// Format writes "[secret]" for every verb.
func (k Keys) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(masked)) }

// LogValue returns "[secret]".
func (k Keys) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalJSON returns "[secret]" in quotes.
func (k Keys) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }

// MarshalText returns "[secret]".
func (k Keys) MarshalText() ([]byte, error) { return []byte(masked), nil }

// of returns the material that was prepared for c.
func (k *Keys) of(c *Codec) (*material, error) {
	if k != nil && k.m != nil {
		for _, m := range k.m() {
			if m.codec == c {
				return m, nil
			}
		}
	}
	return nil, errKeys
}
