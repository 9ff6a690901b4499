package mock_test

import (
	"net/http/httptest"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/mock"
)

// TestFire fires the fixtures at a mock. All must pass, those that look at rows included.
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
	memory := bind.NewMemory(apps, nil)
	stock := &mock.Stock{What: about.DemoRows, Memory: memory}
	if _, err := stock.Take(set.Systems); err != nil {
		t.Fatal(err)
	}
	m, _, err := mock.New(mock.Config{Systems: set.Systems, Seed: 1, Apps: apps, Memory: memory, Worlds: stock.Worlds})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := m.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock.WithControl(stock, handler))
	t.Cleanup(server.Close)
	for _, s := range set.Systems {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			report, err := fire.Run(t.Context(), fire.Config{
				System: bind.System(s), Suite: fixture.Derive(s), URL: server.URL, Seed: 5, Parallel: 4,
				App: fire.App{ID: "300", Secrets: secrets}, Limited: &fire.App{ID: "301", Secrets: others},
				Mock: about.Ask(t.Context(), server.Client(), server.URL),
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range report.Results {
				if r.Verdict != fire.Passed && r.Verdict != fire.Skipped {
					t.Errorf("%s: %s %s\n%.600s\n%.600s", r.Case.ID, r.Verdict, r.Why, r.Payload, r.Got.Plain)
				}
			}
			if len(report.Results) == 0 {
				t.Error("no case was fired")
			}
		})
	}
}
