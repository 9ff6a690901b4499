package gate

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// paced is a connection whose caller sends a part of a body and rests.
type paced struct {
	*httptest.ResponseRecorder
	by    time.Time // the deadline of the next read
	parts []string
	rest  time.Duration // until by, when the caller rested
}

func (p *paced) SetReadDeadline(by time.Time) error {
	p.by = by
	return nil
}

func (p *paced) Read(b []byte) (int, error) {
	if len(p.parts) == 0 {
		p.rest = time.Until(p.by)
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(b, p.parts[0])
	p.parts = p.parts[1:]
	return n, nil
}

// TestPace: whoever has sent a part of a body has five seconds for the next one, however
// little it was.
func TestPace(t *testing.T) {
	t.Parallel()
	for _, parts := range [][]string{{"{"}, {"{", `"a"`}, {string(make([]byte, 3000)), string(make([]byte, 3000))}} {
		p := &paced{ResponseRecorder: httptest.NewRecorder(), parts: parts}
		r := httptest.NewRequest(http.MethodPost, "/", p)
		r.ContentLength = 400_000
		if err := new(exchange).fill(p, r, 1<<20); err == nil {
			t.Error("a body that does not come is whole")
		}
		if p.rest <= 0 || p.rest > bodyStep {
			t.Errorf("after %d parts a caller may rest for %v", len(parts), p.rest)
		}
	}
}
