package panel

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/schema"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// setup is a panel over a database with one app, two dead letters of it, and a Watch.
func setup(t *testing.T) *Panel {
	t.Helper()
	pool, err := postgres.NewPool(t.Context(), postgrestest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if err := migrate.Up(t.Context(), pool, []migrate.Set{schema.Migrations()}); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`insert into jiekou.app (system, id, name, grants) values ('shop', '300', '<b>Shop</b>', '{told}')`,
		`insert into jiekou.outbox (system, app, cmd, body, sid, dead, reason)
		 select 'shop', '300', 'told', '{"name":"Mei"}', '30026112112000000000' || n, now(), 'gone' from generate_series(0, 1) n`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	p, err := New(Config{Pool: pool, Watch: new(Watch), Ready: func() string { return "" }, Hosts: []string{"ops.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// do sends a request; a form makes it a POST.
func (p *Panel) do(t *testing.T, url, form string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	method := http.MethodGet
	if form != "" {
		method = http.MethodPost
	}
	r := httptest.NewRequestWithContext(t.Context(), method, url, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for n := 0; n < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}

// A page of somebody else changes nothing, and a name that was given our address reads
// nothing.
func TestStrangers(t *testing.T) {
	t.Parallel()
	p := setup(t)
	const disable = "do=disable&system=shop&app=300&back=/panel/apps"
	for _, tt := range []struct {
		url, form string
		header    []string
		want      int
	}{
		{"http://127.0.0.1:8090/panel/", "", nil, http.StatusOK},
		{"http://localhost:8090/panel/apps", "", nil, http.StatusOK},
		{"http://[::1]/panel/apps", "", nil, http.StatusOK},
		{"http://ops.example.com/panel/apps", "", nil, http.StatusOK},
		{"http://evil.example.com:8090/panel/apps", "", nil, http.StatusMisdirectedRequest},
		{"http://127.0.0.1:8090/panel/act", disable, []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"http://127.0.0.1:8090/panel/act", disable, []string{"Origin", "http://evil.example.com"}, http.StatusForbidden},
		{"http://evil.example.com/panel/act", disable, []string{"Origin", "http://evil.example.com"}, http.StatusMisdirectedRequest},
		{"http://127.0.0.1:8090/panel/app?system=shop&id=301", "", nil, http.StatusNotFound},
		{"http://127.0.0.1:8090/panel/delivery?id=x", "", nil, http.StatusNotFound},
		{"http://127.0.0.1:8090/panel/deliveries?since=soon", "", nil, http.StatusBadRequest},
		{"http://127.0.0.1:8090/panel/act", "", nil, http.StatusMethodNotAllowed},
	} {
		if w := p.do(t, tt.url, tt.form, tt.header...); w.Code != tt.want {
			t.Errorf("%s %v: HTTP %d, want %d: %s", tt.url, tt.header, w.Code, tt.want, w.Body)
		}
	}
	if text := p.do(t, "http://localhost/panel/apps", "").Body.String(); !strings.Contains(text, ">enabled<") || !strings.Contains(text, "&lt;b&gt;Shop") {
		t.Error(text)
	}
}

// What a form asks for is done, said on its page, and in the audit with who it was.
func TestActions(t *testing.T) {
	t.Parallel()
	p := setup(t)
	for _, tt := range []struct{ form, want, action string }{
		{"do=disable&system=shop&app=300&back=/panel/app%3Fsystem%3Dshop%26id%3D300", "/panel/app?id=300&said=shop+300%3A+disabled&system=shop", "disable"},
		{"do=enable&system=shop&app=300", "/panel/?said=shop+300%3A+enabled", "enable"},
		{"do=grant&system=shop&app=300&patterns=a_*+b&back=http://evil.example.com/panel/", "/panel/?said=shop+300%3A+granted+a_%2A+b", "grant"},
		{"do=revoke&system=shop&app=300&patterns=b", "/panel/?said=shop+300%3A+revoked+b", "revoke"},
		{"do=limit&system=shop&app=300&concurrency=4&rate=50", "/panel/?said=shop+300%3A+limits+set", "limit"},
		{"do=limit&system=shop&app=300&rate=-1", "/panel/?fault=rate%3A+a+limit+is+0+or+more", ""},
		{"do=pause&system=shop&app=300", "/panel/?said=shop+300%3A+deliveries+paused", "pause-deliveries"},
		{"do=retry&system=shop&app=300", "/panel/?said=shop+300%3A+deliveries+go+on%2C+the+first+one+at+once", "resume-deliveries"},
		{"do=replay", "/panel/?fault=nothing+was+ticked", ""},
		{"do=replay&all=all", "/panel/?fault=search+by+app%2C+notification%2C+message+id+or+time+before+all+are+sent+again", ""},
		{"do=replay&ids=1", "/panel/?said=1+to+be+sent+again", "replay-deliveries"},
		{"do=replay&all=all&app=300", "/panel/?said=1+to+be+sent+again", "replay-deliveries"},
		{"do=disable&system=shop&app=301", "/panel/?fault=app.disable+shop%2F301%3A+no+such+app", ""},
		{"do=drop&system=shop&app=300", "/panel/?fault=there+is+no+%22drop%22", ""},
	} {
		var before, after int
		count := func(n *int) {
			if err := p.Pool.QueryRow(t.Context(), "select count(*) from jiekou.audit").Scan(n); err != nil {
				t.Fatal(err)
			}
		}
		count(&before)
		w := p.do(t, "http://127.0.0.1/panel/act", tt.form)
		if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != tt.want {
			t.Errorf("%s: HTTP %d to %s, want %s", tt.form, w.Code, to, tt.want)
		}
		count(&after)
		if tt.action == "" {
			if after != before {
				t.Errorf("%s: %d rows of the audit, had %d", tt.form, after, before)
			}
			continue
		}
		var action, by string
		if err := p.Pool.QueryRow(t.Context(), "select action, actor from jiekou.audit order by id desc limit 1").Scan(&action, &by); err != nil {
			t.Fatal(err)
		}
		if action != tt.action || by != "panel 192.0.2.1" || after != before+1 {
			t.Errorf("%s: %s by %s, %d rows", tt.form, action, by, after-before)
		}
	}
	text := p.do(t, "http://127.0.0.1/panel/delivery?id=1", "").Body.String()
	if !strings.Contains(text, "told for") || strings.Contains(text, "Mei") {
		t.Error(text)
	}
}

// Refusals are told apart by app, interface and code, and explained; times are of the last
// calls.
func TestWatch(t *testing.T) {
	t.Parallel()
	p := setup(t)
	errors := &problem.Catalogue{Rules: map[problem.Rule]string{problem.Grant: "1010"}, Texts: map[string]string{"1010": "没有权限", "4001": "项目不存在"}}
	call := route.Call{System: "shop", App: "300", Cmd: "ask"}
	for range 3 {
		p.Watch.Refused(call, errors, problem.New(problem.Grant), time.Now())
	}
	p.Watch.Refused(call, errors, problem.Code("4001"), time.Now())
	p.Watch.Refused(route.Call{System: "shop"}, errors, problem.New(problem.Grant), time.Now())
	for n := range 2 * recent {
		p.Watch.Observe("shop", "ask", time.Duration(n)*time.Millisecond)
	}
	p.Watch.Observe("shop", "", time.Hour)
	text := p.do(t, "http://127.0.0.1/panel/refusals?app=300", "").Body.String()
	for _, want := range []string{"<td>3</td>", "没有权限", "The app was not granted the interface.", `href="/docs/shop/errors.html#code-4001"`, "A check of the interface did not pass"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if strings.Contains(text, "nobody known") || len(p.Watch.Refusals("", "")) != 3 {
		t.Error(p.Watch.Refusals("", ""))
	}
	if slow := p.Watch.Slow(); len(slow) != 1 || slow[0] != (Speed{"shop", "ask", 2 * recent, 768 * time.Millisecond, 1018 * time.Millisecond, 1023 * time.Millisecond}) {
		t.Error(slow)
	}
	for _, rule := range problem.Rules() {
		if sentence(rule) == sentence("") {
			t.Errorf("%s has no sentence", rule)
		}
	}
}
