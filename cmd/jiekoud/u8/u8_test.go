package u8_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/spec"
)

// u8Refused is a refusal of u8.
func u8Refused(code, text string) string { return `{"errcode":"` + code + `","errmsg":"` + text + `"}` }

// Refusals of u8 that several tests want.
var (
	u8NoToken  = u8Refused("99009", "token错误或已过期")
	u8NoSource = u8Refused("99013", "应用没有这个数据源")
	u8Nobody   = u8Refused("99012", "客户不存在")
	u8NoApp    = u8Refused("30021", "此应用未上线")
)

// u8Found is customer 0000000017 of the first source.
const u8Found = `{"errcode":"0","errmsg":"","customer":{"code":"0000000017","name":"青榕电子科技有限公司","abbrname":"青榕电子","sort_code":"03",` +
	`"domain_code":"02","industry":"电子类","contact":"乔木森","mobile":"13800138102","ModifyDate":"2026-11-02","seed_date":"2021-03-01",` +
	`"ccusexch_name":"人民币","bcusdomestic":"1","bcusoverseas":"0","bserviceattribute":"0","ccusmngtypecode":"999","ccusmngtypename":"普通客户",` +
	`"spec_operator":"0003","spec_operator_name":"孟新雨","timestamp":1049031}}`

func TestU8CustomerGet(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p, poor, off := w.Signer(t, "u8", "erp"), w.Signer(t, "u8", "poor", "other"), w.Signer(t, "u8", "off")
	if err := w.Admin.Disable(t.Context(), "u8", "off"); err != nil {
		t.Fatal(err)
	}
	lacks := func(name string) string { return u8Refused("99001", "缺少参数["+name+"]") }
	w.Still(t, "u8", func() {
		for _, one := range []struct{ name, got, want string }{
			{"first source by default", p.Get(t), u8Found},
			{"source 1", p.Get(t, "ds_sequence", "1", "unknown", "x"), u8Found},
			{"source empty", p.Get(t, "ds_sequence", ""), u8Found},
			{"no such id", p.Get(t, "id", "17"), u8Nobody},
			{"no id", p.Get(t, "id", ""), lacks("id")},
			{"no caller", p.Get(t, "from_account", ""), lacks("from_account")},
			{"no provider", p.Get(t, "to_account", ""), lacks("to_account")},
			{"no token", p.Get(t, "token", ""), lacks("token")},
			{"no app", p.Get(t, "app_key", ""), lacks("app_key")},
			{"source as a word", p.Get(t, "ds_sequence", "first"), u8Refused("99002", "参数格式错误[ds_sequence]")},
			{"source as a fraction", p.Get(t, "ds_sequence", "1.5"), u8Refused("99002", "参数格式错误[ds_sequence]")},
			{"wrong token", p.Get(t, "token", "wrong-token"), u8NoToken},
			{"token cut", p.Get(t, "token", p.Token[:20]), u8NoToken},
			{"token of another app", p.Get(t, "token", poor.Token), u8NoToken},
			{"its id as token", p.Get(t, "token", p.ID), u8NoToken},
			{"unknown app", p.Get(t, "app_key", "nobody"), u8NoApp},
			{"app of another system", p.Get(t, "app_key", "300"), u8NoApp},
			{"disabled app", off.Get(t), u8NoApp},
			{"no grant", poor.Get(t), u8Refused("99010", "没有调用该接口的权限")},
		} {
			same(t, one.name, one.got, one.want)
		}
		query := "/api/customer/get?app_key=erp&from_account=a&to_account=b&token=" + url.QueryEscape(p.Token)
		same(t, "id twice", w.Send(t, http.MethodGet, query+"&id=0000000017&id=00000001", nil, "").Raw, u8Refused("99004", "请求格式错误"))
		r := w.Send(t, http.MethodPost, query+"&id=0000000017", nil, "")
		same(t, "POST", fmt.Sprint(r.Status, " ", r.HTTP.Get("Allow"), " ", r.Raw), "405 GET "+u8Refused("99003", "不支持的请求方式"))
	})
	w.Discreet(t, p.Token, poor.Token, "乔木森", "13800138102")
}

