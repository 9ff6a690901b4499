package diff_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestPromise holds that no way through revisions, none of which breaks on the wire, ends an
// interface before the day that was promised: it goes every way there is through being active,
// deprecated, not answered and gone, with that day, an earlier one and none.
func TestPromise(t *testing.T) {
	t.Parallel()
	states := map[string]string{"gone": ""}
	for status, text := range map[string]string{
		"active": "", "deprecated": "status: deprecated\nsuccessor: order_get\n", "unimplemented": "status: unimplemented\n",
	} {
		for _, day := range []string{"", "2026-12-31", "2027-03-01"} {
			if day == "" {
				states[status] = text
			} else if status != "unimplemented" {
				states[status+" "+day] = text + "sunset: \"" + day + "\"\n"
			}
		}
	}
	files := func(state string) *spec.Set {
		out := base(t)
		if state == "gone" {
			delete(out, "spec/shop/order/order_find.yaml")
			delete(out, "spec/shop/order/order_find_v1.yaml")
		} else {
			out["spec/shop/order/order_find.yaml"].Data = []byte("interface: order_find\ntitle: 查询\nkind: query\n" + states[state] +
				"request:\n  no: {type: string, length: 20, required: true, label: 单号}\nresponse: {}\nanswer:\n  get: purchase\n  where: {no: no}\n  missing: E404\n")
			delete(out, "spec/shop/order/order_find_v1.yaml")
		}
		return unchecked(t, out)
	}
	models := map[string]*spec.Set{}
	for state := range states {
		models[state] = files(state)
	}
	reached := map[string]bool{"deprecated 2027-03-01": true}
	for queue := []string{"deprecated 2027-03-01"}; len(queue) > 0; queue = queue[1:] {
		for state, after := range models {
			if reached[state] {
				continue
			}
			breaks := false
			for _, c := range diff.Diff(models[queue[0]], after) {
				breaks = breaks || c.Levels.Wire == diff.Breaking
			}
			if !breaks {
				reached[state] = true
				queue = append(queue, state)
			}
		}
	}
	if !reached["active 2027-03-01"] || len(reached) != 2 {
		t.Errorf("reached without a break: %v", reached)
	}
	list := diff.Diff(models["deprecated 2027-03-01"], models["active"])
	if len(list) == 0 || diff.Worst(list) != diff.Breaking {
		t.Errorf("the promise is forgotten: %+v", list)
	}
}

// TestOver holds that an interface which goes after its last day breaks nobody: the day of the
// comparison counts, or that of the document, whichever is later.
func TestOver(t *testing.T) {
	t.Parallel()
	before, gone := model(t, base(t)), base(t)
	delete(gone, "spec/shop/order/order_find.yaml")
	delete(gone, "spec/shop/order/order_find_v1.yaml")
	refused := edited(t, "order/order_find", "status: deprecated\nsuccessor: order_get\ndeprecated: \"2026-03-01\"\nsunset: \"2027-03-01\"\n", "status: unimplemented\n")
	for day, want := range map[string]diff.Level{"": diff.Breaking, "2027-03-01": diff.Breaking, "2027-03-02": diff.Warning} {
		for _, after := range []*spec.Set{unchecked(t, gone), unchecked(t, refused)} {
			changes, _ := diff.Compare(before, after, day)
			found := false
			for _, c := range changes {
				if c.Interface == "order_find" && (c.Rule == "interface-removed" || c.Rule == "interface-refused") {
					if found = true; c.Levels.Wire != want {
						t.Errorf("on %q: %s is %s: %s", day, c.Rule, c.Levels.Wire, c.Note)
					}
				}
			}
			if !found {
				t.Errorf("on %q: %v", day, ids(changes))
			}
		}
	}
}
