package lianfa_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/store"
)

// projectPage is the payload of base_project_list.
type projectPage struct {
	LastSyncTime *string `json:"lastSyncTime"`
	TotalPage    int     `json:"totalPage"`
	Page         int     `json:"page"`
	List         []struct {
		ProjGUID       string `json:"projGUID"`
		ProjName       string `json:"projName"`
		ParentGUID     string `json:"parentGUID"`
		CityName       string `json:"cityName"`
		Status         int    `json:"status"`
		LastModifyTime string `json:"lastModifyTime"`
		IfEnd          int    `json:"ifEnd"`
		BuGUID         string `json:"buGUID"`
		Level          int    `json:"level"`
	} `json:"list"`
}

// stagger gives the projects times of change a day apart, the first of
// November 2026 first, by name.
func stagger(t *testing.T, w *world) {
	t.Helper()
	if _, err := w.Pool.Exec(t.Context(), `update lianfa.project p set modified = '2026-11-01 08:30:00.123456+08'::timestamptz + n * interval '1 day'
		from (select guid, row_number() over (order by guid) - 1 as n from lianfa.project) q where q.guid = p.guid`); err != nil {
		t.Fatal(err)
	}
}

func TestProjectList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	stagger(t, w)
	c := w.App(t, "300")
	r := refused(t, w, c, "base_project_list", members{"page": 2, "pageSize": 4}, []broken{
		{"page", members{"page": "first"}, wrong("page")},
		{"page size", members{"pageSize": 1.5}, wrong("pageSize")},
		{"time", members{"syncTime": "yesterday"}, wrong("syncTime")},
		{"a month of 13", members{"syncTime": "2026-13-01"}, wrong("syncTime")},
	})
	same(t, "second page", r.Plain, `{"errcode":0,"errmsg":"","content":{"lastSyncTime":"2026-11-06 08:30:00.123","totalPage":2,"page":2,"list":[`+
		`{"projGUID":"985fb4e7-2a09-4ee8-abb2-997659ba1b0d","projName":"云屿湾一期","parentGUID":"2909406c-2e41-4788-a5ec-52ed01088475","cityName":"厦门",`+
		`"status":1,"lastModifyTime":"2026-11-05 08:30:00","ifEnd":1,"buGUID":"47eaa099-2cb6-416d-a6dc-283cf0480ff9","level":2},`+
		`{"projGUID":"9a1e40b4-5815-4a99-89e2-d15364c7a500","projName":"云屿湾二期","parentGUID":"2909406c-2e41-4788-a5ec-52ed01088475","cityName":"厦门",`+
		`"status":1,"lastModifyTime":"2026-11-06 08:30:00","ifEnd":1,"buGUID":"47eaa099-2cb6-416d-a6dc-283cf0480ff9","level":2}]}}`)
	for _, one := range []struct {
		body              string
		rows, page, pages int
		last              string
	}{
		{`{}`, 6, 1, 1, "2026-11-06 08:30:00.123"},
		{`{"page":"","pageSize":null,"syncTime":""}`, 6, 1, 1, "2026-11-06 08:30:00.123"},
		{`{"pageSize":1}`, 1, 1, 6, "2026-11-01 08:30:00.123"},
		{`{"page":6,"pageSize":"1"}`, 1, 6, 6, "2026-11-06 08:30:00.123"},
		{`{"page":7,"pageSize":1}`, 0, 7, 6, ""},
		{`{"page":0,"pageSize":0}`, 1, 1, 6, "2026-11-01 08:30:00.123"},
		{`{"page":-5,"pageSize":-5}`, 1, 1, 6, "2026-11-01 08:30:00.123"},
		{`{"page":9223372036854775807,"pageSize":9223372036854775807}`, 0, 1000000, 1, ""},
		{`{"pageSize":6}`, 6, 1, 1, "2026-11-06 08:30:00.123"},
		{`{"pageSize":5}`, 5, 1, 2, "2026-11-05 08:30:00.123"},
		{`{"syncTime":"2026-11-05"}`, 2, 1, 1, "2026-11-06 08:30:00.123"},
		{`{"syncTime":"2026-11-05 08:30:00"}`, 2, 1, 1, "2026-11-06 08:30:00.123"},
		{`{"syncTime":"2026-11-05T08:30:00.123456"}`, 2, 1, 1, "2026-11-06 08:30:00.123"},
		{`{"syncTime":"2026-11-0508:30:00.1235"}`, 1, 1, 1, "2026-11-06 08:30:00.123"},
		{`{"syncTime":"1793838600"}`, 2, 1, 1, "2026-11-06 08:30:00.123"},
		{`{"syncTime":1793838600124}`, 1, 1, 1, "2026-11-06 08:30:00.123"},
		{`{"syncTime":"2026-11-07"}`, 0, 1, 0, ""},
	} {
		var got projectPage
		r := c.Call(t, "base_project_list", c.Sid(), one.body)
		r.Content(t, &got)
		last := ""
		if got.LastSyncTime != nil {
			last = *got.LastSyncTime
		}
		if len(got.List) != one.rows || got.Page != one.page || got.TotalPage != one.pages || last != one.last || got.List == nil {
			t.Errorf("%s: %d rows, page %d of %d, last %q; want %d, %d of %d, %q\n%s", one.body, len(got.List), got.Page, got.TotalPage, last,
				one.rows, one.page, one.pages, one.last, r.Plain)
		}
	}
}

