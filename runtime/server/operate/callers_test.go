package operate

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// TestCallers joins counts of calls with what is deprecated: what ends first comes first,
// and active interfaces and apps that did not call are left out.
func TestCallers(t *testing.T) {
	t.Parallel()
	o := &appOptions{Settings: &Settings{Systems: []system.System{{System: route.System{
		Name: "shop", Zone: "Asia/Shanghai",
		Interfaces: []route.Interface{
			{Cmd: "order_create", Status: route.Active},
			{Cmd: "order_close", Status: route.Deprecated},
			{Cmd: "order_create_v1", Status: route.Deprecated, Sunset: "2027-03-01"},
		},
	}}}}}
	apps := []app.Info{
		{System: "shop", ID: "301", Name: "ERP", Calls: map[string]int64{"order_create": 9, "order_create_v1": 4, "order_close": 1}},
		{System: "shop", ID: "302", Name: "CRM", Calls: map[string]int64{"order_create_v1": 7}},
		{System: "shop", ID: "303", Name: "POS", Calls: map[string]int64{"order_create": 5}},
		{System: "other", ID: "301", Calls: map[string]int64{"order_close": 3}},
	}
	// it is the 1st of December in Shanghai already
	found := o.callers(apps, time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC))
	var out bytes.Buffer
	var c cobra.Command
	c.SetOut(&out)
	if err := list(&c, false, found, tellCaller); err != nil {
		t.Fatal(err)
	}
	want := `shop  order_create_v1  2027-03-01 (90 days)  302  7 calls  CRM
shop  order_create_v1  2027-03-01 (90 days)  301  4 calls  ERP
shop  order_close      no last day           301  1 calls  ERP
`
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if none := o.callers(nil, time.Now()); len(none) != 0 {
		t.Errorf("without calls: %v", none)
	}
}
