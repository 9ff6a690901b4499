package fire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/power"
)

// The apps of the tests. A token of several kinds of characters shows whether it is
// masked in URLs and JSON too.
var (
	caller  = fire.App{ID: "300", Secrets: map[string]string{"token": `Geheim+"Wort"/42`, "appkey": "Schluessel&Bund=1", "token_ended": `Vorbei+"Wort"/7`}}
	limited = fire.App{ID: "301", Secrets: map[string]string{"token": "NurWenig?Rechte", "appkey": "KleinerSchluessel"}}
)

// world is a system with its cases and a server that answers them.
type world struct {
	system *spec.System
	suite  *fixture.Suite
	url    string
	calls  atomic.Int64
}

// newWorld serves a system over HTTP. The rules may be changed, and the server
// wrapped; either function may be nil.
func newWorld(t *testing.T, name string, judging func(*spec.System), around func(http.Handler) http.Handler) *world {
	t.Helper()
	w := derived(t, name)
	served := w.system
	if judging != nil {
		served = loaded(t, name) // a copy of its own, so that changes stay there
		judging(served)
	}
	answer := power.Answer(w.suite) // knows the interfaces that the cases are of
	handler, err := live.New(live.Config{
		Systems: []*spec.System{served},
		Answer: func(ctx context.Context, call *route.Call, i *spec.Interface, payload []byte) ([]byte, error) {
			return answer(ctx, call, w.system.Interface(i.Cmd), payload)
		},
		Apps: []bind.App{
			{System: name, ID: caller.ID, Secrets: caller.Secrets},
			{System: name, ID: limited.ID, Secrets: limited.Secrets, May: func(string) bool { return false }},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if around != nil {
		handler = around(handler)
	}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.calls.Add(1)
		handler.ServeHTTP(out, r)
	}))
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// load reads a built-in system.
func loaded(t *testing.T, name string) *spec.System {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set.Systems[slices.IndexFunc(set.Systems, func(s *spec.System) bool { return s.Name == name })]
}

// worlds are the built-in systems with their cases, derived once: that costs more than to fire them.
var worlds sync.Map // name of a system → func() *world

func derived(t *testing.T, name string) *world {
	t.Helper()
	once, _ := worlds.LoadOrStore(name, sync.OnceValue(func() *world {
		s := loaded(t, name)
		return &world{system: s, suite: fixture.Derive(s)}
	}))
	known := once.(func() *world)()
	return &world{system: known.system, suite: known.suite}
}

// config fires the cases of the world that need no database.
func (w *world) config() fire.Config {
	return fire.Config{
		System: bind.System(w.system), Suite: w.suite, URL: w.url, App: caller, Limited: new(limited), Seed: 1, Parallel: 4,
		Phases: []fixture.Phase{fixture.Documented, fixture.Boundary, fixture.Conditional, fixture.Envelope},
	}
}

// fire fires cases that a pattern means, "" all.
func (w *world) fire(t *testing.T, only string) *fire.Report {
	t.Helper()
	c := w.config()
	c.Only = only
	report, err := fire.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// one is the only result of a report.
func one(t *testing.T, report *fire.Report) fire.Result {
	t.Helper()
	if len(report.Results) != 1 {
		t.Fatalf("%d results, want one", len(report.Results))
	}
	return report.Results[0]
}

// wantAll wants one verdict of every result.
func wantAll(t *testing.T, report *fire.Report, v fire.Verdict) {
	t.Helper()
	if len(report.Results) == 0 {
		t.Error("nothing was fired")
	}
	for _, r := range report.Results {
		if r.Verdict != v {
			t.Errorf("%s: %s, want %s: %s", r.Case.ID, r.Verdict, v, r.Why)
		}
	}
}

// TestAllPass holds that a right server passes, of each way in which systems travel.
func TestAllPass(t *testing.T) {
	t.Parallel()
	for name, only := range map[string]string{"lianfa": "cst_info_*", "u8": "", "baas": "", "custservice": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantAll(t, newWorld(t, name, nil, nil).fire(t, only), fire.Passed)
		})
	}
}

