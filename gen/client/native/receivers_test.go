package native

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
)

// holdLimits calls servers whose replies do not end, and looks at what is shown of a client.
func holdLimits(t *testing.T, l tongue, driver *process, s *system) {
	t.Helper()
	slow := trial.Slow(t)
	e := s.calls[0]
	keys := map[string]string{"class": "the-secret-key"}
	payload := trial.Payload(t, e.Interface)
	task := map[string]any{"do": "call", "system": s.Name, "app": trial.App, "keys": keys, "url": slow.URL + "/drip", "values": map[string]string{}, "payload": payload, "timeout": 1}
	start := time.Now()
	if out := driver.outcome(t, task, l.named(s, e)); out.Error != "NoReplyError" || time.Since(start) > 15*time.Second {
		t.Errorf("a reply that does not end: %s %.200s after %s", out.Error, out.Text, time.Since(start))
	}
	delete(task, "timeout")
	task["url"] = slow.URL + "/huge"
	kind, text := trial.Told(t, s.System, keys, slow.URL+"/huge", e.Cmd, payload)
	if out := driver.outcome(t, task, l.named(s, e)); out.Error != kind || out.Text != text || kind != "UnreadableReplyError" {
		t.Errorf("a reply that is too large: %s %.200s, want %s %s", out.Error, out.Text, kind, text)
	}
	task["do"] = "show"
	if out := driver.outcome(t, task, l.named(s, e)); strings.Contains(out.Text, keys["class"]) || out.Text == "" || out.Error != "" {
		t.Errorf("a client shows its keys: %s %s", out.Error, out.Text)
	}
}

// holdReceiver sends a receiver what its system's server, or somebody else, sends, and holds its
// answers to those of the receiver in Go.
func holdReceiver(t *testing.T, l tongue, driver *process, s *system) {
	t.Helper()
	var notifications []map[string]any
	for _, e := range s.pushes {
		if slices.Contains(trial.Noted(s.System), e.Cmd) {
			notifications = append(notifications, l.named(s, e))
		}
	}
	for _, p := range trial.Pushes(t, s.System) {
		got := driver.outcome(t, l.named(s, s.pushes[0]), map[string]any{
			"do": "handle", "system": s.Name, "app": trial.App, "keys": trial.PushKeys(), "notifications": notifications, "now": p.Now.UnixMilli(), "fails": p.Fails,
			"message": map[string]any{"method": p.Method, "url": p.URL, "headers": p.Headers, "body": p.Body},
		})
		if why := p.Differs(trial.Answered{Status: got.Status, Type: got.Headers["Content-Type"], Allow: got.Headers["Allow"], Body: got.Body, Handled: len(got.Pushes)}); why != "" {
			t.Errorf("%s: %s %s", s.Name, why, got.Text)
		}
	}
}
