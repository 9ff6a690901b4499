package step

import (
	"crypto/rc4"
	"crypto/subtle"
	"sync"
	"sync/atomic"
)

// What is kept of a key stream. The key is the same for every message, and so is
// its stream: XOR with kept bytes is 40 times as fast as RC4.
const (
	firstWindow = 4 << 10
	maxWindow   = 64 << 10
)

// stream is the RC4 key stream of one key. It keeps the beginning, as long as
// messages have asked for up to maxWindow, and the cipher's state behind it. The
// state is copied by value, which rc4 does not promise: TestCopiedCipher holds it.
type stream struct {
	now  atomic.Pointer[window]
	grow sync.Mutex
}

// window is an immutable beginning of a stream.
type window struct {
	bytes []byte
	next  rc4.Cipher // state after bytes
}

func newStream(start rc4.Cipher) *stream {
	s := &stream{}
	s.now.Store(extend(&window{next: start}, firstWindow))
	return s
}

// extend returns a window of n bytes that begins with w.
func extend(w *window, n int) *window {
	longer := &window{bytes: make([]byte, n), next: w.next}
	have := copy(longer.bytes, w.bytes)
	longer.next.XORKeyStream(longer.bytes[have:], longer.bytes[have:])
	return longer
}

// window returns a window of at least n bytes, or of maxWindow.
func (s *stream) window(n int) *window {
	n = min(n, maxWindow)
	w := s.now.Load()
	if len(w.bytes) >= n {
		return w
	}
	s.grow.Lock()
	defer s.grow.Unlock()
	w = s.now.Load()
	size := len(w.bytes)
	for size < n {
		size *= 4
	}
	if size > len(w.bytes) {
		w = extend(w, min(size, maxWindow))
		s.now.Store(w)
	}
	return w
}

// cursor goes along a stream of which total bytes are needed.
type cursor struct {
	w    *window
	pos  int
	tail *rc4.Cipher // past the window
}

func (s *stream) start(total int) cursor { return cursor{w: s.window(total)} }

// xor puts src XOR the next bytes of the stream into dst, which is as long as src
// and either the same or apart.
func (c *cursor) xor(dst, src []byte) {
	n := min(len(src), len(c.w.bytes)-c.pos)
	subtle.XORBytes(dst, src[:n], c.w.bytes[c.pos:c.pos+n])
	c.pos += n
	if n == len(src) {
		return
	}
	if c.tail == nil {
		next := c.w.next
		c.tail = &next
	}
	c.tail.XORKeyStream(dst[n:], src[n:])
}
