package lianfa_test

import (
	"strings"
	"testing"
)

func TestCustomerCreate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.App(t, "200")
	w.App(t, "201")
	w.Subscribe(t, "200", "cst_info_notify", "s_lead_notify")
	full := newCustomer.With("homeTel", "0592-12345678901234567890", "certType", 1, "certNum", goodIDCard,
		"address", strings.Repeat("路", 150), "homeArea", "思明区", "homeCase", "租房", "workTrade", "软件", "workJob", "个体",
		"workArea", "湖里区", "cstType", "2", "fromArea", "厦门", "zyNum", "3", "oldOwner", "是", "cstClass", "员工", "unknown", []any{1})
	r := refused(t, w, c, "cst_info_create", full, []broken{
		{"no project", full.Without("projGUID"), missing("projGUID")},
		{"blank name", full.With("customerName", "　 "), missing("customerName")},
		{"null mobile", full.With("mobile", nil), missing("mobile")},
		{"the first in the document's order", full.Without("mobile", "customerName"), missing("customerName")},
		{"gender as a word", full.With("gender", "女"), wrong("gender")},
		{"gender unknown", full.With("gender", 0), wrong("gender")},
		{"long name", full.With("customerName", strings.Repeat("名", 65)), wrong("customerName")},
		{"name of another type", full.With("customerName", 7), wrong("customerName")},
		{"class that is not listed", full.With("cstClass", "路人"), wrong("cstClass")},
		{"times as a fraction", full.With("zyNum", 1.5), wrong("zyNum")},
		{"no mobile number", full.With("mobile", "12800000001"), refusal(9002, "非法手机号码")},
		{"no identity card", full.With("certNum", "110101199003077211"), refusal(9001, "非法身份证号码")},
		{"no identity card, no type", full.Without("certType").With("certNum", "E1234567"), refusal(9001, "非法身份证号码")},
		{"unknown project", full.With("projGUID", nobody), refusal(4001, "项目不存在")},
		{"unknown consultant", full.With("userGUID", nobody), refusal(4002, "置业顾问不存在")},
		{"project before consultant", full.With("projGUID", nobody, "userGUID", nobody), refusal(4001, "项目不存在")},
		{"taken mobile", full.With("mobile", "13800138001"), refusal(2003, "手机号码已被占用")},
		{"taken certificate", full.With("certNum", "110101190001010110"), refusal(2004, "证件号码已被占用")},
	})
	var made struct {
		CstGUID string `json:"cstGUID"`
	}
	r.Content(t, &made)
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{"cstGUID":"`+made.CstGUID+`"}}`)
	same(t, "row", strings.Join(w.Rows(t, `select proj_guid, customer_name, gender, birthday, mobile, phone, home_tel, cert_type,
		cert_num, length(address) as address, home_area, home_case, work_area, work_trade, work_job, cst_type, cst_class, from_area, zy_num,
		old_owner, user_guid from lianfa.customer where guid = $1`, made.CstGUID), ""),
		`{"phone": null, "gender": 2, "mobile": "13900000001", "zy_num": 3, "address": 150, "birthday": null, "cert_num": "`+goodIDCard+
			`", "cst_type": "公司", "home_tel": "0592-12345678901234567890", "work_job": "个体", "cert_type": 1, "cst_class": "员工", "from_area": "厦门", `+
			`"home_area": "思明区", "home_case": "租房", "old_owner": "是", "proj_guid": "`+project1+`", "user_guid": "`+user1+
			`", "work_area": "湖里区", "work_trade": "软件", "customer_name": "安如是"}`)
	same(t, "message id", w.One(t, `select string_agg(system || ' ' || app || ' ' || cmd, ',') from jiekou.sid`), "lianfa 300 cst_info_create")
	same(t, "outbox", strings.Join(w.Rows(t, `select system, app, cmd, body::text from jiekou.outbox`), "\n"),
		`{"app": "200", "cmd": "cst_info_notify", "body": "{\"cstGUID\":\"`+made.CstGUID+`\",\"projGUID\":\"`+project1+
			`\",\"customerName\":\"安如是\",\"gender\":2,\"mobile\":\"13900000001\",\"homeTel\":\"0592-12345678901\",\"certNum\":\"`+goodIDCard+
			`\",\"address\":\"`+strings.Repeat("路", 64)+`\",\"certType\":1,\"userGUID\":\"`+user1+`\",\"homeArea\":\"思明区\",\"homeCase\":\"租房\",`+
			`\"workTrade\":\"软件\",\"workJob\":\"个体\",\"workArea\":\"湖里区\",\"cstType\":2,\"fromArea\":\"厦门\",\"zyNum\":3,\"oldOwner\":\"是\",`+
			`\"cstClass\":\"员工\"}", "system": "lianfa"}`)
}

