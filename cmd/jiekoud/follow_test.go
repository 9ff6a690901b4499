package main

import (
	"strings"
	"testing"
)

var newFollow = members{
	"cstGUID": customer1, "projGUID": project1, "followTime": "2026-11-20 10:11:12", "followType": 2, "userGUID": user2,
	"oppGUID": chance1, "cstWill": "b",
}

func TestFollowUpdate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	w.app(t, "200")
	w.subscribe(t, "200", "cst_status_notify", "cst_follow_notify", "cst_info_notify")
	w.subscribe(t, "300", "cst_status_notify")
	sound := newFollow.with("followContent", "来电\"问价\"", "nextDate", "2026-11-30 23:59:59", "nextContent", "回访", "keyActions", "1;邀亲朋到访",
		"remark", "备注")
	r := w.refused(t, c, "cst_follow_update", sound, []broken{
		{"no customer", sound.without("cstGUID"), missing("cstGUID")},
		{"no time", sound.with("followTime", ""), missing("followTime")},
		{"no will", sound.without("cstWill"), missing("cstWill")},
		{"time", sound.with("followTime", "2026/11/20"), wrong("followTime")},
		{"type", sound.with("followType", 8), wrong("followType")},
		{"will", sound.with("cstWill", "F"), wrong("cstWill")},
		{"action", sound.with("keyActions", "1;5"), wrong("keyActions")},
		{"content", sound.with("followContent", strings.Repeat("长", 201)), wrong("followContent")},
		{"unknown project", sound.with("projGUID", nobody, "cstGUID", nobody), refusal(4001, "项目不存在")},
		{"unknown customer", sound.with("cstGUID", nobody, "userGUID", nobody), refusal(2001, "客户不存在")},
		{"unknown consultant", sound.with("userGUID", nobody, "oppGUID", nobody), refusal(4002, "置业顾问不存在")},
		{"unknown opportunity", sound.with("oppGUID", nobody), refusal(9003, "销售机会编号不存在")},
		{"another customer's", sound.with("oppGUID", chance2), refusal(9003, "销售机会编号不存在")},
		{"another project's", sound.with("projGUID", project2), refusal(9003, "销售机会编号不存在")},
	})
	var made struct {
		FollowGUID string `json:"followGUID"`
	}
	r.content(t, &made)
	same(t, "reply", r.plain, `{"errcode":0,"errmsg":"","content":{"followGUID":"`+made.FollowGUID+`"}}`)
	same(t, "follow-up", strings.Join(w.rows(t, `select cst_guid, proj_guid, opp_guid, user_guid, follow_time at time zone 'Asia/Shanghai' as follow_time,
		follow_type, follow_content, next_date, next_content, cst_will, key_actions, remark from lianfa.follow_up where guid = $1`, made.FollowGUID), ""),
		`{"remark": "备注", "cst_guid": "`+customer1+`", "cst_will": "B", "opp_guid": "`+chance1+`", "next_date": "2026-11-30", "proj_guid": "`+project1+
			`", "user_guid": "`+user2+`", "follow_time": "2026-11-20T10:11:12", "follow_type": 2, "key_actions": "参观样板区;邀亲朋到访", `+
			`"next_content": "回访", "follow_content": "来电\"问价\""}`)
	same(t, "opportunity", strings.Join(w.rows(t, `select user_guid, cst_will, next_date, status, first_cst_will,
		last_follow_time at time zone 'Asia/Shanghai' as last from lianfa.opportunity where guid = $1`, chance1), ""),
		`{"last": "2026-11-20T10:11:12", "status": "看房", "cst_will": "B", "next_date": "2026-11-30", "user_guid": "`+user1+`", "first_cst_will": "C"}`)
	status := `{"cstGUID":"` + customer1 + `","projGUID":"` + project1 + `","oriProjGUID":"` + project1 +
		`","followTime":"2026-11-20 10:11:12","followType":2,"followContent":"来电\"问价\"","followGUID":"` + made.FollowGUID + `"}`
	same(t, "status for 200", w.one(t, `select body::text from jiekou.outbox where app = '200' and cmd = 'cst_status_notify'`), status)
	same(t, "status for 300", w.one(t, `select body::text from jiekou.outbox where app = '300' and cmd = 'cst_status_notify'`), status)
	same(t, "follow for 200", w.one(t, `select body::text from jiekou.outbox where app = '200' and cmd = 'cst_follow_notify'`),
		`{"cstGUID":"`+customer1+`","projGUID":"`+project1+`","followTime":"2026-11-20 10:11:12","followContent":"来电\"问价\"","followType":2,"userGUID":"`+
			user2+`","oppGUID":"`+chance1+`","nextDate":"2026-11-30","nextContent":"回访","cstWill":"B","keyActions":"参观样板区;邀亲朋到访","remark":"备注",`+
			`"followGUID":"`+made.FollowGUID+`"}`)
	same(t, "outbox", w.one(t, `select count(*) from jiekou.outbox`), "3")
}

