package operate

import (
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// Bytes of the keys that are made for ciphers.
const (
	aesBytes  = 32
	sm4Bytes  = 16
	hashBytes = 32 // of a key that is written as hex or base64 for a keyed hash
)

// making is Making for a system by name.
func (s *Settings) making(name string, lifetime time.Duration) app.Making {
	if found := system.Find(s.Systems, name); found != nil {
		return Making(found.System, lifetime)
	}
	return app.Making{}
}

// Making says how the secrets of a system's apps are made: an appkey that its
// ciphers take, and a token that is issued for lifetime where a signature asks for
// one.
func Making(s route.System, lifetime time.Duration) app.Making {
	var how app.Making
	add := func(spec signature.Spec) {
		for _, step := range spec.Steps {
			if step.Op == "token" {
				how.Lifetime = lifetime
			}
			if step.Key == "appkey" {
				keyFor(&how, step)
			}
		}
	}
	add(s.Signature)
	for _, spec := range s.Signatures {
		add(spec)
	}
	return how
}

// keyFor makes the appkey fit one step. Of several steps a cipher decides.
func keyFor(how *app.Making, step signature.Step) {
	switch {
	case step.Derive == "md5" || step.Derive == "sha256":
		return // whatever its length is
	case strings.HasPrefix(step.Algorithm, "aes-"):
		how.KeyBytes = aesBytes
	case strings.HasPrefix(step.Algorithm, "sm4-"):
		how.KeyBytes = sm4Bytes
	case step.Derive == "hex" || step.Derive == "base64":
		if how.KeyBytes == 0 {
			how.KeyBytes = hashBytes
		}
	}
	if step.Derive == "hex" || step.Derive == "base64" {
		how.Encoding = step.Derive
	}
}