// Only the five required fields: the optional ones are absent, null and "".
func TestCustomerCreateLeast(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "cst_info_notify")
	sound := newCustomer.With("gender", "2", "homeTel", "", "certNum", nil, "certType", "", "zyNum", nil, "cstType", "", "address", "")
	var made struct {
		CstGUID string `json:"cstGUID"`
	}
	c.Call(t, "cst_info_create", c.Sid(), sound.JSON()).Content(t, &made)
	same(t, "row", strings.Join(w.Rows(t, `select home_tel, cert_num, cert_type, zy_num, cst_type, address from lianfa.customer where guid = $1`,
		made.CstGUID), ""), `{"zy_num": null, "address": null, "cert_num": null, "cst_type": null, "home_tel": null, "cert_type": null}`)
	same(t, "body", w.One(t, `select body::text from jiekou.outbox`), `{"cstGUID":"`+made.CstGUID+`","projGUID":"`+project1+
		`","customerName":"安如是","gender":2,"mobile":"13900000001","homeTel":"","certNum":"","address":"","certType":0,"userGUID":"`+user1+`"}`)
	// a second customer without a certificate does not collide with the first
	if got := c.Call(t, "cst_info_create", c.Sid(), sound.With("mobile", "13900000002").JSON()); got.Code(t) != 0 {
		t.Errorf("second customer without a certificate: %s", got.Plain)
	}
	// the certificate of another type is no identity card
	if got := c.Call(t, "cst_info_create", c.Sid(), sound.With("mobile", "13900000003", "certType", 3, "certNum", "E1").JSON()); got.Code(t) != 0 {
		t.Errorf("passport: %s", got.Plain)
	}
}

