package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// exampleSync is the document's example.
const exampleSync = `{
  "tradeSeq": "MVNE20160401121212000100000002", "tenantId": "MVNE", "extCustId": "10101111", "custName": "张三",
  "custType": "P", "custGrade": "C", "provinceCode": "11", "cityCode": "010", "state": "1", "stateChgTime": "",
  "remark": "", "contactNo": "13900000000", "email": "test@test.com", "custAddress": "",
  "extInfoList": [{"extName": "fileId", "extValue": "101101111111", "updateFlag": "N"}]
}`

// newSync has every field.
var newSync = members{
	"tradeSeq": "ACME20261122080000123000000001", "tenantId": "ACME", "extCustId": "c1", "custName": "沈一诺", "custType": "P",
	"custGrade": "A", "provinceCode": "35", "cityCode": "0592", "state": "1", "stateChgTime": "20261101093000", "remark": "备注",
	"contactNo": "0592-5550100", "email": "a@example.com", "custAddress": "示例路1号",
}

// seq is a trade number that no other has.
func (p *signer) seq() string { return fmt.Sprintf("ACME20261122080000123%09d", p.sids.Add(1)+1000) }

// kept are the extensions of a customer of ACME.
func (p *signer) kept(t testing.TB, customer string) string {
	t.Helper()
	return p.one(t, `select coalesce(string_agg(ext_name || '=' || ext_value, ' ' order by ext_name), '')
		from baas.ext_info where tenant_id = 'ACME' and ext_cust_id = $1`, customer)
}

func TestBaasExample(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.signer(t, "baas", "mvne")
	same(t, "the example", p.sync(t, exampleSync), baasFine)
	same(t, "customer", w.one(t, `select to_jsonb(c) - 'created' - 'modified' from baas.customer c where ext_cust_id = '10101111'`),
		`{"email": "test@test.com", "state": "1", "remark": null, "city_code": "010", "cust_name": "张三", "cust_type": "P", `+
			`"tenant_id": "MVNE", "contact_no": "13900000000", "cust_grade": "C", "ext_cust_id": "10101111", "cust_address": null, `+
			`"province_code": "11", "state_chg_time": null}`)
	same(t, "extension", w.one(t, `select ext_name || ' ' || ext_value from baas.ext_info where ext_cust_id = '10101111'`), "fileId 101101111111")
	same(t, "trade", w.one(t, `select tenant_id || ' ' || app || ' ' || ext_cust_id from baas.trade where trade_seq = $1`,
		"MVNE20160401121212000100000002"), "MVNE mvne 10101111")
	w.still(t, "baas", func() {
		repeated := baasReply("BaaS-1012", "交易流水重复")
		same(t, "the example again", p.sync(t, exampleSync), repeated)
		same(t, "its number for another customer", p.sync(t, strings.Replace(exampleSync, "10101111", "other", 1)), repeated)
		same(t, "its number from another app", w.signer(t, "baas", "second").sync(t, exampleSync), repeated)
	})
	w.discreet(t, p.token, p.appkey, "张三", "13900000000", "test@test.com", "101101111111")
}

// A trade number belongs to its tenant: read with two or four digits of the year,
// one text can be the number of two tenants.
func TestBaasTradeOfTenant(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.signer(t, "baas", "mvne")
	const seq = "A20160401121212000100000002"
	same(t, "of tenant A", p.sync(t, newSync.with("tradeSeq", seq, "tenantId", "A").json()), baasFine)
	same(t, "of tenant A20", p.sync(t, newSync.with("tradeSeq", seq, "tenantId", "A20").json()), baasFine)
	same(t, "trades", w.one(t, `select string_agg(tenant_id, ' ' order by tenant_id) from baas.trade where trade_seq = $1`, seq), "A A20")
}

func TestBaasTradeSeq(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.signer(t, "baas", "mvne")
	for seq, want := range map[string]string{
		"ACME20261122080000123000000001":   baasFine,
		"ACME261122080000123000000001":     baasFine, // two digits of the year
		"ACME20240229235959999999999999":   baasFine,
		"ACME20261122080000123000000001 ":  baasReply("BaaS-1003", "tradeSeq有误"),
		"MVNE20261122080000123000000001":   baasReply("BaaS-1003", "tradeSeq有误"), // of another tenant
		"20261122080000123000000001":       baasReply("BaaS-1003", "tradeSeq有误"),
		"ACMEX20261122080000123000000001":  baasReply("BaaS-1003", "tradeSeq有误"), // a letter between
		"ACME20261322080000123000000001":   baasReply("BaaS-1003", "tradeSeq有误"), // month
		"ACME20260230080000123000000001":   baasReply("BaaS-1003", "tradeSeq有误"), // day
		"ACME20260431080000123000000001":   baasReply("BaaS-1003", "tradeSeq有误"),
		"ACME20261122240000123000000001":   baasReply("BaaS-1003", "tradeSeq有误"), // hour
		"ACME20261122086000123000000001":   baasReply("BaaS-1003", "tradeSeq有误"), // minute
		"ACME20261122080060123000000001":   baasReply("BaaS-1003", "tradeSeq有误"), // second
		"ACME2026112208000012300000001":    baasReply("BaaS-1003", "tradeSeq有误"), // a digit less
		"ACME2026112208000012３000000001":   baasReply("BaaS-1003", "tradeSeq有误"), // a wide digit
		"acme20261122080000123000000001":   baasReply("BaaS-1003", "tradeSeq有误"),
		"ACME202611220800001230000000010":  baasReply("BaaS-1003", "tradeSeq有误"),
		"ACME2026112208000012300000000100": baasReply("BaaS-1003", "tradeSeq有误"),
		strings.Repeat("1", 33):            baasReply("BaaS-1002", "tradeSeq过长"),
		"":                                 baasReply("BaaS-1001", "缺少tradeSeq"),
	} {
		same(t, seq, p.sync(t, newSync.with("tradeSeq", seq).json()), want)
	}
}

// The extensions are changed row by row, together with the customer.
func TestBaasExtensions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.signer(t, "baas", "mvne")
	for _, step := range []struct {
		name, rows, want string
	}{
		{"new", `N a 1,N b 2,N c 3`, "a=1 b=2 c=3"},
		{"one of each", `D a 1,U b 20,N d 4`, "b=20 c=3 d=4"},
		{"none", ``, "b=20 c=3 d=4"},
		{"new that is there", `N b 21`, "b=21 c=3 d=4"},
		{"change of what is not there", `U e 5`, "b=21 c=3 d=4 e=5"},
		{"removal of what is not there", `D z 0`, "b=21 c=3 d=4 e=5"},
		{"removed and new", `D b 21,N b 22`, "b=22 c=3 d=4 e=5"},
		{"new and removed", `N f 6,D f 6`, "b=22 c=3 d=4 e=5"},
		{"changed and removed", `U c 30,D c 30`, "b=22 d=4 e=5"},
		{"removed, new, changed", `D d 4,N d 40,U d 41`, "b=22 d=41 e=5"},
		{"changed twice", `U e 50,U e 51`, "b=22 d=41 e=51"},
		{"everything removed", `D b 0,D d 0,D e 0`, ""},
	} {
		list := []any{}
		for row := range strings.SplitSeq(step.rows, ",") {
			if parts := strings.Fields(row); len(parts) == 3 {
				list = append(list, members{"updateFlag": parts[0], "extName": parts[1], "extValue": parts[2]})
			}
		}
		same(t, step.name, p.sync(t, newSync.with("tradeSeq", p.seq(), "extInfoList", list).json()), baasFine)
		same(t, step.name, p.kept(t, "c1"), step.want)
	}
	same(t, "of another customer", p.sync(t, newSync.with("tradeSeq", p.seq(), "extCustId", "c2",
		"extInfoList", []any{members{"updateFlag": "N", "extName": "a", "extValue": "9"}}).json()), baasFine)
	same(t, "the first customer", p.kept(t, "c1"), "")
	w.still(t, "baas", func() { // one bad row, and nothing of the others
		list := []any{members{"updateFlag": "D", "extName": "a", "extValue": "9"}, members{"updateFlag": "X", "extName": "b", "extValue": "9"}}
		same(t, "a bad row", p.sync(t, newSync.with("tradeSeq", p.seq(), "extCustId", "c2", "extInfoList", list).json()),
			baasReply("BaaS-1003", "updateFlag有误"))
	})
}

// A report has the whole record: what it leaves out is cleared.
func TestBaasWholeRecord(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.signer(t, "baas", "mvne")
	stored := func() string {
		return w.one(t, `select concat_ws('|', cust_name, cust_type, cust_grade, province_code, city_code, state,
			to_char(state_chg_time at time zone 'Asia/Shanghai', 'YYYYMMDDHH24MISS'), remark, contact_no, email, cust_address)
			from baas.customer where tenant_id = 'ACME'`)
	}
	same(t, "new", p.sync(t, newSync.json()), baasFine)
	same(t, "new", stored(), "沈一诺|P|A|35|0592|1|20261101093000|备注|0592-5550100|a@example.com|示例路1号")
	bare := members{"tradeSeq": p.seq(), "tenantId": "ACME", "extCustId": "c1", "custName": "O'Neil", "provinceCode": "11", "cityCode": "010"}
	same(t, "optional fields absent", p.sync(t, bare.json()), baasFine)
	same(t, "optional fields absent", stored(), "O'Neil|11|010")
	same(t, "again", p.sync(t, newSync.with("tradeSeq", p.seq()).json()), baasFine)
	empty := bare.with("tradeSeq", p.seq(), "custType", "", "custGrade", nil, "state", "", "stateChgTime", "", "remark", nil,
		"contactNo", "", "email", "", "custAddress", "", "extInfoList", nil)
	same(t, "optional fields empty", p.sync(t, empty.json()), baasFine)
	same(t, "optional fields empty", stored(), "O'Neil|11|010")
	same(t, "customers", w.one(t, `select count(*) from baas.customer where tenant_id = 'ACME'`), "1")
}

func TestBaasRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.signer(t, "baas", "mvne")
	row := members{"extName": "a", "extValue": "1", "updateFlag": "N"}
	lacks := func(name string) string { return baasReply("BaaS-1001", "缺少"+name) }
	long := func(name string) string { return baasReply("BaaS-1002", name+"过长") }
	wrong := func(name string) string { return baasReply("BaaS-1003", name+"有误") }
	w.still(t, "baas", func() {
		for _, name := range []string{"tradeSeq", "tenantId", "extCustId", "custName", "provinceCode", "cityCode"} {
			for _, value := range []any{nil, "", " "} {
				want := lacks(name)
				if name == "tenantId" && value == " " {
					want = wrong("tradeSeq") // which does not begin with a blank
				}
				same(t, name+" absent", p.sync(t, newSync.with(name, value).json()), want)
			}
		}
		for name, n := range map[string]int{
			"extCustId": 32, "custName": 128, "provinceCode": 6, "state": 4, "remark": 1024, "contactNo": 32, "email": 32, "custAddress": 128,
		} {
			same(t, name+" too long", p.sync(t, newSync.with(name, strings.Repeat("长", n+1)).json()), long(name))
		}
		for _, one := range []struct {
			name  string
			value any
			want  string
		}{
			{"tenantId", "MVNE", wrong("tradeSeq")},
			{"custType", "X", wrong("custType")},
			{"custType", "p", wrong("custType")},
			{"custGrade", "F", wrong("custGrade")},
			{"cityCode", "592", wrong("cityCode")},
			{"cityCode", "01", wrong("cityCode")},
			{"cityCode", "0592a", wrong("cityCode")},
			{"cityCode", "0592000", long("cityCode")},
			{"stateChgTime", "20261301093000", wrong("stateChgTime")},
			{"stateChgTime", "20260230093000", wrong("stateChgTime")},
			{"stateChgTime", "2026-11-01 09:30:00", wrong("stateChgTime")},
			{"stateChgTime", "202611010930", wrong("stateChgTime")},
			{"custName", []any{}, wrong("custName")},
			{"extInfoList", "a", wrong("extInfoList")},
			{"extInfoList", []any{"a"}, wrong("extInfoList")},
			{"extInfoList", []any{row.with("extName", nil)}, lacks("extName")},
			{"extInfoList", []any{row, row.with("extValue", "")}, lacks("extValue")},
			{"extInfoList", []any{row.with("updateFlag", nil)}, lacks("updateFlag")},
			{"extInfoList", []any{row.with("updateFlag", "n")}, wrong("updateFlag")},
			{"extInfoList", []any{row.with("extName", strings.Repeat("a", 33))}, long("extName")},
			{"extInfoList", []any{row.with("extValue", strings.Repeat("a", 65))}, long("extValue")},
		} {
			same(t, one.name, p.sync(t, newSync.with(one.name, one.value).json()), one.want)
		}
		same(t, "the first of several", p.sync(t, newSync.with("custName", nil, "custType", "X", "tenantId", nil).json()), lacks("tenantId"))
	})
	for name, n := range map[string]int{"custName": 128, "remark": 1024, "custAddress": 128} { // characters, not bytes
		same(t, name+" at its length", p.sync(t, newSync.with("tradeSeq", p.seq(), name, strings.Repeat("长", n)).json()), baasFine)
	}
	same(t, "a member of a header's name", p.sync(t, newSync.with("tradeSeq", p.seq(), "sign", "x", "appkey", []any{1}, "more", 1).json()), baasFine)
}

func TestBaasDoor(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p, poor, off := w.signer(t, "baas", "mvne"), w.signer(t, "baas", "poor", "other_*"), w.signer(t, "baas", "off")
	w.signer(t, "custservice", "elsewhere")
	if err := w.admin.Disable(t.Context(), "baas", "off"); err != nil {
		t.Fatal(err)
	}
	body := newSync.json()
	with := func(name, value string) map[string]string {
		h := p.signed(body)
		h[name] = value
		return h
	}
	post := func(query string, header map[string]string, body string) string {
		return w.send(t, http.MethodPost, syncPath+query, header, body).raw
	}
	wrongSign, wrongToken := baasReply("BaaS-1010", "签名错误"), baasReply("BaaS-1009", "TOKEN错误")
	unknown := baasReply("BaaS-1008", "appkey未知或停用")
	good := md5Text(p.appkey + body + p.appkey)
	w.still(t, "baas", func() {
		for name, one := range map[string][2]string{
			"changed body":         {post("?"+p.token, p.signed(body), strings.Replace(body, "沈", "沉", 1)), wrongSign},
			"truncated body":       {post("?"+p.token, p.signed(body), body[:len(body)-1]), wrongSign},
			"upper case":           {post("?"+p.token, with("sign", strings.ToUpper(good)), body), wrongSign},
			"truncated sign":       {post("?"+p.token, with("sign", good[:31]), body), wrongSign},
			"another key":          {post("?"+p.token, with("sign", md5Text(poor.appkey+body+poor.appkey)), body), wrongSign},
			"the token as key":     {post("?"+p.token, with("sign", md5Text(p.token+body+p.token)), body), wrongSign},
			"no key":               {post("?"+p.token, with("sign", md5Text(body)), body), wrongSign},
			"no sign":              {post("?"+p.token, with("sign", ""), body), baasReply("BaaS-1001", "缺少sign")},
			"another token":        {post("?"+poor.token, p.signed(body), body), wrongToken},
			"token cut":            {post("?"+p.token[:20], p.signed(body), body), wrongToken},
			"token and more":       {post("?"+p.token+"&a=1", p.signed(body), body), wrongToken},
			"the key as token":     {post("?token=x", p.signed(body), body), wrongToken},
			"no app":               {post("?"+p.token, with("appkey", ""), body), baasReply("BaaS-1001", "缺少appkey")},
			"unknown app":          {post("?"+p.token, with("appkey", "nobody"), body), unknown},
			"app of custservice":   {post("?"+p.token, with("appkey", "elsewhere"), body), unknown},
			"disabled app":         {off.sync(t, body), unknown},
			"no grant":             {poor.sync(t, body), baasReply("BaaS-1011", "没有调用权限")},
			"no JSON":              {p.sync(t, `{"tradeSeq":`), baasReply("BaaS-1004", "请求报文格式错误")},
			"a member twice":       {p.sync(t, strings.TrimSuffix(body, "}")+`,"tenantId":"B"}`), baasReply("BaaS-1004", "请求报文格式错误")},
			"an array":             {p.sync(t, `[]`), baasReply("BaaS-1004", "请求报文格式错误")},
			"nothing":              {p.sync(t, ``), baasReply("BaaS-1001", "缺少tradeSeq")},
			"another content type": {post("?"+p.token, with("Content-Type", "text/plain"), body), baasReply("BaaS-1004", "请求报文格式错误")},
			"too large":            {p.sync(t, newSync.with("more", strings.Repeat("x", 1<<18)).json()), baasReply("BaaS-1005", "请求报文过大")},
		} {
			same(t, name, one[0], one[1])
		}
		r := w.send(t, http.MethodGet, syncPath+"?"+p.token, p.signed(""), "")
		same(t, "GET", r.raw, baasReply("BaaS-1006", "请求方式应为POST"))
		same(t, "GET", strconv.Itoa(r.status)+" "+r.http.Get("Allow"), "405 POST")
	})
	same(t, "token by name", post("?token="+p.token, p.signed(body), body), baasFine)
	pretty := strings.ReplaceAll(newSync.with("tradeSeq", p.seq()).json(), ",", " ,\r\n\t") + "\n"
	same(t, "the bytes are signed", p.sync(t, pretty), baasFine)
	w.discreet(t, p.token, p.appkey, poor.token, poor.appkey, good, "沈一诺", "0592-5550100")
}

