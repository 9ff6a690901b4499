package gen

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// wholeMembers are members of objects that a json column keeps: every type, conditions, null,
// and objects further inside.
const wholeMembers = `
      sku:   {type: string, length: 32, required: true, label: 编码}
      kind:  {type: int, enum: {1: 甲, 2: 乙}, required: true, label: 类}
      price: {type: "decimal(10,2)", as: text, label: 价}
      card:  {type: string, length: 16, required: true, present_if: {kind: 2}, label: 卡号}
      at:    {type: datetime, label: 时}
      day:   {type: date, format: yyyyMMdd, label: 日}
      from:  {type: datetime, format: yyyy/MM/dd HH:mm, label: 起}
      made:  {type: epoch, format: millis, label: 制}
      ok:    {type: bool, label: 可}
      none:  {type: string, length: 8, nullable: true, label: 空}
      times: {type: array, of: datetime, max_items: 3, label: 各时}
      in:    {type: object, label: 内, fields: {day: {type: date, label: 日}, rest: {type: array, max_items: 2, label: 余, fields: {at: {type: datetime, label: 时}}}}}
      text:  {type: array, as: text, max_items: 2, label: 文, fields: {at: {type: datetime, label: 时}}}
`

// wholeObjects are the rows of a request, or of a reply, that have such members.
func wholeObjects(forced string) string {
	return fmt.Sprintf(`
  items:
    type: array
    required: %[1]s
    max_items: 3
    label: 明细
    fields:%[2]s
  one:
    type: object
    required: %[1]s
    label: 物
    fields:%[2]s`, forced, wholeMembers)
}

// wholeTable keeps both whole.
const wholeTable = `table: parcel
title: 件
columns:
  guid:     {type: string, length: 64, default: guid, required: true}
  name:     {type: string, length: 64, required: true}
  batch:    {type: string, length: 64}
  items:    {type: json}
  one:      {type: json}
  created:  {type: datetime, default: now, required: true}
  modified: {type: datetime, default: now, required: true}
key: [guid]
unique: [[name]]
`

// TestWhole holds that objects, and lists of them, go whole into json columns and come back in
// every place of a reply: what is generated compiles, its statements can be prepared, and its
// server does what its model does.
func TestWhole(t *testing.T) {
	t.Parallel()
	name := "  name: {type: string, length: 64, required: true, label: 名}"
	head := func(name, section, kind string) string {
		return fmt.Sprintf("interface: %s\ntitle: 试\nsection: \"2.%s\"\nkind: %s\nrequest:\n", name, section, kind)
	}
	list := "response:\n  rows:\n    type: array\n    label: 行\n    fields:\n" + indented(wholeObjects("true")) + "\n"
	files := map[string]string{
		"parcel_put": head("parcel_put", "1", "report") + name + wholeObjects("true") + "\nresponse: {}\nanswer: {insert: parcel, unique: {name: 2003}}\n",
		"parcel_set": head("parcel_set", "2", "report") + name + wholeObjects("false") + "\nresponse:" + wholeObjects("true") +
			"\nanswer: {upsert: parcel, match: [name]}\n",
		"parcel_batch": head("parcel_batch", "3", "report") + "  batch: {type: string, length: 64, required: true, label: 批}\n  list:\n    type: array\n    max_items: 3\n    required: true\n    label: 列\n    fields:\n" +
			"    " + name + indented(wholeObjects("false")) + "\nresponse: {}\nanswer: {replace: parcel, each: list, match: batch, unique: {name: 2003}}\n",
		"parcel_get":  head("parcel_get", "4", "query") + name + "\nresponse:" + wholeObjects("true") + "\nanswer: {get: parcel, where: [name], missing: 2001}\n",
		"parcel_may":  head("parcel_may", "5", "query") + name + "\nresponse:" + wholeObjects("false") + "\nanswer: {get: parcel, where: [name], missing: 2001}\n",
		"parcel_list": head("parcel_list", "6", "query") + "  name: {type: string, length: 64, label: 名}\n" + list + "answer: {list: parcel, where: [name], order: [name], into: rows}\n",
		"parcel_tree": head("parcel_tree", "7", "query") + "  name: {type: string, length: 64, label: 名}\nresponse: {top: {type: array, label: 顶, fields: {guid: {type: string, label: 号}, rows: {type: array, label: 行, fields: {" +
			"items: {type: array, label: 明细, fields: {at: {type: datetime, format: yyyy-MM-dd HH:mm, label: 时}, day: {type: date, label: 日}}}}}}}}\n" +
			"answer: {list: parcel, where: [name], order: [name], into: top, children: {rows: {list: parcel, on: {guid: guid}, order: [guid]}}}\n",
	}
	holdServed(t, "whole", files)
}

// TestConstants holds that constants of every type that may fill a reply do so in each place,
// that a code of an interface alone is sent, and that a list need not say where it ends.
func TestConstants(t *testing.T) {
	t.Parallel()
	const rows = `
  name: {type: string, label: 名}
  t:    {type: string, label: 文}
  i:    {type: int, label: 整}
  b:    {type: bool, label: 真}
  c:    {type: decimal, length: "10,2", label: 额}
  n:    {type: number, label: 数}
`
	const filled = `{name: name, t: {value: x}, i: {value: 3}, b: {value: true}, c: {value: 1.5}, n: {value: 2.25}}`
	const head = "interface: %s\ntitle: 试\nsection: \"2.%d\"\nkind: %s\nrequest:\n  name: {type: string, length: 64, required: true, label: 名}\n"
	holdServed(t, "constants", map[string]string{
		"sure_put":  fmt.Sprintf(head, "sure_put", 1, "report") + "errors: {Own.taken: 名称已被使用}\nresponse:" + rows + "answer: {insert: parcel, set: {name: name}, unique: {name: Own.taken}, return: " + filled + "}\n",
		"sure_get":  fmt.Sprintf(head, "sure_get", 2, "query") + "errors: {Own.none: 没有}\nresponse:" + rows + "answer: {get: parcel, where: [name], missing: Own.none, return: " + filled + "}\n",
		"sure_list": fmt.Sprintf(head, "sure_list", 3, "query") + "  page: {type: int, min: 1, required: true, label: 页}\n  size: {type: int, min: 1, max: 50, required: true, label: 行}\nresponse:\n  rows:\n    type: array\n    label: 行\n    fields:" + indented(rows) + "\nanswer: {list: parcel, where: [name], order: [name], into: rows, page: {page: page, size: size}, return: " + filled + "}\n",
	})
}

// holdServed wants interfaces of the parcels to be served as their model says.
func holdServed(t *testing.T, name string, files map[string]string) {
	t.Helper()
	world := fstest.MapFS{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		world["spec/mini/shop/"+name+".yaml"] = &fstest.MapFile{Data: []byte(files[name])}
	}
	world["spec/mini/table/parcel.yaml"] = &fstest.MapFile{Data: []byte(wholeTable)}
	c := goldenCase{name: name, file: name, fsys: nestedWorld(t, world)}
	out := c.print(t)
	wellFormed(t, out)
	if p := compile(t, out); !t.Failed() {
		prepared(t, p)
	}
	if t.Failed() {
		return
	}
	for _, fault := range served(t, []mutant{c.served(t, 7)}) {
		t.Error(fault)
	}
}

// indented is YAML two levels further inside.
func indented(yaml string) string { return strings.ReplaceAll(yaml, "\n", "\n    ") }
