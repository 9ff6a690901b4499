package postgres

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

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
