package lianfa_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bind subscribes an app by the command line: it sees project2 only.
func bindTo(t *testing.T, w *world, id string, cmds ...string) {
	t.Helper()
	const url = "http://127.0.0.1:9/push"
	w.Told(t, "lianfa "+id+": "+strings.Join(cmds, " ")+" -> "+url+", projects "+project2+"\n", "", 0,
		"app", "subscribe", id, "--notify", strings.Join(cmds, ","), "--url", url, "--project", project2)
}

// Notifications about a project, and those about none, are queued for an app that
// is bound to it, by whichever road.
func TestSubscriptionOfProject(t *testing.T) {
	t.Parallel()
	w, c := historyWorld(t, 40) // every tenth customer is of project2
	bindTo(t, w, "200", "cst_info_notify", "s_lead_notify", "notify_proj_publish", "notify_request_result", "notify_cst_attach_v2")
	w.Subscribe(t, "300", "notify_proj_publish")
	queued := func(cmd string) string {
		return w.One(t, `select coalesce(string_agg(app || ' ' || n, ', ' order by app), '') from
			(select app, count(*) as n from jiekou.outbox where cmd = $1 group by app) q`, cmd)
	}

	// Reports.
	for n, project := range []string{project1, project2, project1} {
		r := c.Call(t, "cst_info_create", c.Sid(), newCustomer.With("projGUID", project, "mobile", "1380000777"+string(rune('0'+n))).JSON())
		if r.Code(t) != 0 {
			t.Fatal(r.Plain)
		}
	}
	same(t, "reports", queued("cst_info_notify"), "200 1, 300 3")
	same(t, "project", w.One(t, `select body ->> 'projGUID' || ' ' || project from jiekou.outbox where app = '200'`), project2+" "+project2)

	// A project that the row has through another one, or not at all.
	w.Prepare(t, `delete from lianfa.customer_trait`, `insert into lianfa.customer_trait (cst_guid, opp_guid, user_guid, attach_guid, item_guid)
		select 'c', o, 'u', 'a', 'i' from unnest(array['o-1', 'o-2', 'o-3']) o`,
		`insert into lianfa.opportunity (guid, cst_guid, proj_guid, user_guid, status) values
		('o-1', 'c', '`+project1+`', 'u', '问询'), ('o-2', 'c', '`+project2+`', 'u', '问询')`)
	for _, n := range allNotifications() {
		if n.Cmd != "notify_cst_attach_v2" {
			continue
		}
		if _, err := n.Queue(t.Context(), w.Pool, "", [][]string{{"c", "o-1", "u"}, {"c", "o-2", "u"}, {"c", "o-3", "u"}}); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "traits", w.One(t, `select string_agg(app || ' ' || (body ->> 'oppGUID') || ' ' || coalesce(project, '-'), ', ' order by app, id)
		from jiekou.outbox where cmd = 'notify_cst_attach_v2'`), "200 o-2 "+project2+", 200 o-3 -, 300 o-1 "+project1+", 300 o-2 "+project2+", 300 o-3 -")

	// Publishing.
	w.Told(t, "2 projects: 3 notifications queued\n", "", 0, "project", "publish", project1, project2)
	same(t, "published", queued("notify_proj_publish"), "200 1, 300 2")

	// History, and its result, which is for the one that asked.
	w.Prepare(t, `delete from jiekou.outbox`)
	w.Prepare(t, `insert into lianfa.sync_task (guid, app, created_by, task_name, data_type, proj_guid) values
		('t-1', '200', 'x', 'y', 'cst_info_notify|s_lead_notify', null), ('t-2', '200', 'x', 'y', 'cst_info_notify', '`+project1+`')`)
	work(t, w)
	same(t, "history", w.One(t, `select string_agg(cmd || ' ' || n, ', ' order by cmd) from (select cmd, count(*) as n from jiekou.outbox
		where app = '200' and coalesce(project, $1) = $1 group by cmd) q`, project2), "cst_info_notify 5, notify_request_result 2")
	same(t, "of others", w.One(t, `select count(*) from jiekou.outbox where app <> '200' or project <> $1`, project2), "0")
	same(t, "remarks", w.One(t, `select string_agg(remark, ', ' order by guid) from lianfa.sync_task`), "同步完成，共5条, 同步完成，共0条")
}

