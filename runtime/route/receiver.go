package route

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// NewReceiver prepares the other end of a system, which gets its notifications: it
// serves these and nothing else, whatever the path of a request. It refuses what New
// refuses, a system that declares no push, and several notifications that do not name
// themselves.
func NewReceiver(s System, config Config) (http.Handler, error) {
	if s.Protocol == nil || s.Protocol.Push == nil {
		return nil, fmt.Errorf("system %s: it declares no push", s.Name)
	}
	ready, err := newSystem(s, s.Protocol.Push, config.filled())
	if err != nil {
		return nil, fmt.Errorf("system %s: %w", s.Name, err)
	}
	g := &gate{system: ready, path: "/"}
	for i := range s.Interfaces {
		one := &s.Interfaces[i]
		if one.Kind != Notify {
			continue
		}
		for _, door := range s.Protocol.Push.Doors(one.Cmd, one.Frame) {
			if err := g.add(door, ready.entries[one.Cmd]); err != nil {
				return nil, fmt.Errorf("system %s: %w: a push does not name its interface", s.Name, err)
			}
		}
	}
	return g, nil
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
