package lianfa_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const lead2 = "3ce2d7b1-d19b-4c84-8ed6-26567cce173a" // of customer2's number in project1

func TestLeadIdentify(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	r := refused(t, w, c, "s_lead_identify", members{"phone": "13800138000", "projGUID": project1}, []broken{
		{"no phone", members{"projGUID": project1}, missing("phone")},
		{"no project", members{"phone": "13800138000", "projGUID": ""}, missing("projGUID")},
		{"long phone", members{"phone": strings.Repeat("1", 33), "projGUID": project1}, wrong("phone")},
		{"phone of another type", members{"phone": []any{}, "projGUID": project1}, wrong("phone")},
		{"long project", members{"phone": "1", "projGUID": strings.Repeat("a", 65)}, wrong("projGUID")},
	})
	yes, no := `{"errcode":0,"errmsg":"","content":{"result":1}}`, `{"errcode":0,"errmsg":"","content":{"result":0}}`
	same(t, "a lead", r.Plain, yes)
	for name, body := range map[string]members{
		"another project": {"phone": "13800138000", "projGUID": project2}, "another phone": {"phone": "13800138", "projGUID": project1},
		"unknown project": {"phone": "13800138000", "projGUID": nobody}, "a pattern": {"phone": "1380013800_", "projGUID": project1},
	} {
		same(t, name, c.Call(t, "s_lead_identify", c.Sid(), body.JSON()).Plain, no)
	}
}

