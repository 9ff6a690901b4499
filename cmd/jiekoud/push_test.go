package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/server"
)

// partner is an application that takes notifications: take says whether it
// managed to.
func partner(t *testing.T, c *caller, take func(sid, cmd, plain string) bool) (url string) {
	t.Helper()
	codec, err := envelope.New(lianfa.Envelope())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := codec.Keys(c.appid, map[string]string{"token": c.token, "appkey": c.appkey})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the sender was killed
		}
		var m envelope.Message
		if err := codec.Parse(body, &m); err != nil {
			t.Error(err)
		}
		plain, err := codec.Open(nil, &m, keys)
		if err != nil || codec.App(&m) != "100" {
			t.Error(codec.App(&m), err)
		}
		if !take(codec.MessageID(&m), m.Value("header.cmd"), string(plain)) {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		reply, err := codec.Seal(nil, envelope.Header{Values: []envelope.Value{
			{Name: "appid", Text: c.appid},
			{Name: "sid", Text: codec.MessageID(&m)},
			{Name: "timestamp", Text: "1"},
			{Name: "cmd", Text: m.Value("header.cmd")},
		}}, []byte(`{"errcode":0,"errmsg":"","content":{}}`), keys)
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(reply)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// push delivers what is queued until the test ends.
func (w *world) push(t *testing.T) *server.Mount {
	t.Helper()
	m, err := server.Handler(t.Context(), server.Config{
		Systems: systems(), Pool: w.pool, Master: w.master, Logger: slog.New(slog.NewJSONHandler(w.log, nil)),
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	m.Start(t.Context())
	return m
}

// A report comes in, its notification goes out; operators see and steer it.
func TestPush(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	var fail atomic.Bool
	fail.Store(true)
	plains := make(chan string, 10)
	url := partner(t, c, func(_, cmd, plain string) bool {
		if fail.Load() {
			return false
		}
		plains <- cmd + " " + plain
		return true
	})
	if err := w.admin.Subscribe(t.Context(), "lianfa", "300", "cst_info_notify", url); err != nil {
		t.Fatal(err)
	}
	d := w.push(t)
	if r := c.call(t, "cst_info_create", c.sid(), newCustomer.json()); r.code(t) != 0 {
		t.Fatal(r.plain)
	}
	w.eventually(t, `select attempts::text from jiekou.outbox`, "1")

	dir, database := t.TempDir(), w.pool.Config().ConnString()
	jiekoud := func(code int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := run(t.Context(), append([]string{"--database-url", database, "--data-dir", dir, "deliveries"}, args...), &out, &errs); got != code {
			t.Errorf("deliveries %v: exit code %d: %s", args, got, errs.String())
		}
		return out.String() + errs.String()
	}
	if out := jiekoud(0, "list", "--app", "300", "--state", "waiting", "--since", "1h"); !regexp.MustCompile(`waiting .* 300 +cst_info_notify +100\d{17} +1`).MatchString(out) {
		t.Error(out)
	}
	same(t, "nothing dead", jiekoud(0, "list", "--state", "dead"), "")
	id := w.one(t, `select id from jiekou.outbox`)
	out := jiekoud(0, "show", id)
	if !strings.Contains(out, `"mobile":"***"`) || !strings.Contains(out, "status  HTTP 503") || strings.Contains(out, "13900000001") {
		t.Error(out)
	}
	if out := jiekoud(0, "show", id, "--json"); !json.Valid([]byte(out)) {
		t.Error(out)
	}
	if out := jiekoud(0, "receivers"); !strings.Contains(out, "failing       1 waiting") {
		t.Error(out)
	}
	same(t, "pause", jiekoud(0, "pause", "300"), "lianfa 300: deliveries paused\n")
	fail.Store(false)
	same(t, "resume", jiekoud(0, "resume", "300"), "lianfa 300: deliveries resumed\n")
	select {
	case text := <-plains:
		if !strings.HasPrefix(text, `cst_info_notify {"cstGUID":"`) {
			t.Error(text)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("nothing came: %s", w.log)
	}
	w.eventually(t, `select (delivered is not null)::text from jiekou.outbox`, "true")
	same(t, "replay", jiekoud(0, "replay", id), "1 to be sent again\n")
	select {
	case <-plains:
	case <-time.After(10 * time.Second):
		t.Fatalf("not sent again: %s %s", w.rows(t, `select * from jiekou.outbox`), w.rows(t, `select *, now() from jiekou.receiver`))
	}
	w.eventually(t, `select (delivered is not null)::text from jiekou.outbox`, "true")
	jiekoud(1, "replay", "--app", "300")
	jiekoud(2, "replay")
	jiekoud(2, "replay", "x")
	jiekoud(2, "list", "--state", "nothing")
	jiekoud(2, "list", "--since", "yesterday")
	jiekoud(1, "show", "99")
	jiekoud(1, "pause", "nobody")

	page := httptest.NewRecorder()
	d.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range []string{
		`jiekou_push_attempts_total{app="300",cmd="cst_info_notify",outcome="delivered",system="lianfa"} 2`,
		`jiekou_push_attempts_total{app="300",cmd="cst_info_notify",outcome="status",system="lianfa"} 1`,
		`jiekou_push_seconds_count{system="lianfa"} 3`,
		`jiekou_push_state{app="300",state="healthy",system="lianfa"} 1`,
		`jiekou_push_state{app="300",state="failing",system="lianfa"} 0`,
		`jiekou_push_state{app="300",state="paused",system="lianfa"} 0`,
		`jiekou_push_state{app="300",state="disabled",system="lianfa"} 0`,
		`jiekou_push_dead{app="300",system="lianfa"} 0`,
		`jiekou_push_receivers{state="healthy",system="lianfa"} 1`,
		`jiekou_push_waiting{app="300",system="lianfa"} 0`,
		`jiekou_push_oldest_seconds{app="300",system="lianfa"} 0`,
	} {
		if !strings.Contains(page.Body.String(), line) {
			t.Errorf("no %s", line)
		}
	}
	for want, flags := range map[string][]string{
		`notify: allow list: "everything" is no address and no CIDR such as 10.1.0.0/16`:                  {"--push-allow", "everything"},
		`--retry: notify: schedule: wait 2 is "soon": want a time from 1ms to 168h such as 15s, 3m or 6h`: {"--retry", "15s,soon"},
		`--retry-jitter: notify: jitter "2": want a percentage from 0% to 90% such as 20%`:                {"--retry-jitter", "2"},
	} {
		var errs bytes.Buffer
		code := run(t.Context(), append([]string{"--data-dir", dir, "serve"}, flags...), io.Discard, &errs)
		if code != exitUsage || !strings.HasPrefix(errs.String(), "jiekoud: error: "+want+"\n") {
			t.Errorf("%v: %d %s", flags, code, errs.String())
		}
	}
}

// eventually waits for the value of a statement.
func (w *world) eventually(t testing.TB, sql, want string) {
	t.Helper()
	got := ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if got = w.one(t, sql); got == want {
			return
		}
	}
	t.Fatalf("%s: %s, want %s", sql, got, want)
}
