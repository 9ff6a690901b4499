package again_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/spec/importer/again"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

const worked = `# yaml-language-server: $schema=../../language.schema.json
interface: add
title: 下单
kind: report
path: /order/add
request:
  no:    {type: String, length: 20, required: true, label: 单号, pii: true}
  kind:  {type: int, required: conditional, condition: 新单必填, required_if: {no: "1"}, label: 种类, enum: {1: 新, 2: 旧}}
  gone:  {type: String, label: 没有了}
  kept:  {type: String, label: 没有了, follow: {length: 3, erratum: x}}
response: {}
answer: {insert: orders}
`

const imported = `# yaml-language-server: $schema=../../language.schema.json
interface: add
title: 新增订单
section: "1"
kind: report
status: unimplemented
path: /order/add
request:
  no:   {type: String, length: 32, required: true, label: 单号}
  kind: {type: int, required: conditional, condition: 新单必填, unchecked: 导入时未确定条件, label: 种类, enum: {1: 新, 2: 旧, 3: 补}, open: true}
  more: {type: long, label: 新的一行}
response: {}
`

// TestRenamed: an interface that people call otherwise than the import, or that an import
// before called so, is the one of its address or its number.
func TestRenamed(t *testing.T) {
	t.Parallel()
	old := map[string][]byte{
		"shop/order/create.yaml":  []byte("interface: create\ntitle: 下单\nmethod: POST\npath: /orders\nrequest: {}\nanswer: {insert: orders}\n"),
		"shop/order/list.yaml":    []byte("interface: list\ntitle: 查单\nmethod: GET\npath: /orders\nrequest: {}\n"),
		"shop/api/ware_get.yaml":  []byte("interface: ware_get\ncode: ware.get\ntitle: 商品\npath: /ware_get\ndoc_path: \"\"\nrequest: {}\n"),
		"shop/api/only_ours.yaml": []byte("interface: only_ours\npath: /ours\nrequest: {}\n"),
	}
	base := map[string][]byte{
		"shop/api/orders.yaml": []byte("interface: orders\ntitle: 下单\nmethod: POST\npath: /orders\nrequest: {}\n"), "shop/api/orders_2.yaml": []byte("interface: orders_2\ntitle: 查单\nmethod: GET\npath: /orders\nrequest: {}\n"),
		"shop/api/ware_get.yaml": old["shop/api/ware_get.yaml"],
	}
	r, err := again.Merge(old, []scaffold.File{
		{Path: "shop/api/orders.yaml", Text: []byte("interface: orders\ntitle: 创建订单\nmethod: POST\npath: /orders\nrequest: {}\n")},
		{Path: "shop/api/orders_2.yaml", Text: []byte("interface: orders_2\ntitle: 查单\nmethod: GET\npath: /orders\nrequest: {}\n")},
		{Path: "shop/api/ware.get.yaml", Text: []byte("interface: ware.get\ntitle: 商品\npath: /ware.get\ndoc_path: \"\"\nrequest: {}\n")},
	}, base)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"~ create: title: 创建订单, was 下单"}, r.Notes); diff != "" {
		t.Error(diff)
	}
	for _, f := range r.Files {
		if text := string(f.Text); old[f.Path] == nil || f.Path == "shop/order/create.yaml" && !strings.Contains(text, "insert: orders") || strings.Contains(text, "/ware.get") {
			t.Errorf("%s:\n%s", f.Path, text)
		}
	}
}

