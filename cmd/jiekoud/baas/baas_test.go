package baas_test

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

// kept are the extensions of a customer of ACME.
func kept(t testing.TB, p *signer, customer string) string {
	t.Helper()
	return p.One(t, `select coalesce(string_agg(ext_name || '=' || ext_value, ' ' order by ext_name), '')
		from baas.ext_info where tenant_id = 'ACME' and ext_cust_id = $1`, customer)
}

func TestBaasExample(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "baas", "mvne")
	same(t, "the example", p.Sync(t, exampleSync), baasFine)
	same(t, "customer", w.One(t, `select to_jsonb(c) - 'created' - 'modified' from baas.customer c where ext_cust_id = '10101111'`),
		`{"email": "test@test.com", "state": "1", "remark": null, "city_code": "010", "cust_name": "张三", "cust_type": "P", `+
			`"tenant_id": "MVNE", "contact_no": "13900000000", "cust_grade": "C", "ext_cust_id": "10101111", "cust_address": null, `+
			`"province_code": "11", "state_chg_time": null}`)
	same(t, "extension", w.One(t, `select ext_name || ' ' || ext_value from baas.ext_info where ext_cust_id = '10101111'`), "fileId 101101111111")
	same(t, "trade", w.One(t, `select tenant_id || ' ' || app || ' ' || ext_cust_id from baas.trade where trade_seq = $1`,
		"MVNE20160401121212000100000002"), "MVNE mvne 10101111")
	w.Still(t, "baas", func() {
		repeated := baasReply("BaaS-1012", "交易流水重复")
		same(t, "the example again", p.Sync(t, exampleSync), repeated)
		same(t, "its number for another customer", p.Sync(t, strings.Replace(exampleSync, "10101111", "other", 1)), repeated)
		same(t, "its number from another app", w.Signer(t, "baas", "second").Sync(t, exampleSync), repeated)
	})
	w.Discreet(t, p.Token, p.AppKey, "张三", "13900000000", "test@test.com", "101101111111")
}

// A trade number belongs to its tenant: read with two or four digits of the year,
// one text can be the number of two tenants.
func TestBaasTradeOfTenant(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "baas", "mvne")
	const seq = "A20160401121212000100000002"
	same(t, "of tenant A", p.Sync(t, newSync.With("tradeSeq", seq, "tenantId", "A").JSON()), baasFine)
	same(t, "of tenant A20", p.Sync(t, newSync.With("tradeSeq", seq, "tenantId", "A20").JSON()), baasFine)
	same(t, "trades", w.One(t, `select string_agg(tenant_id, ' ' order by tenant_id) from baas.trade where trade_seq = $1`, seq), "A A20")
}

func TestBaasTradeSeq(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "baas", "mvne")
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
		same(t, seq, p.Sync(t, newSync.With("tradeSeq", seq).JSON()), want)
	}
}

// The extensions are changed row by row, together with the customer.
func TestBaasExtensions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "baas", "mvne")
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
		same(t, step.name, p.Sync(t, newSync.With("tradeSeq", p.Seq(), "extInfoList", list).JSON()), baasFine)
		same(t, step.name, kept(t, p, "c1"), step.want)
	}
	same(t, "of another customer", p.Sync(t, newSync.With("tradeSeq", p.Seq(), "extCustId", "c2",
		"extInfoList", []any{members{"updateFlag": "N", "extName": "a", "extValue": "9"}}).JSON()), baasFine)
	same(t, "the first customer", kept(t, p, "c1"), "")
	w.Still(t, "baas", func() { // one bad row, and nothing of the others
		list := []any{members{"updateFlag": "D", "extName": "a", "extValue": "9"}, members{"updateFlag": "X", "extName": "b", "extValue": "9"}}
		same(t, "a bad row", p.Sync(t, newSync.With("tradeSeq", p.Seq(), "extCustId", "c2", "extInfoList", list).JSON()),
			baasReply("BaaS-1003", "updateFlag有误"))
	})
}

// A report has the whole record: it clears the columns that it leaves out.
func TestBaasWholeRecord(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "baas", "mvne")
	stored := func() string {
		return w.One(t, `select concat_ws('|', cust_name, cust_type, cust_grade, province_code, city_code, state,
			to_char(state_chg_time at time zone 'Asia/Shanghai', 'YYYYMMDDHH24MISS'), remark, contact_no, email, cust_address)
			from baas.customer where tenant_id = 'ACME'`)
	}
	same(t, "new", p.Sync(t, newSync.JSON()), baasFine)
	same(t, "new", stored(), "沈一诺|P|A|35|0592|1|20261101093000|备注|0592-5550100|a@example.com|示例路1号")
	bare := members{"tradeSeq": p.Seq(), "tenantId": "ACME", "extCustId": "c1", "custName": "O'Neil", "provinceCode": "11", "cityCode": "010"}
	same(t, "optional fields absent", p.Sync(t, bare.JSON()), baasFine)
	same(t, "optional fields absent", stored(), "O'Neil|11|010")
	same(t, "again", p.Sync(t, newSync.With("tradeSeq", p.Seq()).JSON()), baasFine)
	empty := bare.With("tradeSeq", p.Seq(), "custType", "", "custGrade", nil, "state", "", "stateChgTime", "", "remark", nil,
		"contactNo", "", "email", "", "custAddress", "", "extInfoList", nil)
	same(t, "optional fields empty", p.Sync(t, empty.JSON()), baasFine)
	same(t, "optional fields empty", stored(), "O'Neil|11|010")
	same(t, "customers", w.One(t, `select count(*) from baas.customer where tenant_id = 'ACME'`), "1")
}

func TestBaasRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "baas", "mvne")
	row := members{"extName": "a", "extValue": "1", "updateFlag": "N"}
	lacks := func(name string) string { return baasReply("BaaS-1001", "缺少"+name) }
	long := func(name string) string { return baasReply("BaaS-1002", name+"过长") }
	wrong := func(name string) string { return baasReply("BaaS-1003", name+"有误") }
	w.Still(t, "baas", func() {
		for _, name := range []string{"tradeSeq", "tenantId", "extCustId", "custName", "provinceCode", "cityCode"} {
			for _, value := range []any{nil, "", " "} {
				want := lacks(name)
				if name == "tenantId" && value == " " {
					want = wrong("tradeSeq") // which does not begin with a blank
				}
				same(t, name+" absent", p.Sync(t, newSync.With(name, value).JSON()), want)
			}
		}
		for name, n := range map[string]int{
			"extCustId": 32, "custName": 128, "provinceCode": 6, "state": 4, "remark": 1024, "contactNo": 32, "email": 32, "custAddress": 128,
		} {
			same(t, name+" too long", p.Sync(t, newSync.With(name, strings.Repeat("长", n+1)).JSON()), long(name))
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
			{"extInfoList", []any{row.With("extName", nil)}, lacks("extName")},
			{"extInfoList", []any{row, row.With("extValue", "")}, lacks("extValue")},
			{"extInfoList", []any{row.With("updateFlag", nil)}, lacks("updateFlag")},
			{"extInfoList", []any{row.With("updateFlag", "n")}, wrong("updateFlag")},
			{"extInfoList", []any{row.With("extName", strings.Repeat("a", 33))}, long("extName")},
			{"extInfoList", []any{row.With("extValue", strings.Repeat("a", 65))}, long("extValue")},
		} {
			same(t, one.name, p.Sync(t, newSync.With(one.name, one.value).JSON()), one.want)
		}
		same(t, "the first of several", p.Sync(t, newSync.With("custName", nil, "custType", "X", "tenantId", nil).JSON()), lacks("tenantId"))
	})
	for name, n := range map[string]int{"custName": 128, "remark": 1024, "custAddress": 128} { // characters, not bytes
		same(t, name+" at its length", p.Sync(t, newSync.With("tradeSeq", p.Seq(), name, strings.Repeat("长", n)).JSON()), baasFine)
	}
	same(t, "a member of a header's name", p.Sync(t, newSync.With("tradeSeq", p.Seq(), "sign", "x", "appkey", []any{1}, "more", 1).JSON()), baasFine)
}

