package systems_test

import (
	"bytes"
	"path"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/spec"
)

// Every file of the demo data loads, strictly, into tables that are empty and
// again into tables that have it; there is one for every table.
func TestDemoLoads(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	if err := migrate.Up(t.Context(), pool, operate.Migrations(generated.Systems())); err != nil {
		t.Fatal(err)
	}
	args := []string{"--database-url", pool.Config().ConnString(), "--data-dir", t.TempDir()}
	for _, table := range allTables() {
		for _, again := range []bool{false, true} {
			name := path.Join("..", "..", "..", "spec", table.System, "demo", table.Name+".csv")
			var said bytes.Buffer
			var out bytes.Buffer
			code := run(t.Context(), append(args, "load", "--system", table.System, "--strict", name), &out, &said)
			if code != command.Fine || strings.Contains(out.String(), ": 0 rows") || said.Len() > 0 {
				t.Errorf("%s (again: %v): %d %s\n%s", name, again, code, out.String(), said.String())
			}
		}
	}
}

// demoQueries asks each query of lianfa for something that the demo data has; the
// answer must contain the text.
func demoQueries() map[string][2]string {
	body := func(pairs ...any) string { return members{}.With(pairs...).JSON() }
	return map[string][2]string{
		"agent_identify":              {body("mobile", "13700137000"), `"isMember":1`},
		"attribute_template_query":    {body("projGUID", project1), `"attachCode":"opp_purpose"`},
		"base_areaStreet_list":        {"{}", `"streetName":"莲湖路"`},
		"base_buildingUnit_list":      {body("projGUID", project1), `"bldName":"1号楼"`},
		"base_city_list":              {"{}", `"cityName":"厦门"`},
		"base_company_list":           {"{}", `"companyName":"鹭屿房地产营销代理有限公司"`},
		"base_consultantProj_list":    {"{}", `"userGUID":"` + user1 + `"`},
		"base_consultantStation_list": {"{}", `"stationName":"案场经理"`},
		"base_consultant_list":        {"{}", `"userName":"林可欣"`},
		"base_project_list":           {"{}", `"projName":"云屿湾一期"`},
		"base_proxyCompany_list":      {"{}", `"enable":1`},
		"base_proxyCompanysales_list": {"{}", `"consultantName":"林可欣"`},
		"base_room_list":              {body("projGUID", project1, "bldGUID", "aafaf84b-afd8-48d3-b7f3-36da84c6a400", "unit", "1单元"), `"room":"10101"`},
		"cst_identify":                {body("cstMobile", "13800138000", "projGUID", project1), `"followType":"3"`},
		"cst_info_get":                {body("mobile", "13800138000"), customer1},
		"cst_originator_list":         {body("tradeGUIDs", "6ef67b49-52c9-4b81-8ae3-285f8c1dda92"), "宋望舒"},
		"opportunity_info_query":      {body("oppGUID", chance1), customer1},
		"proj_attach_list_v2":         {body("projGUID", project1), `"attachName":"购房目的"`},
		"s_lead_identify":             {body("phone", "13800138000", "projGUID", project1), `1`},
		"s_lead_query":                {body("leadGUID", lead1), "沈一诺"},
		"s_opportunity_identify":      {body("phone", "13800138000", "projGUID", project1), `1`},
		"trade_info_list":             {body("tradeGUID", "6ef67b49-52c9-4b81-8ae3-285f8c1dda92"), "10202"},
	}
}

func TestDemoAnswers(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	queries := demoQueries()
	for _, system := range loadSpec(t).Systems {
		for _, one := range system.Interfaces {
			if system.Name != "lianfa" || one.Kind != spec.Query || one.Status == "unimplemented" {
				continue
			}
			q, ok := queries[one.Cmd]
			delete(queries, one.Cmd)
			if !ok {
				t.Errorf("%s has no case here", one.Cmd)
				continue
			}
			r := c.Call(t, one.Cmd, c.Sid(), q[0])
			_, content, _ := strings.Cut(r.Plain, `"content":`)
			if r.Code(t) != 0 || !strings.Contains(content, q[1]) {
				t.Errorf("%s %s: %.600s", one.Cmd, q[0], r.Plain)
			}
		}
	}
	for cmd := range queries {
		t.Errorf("%s is no query that is served", cmd)
	}
}
