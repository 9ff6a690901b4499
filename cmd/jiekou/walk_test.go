package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/spec"
)

// walkTime bounds each part of the walk, which takes less than a minute on a quiet machine.
// Time that a test waits for others does not count.
const walkTime = 10 * time.Minute

// bounded is the context of one part.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), walkTime)
	t.Cleanup(cancel)
	return ctx
}

// walk is a project with a server of it, in which somebody follows a manual.
type walk struct {
	root string // of the project
	data string // JIEKOU_DATA_DIR of the server
	app  string // file with the credentials of the demo app
	url  string // of the server
}

// TestWalk follows CONTRIBUTING and docs/language-tour.md in a module of another team,
// with the systems of this repository: what both add is checked, generated, built and
// vetted once, and its packages import one another by the module's own name. Nobody
// writes a line of Go but main.
func TestWalk(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	blocks, command := readWalk(t)
	f := newProject(t)
	f.run(ctx, t, "jiekou fmt --check")
	for name, text := range blocks {
		f.write(t, name, text)
	}
	daemon := filepath.Join(f.root, "bin", "jiekoud")
	for _, command := range []string{
		"jiekou check", "jiekou generate", "jiekou generate --check",
		"go build -o " + daemon + " ./cmd/jiekoud", "go vet ./generated/parcel/...",
	} {
		f.run(ctx, t, command)
	}
	if out := f.run(ctx, t, "go list ./..."); !strings.Contains(out, "example.com/acme/parcels/generated/parcel/station\n") {
		t.Errorf("the packages are\n%s", out)
	}
	if out := f.run(ctx, t, "go list -deps ./..."); strings.Contains(out, module+"/generated") {
		t.Errorf("a package of jiekou's own systems is imported:\n%s", out)
	}
	t.Run("contributing", func(t *testing.T) {
		t.Parallel()
		w := &walk{root: f.root, data: shortDir(t)}
		for name := range blocks {
			if base := strings.TrimSuffix(path.Base(name), ".yaml"); !w.printed(t, base) {
				t.Errorf("nothing was printed from %s", name)
			}
		}
		ctx := bounded(t)
		defer w.serve(ctx, t, daemon, "--demo")()
		w.callAll(ctx, t, command)
	})
	t.Run("tour", func(t *testing.T) {
		t.Parallel()
		tour(bounded(t), t, &walk{root: f.root, data: shortDir(t)}, daemon)
	})
}

// newProject is a module of another team with the system of the tour, the systems of this
// repository, and its server over what is generated there.
func newProject(t *testing.T) *foreign {
	t.Helper()
	f := newForeign(t, "example.com/acme/parcels", "exercise")
	systems, err := fs.Sub(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(f.root, "spec"), systems); err != nil {
		t.Fatal(err)
	}
	daemon, err := os.ReadFile(filepath.Join("..", "jiekoud", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	f.write(t, "cmd/jiekoud/main.go", strings.Replace(string(daemon), module+"/generated", "example.com/acme/parcels/generated", 1))
	return f
}

// readWalk reads the files and the call from CONTRIBUTING: each block of YAML below
// a line with its name, and the line with jiekou call.
func readWalk(t *testing.T) (blocks map[string]string, command []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := bytes.Cut(text, []byte("## Add an interface\n"))
	text, _, _ = bytes.Cut(text, []byte("\n## "))
	blocks = map[string]string{}
	for _, m := range regexp.MustCompile("(?s)\n`(spec/[^`\n]+\\.yaml)`:\n\n```yaml\n(.*?)```\n").FindAllSubmatch(text, -1) {
		blocks[string(m[1])] = string(m[2])
	}
	m := regexp.MustCompile(`bin/jiekou call (\S+) --app (\S+) --data '([^']+)'`).FindSubmatch(text)
	if !found || len(blocks) != 2 || m == nil {
		t.Fatalf("CONTRIBUTING has %d files and %d calls under Add an interface", len(blocks), len(m)/4)
	}
	return blocks, []string{string(m[1]), string(m[2]), string(m[3])}
}

// shortDir is a folder for the server. The names of PostgreSQL's sockets may not
// be long, so it does not bear the name of the test.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "walk")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // as root, the database's own user enters it
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // the server has gone
	return dir
}

// command is a program that runs in the project.
func (w *walk) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = w.root
	c.Env = append(os.Environ(), "DATABASE_URL=", "JIEKOU_MASTER_KEY_FILE=", "JIEKOU_DATA_DIR="+w.data, "JIEKOU_LISTEN=127.0.0.1:0",
		"JIEKOU_PUSH_ALLOW=127.0.0.1")
	return c
}

