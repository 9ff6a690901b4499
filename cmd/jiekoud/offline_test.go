package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// testOffline runs commands without a server, beside each other and beside a
// starting one: the one that runs the private PostgreSQL takes it from no other.
func (b binary) testOffline(t *testing.T) {
	t.Helper()
	dir := dataFolder(t)
	var all sync.WaitGroup
	for i := range 3 {
		all.Go(func() {
			if _, errs, code := b.run(t, "", dir, "app", "add", fmt.Sprint(301+i), "--system", "lianfa"); code != 0 {
				t.Errorf("app add: %d %s", code, errs)
			}
		})
	}
	all.Wait()
	var listed atomic.Bool
	all.Go(func() {
		defer listed.Store(true)
		if out, errs, code := b.run(t, "", dir, "app", "list"); code != 0 || strings.Count(out, "\n  keys appkey, token\n") != 3 {
			t.Errorf("app list: %d %s%s", code, out, errs)
		}
	})
	until(t, "the list runs the database, or has done so", func() bool {
		_, err := os.Stat(filepath.Join(dir, "postgres", "postmaster.pid"))
		return err == nil || listed.Load()
	})
	s := b.serve(t, "", dir) // fails the test where it does not start
	all.Wait()
	if code := s.stop(); code != 0 {
		t.Errorf("serve: %d %s", code, s.errs)
	}

	key := filepath.Join(dir, "master.key")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"serve"}, {"app", "add", "304", "--system", "lianfa"}, {"app", "rotate", "301"}} {
		_, errs, code := b.run(t, "", dir, args...)
		if code != 1 || !strings.Contains(errs, "key file "+key+" is missing") || !strings.Contains(errs, "--lost-key") {
			t.Errorf("%v without the key: %d %s", args, code, errs)
		}
	}
	if _, errs, code := b.run(t, "", dir, "migrate"); code != 0 { // needs no key
		t.Errorf("migrate without the key: %d %s", code, errs)
	}
	if _, err := os.Stat(key); err == nil {
		t.Error("a key was made")
	}
	if _, errs, code := b.run(t, "", dir, "app", "rotate", "301", "--lost-key"); code != 0 {
		t.Errorf("rotate --lost-key: %d %s", code, errs)
	}
	for _, id := range []string{"302", "303"} {
		if _, errs, code := b.run(t, "", dir, "app", "rotate", id); code != 0 {
			t.Errorf("rotate with the new key: %d %s", code, errs)
		}
	}
	if code := b.serve(t, "", dir).stop(); code != 0 {
		t.Error("serve with the new key")
	}
}
