package custservice_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// exampleChange is the document's example.
const exampleChange = `{
"customerDictList" : [ {
"dictCode" : "1",
"remark" : "1",
"value" : "1"
} ],
"customerGroupId" : "1",
"customerGroupName" : "1",
"desc" : "1",
"email" : "1",
"externalId" : "1",
"name" : "1",
"phone" : "1",
"principalEmail" : "1",
"tag" : "1",
"telephone" : "1"
}`

// fullCustomer gives customer 1 of the demo data a value in every column.
const fullCustomer = `update custservice.customer set black_time = '2026-10-02 10:00:00+08', cancel_reason = '重复', cancel_remark = '与2重复',
	cancel_time = '2026-10-20 16:40:00+08', delete_time = '2026-10-21 09:00:00+08', merge_customer_id = 'm', new_customer_id = 'n',
	id = 9007199254740993, deleted = true, is_cancel = true, blacklist = 1, anonymous = 0, created = '2026-01-02 03:04:05+08'
	where customer_id = '1'`

// stored is a column of a customer as text.
func stored(t testing.TB, w *world, customer, column string) string {
	t.Helper()
	return w.One(t, "select "+column+" from custservice.customer where customer_id = $1", customer)
}

// detail is the data of a reply of success.
func detail(t testing.TB, raw string) map[string]any {
	t.Helper()
	var r struct {
		Code, Message string
		Data          map[string]any
	}
	if err := json.Unmarshal([]byte(raw), &r); err != nil || r.Code != "10000" || r.Message != "请求成功" {
		t.Fatalf("%v: %s", err, raw)
	}
	return r.Data
}

// The example changes the customer and gets back every field of the document.
func TestCustserviceExample(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "custservice", "10086")
	w.Exec(t, fullCustomer)
	raw := p.Change(t, "1", exampleChange)
	changed := w.One(t, `select to_char(modified at time zone 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS"+08:00"')
		from custservice.customer where customer_id = '1'`)
	same(t, "reply", raw, `{"code":"10000","message":"请求成功","data":{"customer":{"anonymous":0,"blackTime":"2026-10-02T10:00:00+08:00",`+
		`"blacklist":1,"cancelReason":"重复","cancelRemark":"与2重复","cancelTime":"2026-10-20T16:40:00+08:00",`+
		`"createTime":"2026-01-02T03:04:05+08:00","customerClass":1,"customerGroupId":"1","customerId":"1","customerStatus":1,`+
		`"customerType":1,"deleteTime":"2026-10-21T09:00:00+08:00","deleted":true,"desc":"1","email":"1","externalId":"1",`+
		`"id":9007199254740993,"isCancel":true,"isDeleted":true,"macAddress":"00:00:5E:00:53:01","mergeCustomerId":"m","name":"1",`+
		`"newCustomerId":"n","number":1,"phone":"1","phoneDesensitive":"*","principalId":123,"principalName":"王五","productId":"1",`+
		`"productSoleCode":"demo-visitor-1","staffId":101,"tag":"1","telephone":"1","tenantId":"1","thirdPartUserId":"oa-0001",`+
		`"updateTime":"`+changed+`"},"customerDictList":[{"dictCode":"1","remark":"1","value":"1"},{"dictCode":"industry","value":"电子"}],`+
		`"customerGroupName":"示例公司","isCustomerGroupDelete":false,"productName":"网页客服","staffName":"乔木森"}}`)
	data := detail(t, raw)
	dict := data["customerDictList"].([]any)[0].(map[string]any)
	if n := len(data) + len(data["customer"].(map[string]any)) + len(dict); n != 46 {
		t.Errorf("%d fields, the document has 46", n)
	}
	w.Discreet(t, p.Token, p.AppKey, "00:00:5E:00:53:01", "demo-visitor-1", "sign=")
}

