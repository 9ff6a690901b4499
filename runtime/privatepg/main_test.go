//go:build unix

package privatepg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jiekou-dev/jiekou/runtime/postgres"
)

// helperEnv makes the test binary act as another process: its value is the data
// folder.
const helperEnv = "JIEKOU_TEST_HELPER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperEnv); dir != "" {
		writer(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

// writer is a process that writes rows to a private server and prints the number
// of each one that was acknowledged, until it is killed.
func writer(dir string) {
	ctx := context.Background()
	s, err := Open(ctx, Config{DataDir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	pool, err := postgres.NewPool(ctx, s.URL())
	if err == nil {
		_, err = pool.Exec(ctx, `create table if not exists acknowledged (n int)`)
	}
	for n := 1; err == nil; n++ {
		if _, err = pool.Exec(ctx, `insert into acknowledged values ($1)`, n); err == nil {
			fmt.Println(n)
		}
	}
	fmt.Println(err)
}

// folder returns a data folder that every user can reach.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "data folder")
}

// open opens a private server that ends with the test.
func open(t *testing.T, dir string) *Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := Open(ctx, Config{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop(context.Background()) })
	return s
}

// query returns one text from a server.
func query(t *testing.T, s *Server, sql string) string {
	t.Helper()
	pool, err := postgres.NewPool(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var text string
	for until := time.Now().Add(2 * time.Minute); ; time.Sleep(look) {
		err := pool.QueryRow(t.Context(), sql).Scan(&text)
		if err == nil {
			return text
		}
		if time.Now().After(until) {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}
