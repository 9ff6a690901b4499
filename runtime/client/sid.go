package client

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"sync/atomic"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

const (
	sidTime   = "060102150405"
	sidDigits = 5
	sidCount  = 100_000 // numbers of sidDigits digits
)

// sids makes message ids.
type sids struct {
	app  string // the part of the app's id that fits
	zone *time.Location
	last atomic.Uint64
}

// newSids returns the source of an app's message ids, nil if the protocol has none or
// takes none of ours. The digits start at a random number, so that two processes of
// one app rarely collide in one second.
func newSids(x *protocol.Exchange, app string, zone *time.Location) *sids {
	if !x.HasID() {
		return nil
	}
	for n := len(app); n >= 0; n-- {
		if s := countFrom(app[:n], zone); x.TakesID(s.next(time.Unix(0, 0))) {
			return s
		}
	}
	return nil
}

// countFrom begins at a random number.
func countFrom(app string, zone *time.Location) *sids {
	s := &sids{app: app, zone: zone}
	if n, err := rand.Int(rand.Reader, big.NewInt(sidCount)); err == nil {
		s.last.Store(n.Uint64())
	}
	return s
}

// next returns the next message id.
func (s *sids) next(now time.Time) string {
	if s == nil {
		return ""
	}
	return s.app + now.In(s.zone).Format(sidTime) + fmt.Sprintf("%0*d", sidDigits, s.last.Add(1)%sidCount)
}
