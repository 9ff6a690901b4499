package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
)

// journal has the messages that a partner accepted, as a partner would keep them:
// the first copy of each, in the order of their arrival.
type journal struct {
	mu     sync.Mutex
	order  []string          // contents
	bySid  map[string]string // contents
	copies int               // beyond the first
}

// take notes a message.
func (j *journal) take(t *testing.T, sid, plain string) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if before, ok := j.bySid[sid]; ok {
		same(t, "a copy of "+sid, plain, before)
		j.copies++
		return
	}
	j.bySid[sid] = plain
	j.order = append(j.order, plain)
}

// customer is one that a writer made: version 0 by the first report, then one
// more with each.
type customer struct {
	mobile   string
	versions int
}

// projectOf is the project of a writer's customers.
func projectOf(writer int) string { return []string{project1, project2}[writer%2] }

// reporter makes and changes customers until it must stop, and repeats each report
// under its sid until it is acknowledged.
func reporter(t *testing.T, c *caller, w *world, n int, url *atomic.Value, stop *atomic.Bool) []customer {
	t.Helper()
	send := func(cmd string, body members) bool {
		message := c.Seal(cmd, c.Sid(), body.JSON())
		for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			one := *c
			one.URL = url.Load().(string) + "/lianfa/api"
			res, err := one.HTTP.Do(one.Request(message.Body()))
			if err != nil {
				continue // killed
			}
			raw, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil {
				continue
			}
			switch code := one.Open(t, reply{Status: res.StatusCode, Raw: string(raw), HTTP: res.Header}).Code(t); code {
			case 0, 1013:
				return true
			case 1005: // the server was ending
			default:
				t.Errorf("%s: %d", cmd, code)
				return false
			}
		}
		t.Errorf("%s: never acknowledged", cmd)
		return false
	}
	var made []customer
	for i := 0; !stop.Load(); i++ {
		one := customer{mobile: fmt.Sprintf("139%02d%06d", n, i)}
		body := newCustomer.With("mobile", one.mobile, "customerName", "版0", "projGUID", projectOf(n))
		if !send("cst_info_create", body) {
			return made
		}
		body = body.Without("projGUID").With("cstGUID", w.One(t, `select guid from lianfa.customer where mobile = $1`, one.mobile))
		for one.versions = 1; one.versions < 4; one.versions++ {
			if !send("cst_info_update", body.With("customerName", fmt.Sprint("版", one.versions))) {
				return made
			}
		}
		made = append(made, one)
	}
	return made
}

