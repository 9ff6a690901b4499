package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open starts a server of its own, whose settings the test may change.
func open(t *testing.T) *privatepg.Server {
	t.Helper()
	s, err := privatepg.Open(t.Context(), privatepg.Config{DataDir: t.TempDir(), Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop(context.Background()) })
	return s
}

func TestNewPool(t *testing.T) {
	t.Parallel()
	s := open(t)
	tests := map[string]struct {
		extra string
		want  map[string]string
	}{
		"defaults": {"", map[string]string{
			"statement_timeout": "5s", "lock_timeout": "2s",
			"idle_in_transaction_session_timeout": "10s", "application_name": "jiekou",
		}},
		"the URL wins": {"&statement_timeout=7s&application_name=other", map[string]string{
			"statement_timeout": "7s", "lock_timeout": "2s", "application_name": "other",
		}},
		"pooler": {"&default_query_exec_mode=cache_describe", map[string]string{"statement_timeout": "0", "lock_timeout": "0", "application_name": "jiekou"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, err := postgres.NewPool(t.Context(), s.URL()+test.extra)
			if err != nil {
				t.Fatal(err)
			}
			defer pool.Close()
			for setting, want := range test.want {
				var got string
				if err := pool.QueryRow(t.Context(), "select current_setting($1)", setting).Scan(&got); err != nil || got != want {
					t.Errorf("%s is %q, want %q, %v", setting, got, want, err)
				}
			}
		})
	}
}

// A server that becomes read-only loses the connections that want to write.
func TestPoolReadOnly(t *testing.T) {
	t.Parallel()
	s := open(t)
	pool, err := postgres.NewPool(t.Context(), s.URL()+"&target_session_attrs=read-write&pool_max_conns=1")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	admin, err := pgx.Connect(t.Context(), strings.Replace(s.URL(), "jiekou@", "jiekou_admin@", 1)) // the role of the pool is no superuser
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close(context.Background()) }()
	if _, err := admin.Exec(t.Context(), `alter system set default_transaction_read_only = on`); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(t.Context(), `select pg_reload_conf()`); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		_, err := pool.Exec(t.Context(), `select 1`)
		if err != nil && strings.Contains(err.Error(), "read only connection") {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("still used: %v", err)
		}
	}
}