func TestBaasDoor(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p, poor, off := w.Signer(t, "baas", "mvne"), w.Signer(t, "baas", "poor", "other_*"), w.Signer(t, "baas", "off")
	w.Signer(t, "custservice", "elsewhere")
	if err := w.Admin.Disable(t.Context(), "baas", "off"); err != nil {
		t.Fatal(err)
	}
	body := newSync.JSON()
	with := func(name, value string) map[string]string {
		h := p.Signed(body)
		h[name] = value
		return h
	}
	post := func(query string, header map[string]string, body string) string {
		return w.Send(t, http.MethodPost, syncPath+query, header, body).Raw
	}
	wrongSign, wrongToken := baasReply("BaaS-1010", "签名错误"), baasReply("BaaS-1009", "TOKEN错误")
	unknown := baasReply("BaaS-1008", "appkey未知或停用")
	good := md5Text(p.AppKey + body + p.AppKey)
	w.Still(t, "baas", func() {
		for name, one := range map[string][2]string{
			"changed body":         {post("?"+p.Token, p.Signed(body), strings.Replace(body, "沈", "沉", 1)), wrongSign},
			"truncated body":       {post("?"+p.Token, p.Signed(body), body[:len(body)-1]), wrongSign},
			"upper case":           {post("?"+p.Token, with("sign", strings.ToUpper(good)), body), wrongSign},
			"truncated sign":       {post("?"+p.Token, with("sign", good[:31]), body), wrongSign},
			"another key":          {post("?"+p.Token, with("sign", md5Text(poor.AppKey+body+poor.AppKey)), body), wrongSign},
			"the token as key":     {post("?"+p.Token, with("sign", md5Text(p.Token+body+p.Token)), body), wrongSign},
			"no key":               {post("?"+p.Token, with("sign", md5Text(body)), body), wrongSign},
			"no sign":              {post("?"+p.Token, with("sign", ""), body), baasReply("BaaS-1001", "缺少sign")},
			"another token":        {post("?"+poor.Token, p.Signed(body), body), wrongToken},
			"token cut":            {post("?"+p.Token[:20], p.Signed(body), body), wrongToken},
			"token and more":       {post("?"+p.Token+"&a=1", p.Signed(body), body), wrongToken},
			"the key as token":     {post("?token=x", p.Signed(body), body), wrongToken},
			"no app":               {post("?"+p.Token, with("appkey", ""), body), baasReply("BaaS-1001", "缺少appkey")},
			"unknown app":          {post("?"+p.Token, with("appkey", "nobody"), body), unknown},
			"app of custservice":   {post("?"+p.Token, with("appkey", "elsewhere"), body), unknown},
			"disabled app":         {off.Sync(t, body), unknown},
			"no grant":             {poor.Sync(t, body), baasReply("BaaS-1011", "没有调用权限")},
			"no JSON":              {p.Sync(t, `{"tradeSeq":`), baasReply("BaaS-1004", "请求报文格式错误")},
			"a member twice":       {p.Sync(t, strings.TrimSuffix(body, "}")+`,"tenantId":"B"}`), baasReply("BaaS-1004", "请求报文格式错误")},
			"an array":             {p.Sync(t, `[]`), baasReply("BaaS-1004", "请求报文格式错误")},
			"nothing":              {p.Sync(t, ``), baasReply("BaaS-1001", "缺少tradeSeq")},
			"another content type": {post("?"+p.Token, with("Content-Type", "text/plain"), body), baasReply("BaaS-1004", "请求报文格式错误")},
			"too large":            {p.Sync(t, newSync.With("more", strings.Repeat("x", 1<<18)).JSON()), baasReply("BaaS-1005", "请求报文过大")},
		} {
			same(t, name, one[0], one[1])
		}
		r := w.Send(t, http.MethodGet, syncPath+"?"+p.Token, p.Signed(""), "")
		same(t, "GET", r.Raw, baasReply("BaaS-1006", "请求方式应为POST"))
		same(t, "GET", strconv.Itoa(r.Status)+" "+r.HTTP.Get("Allow"), "405 POST")
	})
	same(t, "token by name", post("?token="+p.Token, p.Signed(body), body), baasFine)
	pretty := strings.ReplaceAll(newSync.With("tradeSeq", p.Seq()).JSON(), ",", " ,\r\n\t") + "\n"
	same(t, "the bytes are signed", p.Sync(t, pretty), baasFine)
	w.Discreet(t, p.Token, p.AppKey, poor.Token, poor.AppKey, good, "沈一诺", "0592-5550100")
}

// Of many reports with one trade number, sent at once, one takes effect.
func TestBaasAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "baas", "mvne")
	for round := range 8 {
		seq, replies := p.Seq(), make([]string, 12)
		var all sync.WaitGroup
		for i := range replies {
			all.Go(func() {
				name := fmt.Sprintf("%d-%d", round, i)
				replies[i] = p.Sync(t, newSync.With("tradeSeq", seq, "extCustId", name, "custName", name,
					"extInfoList", []any{members{"extName": "n", "extValue": name, "updateFlag": "N"}}).JSON())
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
			same(t, sql, w.One(t, sql, like), winner)
		}
	}
	// Different numbers for one customer: each takes effect, the last one stays whole.
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			value := strconv.Itoa(i)
			same(t, "at once", p.Sync(t, newSync.With("tradeSeq", p.Seq(), "extCustId", "one", "custName", value, "remark", value).JSON()), baasFine)
		})
	}
	all.Wait()
	same(t, "the customer", w.One(t, `select count(*) || ' ' || bool_and(cust_name = remark) from baas.customer where ext_cust_id = 'one'`), "1 true")
	same(t, "trades", w.One(t, `select count(*) from baas.trade where ext_cust_id = 'one'`), "12")
}

// TestBaasListsAtOnce: reports at once on one customer, whose lists name the same
// extensions in different orders, wait in turn for the customer and not for each
// other: all take effect, and PostgreSQL gives none up as a deadlock.
func TestBaasListsAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "baas", "mvne")
	for round := range 40 {
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				var list []any
				for k := range 4 {
					name := strconv.Itoa((k*(1+i%2*2) + i) % 4) // forwards or backwards
					list = append(list, members{"extName": name, "extValue": "v", "updateFlag": string("DNU"[(i+k+round)%3])})
				}
				same(t, "at once", p.Sync(t, newSync.With("tradeSeq", p.Seq(), "extCustId", "lists", "extInfoList", list).JSON()), baasFine)
			})
		}
		all.Wait()
	}
	same(t, "trades", w.One(t, `select count(*) from baas.trade where ext_cust_id = 'lists'`), "480")
	w.Exec(t, `select pg_stat_force_next_flush()`)
	same(t, "deadlocks", w.One(t, `select deadlocks from pg_stat_database where datname = current_database()`), "0")
}