// The real server is killed again and again (SIGKILL) while reports come in and
// three partners listen, one of which fails, and one of which may see one of two
// projects only. Then the database and the partners' journals tell: each
// acknowledged report is there once, each partner got each notification that it
// may have, of each customer in order, and nothing else.
func (b binary) testKilled(t *testing.T) {
	t.Helper()
	const kills, writers = 8, 4
	dir := t.TempDir()
	master, err := app.OpenMaster(filepath.Join(dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	w := setup(t)
	w.Master, w.Admin = master, app.NewAdmin(w.Pool, master, "test")
	c := w.App(t, "300")
	w.Prepare(t, `delete from jiekou.sid`)

	// 200 is sound. 201 fails a third of the time before it takes a message, and
	// a third of the time after. 202 is sound and may see project2.
	var failing atomic.Bool
	failing.Store(true)
	var calls atomic.Int64
	journals := map[string]*journal{"200": {bySid: map[string]string{}}, "201": {bySid: map[string]string{}}, "202": {bySid: map[string]string{}}}
	sees := map[string][]string{"202": {project2}} // others: all
	for id, j := range journals {
		url := partner(t, w.App(t, id), func(sid, cmd, plain string) bool {
			n := int64(2)
			if id == "201" && failing.Load() {
				n = calls.Add(1) % 3
			}
			if n == 0 {
				return false
			}
			same(t, "cmd", cmd, "cst_info_notify")
			j.take(t, sid, plain)
			return n == 2
		})
		if err := w.Admin.Subscribe(t.Context(), "lianfa", id, "cst_info_notify", url, sees[id]...); err != nil {
			t.Fatal(err)
		}
	}

	var url atomic.Value
	start := func() *served {
		s := b.serve(t, w.Pool.Config().ConnString(), dir, "--push-allow", "127.0.0.1")
		url.Store(s.url)
		return s
	}
	s := start()
	var stop atomic.Bool
	var group sync.WaitGroup
	made := make([][]customer, writers)
	for n := range writers {
		group.Go(func() { made[n] = reporter(t, c, w, n, &url, &stop) })
	}
	// hurry lets time pass for the partners' queues: leases of killed servers end, and
	// failed notifications are due.
	hurry := func(ctx context.Context, lease bool) {
		if _, err := w.Pool.Exec(ctx, `update jiekou.receiver set due = now(), leased_until = case when $1 then now() else leased_until end`, lease); err != nil {
			t.Error(err)
		}
	}
	reported := func() (n int) {
		if err := w.Pool.QueryRow(t.Context(), `select count(*) from jiekou.sid`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i := range kills {
		for range 3 + i%3 {
			enough := reported() + 5
			until(t, "reports come in", func() bool { return reported() >= enough })
			hurry(t.Context(), false)
		}
		s.kill()
		hurry(t.Context(), true)
		s = start()
	}
	stop.Store(true)
	group.Wait()
	failing.Store(false)
	for end := time.Now().Add(time.Minute); w.One(t, `select count(*) from jiekou.outbox where delivered is null`) != "0"; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not delivered: %v %s", w.Rows(t, `select app, count(*), max(dead), max(reason) from jiekou.outbox where delivered is null group by app`), s.errs)
		}
		hurry(t.Context(), false)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d: %s", code, s.errs)
	}

	reports, mobiles := 0, map[string]int{}
	projects, ofProject := map[string]string{}, map[string]int{}
	for writer, list := range made {
		for _, one := range list {
			mobiles[one.mobile], projects[one.mobile] = one.versions, projectOf(writer)
			reports += one.versions
			ofProject[projectOf(writer)] += one.versions
		}
	}
	if ofProject[project1] == 0 || ofProject[project2] == 0 {
		t.Error("only one project had reports")
	}
	if reports < 10*kills {
		t.Errorf("%d reports only", reports)
	}
	same(t, "message ids", w.One(t, `select count(*) from jiekou.sid`), fmt.Sprint(reports))
	same(t, "customers", w.One(t, `select count(*) || ' ' || count(distinct mobile) || ' ' || bool_and(customer_name = '版3')
		from lianfa.customer where mobile like '139%'`), fmt.Sprintf("%d %d true", len(mobiles), len(mobiles)))
	same(t, "queued", w.One(t, `select string_agg(app || ' ' || n, ', ' order by app) from (select app, count(*) as n from jiekou.outbox group by app) q`),
		fmt.Sprintf("200 %d, 201 %d, 202 %d", reports, reports, ofProject[project2]))
	for id, j := range journals {
		want := reports
		if id == "202" {
			want = ofProject[project2]
		}
		if len(j.order) != want {
			t.Errorf("%s got %d of %d", id, len(j.order), want)
		}
		next := map[string]int{}
		for _, plain := range j.order {
			var m struct{ Mobile, CustomerName, ProjGUID string }
			if err := json.Unmarshal([]byte(plain), &m); err != nil {
				t.Fatal(err)
			}
			if _, ok := mobiles[m.Mobile]; !ok {
				t.Errorf("%s got what nobody sent: %s", id, plain)
			}
			if m.ProjGUID != projects[m.Mobile] || id == "202" && m.ProjGUID != project2 {
				t.Errorf("%s got what it may not see: %s", id, plain)
			}
			if want := fmt.Sprint("版", next[m.Mobile]); m.CustomerName != want {
				t.Errorf("%s of %s: %s, want %s", id, m.Mobile, m.CustomerName, want)
			}
			next[m.Mobile]++
		}
		t.Logf("%s: %d messages, %d copies", id, len(j.order), j.copies)
	}
	for _, id := range []string{"200", "202"} {
		if j := journals[id]; j.copies > kills {
			t.Errorf("the sound partner %s got %d copies from %d kills", id, j.copies, kills)
		}
	}
	if strings.Contains(s.errs.String(), `"level":"ERROR"`) {
		t.Error(s.errs)
	}
}
