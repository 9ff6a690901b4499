package write

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
)

// errata says what is left to decide.
func errata(d *draft.Draft) *yaml.Node {
	m, one := block(), block()
	var missing, there []string
	for _, part := range []struct {
		name string
		from string // where it was found; empty: nowhere
	}{
		{"签名", map[bool]string{true: "签名按正文和示例导入"}[d.Signature.Declared()]},
		{"加密", ""},
		{"返回的外层", map[bool]string{true: "返回的外层取自示例"}[d.Frame != nil]},
	} {
		if part.from == "" {
			missing = append(missing, part.name)
		} else {
			there = append(there, "，"+part.from)
		}
	}
	lacks := strings.Join(missing, "、")
	says := "文档没有以表格说明消息的" + lacks + strings.Join(there, "")
	if n := len(d.LeftTables()); n > 0 {
		says += fmt.Sprintf("；另有%d张表没有读取", n)
	}
	says += "。"
	follows := "system.yaml的protocol没有" + lacks + "，errors.yaml的规则只有internal，接口都没有实现；须按文档填写。"
	if d.Signature.Declared() {
		follows = strings.Replace(follows, "没有", "没有时间窗口、", 1)
	}
	for _, kv := range [][2]string{
		{"title", "导入时没有决定的内容"},
		{"says", says},
		{"follow", follows},
		{"why", "导入只写出读到的内容。"},
		{"since", since(d)},
	} {
		put(one, kv[0], text(kv[1]))
	}
	put(one, "where", &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{quoted("*")}})
	put(m, undecided, one)
	contradictions(d, m)
	return m
}

// contradictions offers what the document contradicts as errata, with what the import
// followed.
func contradictions(d *draft.Draft, m *yaml.Node) {
	follows := map[string][2]string{
		"example":  {"示例与参数表不一致", "以参数表为准，示例中多出的成员没有加入。"},
		"misspelt": {"类型的名称不一致", "视为同一类型。"},
		"twice":    {"同名的参数", "以第一行为准。"},
	}
	n := 0
	for _, f := range d.Findings {
		follow, known := follows[f.Kind]
		if f.Says == "" || !known {
			continue
		}
		n++
		one := block()
		for _, kv := range [][2]string{
			{"title", follow[0]},
			{"says", f.Says + "（" + strings.Join(f.Places, "、") + "）"},
			{"follow", follow[1]},
			{"why", "导入时没有决定；须与对方确认。"},
			{"since", since(d)},
		} {
			put(one, kv[0], text(kv[1]))
		}
		where := "*"
		if f.Interface != "" {
			where = f.Interface
		}
		put(one, "where", &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{quoted(where)}})
		put(m, f.Kind+"-"+strconv.Itoa(n), one)
	}
}
