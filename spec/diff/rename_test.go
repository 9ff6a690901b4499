package diff_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/diff"
)

// Rows of order_create between those that are renamed.
const (
	kind = "  kind:   {type: string, enum: {a: 甲}, open: true, label: 类别}\n"
	memo = "  memo:   {type: string, length: 50, min_length: 2, default: 无, pattern: \"[a-z]+\", alias: [note], label: 备注}\n"
	tags = "  tags:   {type: string, separator: \",\", enum: [x, y], empty: keep, label: 标签}\n  at:     {type: datetime, label: 时间}\n"
)

// TestRenames holds that names which move in a row or change places are renamed, and
// neither unchanged nor gone, and that those who name them change with their meaning: a
// key of "no" is another one where "no" and "amount" change places.
func TestRenames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, before, after, want string }{
		{
			"order/order_notify", "amount: {type: int", "no2: {was: amount, type: int",
			"notification-field-renamed no2: amount -> no2; notification-source-changed fill no2: amount -> none",
		},
		{
			"table/purchase", "  no:     {type: string, length: 20, required: true, label: 单号}\n  amount: {type: int, label: 数量}",
			"  amount: {was: no, type: string, length: 20, required: true, label: 单号}\n  no:     {was: amount, type: int, label: 数量}",
			"column-renamed purchase.amount: no -> amount; column-renamed purchase.no: amount -> no; " +
				"key-changed purchase: no -> no; notification-source-changed by: amount -> no; notification-source-changed fill amount: no -> amount; " +
				"notification-source-changed fill no: amount -> no; storage-return-changed amount: purchase.no -> purchase.amount; storage-set-changed purchase.amount: no -> amount; " +
				"storage-set-changed purchase.no: amount -> no; storage-unique-added purchase.no; storage-unique-removed purchase.amount; storage-where-added purchase.no: none -> no; " +
				"storage-where-added purchase.no: none -> no; storage-where-removed purchase.amount: no -> none; storage-where-removed purchase.amount: no -> none; unique-added purchase: none -> amount, state; unique-removed purchase: amount, state -> none",
		},
		{
			"table/purchase", "  amount: {type: int, label: 数量}\n  price:  {type: decimal, length: 10, places: 2, label: 单价}",
			"  price:  {was: amount, type: int, label: 数量}\n  cost:   {was: price, type: decimal, length: 10, places: 2, label: 单价}",
			"column-renamed purchase.cost: price -> cost; column-renamed purchase.price: amount -> price; " +
				"notification-source-changed fill amount: price -> none; storage-return-removed amount: purchase.price -> none; storage-set-changed purchase.price: amount -> price; " +
				"storage-set-removed purchase.cost: price -> none; unique-added purchase: none -> amount, state; unique-removed purchase: amount, state -> none",
		},
		{
			"table/purchase", "  amount: {type: int, label: 数量}\n  price:  {type: decimal, length: 10, places: 2, label: 单价}",
			"  price:  {was: amount, type: int, label: 数量}",
			"column-removed purchase.price: decimal(10,2) -> none; column-renamed purchase.price: amount -> price; " +
				"notification-source-changed fill amount: price -> none; storage-return-removed amount: purchase.price -> none; unique-added purchase: none -> amount, state; unique-removed purchase: amount, state -> none",
		},
		{
			"order/order_create", "  state:  {type: int, enum: {1: 新, 2: 旧}, label: 状态}\n" + kind + `  part:   {type: int, enum_by: {state: {1: [11], 2: [21]}}, label: 部分}` + "\n" +
				memo + `  phone:  {type: string, format: mobile, required_if: {state: "1"}, label: 手机}` + "\n" + tags + `  code:   {type: string, length: 9, starts_with: no, absent_with: phone`,
			"  status: {was: state, type: int, enum: {1: 新, 2: 旧}, label: 状态}\n" + kind + `  part:   {type: int, enum_by: {status: {1: [11], 2: [21]}}, label: 部分}` + "\n" +
				memo + `  tel:    {was: phone, type: string, format: mobile, required_if: {status: "1"}, label: 手机}` + "\n" + tags + `  code:   {type: string, length: 9, starts_with: no, absent_with: tel`,
			"request-field-renamed status: state -> status; request-field-renamed tel: phone -> tel; storage-set-removed purchase.state: status -> none",
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
