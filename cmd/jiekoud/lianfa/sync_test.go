package lianfa_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/history"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// historyWorld has customers and leads of two projects, and an app that gets
// their history.
func historyWorld(t *testing.T, customers int) (*world, *caller) {
	t.Helper()
	w := setup(t)
	c := w.App(t, "300")
	w.App(t, "200")
	w.Subscribe(t, "300", "cst_info_notify", "s_lead_notify", "notify_cst_attach_v2", "notify_request_result")
	w.Subscribe(t, "200", "cst_info_notify", "s_lead_notify", "notify_request_result")
	w.Prepare(t, `delete from lianfa.customer`, `delete from lianfa.lead`, `delete from lianfa.sync_task`,
		fmt.Sprintf(`insert into lianfa.customer (guid, proj_guid, user_guid, customer_name, gender, mobile, modified)
			select 'c-' || lpad(n::text, 4, '0'), case when n %% 10 = 0 then '%s' else '%s' end, '%s', '名' || n, 1, (13900000000 + n)::text,
				timestamptz '2026-10-01 00:00:00+8' + n * interval '1 minute' from generate_series(1, %d) n`, project2, project1, user1, customers),
		fmt.Sprintf(`insert into lianfa.lead (guid, proj_guid, consultant_id, cst_name, cst_tel, cst_type, cst_gender, lead_type, modified)
			select 'l-' || n, '%s', '%s', '名', '1', '个人', 1, '微信', '2026-10-02' from generate_series(1, 5) n`, project1, user1))
	return w, c
}

// ask makes a task through the interface.
func ask(t *testing.T, c *caller, body members) string {
	t.Helper()
	var made struct {
		TaskID string `json:"taskID"`
	}
	c.Call(t, "sync_request", c.Sid(), body.JSON()).Content(t, &made)
	return made.TaskID
}

// historyConfig has small batches and a short lease.
func historyConfig(backlog int) history.Config {
	return history.Config{
		Tasks: syncTasks(), Notifications: allNotifications(), Batch: 7, Lease: 200 * time.Millisecond, Poll: 20 * time.Millisecond, Workers: 2, Backlog: backlog,
	}
}

