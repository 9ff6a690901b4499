// Package large makes projects of many interfaces, in which the time of the tools is measured.
package large

import (
	"fmt"
	"path"
	"strings"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// Options say what a project holds.
type Options struct {
	Systems    int  // 0: one
	Interfaces int  // of all systems, rounded up to whole subjects
	Storage    bool // interfaces answer from tables; else a handler does
	Shared     bool // all subjects answer from the table of the first
	Length     int  // of the first field; 0: 20
}

// each is how many interfaces a subject has: a table with what creates, changes, reads and lists its rows.
const each = 4

// groupOf is how many subjects a group has.
const groupOf = 5

// Project makes a project with its folder spec, and go.mod where module is named.
func Project(module string, o Options) (fstest.MapFS, error) {
	files := fstest.MapFS{}
	if module != "" {
		files["go.mod"] = &fstest.MapFile{Data: []byte("module " + module + "\n")}
	}
	systems := max(o.Systems, 1)
	subjects := (o.Interfaces + each*systems - 1) / (each * systems)
	for n := range systems {
		if err := system(files, fmt.Sprint("shop", n), subjects, o); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// system adds a system with some subjects.
func system(files fstest.MapFS, name string, subjects int, o Options) error {
	list, err := scaffold.System(scaffold.SystemOptions{Name: name, Title: "商城", Example: o.Storage})
	if err != nil {
		return err
	}
	for _, f := range list {
		files[path.Join("spec", f.Path)] = &fstest.MapFile{Data: f.Text}
	}
	at := path.Join("spec", name)
	text := files[path.Join(at, "system.yaml")]
	for k := range subjects {
		group := fmt.Sprint("part", k/groupOf)
		if k%groupOf == 0 {
			if text.Data, err = scaffold.Group(text.Data, group, fmt.Sprint("第", k/groupOf, "部分"), ""); err != nil {
				return err
			}
		}
		subject(files, at, group, k, o)
	}
	return nil
}

// subject adds the interfaces of one subject and its table, whose rows name one of the subject before.
func subject(files fstest.MapFS, at, group string, k int, o Options) {
	length := o.Length
	if length == 0 {
		length = 20
	}
	name, own, before := fmt.Sprint("item", k), k, max(k-1, 0)
	if o.Shared {
		own, before = 0, 0
	}
	words := strings.NewReplacer("NAME", name, "TABLE", fmt.Sprint("item", own), "BEFORE", fmt.Sprint("item", before), "LENGTH", fmt.Sprint(length))
	for end, text := range interfaces {
		if !o.Storage {
			head, _, _ := strings.Cut(text, "answer:\n")
			text = head + "answer:\n  handler: true\n"
		}
		files[path.Join(at, group, fmt.Sprint(name, "_", end, ".yaml"))] = &fstest.MapFile{Data: []byte(words.Replace(text))}
	}
	if o.Storage && own == k {
		files[path.Join(at, "table", name+".yaml")] = &fstest.MapFile{Data: []byte(words.Replace(table))}
	}
}

const table = `table: NAME
title: 物品NAME
columns:
  guid:     {type: string, length: 64, default: guid, required: true, label: 物品GUID}
  code:     {type: string, length: 32, required: true, label: 编码}
  name:     {type: string, length: LENGTH, required: true, label: 名称}
  before:   {type: string, length: 64, label: 上级GUID}
  status:   {type: int, label: 状态}
  price:    {type: int, label: 价格（分）}
  remark:   {type: string, length: 200, label: 备注}
  created:  {type: datetime, default: now, required: true, label: 创建时间}
  modified: {type: datetime, default: now, required: true, label: 最后修改时间}
key: [guid]
unique: [[code]]
index: [[modified, guid]]
`

const written = `  name:   {type: string, length: LENGTH, required: true, label: 名称}
  before: {type: string, length: 64, label: 上级GUID}
  status: {type: int, label: 状态, enum: {1: 启用, 2: 停用, 3: 删除}}
  price:  {type: int, label: 价格（分）}
  remark: {type: string, length: 200, label: 备注}
`

const read = `code:     {type: string, length: 32, required: true, label: 编码}
name:     {type: string, length: LENGTH, required: true, label: 名称}
status:   {type: int, label: 状态, enum: {1: 启用, 2: 停用, 3: 删除}}
price:    {type: int, label: 价格（分）}
remark:   {type: string, length: 200, label: 备注}
modified: {type: datetime, required: true, label: 最后修改时间}
`

// interfaces are those of a subject, by the ends of their names.
var interfaces = map[string]string{
	"create": `interface: NAME_create
title: 新增NAME
kind: report
request:
  code:   {type: string, length: 32, required: true, label: 编码}
` + written + `response:
  guid: {type: string, length: 64, required: true, label: 物品GUID}
answer:
  check:
    - {table: BEFORE, where: {guid: before}, else: 2002}
  insert: TABLE
  unique: {code: 2001}
  return: {guid: guid}
`,
	"update": `interface: NAME_update
title: 修改NAME
kind: report
request:
  guid:   {type: string, length: 64, required: true, label: 物品GUID}
` + written + `response: {}
answer:
  update: TABLE
  where: {guid: guid}
  missing: 2002
`,
	"get": `interface: NAME_get
title: 查询NAME
kind: query
request:
  code: {type: string, length: 32, required: true, label: 编码}
response:
  guid: {type: string, length: 64, required: true, label: 物品GUID}
` + indented(read, "  ") + `answer:
  get: TABLE
  where: {code: code}
  missing: 2002
`,
	"list": `interface: NAME_list
title: NAME列表
kind: query
request:
  status: {type: int, label: 状态, enum: {1: 启用, 2: 停用, 3: 删除}}
response:
  list:
    type: array
    required: true
    label: 列表
    fields:
` + indented(read, "      ") + `answer:
  list: TABLE
  into: list
  where: {status: status}
  order: [modified, guid]
`,
}

// indented puts blanks before each line.
func indented(text, blanks string) string {
	return blanks + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+blanks) + "\n"
}
