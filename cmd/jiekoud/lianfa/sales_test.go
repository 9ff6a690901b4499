package lianfa_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestLeadCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "s_lead_notify")
	sound := members{
		"projGUID": project1, "consultantId": user1, "cstName": "简宁", "cstTel": "+86-0592-5550100", "cstType": "1", "cstGender": 0,
		"description": "备注", "leadSource": "来访", "topic": "三房", "cognizeAve": "路过", "appointTime": "1795996800", "leadType": "c6c7",
	}
	r := refused(t, w, c, "s_lead_create", sound, []broken{
		{"no project", sound.Without("projGUID"), missing("projGUID")},
		{"no gender", sound.With("cstGender", ""), missing("cstGender")},
		{"no topic", sound.With("topic", "\t"), missing("topic")},
		{"type", sound.With("cstType", "3"), wrong("cstType")},
		{"type as another number", sound.With("cstType", 3), wrong("cstType")},
		{"gender", sound.With("cstGender", 3), wrong("cstGender")},
		{"source", sound.With("leadSource", "派单"), wrong("leadSource")},
		{"time", sound.With("appointTime", "12345"), wrong("appointTime")},
		{"long name", sound.With("cstName", strings.Repeat("𠮷", 65)), wrong("cstName")},
		{"unknown project", sound.With("projGUID", nobody), refusal(4001, "项目不存在")},
		{"unknown consultant", sound.With("consultantId", nobody), refusal(4002, "置业顾问不存在")},
	})
	var made struct {
		LeadGUID string `json:"leadGUID"`
	}
	r.Content(t, &made)
	same(t, "row", strings.Join(w.Rows(t, `select cst_name, cst_tel, cst_type, cst_gender, description, lead_source, topic, cognize_ave,
		appoint_time at time zone 'Asia/Shanghai' as at, lead_type, status from lianfa.lead where guid = $1`, made.LeadGUID), ""),
		`{"at": "2026-11-30T08:00:00", "topic": "三房", "status": null, "cst_tel": "+86-0592-5550100", "cst_name": "简宁", "cst_type": "个人", `+
			`"lead_type": "c6c7", "cst_gender": 0, "cognize_ave": "路过", "description": "备注", "lead_source": "来访"}`)
	same(t, "body", w.One(t, `select body::text from jiekou.outbox`), `{"leadGUID":"`+made.LeadGUID+`","projGUID":"`+project1+`","userId":"`+user1+
		`","cstName":"简宁","cstTel":"+86-0592-5550100","cstType":"个人","cstGender":0,"leadType":"c6c7","description":"备注","leadSource":"来访",`+
		`"topic":"三房","cognizeAve":"路过","appointTime":"2026-11-30 08:00:00","status":""}`)
	c.Call(t, "s_lead_create", c.Sid(), sound.Without("leadType", "appointTime", "description", "cognizeAve").JSON()).Content(t, &made)
	same(t, "defaults", w.One(t, `select lead_type || coalesce(appoint_time::text, '-') from lianfa.lead where guid = $1`, made.LeadGUID), "微信-")
	// the query finds the reported values
	same(t, "found", c.Call(t, "s_lead_query", c.Sid(), members{"leadGUID": made.LeadGUID}.JSON()).Plain,
		`{"errcode":0,"errmsg":"","content":{"list":[{"leadGUID":"`+made.LeadGUID+`","projGUID":"`+project1+`","consultantId":"`+user1+
			`","cstName":"简宁","cstTel":"+86-0592-5550100","cstType":"个人","cstGender":0,"leadSource":"来访","topic":"三房","appointTime":""}]}}`)
}

