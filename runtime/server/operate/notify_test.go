package operate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNotifySend(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.App(t, "300")
	w.App(t, "200", "base_*")
	w.Subscribe(t, "300", "notify_proj_publish")
	w.Subscribe(t, "200", "notify_proj_publish")
	file := filepath.Join(t.TempDir(), "data.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	send := func(cmd, id string) []string { return []string{"notify", "send", cmd, "--app", id, "--data", file} }
	write(`{"other":1,"projInfos":[{"isOpen":"1","projName":"甲","projGUID":"p"}]}`)
	w.Told(t, "lianfa 300: notify_proj_publish queued as delivery 1\n", "", 0, send("notify_proj_publish", "300")...)
	const queued = `notify_proj_publish {"projInfos":[{"projGUID":"p","projName":"甲","isOpen":1}]}`
	same(t, "queued", w.Queued(t, "300"), queued)
	same(t, "audit", w.One(t, `select string_agg(action || ' ' || app || ' ' || detail, ',') from jiekou.audit where action = 'send'`),
		`send 300 {"cmd": "notify_proj_publish"}`)

	w.Told(t, "", "jiekoud: error: app.send lianfa/200: invalid: the app is disabled or has no grant for notify_proj_publish\n", 1,
		send("notify_proj_publish", "200")...)
	w.Told(t, "", "jiekoud: error: recommend_notify is deprecated: it is not sent\n", 1, send("recommend_notify", "300")...)
	w.Told(t, "", "jiekoud: error: app 301: no such app\n", 1, send("notify_proj_publish", "301")...)
	write(`{"projInfos":[{"isOpen":7,"projName":"甲"}]}`)
	w.Told(t, "", "jiekoud: error: the contents break rules of notify_proj_publish\n  projInfos/0/projGUID: required\n  projInfos/0/isOpen: enum\n", 1,
		send("notify_proj_publish", "300")...)
	write(`{`)
	w.Told(t, "", "jiekoud: error: the contents break rules of notify_proj_publish\n  json\n", 1, send("notify_proj_publish", "300")...)
	write(`{"taskID":"1","taskName":"x","startTime":"2026-01-01","finishTime":"2026-01-01","status":1,"remark":"x"}`)
	w.Told(t, "", "jiekoud: error: app.send lianfa/300: the app has no such subscription\n"+
		"jiekoud: hint: jiekoud app subscribe 300 --notify notify_request_result --url URL\n", 1, send("notify_request_result", "300")...)
	same(t, "queued no more", w.Queued(t, "300")+w.Queued(t, "200"), queued)
}

func TestProjectPublish(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, id := range []string{"200", "300"} {
		w.App(t, id)
		w.Subscribe(t, id, "notify_proj_publish")
	}
	w.Told(t, "2 projects: 4 notifications queued\n", "", 0, "project", "publish", project1, project2)
	body := func(guid, name string) string {
		return `notify_proj_publish {"projInfos":[{"projGUID":"` + guid + `","projName":"` + name + `","isOpen":1}]}`
	}
	want := body(project1, "云屿湾一期") + "\n" + body(project2, "云屿湾二期")
	same(t, "for 200", strings.ReplaceAll(w.Queued(t, "200"), " : ", ":"), want)
	same(t, "for 300", strings.ReplaceAll(w.Queued(t, "300"), " : ", ":"), want)
	w.Told(t, "1 projects: 1 notifications queued\n", "", 0, "project", "publish", project2, "--app", "300")
	w.Told(t, "", "jiekoud: error: app.publish lianfa/: no project "+nobody+"\n", 1, "project", "publish", project1, nobody)
	same(t, "for 200 no more", w.One(t, `select count(*) from jiekou.outbox where app = '200'`), "2")
	same(t, "for 300 one more", w.One(t, `select count(*) from jiekou.outbox where app = '300'`), "3")
}