func TestOpportunityIdentify(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	r := refused(t, w, c, "s_opportunity_identify", members{"phone": "13800138000", "projGUID": project1}, []broken{
		{"no project", members{"phone": "13800138000"}, missing("projGUID")},
		{"neither", members{"projGUID": project1}, missing("phone")},
		{"blanks", members{"phone": "", "cardId": nil, "projGUID": project1}, missing("phone")},
		{"long phone", members{"phone": strings.Repeat("1", 33), "projGUID": project1}, wrong("phone")},
		{"long card", members{"cardId": strings.Repeat("1", 33), "projGUID": project1}, wrong("cardId")},
	})
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{"result":1}}`)
	for _, one := range []struct {
		name string
		body members
		want int
	}{
		{"by card", members{"cardId": "E00000001", "projGUID": project1}, 1},
		{"by card, blank phone", members{"phone": "", "cardId": "E00000001", "projGUID": project1}, 1},
		{"phone before card", members{"phone": "13800138000", "cardId": "nobody's", "projGUID": project1}, 1},
		{"an unknown phone before a known card", members{"phone": "13999999999", "cardId": "E00000001", "projGUID": project1}, 0},
		{"unknown customer", members{"phone": "13999999999", "projGUID": project1}, 0},
		{"unknown card", members{"cardId": "x", "projGUID": project1}, 0},
		{"another project", members{"phone": "13800138000", "projGUID": project2}, 0},
		{"unknown project", members{"phone": "13800138000", "projGUID": nobody}, 0},
	} {
		same(t, one.name, c.Call(t, "s_opportunity_identify", c.Sid(), one.body.JSON()).Plain,
			fmt.Sprintf(`{"errcode":0,"errmsg":"","content":{"result":%d}}`, one.want))
	}
}

// newChance has all fields of an opportunity report.
var newChance = members{
	"cstGUID": customer1, "projGUID": project2, "userGUID": user2, "status": "登记", "oppSource": strings.Repeat("源", 100), "dsReason": "无", "cstWill": "b",
	"isLocalHouseHold": 0, "socialSecurityYear": "7", "dsDate": "2026-11-20 10:11:12.5", "leadGUID": lead1, "topic": "三房", "dlgs": "鹭屿", "khly": "路过",
}

// badChance are opportunity reports that 4.3.5 and 4.3.8 refuse alike.
func badChance(sound members) []broken {
	cases := []broken{
		{"status", sound.With("status", "成交"), wrong("status")},
		{"will", sound.With("cstWill", "F"), wrong("cstWill")},
		{"two wills", sound.With("cstWill", "AB"), wrong("cstWill")},
		{"household", sound.With("isLocalHouseHold", 2), wrong("isLocalHouseHold")},
		{"household as a word", sound.With("isLocalHouseHold", "是"), wrong("isLocalHouseHold")},
		{"years", sound.With("socialSecurityYear", 1.5), wrong("socialSecurityYear")},
		{"lost when", sound.With("dsDate", "2026-11-31"), wrong("dsDate")},
		{"long reason", sound.With("dsReason", strings.Repeat("由", 65)), wrong("dsReason")},
		{"long source", sound.With("oppSource", strings.Repeat("源", 101)), wrong("oppSource")},
		{"long khly", sound.With("khly", strings.Repeat("源", 33)), wrong("khly")},
		{"unknown project", sound.With("projGUID", nobody, "cstGUID", nobody), refusal(4001, "项目不存在")},
		{"unknown customer", sound.With("cstGUID", nobody, "userGUID", nobody), refusal(2001, "客户不存在")},
		{"unknown consultant", sound.With("userGUID", nobody), refusal(4002, "置业顾问不存在")},
	}
	for _, name := range []string{"cstGUID", "projGUID", "userGUID", "status", "cstWill"} {
		cases = append(cases, broken{"no " + name, sound.Without(name), missing(name)}, broken{"blank " + name, sound.With(name, ""), missing(name)})
	}
	return cases
}

// chance is a row of opportunity.
const chance = `select cst_guid, proj_guid, user_guid, lead_guid, status, length(opp_source) as opp_source, topic, dlgs, khly, first_cst_will, cst_will, is_local_house_hold,
	social_security_year, ds_date at time zone 'Asia/Shanghai' as ds_date, ds_reason from lianfa.opportunity where guid = $1`

func TestOpportunityCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "opportunity_info_notify")
	r := refused(t, w, c, "opportunity_info_create", newChance, append(badChance(newChance), broken{"won", newChance.With("status", "赢得"), wrong("status")}))
	var made struct {
		OppGUID string `json:"oppGUID"`
	}
	r.Content(t, &made)
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{"oppGUID":"`+made.OppGUID+`"}}`)
	same(t, "row", strings.Join(w.Rows(t, chance, made.OppGUID), ""), `{"dlgs": "鹭屿", "khly": "路过", "topic": "三房", "status": "登记", "ds_date": "2026-11-20T10:11:12.5", `+
		`"cst_guid": "`+customer1+`", "cst_will": "B", "ds_reason": "无", "lead_guid": "`+lead1+`", "proj_guid": "`+project2+`", "user_guid": "`+user2+
		`", "opp_source": 100, "first_cst_will": "B", "is_local_house_hold": 1, "social_security_year": 7}`)
	at := w.One(t, `select to_char(created at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') from lianfa.opportunity where guid = $1`, made.OppGUID)
	same(t, "body", w.One(t, `select body::text from jiekou.outbox`), `{"oppGUID":"`+made.OppGUID+`","leadGUID":"`+lead1+`","cstGUID":"`+customer1+
		`","projGUID":"`+project2+`","userGUID":"`+user2+`","sourceType":"`+strings.Repeat("源", 64)+`","status":"登记","content":"","intentLevel":0,"assignDate":"`+at+
		`","nextFollowDate":"","lastFollowDate":"","dsReason":"无","isLocalHouseHold":1,"socialSecurityYear":7,"dsDate":"2026-11-20 10:11:12","firstCstWill":"B","cstWill":"B"}`)
	least := members{"cstGUID": customer1, "projGUID": project2, "userGUID": user2, "status": "丢失", "cstWill": "E", "isLocalHouseHold": "", "dsDate": nil, "topic": ""}
	c.Call(t, "opportunity_info_create", c.Sid(), least.JSON()).Content(t, &made)
	same(t, "least", w.One(t, `select num_nonnulls(lead_guid, opp_source, topic, dlgs, khly, is_local_house_hold, social_security_year, ds_date, ds_reason)
		from lianfa.opportunity where guid = $1`, made.OppGUID), "0")
	body := w.One(t, `select body::text from jiekou.outbox order by id desc limit 1`)
	if !strings.Contains(body, `"sourceType":"","status":"丢失"`) || !strings.HasSuffix(body, `"lastFollowDate":"","isLocalHouseHold":0,"socialSecurityYear":0,"firstCstWill":"E","cstWill":"E"}`) {
		t.Errorf("body of the least: %s", body)
	}
	for number, stored := range map[int]string{0: "1", 1: "0"} {
		c.Call(t, "opportunity_info_create", c.Sid(), least.With("isLocalHouseHold", number).JSON()).Content(t, &made)
		same(t, "household", w.One(t, `select is_local_house_hold from lianfa.opportunity where guid = $1`, made.OppGUID), stored)
		same(t, "household sent", w.One(t, `select body::jsonb->>'isLocalHouseHold' from jiekou.outbox order by id desc limit 1`), stored)
		same(t, "household listed", household(t, c, made.OppGUID), fmt.Sprint(number))
	}
}

