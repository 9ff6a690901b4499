package proxy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/mock"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// shop is a system with rows that are written and read back, and a server of it that forgets.
type shop struct {
	*bench
	rows *model.World
}

// open serves the system from rows in memory, behind a proxy.
func open(t *testing.T) *shop {
	t.Helper()
	set, err := load.Systems(os.DirFS("../../cmd/jiekoud/faults/testdata/outlet"), "spec")
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{"app_secret": "secret-of-the-app"}
	b := &bench{t: t, set: set, apps: []bind.App{{System: "outlet", ID: "300", Secrets: secrets}}}
	stock := &mock.Stock{What: about.DemoRows, Memory: bind.NewMemory(b.apps, nil)}
	if _, err := stock.Take(set.Systems); err != nil {
		t.Fatal(err)
	}
	m, _, err := mock.New(mock.Config{Systems: set.Systems, Seed: 1, Apps: b.apps, Memory: stock.Memory, Worlds: stock.Worlds})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := m.Handler()
	if err != nil {
		t.Fatal(err)
	}
	b.before(handler, false)
	return &shop{b, stock.Worlds["outlet"]}
}

// do calls an interface, wants a code, and returns the reply.
func (s *shop) do(code, cmd, payload string) string {
	s.t.Helper()
	c, err := client.New(client.Config{System: bind.System(s.set.Systems[0]), URL: s.url, App: "300", Secrets: s.apps[0].Secrets})
	if err != nil {
		s.t.Fatal(err)
	}
	reply, err := c.Call(s.t.Context(), cmd, []byte(payload))
	if err != nil || reply.Code != code {
		s.t.Fatalf("%s: %s %s, %v; want %s", cmd, reply.Code, reply.Plain, err, code)
	}
	return string(reply.Plain)
}

// change changes the cells of a table behind the back of the proxy; a row without any is gone.
func (s *shop) change(table, column string, to any) {
	s.t.Helper()
	columns, rows := s.rows.Rows(table)
	of := s.rows.System.Table(table)
	for _, r := range rows {
		key := model.Key(of, r)
		if column == "" {
			s.rows.Replace(table, key, nil)
			continue
		}
		for n, name := range columns {
			if name == column {
				r[n] = to
			}
		}
		s.rows.Replace(table, key, r)
	}
}

// member is a text of a reply.
func member(t *testing.T, reply, name string) string {
	t.Helper()
	var of struct{ Result map[string]any }
	if err := json.Unmarshal([]byte(reply), &of); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(of.Result[name])
}

// Replies are held against the messages before them: what was written is read back, and the
// proxy finds what somebody else changed in between, without showing its values.
func TestContradictions(t *testing.T) {
	t.Parallel()
	s := open(t)
	const shopNo = "5C160C633106861F"
	order := func(no string) string {
		return `{"shop_no":"` + shopNo + `","outer_no":"` + no + `","mobile":"13800138000","channel":"CASH","amount":"12.50","buyer":"张三","items":[` +
			`{"line":1,"sku":"A1","qty":2,"price":"6.25"},{"line":2,"sku":"B7","title":"杯子","qty":1,"price":"0.00"}]}`
	}
	list := func(page int) string { return fmt.Sprintf(`{"shop_no":%q,"page_no":%d,"page_size":1}`, shopNo, page) }
	// Sound traffic: rows come back with their values, ids and times of the server's included.
	id := member(t, s.do("0", "order_create", order("OUT-0001")), "id")
	s.do("0", "order_create", order("OUT-0002"))
	get := `{"id":"` + id + `"}`
	s.do("0", "order_get", get)
	s.do("0", "order_ship", `{"id":"`+id+`","ship_no":"SF1"}`)
	for _, q := range []string{list(1), list(2), list(1)} {
		s.do("0", "order_list", q)
	}
	s.do("0", "order_get", get)
	s.do("T002", "order_get", `{"id":"of nobody"}`)
	s.do("0", "stock_sync", `{"shop_no":"`+shopNo+`","goods":[{"sku":"A1","title":"茶","qty":3,"op":"U"},{"sku":"B7","title":"杯子","qty":3,"op":"U"}]}`)
	s.do("0", "stock_list", `{"shop_no":"`+shopNo+`"}`)
	s.want("sound traffic")

	s.change("trade", "ship_no", "SF2") // other values than those that were written
	s.do("0", "order_get", get)
	s.want("a changed value", "remark outlet order_get response contradicts ship_no §3.4 spec/outlet/trade/order_get.yaml:")
	s.change("order_item", "qty", int64(9))
	s.do("0", "order_get", get)
	found := s.take()
	if len(found) != 2 || !strings.Contains(found[1], "order_get response contradicts items/0 ") {
		t.Errorf("changed members of a list: %q", found)
	}
	s.change("trade", "", nil) // they are gone
	s.do("T002", "order_get", get)
	s.want("a row that is gone", "remark outlet order_get response contradicts §3.4")
	s.do("0", "order_list", `{"shop_no":"`+shopNo+`"}`)
	s.want("rows that are gone", "violation outlet order_list response required orders §3.5", "remark outlet order_list response contradicts orders/0 §3.5")
	s.do("0", "order_create", order("OUT-0001"))
	s.want("a value that was taken", "remark outlet order_create response contradicts §3.1")

	page := func(start int) string { return fmt.Sprintf(`{"start":%d,"limit":2}`, start) }
	s.do("0", "refund_list", page(0))
	s.do("0", "refund_list", page(2))
	s.want("pages")
	columns, rows := s.rows.Rows("refund")
	first := slices.Clone(rows[0])
	for n, name := range columns {
		switch name {
		case "refund_no":
			first[n] = "in front"
		case "apply_time":
			first[n] = time.Unix(0, 0)
		}
	}
	s.rows.Replace("refund", []any{"in front"}, first)
	s.do("0", "refund_list", page(4))
	s.want("pages that overlap", "remark outlet refund_list response contradicts list/0 §3.8")
}

// The proxy finds a message that counts once and is accepted twice.
func TestCountedTwice(t *testing.T) {
	t.Parallel()
	s := open(t)
	var body []byte
	s.before(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"code":"0","message":"success","result":{}}`)
	}), false)
	s.do("0", "order_close", `{"shop_no":"A1","outer_no":"OUT-0001"}`)
	s.want("the first time")
	r, err := http.Post(s.url+"/api/v2/order/close", "application/json", bytes.NewReader(bytes.Clone(body))) //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	s.want("the second time", "remark outlet order_close response contradicts §3.3")
}
