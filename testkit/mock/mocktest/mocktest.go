// Package mocktest serves mocks for tests.
package mocktest

import (
	"net/http/httptest"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/mock"
)

// URL is that of a mock of a system with one app, which is there until the test ends.
func URL(t testing.TB, s *spec.System, app string, secrets map[string]string) string {
	t.Helper()
	m, _, err := mock.New(mock.Config{Systems: []*spec.System{s}, Seed: 1, Apps: []bind.App{{System: s.Name, ID: app, Secrets: secrets}}})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := m.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}
