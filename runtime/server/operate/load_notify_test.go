package operate_test

import (
	"strings"
	"testing"
)

// PostgreSQL accepts every generated statement of a notification.
func TestNoticeStatements(t *testing.T) {
	t.Parallel()
	w := setup(t)
	conn, err := w.Pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, n := range allNotifications() {
		for name, sql := range map[string]string{n.Cmd + " queue": n.SQL, n.Cmd + " history": n.History} {
			if _, err := conn.Conn().Prepare(t.Context(), name, sql); err != nil {
				t.Errorf("%s: %v\n%s", name, err, sql)
			}
		}
	}
}

// A load notifies subscribers about new and changed rows, and no others.
func TestLoadNotifies(t *testing.T) {
	t.Parallel()
	l := newLoading(t)
	l.w.App(t, "300")
	l.w.App(t, "200")
	l.w.Subscribe(t, "300", "cst_fee_notify", "cst_info_notify", "notify_proj_publish")
	l.w.Subscribe(t, "200", "cst_fee_notify")
	fee := func(guid, rest string) string {
		return guid + "," + customer1 + "," + project1 + ",t," + user1 + "," + rest + "\n"
	}
	head := "guid,cst_guid,proj_guid,trade_guid,user_guid,item_name,rmb_ye,last_date,paid,amount\n"
	first := head + fee("f-1", "定金,5.00,2026-12-01 00:00:00,0,10.00") + fee("f-2", "首付,6.5,2026-12-02 00:00:00,1,20")
	l.loads(t, "fee.csv", first, "fee.csv: 2 rows into lianfa.fee, 0 bad, 4 notifications", "", 0)
	body := func(guid, item, rest, day, flag, amount string) string {
		return `cst_fee_notify {"cstGUID":"` + customer1 + `","projGUID":"` + project1 + `","feeGUID":"` + guid + `","tradeGUID":"t","userGUID":"` + user1 +
			`","itemName":"` + item + `","rmbYe":"` + rest + `","lastDate":"` + day + ` 00:00:00","flag":"` + flag + `","amount":"` + amount + `"}`
	}
	want := body("f-1", "定金", "5.00", "2026-12-01", "", "10.00") + "\n" + body("f-2", "首付", "6.50", "2026-12-02", "√", "20.00")
	same(t, "queued for 300", l.w.Queued(t, "300"), want)
	same(t, "queued for 200", l.w.Queued(t, "200"), want)

	l.w.Prepare(t, `delete from jiekou.outbox`)
	l.loads(t, "fee.csv", strings.Replace(first, "5.00", "4.00", 1), "fee.csv: 2 rows into lianfa.fee, 0 bad, 2 notifications", "", 0)
	same(t, "only the changed one", l.w.Queued(t, "300"), body("f-1", "定金", "4.00", "2026-12-01", "", "10.00"))

	l.w.Prepare(t, `delete from jiekou.outbox`)
	l.loads(t, "fee.csv", first, "fee.csv: 2 rows would go into lianfa.fee, 0 bad", "", 0, "--dry-run")
	l.loads(t, "fee.csv", first, "fee.csv: 2 rows into lianfa.fee, 0 bad", "", 0, "--no-notify")
	l.loads(t, "fee.csv", head+fee("f-3", "x,1,2026-12-02,1,20")+fee("f-4", "x,bad,2026-12-02,1,20"),
		"fee.csv: 1 rows kept out of lianfa.fee, 1 bad", "fee.csv:3: column rmb_ye: not a number\njiekoud: error: 1 rows were bad\n", 1, "--strict")
	l.loads(t, "project.csv", "guid,proj_name,city_name,status,if_end,level\n"+project1+",云屿湾一期改,厦门,1,1,2\n", "project.csv: 1 rows into lianfa.project, 0 bad", "", 0)
	same(t, "nothing else", l.w.Queued(t, "300")+l.w.Queued(t, "200"), "")
}

// Rows of traits that share a notification are one notification, whose list has all
// of them.
func TestLoadNotifiesTogether(t *testing.T) {
	t.Parallel()
	l := newLoading(t)
	l.w.App(t, "300")
	l.w.Subscribe(t, "300", "notify_cst_attach_v2")
	l.loads(t, "customer_trait.csv", "guid,cst_guid,opp_guid,user_guid,attach_guid,item_guid,item_value\n"+
		"g-1,c,o,u,a,i1,v1\ng-2,c,o,u,a,i2,v2\ng-3,c,o,v,a,i1,v1\n",
		"customer_trait.csv: 3 rows into lianfa.customer_trait, 0 bad, 2 notifications", "", 0)
	same(t, "queued", l.w.Queued(t, "300"),
		`notify_cst_attach_v2 {"cstGUID":"c","oppGUID":"o","userGUID":"u","attachs":[{"scopeGUID":"","attachGUID":"a","items":[`+
			`{"itemGUID":"i1","itemCode":"v1"},{"itemGUID":"i2","itemCode":"v2"}]}]}`+"\n"+
			`notify_cst_attach_v2 {"cstGUID":"c","oppGUID":"o","userGUID":"v","attachs":[{"scopeGUID":"","attachGUID":"a","items":[`+
			`{"itemGUID":"i1","itemCode":"v1"}]}]}`)
}
