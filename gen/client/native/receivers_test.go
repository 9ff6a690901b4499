package native

import (
	"slices"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
)

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
