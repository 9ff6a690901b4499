package diff

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// chinese are words of values in the language of documents, by the part of a rule that has
// them. Values themselves stay.
var chinese = map[string]*strings.Replacer{
	"required": strings.NewReplacer("conditional", "条件必填", "unstated", "未说明", "yes", "是", "no", "否"),
	"condition": strings.NewReplacer("as the document says", "按文档说明", "without all of ", "均未填时：", "without ", "未填时：", "with ", "填写时：", "unless ", "除非：",
		"only if ", "仅当：", "not if ", "不出现，当：", "not with ", "不与之同时出现："),
	"status":   strings.NewReplacer("active", "正常", "deprecated", "停止维护", "unimplemented", "不提供"),
	"kind":     strings.NewReplacer("report", "上报", "query", "查询", "notify", "通知"),
	"clearing": strings.NewReplacer("clear", "清空", "keep", "保留"),
	"spelling": strings.NewReplacer("text", "文本"),
	"length":   strings.NewReplacer("characters", "字符", "bytes of UTF-8", "字节（UTF-8）", "bytes of GBK", "字节（GBK）"),
}

// refusalZH are the words for what an answer refuses.
var refusalZH = strings.NewReplacer("check ", "检查：", " missing", "：无此数据", " unique ", "：不可重复：", "insert ", "新增 ", "update ", "修改 ", "upsert ", "新增或修改 ", "replace ", "替换 ",
	"append ", "追加 ", "get ", "查询 ", "list ", "查询 ", "exists ", "查询 ", " absent", "（不应存在）")

// valueZH is what a change says of a value in Chinese.
func (c Change) valueZH(text string) string {
	for _, one := range []struct{ in, part string }{
		{"-condition-", "condition"}, {"-exclusion-", "condition"}, {"interface-kind-", "kind"}, {"-clearing-", "clearing"}, {"-spelling-", "spelling"}, {"-length-", "length"},
	} {
		if strings.Contains(c.Rule, one.in) {
			return chinese[one.part].Replace(text)
		}
	}
	switch {
	case slices.Contains([]string{"interface-deprecated", "interface-restored", "interface-refused", "interface-served"}, c.Rule):
		return chinese["status"].Replace(text)
	case !strings.Contains(c.Rule, "-required-") || strings.Contains(c.Rule, "-field-"):
	case slices.Contains([]string{string(spec.Yes), string(spec.No), string(spec.Conditional), string(spec.Unstated)}, text):
		return chinese["required"].Replace(text)
	default: // a condition in place of yes
		return chinese["condition"].Replace(text)
	}
	return text
}

// Announced says a change as a document's own list of revisions does: of a protocol in
// words, without the YAML of the two revisions.
func (c Change) Announced() string {
	path, ok := strings.CutPrefix(c.Path, "protocol.")
	if !ok {
		return c.ZH()
	}
	text := c.zh + "：" + messageZH(path)
	if more := differences(c.Old, c.New); more != "" {
		text += "，" + more
	}
	return text
}

// messageZH names a part of a protocol: 请求 sign.
func messageZH(path string) string {
	words := map[string]string{"request": "请求", "reply": "应答", "push": "通知", "keys": "密钥", "profiles": "应用类型", "header": "报文头", "query": "查询参数", "answer": "应答"}
	silent := []string{"values", "guards", "variants", "json", "form", "xml", "multipart", "fields", "accept"}
	var out []string
	shape := variantPath.FindStringSubmatch(path)
	path = variantPath.ReplaceAllString(path, "variants")
	for word := range strings.SplitSeq(path, ".") {
		if zh := words[word]; zh != "" {
			word = zh
		}
		if !slices.Contains(silent, word) {
			out = append(out, word)
		}
	}
	if shape != nil {
		out = append(out, "（"+shape[1]+"）")
	}
	return strings.Join(out, " ")
}

// variantPath is the part of a path that names a shape of a message by its conditions.
var variantPath = regexp.MustCompile(`variants \{([^}]*)\}`)

// differences are what a reader knows without the YAML: two plain values, or the members of
// two mappings that have a word of documents.
func differences(before, after string) string {
	plain := func(text string) bool { return text != "" && len(text) <= 40 && !strings.ContainsAny(text, "{[\"\n") }
	if plain(before) && plain(after) {
		return before + " → " + after
	}
	words := map[string]string{"within": "有效时间", "else": "错误码", "pattern": "格式", "after": "时限"}
	var faults spec.Collector
	a, b := yamltree.Parse(&faults, "", []byte(before)), yamltree.Parse(&faults, "", []byte(after))
	if a == nil || b == nil || a.Form != yamltree.Mapping || b.Form != yamltree.Mapping {
		return ""
	}
	var out []string
	for _, key := range []string{"within", "after", "pattern", "else"} {
		was, is := flow(a.Get(key)), flow(b.Get(key))
		if was != is && (plain(was) || was == "") && (plain(is) || is == "") {
			out = append(out, words[key]+"："+cmp.Or(was, "无")+" → "+cmp.Or(is, "无"))
		}
	}
	return strings.Join(out, "，")
}
