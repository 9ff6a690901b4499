package lianfa_test

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
	c := w.App(t, "300")
	w.App(t, "200")
	w.Subscribe(t, "200", "cst_status_notify", "cst_follow_notify", "cst_info_notify")
	w.Subscribe(t, "300", "cst_status_notify")
	sound := newFollow.With("followContent", "来电\"问价\"", "nextDate", "2026-11-30 23:59:59", "nextContent", "回访", "keyActions", "1;邀亲朋到访",
		"remark", "备注")
	r := refused(t, w, c, "cst_follow_update", sound, []broken{
		{"no customer", sound.Without("cstGUID"), missing("cstGUID")},
		{"no time", sound.With("followTime", ""), missing("followTime")},
		{"no will", sound.Without("cstWill"), missing("cstWill")},
		{"time", sound.With("followTime", "2026/11/20"), wrong("followTime")},
		{"type", sound.With("followType", 8), wrong("followType")},
		{"will", sound.With("cstWill", "F"), wrong("cstWill")},
		{"action", sound.With("keyActions", "1;5"), wrong("keyActions")},
		{"content", sound.With("followContent", strings.Repeat("长", 201)), wrong("followContent")},
		{"unknown project", sound.With("projGUID", nobody, "cstGUID", nobody), refusal(4001, "项目不存在")},
		{"unknown customer", sound.With("cstGUID", nobody, "userGUID", nobody), refusal(2001, "客户不存在")},
		{"unknown consultant", sound.With("userGUID", nobody, "oppGUID", nobody), refusal(4002, "置业顾问不存在")},
		{"unknown opportunity", sound.With("oppGUID", nobody), refusal(9003, "销售机会编号不存在")},
		{"another customer's", sound.With("oppGUID", chance2), refusal(9003, "销售机会编号不存在")},
		{"another project's", sound.With("projGUID", project2), refusal(9003, "销售机会编号不存在")},
	})
	var made struct {
		FollowGUID string `json:"followGUID"`
	}
	r.Content(t, &made)
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{"followGUID":"`+made.FollowGUID+`"}}`)
	same(t, "follow-up", strings.Join(w.Rows(t, `select cst_guid, proj_guid, opp_guid, user_guid, follow_time at time zone 'Asia/Shanghai' as follow_time,
		follow_type, follow_content, next_date, next_content, cst_will, key_actions, remark from lianfa.follow_up where guid = $1`, made.FollowGUID), ""),
		`{"remark": "备注", "cst_guid": "`+customer1+`", "cst_will": "B", "opp_guid": "`+chance1+`", "next_date": "2026-11-30", "proj_guid": "`+project1+
			`", "user_guid": "`+user2+`", "follow_time": "2026-11-20T10:11:12", "follow_type": 2, "key_actions": "参观样板区;邀亲朋到访", `+
			`"next_content": "回访", "follow_content": "来电\"问价\""}`)
	same(t, "opportunity", strings.Join(w.Rows(t, `select user_guid, cst_will, next_date, status, first_cst_will,
		last_follow_time at time zone 'Asia/Shanghai' as last from lianfa.opportunity where guid = $1`, chance1), ""),
		`{"last": "2026-11-20T10:11:12", "status": "看房", "cst_will": "B", "next_date": "2026-11-30", "user_guid": "`+user1+`", "first_cst_will": "C"}`)
	status := `{"cstGUID":"` + customer1 + `","projGUID":"` + project1 + `","oriProjGUID":"` + project1 +
		`","followTime":"2026-11-20 10:11:12","followType":2,"followContent":"来电\"问价\"","followGUID":"` + made.FollowGUID + `"}`
	same(t, "status for 200", w.One(t, `select body::text from jiekou.outbox where app = '200' and cmd = 'cst_status_notify'`), status)
	same(t, "status for 300", w.One(t, `select body::text from jiekou.outbox where app = '300' and cmd = 'cst_status_notify'`), status)
	same(t, "follow for 200", w.One(t, `select body::text from jiekou.outbox where app = '200' and cmd = 'cst_follow_notify'`),
		`{"cstGUID":"`+customer1+`","projGUID":"`+project1+`","followTime":"2026-11-20 10:11:12","followContent":"来电\"问价\"","followType":2,"userGUID":"`+
			user2+`","oppGUID":"`+chance1+`","nextDate":"2026-11-30","nextContent":"回访","cstWill":"B","keyActions":"参观样板区;邀亲朋到访","remark":"备注",`+
			`"followGUID":"`+made.FollowGUID+`"}`)
	same(t, "outbox", w.One(t, `select count(*) from jiekou.outbox`), "3")
}

