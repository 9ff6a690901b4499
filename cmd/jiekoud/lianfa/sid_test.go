package lianfa_test

import (
	"net/http"
	"sync"
	"testing"
)

// 64 times the same message at the same time: one effect, one success.
func TestSameSid(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "cst_info_notify")
	for _, one := range []struct{ cmd, body string }{
		{"cst_info_create", newCustomer.JSON()},
		{"cst_info_get", `{"mobile":"13800138000"}`},
	} {
		body := c.Seal(one.cmd, c.Sid(), one.body).Body()
		codes := make([]int, 64)
		var group sync.WaitGroup
		for i := range codes {
			group.Go(func() {
				if r := c.Do(t, c.Request(body)); r.Status == http.StatusOK {
					codes[i] = c.Open(t, r).Code(t)
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
	same(t, "customers", w.One(t, `select count(*) from lianfa.customer where mobile = '13900000001'`), "1")
	same(t, "notifications", w.One(t, `select count(*) from jiekou.outbox`), "1")
	same(t, "message ids", w.One(t, `select count(*) from jiekou.sid`), "2")
}

// Two different messages about one customer at the same time: one is refused
// because the mobile number is taken.
func TestSameMobile(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	codes := make([]int, 32)
	var group sync.WaitGroup
	for i := range codes {
		group.Go(func() { codes[i] = c.Call(t, "cst_info_create", c.Sid(), newCustomer.JSON()).Code(t) })
	}
	group.Wait()
	count := map[int]int{}
	for _, code := range codes {
		count[code]++
	}
	if count[0] != 1 || count[2003] != 31 {
		t.Errorf("codes %v", count)
	}
	same(t, "message ids", w.One(t, `select count(*) from jiekou.sid`), "1")
}

// A sid is used once for an app, whatever the interface; another app has sids
// of its own.
func TestSidAcrossInterfaces(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c, other := w.App(t, "300"), w.App(t, "200")
	sid := c.Sid()
	used := refusal(1013, "消息序列号重复")
	if r := c.Call(t, "base_project_list", sid, `{}`); r.Code(t) != 0 {
		t.Fatal(r.Plain)
	}
	w.Unchanged(t, func() {
		for cmd, body := range map[string]string{
			"cst_info_get": `{"mobile":"13800138000"}`, "cst_info_create": newCustomer.JSON(), "base_buildingUnit_list": `{"projGUID":"x"}`,
			"s_lead_query": `{"leadGUID":"x"}`, "cst_follow_update": newFollow.JSON(),
		} {
			same(t, cmd, c.Call(t, cmd, sid, body).Plain, used)
		}
		// 1013 comes before the checks of the answer
		same(t, "unknown project", c.Call(t, "cst_info_create", sid, newCustomer.With("projGUID", nobody).JSON()).Plain, used)
	})
	if r := other.Call(t, "cst_info_create", sid, newCustomer.JSON()); r.Code(t) != 0 {
		t.Errorf("another app: %s", r.Plain)
	}
}
