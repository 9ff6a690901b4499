package notify

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// ErrNoAnswer says that a receiver does not answer the handshake of its protocol.
var ErrNoAnswer = errors.New("the receiver does not answer the handshake")

// Greet asks the receiver at a URL whether it is there, with the handshake that the
// protocol declares, under the guard of allow. It does nothing where the protocol has
// none. The error names the outcome and nothing of the answer.
func Greet(ctx context.Context, p *protocol.Protocol, keys *protocol.Keys, to string, allow []netip.Prefix) error {
	if p == nil || p.Push == nil || !p.Push.HasHandshake() {
		return nil
	}
	s := newSender(Config{Timeout: DefaultTimeout, Workers: 1, Allow: allow})
	defer s.close()
	begun := time.Now()
	system := System{Protocol: p}
	sent, err := system.write(to, keys, protocol.Outgoing{Handshake: true, Now: begun})
	if err != nil {
		return fmt.Errorf("notify.handshake: %w", err)
	}
	defer sent.Release()
	r, answer := s.exchange(ctx, sent.Message, begun)
	if r.outcome == "" {
		r.judge(ctx, &system, sent, answer)
	}
	if r.outcome != Delivered {
		return fmt.Errorf("%w: %s", ErrNoAnswer, r)
	}
	return nil
}
