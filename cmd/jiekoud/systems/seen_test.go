package systems_test

import (
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
	var of *spec.System
	for _, s := range loadSpec(t).Systems {
		if s.Name == "lianfa" {
			of = s
		}
	}
	suite := fixture.Derive(of)
	for name, c := range map[string]struct{ table, does, want string }{
		"nothing":      {"lianfa.customer", "", ""},
		"value":        {"lianfa.customer", "new.address := 'elsewhere'; return new;", "customer.address"},
		"twin":         {"lianfa.customer", "update lianfa.lead set topic = 'changed' where guid = (select min(guid) from lianfa.lead); return new;", "lead.topic"},
		"gone":         {"lianfa.customer", "delete from lianfa.lead where guid = (select min(guid) from lianfa.lead); return new;", "lead"},
		"no content":   {"jiekou.outbox", "return null;", "通知cst_info_notify"},
		"wrong body":   {"jiekou.outbox", `new.body := jsonb_set(new.body::jsonb, '{gender}', '7')::json; return new;`, "gender"},
		"second notes": {"jiekou.outbox", `if new.cmd <> 'cst_fee_notify' then insert into jiekou.outbox (system, app, cmd, body) values (new.system, new.app, 'cst_fee_notify', '{}'); end if; return new;`, "cst_fee_notify"},
		"ungranted":    {"jiekou.subscription", "new.granted := true; return new;", "fire-ungranted"},
		"all projects": {"jiekou.subscription", "new.projects := '{}'; return new;", "fire-elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Demo: true, Setup: true})
			a := server.App(t, of.Name, "300")
			if c.does != "" {
				_, err := server.Pool.Exec(t.Context(), "create function pg_temp_sabotage() returns trigger language plpgsql as $$ begin "+c.does+
					" end $$; create trigger sabotage before insert on "+c.table+" for each row execute function pg_temp_sabotage()")
				if err != nil {
					t.Fatal(err)
				}
			}
			config := fire.Config{
				System: system.Find(generated.Systems(), of.Name).System, Suite: suite, URL: server.URL, Only: "cst_info_create/documented/full",
				App: fire.App{ID: a.AppID, Secrets: a.Secrets()},
			}
			beside, release, err := fire.Beside(t.Context(), of, config, server.Pool.Config().ConnString())
			if err != nil {
				t.Fatal(err)
			}
			defer release()
			config.Twin = beside
			report, err := fire.Run(t.Context(), config)
			if err != nil || len(report.Results) != 1 {
				t.Fatalf("%d results, %v", len(report.Results), err)
			}
			r := report.Results[0]
			if passed := r.Verdict == fire.Passed; passed != (c.want == "") || !strings.Contains(r.Why, c.want) {
				t.Errorf("%s %s, want %q", r.Verdict, r.Why, c.want)
			}
		})
	}
}

// TestFireHears fires at a server that sends to the listener of fire, and at one whose
// notifications are queued and never sent.
func TestFireHears(t *testing.T) {
	t.Parallel()
	set := loadSpec(t)
	of := set.Systems[slices.IndexFunc(set.Systems, func(s *spec.System) bool { return s.Name == "lianfa" })]
	suite := fixture.Derive(of)
	for name, c := range map[string]struct{ does, want string }{
		"sent":   {"return new;", ""},
		"lost":   {"new.delivered := now(); return new;", "通知cst_info_notify（300）"},
		"barred": {"new.body := jsonb_set(new.body::jsonb, '{gender}', '7')::json; return new;", "gender"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Demo: true, Setup: true, Configure: func(c *runtimeserver.Config) {
				c.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
			}})
			server.Start(t.Context())
			a := server.App(t, of.Name, "300")
			_, err := server.Pool.Exec(t.Context(), "create function pg_temp_sabotage() returns trigger language plpgsql as $$ begin "+c.does+
				" end $$; create trigger sabotage before insert on jiekou.outbox for each row execute function pg_temp_sabotage()")
			if err != nil {
				t.Fatal(err)
			}
			config := fire.Config{
				System: system.Find(generated.Systems(), of.Name).System, Suite: suite, URL: server.URL, Only: "cst_info_create/documented/full",
				App: fire.App{ID: a.AppID, Secrets: a.Secrets()}, Listen: "127.0.0.1:0",
			}
			beside, release, err := fire.Beside(t.Context(), of, config, server.Pool.Config().ConnString())
			if err != nil {
				t.Fatal(err)
			}
			defer release()
			config.Twin = beside
			report, err := fire.Run(t.Context(), config)
			if err != nil || len(report.Results) != 1 {
				t.Fatalf("%d results, %v", len(report.Results), err)
			}
			r := report.Results[0]
			if passed := r.Verdict == fire.Passed; passed != (c.want == "") || !strings.Contains(r.Why, c.want) {
				t.Errorf("%s %s, want %q", r.Verdict, r.Why, c.want)
			}
		})
	}
}