// Absent optional fields: the default remark, no key actions, and the
// opportunity has no next date, because its last follow-up names none.
func TestFollowUpdateLeast(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "cst_status_notify")
	for _, one := range []struct{ name, body, next, status string }{
		{"absent", newFollow.With("followType", 1).JSON(), "NULL", "8"},
		{"null", newFollow.With("nextDate", nil, "followType", 3).JSON(), "NULL", "3"},
		{"empty", newFollow.With("nextDate", "", "keyActions", "", "remark", "", "followContent", "").JSON(), "NULL", "2"},
		{"set", newFollow.With("nextDate", "2027-01-02").JSON(), "2027-01-02", "2"},
	} {
		var made struct {
			FollowGUID string `json:"followGUID"`
		}
		c.Call(t, "cst_follow_update", c.Sid(), one.body).Content(t, &made)
		same(t, one.name+": next date", w.One(t, `select next_date from lianfa.opportunity where guid = $1`, chance1), one.next)
		same(t, one.name+": follow-up", strings.Join(w.Rows(t, `select follow_content, key_actions, remark from lianfa.follow_up where guid = $1`,
			made.FollowGUID), ""), `{"remark": "案场跟进上报", "key_actions": null, "follow_content": null}`)
		same(t, one.name+": state", w.One(t, `select body->>'followType' from jiekou.outbox order by id desc limit 1`), one.status)
	}
}

// A text within its length may grow when numbers become labels: a value that passed
// the checks must not fail in the database.
func TestFollowUpdateManyActions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	r := c.Call(t, "cst_follow_update", c.Sid(), newFollow.With("keyActions", strings.Repeat("1;", 99)+"2").JSON())
	if code := r.Code(t); code != 0 && code != 1002 {
		t.Errorf("199 characters of key actions: %s", r.Plain)
	}
}

// Parts of a multi-value text are trimmed and empty ones dropped (erratum
// separators).
func TestFollowUpdateLooseActions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	r := c.Call(t, "cst_follow_update", c.Sid(), newFollow.With("keyActions", "1; 2 ;;4;").JSON())
	if r.Code(t) != 0 {
		t.Fatalf("got %s", r.Plain)
	}
	same(t, "stored", w.One(t, `select key_actions from lianfa.follow_up order by created desc limit 1`), "参观样板区;做置业预算;经他人推荐")
}