// TestMerge: the document's words come, people's decisions stay, and each change is said.
func TestMerge(t *testing.T) {
	t.Parallel()
	r, err := again.Merge(
		map[string][]byte{"shop/order/add.yaml": []byte(worked), "shop/order/old.yaml": []byte("interface: old\n"), "shop/system.yaml": []byte("system: shop\n")},
		[]scaffold.File{{Path: "shop/system.yaml", Text: []byte("x")}, {Path: "shop/api/add.yaml", Text: []byte(imported)}, {Path: "shop/api/new.yaml", Text: []byte("interface: new\n")}}, nil,
	)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"! add: request/kept is not in the document any more, and has follow: it stays",
		"+ add: request/more",
		"+ shop/api/new.yaml: a new interface",
		"- add: request/gone",
		"- shop/order/old.yaml: the document has it no more: make it deprecated, or remove it",
		"~ add: request/kind: enum: {1: 新, 2: 旧, 3: 补}, was {1: 新, 2: 旧}",
		"~ add: request/no: length: 32, was 20",
		"~ add: title: 新增订单, was 下单",
	}, "\n")
	if diff := cmp.Diff(want, strings.Join(r.Notes, "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(r.Files) != 2 || r.Files[0].Path != "shop/order/add.yaml" {
		t.Fatalf("%v", r.Files)
	}
	for _, line := range []string{"length: 32, required: true, label: 单号, pii: true", `required_if: {no: "1"}`, "enum: {1: 新, 2: 旧, 3: 补}}", "follow: {length: 3", "insert: orders", "more: {type: long"} {
		if !strings.Contains(string(r.Files[0].Text), line) {
			t.Errorf("no %s in\n%s", line, r.Files[0].Text)
		}
	}
	again, err := again.Merge(map[string][]byte{"shop/order/add.yaml": r.Files[0].Text}, []scaffold.File{{Path: "shop/api/add.yaml", Text: []byte(imported)}}, nil)
	if err != nil || len(again.Notes) != 1 || string(again.Files[0].Text) != string(r.Files[0].Text) {
		t.Errorf("the second time: %v %v %s", again.Notes, err, cmp.Diff(string(r.Files[0].Text), string(again.Files[0].Text)))
	}
}

