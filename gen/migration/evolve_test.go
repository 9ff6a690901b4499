package migration

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

var update = flag.Bool("update", false, "rewrite what the cases in testdata expect")

func TestMain(m *testing.M) { postgrestest.Main(m) }

// shop is the system of some tables. Nothing else of it is there, which these tests do
// not mind.
func shop(t testing.TB, tables map[string][]byte) *spec.System {
	t.Helper()
	fsys := fstest.MapFS{"spec/shop/system.yaml": {Data: []byte("system: shop\ntitle: 商店\n")}}
	for name, text := range tables {
		fsys["spec/shop/table/"+name] = &fstest.MapFile{Data: text}
	}
	set, findings, err := load.Draft(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if strings.Contains(f.Pos.File, "/table/") {
			t.Fatal(f)
		}
	}
	return set.Systems[0]
}

// options are what the drafts of testdata/evolve.txtar need beside the YAML.
var options = []Options{1: {Drop: []string{"old_log", "customer.fax"}, Fill: map[string]string{"customer.source": "'walk-in'"}}, 2: {}}

// revisions are the systems of testdata/evolve.txtar, each with its migrations
// released; the last has those of all.
func revisions(t testing.TB) ([]*spec.System, *txtar.Archive) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/evolve.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var list []*spec.System
	for n := 1; n <= 3; n++ {
		tables := map[string][]byte{}
		for _, f := range archive.Files {
			if name, ok := strings.CutPrefix(f.Name, fmt.Sprintf("%d/", n)); ok {
				tables[name] = f.Data
			}
		}
		s := shop(t, tables)
		if n > 1 {
			before := list[n-2]
			s.Migrations, s.Released = before.Migrations, before.Released
			drafted, err := Draft(s, fmt.Sprintf("rev%d", n), options[n-1])
			if err != nil {
				t.Fatal(err)
			}
			s.Migrations = append(slices.Clone(s.Migrations), placed(drafted)...)
		}
		list = append(list, freeze(t, s))
	}
	return list, archive
}

func placed(files []File) (out []*spec.Migration) {
	for _, f := range files {
		out = append(out, &spec.Migration{Pos: spec.Pos{File: "spec/shop/sql/" + f.Name, Line: 1, Col: 1}, Name: f.Name, Text: f.Text})
	}
	return out
}

// freeze releases the migrations of a system.
func freeze(t testing.TB, s *spec.System) *spec.System {
	t.Helper()
	files, _, err := Release(s)
	if err != nil {
		t.Fatal(err)
	}
	if all := placed(files); len(all) > 1 {
		s.Migrations = all[:len(all)-1]
	}
	s.Released = placed(files)[len(files)-1]
	return s
}

// set is the migrations of a system as the server has them.
func set(t testing.TB, s *spec.System) []migrate.Set {
	t.Helper()
	files, err := Files(s)
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, f := range files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Text}
	}
	return []migrate.Set{{Name: s.Name, FS: fsys}}
}

