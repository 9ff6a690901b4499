package native

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
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

// holdCases fires the cases that follow from the YAML at a receiver: every rule of every field
// from both sides, and what is wrong with a message.
func holdCases(t *testing.T, l tongue, driver *process, s *system) {
	t.Helper()
	var notifications []map[string]any
	for _, e := range s.pushes {
		notifications = append(notifications, l.named(s, e))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		headers := map[string]string{}
		for name := range r.Header {
			headers[name] = r.Header.Get(name)
		}
		got := driver.outcome(t, l.named(s, s.pushes[0]), map[string]any{
			"do": "handle", "system": s.Name, "app": appID, "keys": keysOf(s), "notifications": notifications,
			"message": map[string]any{"method": r.Method, "url": r.URL.RequestURI(), "headers": headers, "body": append([]byte{}, body...)},
		})
		for name, text := range got.Headers {
			w.Header().Set(name, text)
		}
		w.WriteHeader(got.Status)
		_, _ = w.Write(got.Body)
	}))
	defer server.Close()
	passed := 0
	_, err := fire.Run(t.Context(), fire.Config{
		System: bind.System(s.System), Suite: fixture.Notifications(s.System), URL: server.URL, App: fire.App{ID: appID, Secrets: keysOf(s)}, Seed: 1,
		Done: func(r fire.Result) {
			switch {
			case r.Verdict == fire.Passed:
				passed++
			case r.Verdict != fire.Skipped:
				t.Errorf("%s: %s", r.Case.ID, r.Why)
			}
		},
	})
	if err != nil || passed < 3000 {
		t.Errorf("%d cases passed: %v", passed, err)
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
			"do": "handle", "system": s.Name, "app": trial.App, "keys": trial.PushKeys(), "notifications": notifications, "now": p.Now.UnixMilli(), "fails": p.Fails, "slow": p.Slow,
			"message": map[string]any{"method": p.Method, "url": p.URL, "headers": p.Headers, "body": p.Body},
		})
		if why := p.Differs(trial.Answered{Status: got.Status, Type: got.Headers["Content-Type"], Allow: got.Headers["Allow"], Body: got.Body, Handled: len(got.Pushes)}); why != "" {
			t.Errorf("%s: %s %s", s.Name, why, got.Text)
		}
	}
}
