package main

import (
	"net/http"
	"sync"
	"testing"
)

// 64 times the same message at the same time: one effect, one success.
func TestSameSid(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	w.subscribe(t, "300", "cst_info_notify")
	for _, one := range []struct{ cmd, body string }{
		{"cst_info_create", newCustomer.json()},
		{"cst_info_get", `{"mobile":"13800138000"}`},
	} {
		body := c.seal(one.cmd, c.sid(), one.body).body()
		codes := make([]int, 64)
		var group sync.WaitGroup
		for i := range codes {
			group.Go(func() {
				if r := c.do(t, c.request(body)); r.status == http.StatusOK {
					codes[i] = c.open(t, r).code(t)
				}
			})
		}
		group.Wait()
		count := map[int]int{}
		for _, code := range codes {
			count[code]++
		}
		if count[0] != 1 || count[1013] != 63 {
			t.Errorf("%s: codes %v", one.cmd, count)
		}
	}
	same(t, "customers", w.one(t, `select count(*) from lianfa.customer where mobile = '13900000001'`), "1")
	same(t, "notifications", w.one(t, `select count(*) from jiekou.outbox`), "1")
	same(t, "message ids", w.one(t, `select count(*) from jiekou.sid`), "2")
}

// Two different messages about one customer at the same time: one is told that
// the mobile number is taken.
func TestSameMobile(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	codes := make([]int, 32)
	var group sync.WaitGroup
	for i := range codes {
		group.Go(func() { codes[i] = c.call(t, "cst_info_create", c.sid(), newCustomer.json()).code(t) })
	}
	group.Wait()
	count := map[int]int{}
	for _, code := range codes {
		count[code]++
	}
	if count[0] != 1 || count[2003] != 31 {
		t.Errorf("codes %v", count)
	}
	same(t, "message ids", w.one(t, `select count(*) from jiekou.sid`), "1")
}

// A sid is used once for an app, whatever the interface; another app has sids
// of its own.
func TestSidAcrossInterfaces(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c, other := w.app(t, "300"), w.app(t, "200")
	sid := c.sid()
	used := refusal(1013, "消息序列号重复")
	if r := c.call(t, "base_project_list", sid, `{}`); r.code(t) != 0 {
		t.Fatal(r.plain)
	}
	w.unchanged(t, func() {
		for cmd, body := range map[string]string{
			"cst_info_get": `{"mobile":"13800138000"}`, "cst_info_create": newCustomer.json(), "base_buildingUnit_list": `{"projGUID":"x"}`,
			"s_lead_query": `{"leadGUID":"x"}`, "cst_follow_update": newFollow.json(),
		} {
			same(t, cmd, c.call(t, cmd, sid, body).plain, used)
		}
		// 1013 comes before the checks of the answer
		same(t, "unknown project", c.call(t, "cst_info_create", sid, newCustomer.with("projGUID", nobody).json()).plain, used)
	})
	if r := other.call(t, "cst_info_create", sid, newCustomer.json()); r.code(t) != 0 {
		t.Errorf("another app: %s", r.plain)
	}
}
