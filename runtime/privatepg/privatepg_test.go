//go:build unix

package privatepg

import (
	"bufio"
	"context"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/postgres"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := open(t, dir)
	if !s.Private() {
		t.Error("not private")
	}
	for setting, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on",
		"listen_addresses": "", "unix_socket_permissions": "0700", "server_encoding": "UTF8",
		"log_parameter_max_length_on_error": "0", "log_min_error_statement": "panic",
	} {
		if got := query(t, s, "show "+setting); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if got := query(t, s, "select rolname || ' ' || rolsuper from pg_roles where rolname = current_user"); got != "jiekou false" {
		t.Errorf("the role is %s", got)
	}
	if info, err := os.Stat(s.place.socket); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder of the socket: %v, %v", info, err)
	}
	s.Stop(t.Context())
	s.Stop(t.Context()) // does nothing
	if pid := s.place.owner(); pid != 0 {
		t.Errorf("process %d is left", pid)
	}
	if _, err := os.Stat(s.place.socket); err == nil {
		t.Error("the folder of the socket is left")
	}
	began := time.Now()
	query(t, open(t, dir), "select 'again'")
	t.Logf("warm start and query: %v", time.Since(began))
}

func TestOpenURL(t *testing.T) {
	t.Parallel()
	const url = "postgres://u:hunter2@127.0.0.1:1/x"
	s, err := Open(t.Context(), Config{URL: url})
	if err != nil || s.URL() != url || s.Private() {
		t.Fatalf("got %v, %v", s, err)
	}
	s.Stop(t.Context())
	_, err = Open(t.Context(), Config{URL: "postgres://u:hunter2@127.0.0.1:port/x"})
	if err == nil || !strings.Contains(err.Error(), "DATABASE_URL") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

// Two processes that start at once share one server, and the second takes it
// over when the first stops.
func TestOpenTwice(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	servers := make([]*Server, 2)
	var both sync.WaitGroup
	for i := range servers {
		both.Go(func() {
			s, err := Open(t.Context(), Config{DataDir: dir})
			if err != nil {
				t.Error(err)
				return
			}
			servers[i] = s
		})
	}
	both.Wait()
	if t.Failed() {
		return
	}
	const pid = "select pg_postmaster_start_time()::text"
	first := query(t, servers[0], pid)
	if other := query(t, servers[1], pid); other != first {
		t.Errorf("two servers: %s and %s", first, other)
	}
	query(t, servers[0], "with x as (select 1) select 'kept' from x")
	for i, s := range servers { // whichever ran it: after both rounds it was handed over once
		s.grace = 0
		s.Stop(t.Context())
		if i == 0 {
			query(t, servers[1], pid)
		}
	}
	if runsPostgres(servers[1].place.owner()) {
		t.Error("a server is left")
	}
}

// The postmaster is killed: it is started again, by us.
func TestRestart(t *testing.T) {
	t.Parallel()
	s := open(t, folder(t))
	query(t, s, "select 'before'")
	if err := syscall.Kill(s.place.owner(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	query(t, s, "select 'after'")
	t.Logf("back after %v", time.Since(began))
}

// The process that runs the server is killed; every acknowledged row is there, and
// no process is left.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	acknowledged := 0
	for round := range 3 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), helperEnv+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines, said := bufio.NewScanner(out), 0
		for lines.Scan() {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatal(lines.Text())
			}
			said++
			if n == 200*(round+1) {
				_ = cmd.Process.Kill() // its earlier rows are still read
			}
		}
		_ = cmd.Wait() // killed
		acknowledged += said
	}
	s := open(t, dir)
	there, err := strconv.Atoi(query(t, s, "select count(*)::text from acknowledged"))
	if err != nil || there < acknowledged || acknowledged < 1200 {
		t.Errorf("%d rows of %d that were acknowledged, %v", there, acknowledged, err)
	}
}

// kill -9 leaves a pid file whose number another program has got since.
func TestStalePID(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := open(t, dir)
	s.Stop(t.Context())
	other := exec.Command("sleep", "60")
	other.SysProcAttr = s.place.child(0)
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = other.Process.Kill()
		_ = other.Wait()
	}()
	text := strconv.Itoa(other.Process.Pid) + "\n" + s.place.data + "\n1700000000\n5432\n" + s.place.socket + "\n\n"
	file := filepath.Join(s.place.data, "postmaster.pid")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.place.give(file); err != nil {
		t.Fatal(err)
	}
	query(t, open(t, dir), "select 'started'")
}

