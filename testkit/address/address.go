// Package address reserves addresses of this machine for servers that a test starts
// as programs of their own, when the address must be known before they listen.
package address

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// The ports that are tried. They lie below those that systems give to outgoing
// connections and to listeners without a port (from 32768 on Linux, from 49152
// elsewhere): one of these could be taken between the reservation and the server's
// start.
const (
	first = 16384
	last  = 32767
)

// Reserved is an address that no other reservation on this machine has.
type Reserved struct {
	Addr string // as 127.0.0.1:20123
	Port int
	held net.PacketConn
}

// Reserve finds an address on which nobody listens. Until Release no other Reserve,
// in this process or another, finds the same: each holds the UDP port of the same
// number, which the server does not need.
func Reserve() (*Reserved, error) {
	var errs []error
	for range 100 {
		port := first + rand.IntN(last-first+1) //nolint:gosec // no secret
		r, err := reserve(port)
		if err == nil {
			return r, nil
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("no free port from %d to %d: %w", first, last, errors.Join(errs[:3]...))
}

// reserve takes a port if it is free.
func reserve(port int) (*Reserved, error) {
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	held, err := net.ListenPacket("udp4", addr) //nolint:noctx // at once
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp4", addr) //nolint:noctx // at once
	if err == nil {
		err = l.Close()
	}
	if err != nil {
		_ = held.Close()
		return nil, err
	}
	return &Reserved{Addr: addr, Port: port, held: held}, nil
}

// Release ends the reservation. The server must have ended.
func (r *Reserved) Release() { _ = r.held.Close() }
