package wording

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Added is what a remark says in lines of their own, in the words in which documents are
// exported: rules that tables have no columns for.
type Added struct {
	Of      string // the type of the members of a list or a map
	Format  string
	Pattern string
	Min     string
	Max     string
	Closed  bool // the values that are listed are all
	Rules   []AddedRule
}

// AddedRule is a key of a row with its value in YAML.
type AddedRule struct{ Key, YAML string }

// Says says whether one of some keys is among the rules.
func (a *Added) Says(keys ...string) bool {
	return slices.ContainsFunc(a.Rules, func(r AddedRule) bool { return slices.Contains(keys, r.Key) })
}

// ruleLines are the lines that are one key of a row each. Of what they name, write makes the
// value.
var ruleLines = []struct {
	line *pattern.Pattern
	key  string
	yaml func(text string) string
}{
	{pattern.New(`^(名称任意，值有所列的成员)$`), "type", func(string) string { return "map" }},
	{pattern.New(`^以(JSON)?文本传输$`), "as", func(string) string { return "text" }},
	{pattern.New(`^小数最多(\d+)位$`), "places", plainly},
	{pattern.New(`^(超出的小数四舍五入)$`), "rounded", truly},
	{pattern.New(`^至少(\d+)个字符$`), "min_length", plainly},
	{pattern.New(`^长度以字节（(GBK|UTF-8)）计$`), "length_in", func(s string) string { return map[string]string{"GBK": "gbk", "UTF-8": "bytes"}[s] }},
	{pattern.New(`^至少(\d+)项$`), "min_items", plainly},
	{pattern.New(`^最多(\d+)项$`), "max_items", plainly},
	{pattern.New(`^键名匹配 (.+)$`), "keys", func(s string) string { return "{pattern: " + strconv.Quote(s) + "}" }},
	{pattern.New(`^(为所列值之和)$`), "separator", func(string) string { return "+" }},
	{pattern.New(`^多个值以 (.+) 分隔$`), "separator", strconv.Quote},
	{pattern.New(`^以 (\S+) 的值开头$`), "starts_with", strconv.Quote},
	{pattern.New(`^(.+)时才校验格式$`), "format_if", matched},
	{pattern.New(`^(\S+为\S+时取值为 .+)$`), "enum_by", cased},
	{pattern.New(`^(值可为空)$`), "blank", truly},
	{pattern.New(`^(可为null)$`), "nullable", truly},
	{pattern.New(`^也接受名称 (.+)$`), "alias", func(s string) string { return flowList(s, "、") }},
	{pattern.New(`^单位 (\S+)$`), "unit", strconv.Quote},
	{pattern.New(`^(只读)$`), "read_only", truly},
	{pattern.New(`^(已弃用)$`), "deprecated", truly},
	{pattern.New(`^条件 仅当(\S+)时出现$`), "present_if", matched},
	{pattern.New(`^条件 (\S+)时不出现$`), "absent_if", matched},
	{pattern.New(`^条件 不与(\S+)同时出现$`), "absent_with", func(s string) string { return flowList(s, "、") }},
	{pattern.New(`^条件 (\S+)不为空时必填$`), "required_with", func(s string) string { return flowList(s, "或") }},
	{pattern.New(`^条件 (\S+)都为空时必填$`), "required_without_all", func(s string) string { return flowList(s, "、") }},
	{pattern.New(`^条件 (\S+)为空时必填$`), "required_without", func(s string) string { return flowList(s, "或") }},
	{pattern.New(`^条件 除(\S+为\S+)外必填$`), "required_unless", matched},
	{pattern.New(`^条件 (\S+为\S+)时必填$`), "required_if", matched},
}

func plainly(s string) string { return s }

func truly(string) string { return "true" }

// flowList is a list of names.
func flowList(s, between string) string {
	var out []string
	for one := range strings.SplitSeq(s, between) {
		out = append(out, strconv.Quote(one))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// matched are the values of rows: kind为1或2且b为3; empty where that is none.
func matched(s string) string {
	var out []string
	for one := range strings.SplitSeq(s, "且") {
		name, values, ok := strings.Cut(one, "为")
		if !ok || name == "" || values == "" {
			return ""
		}
		text := strconv.Quote(values)
		if strings.Contains(values, "或") {
			text = flowList(values, "或")
		}
		out = append(out, strconv.Quote(name)+": "+text)
	}
	return "{" + strings.Join(out, ", ") + "}"
}

// cased are the values where a row has one: kind为1时取值为 1、2.
func cased(s string) string {
	name, rest, _ := strings.Cut(s, "为")
	value, values, _ := strings.Cut(rest, "时取值为 ")
	return "{" + strconv.Quote(name) + ": {" + strconv.Quote(value) + ": " + flowList(values, "、") + "}}"
}

// rule takes a line that is one key.
func (a *Added) rule(line string) bool {
	for _, one := range ruleLines {
		if m := one.line.FindStringSubmatch(line); m != nil {
			if yaml := one.yaml(m[1]); yaml != "" {
				a.Rules = append(a.Rules, AddedRule{one.key, yaml})
				return true
			}
		}
	}
	return false
}

var (
	ofLine      = pattern.New(`^元素类型 ([a-z]+)$`)
	formatLine  = pattern.New(`^格式 ([a-z0-9]+)$`)
	patternLine = pattern.New(`^须匹配 (.+)$`)
	rangeLine   = pattern.New(`^范围 \[(-?[0-9.]*), (-?[0-9.]*)\]$`)
)

// Take takes such lines out of a remark.
func (a *Added) Take(remark string) (rest string) {
	var kept []string
	for line := range strings.SplitSeq(remark, "\n") {
		one := strings.TrimSpace(line)
		if m := ofLine.FindStringSubmatch(one); m != nil {
			a.Of = m[1]
		} else if m := formatLine.FindStringSubmatch(one); m != nil {
			a.Format = m[1]
		} else if m := patternLine.FindStringSubmatch(one); m != nil {
			a.Pattern = m[1]
		} else if m := rangeLine.FindStringSubmatch(one); m != nil {
			a.Min, a.Max = m[1], m[2]
		} else if one == "取值仅限所列" {
			a.Closed = true
		} else if !a.rule(one) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