// household is isLocalHouseHold as 4.3.9 answers it.
func household(t *testing.T, c *caller, chance string) string {
	t.Helper()
	var got struct {
		List []map[string]json.RawMessage `json:"list"`
	}
	c.Call(t, "opportunity_info_query", c.Sid(), members{"oppGUID": chance}.JSON()).Content(t, &got)
	if len(got.List) != 1 {
		t.Fatalf("%d opportunities", len(got.List))
	}
	return string(got.List[0]["isLocalHouseHold"])
}

func TestOpportunityUpdate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "opportunity_info_notify")
	full := newChance.With("oppGUID", chance1, "projGUID", project1, "status", "赢得")
	r := refused(t, w, c, "opportunity_info_update", full, append(badChance(full),
		broken{"no opportunity", full.Without("oppGUID"), missing("oppGUID")},
		broken{"unknown opportunity", full.With("oppGUID", nobody), refusal(9003, "销售机会编号不存在")},
		broken{"another customer's", full.With("oppGUID", chance2), refusal(9003, "销售机会编号不存在")},
		broken{"another project's", full.With("projGUID", project2), refusal(9003, "销售机会编号不存在")},
	))
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{}}`)
	row := `{"dlgs": "鹭屿", "khly": "路过", "topic": "三房", "status": "赢得", "ds_date": "2026-11-20T10:11:12.5", "cst_guid": "` + customer1 +
		`", "cst_will": "B", "ds_reason": "无", "lead_guid": "` + lead1 + `", "proj_guid": "` + project1 + `", "user_guid": "` + user2 +
		`", "opp_source": 100, "first_cst_will": "C", "is_local_house_hold": 1, "social_security_year": 7}`
	same(t, "row", strings.Join(w.Rows(t, chance, chance1), ""), row)
	at := w.One(t, `select to_char(created at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') from lianfa.opportunity where guid = $1`, chance1)
	same(t, "body", w.One(t, `select body::text from jiekou.outbox`), `{"oppGUID":"`+chance1+`","leadGUID":"`+lead1+`","cstGUID":"`+customer1+
		`","projGUID":"`+project1+`","userGUID":"`+user2+`","sourceType":"`+strings.Repeat("源", 64)+`","status":"赢得","content":"","intentLevel":0,"assignDate":"`+at+
		`","nextFollowDate":"2026-11-25 00:00:00","lastFollowDate":"2026-11-18 15:20:00","dsReason":"无","isLocalHouseHold":1,"socialSecurityYear":7,`+
		`"dsDate":"2026-11-20 10:11:12","firstCstWill":"C","cstWill":"B"}`)
	least := members{"oppGUID": chance1, "cstGUID": customer1, "projGUID": project1, "userGUID": user2, "status": "赢得", "cstWill": "B"}
	optional := []string{"oppSource", "dsReason", "isLocalHouseHold", "socialSecurityYear", "dsDate", "leadGUID", "topic", "dlgs", "khly"}
	nulls, blanks := least, least
	for _, name := range optional {
		nulls, blanks = nulls.With(name, nil), blanks.With(name, "")
	}
	for name, body := range map[string]members{"absent keeps": least, "null keeps": nulls} {
		same(t, name, c.Call(t, "opportunity_info_update", c.Sid(), body.JSON()).Plain, `{"errcode":0,"errmsg":"","content":{}}`)
		same(t, name, strings.Join(w.Rows(t, chance, chance1), ""), row)
	}
	same(t, "blank", c.Call(t, "opportunity_info_update", c.Sid(), blanks.JSON()).Plain, `{"errcode":0,"errmsg":"","content":{}}`)
	same(t, "blank clears", strings.Join(w.Rows(t, chance, chance1), ""), `{"dlgs": null, "khly": null, "topic": null, "status": "赢得", "ds_date": null, "cst_guid": "`+customer1+
		`", "cst_will": "B", "ds_reason": null, "lead_guid": null, "proj_guid": "`+project1+`", "user_guid": "`+user2+
		`", "opp_source": null, "first_cst_will": "C", "is_local_house_hold": null, "social_security_year": null}`)
	same(t, "another opportunity", w.One(t, `select status || cst_will from lianfa.opportunity where guid = $1`, chance2), "登记C")
}

