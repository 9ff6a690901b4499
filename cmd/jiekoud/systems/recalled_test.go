package systems_test

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/testkit"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/proxy"
)

// What our own server answers to test cases contradicts nothing that it answered before.
func TestProxiedCases(t *testing.T) {
	t.Parallel()
	s := testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Demo: true, Setup: true})
	to, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	set := loadSpec(t)
	apps := map[string]fire.App{}
	var known []bind.App
	for _, of := range set.Systems {
		c := s.App(t, of.Name, "300")
		apps[of.Name] = fire.App{ID: c.AppID, Secrets: c.Secrets()}
		known = append(known, bind.App{System: of.Name, ID: c.AppID, Secrets: c.Secrets()})
	}
	var mu sync.Mutex
	found := map[string]int{}
	handler, err := proxy.New(proxy.Config{Systems: set.Systems, Apps: known, To: to, Alone: true, Tally: proxy.NewTally(func(f proxy.Finding) {
		mu.Lock()
		defer mu.Unlock()
		if f.Rule == "contradicts" {
			found[f.String()]++
		}
	})})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(handler)
	t.Cleanup(front.Close)
	for _, of := range set.Systems {
		suite := *fixture.Derive(of)
		suite.Cases = slices.DeleteFunc(slices.Clone(suite.Cases), func(c *fixture.Case) bool {
			return c.Phase != fixture.Content && c.Phase != fixture.Sequence
		})
		if _, err := fire.Run(t.Context(), fire.Config{
			System: system.Find(generated.Systems(), of.Name).System, Suite: &suite, URL: front.URL, Parallel: 2, Seed: 1, Timeout: time.Minute, App: apps[of.Name],
		}); err != nil {
			t.Fatal(err)
		}
	}
	for one, n := range found {
		t.Errorf("%d times: %s", n, one)
	}
}
