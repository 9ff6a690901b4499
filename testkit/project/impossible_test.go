package project

import (
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/load"
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

// TestImpossibleWaived lets the finding stay where a waiver says so, and finds a waiver that
// nothing needs.
func TestImpossibleWaived(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("../../spec/testdata/good/shop.txtar")
	if err != nil {
		t.Fatal(err)
	}
	world := fstest.MapFS{}
	for _, f := range archive.Files {
		world[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	for length, want := range map[string]string{"4": "waived", "6": "JK0708"} {
		world["spec/shop/goods/goods_odd.yaml"] = &fstest.MapFile{Data: []byte("interface: goods_odd\ntitle: 试\nsection: 2.11\nkind: report\nrequest:\n" +
			"  # waive JK0712 on 2026-11-30: the partner mends it\n  code: {type: string, length: " + length + ", pattern: \"[A-Z]{6}\", label: 码}\nresponse: {}\nanswer: {handler: true}\n")}
		l, err := load.All(world, "spec")
		if err != nil {
			t.Fatal(err)
		}
		kept, waived := l.Further(impossible(l.Set), check.Tried)
		got := ""
		for _, f := range kept {
			got += f.ID
		}
		for range waived {
			got += "waived"
		}
		if got != want {
			t.Errorf("length %s: %s, want %s: %v", length, got, want, kept)
		}
	}
}
