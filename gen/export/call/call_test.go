package call_test

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/export/call"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// TestBare wants bodies that are one value as that value, and rows of cookies in one header.
func TestBare(t *testing.T) {
	t.Parallel()
	archive, err := loadtest.Archive("../../testdata/whole.txtar")
	if err != nil {
		t.Fatal(err)
	}
	set, err := call.Of(archive.Systems[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range set.Calls {
		begins := map[string]string{"goods_put": "[", "goods_find": `"`, "goods_prices": "{"}[c.Interface.Cmd]
		if !strings.HasPrefix(c.Body, begins) || strings.Contains(c.Body, `"prices"`) {
			t.Errorf("the body of %s is %s", c.Interface.Cmd, c.Body)
		}
		cookie := ""
		for _, h := range c.Header {
			if h.Name == "Cookie" {
				cookie = h.Value
			}
		}
		if want := c.Interface.Cmd == "goods_find"; want != strings.HasPrefix(cookie, "shop-id=") {
			t.Errorf("the cookie of %s is %q", c.Interface.Cmd, cookie)
		}
	}
}
