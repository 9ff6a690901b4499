package envelope

import (
	"crypto/rc4"
	"fmt"
	"log/slog"
)

// masked is all that is ever printed of Keys.
const masked = "[secret]"

// Keys are the secrets of one app, prepared for one Codec: key stream and token
// bytes. They are made once and kept, and print as "[secret]" whatever the verb.
//
// The secrets stand behind a function: fmt follows pointers even of unexported
// fields, where it cannot call the methods of Keys, but it never calls a function.
type Keys struct{ m func() *material }

type material struct {
	codec   *Codec
	app     string
	secrets []string // by position in Codec.secrets
	stream  *stream  // nil without encryption
}

// Keys prepares the secrets of an app by name, for example appkey and token.
// Secrets that no step names are not kept. It refuses a secret that is missing or
// empty, and a key of more than 256 bytes.
func (c *Codec) Keys(appid string, secrets map[string]string) (*Keys, error) {
	m := &material{codec: c, app: appid}
	for _, name := range c.secrets {
		if secrets[name] == "" {
			return nil, fmt.Errorf("secret %s is missing", name)
		}
		m.secrets = append(m.secrets, secrets[name])
	}
	if c.encrypt >= 0 {
		cipher, err := rc4.NewCipher([]byte(m.secrets[c.encrypt]))
		if err != nil {
			return nil, fmt.Errorf("secret %s: %w", c.secrets[c.encrypt], err)
		}
		m.stream = newStream(*cipher)
	}
	return &Keys{func() *material { return m }}, nil
}

// App returns the app whose keys these are.
func (k Keys) App() string {
	if k.m == nil {
		return ""
	}
	return k.m().app
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
		if m := k.m(); m.codec == c {
			return m, nil
		}
	}
	return nil, errKeys
}