// printed says whether what generate printed has the name.
func (w *walk) printed(t *testing.T, name string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(filepath.Join(w.root, "generated"), func(file string, d fs.DirEntry, err error) error {
		if err != nil || found || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		found = bytes.Contains(text, []byte(name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// serve starts the server and waits until it is ready. stop ends it, by its pid.
func (w *walk) serve(ctx context.Context, t *testing.T, name string, args ...string) (stop func()) {
	t.Helper()
	c := w.command(ctx, name, append([]string{"serve"}, args...)...)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 30 * time.Second
	var log bytes.Buffer
	c.Stderr = &log
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		_, _ = io.Copy(io.Discard, out) // what else it says is not of interest
		if err := c.Wait(); err != nil || t.Failed() {
			t.Errorf("jiekoud: %v\n%s", err, log.String())
		}
	}
	sample, ready := regexp.MustCompile(`^\s*(?:bin/|go tool )jiekou call .*--app (\S+/300\.json) `), regexp.MustCompile(`^\s*docs +(http://\S+)/docs/`)
	for lines := bufio.NewScanner(out); (w.url == "" || w.app == "" && len(args) > 0) && lines.Scan(); {
		if m := sample.FindStringSubmatch(lines.Text()); m != nil {
			w.app = m[1]
		}
		if m := ready.FindStringSubmatch(lines.Text()); m != nil {
			w.url = m[1]
		}
	}
	if w.url == "" {
		stop()
		t.Fatal("the server did not get ready")
	}
	return stop
}

// rows counts the rows of a table in the server's own database.
func (w *walk) rows(ctx context.Context, t *testing.T, table string) (n int) {
	t.Helper()
	w.scan(ctx, t, "select count(*) from "+table, &n)
	return n
}

// scan reads one value from the server's own database.
func (w *walk) scan(ctx context.Context, t *testing.T, query string, to any) {
	t.Helper()
	server, err := privatepg.Open(ctx, privatepg.Config{DataDir: w.data, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop(ctx)
	conn, err := pgx.Connect(ctx, server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }() // it only read
	if err := conn.QueryRow(ctx, query).Scan(to); err != nil {
		t.Fatal(err)
	}
}

// reply is what jiekou call --json prints.
type reply struct {
	OK                   bool
	Code, Message, Field string
	Reply                struct {
		Content struct {
			TagGUID string `json:"tagGUID"`
		} `json:"content"`
	}
}

// call calls the interface with the data of CONTRIBUTING, some of it replaced.
func (w *walk) call(ctx context.Context, t *testing.T, command []string, replace ...string) reply {
	t.Helper()
	data := strings.NewReplacer(replace...).Replace(command[2])
	c := w.command(ctx, "jiekou", "call", command[0], "--app", w.app, "--data", data, "--json")
	var speech bytes.Buffer
	c.Stderr = &speech
	out, err := c.Output()
	var r reply
	if json.Unmarshal(out, &r) != nil || (err == nil) != r.OK {
		t.Fatalf("jiekou call %s: %v\n%s%s", data, err, out, speech.String())
	}
	return r
}

// callAll makes the call of CONTRIBUTING twice, and calls that are refused.
func (w *walk) callAll(ctx context.Context, t *testing.T, command []string) {
	t.Helper()
	if got, want := filepath.ToSlash(w.app), strings.TrimPrefix(command[1], ".jiekou"); !strings.HasSuffix(got, want) {
		t.Errorf("the demo app is %s, CONTRIBUTING has %s", got, command[1])
	}
	first := w.call(ctx, t, command)
	if !first.OK || first.Code != "0" || first.Reply.Content.TagGUID == "" {
		t.Fatalf("the call of CONTRIBUTING: %+v", first)
	}
	if again := w.call(ctx, t, command); again.Reply.Content.TagGUID != first.Reply.Content.TagGUID {
		t.Errorf("called again, it answers %+v instead of %+v", again, first)
	}
	if n := w.rows(ctx, t, "lianfa.customer_tag"); n != 1 {
		t.Errorf("called twice, it keeps %d rows, want 1", n)
	}
	var request struct{ CstGUID, Tag string }
	if err := json.Unmarshal([]byte(command[2]), &request); err != nil {
		t.Fatal(err)
	}
	other := w.call(ctx, t, command, request.Tag, "已到访")
	if !other.OK || other.Reply.Content.TagGUID == first.Reply.Content.TagGUID {
		t.Errorf("another tag: %+v", other)
	}
	for _, one := range []struct {
		what, old, value, code, field string
	}{
		{"a tag outside the list", request.Tag, "不在列表中", "1002", "tag"},
		{"a customer that is not there", request.CstGUID, "00000000-0000-4000-8000-000000000000", "2001", ""},
		{"no customer", `"cstGUID"`, `"another"`, "1001", "cstGUID"},
	} {
		if r := w.call(ctx, t, command, one.old, one.value); r.OK || r.Code != one.code || r.Field != one.field {
			t.Errorf("%s: %+v, want %s", one.what, r, one.code)
		}
	}
	if n := w.rows(ctx, t, "lianfa.customer_tag"); n != 2 {
		t.Errorf("there are %d rows in the end, want 2", n)
	}
}
