package operate

import (
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// making is Making for a system by name.
func (s *Settings) making(name string, lifetime time.Duration) app.Making {
	if found := system.Find(s.Systems, name); found != nil {
		return Making(found.Protocol, lifetime)
	}
	return app.Making{}
}

// Making says which keys the apps of a protocol have. A token is issued for lifetime
// where messages have one.
func Making(p *protocol.Protocol, lifetime time.Duration) app.Making {
	how := app.Making{Server: p.Needs(true), Partner: p.Needs(false), Senders: p.Senders()}
	if p.Call != nil && p.Call.TakesToken() {
		how.Lifetime, how.Keeps, how.Beside = lifetime, p.Call.Keeps(), p.Call.Beside()
	}
	return how
}