const lengthCase = "cst_info_get/boundary/mobile/length-over-ascii"

// TestWrongServer holds the report about servers that answer something else.
func TestWrongServer(t *testing.T) {
	t.Parallel()
	code := func(rule, code string) func(*spec.System) {
		return func(s *spec.System) {
			for _, r := range s.Rules {
				if r.Rule == rule {
					r.Code = code
				}
			}
		}
	}
	for name, c := range map[string]struct {
		judging func(*spec.System)
		around  func(http.Handler) http.Handler
		verdict fire.Verdict
		why     string
	}{
		"code": {code("length", "1005"), nil, fire.Failed, "code 1002 expected, code 1005 came"},
		"text": {func(s *spec.System) {
			for _, g := range s.Errors {
				for _, e := range g.Errors {
					e.Text = strings.ReplaceAll(e.Text, "%s", "某字段")
				}
			}
		}, nil, fire.Failed, `text "`},
		"limit":  {func(s *spec.System) { fieldOf(s, "cst_info_get", "mobile").Length = 99 }, nil, fire.Failed, "code 1002 expected, code 2001 came"},
		"status": {nil, status(http.StatusTeapot), fire.Failed, "HTTP status 200 expected, 418 came"},
		"401":    {nil, always(http.StatusUnauthorized, ""), fire.Failed, "HTTP status 200 expected, 401 came"},
		"page":   {nil, always(http.StatusOK, "<html>"), fire.Failed, "code 1002 expected, no answer that can be read came"},
		"cut":    {nil, cutOff, fire.Broken, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "lianfa", c.judging, c.around)
			r := one(t, w.fire(t, lengthCase))
			if r.Verdict != c.verdict || !strings.HasPrefix(r.Why, c.why) {
				t.Errorf("%s: %s, want %s: %s…", r.Verdict, r.Why, c.verdict, c.why)
			}
		})
	}
}

// fieldOf is a field of a request.
func fieldOf(s *spec.System, cmd, name string) *spec.Field {
	i := s.Interface(cmd)
	return i.Request[slices.IndexFunc(i.Request, func(f *spec.Field) bool { return f.Name == name })]
}

// status answers with another HTTP status.
func status(code int) func(http.Handler) http.Handler {
	return func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			record := httptest.NewRecorder()
			inner.ServeHTTP(record, r)
			w.WriteHeader(code)
			_, _ = io.Copy(w, record.Body)
		})
	}
}

// always answers one and the same.
func always(code int, body string) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body)
		})
	}
}

// cutOff takes requests and closes the connection.
func cutOff(http.Handler) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
}

// TestDoor holds the report if no request passes the signature.
func TestDoor(t *testing.T) {
	t.Parallel()
	stranger := fire.App{ID: "999", Secrets: caller.Secrets}
	wrong := fire.App{ID: "300", Secrets: map[string]string{"token": "wrong", "appkey": "wrong too"}}
	for _, c := range []struct {
		system, only string
		app          fire.App
		around       func(http.Handler) http.Handler
		want         string
	}{
		{"lianfa", "cst_info_get", caller, nil, ""},
		{"u8", "", caller, nil, ""},
		{"lianfa", "cst_info_get", stranger, nil, "HTTP 401: the server does not know the app"},
		{"lianfa", "cst_info_get", wrong, nil, "authCode"},
		{"u8", "", wrong, nil, "code 99009: token was not issued to the app"},
		{"baas", "", wrong, nil, "code BaaS-1010: sign does not hold"},
	} {
		w := newWorld(t, c.system, nil, c.around)
		config := w.config()
		config.App, config.Only = c.app, c.only
		report, err := fire.Run(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		got := report.Door()
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s as %s: %q, want %q", c.system, c.app.ID, got, c.want)
		}
	}
}

