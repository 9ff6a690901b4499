package diff_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestTouched holds for each edit of the small system whom it names: a change of a table those
// who use it, one of a profile those who have it, and nobody for what he does not see.
func TestTouched(t *testing.T) {
	t.Parallel()
	partners, err := diff.ReadPartners([]byte(`[
		{"system": "shop", "appid": "creates", "grants": ["order_create"]},
		{"system": "shop", "appid": "finds", "grants": ["shelf_get"], "profile": ""},
		{"system": "shop", "appid": "strict", "grants": ["shelf_get"], "profile": "strict"},
		{"system": "shop", "appid": "bound", "grants": ["shelf_get"], "scopes": {"shop": ["1"]}},
		{"system": "shop", "appid": "told", "grants": [], "subscriptions": [{"cmd": "order_notify"}]},
		{"system": "shop", "appid": "nobody", "grants": []},
		{"system": "other", "appid": "elsewhere", "grants": ["*"]}]`))
	if err != nil {
		t.Fatal(err)
	}
	const callers, everyone = "bound creates finds strict", "bound creates finds nobody strict told"
	const strict = "  profiles: {strict: [{like: nonce, pattern: \"[0-9]{20}\", else: E402}]}\n"
	for _, c := range []struct{ file, before, after, want string }{
		{"table/purchase", "length: 20", "length: 30", "creates told"},
		{"table/purchase", "index: [[state]]\n", "", "creates told"},
		{"table/purchase", "key: [no]", "key: [no, amount]", "creates told"},
		{"order/order_create", "length: 20, required: true, label: 单号", "length: 10, required: true, label: 单号", "creates"},
		{"order/order_notify", "length: 20", "length: 30", "told"},
		{"system", "within: 5m, ", "within: 4m, ", callers},
		{"system", "data?: \"{payload}\"", "body?: \"{payload}\"", callers},
		{"system", "    json: \"{payload}\"\n    values:\n      sign", "    json: {all: \"{payload}\"}\n    values:\n      sign", "told"},
		{"system", "secret: text", "secret: text, more: text", everyone},
		{"system", "body: 1000", "body: 900", callers},
		{"system", "column: state, else: E404", "column: no, else: E404", "bound"},
		{"system", "title: 订单, section", "title: 订购, section", "bound creates finds strict told"},
		{"system", "zone: Asia/Shanghai", "zone: UTC", everyone},
		{"system", "  reply:\n    json", strict + "  reply:\n    json", "strict"},
		{"system", "  reply:\n    json", strict + "  profile: strict\n  reply:\n    json", "bound creates strict"},
		{"errors", "text: 签名错误", "text: 签名不对", callers},
	} {
		list := diff.Diff(model(t, shelved(base(t))), model(t, shelved(edited(t, c.file, c.before, c.after))))
		diff.Touch(list, partners)
		all := map[string]bool{}
		for _, one := range list {
			for _, p := range one.Partners {
				if one.Interface == "" || strings.HasPrefix(c.file, "order/") {
					all[p] = true
				}
			}
		}
		if got := strings.Join(slices.Sorted(maps.Keys(all)), " "); got != c.want {
			t.Errorf("%s: %q becomes %q: %q, want %q (%v)", c.file, c.before, c.after, got, c.want, ids(list))
		}
	}
}

// shelved is the small system with a table that one interface reads.
func shelved(fsys fstest.MapFS) fstest.MapFS {
	fsys["spec/shop/table/shelf.yaml"] = &fstest.MapFile{Data: []byte("table: shelf\ntitle: 架\ncolumns:\n  no: {type: string, length: 8, required: true, label: 号}\nkey: [no]\n")}
	fsys["spec/shop/order/shelf_get.yaml"] = &fstest.MapFile{Data: []byte("interface: shelf_get\ntitle: 架\nkind: query\nrequest:\n  no: {type: string, length: 8, required: true, label: 号}\nresponse: {}\nanswer:\n  get: shelf\n  where: {no: no}\n")}
	return fsys
}
