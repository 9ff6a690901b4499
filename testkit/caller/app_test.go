package caller_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// TestLocal holds where a call without a URL goes.
func TestLocal(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"":               "http://127.0.0.1:8080",
		"nonsense":       "http://127.0.0.1:8080",
		"127.0.0.1:0":    "http://127.0.0.1:8080",
		":8081":          "http://127.0.0.1:8081",
		"0.0.0.0:8081":   "http://127.0.0.1:8081",
		"[::]:8081":      "http://127.0.0.1:8081",
		"[::1]:8081":     "http://[::1]:8081",
		"localhost:8081": "http://localhost:8081",
	} {
		if got := caller.Local(address); got != want {
			t.Errorf("%q: got %s, want %s", address, got, want)
		}
	}
}