func TestLeadQuery(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	r := refused(t, w, c, "s_lead_query", members{"leadGUID": lead1}, []broken{
		{"nothing", members{}, missing("leadGUID")},
		{"phone alone", members{"phone": "13800138000"}, missing("leadGUID")},
		{"project alone", members{"projGUID": project1}, missing("leadGUID")},
		{"blanks", members{"leadGUID": "", "phone": "", "projGUID": nil}, missing("leadGUID")},
		{"type", members{"leadGUID": 7.5}, wrong("leadGUID")},
		{"long", members{"leadGUID": strings.Repeat("a", 65)}, wrong("leadGUID")},
		{"long phone", members{"leadGUID": lead1, "phone": strings.Repeat("1", 33)}, wrong("phone")},
	})
	lead := `{"errcode":0,"errmsg":"","content":{"list":[{"leadGUID":"` + lead1 + `","projGUID":"` + project1 + `","consultantId":"` + user1 +
		`","cstName":"沈一诺","cstTel":"13800138000","cstType":"个人","cstGender":2,"description":"看中三房户型","leadSource":"来访","topic":"咨询三房",` +
		`"cognizeAve":"朋友介绍","appointTime":""}]}}`
	same(t, "by id", r.Plain, lead)
	same(t, "by phone and project", c.Call(t, "s_lead_query", c.Sid(), members{"phone": "13800138000", "projGUID": project1}.JSON()).Plain, lead)
	same(t, "by all three", c.Call(t, "s_lead_query", c.Sid(), members{"leadGUID": lead1, "phone": "13800138000", "projGUID": project1}.JSON()).Plain, lead)
	for _, none := range []members{
		{"leadGUID": nobody}, {"leadGUID": lead1, "phone": "1"}, {"phone": "13800138000", "projGUID": project2},
	} {
		same(t, none.JSON(), c.Call(t, "s_lead_query", c.Sid(), none.JSON()).Plain, `{"errcode":0,"errmsg":"","content":{"list":[]}}`)
	}
	if _, err := w.Pool.Exec(t.Context(), `insert into lianfa.lead (guid, proj_guid, consultant_id, cst_name, cst_tel, cst_type, cst_gender, created)
		select 'lead-' || n, $1, 'x', 'y', '13800138000', '个人', 1, now() + n * interval '1 second' from generate_series(1, 3) n`, project1); err != nil {
		t.Fatal(err)
	}
	var got struct {
		List []struct {
			LeadGUID string `json:"leadGUID"`
		} `json:"list"`
	}
	var frame struct {
		Content json.RawMessage `json:"content"`
	}
	r = c.Call(t, "s_lead_query", c.Sid(), members{"phone": "13800138000", "projGUID": project1}.JSON())
	if json.Unmarshal([]byte(r.Plain), &frame) != nil || json.Unmarshal(frame.Content, &got) != nil || len(got.List) != 4 ||
		got.List[0].LeadGUID != "lead-3" || got.List[2].LeadGUID != "lead-1" || got.List[3].LeadGUID != lead1 {
		t.Errorf("the newest is not first: %s", r.Plain)
	}
}

func TestAgentCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	sound := members{"name": "季如风", "Mobile": "+852 5555 0100", "areaCode": "350200", "agentClasses": 1, "proxyCompanyId": company1, "comment": strings.Repeat("店", 50)}
	r := refused(t, w, c, "agent_create", sound, []broken{
		{"no name", sound.Without("name"), missing("name")},
		{"no mobile", sound.Without("Mobile"), missing("Mobile")},
		{"both spellings", sound.With("mobile", "1"), wrong("Mobile")},
		{"no city", sound.With("areaCode", nil), missing("areaCode")},
		{"city", sound.With("areaCode", "厦门"), wrong("areaCode")},
		{"city with a sign", sound.With("areaCode", "+350200"), wrong("areaCode")},
		{"class", sound.With("agentClasses", 7), wrong("agentClasses")},
		{"agency without a company", sound.Without("proxyCompanyId"), missing("proxyCompanyId")},
		{"agency with a blank company", sound.With("proxyCompanyId", "  "), refusal(4005, "代理公司不存在")},
		{"broker without a company", sound.With("agentClasses", "2"), missing("agencyCompanyId")},
		{"long name", sound.With("name", strings.Repeat("名", 16)), wrong("name")},
		{"long comment", sound.With("comment", strings.Repeat("店", 51)), wrong("comment")},
		{"unknown company", sound.With("proxyCompanyId", nobody), refusal(4005, "代理公司不存在")},
	})
	var made struct {
		AgentGUID string `json:"agentGUID"`
	}
	r.Content(t, &made)
	same(t, "row", strings.Join(w.Rows(t, `select name, mobile, area_code, agent_classes, proxy_company_id, agency_company_id, length(comment) as comment, status
		from lianfa.agent where guid = $1`, made.AgentGUID), ""), `{"name": "季如风", "mobile": "+852 5555 0100", "status": 1, "comment": 50, `+
		`"area_code": 350200, "agent_classes": 1, "proxy_company_id": "`+company1+`", "agency_company_id": null}`)
	for name, body := range map[string]members{
		"broker":      {"name": "a", "mobile": "1", "areaCode": 1, "agentClasses": 2, "agencyCompanyId": "free text"},
		"independent": {"name": "a", "mobile": "1", "areaCode": -1, "agentClasses": 6.0, "proxyCompanyId": ""},
		"owner":       {"name": "a", "mobile": "1", "areaCode": 1e3, "agentClasses": 3},
	} {
		if r := c.Call(t, "agent_create", c.Sid(), body.JSON()); r.Code(t) != 0 {
			t.Errorf("%s: %s", name, r.Plain)
		}
	}
	same(t, "no notification", w.One(t, `select count(*) from jiekou.outbox`), "0")
}