// The client sends lastSyncTime back as syncTime, until a page brings nothing new:
// every project arrives, and none that changed meanwhile is lost.
func TestProjectListSync(t *testing.T) {
	t.Parallel()
	w := setup(t)
	stagger(t, w)
	c := w.App(t, "300")
	seen, since := map[string]string{}, ""
	for range 20 {
		var got projectPage
		c.Call(t, "base_project_list", c.Sid(), members{"syncTime": since, "pageSize": 2}.JSON()).Content(t, &got)
		for _, p := range got.List {
			seen[p.ProjGUID] = p.ProjName
		}
		if got.LastSyncTime == nil || *got.LastSyncTime == since {
			break
		}
		since = *got.LastSyncTime
	}
	if len(seen) != 6 {
		t.Errorf("%d projects after all pages, last %s", len(seen), since)
	}
	if _, err := w.Pool.Exec(t.Context(), `update lianfa.project set proj_name = '新名', modified = now() where guid = $1`, project1); err != nil {
		t.Fatal(err)
	}
	var got projectPage
	c.Call(t, "base_project_list", c.Sid(), members{"syncTime": since}.JSON()).Content(t, &got)
	if n := len(got.List); n != 2 || got.List[1].ProjName != "新名" || got.LastSyncTime == nil || *got.LastSyncTime < since {
		t.Fatalf("after a change: %+v", got)
	}
	// A change that is not 10 seconds old may have neighbours that are not
	// committed yet: the mark stays behind it, so that it comes once more.
	if at, err := time.ParseInLocation("2006-01-02 15:04:05.000", *got.LastSyncTime, time.FixedZone("", 8*3600)); err != nil || time.Since(at) < 9*time.Second {
		t.Errorf("the mark is %s, %v", *got.LastSyncTime, err)
	}
}

