package lianfa_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// judged validates the body of a notification by the notification's own rules.
func judged(t testing.TB, cmd, body string) {
	t.Helper()
	for _, system := range describedSystems() {
		zone, err := time.LoadLocation(system.Zone)
		if err != nil {
			t.Fatal(err)
		}
		for i := range system.Interfaces {
			if one := &system.Interfaces[i]; one.Cmd == cmd {
				if _, err := one.Judge([]byte(body), zone, system.Limits); err != nil {
					t.Errorf("%s: the rules have %v against %s", cmd, err, body)
				}
				return
			}
		}
	}
	t.Errorf("no notification %s", cmd)
}

// Everything that an ordinary caller does, and all that it makes us send: one
// body for each notification, exact, and no other.
func TestNoticesOfReports(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.App(t, "200")
	w.App(t, "201")
	w.SubscribeAll(t, "200")
	sent := func(cmd, body string) string {
		t.Helper()
		w.Prepare(t, `delete from jiekou.outbox`)
		r := c.Call(t, cmd, c.Sid(), body)
		if r.Code(t) != 0 {
			t.Fatalf("%s: %s", cmd, r.Plain)
		}
		same(t, cmd+": others", w.One(t, `select count(*) from jiekou.outbox where app <> '200'`), "0")
		return r.Plain
	}
	made := func(plain string) string {
		parts := strings.Split(plain, `"`)
		return parts[len(parts)-2]
	}

	customer := made(sent("cst_info_create", newCustomer.With("certNum", goodIDCard, "certType", 1, "homeTel", "0592-5550100", "address", "莲湖路1号",
		"cstType", "公司", "workArea", "湖里区", "homeArea", "思明区").JSON()))
	info := `{"cstGUID":"` + customer + `","projGUID":"` + project1 + `","customerName":"安如是","gender":2,"mobile":"13900000001","homeTel":"0592-5550100",` +
		`"certNum":"` + goodIDCard + `","address":"莲湖路1号","certType":1,"userGUID":"` + user1 + `","homeArea":"思明区","workArea":"湖里区","cstType":2}`
	project := `{"cstGUID":"` + customer + `","cstName":"安如是","gender":2,"cstType":2,"mobileTel":"13900000001","homeTel":"0592-5550100","sourceApp":"",` +
		`"cardType":1,"cardID":"` + goodIDCard + `","userGUID":"` + user1 + `","address":"莲湖路1号","projGUID":"` + project1 + `","extRemark":"",` +
		`"workArea":"湖里区","homeArea":"思明区","userCode":"linkexin"}`
	same(t, "customer", w.Queued(t, "200"), "cst_info_notify "+info+"\nnotify_proj_cst_update "+project)
	judged(t, "cst_info_notify", info)
	judged(t, "notify_proj_cst_update", project)

	sent("cst_info_update", members{
		"cstGUID": "5ee4b339-d1ef-47d6-a3c4-ae10f7878645", "customerName": "顾南乔", "gender": 2, "mobile": "13800138004",
		"userGUID": user2, "cstType": "",
	}.JSON())
	project = `{"cstGUID":"5ee4b339-d1ef-47d6-a3c4-ae10f7878645","cstName":"顾南乔","gender":2,"birthDate":"1992-03-09 00:00:00","cstType":0,` +
		`"mobileTel":"13800138004","sourceApp":"","userGUID":"` + user2 + `","projGUID":"` + project2 + `","extRemark":"","homeArea":"海沧区","userCode":"zhengyanzhou"}`
	same(t, "customer without a type", w.One(t, `select body from jiekou.outbox where cmd = 'notify_proj_cst_update'`), project)
	judged(t, "notify_proj_cst_update", project)

	chance := made(sent("opportunity_info_create", members{
		"cstGUID": customer, "projGUID": project1, "userGUID": user1, "status": "登记", "cstWill": "b",
		"oppSource": "来电", "isLocalHouseHold": 0, "socialSecurityYear": 3, "leadGUID": lead1,
	}.JSON()))
	created := w.One(t, `select to_char(created at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') from lianfa.opportunity where guid = $1`, chance)
	opportunity := `{"oppGUID":"` + chance + `","leadGUID":"` + lead1 + `","cstGUID":"` + customer + `","projGUID":"` + project1 + `","userGUID":"` + user1 +
		`","sourceType":"来电","status":"登记","content":"","intentLevel":0,"assignDate":"` + created + `","nextFollowDate":"","lastFollowDate":"",` +
		`"isLocalHouseHold":1,"socialSecurityYear":3,"firstCstWill":"B","cstWill":"B"}`
	same(t, "opportunity", w.Queued(t, "200"), "opportunity_info_notify "+opportunity)
	judged(t, "opportunity_info_notify", opportunity)

	follow := made(sent("cst_follow_update", newFollow.With("cstGUID", customer, "oppGUID", chance, "followType", 6, "nextDate", "2026-12-01").JSON()))
	status := `{"cstGUID":"` + customer + `","projGUID":"` + project1 + `","oriProjGUID":"` + project1 +
		`","followTime":"2026-11-20 10:11:12","followType":8,"followGUID":"` + follow + `"}`
	followed := `{"cstGUID":"` + customer + `","projGUID":"` + project1 + `","followTime":"2026-11-20 10:11:12","followType":6,"userGUID":"` + user2 +
		`","oppGUID":"` + chance + `","nextDate":"2026-12-01","cstWill":"B","remark":"案场跟进上报","followGUID":"` + follow + `"}`
	opportunity = strings.NewReplacer(`"nextFollowDate":""`, `"nextFollowDate":"2026-12-01 00:00:00"`,
		`"lastFollowDate":""`, `"lastFollowDate":"2026-11-20 10:11:12"`).Replace(opportunity)
	same(t, "follow-up", w.Queued(t, "200"), "cst_follow_notify "+followed+"\ncst_status_notify "+status+"\nopportunity_info_notify "+opportunity)
	judged(t, "cst_follow_notify", followed)
	judged(t, "cst_status_notify", status)
	judged(t, "opportunity_info_notify", opportunity)

	lead := made(sent("s_lead_create", members{
		"projGUID": project1, "consultantId": user1, "cstName": "简宁", "cstTel": "1", "cstType": "个人", "cstGender": 1,
		"leadSource": "来电", "topic": "三房", "cognizeAve": "路过",
	}.JSON()))
	leads := `{"leadGUID":"` + lead + `","projGUID":"` + project1 + `","userId":"` + user1 + `","cstName":"简宁","cstTel":"1","cstType":"个人","cstGender":1,` +
		`"leadType":"微信","leadSource":"来电","topic":"三房","cognizeAve":"路过","status":""}`
	same(t, "lead", w.Queued(t, "200"), "s_lead_notify "+leads)
	judged(t, "s_lead_notify", leads)
	sent("s_lead_update", members{"leadGUID": lead, "status": "跟进", "statusReason": "x"}.JSON())
	leads = strings.Replace(leads, `"status":""`, `"status":"跟进"`, 1)
	same(t, "lead again", w.Queued(t, "200"), "s_lead_notify "+leads)
	judged(t, "s_lead_notify", leads)

	sent("cst_attach_create_v2", `{"cstGUID":"`+customer+`","oppGUID":"`+chance+`","userGUID":"`+user1+`","attachs":[{"attachGUID":"`+trait2+
		`","items":[{"itemGUID":"i2","itemValue":"30"},{"itemGUID":"i1","itemValue":"20","remark":"记","expireTime":"2027-01-02 03:04:05",`+
		`"parentItemGUID":"p","sourceChannel":"案场"}]},{"scopeGUID":"`+project1+`","attachGUID":"`+trait1+`","items":[{"itemValue":"自"}]}]}`)
	attachs := `{"cstGUID":"` + customer + `","oppGUID":"` + chance + `","userGUID":"` + user1 + `","attachs":[{"scopeGUID":"` + project1 +
		`","attachGUID":"` + trait1 + `","items":[{"itemCode":"自"}]},{"scopeGUID":"","attachGUID":"` + trait2 + `","items":[{"itemGUID":"i1","itemCode":"20",` +
		`"parentItemGUID":"p","remark":"记","expireTime":"2027-01-02 03:04:05","sourceChannel":"案场"},{"itemGUID":"i2","itemCode":"30"}]}]}`
	same(t, "traits", compact(t, w.Queued(t, "200")), "notify_cst_attach_v2 "+attachs)
	judged(t, "notify_cst_attach_v2", attachs)
}

// compact drops the blanks that PostgreSQL puts between members.
func compact(t testing.TB, text string) string {
	t.Helper()
	var out strings.Builder
	quoted := false
	for i, c := range text {
		if c == '"' && (i == 0 || text[i-1] != '\\') {
			quoted = !quoted
		}
		if quoted || c != ' ' || i > 0 && text[i-1] != ':' && text[i-1] != ',' && text[i+1] != ':' && text[i-1] != ' ' {
			out.WriteRune(c)
		}
	}
	return out.String()
}

// probeYAML is an interface that no document has: it touches one row of a table
// and so has the notification sent that the table fills.
const probeYAML = `interface: probe_TABLE
code: P-NY-99
title: TABLE
section: "4.4.NUMBER"
kind: report
ours: true
request:
  guid: {type: string, length: 64, required: true, label: GUID}
answer:
  update: TABLE
  where: {guid: guid}
  set: {created: {now: true}}
  missing: 1012
notify: [NOTICE]
`

// overlay is a file system with files put over another.
type overlay struct {
	fs.FS
	files fstest.MapFS
}

// Open prefers the files that were put over.
func (o overlay) Open(name string) (fs.File, error) {
	if _, ok := o.files[name]; ok {
		return o.files.Open(name)
	}
	return o.FS.Open(name)
}

// ReadDir lists the overlaid files as well.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(o.FS, name)
	if more, e := o.files.ReadDir(name); e == nil {
		for _, m := range more {
			if !m.IsDir() {
				list = append(list, m)
			}
		}
	}
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return list, err
}

// probes prints, for notifications that no interface sends yet, the statement
// that queues them for a row; by the table's name.
func probes(t *testing.T, notices map[string]string) map[string]string {
	t.Helper()
	files := fstest.MapFS{}
	for table, notice := range notices {
		text := strings.NewReplacer("TABLE", table, "NOTICE", notice, "NUMBER", strconv.Itoa(100+len(files))).Replace(probeYAML)
		files["spec/lianfa/notice/probe_"+table+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	set, err := load.Systems(overlay{spec.Embedded(), files}, "spec")
	if err != nil {
		t.Fatal(err)
	}
	set.Systems = slices.DeleteFunc(set.Systems, func(s *spec.System) bool { return s.Name != "lianfa" })
	printed, err := gen.Generate(set, gen.Options{Module: "example.com/probe"})
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{} // of notifications, which statements name
	for _, notice := range notices {
		constants(t, printed["generated/lianfa/notification/"+notice+".go"], bodies)
	}
	statements := map[string]string{}
	for table := range notices {
		found := maps.Clone(bodies)
		constants(t, printed["generated/lianfa/notice/probe_"+table+".go"], found)
		for name, text := range found {
			if bodies[name] == "" && strings.HasSuffix(name, "SQL") {
				statements[table] = text
			}
		}
	}
	return statements
}

// constants adds the texts that a file of Go declares, which may name those that are
// there.
func constants(t *testing.T, text []byte, known map[string]string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if text, ok := joinedText(v.Values[0], known); ok {
				known[v.Names[0].Name] = text
			}
		}
		return true
	})
}

// joinedText is a text that is written in pieces, of which some are constants.
func joinedText(e ast.Expr, known map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.SelectorExpr:
		text, ok := known[e.Sel.Name]
		return text, ok
	case *ast.Ident:
		text, ok := known[e.Name]
		return text, ok
	case *ast.BinaryExpr:
		left, ok := joinedText(e.X, known)
		right, also := joinedText(e.Y, known)
		return left + right, ok && also
	}
	return "", false
}

