package native

import (
	"slices"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
)

// holdLogin calls a system whose calls carry a token: the client gets it itself, once for
// all that wait for it, before its time is over, and once more when it is refused.
func holdLogin(t *testing.T, l tongue, driver *process, s *system, gate *trial.Gate) {
	t.Helper()
	call := func(cmd, hold string, times int, keys map[string]string) *outcome {
		e := s.calls[slices.IndexFunc(s.calls, func(e *endpoint) bool { return e.Cmd == cmd })]
		return driver.outcome(t, l.named(s, e), map[string]any{
			"do": "call", "system": s.Name, "app": trial.App, "keys": keys, "url": gate.URL, "values": map[string]string{}, "payload": `{"id":"1"}`, "hold": hold, "times": times,
		})
	}
	keys := map[string]string{"secret": trial.Key}
	holds := func(what, hold string, times, logins int) {
		t.Helper()
		if out := call("pass_get", hold, times, keys); out.Payload != `{"id":"1"}` {
			t.Errorf("%s: %+v", what, out)
		}
		if n, calls := gate.Count(); n != logins || calls != times {
			t.Errorf("%s: %d logins and %d calls, want %d and %d", what, n, calls, logins, times)
		}
	}
	holds("the first calls", "a", 5, 1)
	holds("the token is good", "a", 2, 0)
	gate.End()
	holds("the token has ended", "a", 5, 1)
	gate.Lasts(1)
	holds("a short one", "b", 1, 1)
	time.Sleep(time.Second)
	holds("its time is over", "b", 3, 1)
	keys["accessToken"] = "old"
	gate.Lasts(7200)
	holds("a token that was given and is none", "c", 3, 1)
	if out := call("gate_list", "d", 1, keys); out.Payload != `{"id":"1"}` {
		t.Errorf("a call without a token: %+v", out)
	}
	if n, _ := gate.Count(); n != 0 {
		t.Error("a call that carries no token logs in")
	}
	if out := call("pass_get", "e", 1, map[string]string{"secret": "another"}); out.Error != "RefusedError" || out.Code != "40100" {
		t.Errorf("a login that is refused: %+v", out)
	}
}
