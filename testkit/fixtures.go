package testkit

import (
	"io/fs"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/twin"
)

// specFolder holds the YAML of the systems in a project.
const specFolder = "spec"

// mostShown is how many failing cases of a system Fire reports in full.
const mostShown = 20

// nowhere is where the notifications of Fire would go, if the server delivered them: they
// are compared where they are queued.
const nowhere = "http://127.0.0.1:9/"

// fireTimeout is how long one call of Fire may take. A busy machine hashes passwords slowly.
const fireTimeout = 2 * time.Minute

// Fire fires every test case that follows from the YAML of a project at a server that
// serves the systems generated from it, on a private PostgreSQL with their demo rows and
// the rows that the cases need. Each system is a subtest. A case whose code, field or
// reply is not the expected one fails it, with what was sent, what came back, and the
// line of YAML.
//
// project is the folder that holds spec/:
//
//	func TestFixtures(t *testing.T) {
//		testkit.Fire(t, os.DirFS("."), generated.Systems())
//	}
func Fire(t *testing.T, project fs.FS, systems []system.System) {
	t.Helper()
	for _, s := range Model(t, project).Systems {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			FireAt(t, Serve(t, Config{Systems: systems, Demo: true, Setup: true}), s)
		})
	}
}

// FireAt is Fire for one system at a server of the test, which must have been made with
// Config.Setup. It registers the apps 300 and, without any grant, 301.
func FireAt(t testing.TB, s *Server, of *spec.System) *fire.Report {
	t.Helper()
	described := system.Find(s.config.Systems, of.Name)
	if described == nil {
		t.Fatalf("testkit: the system %s was not generated: jiekou generate", of.Name)
	}
	suite := fixture.Derive(of)
	if described.Protocol.Call == nil {
		return &fire.Report{} // it has notifications alone: there is no server of its calls
	}
	for _, skipped := range suite.Skipped {
		t.Errorf("%s: %v", skipped, skipped.Err)
	}
	beside, err := twin.New(of, "300")
	if err != nil {
		t.Fatal(err)
	}
	limited := shooter(s.App(t, of.Name, "301", "nothing"))
	app := shooter(s.App(t, of.Name, "300"))
	for _, i := range of.Interfaces {
		if i.IsSent() {
			if err := s.Admin.Subscribe(t.Context(), of.Name, "300", i.Cmd, nowhere); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := beside.Load(t.Context(), s.Pool); err != nil {
		t.Fatal(err)
	}
	report, err := fire.Run(t.Context(), fire.Config{
		System: described.System, Suite: suite, URL: s.URL, Parallel: 8, Seed: 1, Timeout: fireTimeout,
		App: app, Limited: &limited, Twin: beside,
	})
	if err != nil {
		t.Fatal(err)
	}
	judge(t, suite, report)
	return report
}

// shooter is an app for firing.
func shooter(c app.Credentials) fire.App {
	return fire.App{ID: c.AppID, Secrets: c.Secrets()}
}

// judge wants every case fired, and passed.
func judge(t testing.TB, suite *fixture.Suite, report *fire.Report) {
	t.Helper()
	wrong := 0
	for _, r := range report.Results {
		if r.Verdict == fire.Passed {
			continue
		}
		if wrong++; wrong <= mostShown {
			t.Errorf("%s: %s: %s\n%s: rule %s, section %s\nsent %.400s\ngot  %d %.400s",
				r.Case.ID, r.Verdict, r.Why, r.Case.Source, r.Case.Rule, r.Case.Section, r.Payload, r.Got.Status, r.Got.Plain)
		}
	}
	if wrong > mostShown {
		t.Errorf("%d more cases did not pass", wrong-mostShown)
	}
	if len(report.Results) != len(suite.Cases) {
		t.Errorf("%d of %d cases were fired", len(report.Results), len(suite.Cases))
	}
	t.Logf("%d cases in %s, %d not passed", len(report.Results), report.Took.Round(time.Millisecond), wrong)
}

// Model reads and checks the YAML of a project. Findings fail the test.
func Model(t testing.TB, project fs.FS) *spec.Set {
	t.Helper()
	set, err := load.Systems(project, specFolder)
	if err != nil {
		t.Fatal(err)
	}
	return set
}
