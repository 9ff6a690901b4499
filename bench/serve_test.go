package bench

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/schema"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

const (
	appID  = "300"
	token  = "52e41ab0d3eee56b725e3e29999762a8"
	appkey = "S_+SFO!fH.7qj_CEIKgCoSRfYr&e%,zAL1-*UEW7D]V$o4Cc=Dd4kwSh%6Q<!?=!+_@H^,K*#Gdk/d.qp@nBjl:e^/,"

	rounds   = 5
	requests = 5000 // of one server's turn in a round
)

// oneApp is a registry of one app.
type oneApp struct{ app gate.App }

func (a oneApp) App(_ context.Context, system, id string) (gate.App, bool) {
	return a.app, system == "lianfa" && id == a.app.ID
}

// durable starts a private PostgreSQL that waits for the disk, with the tables
// and one project and consultant.
func durable(b *testing.B) *pgxpool.Pool {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	dir := b.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o711); err != nil { //nolint:gosec // the database's own user must get in
			b.Fatal(err)
		}
	}
	server, err := privatepg.Open(ctx, privatepg.Config{DataDir: filepath.Join(dir, "data")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { server.Stop(context.Background()) })
	pool, err := postgres.NewPool(ctx, server.URL())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	if err := migrate.Up(ctx, pool, migrations()); err != nil {
		b.Fatal(err)
	}
	var fsync, commit string
	if err := pool.QueryRow(ctx, `select current_setting('fsync'), current_setting('synchronous_commit')`).Scan(&fsync, &commit); err != nil ||
		fsync != "on" || commit != "on" {
		b.Fatalf("commits do not wait for the disk: fsync %s, synchronous_commit %s, %v", fsync, commit, err)
	}
	for _, sql := range []string{
		`insert into lianfa.project (guid, proj_name, city_name) values ('8a5f3c10-6f0e-4b8e-9a1c-0d2f4e6a8b01', 'A', 'A')`,
		`insert into lianfa.consultant (guid, user_name, user_code, mobile) values ('3b1d5e77-1c2a-4d3e-8f90-a1b2c3d4e5f6', 'a', 'a', '13800138000')`,
	} {
		if _, err := pool.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	return pool
}

// contender is one of the servers, with the measurements of each round.
type contender struct {
	name          string
	address       string
	rate          []float64 // req/s
	postgres, own []float64 // microseconds of CPU a request
}

// forget drops the measurements.
func (c *contender) forget() { c.rate, c.postgres, c.own = nil, nil, nil }

// turn sends some requests and keeps the measurements.
func (c *contender) turn(b *testing.B, l *traffic, pool *pgxpool.Pool, n int) {
	b.Helper()
	list := l.seal(b, requests)
	postgres, own := cpu(b, pool)
	replies, took := send(b, c.address, n, list)
	postgres2, own2 := cpu(b, pool)
	l.look(b, replies)
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / requests }
	c.rate = append(c.rate, requests/took.Seconds())
	c.postgres = append(c.postgres, each(postgres2-postgres))
	c.own = append(c.own, each(own2-own))
}

// migrations are those of the runtime and of every system.
func migrations() []migrate.Set {
	list := []migrate.Set{schema.Migrations()}
	for _, s := range generated.Describe() {
		list = append(list, s.Migrations)
	}
	return list
}

// contenders starts the three servers on one database.
func contenders(b *testing.B, pool *pgxpool.Pool) ([]*contender, *protocol.Exchange, *protocol.Keys) {
	b.Helper()
	system := lianfa.System()
	systems := []route.System{system.Serving(store.New(pool, 0))}
	call := systems[0].Protocol.Call
	keys, err := systems[0].Protocol.Keys(appID, protocol.Secrets{"token": {token}, "appkey": {appkey}})
	if err != nil {
		b.Fatal(err)
	}
	server, err := gate.New(systems, gate.Config{
		Apps: oneApp{gate.App{ID: appID, Keys: keys, May: func(cmd string) bool { return strings.HasPrefix(cmd, "cst_") }}},
	})
	if err != nil {
		b.Fatal(err)
	}
	var all []*contender
	for _, c := range []struct {
		name    string
		handler http.Handler
	}{{"ours", server}, {"hand", newHandServer(pool, call, keys)}, {"naive", newNaiveServer(pool)}} {
		mux := http.NewServeMux()
		mux.Handle("/lianfa/api", c.handler)
		web := httptest.NewServer(mux)
		b.Cleanup(web.Close)
		all = append(all, &contender{name: c.name, address: web.Listener.Addr().String()})
	}
	return all, call, keys
}

// BenchmarkServe prints requests a second of each server, the CPU time of one and
// the ratios: medians over rounds in which the servers take turns.
func BenchmarkServe(b *testing.B) {
	pool := durable(b)
	all, call, keys := contenders(b, pool)
	l := &traffic{call: call, keys: keys}
	for _, n := range []int{16, 64} {
		b.Run(fmt.Sprint("c", n), func(b *testing.B) {
			for b.Loop() {
				for _, c := range all {
					c.turn(b, l, pool, n) // connections, prepared statements, caches
					c.forget()
				}
				for round := range rounds {
					for i := range all {
						all[(i+round)%len(all)].turn(b, l, pool, n)
					}
				}
			}
			for _, c := range all {
				b.ReportMetric(median(c.rate), c.name+"-req/s")
				b.ReportMetric(median(c.postgres), c.name+"-postgres-CPU-us")
				b.ReportMetric(median(c.own), c.name+"-CPU-us")
			}
			b.ReportMetric(ratio(all[0].rate, all[1].rate), "x-hand")
			b.ReportMetric(ratio(all[0].rate, all[2].rate), "x-naive")
			b.ReportMetric(0, "ns/op")
		})
	}
	var rows, sids int64
	if err := pool.QueryRow(context.Background(), `select (select count(*) from lianfa.customer), (select count(*) from jiekou.sid)`).
		Scan(&rows, &sids); err != nil || rows != l.last || sids != rows {
		b.Errorf("%d requests succeeded, %d customers and %d message ids stand in the database, %v", l.last, rows, sids, err)
	}
}

// median of a few numbers.
func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

// ratio is the median of the rounds' ratios.
func ratio(a, b []float64) float64 {
	var list []float64
	for i := range min(len(a), len(b)) {
		list = append(list, a[i]/cmp.Or(b[i], 1))
	}
	return median(list)
}
