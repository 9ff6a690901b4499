package app

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/schema"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// bundle has the things that most tests need.
type bundle struct {
	pool   *pgxpool.Pool
	master *Master
	admin  *Admin
}

func setup(t testing.TB) bundle {
	t.Helper()
	pool := postgrestest.NewFrom(t, "jiekou", func(ctx context.Context, p *pgxpool.Pool) error {
		return migrate.Up(ctx, p, []migrate.Set{schema.Migrations()})
	})
	master, err := OpenMaster(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	return bundle{pool, master, NewAdmin(pool, master, "root@test")}
}

// classic are the keys of lianfa: a text, and the key of a step.
var classic = Making{Server: classicNeeds, Partner: classicNeeds}

var classicNeeds = []key.Need{{Name: "token", Kind: "text"}, {Name: "appkey", Kind: "text", Steps: true}}

// add adds an app that may do all.
func (b bundle) add(t testing.TB, system, id string) Credentials {
	t.Helper()
	c, err := b.admin.Add(t.Context(), New{System: system, ID: id, Grants: []string{"*"}, Making: classic})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lianfa has the two keys of classic.
const lianfa = `
keys: {token: text, appkey: text}
request:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: {data: "{data}"}
  values:
    data: {of: "{payload}", by: [rc4 appkey, base64]}
    sign: {of: "{data}{token}", by: [sha1, hex]}
reply:
  json: {code: "{code}"}
  success: {code: "0"}
`

// registry follows the apps until the test ends.
func (b bundle) registry(t testing.TB) *Registry {
	t.Helper()
	r, err := NewRegistry(t.Context(), b.pool, b.master, Protocols{"lianfa": parsed(t, lianfa)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// has reports whether a registry has these credentials of lianfa.
func has(t testing.TB, r *Registry, c Credentials) bool {
	t.Helper()
	return admitted(t, r.protocols["lianfa"], r, "lianfa", c.AppID, of(c)) == nil
}

// eventually waits until f is true and fails after within.
func eventually(t testing.TB, within time.Duration, what string, f func() bool) {
	t.Helper()
	for began := time.Now(); !f(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > within {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

// dump returns all rows of all tables of the schema, as text.
func dump(t testing.TB, pool *pgxpool.Pool) string {
	t.Helper()
	var all strings.Builder
	for _, table := range []string{"app", "subscription", "audit", "revision", "sid", "outbox", "token", "nonce", "key"} {
		rows, err := pool.Query(t.Context(),
			"select t::text, encode(convert_to(t::text, 'utf8'), 'escape') from jiekou."+table+" t")
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var text, bytes string
			if err := rows.Scan(&text, &bytes); err != nil {
				t.Fatal(err)
			}
			all.WriteString(text + "\n" + bytes + "\n")
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// logTo writes a log as JSON.
func logTo(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }
