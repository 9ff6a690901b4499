package lianfa_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// Rows of the demo data for chapter 4.5.
const (
	agent1   = "4b0bf1af-0f82-4a17-98b7-9f3b154ff5b9" // 季晨光, class 1 with company1
	company3 = "b600e612-9ec0-4ece-a350-cc1721e52f21" // not valid
)

// answered is a successful reply.
func answered(content string) string { return `{"errcode":0,"errmsg":"","content":{` + content + `}}` }

func TestAgentIdentify(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	flags := func(owner, staff, member int) string {
		return answered(fmt.Sprintf(`"isOwner":%d,"isStaff":%d,"isMember":%d`, owner, staff, member))
	}
	body := members{"mobile": "13800138002", "name": "叶知秋", "cardId": "110101190001020220"}
	r := refused(t, w, c, "agent_identify", body, []broken{
		{"no mobile", body.Without("mobile"), missing("mobile")},
		{"blank mobile", body.With("mobile", " "), missing("mobile")},
		{"long mobile", body.With("mobile", strings.Repeat("1", 17)), wrong("mobile")},
		{"mobile as a number", body.With("mobile", 13800138002), wrong("mobile")},
		{"long name", body.With("name", strings.Repeat("名", 16)), wrong("name")},
		{"long card", body.With("cardId", strings.Repeat("1", 19)), wrong("cardId")},
	})
	same(t, "old owner", r.Plain, flags(1, 0, 0))
	w.Prepare(t, `update lianfa.customer set cst_class = '员工' where guid = '`+customer2+`'`,
		`insert into lianfa.agent (name, mobile, area_code, agent_classes) values ('林可欣', '13900139000', 350200, 4)`)
	for _, one := range []struct {
		name string
		body members
		want string
	}{
		{"nobody", members{"mobile": "13600000000", "name": "", "cardId": ""}, flags(0, 0, 0)},
		{"no mobile number", members{"mobile": "0592-5550100"}, flags(0, 0, 0)},
		{"customer who bought nothing", members{"mobile": "13800138000"}, flags(0, 0, 0)},
		{"owner by a contract", members{"mobile": "13800138009"}, flags(1, 0, 0)},
		{"owner by the card", members{"mobile": "13600000000", "cardId": "110101190001020220"}, flags(1, 0, 0)},
		{"the name does not matter", members{"mobile": "13800138002", "name": "别人"}, flags(1, 0, 0)},
		{"staff by class, second owner of a trade", members{"mobile": "13800138001"}, flags(1, 1, 0)},
		{"staff and member", members{"mobile": "13900139000"}, flags(0, 1, 1)},
		{"consultant who left", members{"mobile": "13900139007"}, flags(0, 0, 0)},
		{"member", members{"mobile": "13700137000"}, flags(0, 0, 1)},
		{"agent who is not valid", members{"mobile": "13700137003"}, flags(0, 0, 0)},
	} {
		same(t, one.name, c.Call(t, "agent_identify", c.Sid(), one.body.JSON()).Plain, one.want)
	}
	for status, owner := range map[string]int{"240": 0, "241": 0, "242": 1, "243": 0, "244": 1, "245": 1} {
		w.Prepare(t, `update lianfa.sale_contract set status = '`+status+`'`)
		same(t, "contract "+status, c.Call(t, "agent_identify", c.Sid(), `{"mobile":"13800138009"}`).Plain, flags(owner, 0, 0))
	}
}

func TestCustomerIdentify(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	body := members{"cstMobile": "13800138000", "projGUID": project1}
	r := refused(t, w, c, "cst_identify", body, []broken{
		{"no mobile", body.Without("cstMobile"), missing("cstMobile")},
		{"no project", body.With("projGUID", ""), missing("projGUID")},
		{"neither", members{}, missing("cstMobile")},
		{"long mobile", body.With("cstMobile", strings.Repeat("1", 17)), wrong("cstMobile")},
		{"long project", body.With("projGUID", strings.Repeat("a", 65)), wrong("projGUID")},
		{"unknown project", body.With("projGUID", nobody), refusal(4001, "项目不存在")},
		{"unknown project and customer", members{"cstMobile": "1", "projGUID": nobody}, refusal(4001, "项目不存在")},
	})
	follows := `[{"followTime":"2026-11-18 15:20:00","followType":"3","followContent":"到访看样板区，喜欢南向三房","projGUID":"` + project1 + `"},` +
		`{"followTime":"2026-11-11 10:30:00","followType":"2","followContent":"来电询问三房价格","projGUID":"` + project1 + `"}]`
	content := func(exist, owner, staff, member int, list string) string {
		return answered(fmt.Sprintf(`"exist":%d,"isBlack":0,"isOwner":%d,"isStaff":%d,"isMember":%d,"list":%s`, exist, owner, staff, member, list))
	}
	same(t, "came by itself", r.Plain, content(0, 0, 0, 0, follows))
	w.Prepare(t, `insert into lianfa.follow_up (cst_guid, proj_guid, opp_guid, user_guid, follow_time, follow_type, cst_will)
		values ('5ee4b339-d1ef-47d6-a3c4-ae10f7878645', '`+project2+`', 'o', 'u', '2026-12-31 23:59:59.999+08', 7, 'A')`,
		`insert into lianfa.agent (name, mobile, area_code, agent_classes) values ('a', '13900139000', 350200, 4)`)
	for _, one := range []struct{ name, mobile, project, want string }{
		{"another project", "13800138000", project2, content(0, 0, 0, 0, "[]")},
		{"unknown customer", "13600000000", project1, content(0, 0, 0, 0, "[]")},
		{"no mobile number", "0592-5550100", project1, content(0, 0, 0, 0, "[]")},
		{"recommended", "13800138004", project2, content(1, 0, 0, 0,
			`[{"followTime":"2026-12-31 23:59:59","followType":"7","followContent":"","projGUID":"`+project2+`"}]`)},
		{"recommended for another project", "13800138004", project1, content(0, 0, 0, 0, "[]")},
		{"staff and member", "13900139000", project1, content(0, 0, 1, 1, "[]")},
		{"second owner of a trade", "13800138001", project2, content(0, 1, 0, 0, "[]")},
	} {
		same(t, one.name, c.Call(t, "cst_identify", c.Sid(), members{"cstMobile": one.mobile, "projGUID": one.project}.JSON()).Plain, one.want)
	}
	w.Prepare(t, `update lianfa.recommendation set enable = 0 where cst_mobile = '13800138004'`)
	same(t, "a recommendation that is not valid", c.Call(t, "cst_identify", c.Sid(), members{"cstMobile": "13800138004", "projGUID": project2}.JSON()).Plain,
		content(0, 0, 0, 0, `[{"followTime":"2026-12-31 23:59:59","followType":"7","followContent":"","projGUID":"`+project2+`"}]`))
	// A recommended customer exists afterwards; an old owner stays an old owner.
	if r := c.Call(t, "agent_recommend", c.Sid(), newRecommendation.With("cstMobile", "13800138002").JSON()); r.Code(t) != 0 {
		t.Fatal(r.Plain)
	}
	owner := c.Call(t, "cst_identify", c.Sid(), members{"cstMobile": "13800138002", "projGUID": project1}.JSON()).Plain
	if !strings.HasPrefix(owner, `{"errcode":0,"errmsg":"","content":{"exist":1,"isBlack":0,"isOwner":1,"isStaff":0,"isMember":0,"list":[{"followTime":"2026-11-16 16:40:00"`) {
		t.Errorf("recommended old owner: %s", owner)
	}
}

const agentRow = `select name, mobile, agent_classes, area_code, proxy_company_id, agency_company_id, total_point, point, level, comment, status
	from lianfa.agent where guid = '` + agent1 + `'`

func TestAgentUpdate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	least := members{"agentGUID": agent1, "name": "季曙光", "status": 0}
	created := w.One(t, `select created from lianfa.agent where guid = $1`, agent1)
	r := refused(t, w, c, "agent_update", least, []broken{
		{"no agent", least.Without("agentGUID"), missing("agentGUID")},
		{"no name", least.With("name", ""), missing("name")},
		{"no status", least.With("status", nil), missing("status")},
		{"status", least.With("status", 2), wrong("status")},
		{"long id", least.With("agentGUID", strings.Repeat("a", 65)), wrong("agentGUID")},
		{"long name", least.With("name", strings.Repeat("名", 16)), wrong("name")},
		{"long mobile", least.With("mobile", strings.Repeat("1", 17)), wrong("mobile")},
		{"class", least.With("agentClasses", 0), wrong("agentClasses")},
		{"level", least.With("level", 6), wrong("level")},
		{"points", least.With("totalPoint", "many"), wrong("totalPoint")},
		{"point", least.With("point", 1.5), wrong("point")},
		{"city", least.With("areaCode", "厦门"), wrong("areaCode")},
		{"long comment", least.With("comment", strings.Repeat("店", 101)), wrong("comment")},
		{"agency without a company", least.With("agentClasses", 1), missing("proxyCompanyId")},
		{"broker without a company", least.With("agentClasses", "2"), missing("agencyCompanyId")},
		{"unknown company", least.With("proxyCompanyId", nobody), refusal(4005, "代理公司不存在")},
		{"unknown agent", least.With("agentGUID", nobody), refusal(1012, "查询的记录不存在")},
	})
	same(t, "reply", r.Plain, answered(""))
	row := func(name, mobile, classes, area, proxy, agency, total, point, level, comment, status string) string {
		return `{"name": ` + name + `, "level": ` + level + `, "point": ` + point + `, "mobile": ` + mobile + `, "status": ` + status +
			`, "comment": ` + comment + `, "area_code": ` + area + `, "total_point": ` + total + `, "agent_classes": ` + classes +
			`, "proxy_company_id": ` + proxy + `, "agency_company_id": ` + agency + `}`
	}
	company := `"` + company1 + `"`
	absent := row(`"季曙光"`, `"13700137000"`, "1", "350200", company, "null", "null", "null", "null", "null", "0")
	same(t, "absent keeps", strings.Join(w.Rows(t, agentRow), ""), absent)
	same(t, "times", w.One(t, `select created = $1::timestamptz and modified > created from lianfa.agent where guid = $2`, created, agent1), "true")
	all := least.With("mobile", "+852 5555 0100", "agentClasses", 2, "areaCode", 450300, "proxyCompanyId", company3, "agencyCompanyId", "QF-1",
		"totalPoint", "1200", "point", 800, "level", 5, "comment", strings.Repeat("店", 100), "status", "1")
	filled := row(`"季曙光"`, `"+852 5555 0100"`, "2", "450300", `"`+company3+`"`, `"QF-1"`, "1200", "800", "5", `"`+strings.Repeat("店", 100)+`"`, "1")
	blanks, nulls := least.With("status", 1), least.With("status", 1)
	for name := range all.Without("agentGUID", "name", "status") {
		blanks[name], nulls[name] = "", nil
	}
	for _, one := range []struct {
		name string
		body members
		want string
	}{
		{"all", all, filled},
		{"null keeps", nulls, filled},
		{"zero is a number", least.With("status", 1, "point", 0, "totalPoint", "0"), strings.NewReplacer(`"point": 800`, `"point": 0`, "1200", "0").Replace(filled)},
		// a column that must have a value is not cleared
		{"blank clears", blanks, row(`"季曙光"`, `"+852 5555 0100"`, "2", "450300", "null", "null", "null", "null", "null", "null", "1")},
	} {
		same(t, one.name, c.Call(t, "agent_update", c.Sid(), one.body.JSON()).Plain, answered(""))
		same(t, one.name+": row", strings.Join(w.Rows(t, agentRow), ""), one.want)
	}
	same(t, "others are left alone", w.One(t, `select count(*) from lianfa.agent where modified > created`), "1")
}

func TestAgentAppoint(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	w.SubscribeAll(t, "200")
	body := members{
		"projGUID": project1, "cstMobile": "13600000001", "cstName": strings.Repeat("名", 32), "comment": strings.Repeat("文", 100),
		"appointTime": 1795996800, "reportTime": "1795219750000",
	}
	r := refused(t, w, c, "agent_appoint", body, []broken{
		{"no project", body.Without("projGUID"), missing("projGUID")},
		{"no mobile", body.With("cstMobile", ""), missing("cstMobile")},
		{"no name", body.Without("cstName"), missing("cstName")},
		{"no comment", body.With("comment", " "), missing("comment")},
		{"no time", body.With("appointTime", nil), missing("appointTime")},
		{"no time of report", body.Without("reportTime"), missing("reportTime")},
		{"time", body.With("appointTime", "soon"), wrong("appointTime")},
		{"five digits", body.With("reportTime", 12345), wrong("reportTime")},
		{"long name", body.With("cstName", strings.Repeat("名", 33)), wrong("cstName")},
		{"long comment", body.With("comment", strings.Repeat("文", 101)), wrong("comment")},
		{"no mobile number", body.With("cstMobile", "12600000001"), refusal(9002, "非法手机号码")},
		{"unknown project", body.With("projGUID", nobody), refusal(4001, "项目不存在")},
	})
	same(t, "reply", r.Plain, answered(""))
	const appointments = `select proj_guid, cst_mobile, cst_name, length(comment) as comment, appoint_time at time zone 'Asia/Shanghai' as at,
		report_time at time zone 'Asia/Shanghai' as reported from lianfa.appointment where cst_mobile = '13600000001' order by created`
	row := `{"at": "2026-11-30T08:00:00", "comment": 100, "cst_name": "` + strings.Repeat("名", 32) + `", "reported": "2026-11-21T08:09:10", ` +
		`"proj_guid": "` + project1 + `", "cst_mobile": "13600000001"}`
	same(t, "row", strings.Join(w.Rows(t, appointments), "\n"), row)
	same(t, "again", c.Call(t, "agent_appoint", c.Sid(), body.With("appointTime", "2026-11-30 08:00:00").JSON()).Plain, answered(""))
	same(t, "rows", strings.Join(w.Rows(t, appointments), "\n"), row+"\n"+row)
	same(t, "nothing is sent", w.One(t, `select count(*) from jiekou.outbox`), "0")
	same(t, "no customer is made", w.One(t, `select count(*) from lianfa.customer where mobile = '13600000001'`), "0")
}

func TestAssignCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.App(t, "200")
	w.SubscribeAll(t, "200")
	body := members{"projGUID": project2, "cstGUID": customer1, "consultantId": user2}
	customer := w.One(t, `select to_jsonb(c) from lianfa.customer c where guid = $1`, customer1)
	r := refused(t, w, c, "assign_create", body, []broken{
		{"no project", body.Without("projGUID"), missing("projGUID")},
		{"no customer", body.With("cstGUID", ""), missing("cstGUID")},
		{"no consultant", body.With("consultantId", nil), missing("consultantId")},
		{"long customer", body.With("cstGUID", strings.Repeat("a", 65)), wrong("cstGUID")},
		{"consultant of another type", body.With("consultantId", members{}), wrong("consultantId")},
		{"unknown project", members{"projGUID": nobody, "cstGUID": nobody, "consultantId": nobody}, refusal(4001, "项目不存在")},
		{"unknown customer", body.With("cstGUID", nobody, "consultantId", nobody), refusal(2001, "客户不存在")},
		{"unknown consultant", body.With("consultantId", nobody), refusal(4002, "置业顾问不存在")},
	})
	same(t, "reply", r.Plain, answered(""))
	const assignments = `select proj_guid, cst_guid, consultant_id from lianfa.assignment where cst_guid = '` + customer1 + `' order by created`
	row := `{"cst_guid": "` + customer1 + `", "proj_guid": "` + project2 + `", "consultant_id": "` + user2 + `"}`
	same(t, "row", strings.Join(w.Rows(t, assignments), ""), row)
	same(t, "the customer is left alone", w.One(t, `select to_jsonb(c) from lianfa.customer c where guid = $1`, customer1), customer)
	notice := `{"projGUID":"` + project2 + `","oriProjGUID":"` + project2 + `","consultantId":"` + user2 + `","cstGUID":"` + customer1 + `"}`
	same(t, "sent", w.Queued(t, "200"), "consultant_assign_create_notify "+notice)
	judged(t, "consultant_assign_create_notify", notice)
	same(t, "another consultant", c.Call(t, "assign_create", c.Sid(), body.With("consultantId", user1).JSON()).Plain, answered(""))
	same(t, "rows", strings.Join(w.Rows(t, assignments), ""), row+strings.Replace(row, user2, user1, 1))
	same(t, "both are sent", w.One(t, `select count(*) from jiekou.outbox`), "2")
}

var newRecommendation = members{
	"agentGUID": agent1, "cstName": "程远山", "cstMobile": "13600000002", "projGUID": project1, "consultantId": user1,
}

const recommendations = `select agent_guid, cst_guid, lead_guid, cst_name, cst_mobile, proj_guid, product_type, proxy_company_id, consultant_id,
	length(comment) as comment, appoint_time at time zone 'Asia/Shanghai' as appoint, gender, prize_rule, is_accompany,
	report_time at time zone 'Asia/Shanghai' as report, expire_time at time zone 'Asia/Shanghai' as expire, enable
	from lianfa.recommendation where cst_mobile = $1`

// recommended is the result of agent_recommend for a mobile: the GUIDs of the
// customer and of its only lead.
func recommended(t *testing.T, w *world, mobile string) (customer, lead string) {
	t.Helper()
	return w.One(t, `select guid from lianfa.customer where mobile = $1`, mobile), w.One(t, `select guid from lianfa.lead where cst_tel = $1`, mobile)
}

func TestAgentRecommendNew(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	w.App(t, "300")
	w.SubscribeAll(t, "300")
	body := newRecommendation.With("productType", "住宅", "proxyCompanyId", company1, "comment", strings.Repeat("备", 100), "appointTime", 1795996800,
		"gender", 2, "prizeRule", strings.Repeat("佣", 500), "isAccompany", 1, "reportTime", "1795219750", "expireTime", 1797811750123)
	r := refused(t, w, c, "agent_recommend", body, []broken{
		{"no agent", body.Without("agentGUID"), missing("agentGUID")},
		{"no name", body.With("cstName", " "), missing("cstName")},
		{"no mobile", body.Without("cstMobile"), missing("cstMobile")},
		{"no project", body.With("projGUID", nil), missing("projGUID")},
		{"long name", body.With("cstName", strings.Repeat("名", 16)), wrong("cstName")},
		{"long comment", body.With("comment", strings.Repeat("备", 101)), wrong("comment")},
		{"long rule", body.With("prizeRule", strings.Repeat("佣", 501)), wrong("prizeRule")},
		{"gender", body.With("gender", 0), wrong("gender")},
		{"accompany", body.With("isAccompany", 2), wrong("isAccompany")},
		{"time", body.With("appointTime", "tomorrow"), wrong("appointTime")},
		{"end", body.With("expireTime", 1.5), wrong("expireTime")},
		{"no mobile number", body.With("cstMobile", "+8613600000002"), refusal(9002, "非法手机号码")},
		{"unknown agent", body.With("agentGUID", nobody, "projGUID", nobody), refusal(1012, "查询的记录不存在")},
		{"unknown project", body.With("projGUID", nobody, "proxyCompanyId", nobody), refusal(4001, "项目不存在")},
		{"unknown company", body.With("proxyCompanyId", nobody, "consultantId", nobody), refusal(4005, "代理公司不存在")},
		{"unknown consultant", body.With("consultantId", nobody), refusal(4002, "置业顾问不存在")},
	})
	customer, lead := recommended(t, w, "13600000002")
	same(t, "reply", r.Plain, answered(`"cstGUID":"`+customer+`"`))
	same(t, "customer", w.One(t, `select jsonb_strip_nulls(to_jsonb(c) - 'created' - 'modified') from lianfa.customer c where guid = $1`, customer),
		`{"guid": "`+customer+`", "gender": 2, "mobile": "13600000002", "cst_type": "个人", "proj_guid": "`+project1+`", "user_guid": "`+user1+
			`", "customer_name": "程远山"}`)
	same(t, "lead", w.One(t, `select jsonb_strip_nulls(to_jsonb(l) - 'created' - 'modified' - 'appoint_time') from lianfa.lead l where guid = $1`, lead),
		`{"guid": "`+lead+`", "cst_tel": "13600000002", "cst_name": "程远山", "cst_type": "个人", "lead_type": "微信", "proj_guid": "`+project1+
			`", "cst_gender": 2, "description": "`+strings.Repeat("备", 64)+`", "consultant_id": "`+user1+`"}`)
	same(t, "recommendation", strings.Join(w.Rows(t, recommendations, "13600000002"), ""),
		`{"enable": 1, "expire": "2026-12-21T08:09:10.123", "gender": 2, "report": "2026-11-21T08:09:10", "appoint": "2026-11-30T08:00:00", "comment": 100, `+
			`"cst_guid": "`+customer+`", "cst_name": "程远山", "lead_guid": "`+lead+`", "proj_guid": "`+project1+`", "agent_guid": "`+agent1+
			`", "cst_mobile": "13600000002", "prize_rule": "`+strings.Repeat("佣", 500)+`", "is_accompany": 1, "product_type": "住宅", "consultant_id": "`+
			user1+`", "proxy_company_id": "`+company1+`"}`)
	bodies := map[string]string{
		"cst_info_notify": `{"cstGUID":"` + customer + `","projGUID":"` + project1 + `","customerName":"程远山","gender":2,"mobile":"13600000002",` +
			`"homeTel":"","certNum":"","address":"","certType":0,"userGUID":"` + user1 + `","cstType":1}`,
		"notify_proj_cst_update": `{"cstGUID":"` + customer + `","cstName":"程远山","gender":2,"cstType":1,"mobileTel":"13600000002","sourceApp":"",` +
			`"userGUID":"` + user1 + `","projGUID":"` + project1 + `","extRemark":"","userCode":"linkexin"}`,
		"s_lead_notify": `{"leadGUID":"` + lead + `","projGUID":"` + project1 + `","userId":"` + user1 + `","cstName":"程远山","cstTel":"13600000002",` +
			`"cstType":"个人","cstGender":2,"leadType":"微信","description":"` + strings.Repeat("备", 64) + `","appointTime":"2026-11-30 08:00:00","status":""}`,
	}
	same(t, "sent", w.Queued(t, "300"), "cst_info_notify "+bodies["cst_info_notify"]+"\nnotify_proj_cst_update "+bodies["notify_proj_cst_update"]+
		"\ns_lead_notify "+bodies["s_lead_notify"])
	judged(t, "cst_info_notify", bodies["cst_info_notify"])
	judged(t, "notify_proj_cst_update", bodies["notify_proj_cst_update"])
	judged(t, "s_lead_notify", bodies["s_lead_notify"])
}

