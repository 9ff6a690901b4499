package lianfa_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// aged gives the rows of a table times a day apart, in the order of its key:
// the first was created in the morning of 2026-10-01 and changed a month later.
func aged(t *testing.T, w *world, table, key string) {
	t.Helper()
	if _, err := w.Pool.Exec(t.Context(), `update lianfa.`+table+` t set created = '2026-10-01 09:00:00+08'::timestamptz + q.n * interval '1 day',
		modified = '2026-11-01 08:30:00.123456+08'::timestamptz + q.n * interval '1 day'
		from (select ctid as at, row_number() over (order by `+key+`) - 1 as n from lianfa.`+table+`) q where q.at = t.ctid`); err != nil {
		t.Fatal(err)
	}
}

// listed is the payload of a list with pages.
type listed struct {
	LastSyncTime *string           `json:"lastSyncTime"`
	TotalPage    int               `json:"totalPage"`
	Page         int               `json:"page"`
	List         []json.RawMessage `json:"list"`
	Attachs      []json.RawMessage `json:"attachs"`
}

// last is lastSyncTime, "" where there is none.
func (l listed) last() string {
	if l.LastSyncTime == nil {
		return ""
	}
	return *l.LastSyncTime
}

// badPage are requests that every list with pages refuses.
var badPage = []broken{
	{"page", members{"page": "first"}, wrong("page")},
	{"page with a fraction", members{"page": 1.5}, wrong("page")},
	{"page as a list", members{"page": []any{1}}, wrong("page")},
	{"page size", members{"pageSize": "1e1"}, wrong("pageSize")},
}

// badSince are requests that every list with syncTime refuses.
var badSince = append([]broken{
	{"time", members{"syncTime": "yesterday"}, wrong("syncTime")},
	{"a month of 13", members{"syncTime": "2026-13-01"}, wrong("syncTime")},
	{"time as a list", members{"syncTime": []any{}}, wrong("syncTime")},
}, badPage...)

// cut is a list's answer to a request.
type cut struct {
	body              string
	rows, page, pages int
	last              string
}

// pages checks the answers of a list that has rows.
func pages(t *testing.T, w *world, c *caller, cmd string, cases []cut) {
	t.Helper()
	for _, one := range cases {
		var got listed
		r := c.Call(t, cmd, c.Sid(), one.body)
		r.Content(t, &got)
		n := max(len(got.List), len(got.Attachs))
		if n != one.rows || got.Page != one.page || got.TotalPage != one.pages || got.last() != one.last || got.List == nil && got.Attachs == nil {
			t.Errorf("%s %s: %d rows, page %d of %d, last %q; want %d, %d of %d, %q\n%.200s", cmd, one.body, n, got.Page, got.TotalPage, got.last(),
				one.rows, one.page, one.pages, one.last, r.Plain)
		}
	}
}

// paging is how a list of n rows is cut; last gives lastSyncTime after the
// first rows of the list, "" for none.
func paging(n int, last func(rows int) string) []cut {
	return []cut{
		{`{"pageSize":1000}`, n, 1, 1, last(n)},
		{`{"page":"","pageSize":"1000"}`, n, 1, 1, last(n)},
		{`{"page":null,"pageSize":2}`, 2, 1, (n + 1) / 2, last(2)},
		{fmt.Sprintf(`{"page":"%d","pageSize":1}`, n), 1, n, n, last(n)},
		{fmt.Sprintf(`{"page":%d,"pageSize":1}`, n+1), 0, n + 1, n, ""},
		{`{"page":0,"pageSize":0}`, 1, 1, n, last(1)},
		{`{"page":-3,"pageSize":-3}`, 1, 1, n, last(1)},
		{`{"pageSize":9223372036854775807}`, n, 1, 1, last(n)},
		{`{}`, min(n, 10), 1, (n + 9) / 10, last(min(n, 10))},
	}
}

