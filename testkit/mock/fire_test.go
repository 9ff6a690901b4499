package mock_test

import (
	"net/http/httptest"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/mock"
)

// TestFire fires the fixtures at a mock. All must pass except those that look at
// rows, which a mock does not have: checks against stored records, and the
// sequences that read back the values of an earlier call.
func TestFire(t *testing.T) {
	t.Parallel()
	set := loaded(t)
	secrets := map[string]string{"token": "secret-token", "appkey": "secret-appkey-of-32-characters.."}
	others := map[string]string{"token": "another-token", "appkey": "another-appkey-of-32-characters."}
	var apps []bind.App
	for _, s := range set.Systems {
		apps = append(apps,
			bind.App{System: s.Name, ID: "300", Secrets: secrets},
			bind.App{System: s.Name, ID: "301", Secrets: others, May: func(string) bool { return false }})
	}
	m, _, err := mock.New(mock.Config{Systems: set.Systems, Seed: 1, Apps: apps})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := m.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	for _, s := range set.Systems {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			report, err := fire.Run(t.Context(), fire.Config{
				System: bind.System(s), Suite: fixture.Derive(s), URL: server.URL, Seed: 5, Parallel: 4,
				App: fire.App{ID: "300", Secrets: secrets}, Limited: &fire.App{ID: "301", Secrets: others},
			})
			if err != nil {
				t.Fatal(err)
			}
			needRows := 0
			for _, r := range report.Results {
				switch {
				case r.Verdict == fire.Passed:
				case r.Verdict == fire.Failed && r.Case.Rule == "check", r.Case.Phase == fixture.Sequence && len(r.Case.Expect.Reply) > 0:
					needRows++
				default:
					t.Errorf("%s: %s %s", r.Case.ID, r.Verdict, r.Why)
				}
			}
			if passed := report.Count(fire.Passed); passed < 9*needRows || passed == 0 {
				t.Errorf("%d passed, and %d need rows", passed, needRows)
			}
			t.Logf("%d passed, %d need rows", report.Count(fire.Passed), needRows)
		})
	}
}