// The labels themselves hold no digit, so a label is never replaced in part.
func TestFollowUpdateLabels(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	all := "参观样板区;做置业预算;邀亲朋到访;经他人推荐"
	for _, text := range []string{all, "1;2;3;4", "1;做置业预算;3;经他人推荐"} {
		if r := c.Call(t, "cst_follow_update", c.Sid(), newFollow.With("keyActions", text).JSON()); r.Code(t) != 0 {
			t.Fatalf("%s: %s", text, r.Plain)
		}
		same(t, text, w.One(t, `select key_actions from lianfa.follow_up order by created desc limit 1`), all)
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
	c := w.App(t, "300")
	item := members{"itemGUID": "i1", "itemValue": "20", "parentItemGUID": "p1", "remark": "记", "expireTime": "2027-01-02 03:04:05", "sourceChannel": "案场"}
	attach := func(items ...any) members { return members{"attachGUID": trait1, "items": items} }
	sound := members{"cstGUID": customer1, "oppGUID": chance1, "userGUID": user2, "attachs": []any{
		members{"scopeGUID": project1, "attachGUID": trait1, "items": []any{item}},
		attach(members{"itemCode": "30"}, item.With("itemValue", "10", "expireTime", nil)),
	}}
	r := refused(t, w, c, "cst_attach_create_v2", sound, []broken{
		{"no list", sound.Without("attachs"), missing("attachs")},
		{"null", sound.With("attachs", nil), missing("attachs")},
		{"no member", sound.With("attachs", []any{}), missing("attachs")},
		{"object", sound.With("attachs", members{}), wrong("attachs")},
		{"member of another type", sound.With("attachs", []any{attach(item), 7}), wrong("attachs")},
		{"no trait", sound.With("attachs", []any{attach(item), members{"items": []any{item}}}), missing("attachs/attachGUID")},
		{"no items", sound.With("attachs", []any{attach()}), missing("attachs/items")},
		{"item of another type", sound.With("attachs", []any{attach(item, "x")}), wrong("attachs/items")},
		{"long value", sound.With("attachs", []any{attach(item, item.With("itemValue", strings.Repeat("值", 101)))}), wrong("attachs/items/itemValue")},
		{"time", sound.With("attachs", []any{attach(item), attach(item.With("expireTime", "never"))}), wrong("attachs/items/expireTime")},
		{"unknown customer", sound.With("cstGUID", nobody), refusal(2001, "客户不存在")},
		{"unknown opportunity", sound.With("oppGUID", nobody), refusal(9003, "销售机会编号不存在")},
		{"another customer's", sound.With("oppGUID", chance2), refusal(9003, "销售机会编号不存在")},
		{"unknown consultant", sound.With("userGUID", nobody), refusal(4002, "置业顾问不存在")},
	})
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{}}`)
	row := func(scope, value, item, parent, remark, expire, channel string) string {
		return `{"remark": ` + remark + `, "item_guid": ` + item + `, "user_guid": "` + user2 + `", "item_value": "` + value + `", "scope_guid": ` + scope +
			`, "attach_guid": "` + trait1 + `", "expire_time": ` + expire + `, "source_channel": ` + channel + `, "parent_item_guid": ` + parent + `}`
	}
	// The old row of trait1 without a scope is gone, the new ones are there.
	same(t, "trait1", strings.Join(w.Rows(t, traits, trait1), "\n"), strings.Join([]string{
		row("null", "10", `"i1"`, `"p1"`, `"记"`, "null", `"案场"`),
		row(`"`+project1+`"`, "20", `"i1"`, `"p1"`, `"记"`, `"2027-01-02T03:04:05"`, `"案场"`),
		row("null", "30", "null", "null", "null", "null", "null"),
	}, "\n"))
	same(t, "trait2 is left alone", w.One(t, `select count(*) from lianfa.customer_trait where cst_guid = $1 and attach_guid = $2`, customer1, trait2), "2")
	same(t, "others are left alone", w.One(t, `select count(*) from lianfa.customer_trait where cst_guid <> $1`, customer1), "4")
	// Again with one item: the two without a scope give way, the one with a scope stays.
	if r := c.Call(t, "cst_attach_create_v2", c.Sid(), sound.With("attachs", []any{attach(members{"itemValue": "40"})}).JSON()); r.Code(t) != 0 {
		t.Fatalf("again: %s", r.Plain)
	}
	same(t, "values", w.One(t, `select string_agg(item_value, ',' order by item_value) from lianfa.customer_trait where cst_guid = $1 and attach_guid = $2`,
		customer1, trait1), "20,40")
}

// Many items in one request, and a list beyond the limit of elements.
func TestAttachCreateMany(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	items := func(n int) string {
		return `{"cstGUID":"` + customer1 + `","oppGUID":"` + chance1 + `","userGUID":"` + user1 + `","attachs":[{"attachGUID":"` + trait1 +
			`","items":[` + strings.TrimSuffix(strings.Repeat(`{"itemValue":"1"},`, n), ",") + `]}]}`
	}
	if r := c.Call(t, "cst_attach_create_v2", c.Sid(), items(10000)); r.Code(t) != 0 {
		t.Errorf("10,000 items: %s", r.Plain)
	}
	same(t, "rows", w.One(t, `select count(*) from lianfa.customer_trait where cst_guid = $1 and attach_guid = $2`, customer1, trait1), "10000")
	w.Unchanged(t, func() {
		same(t, "10,001 items", c.Call(t, "cst_attach_create_v2", c.Sid(), items(10001)).Plain, refusal(1004, "请求数据格式错误"))
	})
}

// Will, next date and time of an opportunity are those of the follow-up with the latest
// time, in whatever order they are reported.
func TestFollowLate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	for _, one := range []struct{ name, time, will, next, want string }{
		{"first", "2026-11-20 10:00:00", "B", "2026-11-30", "B 2026-11-30 2026-11-20 10:00:00"},
		{"late", "2026-11-18 10:00:00", "E", "2026-11-19", "B 2026-11-30 2026-11-20 10:00:00"},
		{"of the same time", "2026-11-20 10:00:00", "A", "2026-12-01", "A 2026-12-01 2026-11-20 10:00:00"},
		{"without a next date", "2026-11-21 10:00:00", "C", "", "C none 2026-11-21 10:00:00"},
		{"late again", "2026-11-20 12:00:00", "D", "2026-12-02", "C none 2026-11-21 10:00:00"},
	} {
		body := newFollow.With("followTime", one.time, "cstWill", one.will, "nextDate", one.next)
		if one.next == "" {
			body = body.Without("nextDate")
		}
		if r := c.Call(t, "cst_follow_update", c.Sid(), body.JSON()); r.Code(t) != 0 {
			t.Fatalf("%s: %s", one.name, r.Plain)
		}
		same(t, one.name, w.One(t, `select cst_will || ' ' || coalesce(next_date::text, 'none') || ' '
			|| to_char(last_follow_time at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') from lianfa.opportunity where guid = $1`, chance1), one.want)
	}
}