// The five notifications that loading, tasks and publishing cause: their bodies
// from rows of the demo data, with and without what is optional.
func TestNoticesOfRows(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.App(t, "300")
	w.SubscribeAll(t, "300")
	statements := probes(t, map[string]string{
		"fee": "cst_fee_notify", "sale_order": "cst_order_notify", "sale_contract": "cst_contract_notify",
		"sync_task": "notify_request_result", "project": "notify_proj_publish",
	})
	w.Prepare(t, `update lianfa.fee set amount = 972138.7, rmb_ye = 472138 where guid = 'cf78e779-5a8f-47e2-87f8-d99f18336c70'`,
		`insert into lianfa.sale_order (guid, trade_guid, cst_guid, proj_guid, room) values ('o', 't', 'c', 'p', '`+strings.Repeat("室", 40)+`')`,
		`insert into lianfa.sale_contract (guid, trade_guid, cst_guid, proj_guid, room_guid, room) values ('k', 't', 'c', 'p', 'r', '101')`,
		`update lianfa.sync_task set remark = null where guid = '285c52a3-e34e-445b-8966-6f0611b34e75'`)
	fee := func(guid, name, rest, date, flag, amount string) string {
		return `{"cstGUID":"edb08d99-76a8-4968-a4f6-200e082458d8","projGUID":"` + project1 + `","feeGUID":"` + guid +
			`","tradeGUID":"6ef67b49-52c9-4b81-8ae3-285f8c1dda92","userGUID":"` + user2 + `","itemName":"` + name + `","rmbYe":"` + rest +
			`","lastDate":"` + date + `","flag":"` + flag + `","amount":"` + amount + `"}`
	}
	for _, one := range []struct {
		table, guid, cmd, want string
	}{
		{
			"fee", "95c81681-c6d1-457b-a12d-9c3715f18fe5", "cst_fee_notify",
			fee("95c81681-c6d1-457b-a12d-9c3715f18fe5", "按揭款", "0.00", "2026-09-25 11:00:00", "√", "2268323.68"),
		},
		{
			"fee", "cf78e779-5a8f-47e2-87f8-d99f18336c70", "cst_fee_notify",
			fee("cf78e779-5a8f-47e2-87f8-d99f18336c70", "首付款", "472138.00", "2026-11-15 00:00:00", "", "972138.70"),
		},
		{
			"sale_order", "8e674424-49d3-4eb9-b18b-4bb71bb8f90a", "cst_order_notify",
			`{"id":"8e674424-49d3-4eb9-b18b-4bb71bb8f90a","oppGUID":"b35d5d89-dac0-4387-9698-0cd1d9f6226c","tradeGUID":"6ef67b49-52c9-4b81-8ae3-285f8c1dda92",` +
				`"cstGUID":"edb08d99-76a8-4968-a4f6-200e082458d8","userGUID":"` + user2 + `","projGUID":"` + project1 +
				`","roomGUID":"83a9489a-77d0-49e2-9161-6770332e9199","room":"10202","money":"3240462.40","endDate":"2026-08-22 10:00:00","payForm":"商业按揭",` +
				`"orderTime":"2026-08-02 10:00:00","closeReason":"转签约","buildName":"1号楼","houseType":"三房二厅二卫"}`,
		},
		{
			"sale_order", "o", "cst_order_notify",
			`{"id":"o","tradeGUID":"t","cstGUID":"c","projGUID":"p","room":"` + strings.Repeat("室", 32) + `"}`,
		},
		{
			"sale_contract", "ccc66c88-c215-4ff6-8178-047eccb3fb00", "cst_contract_notify",
			`{"id":"ccc66c88-c215-4ff6-8178-047eccb3fb00","oppGUID":"8a66604c-c0e3-4458-a33f-742ab4a3d22f","tradeGUID":"8d12fd7c-503f-4c07-aab6-3df347dfc998",` +
				`"cstGUID":"8de078d3-1275-44d7-ae35-6d69626725e9","userGUID":"3e7fb97b-fcc1-40c8-b0cd-f20a990d3cd8","projGUID":"` + project2 +
				`","roomGUID":"015d92ce-3171-4ea5-8c0d-2e5441e7436c","room":"10302","money":"3546081.60","status":"245","payForm":"商业按揭",` +
				`"qsDate":"2026-07-05 10:30:00","buildName":"5号楼","houseType":"三房二厅二卫"}`,
		},
		{"sale_contract", "k", "cst_contract_notify", `{"id":"k","tradeGUID":"t","cstGUID":"c","projGUID":"p","roomGUID":"r","room":"101"}`},
		{
			"sync_task", "637fd98d-bf5a-43be-9f3b-eb5bd9204cfb", "notify_request_result",
			`{"taskID":"637fd98d-bf5a-43be-9f3b-eb5bd9204cfb","taskName":"榕畔里一期跟进同步","startTime":"2026-11-16 02:00:00",` +
				`"finishTime":"2026-11-16 02:03:12","status":2,"remark":"部分记录推送失败"}`,
		},
		{
			"sync_task", "285c52a3-e34e-445b-8966-6f0611b34e75", "notify_request_result",
			`{"taskID":"285c52a3-e34e-445b-8966-6f0611b34e75","taskName":"云屿湾二期历史客户同步","startTime":"2026-11-02 02:00:00",` +
				`"finishTime":"2026-11-02 02:00:41","status":1,"remark":""}`,
		},
		{"project", project1, "notify_proj_publish", `{"projInfos":[{"projGUID":"` + project1 + `","projName":"云屿湾一期","isOpen":1}]}`},
	} {
		w.Prepare(t, `delete from jiekou.outbox`)
		var refusal []string
		args := []any{"300", one.table + one.guid, one.guid}
		if strings.Contains(statements[one.table], "$4::text[]") {
			args = append(args, nil) // the app is bound to no project
		}
		if err := w.Pool.QueryRow(t.Context(), statements[one.table], args...).Scan(&refusal); err != nil || refusal != nil {
			t.Errorf("%s: %q, %v\n%s", one.cmd, refusal, err, statements[one.table])
			continue
		}
		same(t, one.cmd, compact(t, w.Queued(t, "300")), one.cmd+" "+one.want)
		judged(t, one.cmd, one.want)
	}
}
