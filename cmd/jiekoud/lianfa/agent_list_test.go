package lianfa_test

import (
	"fmt"
	"strings"
	"testing"
)

// pageCut is a request for a page and the answer: its rows, its number and the
// number of pages.
type pageCut struct {
	body              string
	rows, page, pages int
}

// cuts asks for pages and counts the rows by a member that each has.
func cuts(t *testing.T, w *world, c *caller, cmd, member string, cases ...pageCut) {
	t.Helper()
	for _, one := range cases {
		r := c.Call(t, cmd, c.Sid(), one.body)
		want := fmt.Sprintf(`{"errcode":0,"errmsg":"","content":{"totalPage":%d,"page":%d,"list":[`, one.pages, one.page)
		if rows := strings.Count(r.Plain, `"`+member+`":`); rows != one.rows || !strings.HasPrefix(r.Plain, want) {
			t.Errorf("%s %s: %d rows, want %d, page %d of %d: %s", cmd, one.body, rows, one.rows, one.page, one.pages, r.Plain)
		}
	}
}

// The lists that 同享会 asks for at regular times take page and pageSize alike.
func TestAgentLists(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	for _, one := range []struct {
		cmd, member string
		rows        int
	}{
		{"base_city_list", "cityCode", 3}, {"base_proxyCompanysales_list", "consultantId", 10}, {"base_proxyCompany_list", "companyId", 6},
	} {
		refused(t, w, c, one.cmd, members{"page": "1", "pageSize": 1000}, []broken{
			{"page", members{"page": "first", "pageSize": 10}, wrong("page")},
			{"page size", members{"page": 1, "pageSize": 1.5}, wrong("pageSize")},
			{"page of another type", members{"page": []any{1}}, wrong("page")},
		})
		n := one.rows
		cuts(t, w, c, one.cmd, one.member,
			pageCut{`{}`, n, 1, 1}, pageCut{`{"page":null,"pageSize":""}`, n, 1, 1}, pageCut{`{"page":1,"pageSize":10}`, n, 1, 1},
			pageCut{`{"page":0,"pageSize":0}`, 1, 1, n}, pageCut{`{"page":2,"pageSize":1}`, 1, 2, n}, pageCut{fmt.Sprintf(`{"page":%d,"pageSize":1}`, n), 1, n, n},
			pageCut{fmt.Sprintf(`{"page":%d,"pageSize":1}`, n+1), 0, n + 1, n}, pageCut{`{"page":1,"pageSize":99999}`, n, 1, 1},
			pageCut{`{"pageSize":2}`, 2, 1, (n + 1) / 2})
	}
	w.Prepare(t, `delete from lianfa.city`)
	same(t, "no city", c.Call(t, "base_city_list", c.Sid(), `{}`).Plain, answered(`"totalPage":0,"page":1,"list":[]`))
}

func TestCityList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	same(t, "reply", c.Call(t, "base_city_list", c.Sid(), `{"page":1,"pageSize":10}`).Plain, answered(`"totalPage":1,"page":1,"list":[`+
		`{"cityCode":350200,"cityName":"厦门","status":1},{"cityCode":350500,"cityName":"泉州","status":0},{"cityCode":450300,"cityName":"桂林","status":1}]`))
}

func TestProxyCompanySalesList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	sale := func(id, name, company string, enable int, project, mobile string) string {
		return fmt.Sprintf(`{"consultantId":"%s","consultantName":"%s","proxyCompanyId":"%s","enable":%d,"projGUID":"%s","mobile":"%s"}`,
			id, name, company, enable, project, mobile)
	}
	same(t, "a consultant in two projects", c.Call(t, "base_proxyCompanysales_list", c.Sid(), `{"page":1,"pageSize":2}`).Plain,
		answered(`"totalPage":5,"page":1,"list":[`+sale(user2, "郑言舟", company1, 1, project1, "13900139001")+","+
			sale(user2, "郑言舟", company1, 1, project2, "13900139001")+"]"))
	w.Prepare(t, `delete from lianfa.consultant_project where user_guid not in ('2e460a96-1894-4a23-a985-5162fd0b00ea', '`+user1+`') or proj_guid = '`+project2+`'`,
		`update lianfa.consultant set user_name = '`+strings.Repeat("林", 20)+`', proxy_company_id = null where guid = '`+user1+`'`,
		`insert into lianfa.consultant_project (user_guid, proj_guid, station_name, station_guid) values ('zzz', 'p', 's', 's')`)
	same(t, "disabled, long, without a company, and unknown", c.Call(t, "base_proxyCompanysales_list", c.Sid(), `{}`).Plain,
		answered(`"totalPage":1,"page":1,"list":[`+
			sale("2e460a96-1894-4a23-a985-5162fd0b00ea", "蒋向禾", "de1b1471-320a-48ea-97a7-88d106762832", 0, "178854f2-260d-4254-93fe-2e85142c8364", "13900139007")+","+
			sale(user1, strings.Repeat("林", 15), "", 1, project1, "13900139000")+","+sale("zzz", "", "", 0, "p", "")+"]"))
}