// TestOnly holds the meaning of patterns and phases.
func TestOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "lianfa", nil, nil)
	phases := w.config().Phases
	count := func(keep func(c *fixture.Case) bool) (n int) {
		for _, c := range w.suite.Cases {
			if slices.Contains(phases, c.Phase) && keep(c) {
				n++
			}
		}
		return n
	}
	for only, keep := range map[string]func(*fixture.Case) bool{
		"cst_info_get":              func(c *fixture.Case) bool { return c.Cmd == "cst_info_get" },
		"cst_info_?et":              func(c *fixture.Case) bool { return c.Cmd == "cst_info_get" },
		"base_c*":                   func(c *fixture.Case) bool { return strings.HasPrefix(c.Cmd, "base_c") },
		"cst_info_get/boundary/*":   func(c *fixture.Case) bool { return strings.HasPrefix(c.ID, "cst_info_get/boundary/") },
		"*/length-over-ascii":       func(c *fixture.Case) bool { return strings.HasSuffix(c.ID, "/length-over-ascii") },
		"cst_info_get/boundary/mob": func(*fixture.Case) bool { return false },
		"cst_info_get/documented/*l": func(c *fixture.Case) bool {
			return strings.HasPrefix(c.ID, "cst_info_get/documented/") && strings.HasSuffix(c.ID, "l")
		},
		lengthCase: func(c *fixture.Case) bool { return c.ID == lengthCase },
	} {
		report := w.fire(t, only)
		if want := count(keep); len(report.Results) != want {
			t.Errorf("%q: %d cases, want %d", only, len(report.Results), want)
		}
		for _, r := range report.Results {
			if !keep(r.Case) {
				t.Errorf("%q means %s", only, r.Case.ID)
			}
		}
	}
	config := w.config()
	config.Phases, config.Only = []fixture.Phase{fixture.Documented}, "cst_*"
	report, err := fire.Run(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, report, fire.Passed)
	for _, r := range report.Results {
		if r.Case.Phase != fixture.Documented {
			t.Errorf("%s was fired", r.Case.ID)
		}
	}
}

// TestEveryCaseAlone holds that the ID of a case means this case, whatever other IDs
// begin with it.
func TestEveryCaseAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "u8", nil, nil)
	for _, c := range w.suite.Cases {
		if c.Phase == fixture.Content || c.Phase == fixture.Scope {
			continue // the server of this test has no rows, and no database that binds an app
		}
		if r := one(t, w.fire(t, c.ID)); r.Case != c || r.Verdict != fire.Passed {
			t.Errorf("%s: fired %s, %s %s", c.ID, r.Case.ID, r.Verdict, r.Why)
		}
	}
}

// TestSkipped holds that cases about grants name their missing app, and call
// nothing.
func TestSkipped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "lianfa", nil, nil)
	config := w.config()
	config.Limited, config.Only = nil, "cst_info_get/envelope/*grant*"
	report, err := fire.Run(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, report, fire.Skipped)
	for _, r := range report.Results {
		if !strings.Contains(r.Why, "--limited") {
			t.Errorf("%s: %s", r.Case.ID, r.Why)
		}
	}
	if n := w.calls.Load(); n != 0 {
		t.Errorf("%d calls", n)
	}
}

// TestSeeds holds that runs of one seed send the same, and of another one new values.
func TestSeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "lianfa", nil, nil)
	sent := func(seed uint64) string {
		config := w.config()
		config.Seed, config.Only = seed, "cst_info_create/documented/full"
		report, err := fire.Run(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		if seed != 0 && report.Seed != seed {
			t.Errorf("seed %d became %d", seed, report.Seed)
		}
		return one(t, report).Payload
	}
	if a, b := sent(7), sent(7); a != b {
		t.Errorf("one seed, two requests:\n%s\n%s", a, b)
	}
	if a, b := sent(7), sent(8); a == b {
		t.Errorf("two seeds, one request: %s", a)
	}
	sent(70_001)
	sent(0)
}

