package tamper

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// Example is a caller with keys of its own, which follow from its id but for key
// pairs. Keys that are the same for all apps are those of like, where that is given.
func Example(p *protocol.Protocol, id string, like *Caller) (Caller, error) {
	c := Caller{ID: id, Secrets: protocol.Secrets{}, Token: digest("token", id)[:32]}
	for _, k := range p.Declaration().Keys {
		if k.System && like != nil {
			c.Secrets[k.Name] = like.Secrets[k.Name]
			continue
		}
		text, err := example(p, k.Name, k.Kind, id)
		if err != nil {
			return c, err
		}
		c.Secrets[k.Name] = []string{text}
		if k.Name == "token" {
			c.Token = text
		}
	}
	return c, nil
}

// Texts are the secrets and the token as a client takes them.
func (c Caller) Texts() map[string]string {
	out := map[string]string{"token": c.Token}
	for name, texts := range c.Secrets {
		out[name] = texts[0]
	}
	return out
}

// CallerOf is a caller from the texts that a client takes. The token that was issued is
// the text called token.
func CallerOf(id string, texts map[string]string) Caller {
	c := Caller{ID: id, Secrets: protocol.Secrets{}, Token: texts["token"]}
	for name, text := range texts {
		c.Secrets[name] = []string{text}
	}
	return c
}

// The callers of a Rig.
const (
	first = "300"
	other = "301" // it may call nothing
)

// example is a key of its kind, of a length that its steps take.
func example(p *protocol.Protocol, name, kind, id string) (string, error) {
	var encode func(n int) string
	raw := digest(name, id)
	switch kind {
	case "text":
		encode = func(n int) string { return raw[:n] }
	case "hex":
		encode = func(n int) string { return raw[:2*n] }
	case "base64":
		encode = func(n int) string { return base64.StdEncoding.EncodeToString([]byte(raw[:n])) }
	default:
		owner := 0
		if id == other {
			owner = 1
		}
		return pair(kind, name, owner)
	}
	var err error
	for _, n := range []int{32, 16, 24, 8} {
		text := encode(n)
		if _, err = p.Keys(id, protocol.Secrets{name: {text}}); err == nil {
			return text, nil
		}
	}
	return "", fmt.Errorf("tamper: no key %s of kind %s is found: %w", name, kind, err)
}

// digest is 128 letters and digits that follow from texts.
func digest(texts ...string) string {
	out := ""
	for n := range 2 {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %q", n, texts))
		out += hex.EncodeToString(sum[:])
	}
	return out
}
