package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/testkit"
)

// binary is a jiekoud that was built for the test.
type binary string

// TestBinary builds jiekoud and runs it as people do.
func TestBinary(t *testing.T) {
	t.Parallel()
	b := build(t)
	for name, test := range map[string]func(*testing.T){
		"migrate from four processes": b.testMigrate, "serve": b.testServe, "load": b.testLoad, "usage": b.testUsage,
		"without a server": b.testOffline, "killed": b.testKilled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

// build builds jiekoud for a test.
func build(t testing.TB) binary {
	t.Helper()
	name := filepath.Join(t.TempDir(), "jiekoud")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary(name)
}

// command is a run of the real binary, in an environment of its own.
func (b binary) command(ctx context.Context, database, dir string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, string(b), args...)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 30 * time.Second
	c.Env = append(os.Environ(), "DATABASE_URL="+database, "JIEKOU_DATA_DIR="+dir, "JIEKOU_LISTEN=127.0.0.1:0", "JIEKOU_MASTER_KEY_FILE=")
	return c
}

// run runs the binary to its end.
func (b binary) run(t testing.TB, database, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := b.command(ctx, database, dir, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

func (b binary) testMigrate(t *testing.T) {
	t.Helper()
	url, dir := postgrestest.URL(t), t.TempDir()
	var group sync.WaitGroup
	outs := make([]string, 4)
	for i := range outs {
		group.Go(func() {
			out, errs, code := b.run(t, url, dir, "migrate")
			if code != 0 {
				t.Errorf("exit code %d: %s", code, errs)
			}
			outs[i] = out
		})
	}
	group.Wait()
	for _, out := range outs {
		same(t, "output", out, outs[0])
	}
	if !regexp.MustCompile(`(?m)^lianfa +0001 +tables +whole +applied 20\d\d-`).MatchString(outs[0]) {
		t.Errorf("output:\n%s", outs[0])
	}
}

// served is a running binary.
type served struct {
	url  string
	out  string // up to the end of its announcement
	errs *testkit.Log
	stop func() int // ends it in order and returns its exit code
	kill func()     // ends it with SIGKILL
}

// serve runs `jiekoud serve` until the test ends.
func (b binary) serve(t testing.TB, database, dir string, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := b.command(ctx, database, dir, append([]string{"serve"}, args...)...)
	s := &served{errs: new(testkit.Log)}
	c.Stderr = s.errs
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	s.stop = func() int {
		once.Do(func() {
			cancel()
			_ = c.Wait() // the exit code says it
		})
		return c.ProcessState.ExitCode()
	}
	s.kill = func() {
		_ = c.Process.Kill()
		s.stop()
	}
	t.Cleanup(func() { s.stop() })
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		s.out += lines.Text() + "\n"
		if rest, ok := strings.CutPrefix(lines.Text(), "  docs "); ok {
			s.url = strings.TrimSuffix(strings.TrimSpace(rest), "/docs/")
		}
		if strings.Contains(lines.Text(), "/metrics") && !slices.Contains(args, "--demo") || strings.Contains(lines.Text(), "customer_update --app") {
			break
		}
	}
	if s.url == "" {
		cancel()
		rest, _ := io.ReadAll(stdout)
		_ = c.Wait()
		t.Fatalf("it did not start: %s%s%s", s.out, rest, s.errs)
	}
	return s
}

// The real binary, on a private PostgreSQL of its own: its announcement, the holder
// of the folder, apps that are added beside it, and an orderly end.
func (b binary) testServe(t *testing.T) {
	t.Helper()
	dir := dataFolder(t)
	s := b.serve(t, "", dir, "--demo")
	if !strings.HasPrefix(s.out, "ready\n") {
		t.Errorf("announced:\n%s", s.out)
	}
	for _, line := range []string{
		"\n  lianfa       POST " + s.url + "/lianfa/api\n",
		"\n  baas         POST " + s.url + "/occ/http/srv_baas_custinfo_sync\n",
		"\n  custservice  PUT  " + s.url + "/basic/openapi/v1/customer\n",
		"\n  u8           GET  " + s.url + "/api/customer/get\n",
		"\n  metrics      http://127.0.0.1:",
		"try in another terminal:\n",
		"  bin/jiekou call cst_info_get --app " + filepath.Join(dir, "apps", "300.json") + ` --data '{"mobile":"13800138000"}'` + "\n",
	} {
		if !strings.Contains(s.out, line) {
			t.Errorf("announced without %q:\n%s", line, s.out)
		}
	}
	client := &http.Client{Transport: new(http.Transport), Timeout: 30 * time.Second}
	t.Cleanup(client.CloseIdleConnections)
	file, err := os.ReadFile(filepath.Join(dir, "apps", "300.json"))
	if err != nil {
		t.Fatal(err)
	}
	callWith(t, client, string(file))
	s.samples(t)
	info, err := os.Stat(filepath.Join(dir, "master.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("master key: %v %v", info, err)
	}

	_, errs, code := b.run(t, "", dir, "serve")
	if code != 1 || !regexp.MustCompile(`(?m)^jiekoud: error: data folder \S+ is held by jiekoud serve, pid \d+, since 20\S+ \S+; stop it or use another JIEKOU_DATA_DIR`).MatchString(errs) {
		t.Errorf("a second one: exit code %d: %s", code, errs)
	}

	out, errs, code := b.run(t, "", dir, "app", "add", "301", "--system", "lianfa", "--grant", "cst_*", "--json")
	if code != 0 {
		t.Fatalf("app add: %d %s", code, errs)
	}
	callWith(t, client, strings.Replace(out, "{", `{"url":"`+s.url+`/lianfa/api",`, 1)) // at once: nobody waits
	if out, errs, code := b.run(t, "", dir, "app", "add", "301", "--system", "lianfa"); code != 1 || out != "" || !strings.Contains(errs, "exists already") {
		t.Errorf("app add again: %d %s %s", code, out, errs)
	}
	var made map[string]string
	if err := json.Unmarshal([]byte(out), &made); err != nil || made["token"] == "" || made["appkey"] == "" {
		t.Fatal(out, err)
	}
	if out, _, code := b.run(t, "", dir, "app", "list", "--json"); code != 0 || !json.Valid([]byte(out)) ||
		!strings.Contains(out, `"name": "token"`) || strings.Contains(out, made["token"]) || strings.Contains(out, made["appkey"]) {
		t.Errorf("app list: %d %s", code, out)
	}
	if _, errs, code := b.run(t, "", dir, "app", "add", "302", "--system", "nothing"); code != 2 || !strings.Contains(errs, `no system "nothing"`) {
		t.Errorf("app add of no system: %d %s", code, errs)
	}

	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d after SIGTERM: %s", code, s.errs)
	}
	for line := range strings.Lines(s.errs.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("the log has a line that is no JSON: %s", line)
		}
	}
	// A second run in the folder finds all again, and does not load twice.
	s = b.serve(t, "", dir, "--demo")
	var values map[string]string
	if err := json.Unmarshal([]byte(out), &values); err != nil {
		t.Fatal(err)
	}
	values["url"] = s.url + "/lianfa/api"
	text, _ := json.Marshal(values)
	callWith(t, client, string(text))
	if strings.Contains(s.errs.String(), "demo data loaded") {
		t.Errorf("demo data was loaded again: %s", s.errs)
	}
}

// samples makes the calls that the binary announced, and wants success of all.
func (s *served) samples(t *testing.T) {
	t.Helper()
	found := regexp.MustCompile(`(?m)^  bin/jiekou call (\S+) --app (\S+) --data '(.*)'$`).FindAllStringSubmatch(s.out, -1)
	if len(found) != 4 {
		t.Errorf("announced:\n%s", s.out)
	}
	for _, sample := range found {
		text, err := os.ReadFile(sample[2])
		if err != nil {
			t.Fatal(err)
		}
		var file map[string]string
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		for _, system := range describedSystems() {
			if system.Name != file["system"] {
				continue
			}
			c, err := client.New(client.Config{System: system, URL: file["url"], App: file["appid"], Secrets: file})
			if err != nil {
				t.Fatal(err)
			}
			if reply, err := c.Call(t.Context(), sample[1], []byte(sample[3])); err != nil || !reply.OK {
				t.Errorf("%s: %s %s, %v", sample[1], reply.Code, reply.Message, err)
			}
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

// callWith asks for a customer with the credentials of a file.
func callWith(t *testing.T, client *http.Client, file string) {
	t.Helper()
	var a struct{ URL, AppID, Token, AppKey string }
	if err := json.Unmarshal([]byte(file), &a); err != nil {
		t.Fatalf("%v: %s", err, file)
	}
	c := &caller{HTTP: client, URL: a.URL, AppID: a.AppID, Token: a.Token, AppKey: a.AppKey}
	r := c.Call(t, "cst_info_get", fmt.Sprintf("3%019d", time.Now().UnixNano()), `{"mobile":"13800138000"}`)
	if r.Code(t) != 0 || !strings.Contains(r.Plain, customer1) {
		t.Errorf("app %s: %s", a.AppID, r.Plain)
	}
}

// Master data that is loaded beside the server is served; bad rows are reported
// with file and line, and the others are loaded.
func (b binary) testLoad(t *testing.T) {
	t.Helper()
	w := setup(t)
	c := w.App(t, "300")
	dir := t.TempDir()
	name := filepath.Join(dir, "project.csv")
	text := "guid,proj_name,city_name,level\nnew-1,新项目,厦门,1\nnew-2,新项目二,厦门,first\nnew-3,新项目三,桂林,2\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := b.run(t, w.Pool.Config().ConnString(), dir, "load", name)
	if code != 1 || !strings.Contains(errs, name+":3: column level: not a whole number") || !strings.HasPrefix(out, name+": 2 rows into lianfa.project, 1 bad, ") {
		t.Errorf("load: %d\n%s\n%s", code, out, errs)
	}
	if r := c.Call(t, "cst_info_create", c.Sid(), newCustomer.With("projGUID", "new-3").JSON()); r.Code(t) != 0 {
		t.Errorf("a customer of the new project: %s", r.Plain)
	}
	if _, errs, code := b.run(t, w.Pool.Config().ConnString(), dir, "load", "--table", "nothing", name); code != 2 || !strings.Contains(errs, `no table "nothing"`) {
		t.Errorf("load into nothing: %d %s", code, errs)
	}
}

// Wrong usage and failure have exit codes of their own.
func (b binary) testUsage(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for _, one := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--help"}, 0, ""},
		{[]string{"serve", "extra"}, 2, "jiekoud: error: "},
		{[]string{"nothing"}, 2, "jiekoud: error: "},
		{[]string{"app", "nothing"}, 2, "jiekoud: error: "},
		{[]string{"serve", "--nothing"}, 2, "jiekoud: error: "},
		{[]string{"app", "add"}, 2, "jiekoud: error: "},
		{[]string{"app", "add", "1"}, 2, "--system"},
		{[]string{"serve", "--database-wait", "1s", "--database-url", "postgres://u:s3cret@127.0.0.1:1/x"}, 1, "jiekoud: hint: "},
	} {
		_, errs, code := b.run(t, "", dir, one.args...)
		if code != one.code || !strings.Contains(errs, one.want) || strings.Contains(errs, "s3cret") {
			t.Errorf("%v: exit code %d, %s", one.args, code, errs)
		}
	}
}