func TestOpportunityQuery(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Exec(t, `update lianfa.opportunity set partner_guid_list = $2 || ',somebody,' || $3, ds_date = '2026-11-20 10:11:12.5+08', ds_reason = '无' where guid = $1`,
		chance1, user2, user1)
	r := refused(t, w, c, "opportunity_info_query", members{"oppGUID": chance1}, []broken{
		{"nothing", members{}, missing("oppGUID")},
		{"customer alone", members{"cstGUID": customer1}, missing("oppGUID")},
		{"project alone", members{"projGUID": project1, "cstGUID": ""}, missing("oppGUID")},
		{"blanks", members{"oppGUID": "", "cstGUID": nil}, missing("oppGUID")},
		{"long", members{"oppGUID": strings.Repeat("a", 65)}, wrong("oppGUID")},
		{"type", members{"oppGUID": chance1, "cstGUID": []any{}}, wrong("cstGUID")},
	})
	all := `{"oppGUID":"` + chance1 + `","cstGUID":"` + customer1 + `","projGUID":"` + project1 + `","userGUID":"` + user1 +
		`","status":"看房","oppSource":"来访","dsReason":"无","firstCstWill":"C","cstWill":"B","partner":"郑言舟,somebody,林可欣","partnerGUIDList":"` + user2 + `,somebody,` + user1 +
		`","isLocalHouseHold":1,"socialSecurityYear":3,"dsDate":"2026-11-20 10:11:12","leadGUID":"` + lead1 + `"}`
	reply := func(list string) string { return `{"errcode":0,"errmsg":"","content":{"list":[` + list + `]}}` }
	same(t, "by id", r.Plain, reply(all))
	for name, body := range map[string]members{
		"by customer and project": {"cstGUID": customer1, "projGUID": project1}, "by all": {"oppGUID": chance1, "cstGUID": customer1, "projGUID": project1},
		"by id and customer": {"oppGUID": chance1, "cstGUID": customer1},
	} {
		same(t, name, c.Call(t, "opportunity_info_query", c.Sid(), body.JSON()).Plain, reply(all))
	}
	for name, body := range map[string]members{
		"unknown": {"oppGUID": nobody}, "another customer's": {"oppGUID": chance1, "cstGUID": customer2}, "another project": {"cstGUID": customer1, "projGUID": project2},
	} {
		same(t, name, c.Call(t, "opportunity_info_query", c.Sid(), body.JSON()).Plain, reply(""))
	}
	// 否 and 0 where nothing is known; the newest opportunity first.
	w.Exec(t, `insert into lianfa.opportunity (guid, cst_guid, proj_guid, user_guid, status, created) values ('opp-new', $1, $2, 'u', '问询', now() + interval '1 hour')`,
		customer1, project1)
	same(t, "two", c.Call(t, "opportunity_info_query", c.Sid(), members{"cstGUID": customer1, "projGUID": project1}.JSON()).Plain,
		reply(`{"oppGUID":"opp-new","cstGUID":"`+customer1+`","projGUID":"`+project1+`","userGUID":"u","status":"问询","isLocalHouseHold":1,"socialSecurityYear":0},`+all))
}