// A kill within initdb leaves half a cluster beside the place of the whole one.
func TestHalfInitdb(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	half := filepath.Join(dir, "postgres", "data.init")
	if err := os.MkdirAll(half, 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, "PG_VERSION"), []byte("15\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &place{}
	if err := p.runAs(); err != nil {
		t.Fatal(err)
	}
	if err := p.give(filepath.Dir(half)); err != nil {
		t.Fatal(err)
	}
	query(t, open(t, dir), "select 'whole'")
}

func TestVersionMismatch(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	data := filepath.Join(dir, "postgres", "data")
	if err := os.MkdirAll(data, 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Config{DataDir: dir})
	if err == nil || !strings.Contains(err.Error(), "was written by PostgreSQL 9, but there is only") {
		t.Errorf("got %v", err)
	}
}

// No value of a request reaches the server's log.
func TestLogHoldsNoValues(t *testing.T) {
	t.Parallel()
	s := open(t, folder(t))
	pool, err := postgres.NewPool(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	const canary = "13800138000"
	for _, sql := range []string{
		"create table person (mobile text primary key)", "insert into person values ('" + canary + "')",
		"insert into person values ('" + canary + "')", "select '" + canary + "x'::int",
		"select '" + canary + "' from nowhere",
	} {
		_, _ = pool.Exec(t.Context(), sql) // three of them fail
	}
	if _, err := pool.Exec(t.Context(), "insert into person values ($1)", canary); err == nil {
		t.Error("a duplicate was taken")
	}
	log, err := os.ReadFile(s.place.logFile)
	if err != nil || len(log) == 0 || strings.Contains(string(log), canary) {
		t.Errorf("%v, log:\n%s", err, log)
	}
}

func TestStopHard(t *testing.T) {
	t.Parallel()
	s := open(t, folder(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.Stop(ctx)
	if runsPostgres(s.place.owner()) {
		t.Error("a server is left")
	}
}

// As root, in a folder that the database's user cannot enter.
func TestRootFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // nobody else has the question
	}
	dir := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	t.Cleanup(func() {
		s.Stop(context.Background())
		_ = os.RemoveAll(s.place.dir)
		_ = os.Remove(stateDir) // if it was ours alone
	})
	if !strings.HasPrefix(s.place.dir, stateDir+"/") {
		t.Fatalf("the data is in %s", s.place.dir)
	}
	query(t, s, "select 1::text from (select 1) as x")
	if to, err := os.Readlink(filepath.Join(dir, "postgres")); err != nil || to != s.place.dir {
		t.Errorf("link to %s, %v", to, err)
	}
	s.Stop(t.Context())
	if err := os.Chmod(dir, 0o711); err != nil { // now it could be here, but must not be lost there
		t.Fatal(err)
	}
	if again := open(t, dir); again.place.dir != s.place.dir {
		t.Errorf("moved to %s", again.place.dir)
	}
}

func TestWallAfterwards(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return
	}
	dir := folder(t)
	open(t, dir).Stop(t.Context())
	if err := os.Chmod(dir, fs.FileMode(0o700)); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Config{DataDir: dir})
	if err == nil || !strings.Contains(err.Error(), "type: chmod o+x "+dir) {
		t.Errorf("got %v", err)
	}
}

// A short command ran the server; a longer process that used it goes on.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	short := open(t, dir)
	query(t, short, "select 'short'")
	long := open(t, dir)
	short.grace = 0
	short.Stop(t.Context())
	began := time.Now()
	query(t, long, "select 'long'")
	t.Logf("taken over after %v", time.Since(began))
	long.Stop(t.Context())
	if runsPostgres(long.place.owner()) {
		t.Error("a server is left")
	}
}

// Somebody else made the folder of the socket before us.
func TestForeignSocket(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p, err := settle(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), p.socket); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Remove(p.socket) }()
	_, err = Open(t.Context(), Config{DataDir: dir})
	if err == nil || !strings.Contains(err.Error(), p.socket+" belongs to somebody else") {
		t.Errorf("got %v", err)
	}
}

// The owner does not end the server under another user.
func TestStopWaits(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first := open(t, dir)
	second := open(t, dir)
	pool, err := postgres.NewPool(t.Context(), second.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		first.Stop(context.Background())
	}()
	if _, err := pool.Exec(t.Context(), "select pg_sleep(1)"); err != nil {
		t.Errorf("while the first one stops: %v", err)
	}
	select {
	case <-stopped:
		t.Error("the first one did not wait")
	default:
	}
	pool.Close()
	second.Stop(t.Context())
	select {
	case <-stopped:
	case <-time.After(2 * time.Minute):
		t.Error("the first one waits for nobody")
	}
	if runsPostgres(first.place.owner()) {
		t.Error("a server is left")
	}
}

// Short commands come and go at once: none of them loses the server.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			time.Sleep(time.Duration(i) * 40 * time.Millisecond)
			for range 4 {
				s, err := Open(t.Context(), Config{DataDir: dir})
				if err != nil {
					t.Error(err)
					return
				}
				pool, err := postgres.NewPool(t.Context(), s.URL())
				if err == nil {
					_, err = pool.Exec(t.Context(), "select pg_sleep(0.05)")
					pool.Close()
				}
				if err != nil {
					t.Error(err)
				}
				s.Stop(t.Context())
			}
		})
	}
	all.Wait()
}

// A long process does not borrow from a short one: it waits and runs the server.
func TestOwn(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	short := open(t, dir)
	time.AfterFunc(300*time.Millisecond, func() { short.Stop(context.Background()) })
	long, err := Open(t.Context(), Config{DataDir: dir, Own: true})
	if err != nil {
		t.Fatal(err)
	}
	defer long.Stop(context.Background())
	select {
	case <-short.done:
	default:
		t.Error("it uses the server of the short one")
	}
	query(t, long, "select 'long'")
}
