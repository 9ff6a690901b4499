package server

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"testing"
)

// Refusals beyond a number a second are counted, not written; everything else is written.
func TestLogSampled(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log, end, err := newLog(&out, "", "info")
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		log.Info("request", "code", "1009", "why", "auth")
		log.Info("request", "code", "0")
	}
	log.Error("request", "code", "1005", "why", "internal")
	log.With("part", "x").Debug("not written")
	end()
	lines := out.String()
	refused, fine := strings.Count(lines, `"why":"auth"`), strings.Count(lines, `"code":"0"`)
	if refused < refusals || refused > 4*refusals || fine != 1000 || !strings.Contains(lines, `"why":"internal"`) || !strings.HasPrefix(lines, "{") {
		t.Errorf("%d refusals, %d others", refused, fine)
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
