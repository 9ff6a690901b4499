package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/app"
)

func TestLeadCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	w.subscribe(t, "300", "s_lead_notify")
	sound := members{
		"projGUID": project1, "consultantId": user1, "cstName": "简宁", "cstTel": "+86-0592-5550100", "cstType": "1", "cstGender": 0,
		"description": "备注", "leadSource": "来访", "topic": "三房", "cognizeAve": "路过", "appointTime": "1795996800", "leadType": "c6c7",
	}
	r := w.refused(t, c, "s_lead_create", sound, []broken{
		{"no project", sound.without("projGUID"), missing("projGUID")},
		{"no gender", sound.with("cstGender", ""), missing("cstGender")},
		{"no topic", sound.with("topic", "\t"), missing("topic")},
		{"type", sound.with("cstType", "3"), wrong("cstType")},
		{"type as another number", sound.with("cstType", 3), wrong("cstType")},
		{"gender", sound.with("cstGender", 3), wrong("cstGender")},
		{"source", sound.with("leadSource", "派单"), wrong("leadSource")},
		{"time", sound.with("appointTime", "12345"), wrong("appointTime")},
		{"long name", sound.with("cstName", strings.Repeat("𠮷", 65)), wrong("cstName")},
		{"unknown project", sound.with("projGUID", nobody), refusal(4001, "项目不存在")},
		{"unknown consultant", sound.with("consultantId", nobody), refusal(4002, "置业顾问不存在")},
	})
	var made struct {
		LeadGUID string `json:"leadGUID"`
	}
	r.content(t, &made)
	same(t, "row", strings.Join(w.rows(t, `select cst_name, cst_tel, cst_type, cst_gender, description, lead_source, topic, cognize_ave,
		appoint_time at time zone 'Asia/Shanghai' as at, lead_type, status from lianfa.lead where guid = $1`, made.LeadGUID), ""),
		`{"at": "2026-11-30T08:00:00", "topic": "三房", "status": null, "cst_tel": "+86-0592-5550100", "cst_name": "简宁", "cst_type": "个人", `+
			`"lead_type": "c6c7", "cst_gender": 0, "cognize_ave": "路过", "description": "备注", "lead_source": "来访"}`)
	same(t, "body", w.one(t, `select body::text from jiekou.outbox`), `{"leadGUID":"`+made.LeadGUID+`","projGUID":"`+project1+`","userId":"`+user1+
		`","cstName":"简宁","cstTel":"+86-0592-5550100","cstType":"个人","cstGender":0,"leadType":"c6c7","description":"备注","leadSource":"来访",`+
		`"topic":"三房","cognizeAve":"路过","appointTime":"2026-11-30 08:00:00","status":""}`)
	c.call(t, "s_lead_create", c.sid(), sound.without("leadType", "appointTime", "description", "cognizeAve").json()).content(t, &made)
	same(t, "defaults", w.one(t, `select lead_type || coalesce(appoint_time::text, '-') from lianfa.lead where guid = $1`, made.LeadGUID), "微信-")
	// what was reported is what is found
	same(t, "found", c.call(t, "s_lead_query", c.sid(), members{"leadGUID": made.LeadGUID}.json()).plain,
		`{"errcode":0,"errmsg":"","content":{"list":[{"leadGUID":"`+made.LeadGUID+`","projGUID":"`+project1+`","consultantId":"`+user1+
			`","cstName":"简宁","cstTel":"+86-0592-5550100","cstType":"个人","cstGender":0,"leadSource":"来访","topic":"三房","appointTime":""}]}}`)
}

