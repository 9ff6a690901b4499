package main_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/testkit/address"
)

// revisePage is the manual whose walk is carried out.
const revisePage = "../../docs/revise.md"

// revision is somebody who walks through docs/revise.md, in the repository that a release
// of jiekou began.
type revision struct {
	*foreign
	env  []string
	jobs []*job
	real *strings.Replacer // addresses of this run for those of the page
	page *strings.Replacer // and back
}

// job is a server behind the commands.
type job struct {
	*exec.Cmd
	log   bytes.Buffer
	ended chan struct{} // closed when it has
	err   error         // how it ended
}

// walkBlock is a part of the page that is carried out: commands with what they print, or,
// with a name, a file. Its text is the last group.
var walkBlock = regexp.MustCompile("(?s)<!-- walk(?:: (\\S+))? -->\n```(?:yaml)?\n(.*?)```\n")

// TestRevise walks through docs/revise.md, from the partner's mail to the announcement:
// with built servers of both revisions on one PostgreSQL. What the commands print must be
// what the page says; -update writes it.
func TestRevise(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	text, err := os.ReadFile(revisePage)
	if err != nil {
		t.Fatal(err)
	}
	r := newRevision(ctx, t)
	defer func() { r.kill(t, r.jobs...) }() // before their database
	blocks := walkBlock.FindAllSubmatchIndex(text, -1)
	if len(blocks) < 10 {
		t.Fatalf("the walk has %d blocks", len(blocks))
	}
	var page bytes.Buffer
	at := 0
	for _, m := range blocks {
		page.Write(text[at:m[4]])
		at = m[5]
		body := string(text[m[4]:m[5]])
		if m[2] >= 0 {
			r.write(t, string(text[m[2]:m[3]]), body)
			page.WriteString(body)
			continue
		}
		got := r.block(ctx, t, body)
		page.WriteString(got)
		if diff := cmp.Diff(settled(body), settled(got)); diff != "" && !updating() {
			t.Fatalf("docs/revise.md (-page +printed); -update writes it:\n%s", diff)
		}
	}
	page.Write(text[at:])
	if updating() {
		if err := os.WriteFile(revisePage, page.Bytes(), 0o644); err != nil { //nolint:gosec // a page is for everybody
			t.Fatal(err)
		}
	}
}

// updating reports whether expectations are written: TestMain's package has the flag.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }

// newRevision is the repository as it was released, in git, with a database.
func newRevision(ctx context.Context, t *testing.T) *revision {
	t.Helper()
	data := shortDir(t)
	server, err := privatepg.Open(ctx, privatepg.Config{DataDir: data, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop(context.WithoutCancel(ctx)) })
	r := &revision{foreign: newForeign(t, "example.com/acme/orders", filepath.Join("release", "2026-11"))}
	ports := [2]*address.Reserved{}
	for n := range ports {
		if ports[n], err = address.Reserve(); err != nil {
			t.Fatal(err)
		}
		defer ports[n].Release()
	}
	r.real = strings.NewReplacer("127.0.0.1:8080", ports[0].Addr, "127.0.0.1:8081", ports[1].Addr)
	r.page = strings.NewReplacer(ports[0].Addr, "127.0.0.1:8080", ports[1].Addr, "127.0.0.1:8081", r.root, ".", server.URL(), "$DATABASE_URL")
	r.env = slices.Concat(os.Environ(), goEnv(), []string{
		"DATABASE_URL=" + server.URL(), "JIEKOU_MASTER_KEY_FILE=" + filepath.Join(data, "master.key"), "JIEKOU_DATA_DIR=" + data,
		"JIEKOU_OPERATE_LISTEN=127.0.0.1:0", "JIEKOU_PUSH_ALLOW=127.0.0.1", "LANG=C",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
	})
	for _, command := range []string{"jiekou fmt --migrate", "jiekou generate", "git init -q", "git add -A", "git commit -qm V1.0"} {
		if out, err := r.shell(ctx, command).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	return r
}

// shell is a command as somebody types it. It takes the place of its shell, so that its
// process is the command's.
func (r *revision) shell(ctx context.Context, command string) *exec.Cmd {
	c := exec.CommandContext(ctx, "sh", "-c", command)
	c.Dir, c.Env = r.root, r.env
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = time.Minute
	return c
}

// block carries out the commands of a block, and returns it with what they print.
func (r *revision) block(ctx context.Context, t *testing.T, body string) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(body) {
		command, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ ")
		if !ok {
			continue // what it printed when the page was written
		}
		out.WriteString("$ " + command + "\n")
		switch server, behind := strings.CutSuffix(command, " &"); {
		case behind:
			r.start(ctx, t, server)
		case command == "kill %1":
			r.kill(t, r.jobs[0])
			r.jobs = r.jobs[1:]
		default:
			text := r.carry(ctx, t, command)
			if printed := strings.Trim(r.page.Replace(text), "\n"); printed != "" {
				out.WriteString(printed + "\n")
			}
		}
	}
	return out.String()
}

