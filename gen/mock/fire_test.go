package mock_test

import (
	"net/http/httptest"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/fire"
	"github.com/jiekou-dev/jiekou/gen/fixture"
	"github.com/jiekou-dev/jiekou/gen/live"
	"github.com/jiekou-dev/jiekou/gen/mock"
	"github.com/jiekou-dev/jiekou/spec"
)

// TestFire fires the fixtures at a mock. All must pass but those that look at rows,
// which a mock does not have: checks against stored records, and the one sequence
// that reads back an id that an earlier call was given.
func TestFire(t *testing.T) {
	t.Parallel()
	set := load(t)
	var s *spec.System
	for _, one := range set.Systems {
		if one.Name == "lianfa" {
			s = one
		}
	}
	secrets := map[string]string{"token": "secret-token", "appkey": "secret-appkey"}
	m, _, err := mock.New(mock.Config{Systems: set.Systems, Seed: 1, Apps: []live.App{
		{System: s.Name, ID: "300", Secrets: secrets},
		{System: s.Name, ID: "301", Secrets: secrets, May: func(string) bool { return false }},
	}})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := m.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	report, err := fire.Run(t.Context(), fire.Config{
		System: live.System(s), Suite: fixture.Derive(s), URL: server.URL, Seed: 5, Parallel: 4,
		App: fire.App{ID: "300", Secrets: secrets}, Limited: &fire.App{ID: "301", Secrets: secrets},
	})
	if err != nil {
		t.Fatal(err)
	}
	needRows := 0
	for _, r := range report.Results {
		if r.Verdict == fire.Passed {
			continue
		}
		if r.Verdict != fire.Failed || r.Case.Rule != "check" && r.Case.ID != "cst_info_get/sequence/made" {
			t.Errorf("%s: %s %s", r.Case.ID, r.Verdict, r.Why)
			continue
		}
		needRows++
	}
	if passed := report.Count(fire.Passed); passed < 9*needRows {
		t.Errorf("%d passed, and %d need rows", passed, needRows)
	}
	t.Logf("%d passed, %d need rows", report.Count(fire.Passed), needRows)
}