func TestLeadQuery(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	r := w.refused(t, c, "s_lead_query", members{"leadGUID": lead1}, []broken{
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
	same(t, "by id", r.plain, lead)
	same(t, "by phone and project", c.call(t, "s_lead_query", c.sid(), members{"phone": "13800138000", "projGUID": project1}.json()).plain, lead)
	same(t, "by all three", c.call(t, "s_lead_query", c.sid(), members{"leadGUID": lead1, "phone": "13800138000", "projGUID": project1}.json()).plain, lead)
	for _, none := range []members{
		{"leadGUID": nobody}, {"leadGUID": lead1, "phone": "1"}, {"phone": "13800138000", "projGUID": project2},
	} {
		same(t, none.json(), c.call(t, "s_lead_query", c.sid(), none.json()).plain, `{"errcode":0,"errmsg":"","content":{"list":[]}}`)
	}
	if _, err := w.pool.Exec(t.Context(), `insert into lianfa.lead (guid, proj_guid, consultant_id, cst_name, cst_tel, cst_type, cst_gender, created)
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
	r = c.call(t, "s_lead_query", c.sid(), members{"phone": "13800138000", "projGUID": project1}.json())
	if json.Unmarshal([]byte(r.plain), &frame) != nil || json.Unmarshal(frame.Content, &got) != nil || len(got.List) != 4 ||
		got.List[0].LeadGUID != "lead-3" || got.List[2].LeadGUID != "lead-1" || got.List[3].LeadGUID != lead1 {
		t.Errorf("the newest is not first: %s", r.plain)
	}
}

func TestAgentCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "200")
	sound := members{"name": "季如风", "Mobile": "+852 5555 0100", "areaCode": "350200", "agentClasses": 1, "proxyCompanyId": company1, "comment": strings.Repeat("店", 50)}
	r := w.refused(t, c, "agent_create", sound, []broken{
		{"no name", sound.without("name"), missing("name")},
		{"no mobile", sound.without("Mobile"), missing("Mobile")},
		{"both spellings", sound.with("mobile", "1"), refusal(1004, "请求数据格式错误")},
		{"no city", sound.with("areaCode", nil), missing("areaCode")},
		{"city", sound.with("areaCode", "厦门"), wrong("areaCode")},
		{"city with a sign", sound.with("areaCode", "+350200"), wrong("areaCode")},
		{"class", sound.with("agentClasses", 7), wrong("agentClasses")},
		{"agency without a company", sound.without("proxyCompanyId"), missing("proxyCompanyId")},
		{"agency with a blank company", sound.with("proxyCompanyId", "  "), refusal(4005, "代理公司不存在")},
		{"broker without a company", sound.with("agentClasses", "2"), missing("agencyCompanyId")},
		{"long name", sound.with("name", strings.Repeat("名", 16)), wrong("name")},
		{"long comment", sound.with("comment", strings.Repeat("店", 51)), wrong("comment")},
		{"unknown company", sound.with("proxyCompanyId", nobody), refusal(4005, "代理公司不存在")},
	})
	var made struct {
		AgentGUID string `json:"agentGUID"`
	}
	r.content(t, &made)
	same(t, "row", strings.Join(w.rows(t, `select name, mobile, area_code, agent_classes, proxy_company_id, agency_company_id, length(comment) as comment, status
		from lianfa.agent where guid = $1`, made.AgentGUID), ""), `{"name": "季如风", "mobile": "+852 5555 0100", "status": 1, "comment": 50, `+
		`"area_code": 350200, "agent_classes": 1, "proxy_company_id": "`+company1+`", "agency_company_id": null}`)
	for name, body := range map[string]members{
		"broker":      {"name": "a", "mobile": "1", "areaCode": 1, "agentClasses": 2, "agencyCompanyId": "free text"},
		"independent": {"name": "a", "mobile": "1", "areaCode": -1, "agentClasses": 6.0, "proxyCompanyId": ""},
		"owner":       {"name": "a", "mobile": "1", "areaCode": 1e3, "agentClasses": 3},
	} {
		if r := c.call(t, "agent_create", c.sid(), body.json()); r.code(t) != 0 {
			t.Errorf("%s: %s", name, r.plain)
		}
	}
	same(t, "no notification", w.one(t, `select count(*) from jiekou.outbox`), "0")
}

// u8Call asks u8 for a customer.
func (w *world) u8Call(t *testing.T, method string, query url.Values) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.url+"/api/customer/get?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return (&caller{http: w.http}).do(t, r)
}

func TestU8CustomerGet(t *testing.T) {
	t.Parallel()
	w := setup(t)
	added, err := w.admin.Add(t.Context(), app.New{System: "u8", ID: "erp", Grants: []string{"*"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.admin.Add(t.Context(), app.New{System: "u8", ID: "poor", Token: added.Token}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.admin.Add(t.Context(), app.New{System: "u8", ID: "off", Token: added.Token, Grants: []string{"*"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.admin.Disable(t.Context(), "u8", "off"); err != nil {
		t.Fatal(err)
	}
	sound := url.Values{"from_account": {"a"}, "to_account": {"b"}, "app_key": {"erp"}, "token": {string(added.Token)}, "id": {"0000000017"}}
	with := func(pairs ...string) url.Values {
		q := url.Values{}
		for k, v := range sound {
			q[k] = v
		}
		for i := 0; i < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
			if pairs[i+1] == "" {
				q.Del(pairs[i])
			}
		}
		return q
	}
	twice := with()
	twice["id"] = []string{"0000000017", "00000001"}
	refused := func(code, text string) string { return `{"errcode":"` + code + `","errmsg":"` + text + `"}` }
	found := `{"errcode":"0","errmsg":"","customer":{"code":"0000000017","name":"青榕电子科技有限公司","abbrname":"青榕电子","sort_code":"03",` +
		`"domain_code":"02","industry":"电子类","contact":"乔木森","mobile":"13800138102","ModifyDate":"2026-11-02","seed_date":"2021-03-01",` +
		`"ccusexch_name":"人民币","bcusdomestic":"1","bcusoverseas":"0","bserviceattribute":"0","ccusmngtypecode":"999","ccusmngtypename":"普通客户",` +
		`"spec_operator":"0003","spec_operator_name":"孟新雨","timestamp":1049031}}`
	w.unchanged(t, func() {
		for _, one := range []struct {
			name   string
			query  url.Values
			status int
			want   string
		}{
			{"first source by default", sound, 200, found},
			{"source 1", with("ds_sequence", "1", "unknown", "x"), 200, found},
			{"source empty", func() url.Values { q := with(); q["ds_sequence"] = []string{""}; return q }(), 200, found},
			{"no such id", with("id", "17"), 200, refused("99012", "客户不存在")},
			{"no such source", with("ds_sequence", "2"), 200, refused("99012", "客户不存在")},
			{"no id", with("id", ""), 200, refused("99001", "缺少参数[id]")},
			{"no account", with("from_account", ""), 200, refused("99001", "缺少参数[from_account]")},
			{"source as a word", with("ds_sequence", "first"), 200, refused("99002", "参数格式错误[ds_sequence]")},
			{"id twice", twice, 200, refused("99004", "请求格式错误")},
			{"no token", with("token", ""), 200, refused("99001", "缺少参数[token]")},
			{"wrong token", with("token", "wrong-token"), 200, refused("99009", "token错误")},
			{"no app", with("app_key", ""), 200, refused("99001", "缺少参数[app_key]")},
			{"unknown app", with("app_key", "nobody"), 200, refused("30021", "此应用未上线")},
			{"app of another system", with("app_key", "300"), 200, refused("30021", "此应用未上线")},
			{"disabled app", with("app_key", "off"), 200, refused("30021", "此应用未上线")},
			{"no grant", with("app_key", "poor"), 200, refused("99010", "没有调用该接口的权限")},
		} {
			got := w.u8Call(t, http.MethodGet, one.query)
			same(t, one.name, got.raw, one.want)
			if got.status != one.status {
				t.Errorf("%s: HTTP %d", one.name, got.status)
			}
		}
		r := w.u8Call(t, http.MethodPost, sound)
		same(t, "POST", r.raw, refused("99003", "不支持的请求方式"))
		same(t, "POST allows", r.http.Get("Allow"), "GET")
		if r.status != http.StatusMethodNotAllowed {
			t.Errorf("POST: HTTP %d", r.status)
		}
	})
	if strings.Contains(w.log.String(), string(added.Token)) {
		t.Error("a token is in the log")
	}
}
