package limit

import (
	"net"
	"net/netip"
	"time"

	"golang.org/x/time/rate"
)

// address is where requests come from: one of IPv4, or a network of 64 bits.
type address struct {
	requests int
	bodies   int64 // bytes in use
	strikes  *rate.Limiter
	narrow   chan struct{} // the requests of a bad address that are looked at
	seen     time.Time
}

const (
	narrow     = 2                     // requests of a bad address that are looked at, at a time
	pace       = 20 * time.Millisecond // between one that proves nothing and the next in its place
	patience   = 2 * time.Second       // of one that waits for that
	forget     = 10 * time.Minute      // an address that nothing came from
	sweepEvery = time.Minute
)

// From is the address of a request as Arrive takes it, by http.Request.RemoteAddr.
func From(remote string) netip.Addr {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return network(a)
}

// network is what one holder of addresses has at least.
func network(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}

// at is what is known of an address; l is locked.
func (l *Limits) at(from netip.Addr) *address {
	now := time.Now()
	if now.Sub(l.swept) > sweepEvery {
		l.swept = now
		for key, a := range l.addresses {
			if a.requests == 0 && now.Sub(a.seen) > forget {
				delete(l.addresses, key)
			}
		}
	}
	a := l.addresses[from]
	if a == nil {
		a = &address{
			strikes: rate.NewLimiter(rate.Limit(l.config.Strikes), int(10*l.config.Strikes)),
			narrow:  make(chan struct{}, narrow),
		}
		l.addresses[from] = a
	}
	a.seen = now
	return a
}
