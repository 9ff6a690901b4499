package trace

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What a collector does not take is lost, and said; nobody waits for it.
func TestExport(t *testing.T) {
	t.Parallel()
	full := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }))
	t.Cleanup(full.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for _, tt := range []struct{ url, want string }{{full.URL, "HTTP 429"}, {gone.URL, "refused"}} {
		said := ""
		provider, end, err := Export(tt.url, "jiekoud", "1", 1, func(err error) { said = err.Error() })
		if err != nil {
			t.Fatal(err)
		}
		ctx, span := Root(context.Background(), provider, "delivery")
		_, inner := Start(ctx, "part")
		if !inner.IsRecording() || ID(span) == "" {
			t.Error("nothing is recorded")
		}
		inner.End()
		span.End()
		if err := end(t.Context()); err != nil || !strings.HasPrefix(said, "trace: 2 spans are lost: ") || !strings.Contains(said, tt.want) {
			t.Errorf("%v, %q", err, said)
		}
	}
	for _, tt := range []struct {
		url   string
		share float64
		want  string
	}{
		{"127.0.0.1:4318", 1, "an address like"}, {"ftp://x", 1, "an address like"}, {"http://x", 2, "between 0 and 1"},
	} {
		if _, _, err := Export(tt.url, "", "", tt.share, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.url, err)
		}
	}
}

// Without a provider, and below what is not traced, nothing is made.
//
//nolint:paralleltest // allocations are counted
func TestOff(t *testing.T) {
	ctx := context.Background()
	if n := testing.AllocsPerRun(100, func() {
		inner, span := Root(ctx, nil, "delivery")
		_, part := Start(inner, "part")
		part.End()
		span.End()
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}