// Absent keeps, a value sets, "" clears or keeps as the errata say; each field
// changes its own column and no other.
func TestCustservicePartial(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "custservice", "10086")
	for _, one := range []struct{ field, column, value, empty string }{
		{"name", "name", "新名称", "keep"},
		{"email", "email", "b@example.com", "clear"},
		{"phone", "phone", "13800138009", "clear"},
		{"telephone", "telephone", "0592-5550109", "clear"},
		{"externalId", "external_id", "crm-9", "clear"},
		{"desc", "description", "描述", "clear"},
		{"tag", "tag", "a,b,,c ", "clear"},
		{"customerGroupId", "customer_group_id", "2", "clear"},
		{"customerGroupName", "customer_group_name", "别名", "clear"},
	} {
		others := func() string {
			return w.One(t, fmt.Sprintf(`select to_jsonb(c) - 'modified' - '%s' from custservice.customer c where customer_id = '1'`, one.column))
		}
		before := others()
		send := func(what, body, want string) {
			t.Helper()
			detail(t, p.Change(t, "1", body))
			same(t, one.field+" "+what, stored(t, w, "1", one.column), want)
			same(t, one.field+" "+what+": the other columns", others(), before)
		}
		send("set", members{one.field: one.value}.JSON(), one.value)
		send("absent", `{}`, one.value)
		send("null", members{one.field: nil}.JSON(), one.value)
		if one.empty == "keep" {
			send("empty", members{one.field: ""}.JSON(), one.value)
		} else {
			send("empty", members{one.field: ""}.JSON(), "NULL")
			send("empty again", members{one.field: ""}.JSON(), "NULL")
		}
		send("set again", members{one.field: one.value}.JSON(), one.value)
	}
	w.Still(t, "custservice", func() {
		detail(t, p.Change(t, "1", `{}`))
		detail(t, p.Change(t, "1", ``))
		detail(t, p.Change(t, "1", `{"principalEmail":"wangwu@example.com","customerDictList":[],"more":{"a":1}}`))
		detail(t, p.Change(t, "1", `{"customerId":"c-0002","appId":"1","sign":{},"Content-Type":1}`)) // of other places
	})
	data := detail(t, p.Change(t, "1", `{"email":"","tag":"","phone":"","desc":""}`))
	for _, name := range []string{"email", "tag", "phone", "desc", "phoneDesensitive"} {
		if v, ok := data["customer"].(map[string]any)[name]; ok {
			t.Errorf("%s is sent though it is empty: %v", name, v)
		}
	}
}

func TestCustserviceDicts(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "custservice", "10086")
	for _, step := range []struct{ name, list, want string }{
		{"as it is", `[]`, `1=展会(来源) industry=电子`},
		{"one changed, one new", `[{"dictCode":"1","value":"x"},{"dictCode":"z","remark":"r","value":"y"}]`, `1=x industry=电子 z=y(r)`},
		{"remark cleared", `[{"dictCode":"z","remark":"","value":"y"}]`, `1=x industry=电子 z=y`},
		{"the last of two", `[{"dictCode":"z","value":"1"},{"dictCode":"z","remark":"b","value":"2"}]`, `1=x industry=电子 z=2(b)`},
		{"null", `null`, `1=x industry=电子 z=2(b)`},
	} {
		data := detail(t, p.Change(t, "1", `{"customerDictList":`+step.list+`}`))
		var sent []string
		for _, row := range data["customerDictList"].([]any) {
			one := row.(map[string]any)
			text := fmt.Sprint(one["dictCode"], "=", one["value"])
			if remark, ok := one["remark"]; ok {
				text += fmt.Sprint("(", remark, ")")
			}
			sent = append(sent, text)
		}
		same(t, step.name, strings.Join(sent, " "), step.want)
	}
	same(t, "of another customer", w.One(t, `select string_agg(dict_code || value, ' ') from custservice.customer_dict where customer_id = 'c-0002'`), "industry贸易")
}

