package bench

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// tick is the unit of the times in /proc.
const tick = 10 * time.Millisecond

// cpu is the CPU time so far of PostgreSQL's processes and of our own, client
// included. Without /proc, both stay zero.
func cpu(b *testing.B, pool *pgxpool.Pool) (postgres, own time.Duration) {
	b.Helper()
	rows, err := pool.Query(context.Background(), `select pid from pg_stat_activity`)
	if err != nil {
		b.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		b.Fatal(err)
	}
	for _, pid := range list {
		postgres += spent(pid)
	}
	return postgres, spent(os.Getpid())
}

// spent is the CPU time of one process.
func spent(pid int) time.Duration {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat") //nolint:gosec // a number
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(stat, []byte(") "))
	fields := bytes.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(string(fields[11]))
	system, _ := strconv.Atoi(string(fields[12]))
	return time.Duration(user+system) * tick
}
