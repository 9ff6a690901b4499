package report_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec/importer"
	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/report"
	"github.com/jiekou-dev/jiekou/spec/importer/write"
	"github.com/jiekou-dev/jiekou/spec/load"
)

const orders = `# 订单

## 1 下单

POST /order/add

| 序号 | 参数 | 类型 | 必填 | 说明 |
|---|---|---|---|---|
| 1 | no | String(20) | 是 | 单号 |
| 2 | 单号 | String | 是 | 没有名称的一行 |
| 3 | kind | int | C | 种类 1:新 2:旧 |

## 附件

| 城市 | 电话 |
|---|---|
| 厦门 | 0592 |
`

// TestReport accounts for every cell of a document, with the line of the YAML beside it.
func TestReport(t *testing.T) {
	t.Parallel()
	doc, err := document.Read("orders.md", []byte(orders))
	if err != nil {
		t.Fatal(err)
	}
	draft, err := importer.From([]*document.Document{doc}, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := write.Files(draft, "shop")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, f := range files {
		fsys["spec/"+f.Path] = &fstest.MapFile{Data: f.Text}
	}
	set, err := load.Systems(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	account, err := report.Of(draft, set.Systems[0])
	if err != nil {
		t.Fatal(err)
	}
	if got, want := account.Line(), "7 cells equal, 9 interpreted, 8 left"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	var page strings.Builder
	if err := account.Write(&page, nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"spec/shop/api/add.yaml:11:3", `class="left" title="the row has no name of a field"`, "required_if"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page has no %s", want)
		}
	}
}