// TestDraft holds the drafted SQL against the file that shows it.
func TestDraft(t *testing.T) {
	t.Parallel()
	list, archive := revisions(t)
	got := map[string]string{}
	for _, m := range list[2].Migrations[1:] {
		got["want: "+m.Name] = string(m.Text)
	}
	kept := slices.DeleteFunc(slices.Clone(archive.Files), func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want: ") })
	if *update {
		for _, m := range list[2].Migrations[1:] {
			kept = append(kept, txtar.File{Name: "want: " + m.Name, Data: m.Text})
		}
		archive.Files = kept
		if err := os.WriteFile("testdata/evolve.txtar", txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := map[string]string{}
	for _, f := range archive.Files[len(kept):] {
		want[f.Name] = string(f.Data)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got; -update rewrites):\n%s", diff)
	}
}

// TestEvolve brings databases from zero and from each released revision to the last one,
// with rows in them, and compares what they hold with the tables of the YAML.
func TestEvolve(t *testing.T) {
	t.Parallel()
	list, _ := revisions(t)
	last := list[len(list)-1]
	for from := range len(list) + 1 {
		t.Run(fmt.Sprintf("from %d", from), func(t *testing.T) {
			t.Parallel()
			pool := postgrestest.New(t)
			steps := list[max(from, 1)-1:]
			if from == 0 {
				steps = list[len(list)-1:]
			}
			for n, s := range steps {
				evolve(t, pool, s, n == 0)
				if n == 0 && from > 0 {
					rows(t, pool, from)
				}
				compareWith(t, pool, s)
			}
			if from == 1 {
				wantRow(t, pool)
			}
			pending, err := migrate.Pending(t.Context(), pool, set(t, last))
			if err != nil || len(pending) > 0 {
				t.Errorf("left: %v, %v", pending, err)
			}
		})
	}
}

// evolve applies the migrations of a revision. Where there was one before, those that
// contract wait for Finish.
func evolve(t *testing.T, pool *pgxpool.Pool, s *spec.System, first bool) {
	t.Helper()
	if err := migrate.Up(t.Context(), pool, set(t, s)); err != nil {
		t.Fatal(err)
	}
	pending, err := migrate.Pending(t.Context(), pool, set(t, s))
	if err != nil || len(pending) > 0 == first {
		t.Fatalf("after Up: %d pending, %v", len(pending), err)
	}
	found, err := migrate.Prechecks(t.Context(), pool, set(t, s))
	if err != nil || slices.ContainsFunc(found, func(w migrate.InTheWay) bool { return w.Count > 0 }) {
		t.Fatalf("rows in the way: %v, %v", found, err)
	}
	if err := migrate.Finish(t.Context(), pool, set(t, s)); err != nil {
		t.Fatal(err)
	}
}

// rows writes rows of a revision.
func rows(t *testing.T, pool *pgxpool.Pool, revision int) {
	t.Helper()
	insert := map[int]string{
		1: `insert into shop.customer (guid, name, mobile, fax, city, gender, note) values ('a', '张三', '13800138000', '1', '厦门', 1, 'n');
			insert into shop.visit (cst_guid, no) values ('a', 1); insert into shop.old_log default values`,
		2: `insert into shop.customer (name, mobile, town, gender, source) values ('张三', '13800138000', '厦门', 1, 's')`,
		3: `insert into shop.customer (name, mobile, town, source) values ('张三', '13800138000', '厦门', 's')`,
	}
	exec(t, pool, insert[revision])
}

func exec(t testing.TB, pool *pgxpool.Pool, sql string) {
	t.Helper()
	err := pool.AcquireFunc(t.Context(), func(conn *pgxpool.Conn) error {
		_, err := conn.Conn().PgConn().Exec(t.Context(), sql).ReadAll()
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// wantRow wants the row of the first revision as the last one has it.
func wantRow(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	var got string
	err := pool.QueryRow(t.Context(), `select concat_ws(' ', guid, name, town, source, token is not null, (select count(*) from shop.call))
		from shop.customer`).Scan(&got)
	if err != nil || got != "a 张三 厦门 walk-in t 1" {
		t.Errorf("got %q, %v", got, err)
	}
}

// compareWith wants a database to hold the tables of a system, and nothing else.
func compareWith(t *testing.T, pool *pgxpool.Pool, s *spec.System) {
	t.Helper()
	fresh := *s
	fresh.Migrations, fresh.Released = nil, nil
	want := postgrestest.New(t)
	if err := migrate.Up(t.Context(), want, set(t, &fresh)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(catalogue(t, want), catalogue(t, pool)); diff != "" {
		t.Errorf("the database is not what the YAML says (-yaml +database):\n%s", diff)
	}
}

// catalogue lists what the schema of the shop holds, a thing a line.
func catalogue(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	lines := query(t, pool, `
		select format('%s.%s %s%s%s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),
			case when a.attnotnull then ' not null' else '' end, ' default ' || pg_get_expr(d.adbin, d.adrelid))
		from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
		left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		where c.relnamespace = 'shop'::regnamespace and a.attnum > 0 and not a.attisdropped
		union all
		select format('constraint %s on %s: %s%s', conname, conrelid::regclass, pg_get_constraintdef(oid), case when convalidated then '' else ' invalid' end)
		from pg_constraint where connamespace = 'shop'::regnamespace and contype <> 'n'
		union all
		select format('index %s: %s%s', i.indexrelid::regclass, pg_get_indexdef(i.indexrelid), case when i.indisvalid then '' else ' invalid' end)
		from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = 'shop'::regnamespace
		union all
		select format('%s %s', relkind, oid::regclass) from pg_class where relnamespace = 'shop'::regnamespace and relkind not in ('r', 'i')
		union all
		select 'function ' || proname from pg_proc where pronamespace = 'shop'::regnamespace
		union all
		select 'trigger ' || tgname from pg_trigger g join pg_class c on c.oid = g.tgrelid
		where c.relnamespace = 'shop'::regnamespace and not tgisinternal
		order by 1`)
	return lengths(lines)
}

// lengthCheck is a constraint that keeps a shorter length than the type of its column.
var lengthCheck = regexp.MustCompile(`^constraint \w+_length on (\S+): CHECK \(\(char_length\(\(?(\w+)\)?(?:::text)?\) <= (\d+)\)\)$`)

// lengths writes a length that a constraint keeps as the column's own.
func lengths(lines []string) []string {
	kept := map[string]string{}
	var out []string
	for _, line := range lines {
		if m := lengthCheck.FindStringSubmatch(line); m != nil {
			kept[m[1]+"."+m[2]] = m[3]
		}
	}
	typ := regexp.MustCompile(`character varying\(\d+\)|text`)
	for _, line := range lines {
		line = strings.ReplaceAll(line, "'::character varying", "'::text") // of a default, which keeps the type that the column had
		name, rest, _ := strings.Cut(line, " ")
		switch {
		case lengthCheck.MatchString(line):
		case kept[name] != "":
			loc := typ.FindStringIndex(rest)
			out = append(out, name+" "+rest[:loc[0]]+"character varying("+kept[name]+")"+rest[loc[1]:])
		default:
			out = append(out, line)
		}
	}
	return out
}

func query(t *testing.T, pool *pgxpool.Pool, sql string) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestSideBySide writes and reads as servers of both revisions do, between what expands
// and what contracts.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	list, _ := revisions(t)
	pool := postgrestest.New(t)
	if err := migrate.Up(t.Context(), pool, set(t, list[0])); err != nil {
		t.Fatal(err)
	}
	rows(t, pool, 1)
	if err := migrate.Up(t.Context(), pool, set(t, list[1])); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the server of the revision before may be started again
		if err := migrate.Up(t.Context(), pool, set(t, list[0])); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, pool, `insert into shop.customer (guid, name, mobile, fax, city) values ('old', '李四', '13900139000', '1', '福州')`)
	exec(t, pool, `insert into shop.visit (cst_guid, no) values ('old', 7) on conflict (cst_guid, no) do update set no = 8`)
	exec(t, pool, `update shop.customer set city = '泉州' where guid = 'a'`)
	exec(t, pool, `insert into shop.customer (guid, name, mobile, town, gender, source) values ('new', '王五', '13700137000', '漳州', 2, 's')`)
	exec(t, pool, `update shop.customer set town = '龙岩' where guid = 'old'`)
	exec(t, pool, `insert into shop.tag (cst_guid, tag) values ('new', 'x'); insert into shop.call (cst_guid, no) values ('new', 1)`)
	got := query(t, pool, `select concat_ws(' ', guid, city, town, source) from shop.customer order by guid`)
	want := []string{"a 泉州 泉州 walk-in", "new 漳州 漳州 s", "old 龙岩 龙岩 walk-in"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// The revision after the next one cannot leave out what ends the first.
	if err := migrate.Up(t.Context(), pool, set(t, list[2])); err == nil || !strings.Contains(err.Error(), "shop/0004_rev3.sql needs shop/0003_rev2_contract.sql before it") {
		t.Errorf("got %v", err)
	}
	err := migrate.Finish(t.Context(), pool, set(t, list[1]))
	const text = `s/0003_rev2_contract.sql: 1 rows of shop.customer without gender, which is required now: {"guid":"old"}`
	if err == nil || !strings.Contains(err.Error(), text[1:]) {
		t.Errorf("got %v\nwant %s", err, text)
	}
	exec(t, pool, `update shop.customer set gender = 1`)
	if err := migrate.Finish(t.Context(), pool, set(t, list[1])); err != nil {
		t.Fatal(err)
	}
	if err := migrate.Up(t.Context(), pool, set(t, list[0])); err == nil || !strings.Contains(err.Error(), "is newer") {
		t.Errorf("a server of a revision that has ended: %v", err)
	}
	compareWith(t, pool, list[1])
}

// TestBack undoes what expands, step by step, and finds the tables as they were.
func TestBack(t *testing.T) {
	t.Parallel()
	list, _ := revisions(t)
	pool := postgrestest.New(t)
	if err := migrate.Up(t.Context(), pool, set(t, list[0])); err != nil {
		t.Fatal(err)
	}
	before := catalogue(t, pool)
	pending, err := migrate.Pending(t.Context(), pool, set(t, list[1]))
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate.Up(t.Context(), pool, set(t, list[1])); err != nil {
		t.Fatal(err)
	}
	back(t, pool, pending[0].Steps)
	if diff := cmp.Diff(before, catalogue(t, pool)); diff != "" {
		t.Errorf("the way back leads elsewhere (-before +after):\n%s", diff)
	}
}

// TestBackFromTheEnd undoes what contracts too, and finds the tables as they were, but for
// what the steps say is lost.
func TestBackFromTheEnd(t *testing.T) {
	t.Parallel()
	list, _ := revisions(t)
	pool := postgrestest.New(t)
	if err := migrate.Up(t.Context(), pool, set(t, list[0])); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, `alter table shop.customer drop column fax; drop table shop.old_log`) // the revision drops them
	before := catalogue(t, pool)
	pending, err := migrate.Pending(t.Context(), pool, set(t, list[1]))
	if err != nil {
		t.Fatal(err)
	}
	exec(t, pool, `alter table shop.customer add column fax varchar(16); create table shop.old_log (id int)`)
	if err := migrate.Up(t.Context(), pool, set(t, list[1])); err != nil {
		t.Fatal(err)
	}
	if err := migrate.Finish(t.Context(), pool, set(t, list[1])); err != nil {
		t.Fatal(err)
	}
	var steps []migrate.Step
	for _, p := range pending {
		steps = append(steps, p.Steps...)
	}
	back(t, pool, steps)
	exec(t, pool, `alter table shop.customer drop column if exists fax`)
	if diff := cmp.Diff(before, catalogue(t, pool)); diff != "" {
		t.Errorf("the way back leads elsewhere (-before +after):\n%s", diff)
	}
}

// TestScript applies the migrations as people do who run the SQL by hand.
func TestScript(t *testing.T) {
	t.Parallel()
	list, _ := revisions(t)
	pool := postgrestest.New(t)
	for n, s := range list[:2] {
		pending, err := migrate.Pending(t.Context(), pool, set(t, s))
		if err != nil {
			t.Fatal(err)
		}
		psql(t, pool, migrate.Script(pending, true))
		if n == 0 {
			rows(t, pool, 1)
		}
		if err := migrate.Ready(t.Context(), pool, set(t, s), false); err != nil {
			t.Fatal(err)
		}
		compareWith(t, pool, s)
	}
}

// psql runs a script one statement at a time where a transaction would refuse it.
func psql(t *testing.T, pool *pgxpool.Pool, script string) {
	t.Helper()
	var text strings.Builder
	flush := func() { exec(t, pool, text.String()); text.Reset() }
	for line := range strings.Lines(script) {
		switch {
		case strings.HasPrefix(line, `\`):
		case strings.HasPrefix(line, "begin;"), strings.HasPrefix(line, "do $jiekou$"), strings.Contains(line, "index concurrently"):
			flush()
			text.WriteString(line)
			if strings.Contains(line, "concurrently") {
				flush()
			}
		case strings.HasPrefix(line, "commit;") && !strings.Contains(text.String(), "do $jiekou$"), strings.HasPrefix(line, "end loop"):
			text.WriteString(line)
			flush()
		default:
			text.WriteString(line)
		}
	}
	flush()
}