func TestOpportunityPartners(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "opportunity_info_notify")
	stored := func() string {
		return w.One(t, `select partner_guid_list from lianfa.opportunity where guid = $1`, chance1)
	}
	ok := `{"errcode":0,"errmsg":"","content":{}}`
	sound := members{"oppGUID": chance1, "partners": " b , a,,b, "}
	both := []broken{
		{"no opportunity", sound.Without("oppGUID"), missing("oppGUID")},
		{"long", sound.With("partners", strings.Repeat("p", 301)), wrong("partners")},
		{"an array", sound.With("partners", []any{"a"}), wrong("partners")},
		{"unknown opportunity", sound.With("oppGUID", nobody), refusal(9003, "销售机会编号不存在")},
	}
	r := refused(t, w, c, "opportunity_partner_create", sound, append(both,
		broken{"no partners", sound.Without("partners"), missing("partners")}, broken{"blank partners", sound.With("partners", " "), missing("partners")}))
	same(t, "reply", r.Plain, ok)
	same(t, "trimmed, without repeats", stored(), "b,a")
	same(t, "notified", w.One(t, `select string_agg(cmd || (body::jsonb->>'oppGUID'), ',') from jiekou.outbox`), "opportunity_info_notify"+chance1)
	same(t, "more", c.Call(t, "opportunity_partner_create", c.Sid(), sound.With("partners", "c,a").JSON()).Plain, ok)
	same(t, "appended", stored(), "b,a,c")
	long := strings.Repeat("p", 300)
	same(t, "many", c.Call(t, "opportunity_partner_create", c.Sid(), sound.With("partners", long).JSON()).Plain, ok)
	same(t, "beyond 300 characters", stored(), "b,a,c,"+long)
	r = refused(t, w, c, "opportunity_partner_update", sound, both)
	same(t, "reply", r.Plain, ok)
	same(t, "replaced", stored(), "b,a")
	for name, body := range map[string]members{
		"absent": sound.Without("partners"), "null": sound.With("partners", nil), "blank": sound.With("partners", ""), "separators": sound.With("partners", ", ,"),
	} {
		w.Exec(t, `update lianfa.opportunity set partner_guid_list = 'x,y' where guid = $1`, chance1)
		same(t, name, c.Call(t, "opportunity_partner_update", c.Sid(), body.JSON()).Plain, ok)
		same(t, name+" deletes", stored(), "NULL")
	}
	if r := c.Call(t, "opportunity_info_query", c.Sid(), members{"oppGUID": chance1}.JSON()); strings.Contains(r.Plain, "partner") {
		t.Errorf("no partners are listed: %s", r.Plain)
	}
	// Reports at once: none is lost.
	done := make(chan string)
	for i := range 10 {
		go func() {
			done <- c.Call(t, "opportunity_partner_create", c.Sid(), sound.With("partners", fmt.Sprint(i)).JSON()).Plain
		}()
	}
	for range 10 {
		same(t, "one of ten", <-done, ok)
	}
	same(t, "all ten", w.One(t, `select count(*) from lianfa.opportunity o, unnest(string_to_array(o.partner_guid_list, ',')) where guid = $1`, chance1), "10")
}

