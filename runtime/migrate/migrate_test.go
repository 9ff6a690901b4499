package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

// helperEnv makes the test binary a process that migrates the database of this
// address.
const helperEnv = "JIEKOU_TEST_HELPER"

func TestMain(m *testing.M) {
	if url := os.Getenv(helperEnv); url != "" {
		if err := other(url); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	postgrestest.Main(m)
}

func other(url string) error {
	pool, err := postgres.NewPool(context.Background(), url)
	if err != nil {
		return err
	}
	defer pool.Close()
	return migrate.Up(context.Background(), pool, many())
}

// set makes a set of files.
func set(name string, files ...string) migrate.Set {
	fs := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fs["migration/"+files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return migrate.Set{Name: name, FS: fs}
}

// many is two sets that would fail if a migration ran twice.
func many() []migrate.Set {
	var files []string
	for n := 1; n <= 20; n++ {
		files = append(files, fmt.Sprintf("%04d_t%d.sql", n, n),
			fmt.Sprintf("create table t%d (n int); insert into t%d values (1);", n, n))
	}
	return []migrate.Set{set("a", files...), set("b", "0001_u.sql", "create schema b;\ncreate table b.u (n int);")}
}

func TestUp(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	sets := many()
	before, err := migrate.Status(t.Context(), pool, sets)
	if err != nil || len(before) != 21 || !before[0].At.IsZero() {
		t.Fatalf("before: %v, %v", before, err)
	}
	for range 2 {
		if err := migrate.Up(t.Context(), pool, sets); err != nil {
			t.Fatal(err)
		}
	}
	after, err := migrate.Status(t.Context(), pool, sets)
	if err != nil || len(after) != 21 || after[20].Set != "b" || after[20].Name != "u" || after[20].At.IsZero() {
		t.Errorf("after: %v, %v", after, err)
	}
	b := set("b", "0001_u.sql", "create schema b;\r\ncreate table b.u (n int);", "0002_v.sql", "drop table b.u")
	longer := []migrate.Set{sets[0], b} // line ends of another system do not count
	if err := migrate.Up(t.Context(), pool, longer); err != nil {
		t.Errorf("next version: %v", err)
	}
}

func TestUpAtOnce(t *testing.T) {
	t.Parallel()
	for range 3 {
		url := postgrestest.URL(t)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := other(url); err != nil {
					t.Error(err)
				}
			})
		}
		for range 2 {
			all.Go(func() {
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), helperEnv+"="+url)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
				}
			})
		}
		all.Wait()
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	files := []string{"0001_one.sql", "create table one (n int)", "0003_three.sql", "alter table one alter n type bigint"}
	one := set("s", files...)
	with := func(name, text string) migrate.Set { return set("s", append([]string{name, text}, files...)...) }
	tests := map[string]struct {
		then migrate.Set
		is   error
		text string
	}{
		"changed": {
			set("s", "0001_one.sql", "create table one (n bigint)", "0003_three.sql", "alter table one alter n type bigint"),
			migrate.ErrChanged, "s/0001_one.sql was applied on ",
		},
		"newer": {set("s", "0001_one.sql", "create table one (n int)"), migrate.ErrNewer, "s/0003_three.sql was applied on "},
		"late": {
			with("0002_two.sql", "select 1"), nil,
			"s/0002_two.sql comes too late: version 3 is applied already; give it a higher number",
		},
		"syntax": {
			with("0004_four.sql", "-- 表\nselect 1;\n  selct 2;"), nil,
			"s/0004_four.sql:3: ERROR: syntax error",
		},
		"commit": {
			with("0004_four.sql", "commit"), nil,
			"s/0004_four.sql: a migration must not end its transaction",
		},
		"name":     {set("s", "1-one.sql", ""), nil, "migration/1-one.sql: a migration is named like 0001_what_it_does.sql"},
		"zero":     {set("s", "0000_one.sql", ""), nil, "versions begin with 0001"},
		"twice":    {with("01_two.sql", ""), nil, "s/0001_one.sql and s/0001_two.sql have one number"},
		"no name":  {set("", "0001_one.sql", ""), nil, `set "" has no name`},
		"no files": {migrate.Set{Name: "s"}, nil, `set "s" has no name, no files`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := postgrestest.NewFrom(t, "one", func(ctx context.Context, p *pgxpool.Pool) error {
				return migrate.Up(ctx, p, []migrate.Set{one})
			})
			err := migrate.Up(t.Context(), pool, []migrate.Set{set("first", "0001_x.sql", "select 1"), test.then})
			if err == nil || !strings.Contains(err.Error(), test.text) || test.is != nil && !errors.Is(err, test.is) {
				t.Fatalf("got %v\nwant %s", err, test.text)
			}
		})
	}
}