// TestRefused holds which configurations are refused before anything is sent.
func TestRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "baas", nil, nil)
	for want, change := range map[string]func(*fire.Config){
		"want a URL like":                      func(c *fire.Config) { c.URL = "127.0.0.1:8080" },
		"want a URL like http":                 func(c *fire.Config) { c.URL = "ftp://host" },
		"300 calls at once":                    func(c *fire.Config) { c.Parallel = 300 },
		"-1 calls at once":                     func(c *fire.Config) { c.Parallel = -1 },
		"-1 cases a second":                    func(c *fire.Config) { c.Rate = -1 },
		"1e+12 cases a second":                 func(c *fire.Config) { c.Rate = 1e12 },
		"1e-12 cases a second":                 func(c *fire.Config) { c.Rate = 1e-12 },
		`"[" is no pattern`:                    func(c *fire.Config) { c.Only = "[" },
		"app 300: key token (text) is missing": func(c *fire.Config) { c.App.Secrets = nil },
		"app 301: key token (text) is missing": func(c *fire.Config) { c.Limited = &fire.App{ID: "301"} },
	} {
		config := w.config()
		change(&config)
		report, err := fire.Run(t.Context(), config)
		if report != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if n := w.calls.Load(); n != 0 {
		t.Errorf("%d calls", n)
	}
}

// TestParallel holds that no more calls are under way than wanted.
func TestParallel(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int64
	w := newWorld(t, "u8", nil, func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			n := now.Add(1)
			defer now.Add(-1)
			for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			}
			inner.ServeHTTP(out, r)
		})
	})
	config := w.config()
	config.Parallel, config.Rate = 2, 5000
	report, err := fire.Run(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, report, fire.Passed)
	if n := most.Load(); n < 1 || n > 2 {
		t.Errorf("%d at once, want at most 2", n)
	}
}

// TestCancel holds that a stopped run reports its finished cases, and only those.
func TestCancel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "baas", nil, nil)
	ctx, stop := context.WithCancel(t.Context())
	config := w.config()
	told := 0
	config.Done = func(fire.Result) {
		if told++; told == 10 {
			stop()
		}
	}
	report, err := fire.Run(ctx, config)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := len(report.Results); n < 10 || n > 10+config.Parallel || n != told {
		t.Errorf("%d results, %d told", n, told)
	}
	wantAll(t, report, fire.Passed)
}

// TestUnreachable holds that a run without a server ends at once, and one whose
// server goes away soon.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "u8", nil, nil)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	config := w.config()
	config.URL, config.Parallel = closed.URL, 1
	report, err := fire.Run(t.Context(), config)
	if !errors.Is(err, fire.ErrUnreachable) || len(report.Results) > 1 {
		t.Errorf("%v, %d results", err, len(report.Results))
	}
	if err != nil && strings.Contains(err.Error(), "token") {
		t.Error(err)
	}
	var calls atomic.Int64
	gone := newWorld(t, "baas", nil, func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			if calls.Add(1) > 30 {
				cutOff(nil).ServeHTTP(out, r)
			}
			inner.ServeHTTP(out, r)
		})
	})
	config = gone.config()
	report, err = fire.Run(t.Context(), config)
	// 20 calls in a row that nobody answers, and those under way. Each answer that was on its
	// way to us when the server went lets the 20 begin anew, whenever it comes.
	most := 20*config.Parallel + config.Parallel
	if broken := report.Count(fire.Broken); !errors.Is(err, fire.ErrUnreachable) || broken == 0 || broken > most || report.Count(fire.Passed) < 20 {
		t.Errorf("%v: %d passed, %d broken", err, report.Count(fire.Passed), broken)
	}
}

// TestBefore holds that a case whose first calls fail is broken, and says why.
func TestBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "lianfa", nil, nil)
	at := slices.IndexFunc(w.suite.Cases, func(c *fixture.Case) bool { return c.Phase == fixture.Sequence })
	config := w.config()
	config.Phases, config.Only = nil, w.suite.Cases[at].ID
	report, err := fire.Run(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	first := w.suite.Cases[at].Before[0].Cmd
	if r := one(t, report); r.Verdict != fire.Broken || !strings.HasPrefix(r.Why, fmt.Sprintf("the reply of the earlier call %s lacks ", first)) {
		t.Errorf("%s: %s", r.Verdict, r.Why)
	}
}
