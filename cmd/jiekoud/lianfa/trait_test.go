package lianfa_test

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/server"
)

const (
	project4 = "178854f2-260d-4254-93fe-2e85142c8364" // 榕畔里一期
	bureau1  = "47eaa099-2cb6-416d-a6dc-283cf0480ff9" // the company that project1 belongs to
	trait3   = "531b6224-73e8-431c-94a8-c1877a5c37dd" // 期望面积, typed in, of bureau1
	trait4   = "f9ba2032-ef47-428e-b339-1467688009a9" // 意向户型, of project4
	better   = "39f73944-6f8d-4d7b-93d9-57f750b298e6" // 改善, a candidate of trait1
)

func TestTemplateQuery(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Exec(t, `update lianfa.trait set modified = '2026-11-02 08:30:00.1234+08'`)
	w.Exec(t, `update lianfa.trait_item set modified = '2026-11-03 08:30:00.1234+08'`)
	w.Exec(t, `update lianfa.trait_item set modified = '2026-11-05 08:30:00.5+08' where guid = $1`, better)
	w.Exec(t, `update lianfa.trait_item set modified = '2026-11-09 08:30:00+08' where attach_guid = $1`, trait4)
	const last, other = "2026-11-05 08:30:00.500", "2026-11-09 08:30:00.000"
	r := refused(t, w, c, "attribute_template_query", members{"projGUID": project1, "pageSize": 1}, append([]broken{
		{"long project", members{"projGUID": strings.Repeat("a", 65)}, wrong("projGUID")},
		{"project of another type", members{"projGUID": true}, wrong("projGUID")},
	}, badPage...))
	row := func(proj, code, name, input, key, label, more string) string {
		return `{"projGUID":"` + proj + `","attachCode":"` + code + `","attachName":"` + name + `","attachType":0,"input":` + input +
			`,"attachKey":"` + key + `","category":"50","label":"` + label + `",` + more + `}`
	}
	same(t, "one candidate a row", r.Plain, `{"errcode":0,"errmsg":"","content":{"lastSyncTime":"`+last+`","totalPage":10,"page":1,"attachs":[`+
		row(project1, "opp_purpose", "购房目的", "2", "10", "自住", `"codeSeq":1,"state":1,"keySeq":1`)+`]}}`)
	same(t, "typed in", c.Call(t, "attribute_template_query", c.Sid(), members{"projGUID": project1, "pageSize": 1, "page": 10}.JSON()).Plain,
		`{"errcode":0,"errmsg":"","content":{"lastSyncTime":"`+last+`","totalPage":10,"page":10,"attachs":[`+
			row(project1, "opp_area", "期望面积", "1", "", "", `"codeSeq":3,"state":1`)+`]}}`)
	same(t, "of a project", c.Call(t, "attribute_template_query", c.Sid(), members{"projGUID": project4, "pageSize": 1, "page": 14}.JSON()).Plain,
		`{"errcode":0,"errmsg":"","content":{"lastSyncTime":"`+other+`","totalPage":14,"page":14,"attachs":[`+
			row(project4, "opp_layout", "意向户型", "2", "90", "复式", `"codeSeq":4,"state":0,"keySeq":5,"endTime":"2026-06-30 23:59:59"`)+`]}}`)
	same(t, "of the whole group", c.Call(t, "attribute_template_query", c.Sid(), `{"pageSize":1}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"lastSyncTime":"`+last+`","totalPage":9,"page":1,"attachs":[`+
			row("", "opp_purpose", "购房目的", "2", "10", "自住", `"codeSeq":1,"state":1,"keySeq":1`)+`]}}`)
	pages(t, w, c, "attribute_template_query", []cut{
		{`{}`, 9, 1, 1, last},
		{`{"projGUID":""}`, 9, 1, 1, last},
		{`{"projGUID":"` + nobody + `"}`, 9, 1, 1, last},
		{`{"projGUID":"` + project4 + `"}`, 10, 1, 2, other},
		{`{"projGUID":"` + project4 + `","page":2}`, 4, 2, 2, other},
		{`{"pageSize":0,"page":0}`, 1, 1, 9, last},
		{`{"pageSize":100000}`, 9, 1, 1, last},
	})
	w.Exec(t, `delete from lianfa.trait`)
	same(t, "nothing", c.Call(t, "attribute_template_query", c.Sid(), `{"projGUID":"`+project1+`"}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"totalPage":0,"page":1,"attachs":[]}}`)
	if n := strings.Count(w.Log.String(), "deprecated interface called"); n < 5 {
		t.Errorf("%d calls of a deprecated interface are logged", n)
	}
}

func TestAttachList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	call := func(body string) string {
		// Without a time the document's sample has null where the table leaves the field optional: both are right.
		return strings.ReplaceAll(c.Call(t, "proj_attach_list_v2", c.Sid(), body).Plain, `"expireTime":null,`, "")
	}
	refused(t, w, c, "proj_attach_list_v2", members{"projGUID": project1}, append([]broken{
		{"long project", members{"projGUID": strings.Repeat("a", 65)}, wrong("projGUID")},
		{"project of another type", members{"projGUID": []any{}}, wrong("projGUID")},
	}, badPage...))
	item := func(guid, code, parent, name, seq, state, more, scope string) string {
		return `{"itemGUID":"` + guid + `","itemCode":"` + code + `",` + parent + `"itemName":"` + name + `","sequence":` + seq + `,"state":` + state + `,` + more +
			`"scopeGUID":"` + scope + `"}`
	}
	purpose := func(level, scopes string, first ...string) string {
		items := append(first, item("09bfdcfe-2d36-48f8-a3f9-786901e74067", "10", "", "自住", "1", "1", "", ""), item(better, "20", "", "改善", "2", "1", "", ""),
			item("2ae71631-beee-4d0e-a043-e957e5718f18", "30", "", "投资", "3", "1", "", ""), item("f298c922-07bc-4280-972d-c342818de93e", "40", "", "养老", "4", "1", "", ""))
		return `{"attachGUID":"` + trait1 + `","attachCode":"opp_purpose","attachName":"购房目的","category":50,"attachLevel":` + level + `,"scopeGUID":[` + scopes +
			`],"input":2,"showType":0,"requiredLevel":1,"items":[` + strings.Join(items, ",") + `]}`
	}
	reply := func(pages, page string, attachs ...string) string {
		return `{"errcode":0,"errmsg":"","content":{"totalPage":` + pages + `,"page":` + page + `,"attachs":[` + strings.Join(attachs, ",") + `]}}`
	}
	same(t, "of the group", call(`{"projGUID":"`+project1+`","pageSize":1}`), reply("3", "1", purpose("1", "")))
	same(t, "typed in, of the company", call(`{"projGUID":"`+project1+`","pageSize":1,"page":3}`), reply("3", "3", `{"attachGUID":"`+trait3+
		`","attachCode":"opp_area","attachName":"期望面积","category":50,"attachLevel":16,"scopeGUID":["`+bureau1+`"],"input":1,"showType":0,"requiredLevel":0,"items":[]}`))
	same(t, "of the project", call(`{"projGUID":"`+project4+`","pageSize":2,"page":2}`), reply("2", "2", `{"attachGUID":"`+trait4+
		`","attachCode":"opp_layout","attachName":"意向户型","category":50,"attachLevel":4,"scopeGUID":["`+project4+`"],"input":2,"showType":1,"requiredLevel":0,"items":[`+
		strings.Join([]string{
			item("4b5efc7e-c3cd-452c-bb15-5f0f1d701675", "10", "", "两房", "1", "1", "", project4),
			item("dc45c806-7c25-426a-a18a-01a5b46676b4", "20", "", "三房", "2", "1", "", project4),
			item("a3c3c92d-38f2-4f82-983d-aabdc895aafb", "30", "", "四房", "3", "1", "", project4),
			item("6e42561e-f37f-4542-a55f-1f5777c22ad2", "21", `"parentItemGUID":"dc45c806-7c25-426a-a18a-01a5b46676b4",`, "三房两卫", "4", "1", "", project4),
			item("c9db36f5-cece-4202-839a-59b54587421a", "90", "", "复式", "5", "0", `"expireTime":"2026-06-30 23:59:59",`, project4),
		}, ",")+`]}`))
	pages(t, w, c, "proj_attach_list_v2", []cut{
		{`{}`, 2, 1, 1, ""},
		{`{"projGUID":null,"page":"","pageSize":""}`, 2, 1, 1, ""},
		{`{"projGUID":"` + nobody + `"}`, 2, 1, 1, ""},
		{`{"projGUID":"` + project2 + `"}`, 3, 1, 1, ""},
		{`{"projGUID":"` + project1 + `","pageSize":2,"page":2}`, 1, 2, 2, ""},
		{`{"projGUID":"` + project1 + `","pageSize":2,"page":3}`, 0, 3, 2, ""},
		{`{"projGUID":"` + project1 + `","pageSize":0,"page":0}`, 1, 1, 3, ""},
		{`{"projGUID":"` + project1 + `","pageSize":1001}`, 3, 1, 1, ""},
	})
	// The level is that of the first candidate, scopeGUID the union over them; other projects and categories stay out.
	w.Exec(t, `insert into lianfa.trait_item (guid, attach_guid, item_code, item_name, sequence, scope_guid) values
		('i-company', $1, '05', '落户', 0, $2), ('i-project', $1, '06', '子女', 0, $3), ('i-other', $1, '07', '他', 0, $4)`, trait1, bureau1, project1, project4)
	w.Exec(t, `insert into lianfa.trait (attach_code, attach_name, category, attach_level) values ('cst_x', '客户描摹', 40, 1)`)
	same(t, "mixed", call(`{"projGUID":"`+project1+`","pageSize":1}`), reply("3", "1", purpose("16", `"`+bureau1+`","`+project1+`"`,
		item("i-company", "05", "", "落户", "0", "1", "", bureau1), item("i-project", "06", "", "子女", "0", "1", "", project1))))
	same(t, "mixed, for the group", call(`{"pageSize":1}`), reply("2", "1", purpose("1", "")))
	w.Exec(t, `delete from lianfa.trait`)
	same(t, "nothing", call(`{}`), reply("0", "1"))
}

// old is one member of attachs of cst_attribute_update.
var old = members{
	"cstGUID": customer1, "projGUID": project1, "attachCode": "opp_purpose", "value": "20", "remark": "记", "sourceChannel": "案场", "userId": user2,
	"createTime": "2026-11-20 10:00:00.5", "oppGUID": chance1,
}

func TestAttributeUpdate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "notify_cst_attach_v2", "cst_attribute_notify")
	list := func(all ...any) members { return members{"attachs": all} }
	typed := old.With("attachCode", "opp_area", "value", strings.Repeat("米", 2000), "remark", nil, "sourceChannel", "")
	unknown := old.With("attachCode", "x_code").Without("value", "remark", "sourceChannel")
	cases := []broken{
		{"no list", members{}, missing("attachs")},
		{"null", members{"attachs": nil}, missing("attachs")},
		{"no member", list(), missing("attachs")},
		{"object", members{"attachs": old}, wrong("attachs")},
		{"member of another type", list(old, "x"), wrong("attachs")},
		{"long value", list(old, old.With("value", strings.Repeat("值", 2001))), wrong("attachs/value")},
		{"long channel", list(old.With("sourceChannel", strings.Repeat("道", 17))), wrong("attachs/sourceChannel")},
		{"time", list(old.With("createTime", "today")), wrong("attachs/createTime")},
		{"unknown customer", list(old.With("cstGUID", nobody)), refusal(2001, "客户不存在")},
		{"unknown project", list(old.With("projGUID", nobody)), refusal(4001, "项目不存在")},
		{"both", list(old.With("projGUID", nobody, "cstGUID", nobody)), refusal(2001, "客户不存在")},
	}
	for _, name := range []string{"cstGUID", "attachCode", "userId", "createTime", "oppGUID"} {
		cases = append(cases, broken{"no " + name, list(old, old.Without(name)), missing("attachs/" + name)},
			broken{"blank " + name, list(old.With(name, "")), missing("attachs/" + name)})
	}
	r := refused(t, w, c, "cst_attribute_update", list(old, typed, unknown, old.With("value", "30")), cases)
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{}}`)
	same(t, "rows", strings.Join(w.Rows(t, `select attach_guid, coalesce(item_guid, '-') as item, coalesce(left(item_value, 2), '-') as v, length(item_value) as n, remark,
		source_channel, user_guid, opp_guid, scope_guid, created at time zone 'Asia/Shanghai' as at from lianfa.customer_trait
		where cst_guid = $1 and scope_guid = $2 order by attach_guid, item_value`, customer1, project1), "\n"), strings.Join([]string{
		`{"n": 2, "v": "20", "at": "2026-11-20T10:00:00.5", "item": "` + better + `", "remark": "记", "opp_guid": "` + chance1 + `", "user_guid": "` + user2 +
			`", "scope_guid": "` + project1 + `", "attach_guid": "` + trait1 + `", "source_channel": "案场"}`,
		`{"n": 2, "v": "30", "at": "2026-11-20T10:00:00.5", "item": "2ae71631-beee-4d0e-a043-e957e5718f18", "remark": "记", "opp_guid": "` + chance1 + `", "user_guid": "` +
			user2 + `", "scope_guid": "` + project1 + `", "attach_guid": "` + trait1 + `", "source_channel": "案场"}`,
		`{"n": 2000, "v": "米米", "at": "2026-11-20T10:00:00.5", "item": "-", "remark": null, "opp_guid": "` + chance1 + `", "user_guid": "` + user2 +
			`", "scope_guid": "` + project1 + `", "attach_guid": "` + trait3 + `", "source_channel": null}`,
		`{"n": null, "v": "-", "at": "2026-11-20T10:00:00.5", "item": "-", "remark": null, "opp_guid": "` + chance1 + `", "user_guid": "` + user2 +
			`", "scope_guid": "` + project1 + `", "attach_guid": "x_code", "source_channel": null}`,
	}, "\n"))
	same(t, "body", w.One(t, `select string_agg(cmd || ' ' || body::text, ';') from jiekou.outbox`), `notify_cst_attach_v2 {"cstGUID":"`+customer1+`","oppGUID":"`+
		chance1+`","userGUID":"`+user2+`","attachs":[{"scopeGUID":"`+project1+`","attachGUID":"`+trait1+`","items":[`+
		`{"itemGUID":"2ae71631-beee-4d0e-a043-e957e5718f18","itemCode":"30","remark":"记","sourceChannel":"案场"},`+
		`{"itemGUID":"`+better+`","itemCode":"20","remark":"记","sourceChannel":"案场"}]},{"scopeGUID":"`+project1+`","attachGUID":"`+trait3+
		`","items":[{"itemCode":"`+strings.Repeat("米", 100)+`"}]},{"scopeGUID":"`+project1+`","attachGUID":"x_code","items":[{"itemCode":""}]}]}`)
	// Again with one: the answers to that trait in that project are replaced, others are not.
	c.Call(t, "cst_attribute_update", c.Sid(), list(old.With("value", "40")).JSON())
	same(t, "again", w.One(t, `select string_agg(attach_guid || coalesce(left(item_value, 2), '-'), ',' order by attach_guid, item_value) from lianfa.customer_trait
		where cst_guid = $1 and scope_guid = $2`, customer1, project1), trait1+"40,"+trait3+"米米,x_code-")
	same(t, "of the group", w.One(t, `select count(*) from lianfa.customer_trait where cst_guid = $1 and scope_guid is null`, customer1), "3")
	// Without a project it is about the whole group.
	c.Call(t, "cst_attribute_update", c.Sid(), list(old.Without("projGUID").With("value", "10"), old.With("projGUID", "", "value", "30"),
		old.With("projGUID", nil, "attachCode", "y")).JSON())
	same(t, "group", w.One(t, `select string_agg(attach_guid || coalesce(item_value, '-'), ',' order by attach_guid, item_value) from lianfa.customer_trait
		where cst_guid = $1 and scope_guid is null and attach_guid <> $2`, customer1, trait2), trait1+"10,"+trait1+"30,y20")
}

