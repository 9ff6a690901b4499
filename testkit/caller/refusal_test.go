package caller_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// TestUnreached tells a certificate that nobody vouches for from a server that is not there.
func TestUnreached(t *testing.T) {
	t.Parallel()
	there := httptest.NewTLSServer(http.NotFoundHandler())
	defer there.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for url, want := range map[string]string{there.URL: "with --ca", gone.URL: "no server listens there"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		reply, err := http.DefaultClient.Do(request)
		if err == nil {
			reply.Body.Close()
			t.Fatalf("%s answers", url)
		}
		if got := caller.Unreached(err); !strings.Contains(got, want) {
			t.Errorf("%s: %s", err, got)
		}
	}
}
