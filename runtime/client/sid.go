package client

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"sync/atomic"
	"time"
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

// newSids returns the source of an app's message ids, nil if the system has none.
// The digits start at a random number, so that two processes of one app rarely
// collide in one second.
func newSids(config Config, zone *time.Location) *sids {
	if config.System.Envelope.Message == "" {
		return nil
	}
	s := &sids{app: config.App, zone: zone}
	name := afterDot(config.System.Envelope.Message)
	for _, f := range config.System.Envelope.Header {
		if room := f.Length - len(sidTime) - sidDigits; f.Name == name && f.Length > 0 && len(s.app) > room {
			s.app = s.app[:max(room, 0)]
		}
	}
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

// afterDot is "sid" of "header.sid".
func afterDot(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
