package limit

import (
	"net"
	"net/netip"
	"sync"
)

// Listen bounds the connections of a listener: of all addresses together, and of one.
// What comes beyond is closed at once. Zero is no bound.
func Listen(l net.Listener, all, each int) net.Listener {
	return &listener{Listener: l, all: all, each: each, from: map[netip.Addr]int{}}
}

type listener struct {
	net.Listener
	all, each int

	mu   sync.Mutex
	open int
	from map[netip.Addr]int
}

// Accept returns the next connection that is within the bounds.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		at := From(c.RemoteAddr().String())
		if l.enter(at) {
			return &conn{Conn: c, of: l, at: at}, nil
		}
		_ = c.Close()
	}
}

func (l *listener) enter(at netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all > 0 && l.open >= l.all || l.each > 0 && l.from[at] >= l.each {
		return false
	}
	l.open++
	l.from[at]++
	return true
}

func (l *listener) leave(at netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.from[at]--; l.from[at] <= 0 {
		delete(l.from, at)
	}
}

// conn is one connection within the bounds.
type conn struct {
	net.Conn
	of   *listener
	at   netip.Addr
	once sync.Once
}

// Close closes the connection.
func (c *conn) Close() error {
	c.once.Do(func() { c.of.leave(c.at) })
	return c.Conn.Close()
}
