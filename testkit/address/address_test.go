package address

import (
	"net"
	"testing"
)

// An address is nobody else's until it is released, and a server can listen on it.
func TestReserve(t *testing.T) {
	t.Parallel()
	r, err := Reserve()
	if err != nil {
		t.Fatal(err)
	}
	if r.Port < first || r.Port > last {
		t.Errorf("port %d can be given to an outgoing connection", r.Port)
	}
	if other, err := reserve(r.Port); err == nil {
		t.Errorf("%s is reserved twice", other.Addr)
	}
	l, err := net.Listen("tcp", r.Addr)
	if err != nil {
		t.Fatal(err)
	}
	r.Release()
	if other, err := reserve(r.Port); err == nil {
		t.Errorf("%s is reserved while a server listens", other.Addr)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := reserve(r.Port)
	if err != nil {
		t.Fatal("not free again:", err)
	}
	again.Release()
}
