package operate_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
)

// TestMigrate goes through a release with a revision that expands and contracts.
func TestMigrate(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.systems = c.systems[:1]
	pool, err := postgres.NewPool(t.Context(), c.url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	files := fstest.MapFS{"0001_tables.sql": {Data: []byte("create schema bank; create table bank.account (no text, owner text)")}}
	c.systems[0].Migrations = migrate.Set{Name: "bank", FS: files}
	want := func(code int, parts ...string) func(args ...string) {
		return func(args ...string) {
			t.Helper()
			out, errs, got := c.run(t, "", append([]string{"migrate"}, args...)...)
			for _, part := range parts {
				if text, no := strings.CutPrefix(part, "!"); strings.Contains(strings.Join(strings.Fields(out+errs), " "), text) == no || got != code {
					t.Errorf("migrate %v: code %d, want %d with %q\n%s%s", args, got, code, part, out, errs)
				}
			}
		}
	}
	want(0, "bank 0001 tables whole missing")("status")
	want(0, "create table bank.account", "insert into jiekou.migration", "'bank', 1, 'tables'")("plan")
	c.noDDL = true
	if _, errs, code := c.run(t, "", "app", "list"); code != 1 || !strings.Contains(errs, "the database lacks jiekou/0001_apps.sql") {
		t.Errorf("code %d: %s", code, errs)
	}
	want(1, "the database lacks jiekou/0001_apps.sql", "!applied")()
	want(1, "the database lacks jiekou/0001_apps.sql", "!applied")("up", "--contract")
	c.noDDL = false
	want(0, "bank 0001 tables whole applied 2")()

	files["0002_owner.sql"] = &fstest.MapFile{Data: []byte("-- jiekou: expand\nalter table bank.account add column since date")}
	files["0003_owner_contract.sql"] = &fstest.MapFile{Data: []byte(`-- jiekou: contract
-- precheck: accounts without owner
--   select no from bank.account where owner is null
-- precheck: accounts of the future
--   select no from bank.account where since > now()
-- step: owner is required
-- back: alter table bank.account alter column owner drop not null
alter table bank.account alter column owner set not null;
`)}
	want(0, "alter table bank.account add column since date", "bank/0003_owner_contract.sql waits until", "!set not null")("plan")
	want(0, "alter table bank.account alter column owner set not null")("plan", "--contract")
	want(0, "accounts of the future: cannot be asked before", "1 of 2 questions asked")("check")
	want(0, "0002 owner expand applied", "0003 owner_contract contract missing: up --contract")("up")
	if _, err := pool.Exec(t.Context(), `insert into bank.account (no) select n from generate_series(1, 12) n`); err != nil {
		t.Fatal(err)
	}
	want(1, `bank/0003_owner_contract.sql: 12 accounts without owner: {"no":"1"}, {"no":"2"}`, `{"no":"10"}, …`)("check")
	want(1, "rows are in the way, nothing was changed")("up", "--contract")
	if _, err := pool.Exec(t.Context(), `update bank.account set owner = 'a'`); err != nil {
		t.Fatal(err)
	}
	want(0, "2 of 2 questions asked, no rows in the way")("check")
	c.noDDL = true
	want(0, "0003 owner_contract contract missing: up --contract")("up")
	want(1, "the database lacks bank/0003_owner_contract.sql")("up", "--contract")
	c.noDDL = false
	want(0, "0003 owner_contract contract applied")("up", "--contract")
	want(0, "0 of 0 questions asked")("check")
	want(0, `"phase": "contract"`)("status", "--json")

	files["0001_tables.sql"] = &fstest.MapFile{Data: []byte("create schema bank")}
	want(0, "with other text")("status")
	want(1, "an applied migration was changed")("up")
}