func TestTradeInfo(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	r := refused(t, w, c, "trade_info_list", members{"tradeGUID": "1bd46b36-7efc-4dc0-bcad-cb22fa344813"}, []broken{
		{"no trade", members{}, missing("tradeGUID")},
		{"blank", members{"tradeGUID": "\t"}, missing("tradeGUID")},
		{"long", members{"tradeGUID": strings.Repeat("t", 65)}, wrong("tradeGUID")},
		{"type", members{"tradeGUID": []any{}}, wrong("tradeGUID")},
		{"unknown", members{"tradeGUID": nobody}, refusal(1012, "查询的记录不存在")},
	})
	same(t, "finished", r.Plain, `{"errcode":0,"errmsg":"","content":{"buidName":"榕畔里-一期-1号楼","roomNo":"10202","orderDate":"2025-09-12 11:00:00",`+
		`"signDate":"2025-09-30 14:00:00","intakeServiceDate":"2026-06-30 09:00:00","intakeService":"已办理入伙，钥匙已交付","contractSignDate":"2025-10-15 10:00:00",`+
		`"contractSign":"合同已在房管局登记","mortgageLoanDate":"2025-11-08 10:00:00","mortgageLoan":"按揭已放款","rightServiceDate":"2026-08-18 10:00:00",`+
		`"rightService":"产权证办理中"}}`)
	same(t, "begun", c.Call(t, "trade_info_list", c.Sid(), `{"tradeGUID":"393eb439-bce7-4371-8dc4-df6b8effcbd6"}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"buidName":"云屿湾-一期-1号楼","roomNo":"10201","orderDate":"2026-11-10 14:30:00","signDate":"","intakeServiceDate":"",`+
			`"intakeService":"","contractSignDate":"","contractSign":"","mortgageLoanDate":"","mortgageLoan":"","rightServiceDate":"","rightService":""}}`)
}

func TestOriginatorList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	const one, five, new = "393eb439-bce7-4371-8dc4-df6b8effcbd6", "1bd46b36-7efc-4dc0-bcad-cb22fa344813", "trade-new"
	slot := func(n int, guid, name, mobile string) string {
		return fmt.Sprintf(`,"cstGUID%d":"%s","cstName%d":"%s","cstMobile%d":"%s"`, n, guid, n, name, n, mobile)
	}
	rest := func(from int) (s string) {
		for n := from; n <= 4; n++ {
			s += slot(n, "", "", "")
		}
		return s
	}
	row1 := `{"tradeGUID":"` + one + `"` + slot(1, "9196fe49-0ebe-47f3-8fb0-69b9da73686f", "叶知秋", "13800138002") + rest(2) + `}`
	row5 := `{"tradeGUID":"` + five + `"` + slot(1, "affa0728-6e8c-4ad2-b386-b6af8aa5e54e", "苏见微", "13800138008") +
		slot(2, "9dac16d3-878e-48dd-bfe7-0fdb2ca5e586", "何清晏", "13800138011") + slot(3, "8dff02e5-e1c8-4096-ad78-5afc395dc598", "温如许", "13800138006") +
		slot(4, "9b9fa2a4-0ca2-471c-8bfc-75484189781c", "程照野", "13800138007") + `}`
	reply := func(list string) string { return `{"errcode":0,"errmsg":"","content":{"list":[` + list + `]}}` }
	r := refused(t, w, c, "cst_originator_list", members{"tradeGUIDs": five + ";" + one}, []broken{
		{"none", members{}, missing("tradeGUIDs")},
		{"blank", members{"tradeGUIDs": " "}, missing("tradeGUIDs")},
		{"long", members{"tradeGUIDs": strings.Repeat("t;", 251)}, wrong("tradeGUIDs")},
		{"an array", members{"tradeGUIDs": []any{one}}, wrong("tradeGUIDs")},
	})
	same(t, "as asked, a fifth owner dropped", r.Plain, reply(row5+","+row1))
	w.Exec(t, `insert into lianfa.trade (guid, build_name, room_no) values ($1, 'b', 'r')`, new)
	w.Exec(t, `insert into lianfa.trade_owner (trade_guid, owner_no, cst_guid, cst_name) values ($1, 2, 'c', 'n')`, new)
	for sent, want := range map[string]string{
		one:                                   row1,
		" " + one + " ;; " + nobody + ";":     row1,
		one + ";" + one:                       row1,
		nobody:                                "",
		new:                                   `{"tradeGUID":"trade-new"` + slot(1, "", "", "") + slot(2, "c", "n", "") + rest(3) + `}`,
		one + "," + five:                      "",
		strings.Repeat(nobody+";", 12) + five: row5,
	} {
		same(t, sent, c.Call(t, "cst_originator_list", c.Sid(), members{"tradeGUIDs": sent}.JSON()).Plain, reply(want))
	}
}