// Of many reports with one trade number, sent at once, one takes effect.
func TestBaasAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.signer(t, "baas", "mvne")
	for round := range 8 {
		seq, replies := p.seq(), make([]string, 12)
		var all sync.WaitGroup
		for i := range replies {
			all.Go(func() {
				name := fmt.Sprintf("%d-%d", round, i)
				replies[i] = p.sync(t, newSync.with("tradeSeq", seq, "extCustId", name, "custName", name,
					"extInfoList", []any{members{"extName": "n", "extValue": name, "updateFlag": "N"}}).json())
			})
		}
		all.Wait()
		winner := ""
		for i, got := range replies {
			switch got {
			case baasFine:
				winner += fmt.Sprintf("%d-%d", round, i)
			case baasReply("BaaS-1012", "交易流水重复"):
			default:
				t.Errorf("reply %s", got)
			}
		}
		like := fmt.Sprintf("%d-%%", round)
		for _, sql := range []string{
			`select string_agg(cust_name, ' ') from baas.customer where tenant_id = 'ACME' and ext_cust_id like $1`,
			`select string_agg(ext_value, ' ') from baas.ext_info where tenant_id = 'ACME' and ext_cust_id like $1`,
			`select string_agg(ext_cust_id, ' ') from baas.trade where tenant_id = 'ACME' and ext_cust_id like $1`,
		} {
			same(t, sql, w.one(t, sql, like), winner)
		}
	}
	// Different numbers for one customer: each takes effect, the last one stays whole.
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			value := strconv.Itoa(i)
			same(t, "at once", p.sync(t, newSync.with("tradeSeq", p.seq(), "extCustId", "one", "custName", value, "remark", value).json()), baasFine)
		})
	}
	all.Wait()
	same(t, "the customer", w.one(t, `select count(*) || ' ' || bool_and(cust_name = remark) from baas.customer where ext_cust_id = 'one'`), "1 true")
	same(t, "trades", w.one(t, `select count(*) from baas.trade where ext_cust_id = 'one'`), "12")
}

// TestBaasListsAtOnce: reports at once on one customer, whose lists name the same
// extensions in different orders, wait in turn for the customer and not for each
// other: all take effect, and PostgreSQL gives none up as a deadlock.
func TestBaasListsAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.signer(t, "baas", "mvne")
	for round := range 40 {
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				var list []any
				for k := range 4 {
					name := strconv.Itoa((k*(1+i%2*2) + i) % 4) // forwards or backwards
					list = append(list, members{"extName": name, "extValue": "v", "updateFlag": string("DNU"[(i+k+round)%3])})
				}
				same(t, "at once", p.sync(t, newSync.with("tradeSeq", p.seq(), "extCustId", "lists", "extInfoList", list).json()), baasFine)
			})
		}
		all.Wait()
	}
	same(t, "trades", w.one(t, `select count(*) from baas.trade where ext_cust_id = 'lists'`), "480")
	w.exec(t, `select pg_stat_force_next_flush()`)
	same(t, "deadlocks", w.one(t, `select deadlocks from pg_stat_database where datname = current_database()`), "0")
}
