package postgres

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// limitSilence ends a TCP connection whose peer has not acknowledged for ten
// seconds.
func limitSilence(_, _ string, c syscall.RawConn) error {
	var err error
	control := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(silence.Milliseconds()))
	})
	if control != nil {
		return control
	}
	return err
}
