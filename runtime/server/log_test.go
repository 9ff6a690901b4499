package server

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// Refusals beyond a number a second are counted, not written; everything else is written.
func TestLogSampled(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log, end, err := newLog(&out, "", "info")
	if err != nil {
		t.Fatal(err)
	}
	shakes := newServer(nil, log.With("part", "x")).ErrorLog
	for range 1000 {
		log.Info("request", "code", "1009", "why", "auth")
		log.Info("request", "code", "0")
		shakes.Print("http: TLS handshake error")
	}
	log.Error("request", "code", "1005", "why", "internal")
	log.With("part", "x").Debug("not written")
	end()
	lines := out.String()
	refused, fine := strings.Count(lines, `"why":"auth"`), strings.Count(lines, `"code":"0"`)
	if refused < refusals || refused > 4*refusals || fine != 1000 || !strings.Contains(lines, `"why":"internal"`) || !strings.HasPrefix(lines, "{") {
		t.Errorf("%d refusals, %d others", refused, fine)
	}
	if n := strings.Count(lines, "handshake"); n == 0 || n > 4*refusals {
		t.Errorf("%d handshakes that failed", n)
	}
	if strings.Contains(lines, "not written") {
		t.Error("a line below the level was written")
	}
	for _, bad := range [][2]string{{"xml", "info"}, {"", "loud"}} {
		if _, _, err := newLog(io.Discard, bad[0], bad[1]); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
	var text bytes.Buffer
	log, end, err = newLog(&text, "text", "debug")
	if err != nil {
		t.Fatal(err)
	}
	log.WithGroup("g").Debug("hello", slog.Int("n", 1))
	end()
	if !strings.Contains(text.String(), "level=DEBUG msg=hello g.n=1") {
		t.Error(text.String())
	}
}

// stopped is a reader of the log that takes nothing until it may.
type stopped struct {
	may  chan struct{}
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *stopped) Write(p []byte) (int, error) {
	<-s.may
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// TestLogStopped: nobody waits for a reader of the log that has stopped, the end of the server
// neither; when it goes on, a line says how many were lost.
func TestLogStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &stopped{may: make(chan struct{})}
		log, end, err := newLog(out, "", "info")
		if err != nil {
			t.Fatal(err)
		}
		line := strings.Repeat("x", 1000)
		for range 3 * logMost / 1000 {
			log.Error("request", "why", line)
		}
		end()
		close(out.may)
		synctest.Wait()
		if n := strings.Count(out.text.String(), "\n"); n < logMost/1100 || n > 2*logMost/1000 {
			t.Errorf("%d lines were kept", n)
		}

		out = &stopped{may: make(chan struct{})}
		if log, end, err = newLog(out, "", "info"); err != nil {
			t.Fatal(err)
		}
		for range 3 * logMost / 1000 {
			log.Info("request", "line", line)
		}
		synctest.Wait()
		close(out.may)
		synctest.Wait()
		log.Error("again")
		synctest.Wait()
		log.Error("and again")
		end()
		if text := out.text.String(); strings.Count(text, `"lost":`) != 1 || !strings.Contains(text, `"msg":"again","lost":`) {
			t.Errorf("…%s", text[max(0, len(text)-300):])
		}
	})
}

// TestLogForm is text on a terminal, also below what writes signs that steer it as their escapes, and
// JSON elsewhere. The null device stands for a terminal.
func TestLogForm(t *testing.T) {
	t.Parallel()
	terminal, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	for want, out := range map[string][]io.Writer{
		"*slog.TextHandler": {terminal, command.Printable(terminal)},
		"*slog.JSONHandler": {io.Discard, command.Printable(io.Discard)},
	} {
		for _, w := range out {
			log, end, err := newLog(w, "", "info")
			if err != nil {
				t.Fatal(err)
			}
			end()
			if got := fmt.Sprintf("%T", log.Handler().(*sampled).Handler); got != want {
				t.Errorf("%T: %s, want %s", w, got, want)
			}
		}
	}
}
