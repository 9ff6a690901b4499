package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/runtime/schema"
)

// An app that is added beside a running server works at its first request, even
// right after requests of unknown apps.
func TestAddedApp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.add(t, "lianfa", "301")
	r := b.registry(t)
	a, ok := r.Lookup(t.Context(), "lianfa", "301")
	if !ok || a.System != "lianfa" || a.ID != "301" || !a.May("anything") {
		t.Fatalf("got %+v, %v", a, ok)
	}
	for n := range 5 {
		id := fmt.Sprintf("%d", 400+n)
		if _, ok := r.Lookup(t.Context(), "lianfa", id); ok {
			t.Error("known before it was added")
		}
		c := b.add(t, "lianfa", id)
		if !has(t, r, c) {
			t.Errorf("app %s: unknown right after it was added", id)
		}
	}
	if r.Len() != 6 {
		t.Errorf("%d apps", r.Len())
	}
}

func TestDisabledApp(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	b.add(t, "lianfa", "301")
	r := b.registry(t)
	may := func() bool {
		a, ok := r.Lookup(ctx, "lianfa", "301")
		return ok && a.May("cst_info_create")
	}
	steps := []struct {
		what string
		do   func() error
		want bool
	}{
		{"disable", func() error { return b.admin.Disable(ctx, "lianfa", "301") }, false},
		{"enable", func() error { return b.admin.Enable(ctx, "lianfa", "301") }, true},
		{"revoke", func() error { return b.admin.Revoke(ctx, "lianfa", "301", "*") }, false},
		{"by hand", func() error {
			_, err := b.pool.Exec(ctx, `update jiekou.app set grants = '{cst_*}'`)
			return err
		}, true},
		{"delete by hand", func() error {
			_, err := b.pool.Exec(ctx, `delete from jiekou.app`)
			return err
		}, false},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		eventually(t, 5*time.Second, s.what, func() bool { return may() == s.want })
		t.Logf("%s acted after %v", s.what, time.Since(began))
	}
}

