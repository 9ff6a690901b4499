package tamper

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Example is a caller with keys of its own, which follow from its id but for key
// pairs. Keys that are the same for all apps are those of like, where that is given.
func Example(p *protocol.Protocol, id string, like *Caller) (Caller, error) {
	c := Caller{ID: id, Secrets: protocol.Secrets{}, Token: digest("token", id)[:32], Ended: digest("token that has ended", id)[:32]}
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

// beside is the secret that was issued to a caller with its token: the text that it has by
// its name, or else that of a bind.Memory.
func (c Caller) beside(name string) string {
	if texts := c.Secrets[name]; len(texts) > 0 {
		return texts[0]
	}
	sum := sha256.Sum256([]byte("secret of " + c.Token))
	return hex.EncodeToString(sum[:16])
}

// given are values with what was issued beside the caller's token.
func (c Caller) given(name string, values map[string]string) map[string]string {
	if name == "" || values[name] != "" {
		return values
	}
	out := map[string]string{name: c.beside(name)}
	maps.Copy(out, values)
	return out
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
// the text called token, and one that is over that called token_ended.
func CallerOf(id string, texts map[string]string) Caller {
	c := Caller{ID: id, Secrets: protocol.Secrets{}, Token: texts["token"], Ended: texts["token_ended"]}
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
	if step.IsPair(kind) {
		owner := 0
		if id == other {
			owner = 1
		}
		return pair(kind, name, owner)
	}
	n := 32
	for _, need := range p.Needs(true) {
		if need.Name == name && need.Lengths != nil && len(need.Lengths) == 0 {
			return "", fmt.Errorf("tamper: no length of the key %s fits all its steps", name)
		}
		if need.Name == name && need.Lengths != nil {
			n = slices.Max(need.Lengths)
		}
	}
	raw := digest(name, id)
	switch kind {
	case "hex":
		return raw[:2*n], nil
	case "base64":
		return base64.StdEncoding.EncodeToString([]byte(raw[:n])), nil
	}
	return raw[:n], nil
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