// The company is known by its id; its name is only kept where there is no id.
func TestCustserviceCompany(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "custservice", "10086")
	for _, step := range []struct{ name, body, id, company, deleted string }{
		{"id", `{"customerGroupId":"2"}`, "2", "青榕电子科技有限公司", "false"},
		{"id and name", `{"customerGroupId":"1","customerGroupName":"别名"}`, "1", "示例公司", "false"},
		{"a deleted company", `{"customerGroupId":"3"}`, "3", "已注销的公司", "true"},
		{"no company", `{"customerGroupId":""}`, "<nil>", "别名", "<nil>"},
		{"name alone", `{"customerGroupName":"另一家"}`, "<nil>", "另一家", "<nil>"},
		{"neither", `{"customerGroupName":""}`, "<nil>", "<nil>", "<nil>"},
	} {
		data := detail(t, p.Change(t, "c-0002", step.body))
		same(t, step.name, fmt.Sprint(data["customer"].(map[string]any)["customerGroupId"], " ", data["customerGroupName"], " ",
			data["isCustomerGroupDelete"]), step.id+" "+step.company+" "+step.deleted)
	}
	w.Still(t, "custservice", func() {
		same(t, "an unknown company", p.Change(t, "1", `{"customerGroupId":"none","name":"x"}`), custFailed)
	})
	same(t, "companies", w.One(t, `select string_agg(name, ' ' order by customer_group_id) from custservice.customer_group`),
		"示例公司 青榕电子科技有限公司 已注销的公司")
}

func TestCustserviceMask(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "custservice", "10086")
	for phone, want := range map[string]string{
		"13800138000": "138****8000", "+8613800138000": "+86*******8000", "12345678": "123*5678", "1234567": "*******", "1": "*",
		"一三八零零一三八零零零": "一三八****八零零零",
	} {
		data := detail(t, p.Change(t, "c-0003", members{"phone": phone}.JSON()))
		same(t, phone, fmt.Sprint(data["customer"].(map[string]any)["phoneDesensitive"]), want)
	}
}

func TestCustserviceRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "custservice", "10086")
	sound := members{"name": "x", "desc": "y", "customerDictList": []any{members{"dictCode": "1", "value": "1"}}}
	w.Still(t, "custservice", func() {
		for name, one := range map[string][2]string{
			"an unknown customer":  {"nobody", sound.JSON()},
			"no customer":          {"", sound.JSON()},
			"a blank customer":     {" ", sound.JSON()},
			"a number as name":     {"1", sound.With("name", []any{1}).JSON()},
			"an object as tag":     {"1", sound.With("tag", members{}).JSON()},
			"a list that is none":  {"1", sound.With("customerDictList", "1").JSON()},
			"a row that is none":   {"1", sound.With("customerDictList", []any{"1"}).JSON()},
			"a row without code":   {"1", sound.With("customerDictList", []any{members{"value": "1"}}).JSON()},
			"a row without value":  {"1", sound.With("customerDictList", []any{members{"dictCode": "1"}}).JSON()},
			"a row with no value":  {"1", sound.With("customerDictList", []any{members{"dictCode": "1", "value": ""}}).JSON()},
			"one bad row of two":   {"1", sound.With("customerDictList", []any{members{"dictCode": "2", "value": "2"}, members{"value": "1"}}).JSON()},
			"no JSON":              {"1", `{"name":`},
			"an array":             {"1", `[]`},
			"a member twice":       {"1", `{"name":"a","name":"b"}`},
			"bytes behind the end": {"1", `{"name":"a"} x`},
			"bad UTF-8":            {"1", "{\"name\":\"\xff\"}"},
			"too large":            {"1", sound.With("desc", strings.Repeat("x", 1<<18)).JSON()},
		} {
			same(t, name, p.Change(t, one[0], one[1]), custFailed)
		}
	})
}

