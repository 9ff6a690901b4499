package systems_test

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/generated"
	runtimeserver "github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// TestFireSees sabotages a server's database, and wants fire to see it: a value that is
// stored in another form, another row that changes too, a row that goes, a notification that
// is lost, wrong, or goes to an app that may not have it.
func TestFireSees(t *testing.T) {
	t.Parallel()
	suite := suiteOf(t, "lianfa")
	for name, c := range map[string]sabotage{
		"nothing":      {"lianfa.customer", "", ""},
		"value":        {"lianfa.customer", "new.address := 'elsewhere'; return new;", "customer.address"},
		"twin":         {"lianfa.customer", "update lianfa.lead set topic = 'changed' where guid = (select min(guid) from lianfa.lead); return new;", "lead.topic"},
		"gone":         {"lianfa.customer", "delete from lianfa.lead where guid = (select min(guid) from lianfa.lead); return new;", "lead"},
		"no content":   {"jiekou.outbox", "return null;", "notification cst_info_notify"},
		"wrong body":   {"jiekou.outbox", wrongBody, "gender"},
		"second notes": {"jiekou.outbox", `if new.cmd <> 'cst_fee_notify' then insert into jiekou.outbox (system, app, cmd, body) values (new.system, new.app, 'cst_fee_notify', '{}'); end if; return new;`, "cst_fee_notify"},
		"ungranted":    {"jiekou.subscription", "new.granted := true; return new;", "fire-ungranted"},
		"all projects": {"jiekou.subscription", "new.projects := '{}'; return new;", "fire-elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite.fire(t, c, "")
		})
	}
}

// TestFireHears fires at a server that sends to the listener of fire, at one whose
// notifications are queued and never sent, and at one that sends other ones.
func TestFireHears(t *testing.T) {
	t.Parallel()
	suite := suiteOf(t, "lianfa")
	for name, c := range map[string]sabotage{
		"sent":       {"jiekou.outbox", "return new;", ""},
		"lost":       {"jiekou.outbox", "new.delivered := now(); return new;", "notification cst_info_notify (300)"},
		"wrong body": {"jiekou.outbox", wrongBody, "gender"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite.fire(t, c, "127.0.0.1:0")
		})
	}
}

// sabotage is what a trigger does to rows of a table before they are there, and what fire
// says of it; an empty does has no trigger, an empty want nothing that fire says.
type sabotage struct{ table, does, want string }

const wrongBody = `new.body := jsonb_set(new.body::jsonb, '{gender}', '7')::json; return new;`

// seen is the system that is fired at, with its cases.
type seen struct {
	*spec.System
	cases *fixture.Suite
}

func suiteOf(t *testing.T, name string) seen {
	t.Helper()
	all := loadSpec(t).Systems
	s := all[slices.IndexFunc(all, func(s *spec.System) bool { return s.Name == name })]
	return seen{s, fixture.Derive(s)}
}

// run fires beside the database of a server, and lets go of it.
func (s seen) run(t *testing.T, server *testkit.Server, config fire.Config) (*fire.Report, error) {
	t.Helper()
	beside, release, err := fire.Beside(t.Context(), s.System, config, server.Pool.Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	config.Twin = beside
	return fire.Run(t.Context(), config)
}

// fire fires one case at a server with a sabotage, listens at an address if there is one, and
// wants nothing of the run to stay, nor of one that was ended by force.
func (s seen) fire(t *testing.T, c sabotage, listen string) {
	t.Helper()
	server := testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Demo: true, Setup: true, Configure: func(c *runtimeserver.Config) {
		c.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	}})
	if listen != "" {
		server.Start(t.Context()) // it sends
	}
	a := server.App(t, s.Name, "300")
	if c.does != "" {
		_, err := server.Pool.Exec(t.Context(), "create function pg_temp_sabotage() returns trigger language plpgsql as $$ begin "+c.does+
			" end $$; create trigger sabotage before insert on "+c.table+" for each row execute function pg_temp_sabotage()")
		if err != nil {
			t.Fatal(err)
		}
	}
	config := fire.Config{
		System: system.Find(generated.Systems(), s.Name).System, Suite: s.cases, URL: server.URL, Only: "cst_info_create/documented/full",
		App: fire.App{ID: a.AppID, Secrets: a.Secrets()}, Listen: listen,
	}
	for _, left := range []string{
		`insert into jiekou.app (system, id, name) values ($1, 'fire-all', 'there while jiekou fire runs, to show who gets notifications')`,
		`insert into jiekou.subscription (system, app, cmd, url) values ($1, '300', 'cst_info_notify', 'http://127.0.0.1:9/cst_info_notify')`,
	} {
		if _, err := server.Pool.Exec(t.Context(), left, s.Name); err != nil {
			t.Fatal(err)
		}
	}
	report, err := s.run(t, server, config)
	if err != nil || len(report.Results) != 1 {
		t.Fatalf("%d results, %v", len(report.Results), err)
	}
	if slices.ContainsFunc(report.Unseen, func(one string) bool { return strings.Contains(one, "cst_info_notify") }) {
		t.Errorf("not seen: %q", report.Unseen)
	}
	r := report.Results[0]
	if passed := r.Verdict == fire.Passed; passed != (c.want == "") || !strings.Contains(r.Why, c.want) {
		t.Errorf("%s %s, want %q", r.Verdict, r.Why, c.want)
	}
	var left int
	if err := server.Pool.QueryRow(t.Context(), "select count(*) from jiekou.app where id like 'fire-%'").Scan(&left); err != nil || left > 0 {
		t.Errorf("%d witnesses stay, %v", left, err)
	}
}