// TestThree: what people changed since the last import stays; where the document changed
// it too, it is a conflict; what people did not touch follows the document.
func TestThree(t *testing.T) {
	t.Parallel()
	const head = "# yaml-language-server: $schema=../../language.schema.json\ninterface: add\ntitle: 下单\nkind: report\npath: /order/add\nrequest:\n"
	base := head + `  a:    {type: String, length: 20, label: 甲}
  b:    {type: String, length: 20, label: 乙}
  c:    {type: String, length: 20, label: 丙}
  out:  {type: String, label: 被删}
  gone: {type: String, label: 没有了}
  cut:  {type: String, label: 没有了}
response: {}
`
	edited := head + `  a:    {type: String, length: 64, label: 甲}
  b:    {type: String, length: 64, label: 乙}
  c:    {type: String, length: 20, label: 丙}
  mine: {type: String, label: 自己加的}
  gone: {type: String, length: 3, label: 没有了}
  cut:  {type: String, label: 没有了}
response: {}
`
	next := head + `  a:   {type: String, length: 20, label: 甲}
  b:   {type: String, length: 32, label: 乙}
  c:   {type: String, length: 40, label: 丙}
  out: {type: String, label: 被删}
response: {}
`
	packed := again.Unpack(again.Pack([]scaffold.File{{Path: "shop/system.yaml", Text: []byte("x\n")}, {Path: "shop/api/add.yaml", Text: []byte(base)}, {Path: "shop/api/dropped.yaml", Text: []byte("interface: dropped\n")}}))
	if len(packed) != 3 || string(packed["shop/api/add.yaml"]) != base {
		t.Fatalf("%q", packed)
	}
	r, err := again.Merge(map[string][]byte{"shop/order/add.yaml": []byte(edited), "shop/order/own.yaml": []byte("interface: own\n")},
		[]scaffold.File{{Path: "shop/api/add.yaml", Text: []byte(next)}, {Path: "shop/api/dropped.yaml", Text: []byte("interface: dropped\n")}}, packed)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"! add: request/b: length: the document says 32, was 20; people say 64: it stays",
		"! add: request/gone is not in the document any more, and people changed it: it stays",
		"- add: request/cut",
		"~ add: request/c: length: 40, was 20",
	}, "\n")
	if diff := cmp.Diff(want, strings.Join(r.Notes, "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got := string(r.Files[0].Text)
	for _, line := range []string{"a:    {type: String, length: 64", "b:    {type: String, length: 64", "c:    {type: String, length: 40", "mine:", "gone:"} {
		if !strings.Contains(got, line) {
			t.Errorf("no %s in\n%s", line, got)
		}
	}
	if strings.Contains(got, "out:") || strings.Contains(got, "cut:") || len(r.Files) != 1 {
		t.Errorf("%d files\n%s", len(r.Files), got)
	}
}

// TestShared: structs and common rows follow the document as rows do, and what people
// decided about them stays.
func TestShared(t *testing.T) {
	t.Parallel()
	const system = "system: shop\nlanguage: 2\n"
	const protocol = "protocol:\n  app: given\n"
	const head = "interface: add\nkind: report\npath: /add\nrequest:\n"
	base := map[string][]byte{
		"shop/system.yaml": []byte(system + `structs:
  Address:
    fields:
      city:   {type: string, length: 20}
      street: {type: string}
  Gone:
    fields:
      a: {type: string}
      b: {type: string}
common:
  request:
    token: {type: string}
    trace: {type: string}
  response:
    code: {type: string}
`),
		"shop/api/add.yaml": []byte(head + "  from: {type: Address}\n  to:   {type: Address, label: 收件}\n  old:  {type: Gone}\n  old2: {type: 'Gone[]'}\nresponse: {}\nexcept: [code]\n"),
	}
	edited := map[string][]byte{
		"shop/system.yaml":  []byte(strings.Replace(strings.Replace(string(base["shop/system.yaml"]), "street: {type: string}", "street: {type: string, pii: true}", 1), "common:", protocol+"common:", 1)),
		"shop/api/add.yaml": base["shop/api/add.yaml"],
	}
	next := []scaffold.File{
		{Path: "shop/system.yaml", Text: []byte(system + `structs:
  Address:
    fields:
      city:   {type: string, length: 40}
      street: {type: string}
      zip:    {type: string}
  Item:
    fields:
      no:    {type: string}
      count: {type: int}
common:
  request:
    token: {type: string, length: 32}
`)},
		{Path: "shop/api/add.yaml", Text: []byte(head + "  from:  {type: Address}\n  to:\n    type: object\n    label: 收件\n    fields:\n      city: {type: string}\n  items: {type: 'Item[]'}\n  more:  {type: 'Item[]'}\nresponse: {}\n")},
	}
	r, err := again.Merge(edited, next, base)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"+ add: request/items",
		"+ add: request/more",
		"+ add: request/to/city",
		"+ system: structs/Address/zip",
		"+ system: structs/Item",
		"- add: request/old",
		"- add: request/old2",
		"- system: common/request/trace",
		"- system: common/response/code",
		"- system: structs/Gone",
		"~ add: except: nothing, was [code]",
		"~ add: request/to: type: object, was Address",
		"~ system: common/request/token: length: 32, was nothing",
		"~ system: structs/Address/city: length: 40, was 20",
	}, "\n")
	if diff := cmp.Diff(want, strings.Join(r.Notes, "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var got string
	for _, f := range r.Files {
		if f.Path == "shop/system.yaml" {
			got = string(f.Text)
		}
	}
	for _, line := range []string{"pii: true", "app: given", "zip:", "token: {type: string, length: 32}"} {
		if !strings.Contains(got, line) {
			t.Errorf("no %s in\n%s", line, got)
		}
	}
	for _, line := range []string{"Gone", "trace", "code"} {
		if strings.Contains(got, line) {
			t.Errorf("%s in\n%s", line, got)
		}
	}
}
