package server_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// A report comes in, its notification goes out; operators see and steer it.
func TestPush(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
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
	if err := w.Admin.Subscribe(t.Context(), "lianfa", "300", "cst_info_notify", url); err != nil {
		t.Fatal(err)
	}
	d := w.Push(t)
	if r := c.Call(t, "cst_info_create", c.Sid(), newCustomer.JSON()); r.Code(t) != 0 {
		t.Fatal(r.Plain)
	}
	w.Eventually(t, `select attempts::text from jiekou.outbox`, "1")

	dir, database := t.TempDir(), w.Pool.Config().ConnString()
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
	id := w.One(t, `select id from jiekou.outbox`)
	out := jiekoud(0, "show", id)
	if !strings.Contains(out, `"mobile":"***"`) || !strings.Contains(out, "status  HTTP 503") || strings.Contains(out, "13900000001") {
		t.Error(out)
	}
	if out := jiekoud(0, "show", id, "--json"); !json.Valid([]byte(out)) {
		t.Error(out)
	}
	if out := jiekoud(0, "receivers"); !strings.Contains(out, "failing  1 waiting") {
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
	case <-time.After(2 * time.Minute):
		t.Fatalf("nothing came: %s", w.Log)
	}
	w.Eventually(t, `select (delivered is not null)::text from jiekou.outbox`, "true")
	same(t, "replay", jiekoud(0, "replay", id), "1 to be sent again\n")
	select {
	case <-plains:
	case <-time.After(2 * time.Minute):
		t.Fatalf("not sent again: %s %s", w.Rows(t, `select * from jiekou.outbox`), w.Rows(t, `select *, now() from jiekou.receiver`))
	}
	w.Eventually(t, `select (delivered is not null)::text from jiekou.outbox`, "true")
	jiekoud(1, "replay", "--app", "300")
	jiekoud(2, "replay")
	jiekoud(2, "replay", "x")
	jiekoud(2, "list", "--state", "nothing")
	jiekoud(2, "list", "--since", "yesterday")
	jiekoud(1, "show", "99")
	jiekoud(1, "pause", "nobody")

	page := httptest.NewRecorder()
	d.Operate().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
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
		if code != command.Usage || !strings.HasPrefix(errs.String(), "jiekoud: error: "+want+"\n") {
			t.Errorf("%v: %d %s", flags, code, errs.String())
		}
	}
}
