package signature

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"hash"
	"sync"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Keys are the secrets of one app, prepared for one Codec or for all that a Set
// may use for the app. They are made once and kept, are safe for concurrent use,
// and print as "[secret]" whatever the verb.
type Keys struct{ crypt.Hidden[[]*material] }

// material is an app's secrets, prepared for one Codec.
type material struct {
	codec   *Codec
	app     string
	secrets []string     // by position in Codec.secrets
	macs    []*sync.Pool // by step, of hash.Hash: keyed sign steps
	block   cipher.Block // of the encrypt step
	iv      []byte       // of the encrypt step, where it is the same each time
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

func newKeys(m ...*material) *Keys { return &Keys{crypt.Hide(m)} }

func (c *Codec) material(app string, secrets map[string]string) (*material, error) {
	m := &material{codec: c, app: app, macs: make([]*sync.Pool, len(c.steps))}
	var err error
	if m.secrets, err = crypt.Pick(secrets, c.secrets); err != nil {
		return nil, fmt.Errorf("%w: rotate the app's secrets", err)
	}
	for i := range c.steps {
		s := &c.steps[i]
		if s.Op == "encrypt" || s.sign.Keyed {
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
	key, err := crypt.Derive(s.Derive, string(w.write(nil, s.key)))
	if err != nil {
		return err
	}
	if s.Op == "sign" {
		m.macs[i] = &sync.Pool{New: func() any { return crypt.NewMAC(s.sign.Hash, key) }}
		return nil
	}
	if m.block, err = s.suite.Block(key); err != nil {
		return err
	}
	switch n := s.suite.IV(); {
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
	all, ok := crypt.Reveal(k.Hidden)
	if !ok {
		return ""
	}
	return all[0].app
}

// of returns the material that was prepared for c.
func (k *Keys) of(c *Codec) (*material, error) {
	if k != nil {
		all, _ := crypt.Reveal(k.Hidden)
		for _, m := range all {
			if m.codec == c {
				return m, nil
			}
		}
	}
	return nil, errKeys
}