// newWorker returns a worker of historyConfig.
func newWorker(t *testing.T, pool *pgxpool.Pool, backlog int) *history.Worker {
	t.Helper()
	w, err := history.New(pool, historyConfig(backlog))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// work lets a worker do all open work.
func work(t *testing.T, w *world) {
	t.Helper()
	worker := newWorker(t, w.Pool, 0)
	for {
		did, err := worker.Once(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !did {
			return
		}
	}
}

// Each row of the range and the scope is sent once, in the order of its key, to the
// app that asked, and then the result.
func TestHistory(t *testing.T) {
	t.Parallel()
	w, c := historyWorld(t, 40)
	task := ask(t, c, members{
		"createdBy": "x", "taskName": "历史", "projGUID": project1, "timeRangeStart": "2026-10-01 00:03:00",
		"timeRangeEnd": "2026-10-01 00:25:00", "dataType": "cst_info_notify|s_lead_notify",
	})
	w.Told(t, "waiting  "+task+"  app 300  "+w.One(t, `select to_char(created at time zone current_setting('timezone'), 'YYYY-MM-DD HH24:MI:SS') from lianfa.sync_task`)+
		"  历史  \n", "", 0, "sync", "list")
	work(t, w)
	var want []string
	for n := 3; n <= 25; n++ {
		if n%10 != 0 {
			want = append(want, fmt.Sprintf("c-%04d", n))
		}
	}
	same(t, "customers", w.One(t, `select string_agg(body ->> 'cstGUID', ' ' order by id) from jiekou.outbox where app = '300' and cmd = 'cst_info_notify'`),
		strings.Join(want, " "))
	same(t, "one of them", w.One(t, `select body from jiekou.outbox where body ->> 'cstGUID' = 'c-0011'`),
		`{"cstGUID":"c-0011","projGUID":"`+project1+`","customerName":"名11","gender":1,"mobile":"13900000011","homeTel":"","certNum":"","address":"",`+
			`"certType":0,"userGUID":"`+user1+`"}`)
	row := strings.Join(w.Rows(t, `select app, status, remark, start_time <= finish_time as ordered from lianfa.sync_task`), "")
	same(t, "task", row, `{"app": "300", "remark": "同步完成，共21条", "status": 1, "ordered": true}`)
	same(t, "result", w.One(t, `select string_agg((body ->> 'taskID') || (body ->> 'status') || (body ->> 'remark'), ',') from jiekou.outbox where cmd = 'notify_request_result'`),
		task+"1同步完成，共21条")
	same(t, "the result is last", w.One(t, `select cmd from jiekou.outbox order by id desc limit 1`), "notify_request_result")
	same(t, "others", w.One(t, `select count(*) from jiekou.outbox where app <> '300'`), "0")
	same(t, "parts", strings.Join(w.Rows(t, `select n, cmd, queued, after from jiekou.sync_part order by n`), ""),
		`{"n": 1, "cmd": "cst_info_notify", "after": ["c-0025"], "queued": 21}{"n": 2, "cmd": "s_lead_notify", "after": null, "queued": 0}`)
	list, err := history.List(t.Context(), w.Pool, syncTasks(), 10)
	if err != nil || len(list) != 1 || list[0].State != "done" || len(list[0].Parts) != 2 || list[0].Parts[0].Queued != 21 {
		t.Errorf("list: %+v, %v", list, err)
	}
}

// Rows that cannot be sent are mentioned in the remark, and do not delay the rest.
func TestHistoryInPart(t *testing.T) {
	t.Parallel()
	w, c := historyWorld(t, 3)
	open := members{"createdBy": "x", "taskName": "历史"}
	w.Prepare(t, `update lianfa.customer_trait set cst_guid = 'c', opp_guid = 'o', user_guid = 'u'`)
	for _, tt := range []struct {
		body members
		want string
	}{
		{open.With("timeRangeStart", "2026-01-01", "dataType", "cst_fee_notify|s_lead_notify"), "2部分完成，共5条；cst_fee_notify没有订阅"},
		{open.With("shopGUID", "s", "dataType", "s_lead_notify"), "2同步失败；s_lead_notify不能按shopGUID限定范围"},
		{open.With("timeRangeStart", "2020-01-01", "dataType", "notify_cst_attach_v2"), "1同步完成，共1条"},
		{open.With("timeRangeStart", "2030-01-01", "dataType", "s_lead_notify"), "1同步完成，共0条"},
	} {
		task := ask(t, c, tt.body)
		work(t, w)
		same(t, tt.want, w.One(t, `select status || remark from lianfa.sync_task where guid = $1`, task), tt.want)
	}
	if _, err := w.Pool.Exec(t.Context(), `update jiekou.app set grants = '{sync_*,s_lead_notify}' where id = '300'`); err != nil {
		t.Fatal(err)
	}
	w.Prepare(t, fmt.Sprintf(`insert into lianfa.sync_task (guid, app, created_by, task_name, data_type) values
		('t-1', '300', 'x', 'y', 'cst_info_notify'), ('t-2', '301', 'x', 'y', 'cst_info_notify'), ('t-3', '300', 'x', 'y', '%s')`,
		"notify_request_result|no_such_notification_with_a_name_that_is_long|no_such_notification_that_is_long_too"))
	work(t, w)
	same(t, "granted no more", w.One(t, `select status || remark from lianfa.sync_task where guid = 't-1'`), "2同步失败；cst_info_notify没有权限")
	same(t, "no app", w.One(t, `select status || remark from lianfa.sync_task where guid = 't-2'`), "2同步失败；cst_info_notify应用不存在")
	same(t, "no names", w.One(t, `select status || remark from lianfa.sync_task where guid = 't-3'`),
		"2同步失败；notify_request_result没有历史数据；no_such_notification_with_a_name_that_is_long没有历史数据；no_such_notifi…")
}

// A task waits while too much waits for its app.
func TestHistoryBacklog(t *testing.T) {
	t.Parallel()
	w, c := historyWorld(t, 40)
	ask(t, c, members{"createdBy": "x", "taskName": "历史", "timeRangeStart": "2026-01-01", "dataType": "cst_info_notify"})
	worker := newWorker(t, w.Pool, 10)
	for range 3 {
		if _, err := worker.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.Prepare(t, `update jiekou.sync set leased_until = now() - interval '1 second'`) // the lease has ended
	}
	same(t, "held up", w.One(t, `select count(*) from jiekou.outbox`), "14")
	w.Prepare(t, `update jiekou.outbox set delivered = now()`)
	work(t, w)
	same(t, "all", w.One(t, `select count(distinct body ->> 'cstGUID') || ' ' || count(*) from jiekou.outbox where cmd = 'cst_info_notify'`), "40 40")
}

// killer cancels a context at the n-th statement.
type killer struct {
	left   int
	cancel context.CancelFunc
}

func (k *killer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	if k.left--; k.left == 0 {
		k.cancel()
	}
	return ctx
}

func (*killer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// A worker that is stopped at its first, second, third… statement leaves a task
// that the next one continues: no row is left out, and none is sent twice.
func TestHistoryStopped(t *testing.T) {
	t.Parallel()
	w, c := historyWorld(t, 40)
	ask(t, c, members{"createdBy": "x", "taskName": "历史", "timeRangeStart": "2026-01-01", "dataType": "cst_info_notify|s_lead_notify"})
	stops := 0
	for n := 1; w.One(t, `select count(*) from lianfa.sync_task where status is null`) == "1"; n++ {
		ctx, cancel := context.WithCancel(t.Context())
		config := w.Pool.Config()
		config.ConnConfig.Tracer = &killer{left: 1 + n%40, cancel: cancel}
		config.MaxConns = 1
		pool, err := pgxpool.NewWithConfig(context.Background(), config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newWorker(t, pool, 0).Once(ctx); err != nil {
			stops++
		}
		cancel()
		pool.Close()
		w.Prepare(t, `update jiekou.sync set leased_until = now() - interval '1 second'`)
		if n > 300 {
			t.Fatal("the task does not end")
		}
	}
	if stops < 5 {
		t.Errorf("stopped %d times only", stops)
	}
	toldOnce(t, w, 40, 5)
}

// toldOnce fails unless every customer and lead was sent once, and the result.
func toldOnce(t *testing.T, w *world, customers, leads int) {
	t.Helper()
	same(t, "queued", w.One(t, `select string_agg(cmd || ' ' || n || ' ' || different, ', ' order by cmd) from (
		select cmd, count(*) as n, count(distinct body::text) as different from jiekou.outbox where app = '300' group by cmd) q`),
		fmt.Sprintf("cst_info_notify %d %d, notify_request_result 1 1, s_lead_notify %d %d", customers, customers, leads, leads))
	same(t, "order", w.One(t, `select bool_and(ordered) from (select body ->> 'cstGUID' > lag(body ->> 'cstGUID') over (order by id) as ordered
		from jiekou.outbox where cmd = 'cst_info_notify') q`), "true")
	same(t, "task", w.One(t, `select status || remark from lianfa.sync_task`), fmt.Sprintf("1同步完成，共%d条", customers+leads))
}

// historyEnv names the database that a process of this test binary works on,
// instead of running tests.
const historyEnv = "JIEKOU_TEST_HISTORY"

// workHistory works until it is killed, or for a minute where nobody does.
func workHistory(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	worker, err := history.New(pool, historyConfig(1<<20))
	if err != nil {
		return err
	}
	worker.Run(ctx)
	return nil
}

// A process with two workers is killed again and again, each time with SIGKILL.
func TestHistoryKilled(t *testing.T) {
	t.Parallel()
	const customers = 5000
	w, c := historyWorld(t, customers)
	ask(t, c, members{"createdBy": "x", "taskName": "历史", "timeRangeStart": "2026-01-01", "dataType": "cst_info_notify|s_lead_notify"})
	queued := func() (n int) {
		if err := w.Pool.QueryRow(t.Context(), `select coalesce(sum(queued), 0) from jiekou.sync_part`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	ended := func() bool { return w.One(t, `select count(*) from lianfa.sync_task where status is null`) == "0" }
	kills := 0
	for ; !ended(); kills++ {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), historyEnv+"="+w.Pool.Config().ConnString())
		var out bytes.Buffer
		child.Stdout, child.Stderr = &out, &out
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		done := queued() + 1 + 200*(kills%7)
		until(t, "the worker works", func() bool { return queued() >= done || ended() })
		if err := child.Process.Kill(); err != nil {
			t.Fatalf("%v: %s", err, out.String())
		}
		_ = child.Wait() // it was killed
	}
	if kills < 3 {
		t.Errorf("killed %d times only", kills)
	}
	toldOnce(t, w, customers, 5)
}

// While history is queued, the same rows change through an interface: the last
// notification about each row has the row's state.
func TestHistoryBesideChanges(t *testing.T) {
	t.Parallel()
	w, c := historyWorld(t, 60)
	ask(t, c, members{"createdBy": "x", "taskName": "历史", "timeRangeStart": "2026-01-01", "dataType": "cst_info_notify"})
	done := make(chan struct{})
	for writer := range 3 {
		go func() {
			for n := range 40 {
				body := members{"cstGUID": fmt.Sprintf("c-%04d", 1+(n*7+writer)%60), "customerName": fmt.Sprintf("改%d.%d", writer, n)}
				r := c.Call(t, "cst_info_update", c.Sid(), body.With("gender", 1, "mobile", fmt.Sprintf("13%d%08d", 7+writer%2, writer*100+n), "userGUID", user1).JSON())
				if r.Code(t) != 0 {
					t.Error(r.Plain)
				}
			}
			done <- struct{}{}
		}()
	}
	work(t, w)
	for range 3 {
		<-done
	}
	work(t, w)
	same(t, "last told", w.One(t, `select count(*) || ' ' || count(*) filter (where o.body ->> 'customerName' = c.customer_name) from lianfa.customer c
		join lateral (select body from jiekou.outbox where cmd = 'cst_info_notify' and body ->> 'cstGUID' = c.guid order by id desc limit 1) o on true`), "60 60")
}

// Ids that are older than the kept ones are refused; only those are deleted.
func TestOldSids(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().In(zone).AddDate(0, -13, 0).Add(-time.Minute)
	r := c.Call(t, "cst_info_get", "300"+old.Format("060102150405")+"00001", `{"mobile":"13800138000"}`)
	same(t, "old", fmt.Sprint(r.Code(t)), "1015")
	young := "300" + old.Add(2*time.Minute).Format("060102150405") + "00001"
	if r := c.Call(t, "cst_info_get", young, `{"mobile":"13800138000"}`); r.Code(t) != 0 {
		t.Errorf("younger: %s", r.Plain)
	}
	w.Prepare(t, `delete from jiekou.sid`, `insert into jiekou.sid (system, app, sid, cmd, at) select 'lianfa', '300', sid, 'x', at::timestamptz from (values
		('30025010112000000001', '2025-01-01'), ('30025010112000000002', '2025-01-01'), ('30025010112000000003', '2026-11-01'),
		('20025010112000000001', '2025-01-01'), ('30025130112000000001', '2025-01-01'), ('2014123123123123', '2014-12-31'),
		('30026110112000000001', '2025-01-01'), ('30099010112000000001', '2025-01-01')) v(sid, at)`)
	rule := store.ForgetSids(w.Pool, "lianfa", zone)
	n, err := rule.Apply(t.Context(), time.Date(2026, 11, 21, 0, 0, 0, 0, zone))
	if n != 2 || err != nil {
		t.Errorf("%d ids forgotten, %v", n, err)
	}
	same(t, "kept", w.One(t, `select string_agg(sid, ' ' order by sid) from jiekou.sid`),
		"20025010112000000001 2014123123123123 30025010112000000003 30025130112000000001 30026110112000000001 30099010112000000001")
}
