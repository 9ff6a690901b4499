package diff_test

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestMisnamed holds that was: that says nothing is a finding: of a field, also of one
// inside of another, of an interface, a table and a column.
func TestMisnamed(t *testing.T) {
	t.Parallel()
	before := model(t, base(t))
	for _, c := range []struct{ file, before, after, want string }{
		{"order/order_create", "at:     {type: datetime", "at:     {was: when, type: datetime", "nothing was called when"},
		{"order/order_create", "at:     {type: datetime", "when:   {was: att, type: datetime", "nothing was called att"},
		{"order/order_create", "at:     {type: datetime", "at:     {was: code, type: datetime", "code is called so still"},
		{"order/order_create", "sku: {type: string", "sku: {was: art, type: string", "nothing was called art"},
		{"order/order_create", "at:     {type: datetime", "b: {was: at, type: int}\n  c: {was: at, type: datetime", "at is called b now"},
		{"order/order_create", "at:     {type: datetime", "b: {was: at, type: datetime", ""},
		{"order/order_create", "at:     {type: datetime", "at:     {was: at, type: datetime", "at names itself"},
		{"order/order_get", "interface: order_get", "interface: order_get\nwas: order_get", "order_get names itself"},
		{"table/purchase", "places: 2", "places: 2, was: price", "price names itself"},
		{"order/order_get", "interface: order_get", "interface: order_get\nwas: order_fetch", "nothing was called order_fetch"},
		{"table/purchase", "table: purchase", "table: purchase\nwas: bought", "nothing was called bought"},
		{"table/purchase", "places: 2", "places: 2, was: cost", "nothing was called cost"},
	} {
		after := model(t, edited(t, c.file, c.before, c.after))
		_, found := diff.Compare(before, after, "")
		switch {
		case c.want == "" && len(found) > 0, c.want != "" && (len(found) != 1 || !strings.Contains(found[0].Message, c.want) || found[0].Pos.Line == 0):
			t.Errorf("%q becomes %q: %v, want %q", c.before, c.after, found, c.want)
		}
		if c.want == "" {
			continue
		}
		if _, again := diff.Compare(after, after, ""); len(again) > 0 { // it was there before
			t.Errorf("%q: %v in the same revision", c.after, again)
		}
	}
}

// TestRenamedSystem holds that a system which has another folder is proposed as the same one.
func TestRenamedSystem(t *testing.T) {
	t.Parallel()
	before, after := base(t), base(t)
	for name, f := range base(t) {
		delete(after, name)
		f.Data = []byte(strings.Replace(string(f.Data), "system: shop", "system: shoq", 1))
		after[strings.Replace(name, "/shop/", "/shoq/", 1)] = f
	}
	list := diff.Diff(unchecked(t, before), unchecked(t, after))
	if len(list) != 2 || !strings.HasPrefix(list[0].Note, "perhaps it is called shoq now") || list[0].Rule != "system-removed" {
		t.Errorf("%+v", list)
	}
	for name := range after {
		if strings.Contains(name, "/order/") {
			delete(after, name)
		}
	}
	if list := diff.Diff(unchecked(t, before), unchecked(t, after)); list[0].Note != "" {
		t.Errorf("another system: %+v", list[0])
	}
}