func TestCustomerGet(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	sound := members{"mobile": "13800138000"}
	r := refused(t, w, c, "cst_info_get", sound, []broken{
		{"no mobile", members{}, missing("mobile")},
		{"blank mobile", members{"mobile": " "}, missing("mobile")},
		{"key in another case", members{"Mobile": "13800138000"}, missing("mobile")},
		{"long mobile", members{"mobile": strings.Repeat("1", 17)}, wrong("mobile")},
		{"mobile as a number", members{"mobile": 13800138000}, wrong("mobile")},
		{"nobody", members{"mobile": "13999999999"}, refusal(2001, "客户不存在")},
	})
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{"cstGUID":"`+customer1+`","customerName":"沈一诺","mobile":"13800138000",`+
		`"phone":"13800139000","gender":2,"birthday":"1988-06-18 00:00:00","certType":3,"certNum":"E00000001","homeProvince":"福建省","homeCity":"厦门市",`+
		`"homeRegion":"思明区","address":"莲湖路18号云上公寓1幢1802室","workProvince":"福建省","workCity":"厦门市","workRegion":"湖里区","custType":1}}`)
	if _, err := w.Pool.Exec(t.Context(), `insert into lianfa.customer (guid, proj_guid, customer_name, gender, mobile, user_guid, cst_type)
		values ('bare', 'p', '柳', 2, '13700000001', 'u', '个人')`); err != nil {
		t.Fatal(err)
	}
	same(t, "empty fields", c.Call(t, "cst_info_get", c.Sid(), `{"mobile":"13700000001"}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"cstGUID":"bare","customerName":"柳","mobile":"13700000001","gender":2,"birthday":"","custType":1}}`)
	same(t, "company", c.Call(t, "cst_info_get", c.Sid(), `{"mobile":"13800138005"}`).Plain,
		`{"errcode":0,"errmsg":"","content":{"cstGUID":"8de078d3-1275-44d7-ae35-6d69626725e9","customerName":"鹭岛晴川贸易有限公司","mobile":"13800138005",`+
			`"phone":"0592-5550105","gender":1,"birthday":"","certType":8,"certNum":"91350200MA0000001X","homeProvince":"福建省","homeCity":"厦门市","homeRegion":"思明区",`+
			`"address":"嘉禾路300号晴川大厦9层","workProvince":"福建省","workCity":"厦门市","workRegion":"思明区","custType":2}}`)
}

// An unknown gender of stored data is sent as 0, and a customer that was
// reported without a type still has the required custType.
func TestCustomerGetOdd(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	if _, err := w.Pool.Exec(t.Context(), `update lianfa.customer set cst_type = null, birthday = '1990-01-01T16:00:00Z' where guid = $1`, customer1); err != nil {
		t.Fatal(err)
	}
	r := c.Call(t, "cst_info_get", c.Sid(), `{"mobile":"13800138000"}`)
	if !strings.Contains(r.Plain, `"birthday":"1990-01-02 00:00:00"`) || !strings.HasSuffix(r.Plain, `"custType":0}}`) {
		t.Errorf("got %s", r.Plain)
	}
}

const customerRow = `select home_tel, cert_type, cert_num, address, home_area, home_case, work_area, work_trade, work_job, cst_type, cst_class,
	from_area, zy_num, old_owner, phone, home_city from lianfa.customer where guid = '` + customer1 + `'`

func TestCustomerUpdate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "cst_info_notify")
	least := members{"cstGUID": customer1, "customerName": "沈二诺", "gender": 1, "mobile": "13800138000", "userGUID": user2}
	kept := strings.Join(w.Rows(t, customerRow), "")
	created := w.One(t, `select created from lianfa.customer where guid = $1`, customer1)
	r := refused(t, w, c, "cst_info_update", least, []broken{
		{"no customer", least.Without("cstGUID"), missing("cstGUID")},
		{"long id", least.With("cstGUID", strings.Repeat("a", 65)), wrong("cstGUID")},
		{"no consultant", least.With("userGUID", ""), missing("userGUID")},
		{"job", least.With("workJob", "教师"), wrong("workJob")},
		{"no mobile number", least.With("mobile", "1380013800"), refusal(9002, "非法手机号码")},
		{"no identity card", least.With("certNum", "1"), refusal(9001, "非法身份证号码")},
		{"unknown customer", least.With("cstGUID", nobody), refusal(2001, "客户不存在")},
		{"taken mobile", least.With("mobile", "13800138001"), refusal(2003, "手机号码已被占用")},
		{"taken certificate", least.With("certType", 1, "certNum", "110101190001010110"), refusal(2004, "证件号码已被占用")},
	})
	same(t, "reply", r.Plain, `{"errcode":0,"errmsg":"","content":{}}`)
	same(t, "absent keeps", strings.Join(w.Rows(t, customerRow), ""), kept)
	same(t, "what was sent", strings.Join(w.Rows(t, `select customer_name, gender, mobile, user_guid, proj_guid, created, modified > created as later
		from lianfa.customer where guid = $1`, customer1), ""),
		w.One(t, `select jsonb_build_object('customer_name', '沈二诺', 'gender', 1, 'mobile', '13800138000', 'user_guid', $1::text,
			'proj_guid', $2::text, 'created', $3::timestamptz, 'later', true)`, user2, project1, created))
	var optional []any
	for name := range newCustomerOptional() {
		optional = append(optional, name, nil)
	}
	if got := c.Call(t, "cst_info_update", c.Sid(), least.With(optional...).JSON()); got.Code(t) != 0 {
		t.Errorf("nulls: %s", got.Plain)
	}
	same(t, "null keeps", strings.Join(w.Rows(t, customerRow), ""), kept)
}

// newCustomerOptional are the optional fields of the customer reports with a
// value for each.
func newCustomerOptional() members {
	return members{
		"homeTel": "0592-1", "certNum": goodIDCard, "address": "路1号", "certType": 1, "homeArea": "区一", "homeCase": "自有", "workTrade": "教育",
		"workJob": "其他", "workArea": "区二", "cstType": "1", "fromArea": "泉州", "zyNum": 9, "oldOwner": "是", "cstClass": "员工",
	}
}

func TestCustomerUpdateFillsAndClears(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "cst_info_notify")
	least := members{"cstGUID": customer1, "projGUID": "", "customerName": "沈一诺", "gender": 2, "mobile": "13800138000", "userGUID": user1}
	all, none := least.With("projGUID", project2), least
	for name, value := range newCustomerOptional() {
		all[name], none = value, none.With(name, "")
	}
	if got := c.Call(t, "cst_info_update", c.Sid(), all.JSON()); got.Code(t) != 0 {
		t.Fatalf("all: %s", got.Plain)
	}
	same(t, "filled", strings.Join(w.Rows(t, customerRow), ""),
		`{"phone": "13800139000", "zy_num": 9, "address": "路1号", "cert_num": "`+goodIDCard+`", "cst_type": "个人", "home_tel": "0592-1", "work_job": "其他", "cert_type": 1, "cst_class": "员工", `+
			`"from_area": "泉州", "home_area": "区一", "home_case": "自有", "home_city": "厦门市", "old_owner": "是", "work_area": "区二", "work_trade": "教育"}`)
	same(t, "project", w.One(t, `select proj_guid from lianfa.customer where guid = $1`, customer1), project2)
	if got := c.Call(t, "cst_info_update", c.Sid(), none.JSON()); got.Code(t) != 0 {
		t.Fatalf("none: %s", got.Plain)
	}
	same(t, "cleared", w.One(t, `select num_nonnulls(home_tel, cert_type, cert_num, address, home_area, home_case, work_area, work_trade, work_job,
		cst_type, cst_class, from_area, zy_num, old_owner) from lianfa.customer where guid = $1`, customer1), "0")
	same(t, "a required column is not cleared", w.One(t, `select proj_guid from lianfa.customer where guid = $1`, customer1), project2)
	same(t, "body", w.One(t, `select body::text from jiekou.outbox order by id desc limit 1`), `{"cstGUID":"`+customer1+`","projGUID":"`+project2+
		`","customerName":"沈一诺","gender":2,"mobile":"13800138000","homeTel":"","certNum":"","address":"","certType":0,"userGUID":"`+user1+`"}`)
}
