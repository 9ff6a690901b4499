package main_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// tour follows docs/language-tour.md with a server of its system, which nobody has: YAML
// alone, checked, generated, built, served and called.
func tour(ctx context.Context, t *testing.T, w *walk, daemon string) {
	t.Helper()
	calls := readExercise(t)
	for _, name := range []string{"parcel.go", "schema/parcel_put.json", "docs/protocol.md", "docs/station.md"} {
		if _, err := os.Stat(filepath.Join(w.root, "generated", "parcel", filepath.FromSlash(name))); err != nil {
			t.Errorf("not generated: %v", err)
		}
	}
	defer w.serve(ctx, t, daemon)()
	w.addApp(ctx, t, daemon)
	told := w.subscribe(ctx, t, daemon)
	w.exercise(ctx, t, calls)
	told(t)
	w.strangers(ctx, t)
}

// documented is a call of the tour with its reply.
type documented struct {
	cmd, data string
	want      map[string]any
}

// readExercise reads the calls from the tour: a line of jiekou call, and the reply
// as a comment below it. It compares the tour's YAML with the solution.
func readExercise(t *testing.T) (calls []documented) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "language-tour.md"))
	if err != nil {
		t.Fatal(err)
	}
	compareTour(t, text)
	for _, m := range regexp.MustCompile(`bin/jiekou call (\S+) --app 700\.json --data '([^']+)'\n# (\{.*\})\n`).FindAllSubmatch(text, -1) {
		one := documented{cmd: string(m[1]), data: string(m[2])}
		if err := json.Unmarshal(m[3], &one.want); err != nil {
			t.Fatalf("%s: %v", m[3], err)
		}
		calls = append(calls, one)
	}
	if len(calls) < 6 {
		t.Fatalf("the tour has %d calls", len(calls))
	}
	return calls
}

