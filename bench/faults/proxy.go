package faults

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// proxy listens in front of a TCP address. It can cut what goes through it or keep it silent.
type proxy struct {
	listener net.Listener
	target   string
	hole     atomic.Bool  // what arrives is kept until the hole ends
	lose     atomic.Int64 // answers that are lost: the next so many end their connection

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// newProxy listens before a target, until the process ends.
func newProxy(target string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // at once
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, target: target, conns: map[net.Conn]bool{}}
	go p.serve()
	return p, nil
}

func (p *proxy) address() string { return p.listener.Addr().String() }

func (p *proxy) serve() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.carry(in)
	}
}

// carry connects a caller with the target.
func (p *proxy) carry(in net.Conn) {
	p.wait()
	out, err := net.DialTimeout("tcp", p.target, 2*time.Second)
	if err != nil {
		reset(in)
		return
	}
	p.mu.Lock()
	p.conns[in], p.conns[out] = true, true
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.copy(out, in, false) })
	both.Go(func() { p.copy(in, out, true) })
	both.Wait()
	p.mu.Lock()
	delete(p.conns, in)
	delete(p.conns, out)
	p.mu.Unlock()
}

// copy carries one direction; answers may be lost.
func (p *proxy) copy(to, from net.Conn, answers bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		p.wait()
		if n > 0 && answers && p.lose.Load() > 0 && p.lose.Add(-1) >= 0 {
			reset(to)
			return
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// wait lasts as long as the hole.
func (p *proxy) wait() {
	for p.hole.Load() {
		time.Sleep(5 * time.Millisecond)
	}
}

// cut resets every connection.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		reset(c)
	}
}

// reset ends a connection without goodbye.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}
