// Package postgrestest gives tests a real PostgreSQL: a fresh database for each
// test, dropped after it. A missing server fails the test and never skips it.
//
// Every test binary runs a private server of its own, started by the first test
// that asks, so packages run beside each other and the server ends with its
// binary. The folders below the system's temporary folder are used again by
// later runs: at most one for each binary that ran at the same time.
// JIEKOU_TEST_DATABASE names another server to use instead; its role must be
// allowed to create databases.
package postgrestest

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/jiekou-dev/jiekou/runtime/postgres"
)

const patience = time.Minute

// server is shared by all tests of one binary: the one global of this package,
// because a server for each test would cost more than the tests.
var server shared

// Main runs the tests of a binary, stops its server, and fails when goroutines
// are left. Use it as TestMain:
//
//	func TestMain(m *testing.M) { postgrestest.Main(m) }
//
// Without it the server ends with the binary all the same.
func Main(m *testing.M, ignore ...goleak.Option) {
	code := m.Run()
	if err := server.close(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, "postgrestest:", err)
		code = 1
	}
	if code == 0 {
		if err := goleak.Find(ignore...); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines are left:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// New returns a pool on a fresh, empty database.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return pool(t, URL(t))
}

// NewFrom returns a pool on a copy of the database that prepare made. prepare
// runs once for each key in a test binary; the copy takes a few milliseconds.
// Use it where every test needs the same tables or rows.
func NewFrom(t testing.TB, key string, prepare func(context.Context, *pgxpool.Pool) error) *pgxpool.Pool {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	name, err := server.template(ctx, key, prepare)
	if err != nil {
		t.Fatalf("postgrestest: template %s: %v", key, err)
	}
	return pool(t, fresh(t, name))
}

// URL returns the address of a fresh, empty database.
func URL(t testing.TB) string {
	t.Helper()
	return fresh(t, "template0")
}

// fresh creates a database and has it dropped after the test.
func fresh(t testing.TB, template string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	url, name, err := server.create(ctx, template)
	if err != nil {
		t.Fatalf("postgrestest: no database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := server.drop(ctx, name); err != nil {
			t.Errorf("postgrestest: %v", err)
		}
	})
	return url
}

// pool opens a pool that closes before its database is dropped.
func pool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	p, err := postgres.NewPool(context.Background(), url)
	if err != nil {
		t.Fatalf("postgrestest: %v", err)
	}
	t.Cleanup(p.Close)
	return p
}