// Each list of 4.1 with syncTime cuts its pages alike and returns the rows that
// changed at or after that time.
func TestBaseSyncLists(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		cmd, table, key string
		rows            int
	}{
		{"base_company_list", "company_project", "company_guid, proj_guid", 6},
		{"base_consultantProj_list", "consultant_project", "user_guid, proj_guid", 10},
		{"base_consultant_list", "consultant", "guid", 8},
	} {
		t.Run(one.cmd, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			c := w.App(t, "300")
			aged(t, w, one.table, one.key)
			refused(t, w, c, one.cmd, members{}, badSince)
			day := func(rows int) string { return fmt.Sprintf("2026-11-%02d 08:30:00.123", rows) }
			pages(t, w, c, one.cmd, paging(one.rows, day))
			third := one.rows - 2
			pages(t, w, c, one.cmd, []cut{
				{`{"syncTime":"2026-11-03 08:30:00.123"}`, third, 1, 1, day(one.rows)},
				{`{"syncTime":"2026-11-0308:30:00"}`, third, 1, 1, day(one.rows)},
				{`{"syncTime":"2026-11-03T08:30:00.123456"}`, third, 1, 1, day(one.rows)},
				{`{"syncTime":"2026-11-03 08:30:00.124"}`, third - 1, 1, 1, day(one.rows)},
				{`{"syncTime":"2026-11-03","pageSize":3}`, 3, 1, (third + 2) / 3, day(5)},
				{`{"syncTime":1793838600}`, one.rows - 4, 1, 1, day(one.rows)},
				{`{"syncTime":"2026-12-01"}`, 0, 1, 0, ""},
				{`{"syncTime":null}`, one.rows, 1, 1, day(one.rows)},
			})
			if _, err := w.Pool.Exec(t.Context(), `delete from lianfa.`+one.table); err != nil {
				t.Fatal(err)
			}
			same(t, "no rows", c.Call(t, one.cmd, c.Sid(), `{}`).Plain, `{"errcode":0,"errmsg":"","content":{"totalPage":0,"page":1,"list":[]}}`)
		})
	}
}

