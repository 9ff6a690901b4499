package diff_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// base reads the small system.
func base(t testing.TB) fstest.MapFS {
	t.Helper()
	text, err := os.ReadFile("testdata/shop.txtar")
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	for _, f := range txtar.Parse(text).Files {
		out[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return out
}

// model reads systems; they may have findings, which are no matter of a revision.
func model(t testing.TB, fsys fs.FS) *spec.Set {
	t.Helper()
	set, findings, err := load.Draft(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		if !s.Whole() {
			t.Fatalf("not read: %v\n%v", s.Unread, findings)
		}
	}
	return set
}

// edited is the small system with one edit: "file", "before", "after".
func edited(t testing.TB, file, before, after string) fstest.MapFS {
	t.Helper()
	out := base(t)
	name := "spec/shop/" + file + ".yaml"
	text := string(out[name].Data)
	if strings.Count(text, before) != 1 {
		t.Fatalf("%s has %q %d times", file, before, strings.Count(text, before))
	}
	out[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, before, after, 1))}
	return out
}

func ids(list []diff.Change) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.Rule)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestEdits holds what one edit changes, and that the reverse edit is its mirror.
func TestEdits(t *testing.T) {
	t.Parallel()
	mirrors := map[string]string{}
	for _, r := range diff.Rules() {
		mirrors[r.ID] = r.Mirror
	}
	seen := map[string]bool{}
	before := model(t, base(t))
	for _, c := range edits {
		after := model(t, edited(t, c.file, c.before, c.after))
		there, back := diff.Diff(before, after), diff.Diff(after, before)
		want := strings.Fields(c.want)
		slices.Sort(want)
		if got := ids(there); !slices.Equal(got, want) {
			t.Errorf("%s: %q becomes %q: %v, want %v", c.file, c.before, c.after, got, want)
		}
		var reverse []string
		for _, id := range want {
			seen[id], seen[mirrors[id]] = true, true
			reverse = append(reverse, mirrors[id])
		}
		slices.Sort(reverse)
		if got := ids(back); !slices.Equal(got, slices.Compact(reverse)) {
			t.Errorf("%s: %q becomes %q again: %v, want %v", c.file, c.after, c.before, got, reverse)
		}
		known := map[string]bool{}
		for _, one := range there {
			if known[one.ID] {
				t.Errorf("%s: %q becomes %q: two changes have the id of %+v", c.file, c.before, c.after, one)
			}
			known[one.ID] = true
			if one.Text() == "" || one.ZH() == "" || len(one.ID) != 12 {
				t.Errorf("%+v says nothing", one)
			}
		}
	}
	for _, id := range moves(t) {
		seen[id], seen[mirrors[id]] = true, true
	}
	for id := range seen { // TestSides makes them on every side
		if part, ok := strings.CutPrefix(id, "request-"); ok {
			for _, s := range diff.Sides() {
				seen[string(s)+"-"+part] = true
			}
		}
	}
	for _, r := range diff.Rules() {
		if !seen[r.ID] && !seen[r.Opposite] && !strings.HasPrefix(r.ID, "storage-") { // TestStorage has those
			t.Errorf("no edit shows %s", r.ID)
		}
	}
}

// moves are the rules that changes of whole files show.
func moves(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, c := range []struct{ from, to, edit, want string }{
		{"shop/order/order_get", "shop/stock/order_get", "", "interface-group-moved"},
		{"shop/table/purchase", "shop/table/bought", "table: bought", "notification-source-changed storage-return-changed storage-table-changed table-added table-removed"},
		{"shop/table/purchase", "shop/table/bought", "table: bought\nwas: purchase", "table-renamed"},
		{"shop/system", "shoq/system", "", "system-added"},
	} {
		before := base(t)
		after := base(t)
		text := string(after["spec/"+c.from+".yaml"].Data)
		if strings.HasPrefix(c.to, "shop/") {
			delete(after, "spec/"+c.from+".yaml")
		} else {
			after["spec/shoq/errors.yaml"] = after["spec/shop/errors.yaml"]
			text = strings.Replace(text, "system: shop", "system: shoq", 1)
		}
		if c.edit != "" {
			text = strings.Replace(text, "table: purchase", c.edit, 1)
			for name, f := range after {
				after[name] = &fstest.MapFile{Data: []byte(strings.NewReplacer("row: purchase", "row: bought", "get: purchase", "get: bought",
					"insert: purchase", "insert: bought").Replace(string(f.Data)))}
			}
		}
		after["spec/"+c.to+".yaml"] = &fstest.MapFile{Data: []byte(text)}
		got := ids(diff.Diff(model(t, before), model(t, after)))
		if want := strings.Fields(c.want); !slices.Equal(got, want) {
			t.Errorf("%s becomes %s: %v, want %v", c.from, c.to, got, want)
		}
		out = append(out, got...)
	}
	return out
}

// TestSame holds that nothing differs from itself, not even our own systems.
func TestSame(t *testing.T) {
	t.Parallel()
	for name, fsys := range map[string]fs.FS{"shop": base(t), "the systems of this repository": spec.Embedded()} {
		if got := diff.Diff(model(t, fsys), model(t, fsys)); len(got) > 0 {
			t.Errorf("%s differs from itself: %+v", name, got[0])
		}
		unchecked, _, err := load.Models(fsys, "spec", nil, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := diff.Diff(model(t, fsys), unchecked); len(got) > 0 {
			t.Errorf("%s differs from itself without check: %+v", name, got[0])
		}
	}
}

// TestRules holds that each rule has a mirror, and an opposite on the other side of the
// wire or a reason why not.
func TestRules(t *testing.T) {
	t.Parallel()
	rules := map[string]diff.Rule{}
	for _, r := range diff.Rules() {
		if _, twice := rules[r.ID]; twice {
			t.Errorf("%s is there twice", r.ID)
		}
		rules[r.ID] = r
	}
	if len(rules) < 80 {
		t.Errorf("%d rules", len(rules))
	}
	for id, r := range rules {
		if rules[r.Mirror].Mirror != id {
			t.Errorf("%s has the mirror %q, which has the mirror %q", id, r.Mirror, rules[r.Mirror].Mirror)
		}
		if _, ok := rules[r.Opposite]; ok == (r.Alone != "") {
			t.Errorf("%s has the opposite %q and the reason %q", id, r.Opposite, r.Alone)
		}
		if r.Levels.Most() == diff.None || r.Title == "" || r.ZH == "" {
			t.Errorf("%s says nothing", id)
		}
	}
}

// TestWording holds that an id outlives another wording, and nothing else.
func TestWording(t *testing.T) {
	t.Parallel()
	one := func(before, after string) diff.Change {
		list := diff.Diff(model(t, base(t)), model(t, edited(t, "order/order_create", before, after)))
		if len(list) != 1 {
			t.Fatalf("%v", ids(list))
		}
		return list[0]
	}
	if one("label: 单价", "label: 价").ID != one("label: 单价", "label: 价格").ID {
		t.Error("another label is another change")
	}
	if one("min: 1, max: 99", "min: 1, max: 9").ID == one("min: 1, max: 99", "min: 1, max: 98").ID {
		t.Error("another bound is the same change")
	}
}
