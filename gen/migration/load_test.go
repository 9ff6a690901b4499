package migration

import (
	"context"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

// writers is how many of them write while a migration runs.
const writers = 8

// TestUnderLoad migrates a table with rows while writers of the revision before go on,
// and then writers of both: each of their statements must succeed, within the time that
// a request has. JIEKOU_LOAD_ROWS sets how many rows there are; a million take minutes.
func TestUnderLoad(t *testing.T) {
	t.Parallel()
	count := 6000
	if text := os.Getenv("JIEKOU_LOAD_ROWS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		count = n
	}
	list, _ := revisions(t)
	pool := postgrestest.New(t)
	if err := migrate.Up(t.Context(), pool, set(t, list[0])); err != nil {
		t.Fatal(err)
	}
	loaded, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := loaded.Exec(t.Context(), `set local statement_timeout = 0`); err != nil {
		t.Fatal(err)
	}
	if _, err := loaded.Exec(t.Context(), `insert into shop.customer (guid, name, mobile, fax, city, gender)
		select 'r' || n, '张三', n::text, '1', '厦门', 1 from generate_series(1, $1) n`, count); err != nil {
		t.Fatal(err)
	}
	if err := loaded.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}

	old := begin(t, pool, "o", count, `insert into shop.customer (guid, name, mobile, fax, city, gender) values ($1, '李四', $1, '1', '福州', 1)`,
		`update shop.customer set city = $1 where guid = $2`)
	if err := migrate.Up(t.Context(), pool, set(t, list[1])); err != nil {
		t.Fatal(err)
	}
	next := begin(t, pool, "n", count, `insert into shop.customer (guid, name, mobile, town, gender, source) values ($1, '王五', $1, '漳州', 1, 's')`,
		`update shop.customer set town = $1 where guid = $2`)
	time.Sleep(100 * time.Millisecond) // both write
	inserted := old.stop()
	if err := migrate.Finish(t.Context(), pool, set(t, list[1])); err != nil {
		t.Fatal(err)
	}
	inserted += next.stop()
	var got, lacking int
	err = pool.QueryRow(t.Context(), `select count(*), count(*) filter (where town is null or token is null) from shop.customer`).Scan(&got, &lacking)
	if err != nil || got != count+inserted || lacking > 0 {
		t.Errorf("%d rows and %d inserts, and %d rows are there, %d of them not filled: %v", count, inserted, got, lacking, err)
	}
	t.Logf("%d rows; old: %v; new: %v", count, old, next)
}

// traffic is what the writers of a revision did.
type traffic struct {
	t       *testing.T
	ends    context.CancelFunc
	all     sync.WaitGroup
	inserts atomic.Int64
	mu      sync.Mutex
	slow    []time.Duration
}

// begin starts writers: each inserts a row and updates another, again and again.
func begin(t *testing.T, pool *pgxpool.Pool, prefix string, count int, insert, update string) *traffic {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &traffic{t: t, ends: cancel}
	var number atomic.Int64
	for range writers / 2 {
		r.all.Go(func() {
			for ctx.Err() == nil {
				n := number.Add(1)
				r.time(func() error {
					_, err := pool.Exec(t.Context(), insert, prefix+strconv.FormatInt(n, 10))
					return err
				})
				r.inserts.Add(1)
				r.time(func() error {
					_, err := pool.Exec(t.Context(), update, "泉州", "r"+strconv.Itoa(int(n)%count+1))
					return err
				})
			}
		})
	}
	return r
}

func (r *traffic) time(f func() error) {
	start := time.Now()
	if err := f(); err != nil {
		r.t.Errorf("a statement is lost: %v", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slow = append(r.slow, time.Since(start))
}

// stop ends the writers and returns how many rows they inserted.
func (r *traffic) stop() int {
	r.ends()
	r.all.Wait()
	return int(r.inserts.Load())
}

// String is how many statements there were, and how long the slowest took.
func (r *traffic) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strconv.Itoa(len(r.slow)) + " statements, slowest " + slices.Max(r.slow).String()
}
