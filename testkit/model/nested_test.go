package model_test

import (
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// TestNested stores arrays and maps as JSON; "" is no value of them, and an update that
// has none keeps what is there. What may be null is answered as null. A new row has the
// defaults of columns whose fields are not sent.
func TestNested(t *testing.T) {
	t.Parallel()
	files, err := scaffold.System(scaffold.SystemOptions{Name: "probe", Title: "探测", Version: "V1"})
	if err != nil {
		t.Fatal(err)
	}
	if files[0].Text, err = scaffold.Group(files[0].Text, "one", "一", "1.1"); err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{
		"spec/probe/table/thing.yaml": {Data: []byte(`table: thing
title: 物
columns:
  id:       {type: string, length: 16, required: true, label: 编号}
  tags:     {type: json, label: 标签}
  more:     {type: json, label: 更多}
  name:     {type: string, length: 16, label: 名称}
  kind:     {type: string, length: 16, default: 常, required: true, label: 类}
  count:    {type: int, default: "3", required: true, label: 数}
  created:  {type: datetime, default: now, required: true}
  modified: {type: datetime, default: now, required: true}
key: [id]
`)},
		"spec/probe/one/thing_put.yaml": {Data: []byte(`interface: thing_put
title: 存
section: 1.1.1
kind: report
request:
  id:   {type: string, length: 16, required: true, label: 编号}
  tags: {type: "String[]", label: 标签}
  more: {type: map, label: 更多}
  name: {type: string, length: 16, required: true, nullable: true, label: 名称}
  kind: {type: string, length: 16, label: 类}
  count: {type: int, label: 数}
response: {}
answer: {insert: thing}
`)},
		"spec/probe/one/thing_set.yaml": {Data: []byte(`interface: thing_set
title: 改
section: 1.1.2
kind: report
request:
  id:   {type: string, length: 16, required: true, label: 编号}
  tags: {type: "String[]", label: 标签}
  more: {type: map, label: 更多}
response: {}
answer: {update: thing, where: [id]}
`)},
		"spec/probe/one/thing_get.yaml": {Data: []byte(`interface: thing_get
title: 取
section: 1.1.3
kind: query
request:
  id: {type: string, length: 16, required: true, label: 编号}
response:
  tags: {type: "String[]", required: true, nullable: true, label: 标签}
  more: {type: map, required: true, nullable: true, label: 更多}
  name: {type: "String?", required: true, label: 名称}
  kind: {type: string, length: 16, required: true, label: 类}
  count: {type: int, required: true, label: 数}
answer: {get: thing, where: [id]}
`)},
	}
	for _, f := range files {
		fsys["spec/"+f.Path] = &fstest.MapFile{Data: f.Text}
	}
	set, err := loadtest.Systems(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	w, err := model.New(set.Systems[0], model.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for n, one := range []struct{ cmd, payload, want string }{
		{"thing_put", `{"id":"1","tags":["甲","乙"],"more":{"a":1},"name":null}`, `{}`},
		{"thing_get", `{"id":"1"}`, `{"tags":["甲","乙"],"more":{"a":1},"name":null,"kind":"常","count":3}`},
		{"thing_set", `{"id":"1","tags":"","more":""}`, `{}`},
		{"thing_get", `{"id":"1"}`, `{"tags":["甲","乙"],"more":{"a":1},"name":null,"kind":"常","count":3}`},
		{"thing_set", `{"id":"1","tags":[],"more":{}}`, `{}`},
		{"thing_get", `{"id":"1"}`, `{"tags":null,"more":{},"name":null,"kind":"常","count":3}`},
		{"thing_put", `{"id":"2","name":null,"kind":"","count":0}`, `{}`},
		{"thing_get", `{"id":"2"}`, `{"tags":null,"more":null,"name":null,"kind":"常","count":0}`},
	} {
		if got := answer(t, w, model.Call{App: "1", Sid: string(rune('a' + n))}, one.cmd, one.payload); got != one.want {
			t.Errorf("%s %s: %s, want %s", one.cmd, one.payload, got, one.want)
		}
	}
}