func TestBuildingUnitList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	r := refused(t, w, c, "base_buildingUnit_list", members{"projGUID": project1}, []broken{
		{"no project", members{}, missing("projGUID")},
		{"null", members{"projGUID": nil}, missing("projGUID")},
		{"object", members{"projGUID": members{}}, wrong("projGUID")},
		{"long", members{"projGUID": strings.Repeat("项", 65)}, wrong("projGUID")},
	})
	unit := func(guid, no, name string) string {
		return fmt.Sprintf(`{"unitGUID":"%s","unitNo":%s%s}`, guid, no, name)
	}
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{"buildingList":[`+
		`{"bldGUID":"aafaf84b-afd8-48d3-b7f3-36da84c6a400","bldName":"1号楼","bldFullName":"云屿湾-一期-1号楼","buildUnit":[`+
		unit("19a7bae4-7df3-4ae7-a3f2-878338bf8cc2", "1", `,"unit":"1单元"`)+","+unit("3f28bbfa-4dee-44f9-a179-6ac41055ab62", "2", `,"unit":"2单元"`)+`]},`+
		`{"bldGUID":"0a6bf830-e560-4642-960d-5a21a64b88b0","bldName":"2号楼","bldFullName":"云屿湾-一期-2号楼","buildUnit":[`+
		unit("efdeed7f-9f6f-4756-b0cd-a0172bac7c60", "1", `,"unit":"1单元"`)+","+unit("bd3f3fbf-9024-46cf-880f-951ce3923fcd", "2", `,"unit":"2单元"`)+`]},`+
		`{"bldGUID":"9b3904c1-7e12-4b35-aaaa-7b437acfa1b6","bldName":"3号楼","bldFullName":"云屿湾-一期-3号楼","buildUnit":[`+
		unit("bfbfc1d9-fe27-4f1a-adb8-8d09aca93b03", "1", "")+`]}]}}`)
	same(t, "no buildings", c.Call(t, "base_buildingUnit_list", c.Sid(), members{"projGUID": nobody}.JSON()).Plain,
		`{"errcode":0,"errmsg":"","content":{"buildingList":[]}}`)
	if _, err := w.Pool.Exec(t.Context(), `delete from lianfa.unit`); err != nil {
		t.Fatal(err)
	}
	if r := c.Call(t, "base_buildingUnit_list", c.Sid(), members{"projGUID": project1}.JSON()); strings.Count(r.Plain, `"buildUnit":[]`) != 3 {
		t.Errorf("buildings without units: %s", r.Plain)
	}
}

func TestConsultantCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	sound := members{
		"userName": "孟新雨", "userCode": "mengxinyu", "password": "s3cret-密码", "mobile": "0592-5550100", "isDisabled": "0", "stationName": "置业顾问",
		"stationGUID": "station-1", "projGUID": project1, "gender": 0, "userGUID": "user-new-1", "proxyCompanyId": company1,
	}
	r := refused(t, w, c, "base_consultant_create", sound, []broken{
		{"no name", sound.Without("userName"), missing("userName")},
		{"neither spelling", sound.Without("isDisabled"), missing("isDisabeld")},
		{"both spellings", sound.With("isDisabeld", 0), wrong("isDisabeld")},
		{"no password", sound.With("password", ""), missing("password")},
		{"disabled 2", sound.With("isDisabled", 2), wrong("isDisabeld")},
		{"gender 3", sound.With("gender", 3), wrong("gender")},
		{"long mobile", sound.With("mobile", strings.Repeat("1", 17)), wrong("mobile")},
		{"unknown project", sound.With("projGUID", nobody), refusal(4001, "项目不存在")},
		{"unknown company", sound.With("proxyCompanyId", nobody), refusal(4005, "代理公司不存在")},
		{"known consultant", sound.With("userGUID", user1), refusal(4003, "置业顾问已经存在")},
	})
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{"consultantId":"user-new-1"}}`)
	same(t, "consultant", strings.Join(w.Rows(t, `select guid, user_name, user_code, mobile, is_disabled, gender, proxy_company_id from lianfa.consultant
		where guid = 'user-new-1'`), ""), `{"guid": "user-new-1", "gender": 0, "mobile": "0592-5550100", "user_code": "mengxinyu", "user_name": "孟新雨", `+
		`"is_disabled": 0, "proxy_company_id": "`+company1+`"}`)
	same(t, "project", strings.Join(w.Rows(t, `select user_guid, proj_guid, station_name, station_guid, parent_station_guid from lianfa.consultant_project
		where user_guid = 'user-new-1'`), ""), `{"proj_guid": "`+project1+`", "user_guid": "user-new-1", "station_guid": "station-1", `+
		`"station_name": "置业顾问", "parent_station_guid": null}`)
	hash := w.One(t, `select password from lianfa.consultant where guid = 'user-new-1'`)
	if !store.CheckPassword(hash, "s3cret-密码") || store.CheckPassword(hash, "s3cret") || strings.Contains(hash, "s3cret") {
		t.Errorf("stored password %s", hash)
	}
	same(t, "the document's spelling", c.Call(t, "base_consultant_create", c.Sid(),
		sound.Without("isDisabled").With("isDisabeld", 1, "userGUID", "user-new-2").JSON()).Plain,
		`{"errcode":0,"errmsg":"","content":{"consultantId":"user-new-2"}}`)
	if _, err := w.Pool.Exec(t.Context(), `insert into lianfa.station (guid, station_name, proj_guid, parent_station_guid)
		values ('above', '销售经理', $1, null), ('below', '置业顾问', $1, 'above')`, project1); err != nil {
		t.Fatal(err)
	}
	c.Call(t, "base_consultant_create", c.Sid(), sound.With("stationGUID", "below", "userGUID", "user-new-3").JSON())
	same(t, "the station above", strings.Join(w.Rows(t, `select parent_station_guid, parent_station_name from lianfa.consultant_project
		where user_guid = 'user-new-3'`), ""), `{"parent_station_guid": "above", "parent_station_name": "销售经理"}`)
}

// A row that another table's row collides with is no reason for 1005: whatever
// was left of a consultant without a record of his own must not stop him.
func TestConsultantCreateOrphan(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	if _, err := w.Pool.Exec(t.Context(), `insert into lianfa.consultant_project (user_guid, proj_guid, station_name, station_guid)
		values ('user-x', $1, 'old', 'old')`, project1); err != nil {
		t.Fatal(err)
	}
	before := w.State(t)
	r := c.Call(t, "base_consultant_create", c.Sid(), members{
		"userName": "a", "userCode": "a", "password": "a", "mobile": "1", "isDisabeld": 0, "stationName": "a",
		"stationGUID": "a", "projGUID": project1, "gender": 1, "userGUID": "user-x", "proxyCompanyId": company1,
	}.JSON())
	switch r.Code(t) {
	case 0:
		same(t, "station", w.One(t, `select station_name from lianfa.consultant_project where user_guid = 'user-x'`), "a")
	case 4003:
		if diff := cmp.Diff(before, w.State(t)); diff != "" {
			t.Error(diff)
		}
	default:
		t.Errorf("got %s", r.Plain)
	}
}
