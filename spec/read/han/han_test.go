package han_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec/read/han"
)

// TestSimple reads both scripts; what is in neither stays as it is.
func TestSimple(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"請求參數（必填）":        "请求参数（必填）",
		"介面回傳的資料型別":       "接口返回的数据类型",
		"訂單狀態：0-關閉，1-開放":  "订单状态：0-关闭，1-开放",
		"已是简体的说明 POST /a": "已是简体的说明 POST /a",
		"":                "",
	} {
		if got := han.Simple(text); got != want {
			t.Errorf("%s is read as %s, not %s", text, got, want)
		}
	}
}

// TestTables holds each pair to one length, and its simplified side to what stays as it is: a place
// in a text is the same place in what is read.
func TestTables(t *testing.T) {
	t.Parallel()
	pairs := han.Pairs()
	if len(pairs) < 500 {
		t.Fatalf("only %d pairs", len(pairs))
	}
	for from, to := range pairs {
		if len(from) != len(to) || from == to || han.Simple(to) != to || han.Simple(from) != to {
			t.Errorf("%s and %s", from, to)
		}
	}
}