// A notification by hand names the project if the contents do not.
func TestSendToProject(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.App(t, "200")
	bindTo(t, w, "200", "notify_proj_publish", "cst_follow_notify", "notify_request_result")
	dir := t.TempDir()
	send := func(cmd, data string, more ...string) []string {
		file := filepath.Join(dir, cmd)
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return append([]string{"notify", "send", cmd, "--app", "200", "--data", file}, more...)
	}
	const refused = "jiekoud: error: app.send lianfa/200: the app's subscription sees certain projects only\njiekoud: hint: "
	publish := `{"projInfos":[{"projGUID":"` + project2 + `","projName":"甲","isOpen":1}]}`
	w.Told(t, "", refused+"say with --project which one the notification is about\n", 1, send("notify_proj_publish", publish)...)
	w.Told(t, "", refused+"jiekoud app show 200 names them; the notification is about another one\n", 1,
		send("notify_proj_publish", publish, "--project", project1)...)
	w.Told(t, "lianfa 200: notify_proj_publish queued as delivery 1\n", "", 0, send("notify_proj_publish", publish, "--project", project2)...)

	follow := func(project string) string {
		return `{"cstGUID":"c","projGUID":"` + project + `","followTime":"2026-11-01 10:00:00","followType":2,"userGUID":"u","oppGUID":"o",` +
			`"cstWill":"A","followGUID":"f"}`
	}
	w.Told(t, "", refused+"jiekoud app show 200 names them; the notification is about another one\n", 1, send("cst_follow_notify", follow(project1))...)
	w.Told(t, "lianfa 200: cst_follow_notify queued as delivery 2\n", "", 0, send("cst_follow_notify", follow(project2))...)
	w.Told(t, "", "jiekoud: error: --project: the contents of cst_follow_notify say it, in projGUID\n", 2,
		send("cst_follow_notify", follow(project2), "--project", project2)...)
	result := `{"taskID":"1","taskName":"x","startTime":"2026-01-01","finishTime":"2026-01-01","status":1,"remark":"x"}`
	w.Told(t, "", "jiekoud: error: --project: notify_request_result is about no project\n", 2, send("notify_request_result", result, "--project", project2)...)
	w.Told(t, "lianfa 200: notify_request_result queued as delivery 3\n", "", 0, send("notify_request_result", result)...)
	same(t, "projects", w.One(t, `select string_agg(coalesce(project, '-'), ' ' order by id) from jiekou.outbox`), project2+" "+project2+" -")
}

// The commands show which projects a subscription sees; a new subscription
// replaces it.
func TestShowProjects(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.App(t, "200")
	bindTo(t, w, "200", "cst_info_notify")
	const line = "notify  cst_info_notify -> http://127.0.0.1:9/push"
	show := func(more string) string {
		return "system  lianfa\nappid   200\nname    \nstate   enabled\ngrants  *\nkeys    appkey, token\n" + line + more + "\n"
	}
	w.Told(t, show(", projects "+project2), "", 0, "app", "show", "200")
	w.Told(t, "lianfa  200  enabled  *  \n  keys appkey, token\n  notify cst_info_notify -> http://127.0.0.1:9/push, projects "+project2+"\n",
		"", 0, "app", "list")
	w.Told(t, "lianfa 200: cst_info_notify -> http://127.0.0.1:9/push\n", "", 0,
		"app", "subscribe", "200", "--notify", "cst_info_notify", "--url", "http://127.0.0.1:9/push")
	w.Told(t, show(""), "", 0, "app", "show", "200")
	w.Told(t, "lianfa 200 may call: \n", "", 0, "app", "revoke", "200", "*")
	w.Told(t, strings.Replace(show(", nothing is queued: no grant, or the app is disabled"), "grants  *", "grants  ", 1), "", 0, "app", "show", "200")
	w.Told(t, "", "jiekoud: error: invalid: project \"a b\": want the id of a project, without blanks\n", 1,
		"app", "subscribe", "200", "--notify", "cst_info_notify", "--url", "http://127.0.0.1:9/push", "--project", "a b")
	w.Told(t, "", "jiekoud: error: invalid: project \"\": want the id of a project, without blanks\n", 1,
		"app", "subscribe", "200", "--notify", "cst_info_notify", "--url", "http://127.0.0.1:9/push", "--project", ",")
}

// A change is queued for the apps that may have the notification when it happens.
func TestQueuedForGranted(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.App(t, "200", "base_*", "cst_*")
	w.Subscribe(t, "300", "cst_info_notify")
	w.Subscribe(t, "200", "cst_info_notify")
	for n, change := range []func(){
		func() {},
		func() { w.Told(t, "lianfa 200 may call: base_*\n", "", 0, "app", "revoke", "200", "cst_*") },
		func() {
			w.Told(t, "lianfa 200 may call: base_* cst_info_*\n", "", 0, "app", "grant", "200", "cst_info_*")
		},
		func() { w.Told(t, "lianfa 200: disabled\n", "", 0, "app", "disable", "200") },
		func() { w.Told(t, "lianfa 200: enabled\n", "", 0, "app", "enable", "200") },
	} {
		change()
		r := c.Call(t, "cst_info_create", c.Sid(), newCustomer.With("mobile", fmt.Sprintf("1380000777%d", n), "customerName", fmt.Sprint("名", n)).JSON())
		if r.Code(t) != 0 {
			t.Fatal(r.Plain)
		}
	}
	same(t, "queued", w.One(t, `select string_agg(app || (body ->> 'customerName'), ' ' order by app, id) from jiekou.outbox`),
		"200名0 200名2 200名4 300名0 300名1 300名2 300名3 300名4")
}

// A notification that is queued for an app as soon as the app is enabled is sent,
// although a running server's own memory of apps is up to two seconds old.
func TestSentToGranted(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	url := partner(t, c, func(string, string, string) bool { return true })
	if err := w.Admin.Subscribe(t.Context(), "lianfa", "300", "notify_proj_publish", url); err != nil {
		t.Fatal(err)
	}
	w.Told(t, "lianfa 300: disabled\n", "", 0, "app", "disable", "300")
	w.Push(t)
	w.Told(t, "lianfa 300: enabled\n", "", 0, "app", "enable", "300")
	w.Told(t, "1 projects: 1 notifications queued\n", "", 0, "project", "publish", project1)
	w.Eventually(t, `select case when delivered is not null then 'delivered' else coalesce(reason, 'waiting') end from jiekou.outbox`, "delivered")
}