// A known customer stays unchanged, whatever the report says about it.
func TestAgentRecommendKnown(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	w.App(t, "300")
	w.SubscribeAll(t, "300")
	before := w.One(t, `select to_jsonb(c) from lianfa.customer c where guid = $1`, customer1)
	total := w.One(t, `select count(*) from lianfa.customer`)
	w.Prepare(t, `delete from lianfa.lead where cst_tel = '13800138000'`)
	body := newRecommendation.With("cstName", "别的名字", "cstMobile", "13800138000", "projGUID", project2, "consultantId", user2, "gender", 1)
	same(t, "reply", c.Call(t, "agent_recommend", c.Sid(), body.JSON()).Plain, answered(`"cstGUID":"`+customer1+`"`))
	same(t, "customer", w.One(t, `select to_jsonb(c) from lianfa.customer c where guid = $1`, customer1), before)
	same(t, "customers", w.One(t, `select count(*) from lianfa.customer`), total)
	_, lead := recommended(t, w, "13800138000")
	notice := `{"leadGUID":"` + lead + `","projGUID":"` + project2 + `","userId":"` + user2 +
		`","cstName":"别的名字","cstTel":"13800138000","cstType":"个人","cstGender":1,"leadType":"微信","status":""}`
	same(t, "sent", w.Queued(t, "300"), "s_lead_notify "+notice)
	judged(t, "s_lead_notify", notice)
	same(t, "recommendation", strings.Join(w.Rows(t, `select cst_guid, lead_guid, cst_name, enable from lianfa.recommendation where cst_mobile = '13800138000'`), ""),
		`{"enable": 1, "cst_guid": "`+customer1+`", "cst_name": "别的名字", "lead_guid": "`+lead+`"}`)
}