func TestOpp2Cst(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "opportunity_info_notify")
	sound := members{"oppGUID": chance1, "cstGUID": "9196fe49-0ebe-47f3-8fb0-69b9da73686f"}
	r := refused(t, w, c, "cst_opp2cst_create", sound, []broken{
		{"no opportunity", sound.Without("oppGUID"), missing("oppGUID")},
		{"no customer", sound.With("cstGUID", ""), missing("cstGUID")},
		{"long", sound.With("oppGUID", strings.Repeat("a", 65)), wrong("oppGUID")},
		{"type", sound.With("cstGUID", []any{}), wrong("cstGUID")},
		{"unknown opportunity", sound.With("oppGUID", nobody, "cstGUID", nobody), refusal(9003, "销售机会编号不存在")},
		{"unknown customer", sound.With("cstGUID", nobody), refusal(2001, "客户不存在")},
	})
	ok := `{"errcode":0,"errmsg":"","content":{}}`
	same(t, "reply", r.Plain, ok)
	numbers := func() string {
		return w.One(t, `select string_agg(cst_num || ' ' || left(cst_guid, 4), ',' order by cst_num) from lianfa.opportunity_person where opp_guid = $1`, chance1)
	}
	same(t, "counts on", numbers(), "1 c099,2 9196")
	before := strings.Join(w.Rows(t, chance, chance1), "")
	same(t, "again", c.Call(t, "cst_opp2cst_create", c.Sid(), sound.JSON()).Plain, ok)
	same(t, "keeps its number", numbers(), "1 c099,2 9196")
	same(t, "a repeat tells nobody", w.One(t, `select count(*) from jiekou.outbox`), "1")
	same(t, "first of another", c.Call(t, "cst_opp2cst_create", c.Sid(), sound.With("oppGUID", chance2).JSON()).Plain, ok)
	same(t, "counts for each opportunity", w.One(t, `select cst_num from lianfa.opportunity_person where opp_guid = $1`, chance2), "1")
	same(t, "the opportunity itself", strings.Join(w.Rows(t, chance, chance1), ""), before)
	// Reports at once, one of them twice: nobody is refused and every number is given once.
	customers := w.Rows(t, `select guid from lianfa.customer where guid not in (select cst_guid from lianfa.opportunity_person where opp_guid = $1) order by guid limit 9`, chance1)
	done := make(chan string)
	for _, row := range append(customers, customers[0]) {
		var one struct{ GUID string }
		if err := json.Unmarshal([]byte(row), &one); err != nil {
			t.Fatal(err)
		}
		go func() { done <- c.Call(t, "cst_opp2cst_create", c.Sid(), sound.With("cstGUID", one.GUID).JSON()).Plain }()
	}
	for range len(customers) + 1 {
		same(t, "at once", <-done, ok)
	}
	same(t, "all of them", w.One(t, `select count(*) || ' ' || count(distinct cst_num) from lianfa.opportunity_person where opp_guid = $1`, chance1),
		fmt.Sprintf("%d %[1]d", len(customers)+2))
	// The last two may see each other's person or not.
	told := w.One(t, `select string_agg(distinct cmd, ' ') || ' ' || count(*) from jiekou.outbox`)
	if told != fmt.Sprintf("opportunity_info_notify %d", len(customers)+2) && told != fmt.Sprintf("opportunity_info_notify %d", len(customers)+3) {
		t.Errorf("a notification each: %s", told)
	}
}

func TestLeadUpdate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "s_lead_notify")
	sound := members{"leadGUID": lead1, "status": strings.Repeat("态", 10), "statusReason": strings.Repeat("因", 20)}
	cases := []broken{
		{"long status", sound.With("status", strings.Repeat("态", 11)), wrong("status")},
		{"long reason", sound.With("statusReason", strings.Repeat("因", 21)), wrong("statusReason")},
		{"status as a number", sound.With("status", 1), wrong("status")},
		{"unknown lead", sound.With("leadGUID", nobody), refusal(1012, "查询的记录不存在")},
	}
	for name := range sound {
		cases = append(cases, broken{"no " + name, sound.Without(name), missing(name)}, broken{"blank " + name, sound.With(name, "　"), missing(name)})
	}
	r := refused(t, w, c, "s_lead_update", sound, cases)
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{}}`)
	same(t, "row", w.One(t, `select concat_ws(' ', status, status_reason, cst_name, modified > created) from lianfa.lead where guid = $1`, lead1),
		strings.Repeat("态", 10)+" "+strings.Repeat("因", 20)+" 沈一诺 t")
	same(t, "another lead", w.One(t, `select status from lianfa.lead where guid = $1`, lead2), "NULL")
	same(t, "body", w.One(t, `select string_agg(body::text, ';') from jiekou.outbox`), `{"leadGUID":"`+lead1+`","projGUID":"`+project1+`","userId":"`+user1+
		`","cstName":"沈一诺","cstTel":"13800138000","cstType":"个人","cstGender":2,"leadType":"微信","description":"看中三房户型","leadSource":"来访",`+
		`"topic":"咨询三房","cognizeAve":"朋友介绍","status":"`+strings.Repeat("态", 10)+`"}`)
}