// compareTour looks for each block of YAML of the tour in the solution.
func compareTour(t *testing.T, text []byte) {
	t.Helper()
	var solution strings.Builder
	err := fs.WalkDir(os.DirFS("testdata/exercise/spec"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		file, err := os.ReadFile(filepath.Join("testdata", "exercise", "spec", filepath.FromSlash(name)))
		solution.Write(file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)\n```yaml\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) < 6 {
		t.Errorf("the tour has %d blocks of YAML", len(blocks))
	}
	for _, b := range blocks {
		if !strings.Contains(solution.String(), string(b[1])) {
			t.Errorf("the solution does not have this YAML of the tour:\n%s", b[1])
		}
	}
}

// addApp registers the app of the tour and keeps its credentials.
func (w *walk) addApp(ctx context.Context, t *testing.T, daemon string) {
	t.Helper()
	out, err := w.command(ctx, daemon, "app", "add", "700", "--system", "parcel", "--grant", "parcel_*", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	w.app = filepath.Join(w.root, "700.json")
	if err := os.WriteFile(w.app, out, 0o600); err != nil {
		t.Fatal(err)
	}
}

// subscribe has jiekou receive take the notification of the system, whose protocol asks
// it first whether it is there. The returned function waits for the notification of the
// parcel that was taken.
func (w *walk) subscribe(ctx context.Context, t *testing.T, daemon string) (told func(t *testing.T)) {
	t.Helper()
	receiver := w.command(ctx, "jiekou", "receive", "--app", w.app, "--listen", "127.0.0.1:0", "--json")
	out, err := receiver.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	speech, err := receiver.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := receiver.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = receiver.Process.Kill(); _ = receiver.Wait() })
	said, arrived := bufio.NewScanner(speech), bufio.NewScanner(out)
	said.Scan()
	m := regexp.MustCompile(`receives at (http://\S+);`).FindStringSubmatch(said.Text())
	if m == nil {
		t.Fatalf("jiekou receive says %q", said.Text())
	}
	if out, err := w.command(ctx, daemon, "app", "subscribe", "700", "--notify", "parcel_taken", "--url", m[1]+"/hook").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return func(t *testing.T) {
		t.Helper()
		for _, want := range []string{
			`"handshake":true,"verified":\["sign","window time"\],.*"status":200,"code":""`,
			`"cmd":"parcel_taken","sid":"\d{17}","timestamp":"\d+","try":1,.*"verified":\["sign","window time"\],"refused":"","breaks":\[\],.*"code":"ok","payload":\{"parcel_no":"SF1001","taken_by":"张三"\}`,
		} {
			if !arrived.Scan() || !regexp.MustCompile(want).MatchString(arrived.Text()) {
				t.Errorf("received %s, want %s", arrived.Text(), want)
			}
		}
	}
}

// exercise makes the calls of the tour and looks at the rows that they leave.
func (w *walk) exercise(ctx context.Context, t *testing.T, calls []documented) {
	t.Helper()
	for _, one := range calls {
		c := w.command(ctx, "jiekou", "call", one.cmd, "--app", w.app, "--url", w.url, "--data", one.data)
		var speech bytes.Buffer
		c.Stderr = &speech
		out, err := c.Output()
		var got map[string]any
		if json.Unmarshal(out, &got) != nil || !reflect.DeepEqual(got, one.want) || (err == nil) != (got["err_code"] == 0.0) {
			t.Errorf("%s %s: %v\n%s%s", one.cmd, one.data, err, out, speech.String())
		}
	}
	var row string
	w.scan(ctx, t, "select string_agg(concat_ws(' ', parcel_no, mobile, shelf_no, taken_by), '; ') from parcel.parcel", &row)
	if row != "SF1001 13800138000 A-07 张三" {
		t.Errorf("it keeps %s", row)
	}
}

// strangers sends requests as a partner's own program would: one that holds, the same
// again, and one with another key, which explain-signature explains.
func (w *walk) strangers(ctx context.Context, t *testing.T) {
	t.Helper()
	a, err := caller.Read(w.app)
	if err != nil {
		t.Fatal(err)
	}
	now := strconv.FormatInt(time.Now().Unix(), 10)
	const body = "parcel_no=SF2001&shelf_no=C-1&mobile=13900139000"
	signed := func(key string) string {
		h := hmac.New(sha256.New, []byte(key))
		fmt.Fprintf(h, "POST\n/parcel/put\nmobile=13900139000&parcel_no=SF2001&shelf_no=C-1\n%s", now)
		return hex.EncodeToString(h.Sum(nil))
	}
	good, wrong := signed(a.Members["appkey"]), signed(a.Members["appkey"]+"\n")
	for i, one := range []struct {
		sign string
		code int
	}{{wrong, 401}, {good, 0}, {good, 409}, {strings.ToUpper(good), 401}} {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/parcel/put", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{
			"Content-Type": {"application/x-www-form-urlencoded"}, "X-App": {"700"}, "X-Time": {now}, "X-Sign": {one.sign},
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		if e := answer.Body.Close(); err != nil || e != nil {
			t.Fatal(err, e)
		}
		if want := fmt.Sprintf(`{"err_code":%d,`, one.code); !strings.HasPrefix(string(text), want) {
			t.Errorf("request %d: %s, want %s", i, text, want)
		}
	}
	capture := filepath.Join(w.root, "capture.sh")
	line := fmt.Sprintf("curl %s/parcel/put -H X-App:700 -H X-Time:%s -H X-Sign:%s -d '%s'\n", w.url, now, wrong, body)
	if err := os.WriteFile(capture, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := w.command(ctx, "jiekou", "explain-signature", "--app", w.app, capture).CombinedOutput()
	said := string(out)
	if err == nil || !strings.Contains(said, "1. the key: [appkey] with a line end at its end") || strings.Contains(said, a.Members["appkey"]) {
		t.Errorf("explain-signature: %v\n%s", err, out)
	}
	if n := w.rows(ctx, t, "parcel.parcel"); n != 2 {
		t.Errorf("there are %d rows in the end, want 2", n)
	}
}
