package diff_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestRenames holds that names which move in a row or change places are renamed, and
// neither unchanged nor gone, and that those who name them change with their meaning: a
// key of "no" is another one where "no" and "amount" change places.
func TestRenames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, before, after, want string }{
		{
			"order/order_notify", "amount: {type: int", "no2: {was: amount, type: int",
			"notification-field-renamed no2: amount -> no2; notification-source-changed purchase -> purchase",
		},
		{
			"table/purchase", "  no:     {type: string, length: 20, required: true, label: 单号}\n  amount: {type: int, label: 数量}",
			"  amount: {was: no, type: string, length: 20, required: true, label: 单号}\n  no:     {was: amount, type: int, label: 数量}",
			"column-renamed purchase.amount: no -> amount; column-renamed purchase.no: amount -> no; " +
				"interface-answer-changed; key-changed purchase: no -> no; unique-added purchase: none -> amount, state; unique-removed purchase: amount, state -> none",
		},
		{
			"table/purchase", "  amount: {type: int, label: 数量}\n  price:  {type: decimal, length: 10, places: 2, label: 单价}",
			"  price:  {was: amount, type: int, label: 数量}\n  cost:   {was: price, type: decimal, length: 10, places: 2, label: 单价}",
			"column-renamed purchase.cost: price -> cost; column-renamed purchase.price: amount -> price; " +
				"interface-answer-changed; interface-answer-changed; notification-source-changed purchase -> purchase; unique-added purchase: none -> amount, state; unique-removed purchase: amount, state -> none",
		},
		{
			"table/purchase", "  amount: {type: int, label: 数量}\n  price:  {type: decimal, length: 10, places: 2, label: 单价}",
			"  price:  {was: amount, type: int, label: 数量}",
			"column-removed purchase.price: decimal(10,2) -> none; column-renamed purchase.price: amount -> price; " +
				"interface-answer-changed; interface-answer-changed; notification-source-changed purchase -> purchase; unique-added purchase: none -> amount, state; unique-removed purchase: amount, state -> none",
		},
		{
			"order/order_notify", "interface: order_notify", "interface: order_told\nwas: order_notify",
			"interface-renamed order_notify -> order_told",
		},
	} {
		fsys := edited(t, c.file, c.before, c.after)
		for name, f := range fsys { // those who name a notification name it anew
			if strings.Contains(c.after, "order_told") && name != "spec/shop/"+c.file+".yaml" {
				f.Data = []byte(strings.ReplaceAll(string(f.Data), "order_notify", "order_told"))
			}
		}
		var got []string
		for _, one := range diff.Diff(model(t, base(t)), model(t, fsys)) {
			_, what, _ := strings.Cut(one.Text(), ": ")
			got = append(got, strings.TrimSpace(one.Rule+" "+what))
		}
		slices.Sort(got)
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s: %q becomes %q:\ngot  %s\nwant %s", c.file, c.before, c.after, text, c.want)
		}
	}
}