// The consultant and all that is optional may be left out, null or "".
func TestAgentRecommendLeast(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	w.Subscribe(t, "200", "s_lead_notify", "notify_proj_cst_update")
	least := newRecommendation.Without("consultantId")
	for n, body := range []members{
		least,
		least.With("consultantId", nil, "gender", nil, "appointTime", nil, "proxyCompanyId", nil, "comment", nil, "isAccompany", nil),
		least.With("consultantId", "", "gender", "", "appointTime", "", "proxyCompanyId", "", "comment", "", "prizeRule", "", "expireTime", ""),
	} {
		mobile := fmt.Sprintf("1360000010%d", n)
		if r := c.Call(t, "agent_recommend", c.Sid(), body.With("cstMobile", mobile).JSON()); r.Code(t) != 0 {
			t.Fatalf("%d: %s", n, r.Plain)
		}
		customer, lead := recommended(t, w, mobile)
		same(t, "recommendation", w.One(t, `select jsonb_strip_nulls(to_jsonb(r) - 'guid' - 'created' - 'modified') from lianfa.recommendation r where cst_guid = $1`, customer),
			`{"enable": 1, "cst_guid": "`+customer+`", "cst_name": "程远山", "lead_guid": "`+lead+`", "proj_guid": "`+project1+`", "agent_guid": "`+agent1+
				`", "cst_mobile": "`+mobile+`"}`)
		same(t, "customer", w.One(t, `select gender || user_guid from lianfa.customer where guid = $1`, customer), "0")
		notice := `{"leadGUID":"` + lead + `","projGUID":"` + project1 + `","userId":"","cstName":"程远山","cstTel":"` + mobile +
			`","cstType":"个人","cstGender":0,"leadType":"微信","status":""}`
		same(t, "lead", w.One(t, `select body from jiekou.outbox where cmd = 's_lead_notify' order by id desc limit 1`), notice)
		judged(t, "s_lead_notify", notice)
		notice = `{"cstGUID":"` + customer + `","cstName":"程远山","gender":3,"cstType":1,"mobileTel":"` + mobile + `","sourceApp":"","projGUID":"` +
			project1 + `","extRemark":"","userCode":""}`
		same(t, "project customer", w.One(t, `select body from jiekou.outbox where cmd = 'notify_proj_cst_update' order by id desc limit 1`), notice)
		judged(t, "notify_proj_cst_update", notice)
	}
}

// The same mobile again and again, first at the same time: one customer, and a
// recommendation, a lead and a notification for each report.
func TestAgentRecommendRepeated(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	w.Subscribe(t, "200", "s_lead_notify", "cst_info_notify", "notify_proj_cst_update")
	replies := make([]string, 24)
	var group sync.WaitGroup
	for i := range replies {
		group.Go(func() { replies[i] = c.Call(t, "agent_recommend", c.Sid(), newRecommendation.JSON()).Plain })
	}
	group.Wait()
	customer := w.One(t, `select guid from lianfa.customer where mobile = '13600000002'`)
	for _, r := range replies {
		same(t, "reply", r, answered(`"cstGUID":"`+customer+`"`))
	}
	same(t, "once more", c.Call(t, "agent_recommend", c.Sid(), newRecommendation.JSON()).Plain, replies[0])
	same(t, "rows", w.One(t, `select concat_ws(' ', (select count(*) from lianfa.lead where cst_tel = '13600000002'),
		(select count(distinct lead_guid) from lianfa.recommendation where cst_guid = $1), (select count(*) from jiekou.sid))`, customer), "25 25 25")
	same(t, "sent", w.One(t, `select string_agg(cmd || ' ' || n, ',' order by cmd) from (select cmd, count(*) as n from jiekou.outbox group by cmd) q`),
		"cst_info_notify 1,notify_proj_cst_update 1,s_lead_notify 25")
}

// A customer who is recommended and reported at the same time is one customer:
// either the recommendation finds it, or the report is refused because it exists.
func TestAgentRecommendWhileCreated(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "200")
	codes := make([]int, 20)
	var group sync.WaitGroup
	for i := range codes {
		cmd, body := "agent_recommend", newRecommendation
		if i%2 == 1 {
			cmd, body = "cst_info_create", newCustomer.With("mobile", "13600000002")
		}
		group.Go(func() { codes[i] = c.Call(t, cmd, c.Sid(), body.JSON()).Code(t) })
	}
	group.Wait()
	created := 0
	for i, code := range codes {
		switch {
		case code == 0 && i%2 == 1:
			created++
		case code != 0 && (code != 2003 || i%2 == 0):
			t.Errorf("code %d of call %d", code, i)
		}
	}
	if got := w.One(t, `select count(*) from lianfa.customer where mobile = '13600000002'`); got != "1" || created > 1 {
		t.Errorf("%s customers, %d were created", got, created)
	}
	same(t, "recommendations", w.One(t, `select count(*) from lianfa.recommendation where cst_mobile = '13600000002'`), "10")
}
