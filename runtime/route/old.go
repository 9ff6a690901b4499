package route

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// Sealed reports whether the messages of a system are sealed; otherwise they are
// signed. The server does not ask: tools do that are not on its protocol yet.
func (s *System) Sealed() bool { return s.Envelope.Head != "" }

// Codecs prepares the envelopes of sealed systems, by name, for tools.
func Codecs(systems []System) (map[string]*envelope.Codec, error) {
	codecs := map[string]*envelope.Codec{}
	for _, s := range systems {
		if !s.Sealed() {
			continue
		}
		codec, err := envelope.New(s.Envelope)
		if err != nil {
			return nil, fmt.Errorf("system %s: %w", s.Name, err)
		}
		codecs[s.Name] = codec
	}
	return codecs, nil
}

// Signatures prepares the signatures of signed systems, by name, for tools. over
// replaces declarations, by system; it may be nil.
func Signatures(systems []System, over map[string]signature.Override) (map[string]*signature.Set, error) {
	sets := map[string]*signature.Set{}
	for _, s := range systems {
		if s.Sealed() {
			continue
		}
		set, err := signature.NewSet(s.Signature, s.Signatures, over[s.Name])
		if err != nil {
			return nil, fmt.Errorf("system %s: %w", s.Name, err)
		}
		sets[s.Name] = set
	}
	return sets, nil
}