// A source belongs to one app or to all; without a number an app reads its first.
func TestU8Sources(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p, branch := w.Signer(t, "u8", "demo-erp"), w.Signer(t, "u8", "demo-erp-2")
	name := func(raw string) string {
		var r struct{ Customer struct{ Name string } }
		if err := json.Unmarshal([]byte(raw), &r); err != nil || r.Customer.Name == "" {
			return raw
		}
		return r.Customer.Name
	}
	const first, second, third = "青榕电子科技有限公司", "青榕电子（香港）有限公司", "青榕电子福州分公司"
	same(t, "the first", name(p.Get(t)), first)
	same(t, "the second", name(p.Get(t, "ds_sequence", "2")), second)
	same(t, "only in the second", name(p.Get(t, "ds_sequence", "2", "id", "W0000001")), "Northgate Trading Ltd.")
	same(t, "not in the first", p.Get(t, "id", "W0000001"), u8Nobody)
	same(t, "another app's", p.Get(t, "ds_sequence", "3"), u8NoSource)
	same(t, "its own", name(branch.Get(t, "ds_sequence", "3")), third)
	same(t, "everybody's", name(branch.Get(t, "ds_sequence", "2")), second)
	same(t, "none", p.Get(t, "ds_sequence", "9"), u8NoSource)
	same(t, "below one", p.Get(t, "ds_sequence", "-1"), u8NoSource)
	w.Exec(t, `delete from u8.data_source where ds_sequence = 1`)
	same(t, "the first is the second", name(p.Get(t)), second)
	w.Exec(t, `delete from u8.data_source where app = '*'`)
	same(t, "the first is its own", name(branch.Get(t)), third)
	same(t, "no source at all", p.Get(t), u8Nobody)
}

// Tokens end by themselves, or are taken back; several may be good at a time.
func TestU8Tokens(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "u8", "erp")
	token, expires, err := issued(w.Admin.IssueToken(t.Context(), "u8", "erp", app.Making{Lifetime: time.Hour}))
	if err != nil || time.Until(expires) > time.Hour || time.Until(expires) < 50*time.Minute {
		t.Fatalf("%v, until %v", err, expires)
	}
	same(t, "the first token", p.Get(t), u8Found)
	same(t, "the second token", p.Get(t, "token", string(token)), u8Found)
	same(t, "kept as a digest", w.One(t, `select count(*) from jiekou.token x where encode(x.hash, 'escape') || x::text like '%' || $1 || '%'`, string(token)), "0")
	brief, _, err := issued(w.Admin.IssueToken(t.Context(), "u8", "erp", app.Making{Lifetime: time.Minute}))
	if err != nil {
		t.Fatal(err)
	}
	w.Exec(t, `update jiekou.token set expires = now() - interval '1 second' where expires < now() + interval '2 minutes'`)
	same(t, "expired", p.Get(t, "token", string(brief)), u8NoToken)
	revoked, _, err := issued(w.Admin.IssueToken(t.Context(), "u8", "erp", app.Making{Lifetime: time.Hour}))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.Admin.RevokeTokens(t.Context(), "u8", "erp", revoked); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	same(t, "taken back", p.Get(t, "token", string(revoked)), u8NoToken)
	same(t, "the others", p.Get(t, "token", string(token)), u8Found)
	if _, err := w.Admin.Add(t.Context(), app.New{System: "u8", ID: "none", Grants: []string{"*"}}); err != nil {
		t.Fatal(err)
	}
	same(t, "never issued", p.Get(t, "app_key", "none", "token", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"), u8NoToken)
	w.Discreet(t, p.Token, string(token), string(brief), string(revoked))
}

// Every field of the document is sent from a column of its own.
func TestU8Fields(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "u8", "erp")
	columns, values := []string{"ds_sequence", "code"}, []string{"2", "'full'"}
	want := map[string]any{}
	for _, table := range allTables() {
		if table.System != "u8" || table.Name != "customer" {
			continue
		}
		for i, c := range table.Columns {
			if c.Name == "ds_sequence" || c.Name == "code" {
				continue
			}
			value, sent := fmt.Sprintf("'%s %d'", c.Name, i), any(fmt.Sprintf("%s %d", c.Name, i))
			switch c.Type {
			case "date":
				day := fmt.Sprintf("2026-01-%02d", i%28+1)
				value, sent = "'"+day+"'", day
			case "int":
				value, sent = fmt.Sprint(9007199254740993), json.Number("9007199254740993")
			}
			columns, values = append(columns, c.Name), append(values, value)
			want[spec.Snake(c.Name)] = sent
		}
	}
	w.Exec(t, "insert into u8.customer ("+strings.Join(columns, ", ")+") values ("+strings.Join(values, ", ")+")")
	want["code"] = "full"
	dec := json.NewDecoder(strings.NewReader(p.Get(t, "ds_sequence", "2", "id", "full")))
	dec.UseNumber()
	var got struct {
		Errcode, Errmsg string
		Customer        map[string]any
	}
	if err := dec.Decode(&got); err != nil {
		t.Fatal(err)
	}
	for name, value := range got.Customer {
		same(t, name, fmt.Sprint(value), fmt.Sprint(want[spec.Snake(name)]))
	}
	if len(got.Customer) != 43 || len(want) != 43 {
		t.Errorf("%d fields of %d columns, the document has 43", len(got.Customer), len(want))
	}
}

// issued are the token of credentials and its end.
func issued(c app.Credentials, err error) (app.Secret, time.Time, error) {
	return c.Keys[app.Token], c.Expires, err
}