// Absent optional fields: the default remark, no key actions, and the
// opportunity's next date stays; "" clears it.
func TestFollowUpdateLeast(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	w.subscribe(t, "300", "cst_status_notify")
	next := w.one(t, `select next_date from lianfa.opportunity where guid = $1`, chance1)
	for _, one := range []struct{ name, body, next, status string }{
		{"absent", newFollow.with("followType", 1).json(), next, "8"},
		{"null", newFollow.with("nextDate", nil, "followType", 3).json(), next, "3"},
		{"empty", newFollow.with("nextDate", "", "keyActions", "", "remark", "", "followContent", "").json(), "NULL", "2"},
		{"set", newFollow.with("nextDate", "2027-01-02").json(), "2027-01-02", "2"},
	} {
		var made struct {
			FollowGUID string `json:"followGUID"`
		}
		c.call(t, "cst_follow_update", c.sid(), one.body).content(t, &made)
		same(t, one.name+": next date", w.one(t, `select next_date from lianfa.opportunity where guid = $1`, chance1), one.next)
		same(t, one.name+": follow-up", strings.Join(w.rows(t, `select follow_content, key_actions, remark from lianfa.follow_up where guid = $1`,
			made.FollowGUID), ""), `{"remark": "案场跟进上报", "key_actions": null, "follow_content": null}`)
		same(t, one.name+": state", w.one(t, `select body->>'followType' from jiekou.outbox order by id desc limit 1`), one.status)
	}
}

// A text within its length may grow when numbers become labels: what passed the
// checks must not fail in the database.
func TestFollowUpdateManyActions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	r := c.call(t, "cst_follow_update", c.sid(), newFollow.with("keyActions", strings.Repeat("1;", 99)+"2").json())
	if code := r.code(t); code != 0 && code != 1002 {
		t.Errorf("199 characters of key actions: %s", r.plain)
	}
}

// Parts of a multi-value text are trimmed and empty ones dropped (erratum
// separators).
func TestFollowUpdateLooseActions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	r := c.call(t, "cst_follow_update", c.sid(), newFollow.with("keyActions", "1; 2 ;;4;").json())
	if r.code(t) != 0 {
		t.Fatalf("got %s", r.plain)
	}
	same(t, "stored", w.one(t, `select key_actions from lianfa.follow_up order by created desc limit 1`), "参观样板区;做置业预算;经他人推荐")
}

// The labels themselves hold no digit, so a label is never replaced in part.
func TestFollowUpdateLabels(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	all := "参观样板区;做置业预算;邀亲朋到访;经他人推荐"
	for _, text := range []string{all, "1;2;3;4", "1;做置业预算;3;经他人推荐"} {
		if r := c.call(t, "cst_follow_update", c.sid(), newFollow.with("keyActions", text).json()); r.code(t) != 0 {
			t.Fatalf("%s: %s", text, r.plain)
		}
		same(t, text, w.one(t, `select key_actions from lianfa.follow_up order by created desc limit 1`), all)
	}
}

const (
	trait1 = "2e4b7310-8325-4422-9da8-7b87f7d91f95" // 购房目的
	trait2 = "52a7cb2b-0c0d-4ee4-adb4-beb802b3b348" // 关注因素
)

// traits are the traits of the first customer, oldest first.
const traits = `select user_guid, scope_guid, attach_guid, item_guid, item_value, parent_item_guid, remark,
	expire_time at time zone 'Asia/Shanghai' as expire_time, source_channel from lianfa.customer_trait where cst_guid = '` + customer1 + `'
	and attach_guid = $1 order by item_value`

func TestAttachCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	item := members{"itemGUID": "i1", "itemValue": "20", "parentItemGUID": "p1", "remark": "记", "expireTime": "2027-01-02 03:04:05", "sourceChannel": "案场"}
	attach := func(items ...any) members { return members{"attachGUID": trait1, "items": items} }
	sound := members{"cstGUID": customer1, "oppGUID": chance1, "userGUID": user2, "attachs": []any{
		members{"scopeGUID": project1, "attachGUID": trait1, "items": []any{item}},
		attach(members{"itemCode": "30"}, item.with("itemValue", "10", "expireTime", nil)),
	}}
	r := w.refused(t, c, "cst_attach_create_v2", sound, []broken{
		{"no list", sound.without("attachs"), missing("attachs")},
		{"null", sound.with("attachs", nil), missing("attachs")},
		{"no member", sound.with("attachs", []any{}), missing("attachs")},
		{"object", sound.with("attachs", members{}), wrong("attachs")},
		{"member of another type", sound.with("attachs", []any{attach(item), 7}), wrong("attachs")},
		{"no trait", sound.with("attachs", []any{attach(item), members{"items": []any{item}}}), missing("attachs/attachGUID")},
		{"no items", sound.with("attachs", []any{attach()}), missing("attachs/items")},
		{"item of another type", sound.with("attachs", []any{attach(item, "x")}), wrong("attachs/items")},
		{"long value", sound.with("attachs", []any{attach(item, item.with("itemValue", strings.Repeat("值", 101)))}), wrong("attachs/items/itemValue")},
		{"time", sound.with("attachs", []any{attach(item), attach(item.with("expireTime", "never"))}), wrong("attachs/items/expireTime")},
		{"unknown customer", sound.with("cstGUID", nobody), refusal(2001, "客户不存在")},
		{"unknown opportunity", sound.with("oppGUID", nobody), refusal(9003, "销售机会编号不存在")},
		{"another customer's", sound.with("oppGUID", chance2), refusal(9003, "销售机会编号不存在")},
		{"unknown consultant", sound.with("userGUID", nobody), refusal(4002, "置业顾问不存在")},
	})
	same(t, "reply", r.plain, `{"errcode":0,"errmsg":"","content":{}}`)
	row := func(scope, value, item, parent, remark, expire, channel string) string {
		return `{"remark": ` + remark + `, "item_guid": ` + item + `, "user_guid": "` + user2 + `", "item_value": "` + value + `", "scope_guid": ` + scope +
			`, "attach_guid": "` + trait1 + `", "expire_time": ` + expire + `, "source_channel": ` + channel + `, "parent_item_guid": ` + parent + `}`
	}
	// The old row of trait1 without a scope is gone, the new ones are there.
	same(t, "trait1", strings.Join(w.rows(t, traits, trait1), "\n"), strings.Join([]string{
		row("null", "10", `"i1"`, `"p1"`, `"记"`, "null", `"案场"`),
		row(`"`+project1+`"`, "20", `"i1"`, `"p1"`, `"记"`, `"2027-01-02T03:04:05"`, `"案场"`),
		row("null", "30", "null", "null", "null", "null", "null"),
	}, "\n"))
	same(t, "trait2 is left alone", w.one(t, `select count(*) from lianfa.customer_trait where cst_guid = $1 and attach_guid = $2`, customer1, trait2), "2")
	same(t, "others are left alone", w.one(t, `select count(*) from lianfa.customer_trait where cst_guid <> $1`, customer1), "4")
	// Again with one item: the two without a scope give way, the one with a scope stays.
	if r := c.call(t, "cst_attach_create_v2", c.sid(), sound.with("attachs", []any{attach(members{"itemValue": "40"})}).json()); r.code(t) != 0 {
		t.Fatalf("again: %s", r.plain)
	}
	same(t, "values", w.one(t, `select string_agg(item_value, ',' order by item_value) from lianfa.customer_trait where cst_guid = $1 and attach_guid = $2`,
		customer1, trait1), "20,40")
}

// Many items in one request, and a list beyond the limit of elements.
func TestAttachCreateMany(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	items := func(n int) string {
		return `{"cstGUID":"` + customer1 + `","oppGUID":"` + chance1 + `","userGUID":"` + user1 + `","attachs":[{"attachGUID":"` + trait1 +
			`","items":[` + strings.TrimSuffix(strings.Repeat(`{"itemValue":"1"},`, n), ",") + `]}]}`
	}
	if r := c.call(t, "cst_attach_create_v2", c.sid(), items(10000)); r.code(t) != 0 {
		t.Errorf("10,000 items: %s", r.plain)
	}
	same(t, "rows", w.one(t, `select count(*) from lianfa.customer_trait where cst_guid = $1 and attach_guid = $2`, customer1, trait1), "10000")
	w.unchanged(t, func() {
		same(t, "10,001 items", c.call(t, "cst_attach_create_v2", c.sid(), items(10001)).plain, refusal(1004, "请求数据格式错误"))
	})
}
