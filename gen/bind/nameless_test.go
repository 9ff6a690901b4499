package bind_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// TestNameless: where all messages go to one path, one of them names the interface, be it
// in a value that a place holds.
func TestNameless(t *testing.T) {
	t.Parallel()
	const finding = "JK0506 one path for all, and nothing names the interface"
	raw, err := os.ReadFile("../../spec/testdata/good/shop.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		cmd  string // the value in place of the name
		want bool
	}{
		"in a place":        {`"{interface}"`, false},
		"in a value":        {`{of: "{interface}", by: base64}`, false},
		"with a mark first": {`{of: "{interface|from prefix order_}", by: base64}`, false},
		"nowhere":           {`{send: ""}`, true},
	} {
		fsys := fstest.MapFS{}
		for _, f := range txtar.Parse(raw).Files {
			if f.Name == "spec/shop/system.yaml" {
				request, reply, _ := strings.Cut(string(f.Data), "\n  reply:")
				request = strings.ReplaceAll(request, "{interface}", "{cmd}")
				request = strings.Replace(request, "    values:\n", "    values:\n      cmd: "+tt.cmd+"\n", 1)
				f.Data = []byte(request + "\n  reply:" + reply)
			}
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
		set, err := loadtest.Systems(fsys, "spec")
		if err != nil {
			t.Fatal(name, err)
		}
		err = bind.Protocols(set)
		if got := err != nil && strings.Contains(err.Error(), finding); got != tt.want {
			t.Errorf("%s: found %v, want %v: %v", name, got, tt.want, err)
		}
	}
}
