package systems_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/load"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// TestFixtures fires every case that the YAML implies at a real server, which has
// the demo data and the rows that the cases ask for.
func TestFixtures(t *testing.T) {
	t.Parallel()
	set := loadSpec(t)
	for _, s := range set.Systems {
		at := slices.IndexFunc(describedSystems(), func(one route.System) bool { return one.Name == s.Name })
		system := describedSystems()[at]
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			suite := fixture.Derive(s)
			for _, skipped := range suite.Skipped {
				t.Errorf("%s has no cases: %v", skipped.Cmd, skipped.Err)
			}
			w := setup(t)
			if err := load.Setup(t.Context(), w.Pool, generated.Systems()[at]); err != nil {
				t.Fatal(err)
			}
			report, err := fire.Run(t.Context(), fire.Config{
				System: system, Suite: suite, URL: w.URL, Parallel: 8, Seed: 1, Timeout: 2 * time.Minute,
				App: shooter(t, w, s.Name, "300", "*"), Limited: new(shooter(t, w, s.Name, "301")),
			})
			if err != nil {
				t.Fatal(err)
			}
			judgeReport(t, suite, report)
		})
	}
}

// judgeReport wants every case passed.
func judgeReport(t *testing.T, suite *fixture.Suite, report *fire.Report) {
	t.Helper()
	wrong := 0
	for _, r := range report.Results {
		if r.Verdict == fire.Passed {
			continue
		}
		if wrong++; wrong <= 40 {
			t.Errorf("%s: %s: %s\nsent %.400s\ngot  %d %.400s", r.Case.ID, r.Verdict, r.Why, r.Payload, r.Got.Status, r.Got.Plain)
		}
	}
	if len(report.Results) != len(suite.Cases) {
		t.Errorf("%d of %d cases were fired", len(report.Results), len(suite.Cases))
	}
	t.Logf("%d cases in %s, %d not passed", len(report.Results), report.Took.Round(1e6), wrong)
}

// shooter registers an app for firing.
func shooter(t *testing.T, w *world, system, id string, grants ...string) fire.App {
	t.Helper()
	c, err := w.Admin.Add(t.Context(), app.New{System: system, ID: id, Grants: grants, Making: app.Making{Lifetime: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	return fire.App{ID: id, Secrets: map[string]string{"token": string(c.Token), "appkey": string(c.AppKey)}}
}
