package sample_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/spec/importer/sample"
)

// TestCommented: members with the comments behind them, whatever is nested.
func TestCommented(t *testing.T) {
	t.Parallel()
	for _, one := range []struct{ text, want string }{
		{`{
  "no": "a//b",   // 编号，必填
  "car": {        // 车辆
    "type": 1,    /* 1小车 2大车 */
    "tags": ["x", "y"] # 标签
  },
  "list": [{ // 明细
    "sku": null
  }, {
    "sku": "b"
  }], "on": true
}`, "no string 编号，必填 2|car object 车辆 3|car/type number 1小车 2大车 4|car/tags array 标签 5|list array* 明细 7|list/sku any  8|on bool  11"},
		{`{"a": 1, "b": 2}`, ""},
		{"{\n\"a\": 1, // 甲\n\"b\": 2,\n\"c\": 3,\n\"d\": 4, // 丁\n\"e\": 5\n}", ""},
		{`{"a": 1 // 甲`, ""},
		{"}]\n\"a", ""},
	} {
		var got []string
		for _, m := range sample.Commented(one.text) {
			list := ""
			if m.List {
				list = "*"
			}
			got = append(got, fmt.Sprintf("%s %s%s %s %d", strings.Join(m.Path, "/"), m.Kind, list, m.Comment, m.Line))
		}
		if diff := cmp.Diff(one.want, strings.Join(got, "|")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", one.text, diff)
		}
	}
}

// TestParse: comments and commas that JSON does not know.
func TestParse(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"{\"a\": 1, // 甲\n}": true, "{“a”: 1,}": true, `{"a": "http://x"}`: true, `{"a"}`: false,
		"{'a': 'x', \"b\": [True, None]}": true, "{\n a: string//甲\n b: number //乙\n}": true, `{"a": [{"b": 1}, ...]}`: true, "{\"a\": [1,\n…\n]}": true, `{a:**, b: **}`: true, `{"a": x y}`: false, `{status:<int>, "op":, "b":}`: true,
	} {
		if _, ok := sample.Parse(text); ok != good {
			t.Errorf("%s: %v", text, ok)
		}
	}
}

func FuzzCommented(f *testing.F) {
	f.Add("{\"a\": [1, {\"b\": \"\\\"\"}] // x\n}")
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range sample.Commented(text) {
			if len(m.Path) == 0 || m.Line < 1 {
				t.Errorf("%q: %v", text, m)
			}
		}
	})
}
