package envelope

import (
	"crypto/rc4"
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Keys are the secrets of one app, prepared for one Codec: key stream and token
// bytes. They are made once and kept, and print as "[secret]" whatever the verb.
type Keys struct{ crypt.Hidden[*material] }

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
	var err error
	if m.secrets, err = crypt.Pick(secrets, c.secrets); err != nil {
		return nil, err
	}
	if c.encrypt >= 0 {
		cipher, err := rc4.NewCipher([]byte(m.secrets[c.encrypt]))
		if err != nil {
			return nil, fmt.Errorf("secret %s: %w", c.secrets[c.encrypt], err)
		}
		m.stream = newStream(*cipher)
	}
	return &Keys{crypt.Hide(m)}, nil
}

// App returns the app whose keys these are.
func (k Keys) App() string {
	m, ok := crypt.Reveal(k.Hidden)
	if !ok {
		return ""
	}
	return m.app
}

// of returns the material that was prepared for c.
func (k *Keys) of(c *Codec) (*material, error) {
	if k != nil {
		if m, ok := crypt.Reveal(k.Hidden); ok && m.codec == c {
			return m, nil
		}
	}
	return nil, errKeys
}