func TestCustserviceDoor(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p, poor, off := w.Signer(t, "custservice", "10086"), w.Signer(t, "custservice", "poor", "other"), w.Signer(t, "custservice", "off")
	if err := w.Admin.Disable(t.Context(), "custservice", "off"); err != nil {
		t.Fatal(err)
	}
	const query, body = "customerId=1", `{"name":"沈二诺"}`
	fresh := func() put { return p.Put(p.Moment(), query, body) }
	with := func(name, value string) put {
		r := fresh()
		r.Header[name] = value
		return r
	}
	edit := func(change func(*put)) put {
		r := fresh()
		change(&r)
		return r
	}
	old, soon := p.Put(time.Now().Add(-5*time.Minute-2*time.Second), query, body), p.Put(time.Now().Add(5*time.Minute+20*time.Second), query, body)
	w.Still(t, "custservice", func() {
		for name, one := range map[string]struct {
			r    put
			want string
		}{
			"changed body":        {edit(func(r *put) { r.Body = strings.Replace(body, "二", "三", 1) }), custAuth},
			"truncated body":      {edit(func(r *put) { r.Body = r.Body[:8] }), custAuth},
			"changed query":       {edit(func(r *put) { r.Query = "customerId=c-0002" }), custAuth},
			"longer query":        {edit(func(r *put) { r.Query += "&x=1" }), custAuth},
			"escaped otherwise":   {edit(func(r *put) { r.Query = "customerId=%31" }), custAuth},
			"changed time":        {with("timestamp", strconv.FormatInt(time.Now().UnixMilli()-500000, 10)), custAuth},
			"time in seconds":     {with("timestamp", strconv.FormatInt(time.Now().Unix(), 10)), custAuth},
			"time as a word":      {with("timestamp", "now"), custAuth},
			"too old":             {old, custAuth},
			"too early":           {soon, custAuth},
			"upper case":          {edit(func(r *put) { r.Header["sign"] = strings.ToUpper(r.Header["sign"]) }), custAuth},
			"truncated":           {edit(func(r *put) { r.Header["sign"] = r.Header["sign"][:63] }), custAuth},
			"another app's key":   {edit(func(r *put) { r.Header["appId"] = "poor" }), custAuth},
			"unknown app":         {with("appId", "nobody"), custAuth},
			"disabled app":        {off.Put(time.Now(), query, body), custAuth},
			"no grant":            {poor.Put(time.Now(), query, body), custAuth},
			"no sign":             {with("sign", ""), custFailed},
			"no app":              {with("appId", ""), custFailed},
			"no time":             {with("timestamp", ""), custFailed},
			"no content type":     {with("Content-Type", ""), custFailed},
			"another type":        {with("Content-Type", "text/plain"), custFailed},
			"another method":      {edit(func(r *put) { r.Method = http.MethodPost }), custFailed},
			"a customer twice":    {p.Put(time.Now(), "customerId=1&customerId=2", body), custFailed},
			"a query that is bad": {p.Put(time.Now(), "customerId=%zz", body), custFailed},
		} {
			same(t, name, p.Deliver(t, one.r).Raw, one.want)
		}
	})
	once := fresh()
	detail(t, p.Deliver(t, once).Raw)
	same(t, "changed", stored(t, w, "1", "name"), "沈二诺")
	w.Exec(t, `update custservice.customer set name = '又改' where customer_id = '1'`)
	w.Still(t, "custservice", func() { same(t, "the same request again", p.Deliver(t, once).Raw, custFailed) })
	detail(t, p.Deliver(t, with("Content-Type", "application/json;charset=UTF-8")).Raw)
	wide := p.Put(time.Now(), "trace=a%20b&customerId=c%2d0002", "{\n\t\"name\": \"a\"\n}")
	detail(t, p.Deliver(t, wide).Raw)
	same(t, "an escaped id", stored(t, w, "c-0002", "name"), "a")
	w.Discreet(t, p.Token, p.AppKey, poor.AppKey, once.Header["sign"], "沈二诺", "沈三诺")
}

// Of one request sent many times at once one is served; changes of different
// fields that meet are all kept.
func TestCustserviceAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "custservice", "10086")
	request := p.Put(time.Now(), "customerId=1", `{"tag":"once"}`)
	var all sync.WaitGroup
	var mu sync.Mutex
	served := map[string]int{}
	for range 12 {
		all.Go(func() {
			raw := p.Deliver(t, request).Raw
			mu.Lock()
			defer mu.Unlock()
			served[raw[:min(len(raw), 16)]]++
		})
	}
	all.Wait()
	same(t, "served and refused", fmt.Sprint(served), `map[{"code":"10000",:1 {"code":"20001",:11]`)
	for i := range 20 {
		all.Go(func() {
			field := []string{"name", "email", "telephone", "desc"}[i%4]
			body := members{field: "v", "customerDictList": []any{members{"dictCode": fmt.Sprint("k", i), "value": "v"}}}
			detail(t, p.Change(t, "c-0003", body.JSON()))
		})
	}
	all.Wait()
	same(t, "columns", w.One(t, `select name || email || telephone || description from custservice.customer where customer_id = 'c-0003'`), "vvvv")
	same(t, "dicts", w.One(t, `select count(*) from custservice.customer_dict where customer_id = 'c-0003'`), "20")
}