// A failed migration leaves no trace, and works once it is fixed.
// TestAdds: what only adds leaves a server of the revision before its start; whatever does more, or
// cannot be read, does not.
func TestAdds(t *testing.T) {
	t.Parallel()
	for text, starts := range map[string]bool{
		"-- a\ncreate index on one (n);\n\ncreate table two (\n  n int not null\n);\ncomment on table two is 'a; b';\n": true,
		"alter table one add column m varchar(20);\nalter table one add column k numeric(12, 2) default 0 not null;\n":  true,
		"alter table one add column m double precision;\n":                                                              true,
		"alter table one add column m int not null;\n":                                                                  false,
		"alter table one add column m int unique;\n":                                                                    false,
		"alter table one add column m int default 0, drop column n;\n":                                                  false,
		"create index on one (n); alter table one alter n type bigint;\n":                                               false,
		"create unique index on one (n);\n":                                                                             false,
		"alter table one add constraint one_n_key unique (n);\n":                                                        false,
		"create index on one (n);\nupdate one set n = n + 1;\n":                                                         false,
		"-- jiekou: contract\n-- step: a\ncreate index on one (n);\n":                                                   false,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			first := []string{"0001_one.sql", "create table one (n int)"}
			pool := postgrestest.New(t)
			err := migrate.Up(t.Context(), pool, []migrate.Set{set("s", append(first, "0002_two.sql", text)...)})
			if err != nil {
				t.Fatal(err)
			}
			if err := migrate.Up(t.Context(), pool, []migrate.Set{set("s", first...)}); (err == nil) != starts || err != nil && !errors.Is(err, migrate.ErrNewer) {
				t.Errorf("the server of the revision before: %v", err)
			}
		})
	}
}

func TestNothingHalf(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	bad := set("s", "0001_one.sql", "create table one (n int)", "0002_two.sql", "create table two (n int); select 1/0")
	err := migrate.Up(t.Context(), pool, []migrate.Set{bad})
	if err == nil || !strings.Contains(err.Error(), "division by zero") {
		t.Fatalf("got %v", err)
	}
	good := set("s", "0001_one.sql", "create table one (n int)", "0002_two.sql", "create table two (n int)")
	if err := migrate.Up(t.Context(), pool, []migrate.Set{good}); err != nil {
		t.Error(err)
	}
}

// An index whose build failed is built again, once nothing is in its way.
func TestBuiltAgain(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	files := set("s", "0001_one.sql", "create table one (n int)", "0002_unique.sql", "-- jiekou: expand\n"+
		"-- step (alone): clear the way\ndrop index concurrently if exists one_n;\n-- step (alone): build\ncreate unique index concurrently one_n on one (n);\n")
	if err := migrate.Up(t.Context(), pool, []migrate.Set{{Name: "s", FS: fstest.MapFS{"migration/0001_one.sql": files.FS.(fstest.MapFS)["migration/0001_one.sql"]}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), "insert into one values (1), (1)"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := migrate.Up(t.Context(), pool, []migrate.Set{files}); err == nil || !strings.Contains(err.Error(), "23505") {
			t.Fatalf("with two rows alike: %v", err)
		}
	}
	if _, err := pool.Exec(t.Context(), "delete from one"); err != nil {
		t.Fatal(err)
	}
	if err := migrate.Up(t.Context(), pool, []migrate.Set{files}); err != nil {
		t.Error(err)
	}
	var valid bool
	if err := pool.QueryRow(t.Context(), "select indisvalid from pg_index where indexrelid = 'one_n'::regclass").Scan(&valid); err != nil || !valid {
		t.Errorf("valid %t, %v", valid, err)
	}
}

// Up waits for a lock that a request holds, again and again, and delays others for
// at most a second at a time.
func TestLocked(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	one := []string{"0001_one.sql", "create table one (n int)"}
	if err := migrate.Up(t.Context(), pool, []migrate.Set{set("s", one...)}); err != nil {
		t.Fatal(err)
	}
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }() // done below where all is well
	if _, err := tx.Exec(t.Context(), "lock table one in access share mode"); err != nil {
		t.Fatal(err)
	}
	next := []migrate.Set{set("s", append(one, "0002_two.sql", "alter table one add m int")...)}
	short, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	err = migrate.Up(short, pool, next)
	const want = "gave up waiting for a lock that another session holds: s/0002_two.sql: "
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	done := make(chan error, 1)
	go func() { done <- migrate.Up(t.Context(), pool, next) }()
	first := waits(t, pool, "")
	waits(t, pool, first) // and again, past the first lock_timeout
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// waits returns when a transaction that waits for a lock began, once there is one that
// did not begin at the given time.
func waits(t *testing.T, pool *pgxpool.Pool, other string) (began string) {
	t.Helper()
	for {
		err := pool.QueryRow(t.Context(), `select xact_start::text from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock' and xact_start::text <> $1`, other).Scan(&began)
		switch {
		case err == nil:
			return began
		case !errors.Is(err, pgx.ErrNoRows):
			t.Fatal(err)
		}
	}
}

func TestStatusTells(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	before := set("s", "0001_one.sql", "select 1", "0002_two.sql", "select 2")
	if err := migrate.Up(t.Context(), pool, []migrate.Set{before}); err != nil {
		t.Fatal(err)
	}
	after := set("s", "0001_one.sql", "select 0", "0003_three.sql", "select 3")
	list, err := migrate.Status(t.Context(), pool, []migrate.Set{after})
	if err != nil || len(list) != 3 || !list[0].Changed || !list[1].Unknown || !list[2].At.IsZero() {
		t.Errorf("got %+v, %v", list, err)
	}
}
