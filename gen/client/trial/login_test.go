package trial_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/runtime/client"
)

// TestLoginOfClient: a client gets the token that its calls carry, once for all that wait
// for it, anew before its time is over, and once more when it is refused.
func TestLoginOfClient(t *testing.T) {
	t.Parallel()
	gate := trial.NewGate(t)
	now := time.Now()
	made := func(secrets map[string]string) *client.Client {
		c, err := client.New(client.Config{System: bind.System(gate.System), URL: gate.URL, App: trial.App, Secrets: secrets, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := made(map[string]string{"secret": trial.Key})
	holds := func(what string, c *client.Client, times, logins int) {
		t.Helper()
		var all sync.WaitGroup
		for range times {
			all.Go(func() {
				reply, err := c.Call(context.Background(), "pass_get", []byte(`{"id":"1"}`))
				if err != nil || !reply.OK || string(reply.Payload) != `{"id":"1"}` {
					t.Errorf("%s: %+v %v", what, reply, err)
				}
			})
		}
		all.Wait()
		if l, n := gate.Count(); l != logins || n != times {
			t.Errorf("%s: %d logins and %d calls, want %d and %d", what, l, n, logins, times)
		}
	}
	holds("the first calls", c, 8, 1)
	holds("the token is good", c, 3, 0)
	gate.End()
	holds("the token has ended", c, 8, 1)
	now = now.Add(2*time.Hour - time.Minute + time.Second)
	holds("its time is nearly over", c, 8, 1)
	gate.Lasts(10)
	now = now.Add(2 * time.Hour)
	holds("a short one", c, 1, 1)
	now = now.Add(8 * time.Second)
	holds("a short one is used", c, 1, 0)
	now = now.Add(2 * time.Second)
	holds("a short one is over", c, 1, 1)
	holds("a token that was given and is none", made(map[string]string{"secret": trial.Key, "token": "old"}), 4, 1)

	if reply, err := c.Call(t.Context(), "gate_list", []byte(`{"id":"1"}`)); err != nil || !reply.OK {
		t.Error("a call without a token", reply, err)
	}
	if l, _ := gate.Count(); l != 0 {
		t.Error("a call that carries no token logs in")
	}
	_, err := made(map[string]string{"secret": "another"}).Call(t.Context(), "pass_get", []byte(`{"id":"1"}`))
	refusal, status := new(client.Refusal), new(client.StatusError)
	if !errors.Is(err, client.ErrUnsent) || !errors.As(err, &refusal) && !errors.As(err, &status) {
		t.Error("a login that is refused:", err)
	}
}