// TestFireUnheard wants fire to say which notifications do not arrive at its listener,
// for the app has them sent elsewhere.
func TestFireUnheard(t *testing.T) {
	t.Parallel()
	s := suiteOf(t, "lianfa")
	server := testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Demo: true, Setup: true})
	a := server.App(t, s.Name, "300")
	if err := server.Admin.Subscribe(t.Context(), s.Name, "300", "cst_fee_notify", "http://127.0.0.1:1/"); err != nil {
		t.Fatal(err)
	}
	config := fire.Config{
		System: system.Find(generated.Systems(), s.Name).System, Suite: s.cases, URL: server.URL, Only: "cst_info_get/documented/full",
		App: fire.App{ID: a.AppID, Secrets: a.Secrets()}, Listen: "127.0.0.1:0",
	}
	report, err := s.run(t, server, config)
	if err != nil || len(report.Unseen) != 1 || !strings.Contains(report.Unseen[0], ": cst_fee_notify (") {
		t.Errorf("%v, not seen: %q", err, report.Unseen)
	}
}

// TestFireBinds wants fire to bind its app to scopes, to see a server that does not care, and
// to leave the app as it was: also where a run before was ended by force.
func TestFireBinds(t *testing.T) {
	t.Parallel()
	s := suiteOf(t, "lianfa")
	server := testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Demo: true, Setup: true})
	a := server.App(t, s.Name, "300")
	config := fire.Config{
		System: system.Find(generated.Systems(), s.Name).System, Suite: s.cases, URL: server.URL, Only: "cst_info_get/scope/*",
		App: fire.App{ID: a.AppID, Secrets: a.Secrets()},
	}
	exec := func(sql string) {
		t.Helper()
		if _, err := server.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	run := func() (passed, failed int) {
		t.Helper()
		report, err := s.run(t, server, config)
		if err != nil {
			t.Fatal(err)
		}
		var scopes string
		if err := server.Pool.QueryRow(t.Context(), "select scopes::text from jiekou.app where id = '300' and system = 'lianfa'").Scan(&scopes); err != nil || scopes != "{}" {
			t.Errorf("the app stays bound: %s, %v", scopes, err)
		}
		return report.Count(fire.Passed), report.Count(fire.Failed)
	}
	exec(`update jiekou.app set scopes = '{"project": ["x"], "jiekou fire: before": ["{}"]}' where id = '300' and system = 'lianfa'`)
	if passed, failed := run(); passed < 5 || failed > 0 {
		t.Errorf("%d passed, %d failed", passed, failed)
	}
	exec("alter table jiekou.app disable trigger user") // the server does not hear of the binding
	if passed, failed := run(); failed == 0 {
		t.Errorf("%d passed, %d failed at a server that does not bind", passed, failed)
	}
}

// TestFireCleans wants the rows of a server to be what they were before: rows that are new,
// changed and gone.
func TestFireCleans(t *testing.T) {
	t.Parallel()
	s := suiteOf(t, "lianfa")
	server := testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Demo: true, Setup: true})
	a := server.App(t, s.Name, "300")
	rows := func() map[string]string {
		out := map[string]string{}
		for _, table := range s.Tables {
			var sum string
			sql := "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from lianfa." + table.Name + " t"
			if err := server.Pool.QueryRow(t.Context(), sql).Scan(&sum); err != nil {
				t.Fatal(err)
			}
			out[table.Name] = sum
		}
		return out
	}
	before := rows()
	for _, clean := range []bool{true, false} {
		config := fire.Config{
			System: system.Find(generated.Systems(), s.Name).System, Suite: s.cases, URL: server.URL, Clean: clean,
			App: fire.App{ID: a.AppID, Secrets: a.Secrets()},
		}
		for only, table := range map[string]string{
			"cst_info_create/documented/*": "customer", "opportunity_info_update/documented/*": "opportunity", "cst_attach_create_v2/content/*": "customer_trait",
		} {
			config.Only = only
			report, err := s.run(t, server, config)
			if err != nil || report.Count(fire.Passed) == 0 || report.Count(fire.Failed) > 0 {
				t.Fatalf("%s: %d passed, %d failed, %v", only, report.Count(fire.Passed), report.Count(fire.Failed), err)
			}
			if after := rows(); clean && !maps.Equal(after, before) || !clean && after[table] == before[table] {
				t.Errorf("%s: %v rows are other ones than before; clean %v, %q", only, table, clean, report.Cleaned)
			}
			var queued int // for subscriptions that the run made, and took away
			if err := server.Pool.QueryRow(t.Context(), `select count(*) from jiekou.outbox`).Scan(&queued); err != nil || queued > 0 {
				t.Errorf("%s: %d notifications wait that nobody is to get: %v", only, queued, err)
			}
			if clean != strings.Contains(report.Cleaned, "are as they were before") {
				t.Errorf("%s: clean %v, %q", only, clean, report.Cleaned)
			}
		}
	}
}