func TestProxyCompanyList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	w.Prepare(t, `update lianfa.company_project p set modified = '2026-11-01 08:30:00.123456+08'::timestamptz + q.n * interval '1 day'
		from (select company_guid, proj_guid, row_number() over (order by company_guid desc, proj_guid) - 1 as n from lianfa.company_project) q
		where (q.company_guid, q.proj_guid) = (p.company_guid, p.proj_guid)`)
	pair := func(id, name, project string, enable int) string {
		return fmt.Sprintf(`{"companyId":"%s","companyName":"%s","projGUID":"%s","enable":%d}`, id, name, project, enable)
	}
	const other = "de1b1471-320a-48ea-97a7-88d106762832"
	one, two, three := "鹭屿房地产营销代理有限公司", "漓畔置业顾问有限公司", "青榕房产经纪有限公司"
	pairs := []string{
		pair(company1, one, project1, 1), pair(company1, one, project2, 1), pair(other, two, "00a154d8-5ed8-4bcc-a5c7-19c2add9ca88", 1),
		pair(other, two, "178854f2-260d-4254-93fe-2e85142c8364", 1), pair(other, two, project1, 1),
		pair(company3, three, "178854f2-260d-4254-93fe-2e85142c8364", 0),
	}
	for _, one := range []struct{ body, want string }{
		{`{"page":1,"pageSize":10}`, `"totalPage":1,"page":1,"list":[` + strings.Join(pairs, ",") + "]"},
		{`{"page":2,"pageSize":4,"lastSyncTime":""}`, `"totalPage":2,"page":2,"list":[` + strings.Join(pairs[4:], ",") + "]"},
		{`{"lastSyncTime":"2026-11-05 08:30:00.123"}`, `"totalPage":1,"page":1,"list":[` + strings.Join(pairs[4:], ",") + "]"},
		{`{"lastSyncTime":"2026-11-05 08:30:00.124"}`, `"totalPage":1,"page":1,"list":[` + pairs[5] + "]"},
		{`{"lastSyncTime":"2026-11-06"}`, `"totalPage":1,"page":1,"list":[` + pairs[5] + "]"},
		{`{"lastSyncTime":1793838601000,"pageSize":1}`, `"totalPage":1,"page":1,"list":[` + pairs[5] + "]"},
		{`{"lastSyncTime":"2026-11-07"}`, `"totalPage":0,"page":1,"list":[]`},
	} {
		same(t, one.body, c.Call(t, "base_proxyCompany_list", c.Sid(), one.body).Plain, answered(one.want))
	}
	same(t, "time", c.Call(t, "base_proxyCompany_list", c.Sid(), `{"lastSyncTime":"2026-13-01"}`).Plain, wrong("lastSyncTime"))
}

// An interface that is documented and not served answers 1008, whether the request
// is sound or not, changes nothing and does not burn the message's id.
func TestUnimplemented(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	w.SubscribeAll(t, "200")
	sid := c.Sid()
	w.Unchanged(t, func() {
		for cmd, body := range map[string]members{
			"base_agencyCompany_list": {"name": "青榕", "cityCode": "350200", "opType": 1, "Type": 1},
			"agent_recommend_cancel": {
				"mobile": "13800138004", "name": "顾南乔", "projGUID": project2, "cancelCause": "重复", "agentClasses": 1, "agentName": "季晨光",
				"agentMobile": "13700137000", "reportTime": 1795219750,
			},
			"intervene_create":    {"projGUID": project2, "cstGUID": "5ee4b339-d1ef-47d6-a3c4-ae10f7878645", "agentGUID": agent1, "status": 0, "reportTime": 1795219750},
			"cst_attribute_query": {"cstGUID": customer1, "page": 1, "pageSize": 10},
			// nobody may send us our own notifications
			"cst_merge_notify": {}, "cst_cancel_notify": {}, "intervene_notify": {}, "recommend_notify": {}, "cst_attribute_notify": {},
			"cst_status_notify": {}, "consultant_assign_create_notify": {}, "notify_proj_publish": {},
		} {
			for _, one := range []members{body, {}, body.With("projGUID", nobody, "status", 7)} {
				same(t, cmd, c.Call(t, cmd, sid, one.JSON()).Plain, refusal(1008, "不支持的接口请求"))
			}
		}
	})
	if r := c.Call(t, "base_city_list", sid, `{}`); r.Code(t) != 0 {
		t.Errorf("the same id afterwards: %s", r.Plain)
	}
}
