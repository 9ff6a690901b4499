package project

import (
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// TestImpossible finds the rules that no request keeps, at the row that breaks them, and
// nothing in a system without such rules.
func TestImpossible(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("../../spec/testdata/good/shop.txtar")
	if err != nil {
		t.Fatal(err)
	}
	world := fstest.MapFS{}
	for _, f := range archive.Files {
		world[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	found := func(odd string) (list []string) {
		if odd != "" {
			world["spec/shop/goods/goods_odd.yaml"] = &fstest.MapFile{Data: []byte("interface: goods_odd\ntitle: 试\nsection: 2.11\nkind: report\n" +
				"request:\n  " + odd + "\nresponse: {}\nanswer: {handler: true}\n")}
		}
		set, err := loadtest.Systems(world, "spec")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range impossible(set) {
			list = append(list, f.Pos.String()+": "+f.ID+" "+f.Message)
		}
		return list
	}
	if list := found(""); list != nil {
		t.Errorf("a sound system has %v", list)
	}
	for odd, rule := range map[string]string{
		`code: {type: string, length: 4, required: true, pattern: "[A-Z]{6}", label: 码}`:   "length",
		`code: {type: string, length: 4, pattern: "[A-Z]{6}", label: 码}`:                   "length",
		`code: {type: string, required: true, format: mobile, pattern: "[A-Z]", label: 码}`: "mobile",
		`code: {type: int, required: true, min: 5, enum: [1, 2], label: 码}`:                "range",
	} {
		want := "spec/shop/goods/goods_odd.yaml:6:3: JK0712 no request of goods_odd keeps all of its rules: code breaks " + rule + " where every other row is right"
		if list := found(odd); len(list) != 1 || list[0] != want {
			t.Errorf("%s\ngot  %v\nwant %s", odd, list, want)
		}
	}
}
