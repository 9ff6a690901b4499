package postgres

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

func TestNewPool(t *testing.T) {
	t.Parallel()
	s := open(t, folder(t))
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
		"pooler": {"&default_query_exec_mode=exec", map[string]string{"statement_timeout": "0", "lock_timeout": "0"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, err := NewPool(t.Context(), s.URL()+test.extra)
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

func TestPoolSettings(t *testing.T) {
	t.Parallel()
	const url = "postgres://u@127.0.0.1:1/x?pool_max_conns=3&connect_timeout=7"
	pool, err := NewPool(t.Context(), url, func(c *pgxpool.Config) { c.MinConns = 0; c.MaxConns++ })
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	c := pool.Config()
	if c.MaxConns != 4 || c.ConnConfig.ConnectTimeout != 7*time.Second {
		t.Errorf("got %d connections, %v to connect", c.MaxConns, c.ConnConfig.ConnectTimeout)
	}
	_, err = NewPool(t.Context(), "postgres://u:hunter2@h:p/x")
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
	for cores, want := range map[int]int32{1: 16, 2: 16, 4: 16, 8: 32, 64: 40} {
		if got := poolSize(cores); got != want {
			t.Errorf("%d cores: %d connections, want %d", cores, got, want)
		}
	}
}

// A server that becomes read-only loses the connections that want to write.
func TestPoolReadOnly(t *testing.T) {
	t.Parallel()
	s := open(t, folder(t))
	pool, err := NewPool(t.Context(), s.URL()+"&target_session_attrs=read-write&pool_max_conns=1")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(t.Context(), `alter system set default_transaction_read_only = on`); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `select pg_reload_conf()`); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(look) {
		_, err := pool.Exec(t.Context(), `select 1`)
		if err != nil && strings.Contains(err.Error(), "read only connection") {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("still used: %v", err)
		}
	}
}
