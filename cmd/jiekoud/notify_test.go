package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNotifySend(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.app(t, "300")
	w.app(t, "200", "base_*")
	w.subscribe(t, "300", "notify_proj_publish")
	w.subscribe(t, "200", "notify_proj_publish")
	file := filepath.Join(t.TempDir(), "data.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	send := func(cmd, id string) []string { return []string{"notify", "send", cmd, "--app", id, "--data", file} }
	write(`{"other":1,"projInfos":[{"isOpen":"1","projName":"甲","projGUID":"p"}]}`)
	w.told(t, "lianfa 300: notify_proj_publish queued as delivery 1\n", "", 0, send("notify_proj_publish", "300")...)
	const queued = `notify_proj_publish {"projInfos":[{"projGUID":"p","projName":"甲","isOpen":1}]}`
	same(t, "queued", w.queued(t, "300"), queued)
	same(t, "audit", w.one(t, `select string_agg(action || ' ' || app || ' ' || detail, ',') from jiekou.audit where action = 'send'`),
		`send 300 {"cmd": "notify_proj_publish"}`)

	w.told(t, "", "jiekoud: error: app.send lianfa/200: invalid: the app is disabled or has no grant for notify_proj_publish\n", 1,
		send("notify_proj_publish", "200")...)
	w.told(t, "", "jiekoud: error: recommend_notify is deprecated: it is not sent\n", 1, send("recommend_notify", "300")...)
	w.told(t, "", "jiekoud: error: app 301: no such app\n", 1, send("notify_proj_publish", "301")...)
	write(`{"projInfos":[{"isOpen":7,"projName":"甲"}]}`)
	w.told(t, "", "jiekoud: error: the contents break rules of notify_proj_publish\n  projInfos/0/projGUID: required\n  projInfos/0/isOpen: enum\n", 1,
		send("notify_proj_publish", "300")...)
	write(`{`)
	w.told(t, "", "jiekoud: error: the contents break rules of notify_proj_publish\n  json\n", 1, send("notify_proj_publish", "300")...)
	write(`{"taskID":"1","taskName":"x","startTime":"2026-01-01","finishTime":"2026-01-01","status":1,"remark":"x"}`)
	w.told(t, "", "jiekoud: error: app.send lianfa/300: the app has no such subscription\n"+
		"jiekoud: hint: jiekoud app subscribe 300 --notify notify_request_result --url URL\n", 1, send("notify_request_result", "300")...)
	same(t, "queued no more", w.queued(t, "300")+w.queued(t, "200"), queued)
}

func TestProjectPublish(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, id := range []string{"200", "300"} {
		w.app(t, id)
		w.subscribe(t, id, "notify_proj_publish")
	}
	w.told(t, "2 projects: 4 notifications queued\n", "", 0, "project", "publish", project1, project2)
	body := func(guid, name string) string {
		return `notify_proj_publish {"projInfos":[{"projGUID":"` + guid + `","projName":"` + name + `","isOpen":1}]}`
	}
	want := body(project1, "云屿湾一期") + "\n" + body(project2, "云屿湾二期")
	same(t, "for 200", strings.ReplaceAll(w.queued(t, "200"), " : ", ":"), want)
	same(t, "for 300", strings.ReplaceAll(w.queued(t, "300"), " : ", ":"), want)
	w.told(t, "1 projects: 1 notifications queued\n", "", 0, "project", "publish", project2, "--app", "300")
	w.told(t, "", "jiekoud: error: app.publish lianfa/: no project "+nobody+"\n", 1, "project", "publish", project1, nobody)
	same(t, "for 200 no more", w.one(t, `select count(*) from jiekou.outbox where app = '200'`), "2")
	same(t, "for 300 one more", w.one(t, `select count(*) from jiekou.outbox where app = '300'`), "3")
}