// Many lookups of unknown apps share few looks at the database.
func TestUnknownApps(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.registry(t)
	looks := func() (n int) {
		err := b.pool.QueryRow(t.Context(), `select n from jiekou.looks`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	// A view that counts in the place of the revision.
	_, err := b.pool.Exec(t.Context(), `create table jiekou.looks (n int); insert into jiekou.looks values (0);
		alter table jiekou.revision rename to revision_table;
		create function jiekou.look() returns bigint language plpgsql as
			$$ begin update jiekou.looks set n = looks.n + 1; return 1; end $$;
		create view jiekou.revision as select jiekou.look() as n`)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			for n := range 3 {
				if _, ok := r.Lookup(t.Context(), "lianfa", fmt.Sprint(i, "-", n)); ok {
					t.Error("known")
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	if most := int(took/missGap) + 3; looks() > most {
		t.Errorf("%d looks in %v for 120 lookups, want at most %d", looks(), took, most)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := r.Lookup(ctx, "lianfa", "x"); ok {
		t.Error("known")
	}
}

func TestLookupAfterClose(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.add(t, "lianfa", "301")
	r := b.registry(t)
	r.Close()
	if _, ok := r.Lookup(t.Context(), "lianfa", "301"); !ok {
		t.Error("forgotten")
	}
	if _, ok := r.Lookup(t.Context(), "lianfa", "302"); ok {
		t.Error("known")
	}
}

func TestWrongMasterKey(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	other, err := OpenMaster(filepath.Join(t.TempDir(), "other.key"))
	if err != nil {
		t.Fatal(err)
	}
	b.add(t, "lianfa", "301")
	_, err = NewRegistry(ctx, b.pool, other, nil, nil)
	if !errors.Is(err, ErrMasterKey) || !strings.Contains(err.Error(), b.master.ID()) ||
		!strings.Contains(err.Error(), "other.key") {
		t.Errorf("got %v", err)
	}
	wrong := NewAdmin(b.pool, other, "x")
	if _, err := wrong.Add(ctx, New{System: "lianfa", ID: "302", Making: classic}); !errors.Is(err, ErrMasterKey) {
		t.Errorf("add: %v", err)
	}
	if _, err := wrong.Rotate(ctx, "lianfa", "301", Rotation{Making: classic}); !errors.Is(err, ErrMasterKey) {
		t.Errorf("rotate: %v", err)
	}
	b.registry(t) // nothing was changed

	b.add(t, "lianfa", "303")
	if _, err := wrong.Rotate(ctx, "lianfa", "301", Rotation{Making: classic, Lost: true}); err != nil { // the way out of a lost key
		t.Errorf("rotate: %v", err)
	}
	// Both keys open one app each: servers start and leave the other app out.
	for _, m := range []*Master{b.master, other} {
		var log bytes.Buffer
		r, err := NewRegistry(ctx, b.pool, m, nil, logTo(&log))
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		if r.Len() != 1 || !strings.Contains(log.String(), "an app is left out") {
			t.Errorf("%d apps: %s", r.Len(), log.String())
		}
	}
	if _, err := b.admin.Add(ctx, New{System: "lianfa", ID: "304", Making: classic}); err != nil { // the last row is the other key's
		t.Errorf("add: %v", err)
	}
	for _, id := range []string{"303", "304"} {
		if _, err := wrong.Rotate(ctx, "lianfa", id, Rotation{Making: classic}); err != nil { // no force any more
			t.Errorf("rotate: %v", err)
		}
	}
	if _, err := NewRegistry(ctx, b.pool, b.master, nil, nil); !errors.Is(err, ErrMasterKey) {
		t.Errorf("the old key: %v", err)
	}
}

// One app that cannot be prepared does not shut out the others.
func TestBrokenApp(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	b.add(t, "lianfa", "301")
	b.add(t, "lianfa", "302")
	b.add(t, "lianfa", "303")
	if _, err := b.pool.Exec(ctx, `update jiekou.key set sealed = other.sealed
		from jiekou.key other where other.app = '301' and key.app = '302' and other.name = key.name`); err != nil {
		t.Fatal(err)
	}
	if _, err := b.pool.Exec(ctx, `update jiekou.key set sealed = $1 where app = '303' and name = 'appkey'`,
		b.master.seal("lianfa", "303", "appkey", Secret(strings.Repeat("k", 257)))); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	r, err := NewRegistry(ctx, b.pool, b.master, Protocols{"lianfa": parsed(t, lianfa)}, logTo(&log))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, ok := r.Lookup(ctx, "lianfa", "301"); !ok || r.Len() != 1 {
		t.Errorf("%d apps", r.Len())
	}
	for _, text := range []string{`"app":"302"`, "changed or moved", `"app":"303"`, "an RC4 key has 1 to 256 bytes"} {
		if !strings.Contains(log.String(), text) {
			t.Errorf("the log does not say %s: %s", text, log.String())
		}
	}
}

// While the database is away, the last state stays; when it is back, changes are
// followed again.
func TestOutage(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Chmod(filepath.Dir(filepath.Dir(dir)), 0o711); err != nil { // root's database has another user
		t.Fatal(err)
	}
	config := privatepg.Config{DataDir: dir, Fast: true}
	server, err := privatepg.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop(context.Background()) })
	b := setup(t)
	if b.pool, err = postgres.NewPool(t.Context(), server.URL()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.pool.Close)
	if err := migrate.Up(t.Context(), b.pool, []migrate.Set{schema.Migrations()}); err != nil {
		t.Fatal(err)
	}
	b.admin = NewAdmin(b.pool, b.master, "")
	b.add(t, "lianfa", "301")
	r := b.registry(t)
	server.Stop(t.Context())
	if _, ok := r.Lookup(t.Context(), "lianfa", "302"); ok { // looks, and fails: it does not wait for the database
		t.Error("known")
	}
	if a, ok := r.Lookup(t.Context(), "lianfa", "301"); !ok || !a.May("x") {
		t.Error("forgotten in an outage")
	}
	if server, err = privatepg.Open(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	b.add(t, "lianfa", "302")
	if _, ok := r.Lookup(t.Context(), "lianfa", "302"); !ok {
		t.Error("not followed after an outage")
	}
}

func BenchmarkLookup(b *testing.B) {
	s := setup(b)
	for n := range 200 {
		s.add(b, "lianfa", fmt.Sprint(100+n))
	}
	r := s.registry(b)
	ctx := b.Context()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if a, ok := r.Lookup(ctx, "lianfa", "250"); !ok || !a.May("cst_info_create") {
				b.Fatal("unknown")
			}
		}
	})
}
