package mock_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/mock"
)

// TestFireBlind fires at servers without a fault that have more rows than the cases need, and
// whose rows nobody can see: those of the demo, and of another run that began at the same time.
// Not one case may fail.
func TestFireBlind(t *testing.T) {
	t.Parallel()
	for _, s := range everySystem(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			server := stocked(t, s)
			suite := fixture.Derive(s)
			for _, skipped := range suite.Skipped {
				t.Errorf("%s has no cases: %v", skipped, skipped.Err)
			}
			var both sync.WaitGroup
			for _, seed := range []uint64{5, 6} {
				both.Go(func() { blind(t, server.URL, s, suite, seed) })
			}
			both.Wait()
		})
	}
}

// everySystem are the systems of this repository, those that jiekou init writes, and those of the
// tests that are written as others would.
func everySystem(t *testing.T) []*spec.System {
	t.Helper()
	out := loaded(t).Systems
	take := func(from fs.FS) {
		set, err := load.Systems(from, "spec")
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, set.Systems...)
	}
	for _, pattern := range []string{"../../cmd/jiekoud/faults/testdata/*", "../../cmd/jiekou/testdata/exercise"} {
		folders, err := filepath.Glob(pattern)
		if err != nil || len(folders) == 0 {
			t.Fatalf("%s: no folder: %v", pattern, err)
		}
		for _, folder := range folders {
			take(os.DirFS(folder))
		}
	}
	for _, signed := range []bool{false, true} {
		files, err := scaffold.Project(scaffold.ProjectOptions{Module: "example.com/acme/begun", System: "begun", Signed: signed})
		if err != nil {
			t.Fatal(err)
		}
		begun := fstest.MapFS{}
		for _, f := range files {
			begun[f.Path] = &fstest.MapFile{Data: f.Text}
		}
		take(begun)
	}
	return out
}

// secretsOf are the keys of an app.
func secretsOf(t *testing.T, s *spec.System, id string) map[string]string {
	t.Helper()
	made, err := caller.Made(s, id, "")
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// stocked is a mock of a system, with the rows of the demo and those that the cases need.
func stocked(t *testing.T, s *spec.System) *httptest.Server {
	t.Helper()
	apps := []bind.App{
		{System: s.Name, ID: "300", Secrets: secretsOf(t, s, "300")},
		{System: s.Name, ID: "301", Secrets: secretsOf(t, s, "301"), May: func(string) bool { return false }},
	}
	systems := []*spec.System{s}
	memory := bind.NewMemory(apps, nil)
	stock := &mock.Stock{What: about.DemoRows, Memory: memory}
	if _, err := stock.Take(systems); err != nil {
		t.Fatal(err)
	}
	m, _, err := mock.New(mock.Config{Systems: systems, Seed: 1, Apps: apps, Memory: memory, Worlds: stock.Worlds})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := m.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock.WithControl(stock, handler))
	t.Cleanup(server.Close)
	return server
}

// blind fires once, beside a model that knows the rows of the cases alone.
func blind(t *testing.T, url string, s *spec.System, suite *fixture.Suite, seed uint64) {
	t.Helper()
	config := fire.Config{
		System: bind.System(s), Suite: suite, URL: url, Seed: seed, Parallel: 4,
		App: fire.App{ID: "300", Secrets: secretsOf(t, s, "300")}, Limited: &fire.App{ID: "301", Secrets: secretsOf(t, s, "301")},
	}
	beside, release, err := fire.Beside(t.Context(), s, config, "")
	if err != nil {
		t.Error(err)
		return
	}
	defer release()
	config.Twin, config.Mock = beside, about.Ask(t.Context(), http.DefaultClient, url)
	report, err := fire.Run(t.Context(), config)
	if err != nil {
		t.Error(err)
		return
	}
	if report.Count(fire.Passed) == 0 {
		t.Error("no case passed")
	}
	for _, r := range report.Results {
		if r.Verdict != fire.Passed && r.Verdict != fire.Skipped {
			t.Errorf("seed "+strconv.FormatUint(seed, 10)+": %s: %s %s\n%.600s\n%.900s", r.Case.ID, r.Verdict, r.Why, r.Payload, r.Got.Plain)
		}
	}
}