// carry carries out a command and returns what it prints. One that shows calls of crm is
// asked until the servers have written what they counted.
func (r *revision) carry(ctx context.Context, t *testing.T, command string) string {
	t.Helper()
	counted := ""
	for of, want := range map[string]string{"--database": "crm (1 call", "app callers": " 2 calls"} {
		if strings.Contains(command, of) {
			counted = want
		}
	}
	for {
		out, err := r.shell(ctx, r.real.Replace(command)).CombinedOutput()
		if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
			t.Fatalf("%s: %v", command, err)
		}
		if text := string(out); strings.Contains(text, counted) {
			return regexp.MustCompile(`(?m) +$`).ReplaceAllString(text, "")
		}
		if ctx.Err() != nil {
			t.Fatalf("%s never says %q, but\n%s", command, counted, out)
		}
	}
}

// start runs a server behind the commands that follow, and waits until it is ready.
func (r *revision) start(ctx context.Context, t *testing.T, command string) {
	t.Helper()
	at := regexp.MustCompile(`JIEKOU_LISTEN=(\S+)`).FindStringSubmatch(r.real.Replace(command))
	if at == nil {
		t.Fatalf("%s does not say where it listens", command)
	}
	j := &job{Cmd: r.shell(ctx, "exec env "+r.real.Replace(command)), ended: make(chan struct{})}
	j.Stdout, j.Stderr = &j.log, &j.log
	j.Env = append(j.Env, "JIEKOU_DATA_DIR="+t.TempDir()) // one that no other server holds
	if err := j.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(j.ended)
		j.err = j.Wait()
	}()
	r.jobs = append(r.jobs, j)
	for !ready(ctx, "http://"+at[1]+"/readyz") {
		select {
		case <-j.ended:
			t.Fatalf("%s ended: %v\n%s", command, j.err, j.log.String())
		case <-ctx.Done():
			t.Fatalf("%s did not get ready", command)
		default:
		}
	}
}

// ready asks a server once whether it is ready, and gives it a moment if it is not there.
func ready(ctx context.Context, url string) bool {
	moment, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err == nil {
		_ = answer.Body.Close() // nothing is read from it
		if answer.StatusCode == http.StatusOK {
			return true
		}
	}
	<-moment.Done()
	return false
}

// kill ends servers, which must say that all is well.
func (r *revision) kill(t *testing.T, jobs ...*job) {
	t.Helper()
	for _, j := range jobs {
		_ = j.Process.Signal(syscall.SIGTERM) // it may be gone already, as err then says
		<-j.ended
		if j.err != nil {
			t.Errorf("a server ended: %v\n%s", j.err, j.log.String())
		}
	}
}

// settled is a text without what differs from run to run: names that are random, times,
// days and how long something took.
func settled(text string) string {
	for _, one := range []struct{ what, as string }{
		{`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`, "GUID"},
		{`20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?`, "TIME"},
		{`\d+(\.\d+)?\s?ms\b`, "MS"},
		{`\d+ files, \d+ written`, "FILES"},
		{`\([^)]*days[^)]*\) *`, "(DAYS) "},
		{`"(sid|time|timestamp)":"?\d+"?`, "NUMBER"},
	} {
		text = regexp.MustCompile(one.what).ReplaceAllString(text, one.as)
	}
	return text
}
