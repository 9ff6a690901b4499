package route

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// NewReceiver prepares the other end of a system, which gets its notifications: it
// serves these and nothing else, whatever the path of a request. It refuses what
// New refuses, and a system whose messages are not sealed or do not name their
// interface.
func NewReceiver(s System, config Config) (http.Handler, error) {
	if !s.Sealed() || s.Dispatch == "" {
		return nil, fmt.Errorf("system %s: its messages are not sealed, or do not name the interface", s.Name)
	}
	ready, err := newSystem(s, config.filled())
	if err != nil {
		return nil, fmt.Errorf("system %s: %w", s.Name, err)
	}
	ready.receives = true
	return sealed{ready}, nil
}

// filled is the configuration with its defaults.
func (c Config) filled() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