// 单次请求必须是同一个客户相同项目下的特征描摹: the members agree, else 1002 with the path of the
// difference.
func TestAttributeUpdateOneCustomer(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "notify_cst_attach_v2")
	w.Unchanged(t, func() {
		for name, second := range map[string]members{
			"two customers": old.With("cstGUID", customer2), "two projects": old.With("projGUID", project2), "one without a project": old.Without("projGUID"),
			"a customer and nobody": old.With("cstGUID", nobody),
		} {
			r := c.Call(t, "cst_attribute_update", c.Sid(), members{"attachs": []any{old, old, second}}.JSON())
			if r.Plain != wrong("attachs/cstGUID") && r.Plain != wrong("attachs/projGUID") {
				t.Errorf("%s: %s", name, r.Plain)
			}
		}
	})
	// Opportunity and 业务员 may differ: each pair of them is notified.
	w.Exec(t, `insert into lianfa.opportunity (guid, cst_guid, proj_guid, user_guid, status, cst_will)
		select 'opp-2', cst_guid, proj_guid, user_guid, status, cst_will from lianfa.opportunity where guid = $1`, chance1)
	r := c.Call(t, "cst_attribute_update", c.Sid(), members{"attachs": []any{
		old, old.With("userId", user1, "attachCode", "opp_focus"), old.With("oppGUID", "opp-2"),
	}}.JSON())
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{}}`)
	same(t, "notified", w.One(t, `select string_agg(concat_ws(' ', body->>'oppGUID', body->>'userGUID', json_array_length(body::json->'attachs')), ','
		order by body->>'oppGUID', body->>'userGUID') from (select body::jsonb as body from jiekou.outbox) o`),
		chance1+" "+user2+" 1,"+chance1+" "+user1+" 1,opp-2 "+user2+" 1")
}

// A candidate of the group is found before one of a project that has its code.
func TestAttributeUpdateCandidate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Exec(t, `insert into lianfa.trait_item (guid, attach_guid, item_code, item_name, scope_guid) values ('0-of-4', $1, '20', '改善', $2), ('z-of-1', $1, '20', '改善', $3)`,
		trait1, project4, project1)
	for scope, want := range map[string]string{"": better, project4: "0-of-4", project1: "z-of-1"} {
		c.Call(t, "cst_attribute_update", c.Sid(), members{"attachs": []any{old.With("projGUID", scope)}}.JSON())
		same(t, "candidate for "+scope, w.One(t, `select item_guid from lianfa.customer_trait where cst_guid = $1 and attach_guid = $2
			and scope_guid is not distinct from nullif($3, '')`, customer1, trait1, scope), want)
	}
}

// unserved are the interfaces that answer 1008 with and without the setting.
func TestUnserved(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	strict := *c
	strict.URL = w.Mounted(t, func(c *server.Config) { c.RefuseDeprecated = true }) + "/lianfa/api"
	none := refusal(1008, "不支持的接口请求")
	sid := c.Sid()
	w.Unchanged(t, func() {
		for name, one := range map[string]struct {
			c         *caller
			cmd, body string
		}{
			"unimplemented":             {c, "cst_attribute_query", members{"cstGUID": customer1, "page": 1, "pageSize": 10}.JSON()},
			"unimplemented, bad":        {c, "cst_attribute_query", `{"page":[]}`},
			"a deprecated notification": {c, "cst_attribute_notify", `{}`},
			"refused query":             {&strict, "attribute_template_query", `{}`},
			"refused report":            {&strict, "cst_attribute_update", members{"attachs": []any{old}}.JSON()},
			"refused report, bad":       {&strict, "cst_attribute_update", `{}`},
		} {
			same(t, name, one.c.Call(t, one.cmd, sid, one.body).Plain, none)
		}
		m := strict.Seal("attribute_template_query", sid, `{}`)
		same(t, "refused by GET", strict.Get(t, m).Plain, none)
	})
	// An interface that is not deprecated is served all the same, under the refused
	// sid.
	if r := strict.Call(t, "proj_attach_list_v2", sid, `{}`); r.Code(t) != 0 {
		t.Errorf("the successor: %s", r.Plain)
	}
	if r := c.Call(t, "cst_attribute_update", c.Sid(), members{"attachs": []any{old}}.JSON()); r.Code(t) != 0 {
		t.Errorf("deprecated and not refused: %s", r.Plain)
	}
	if log := w.Log.String(); !strings.Contains(log, `"msg":"deprecated interface called","system":"lianfa","cmd":"cst_attribute_update","app":"300"`) {
		t.Errorf("the call of a deprecated interface is not logged:\n%s", log)
	}
}

func TestPaymentCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "cst_fee_notify")
	sound := members{
		"feeGUID": "cf78e779-5a8f-47e2-87f8-d99f18336c70", "tradeGUID": "6ef67b49-52c9-4b81-8ae3-285f8c1dda92", "createOn": "2026-11-20 10:11:12.5",
		"paramValue": "按揭资料不齐", "ckMemo": strings.Repeat("备", 100),
	}
	cases := []broken{
		{"time", sound.With("createOn", "昨天"), wrong("createOn")},
		{"long memo", sound.With("ckMemo", strings.Repeat("备", 101)), wrong("ckMemo")},
		{"long reason", sound.With("paramValue", strings.Repeat("由", 65)), wrong("paramValue")},
		{"long fee", sound.With("feeGUID", strings.Repeat("f", 65)), wrong("feeGUID")},
		{"trade of another type", sound.With("tradeGUID", members{}), wrong("tradeGUID")},
	}
	for name := range sound {
		cases = append(cases, broken{"no " + name, sound.Without(name), missing(name)}, broken{"blank " + name, sound.With(name, ""), missing(name)})
	}
	r := refused(t, w, c, "payment_info_create", sound, cases)
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{}}`)
	// A fee and a trade that are not known yet are stored too, and the same dunning twice is two.
	for range 2 {
		if r := c.Call(t, "payment_info_create", c.Sid(), sound.With("feeGUID", "f", "tradeGUID", "t", "createOn", 1795996800).JSON()); r.Code(t) != 0 {
			t.Errorf("unknown fee: %s", r.Plain)
		}
	}
	same(t, "rows", strings.Join(w.Rows(t, `select fee_guid, trade_guid, create_on at time zone 'Asia/Shanghai' as at, param_value, length(ck_memo) as memo
		from lianfa.dunning where length(ck_memo) = 100 order by create_on`), "\n"), strings.Join([]string{
		`{"at": "2026-11-20T10:11:12.5", "memo": 100, "fee_guid": "cf78e779-5a8f-47e2-87f8-d99f18336c70", "trade_guid": "6ef67b49-52c9-4b81-8ae3-285f8c1dda92", ` +
			`"param_value": "按揭资料不齐"}`,
		`{"at": "2026-11-30T08:00:00", "memo": 100, "fee_guid": "f", "trade_guid": "t", "param_value": "按揭资料不齐"}`,
		`{"at": "2026-11-30T08:00:00", "memo": 100, "fee_guid": "f", "trade_guid": "t", "param_value": "按揭资料不齐"}`,
	}, "\n"))
	same(t, "a dunning is no change of the fee", w.One(t, `select count(*) from jiekou.outbox`), "0")
}
