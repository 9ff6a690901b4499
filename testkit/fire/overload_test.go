package fire_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jiekou-dev/jiekou/testkit/fire"
)

// TestOverloaded has a server say that it has too much to do. A case that passes when it is
// sent once more has passed; one that does not is broken, not failed.
func TestOverloaded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		busy    int64 // how often the server says so
		verdict fire.Verdict
		why     string
	}{
		"once":   {1, fire.Passed, ""},
		"always": {1 << 20, fire.Broken, "the server is overloaded or out of order, and still was when asked again: HTTP status 503 came"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			w := newWorld(t, "lianfa", nil, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					if asked.Add(1) <= c.busy {
						rw.WriteHeader(http.StatusServiceUnavailable)
						return
					}
					next.ServeHTTP(rw, r)
				})
			})
			r := one(t, w.fire(t, lengthCase))
			if r.Verdict != c.verdict || !strings.HasPrefix(r.Why, c.why) {
				t.Errorf("%s: %s, want %s: %s", r.Verdict, r.Why, c.verdict, c.why)
			}
		})
	}
}
