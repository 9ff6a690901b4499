package bind

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
)

// Servable returns an error where the runtime refuses a declared signature or envelope
// of a checked model. The package spec cannot find it, since it does not know the runtime.
func Servable(set *spec.Set) error {
	for _, s := range set.Systems {
		for _, g := range s.AllSignatures() {
			if _, err := signature.New(Signature(g)); err != nil {
				return fmt.Errorf("%s: the signature cannot be served: %w", g.Pos, err)
			}
		}
		if s.Envelope.Head == "" {
			continue
		}
		if _, err := envelope.New(Envelope(&s.Envelope)); err != nil {
			return fmt.Errorf("%s: the envelope cannot be served: %w", s.Envelope.Pos, err)
		}
	}
	return nil
}
