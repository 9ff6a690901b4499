package wording_test

import (
	"os"
	"slices"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// built are the words that come with the program.
func built(t *testing.T) *wording.Words {
	t.Helper()
	w, err := wording.New()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestWords wants each word of the tables once, so that none has two meanings.
func TestWords(t *testing.T) {
	t.Parallel()
	w, raw := built(t), &wording.Words{}
	text, err := os.ReadFile("words.yaml")
	if err == nil {
		err = yaml.Unmarshal(text, raw)
	}
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]wording.Role{}
	for role, list := range raw.Heads {
		for _, word := range list {
			word = wording.Fold(word)
			if old, ok := seen[word]; ok {
				t.Errorf("%s heads %s and %s", word, old, role)
			}
			seen[word] = role
		}
	}
	for _, word := range w.Yes {
		if slices.Contains(w.No, word) || slices.Contains(w.Depends, word) {
			t.Errorf("%s means two things", word)
		}
	}
	if err := w.Add([]byte("heads: {name: [栏位名], type: [备注]}")); err != nil {
		t.Fatal(err)
	}
	for head, want := range map[string]wording.Role{
		"栏位名": wording.Name, "备注": wording.Type, "参数名（英文）": wording.Name, "**最大长度**": wording.Length, "Max Length": wording.Length,
		"字段/参数": wording.Name, "是否必填": wording.Required, "可空": wording.Optional, "天气": wording.None, "": wording.None,
	} {
		if got := w.Role(head); got != want {
			t.Errorf("%s is %q, want %q", head, got, want)
		}
	}
	if err := w.Add([]byte("heads: {nothing: [x]}")); err == nil {
		t.Error("a role that is none")
	}
}

// TestMark reads cells for required.
func TestMark(t *testing.T) {
	t.Parallel()
	w := built(t)
	for _, c := range []struct {
		text     string
		optional bool
		want     string
	}{
		{"是", false, "yes"},
		{"是", true, "no"},
		{"必填", true, "yes"},
		{"N", false, "no"},
		{"M", false, "yes"},
		{"O", false, "no"},
		{"C", false, "conditional"},
		{"", false, "unstated"},
		{"-", false, "no"},
		{"Y（是）", false, "yes"},
		{"可选，默认为true", false, "no"},
		{`必选，（可填"personal"，"enterprise"）`, false, "yes"},
		{"非必选，phone不为空时必选", false, "conditional"},
		{"可选（completed为true必填）", false, "conditional"},
		{"必选，false或true", false, "yes"},
		{"非必选,不填则绑定此accessKey绑定账户", false, "no"},
		{"True", false, "yes"},
		{"optional", false, "no"},
	} {
		if got := w.Mark(c.text, c.optional); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
	for text, want := range map[string]bool{
		"被保险人身份证有效期起期（北京平安必填）": true, "（如果在单商业的情况下 ，此字段必须有值）": true, "一般次新车多用这俩参数，此时车牌号非必填": true,
		"需要填写这四个信息，否则不填": false, "姓名，必填": false, "车牌号": false, "phone和email二选一": true, "required if type is 1": true,
		"如果续保的时候 ，能够成功获取车辆信息，在请求报价的时候 ，就不需要再传入这几个参数了，否则需要填写这四个信息": true,
		"如果第一个接口成功取到这俩参数，可以不用填写这俩参数":                              true,
	} {
		if got := wording.Depends(text); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// TestConditionOf reads plain conditions only.
func TestConditionOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]wording.Condition{
		"phone不为空时必选":          {Key: "required_with", Name: "phone"},
		"可选（type为1时必填）":        {Key: "required_if", Name: "type", Values: []string{"1"}},
		"当 type=1或2 时必填":       {Key: "required_if", Name: "type", Values: []string{"1", "2"}},
		"phone为空时必填":           {Key: "required_without", Name: "phone"},
		"条件：type不为1时必填":        {Key: "required_unless", Name: "type", Values: []string{"1"}},
		"type为1时必填，phone为空时必填": {},
		"北京必填":                 {},
		"other为1时必填":           {},
	} {
		c := wording.ConditionOf(text, []string{"type", "phone"})
		if c == nil {
			c = &wording.Condition{}
		}
		if c.Key != want.Key || c.Name != want.Name || !slices.Equal(c.Values, want.Values) {
			t.Errorf("%s: %v, want %v", text, *c, want)
		}
	}
}

// TestDescribe reads types, lengths, defaults and labels in descriptions.
func TestDescribe(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]wording.Said{
		"String字符串，不超过255位，保全唯一码": {Type: "String", Length: "255", Label: "不超过255位"},
		"Object对象，身份事项":           {Type: "Object", Label: "身份事项"},
		"附件信息数组对象":                {Type: "数组", Label: "附件信息"},
		"是否成功，布尔值":                {Type: "布尔值", Label: "是否成功"},
		"数组对象，附件的校验码，可选":          {Type: "数组", Label: "附件的校验码"},
		"品牌型号（最小长度5个字符）":          {Length: ">=5", Label: "品牌型号"},
		"客户端标识（10-32位字符）":         {Length: "10-32", Label: "客户端标识"},
		"注册日期 yyyy-MM-dd":         {Format: "yyyy-MM-dd", Label: "注册日期 yyyy-MM-dd"},
		"数量，默认为1":                 {Default: "1", Label: "数量"},
		"枚举值，合同状态":                {Type: "枚举", Label: "合同状态"},
		"Map类型，键值":                {Type: "Map", Label: "键值"},
		"时间戳，精确到毫秒":               {Type: "时间戳", Label: "精确到毫秒"},
	} {
		got := wording.Describe(text)
		if got.Type != want.Type || got.Length != want.Length || got.Label != want.Label || got.Default != want.Default || got.Format != want.Format {
			t.Errorf("%s: %+v", text, got)
		}
	}
	for cell, want := range map[string][2]string{
		"varchar(32)": {"varchar", "32"}, "string（32）": {"string", "32"}, "N12,2": {"N", "12,2"}, "an..16": {"an", "16"}, "decimal(10,2)": {"decimal", "10,2"},
		"String 32": {"String", "32"}, "String": {"String", ""}, "List<A>": {"List<A>", ""}, "int32": {"int32", ""}, "integer (int64)": {"integer (int64)", ""}, "String[20]": {"String", "20"},
		"string[]": {"string[]", ""}, "字符串(20)": {"字符串", "20"},
	} {
		if kind, length := wording.TypeAndLength(cell); kind != want[0] || length != want[1] {
			t.Errorf("%s: %q %q", cell, kind, length)
		}
	}
}