func TestCompanyList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	aged(t, w, "company_project", "company_guid, proj_guid")
	row := func(company, name, proj string) string {
		return `{"companyGUID":"` + company + `","companyName":"` + name + `","projGUID":"` + proj + `"}`
	}
	same(t, "one row for each pair", c.Call(t, "base_company_list", c.Sid(), `{"pageSize":4,"page":2}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"lastSyncTime":"2026-11-06 08:30:00.123","totalPage":2,"page":2,"list":[`+
			row(company1, "鹭屿房地产营销代理有限公司", project1)+","+row(company1, "鹭屿房地产营销代理有限公司", project2)+`]}}`)
	// Storage holds the longest of the document's names, the table of 4.1.1 has 64.
	if _, err := w.Pool.Exec(t.Context(), `update lianfa.company_project set company_name = repeat('名', 128) where proj_guid = $1`, project2); err != nil {
		t.Fatal(err)
	}
	same(t, "a long name is cut", c.Call(t, "base_company_list", c.Sid(), `{"pageSize":1,"page":6}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"lastSyncTime":"2026-11-06 08:30:00.123","totalPage":6,"page":6,"list":[`+
			row(company1, strings.Repeat("名", 64), project2)+`]}}`)
}

func TestConsultantProjList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	aged(t, w, "consultant_project", "user_guid, proj_guid")
	const leader = "01f72b0a-43c2-4f56-b10a-853eec9a72f2"
	row := func(user, proj, station, guid, parent, parentName, created string) string {
		return `{"userGUID":"` + user + `","projGUID":"` + proj + `","stationName":"` + station + `","stationGUID":"` + guid +
			`","parentStationGUID":"` + parent + `","parentStationName":"` + parentName + `","createdOn":"` + created + `"}`
	}
	same(t, "with a parent", c.Call(t, "base_consultantProj_list", c.Sid(), `{"pageSize":1}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"lastSyncTime":"2026-11-01 08:30:00.123","totalPage":10,"page":1,"list":[`+
			row(user2, project1, "置业顾问", "bbb3a32a-cf00-477c-aa67-4d0a5fd11a32", leader, "案场经理", "2026-10-01 09:00:00")+`]}}`)
	same(t, "a root", c.Call(t, "base_consultantProj_list", c.Sid(), `{"pageSize":1,"page":7}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"lastSyncTime":"2026-11-07 08:30:00.123","totalPage":10,"page":7,"list":[`+
			row(user1, project1, "案场经理", leader, "", "", "2026-10-07 09:00:00")+`]}}`)
}

func TestConsultantList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	aged(t, w, "consultant", "guid")
	if _, err := w.Pool.Exec(t.Context(), `update lianfa.consultant set password = 'hash' where guid = $1`, user2); err != nil {
		t.Fatal(err)
	}
	same(t, "no password is shown", c.Call(t, "base_consultant_list", c.Sid(), `{"pageSize":2}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"lastSyncTime":"2026-11-02 08:30:00.123","totalPage":4,"page":1,"list":[`+
			`{"userGUID":"`+user2+`","userName":"郑言舟","userCode":"zhengyanzhou","password":"","mobile":"13900139001","isDisabled":0,"createdOn":"2026-10-01 09:00:00"},`+
			`{"userGUID":"2e460a96-1894-4a23-a985-5162fd0b00ea","userName":"蒋向禾","userCode":"jiangxianghe","password":"","mobile":"13900139007",`+
			`"isDisabled":1,"createdOn":"2026-10-02 09:00:00"}]}}`)
	// A consultant who reports himself is in both lists.
	c.Call(t, "base_consultant_create", c.Sid(), members{
		"userName": "新", "userCode": "xin", "password": "p", "mobile": "1", "isDisabeld": 0, "stationName": "s", "stationGUID": "g",
		"projGUID": project1, "gender": 1, "userGUID": "user-new", "proxyCompanyId": company1,
	}.JSON())
	for _, cmd := range []string{"base_consultant_list", "base_consultantProj_list"} {
		if r := c.Call(t, cmd, c.Sid(), `{"pageSize":100}`); strings.Count(r.Plain, `"userGUID":"user-new"`) != 1 {
			t.Errorf("%s without the new one: %s", cmd, r.Plain)
		}
	}
}

// The two lists of 4.1 without syncTime.
func TestStationAndStreetList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	aged(t, w, "station", "guid")
	aged(t, w, "street", "guid")
	refused(t, w, c, "base_consultantStation_list", members{"syncTime": "never"}, badPage)
	refused(t, w, c, "base_areaStreet_list", members{"syncTime": []any{}}, badPage)
	pages(t, w, c, "base_consultantStation_list", paging(5, func(n int) string { return fmt.Sprintf("2026-11-%02d 08:30:00.123", n) }))
	pages(t, w, c, "base_consultantStation_list", []cut{{`{"syncTime":"2027-01-01"}`, 5, 1, 1, "2026-11-05 08:30:00.123"}})
	pages(t, w, c, "base_areaStreet_list", paging(11, func(int) string { return "" }))
	same(t, "stations", c.Call(t, "base_consultantStation_list", c.Sid(), `{"pageSize":2}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"lastSyncTime":"2026-11-02 08:30:00.123","totalPage":3,"page":1,"list":[`+
			`{"stationGUID":"01f72b0a-43c2-4f56-b10a-853eec9a72f2","stationName":"案场经理","projGUID":"`+project1+`","projCode":"XM.YYW.01"},`+
			`{"stationGUID":"4f851924-f4be-4723-8f7e-95a025a74d20","stationName":"销售内勤","projGUID":"`+project1+`","projCode":"XM.YYW.01",`+
			`"parentStationGUID":"01f72b0a-43c2-4f56-b10a-853eec9a72f2"}]}}`)
	same(t, "streets", c.Call(t, "base_areaStreet_list", c.Sid(), `{"pageSize":2}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"totalPage":6,"page":1,"list":[`+
			`{"areaGUID":"17541aa4-3f57-4bfc-a4db-655f8464f703","areaName":"象山区","streetName":"环城西路","cityName":"桂林市","provinceName":"广西壮族自治区"},`+
			`{"areaGUID":"fd2b149d-1758-46ad-a418-8078aff3c1a3","areaName":"思明区","streetName":"会展北里","cityName":"厦门市","provinceName":"福建省"}]}}`)
	if _, err := w.Pool.Exec(t.Context(), `update lianfa.station set proj_code = null`); err != nil {
		t.Fatal(err)
	}
	if r := c.Call(t, "base_consultantStation_list", c.Sid(), `{"pageSize":1}`); !strings.Contains(r.Plain, `"projCode":""}`) {
		t.Errorf("a required field without a value: %s", r.Plain)
	}
}

var newStreet = members{"areaName": "同安区", "streetName": "新路", "cityName": "厦门市", "provinceName": "福建省", "countryName": "中国"}

// street reports a street and returns its area.
func street(t *testing.T, c *caller, body members) string {
	t.Helper()
	var made struct {
		AreaGUID string `json:"areaGUID"`
	}
	c.Call(t, "base_areaStreet_create", c.Sid(), body.JSON()).Content(t, &made)
	return made.AreaGUID
}

func TestStreetCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	r := refused(t, w, c, "base_areaStreet_create", newStreet, []broken{
		{"no area", newStreet.Without("areaName"), missing("areaName")},
		{"no street", newStreet.With("streetName", nil), missing("streetName")},
		{"no city", newStreet.With("cityName", ""), missing("cityName")},
		{"no province", newStreet.With("provinceName", "　"), missing("provinceName")},
		{"no country", newStreet.Without("countryName"), missing("countryName")},
		{"long area", newStreet.With("areaName", strings.Repeat("区", 51)), wrong("areaName")},
		{"long street", newStreet.With("streetName", strings.Repeat("路", 501)), wrong("streetName")},
		{"long province", newStreet.With("provinceName", strings.Repeat("省", 51)), wrong("provinceName")},
		{"country of another type", newStreet.With("countryName", 86), wrong("countryName")},
	})
	var made struct {
		AreaGUID string `json:"areaGUID"`
	}
	r.Content(t, &made)
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{"areaGUID":"`+made.AreaGUID+`"}}`)
	same(t, "a UUID", w.One(t, `select $1::uuid`, made.AreaGUID), made.AreaGUID)
	same(t, "row", strings.Join(w.Rows(t, `select area_name, street_name, city_name, province_name, country_name from lianfa.street where area_guid = $1`,
		made.AreaGUID), ""), `{"area_name": "同安区", "city_name": "厦门市", "street_name": "新路", "country_name": "中国", "province_name": "福建省"}`)
	guid := w.One(t, `select guid from lianfa.street where area_guid = $1`, made.AreaGUID)
	same(t, "the same street", street(t, c, newStreet.With("countryName", "中华人民共和国")), made.AreaGUID)
	same(t, "keeps its row", w.One(t, `select string_agg(guid || country_name, ',') from lianfa.street where area_guid = $1`, made.AreaGUID), guid+"中华人民共和国")
	same(t, "another street of the area", street(t, c, newStreet.With("streetName", strings.Repeat("路", 500))), made.AreaGUID)
	same(t, "of an area that was loaded", street(t, c, newStreet.With("areaName", "思明区")), "fd2b149d-1758-46ad-a418-8078aff3c1a3")
	for name, other := range map[string]members{"city": newStreet.With("cityName", "泉州市"), "province": newStreet.With("provinceName", "台湾省")} {
		if got := street(t, c, other); got == made.AreaGUID {
			t.Errorf("an area of that name in another %s is the same area", name)
		}
	}
	if r := c.Call(t, "base_areaStreet_list", c.Sid(), `{"pageSize":100}`); strings.Count(r.Plain, made.AreaGUID) != 2 {
		t.Errorf("the new area in the list: %s", r.Plain)
	}
}

// The streets of one area share its areaGUID, whoever reports them first, and
// the areaGUID that was handed out stays.
func TestStreetCreateTogether(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	const reports = 12
	for round := range 5 {
		answers := make(chan string, reports)
		area := newStreet.With("areaName", fmt.Sprint("新区", round))
		for i := range reports {
			go func() {
				answers <- c.Call(t, "base_areaStreet_create", c.Sid(), area.With("streetName", fmt.Sprint("路", i/2)).JSON()).Plain
			}()
		}
		seen := map[string]bool{}
		for range reports {
			seen[<-answers] = true
		}
		if len(seen) != 1 {
			t.Errorf("round %d: %d answers: %v", round, len(seen), seen)
		}
		same(t, "areas", w.One(t, `select count(*) || ' ' || count(distinct area_guid) from lianfa.street where area_name = $1`, area["areaName"]),
			fmt.Sprintf("%d 1", reports/2))
	}
}

func TestRoomList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	const shops, bld = "178854f2-260d-4254-93fe-2e85142c8364", "9b3904c1-7e12-4b35-aaaa-7b437acfa1b6"
	r := refused(t, w, c, "base_room_list", members{"projGUID": project1}, []broken{
		{"no project", members{}, missing("projGUID")},
		{"blank project", members{"projGUID": "  ", "unit": "1单元"}, missing("projGUID")},
		{"long project", members{"projGUID": strings.Repeat("项", 65)}, wrong("projGUID")},
		{"long unit", members{"projGUID": project1, "unit": strings.Repeat("单", 65)}, wrong("unit")},
		{"unit of another type", members{"projGUID": project1, "unit": 1}, wrong("unit")},
	})
	room := func(unit, floor, no, status, area, total, stru, row, col string) string {
		return `{"projGUID":"` + project1 + `","bldGUID":"` + bld + `",` + unit + `"floor":"` + floor + `","room":"` + no + `","status":"` + status +
			`","bldArea":` + area + `,"total":` + total + `,"roomStru":"` + stru + `","xkRow":"` + row + `","xkCol":"` + col + `"}`
	}
	if !strings.HasPrefix(r.Plain, `{"errcode":0,"errmsg":"","content":{"roomList":[`) || strings.Count(r.Plain, `"room":`) != 40 || !strings.Contains(r.Plain,
		room("", "1", "0101", "认购", "89.50", "2570440.00", "二房二厅一卫", "1", "1")+","+room("", "1", "0102", "签约", "112.36", "3226979.20", "三房二厅二卫", "1", "2")) {
		t.Errorf("rooms of a project: %s", r.Plain)
	}
	for _, one := range []struct {
		body  members
		rooms int
	}{
		{members{"projGUID": project1, "unit": ""}, 40},
		{members{"projGUID": project1, "unit": nil}, 40},
		{members{"projGUID": project1, "unit": "1单元"}, 16}, // in both buildings that have one
		{members{"projGUID": project1, "unit": "3单元"}, 0},
		{members{"projGUID": shops, "unit": "2单元"}, 16},
		{members{"projGUID": nobody}, 0},
	} {
		r := c.Call(t, "base_room_list", c.Sid(), one.body.JSON())
		if n := strings.Count(r.Plain, `"room":`); r.Code(t) != 0 || n != one.rooms || n == 0 && !strings.HasSuffix(r.Plain, `{"roomList":[]}}`) {
			t.Errorf("%s: %d rooms, want %d: %.200s", one.body.JSON(), n, one.rooms, r.Plain)
		}
	}
	if _, err := w.Pool.Exec(t.Context(), `insert into lianfa.room (proj_guid, bld_guid, unit, floor, room, status, bld_area, total)
		values ('p-new', 'b', repeat('元', 64), '-1', '车位"1"', '待售', 0, 120000.5)`); err != nil {
		t.Fatal(err)
	}
	same(t, "least, and a unit that is longer than the table's 20", c.Call(t, "base_room_list", c.Sid(), `{"projGUID":"p-new"}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"roomList":[{"projGUID":"p-new","bldGUID":"b","unit":"`+strings.Repeat("元", 20)+
			`","floor":"-1","room":"车位\"1\"","status":"待售","bldArea":0.00,"total":120000.50}]}}`)
}

var newTask = members{
	"createdBy": "wurugu", "taskName": "历史客户", "projGUID": project1, "shopGUID": "shop-1", "timeRangeStart": "2026-10-01 00:00:00",
	"timeRangeEnd": "2026-10-31 23:59:59", "dataType": "cst_info_notify|s_lead_notify",
}

func TestSyncRequest(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "notify_request_result", "cst_info_notify")
	open := newTask.Without("projGUID", "shopGUID", "timeRangeStart")
	r := refused(t, w, c, "sync_request", newTask, []broken{
		{"nobody", newTask.Without("createdBy"), missing("createdBy")},
		{"no name", newTask.With("taskName", " "), missing("taskName")},
		{"no range", newTask.With("dataType", ""), missing("dataType")},
		{"all there is", open, missing("projGUID")},
		{"all there is, blank", open.With("projGUID", "", "shopGUID", nil, "timeRangeStart", ""), missing("projGUID")},
		{"no notification", newTask.With("dataType", "cst_info_notify|cst_info_get"), wrong("dataType")},
		{"the result itself", newTask.With("dataType", "notify_request_result"), wrong("dataType")},
		{"a notification that nobody sends", newTask.With("dataType", "cst_attribute_notify"), wrong("dataType")},
		{"a comma", newTask.With("dataType", "cst_info_notify,s_lead_notify"), wrong("dataType")},
		{"start", newTask.With("timeRangeStart", "October"), wrong("timeRangeStart")},
		{"end", newTask.With("timeRangeEnd", "2026-10-32"), wrong("timeRangeEnd")},
		{"long name", newTask.With("taskName", strings.Repeat("名", 65)), wrong("taskName")},
		{"long range", newTask.With("dataType", strings.Repeat("cst_info_notify|", 33)), wrong("dataType")},
		{"unknown project", newTask.With("projGUID", nobody), refusal(4001, "项目不存在")},
	})
	var made struct {
		TaskID string `json:"taskID"`
	}
	r.Content(t, &made)
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{"taskID":"`+made.TaskID+`"}}`)
	const row = `select created_by, task_name, proj_guid, shop_guid, time_range_start at time zone 'Asia/Shanghai' as a, time_range_end at time zone
		'Asia/Shanghai' as b, data_type, status, start_time, finish_time, remark from lianfa.sync_task where guid = $1`
	same(t, "row", strings.Join(w.Rows(t, row, made.TaskID), ""), `{"a": "2026-10-01T00:00:00", "b": "2026-10-31T23:59:59", "remark": null, "status": null, `+
		`"data_type": "cst_info_notify|s_lead_notify", "proj_guid": "`+project1+`", "shop_guid": "shop-1", "task_name": "历史客户", "created_by": "wurugu", `+
		`"start_time": null, "finish_time": null}`)
	same(t, "nothing is sent yet", w.One(t, `select count(*) from jiekou.outbox`), "0")
	// One of the three is enough, and the examples of the document are taken.
	for name, body := range map[string]members{
		"project": open.With("projGUID", project1), "shop": open.With("shopGUID", "x"), "start": open.With("timeRangeStart", "2026-10-01"),
		"start, no end": open.Without("timeRangeEnd").With("timeRangeStart", 1795996800),
	} {
		if r := c.Call(t, "sync_request", c.Sid(), body.JSON()); r.Code(t) != 0 {
			t.Errorf("%s alone: %s", name, r.Plain)
		}
	}
	for sent, stored := range map[string]string{
		"notify_cst_update|notify_agent_recommend":              "cst_info_notify|s_lead_notify",
		" cst_fee_notify | |cst_order_notify||":                 "cst_fee_notify|cst_order_notify",
		"notify_proj_cst_update|notify_cst_update":              "notify_proj_cst_update|cst_info_notify",
		"cst_info_notify|cst_status_notify|cst_contract_notify": "cst_info_notify|cst_status_notify|cst_contract_notify",
	} {
		c.Call(t, "sync_request", c.Sid(), newTask.With("dataType", sent).JSON()).Content(t, &made)
		same(t, sent, w.One(t, `select data_type from lianfa.sync_task where guid = $1`, made.TaskID), stored)
	}
	// A range of separators names nothing.
	if r := c.Call(t, "sync_request", c.Sid(), newTask.With("dataType", " | |").JSON()); r.Plain != missing("dataType") && r.Plain != wrong("dataType") {
		t.Errorf("a task without any notification: %s", r.Plain)
	}
	c.Call(t, "sync_request", c.Sid(), newTask.With("dataType", "cst_info_notify|notify_cst_update|cst_info_notify").JSON()).Content(t, &made)
	same(t, "the same twice", w.One(t, `select data_type from lianfa.sync_task where guid = $1`, made.TaskID), "cst_info_notify")
}
