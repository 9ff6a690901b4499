package importer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// role is what a column of a table says of a field.
type role int

const (
	none role = iota
	nameRole
	typeRole
	lengthRole
	requiredRole
	labelRole
	placeRole
	defaultRole
	exampleRole
	parentRole
	pathRole
	enumRole
	otherRole // known, and nothing of a field: a running number, whether it is signed
	codeRole  // of a table of codes
)

// heads are the words that head a column, as fold leaves them. Words of a user's own
// are added to them.
var heads = map[role][]string{
	nameRole: {
		"参数名称", "参数名", "参数", "字段名称", "字段名", "字段", "字段代码", "属性", "属性名", "名称", "变量名", "变量", "英文名", "英文名称", "字段英文名", "元素名称", "元素", "节点", "节点名", "键", "key", "name",
		"field", "fieldname", "parameter", "parametername", "param", "property", "attribute", "element", "参数标识", "标识", "域名", "数据项",
	},
	typeRole:     {"类型", "数据类型", "参数类型", "字段类型", "type", "datatype", "schema", "格式类型", "值类型", "变量类型"},
	lengthRole:   {"长度", "最大长度", "字段长度", "length", "maxlength", "len", "长度限制", "字节数", "最大字节", "数据长度", "参数长度"},
	requiredRole: {"是否可选", "是否必须", "是否必填", "必填", "必须", "必选", "是否必选", "是否必需", "必需", "必输", "是否必输", "required", "mandatory", "是否必传", "必传", "可选", "可空", "是否可空", "是否为空", "允许为空", "optional", "m/o", "存在性", "要求", "约束"},
	labelRole: {
		"说明", "描述", "参数说明", "参数描述", "字段说明", "字段描述", "含义", "备注", "注释", "中文名", "中文名称", "字段中文名", "description", "desc", "comment", "remark", "remarks", "meaning", "解释", "参数含义", "字段含义",
		"名称说明", "定义", "描述信息", "详细说明", "用途",
	},
	placeRole:   {"参数位置", "位置", "in", "传递方式", "传参方式", "参数方式", "paramtype"},
	defaultRole: {"默认值", "缺省值", "默认", "default", "defaultvalue"},
	exampleRole: {"示例", "示例值", "样例", "举例", "例子", "example", "sample", "参考值", "样例值", "示例说明"},
	parentRole:  {"父节点", "上级", "父级", "父元素", "上级节点", "parent", "所属对象"},
	pathRole:    {"参数路径", "路径", "字段路径", "xpath"},
	enumRole:    {"取值范围", "取值", "枚举", "枚举值", "可选值", "值域", "values", "enum", "允许值", "取值说明"},
	otherRole:   {"序号", "编号", "no", "no.", "#", "是否签名", "签名", "参与签名", "是否加密", "加密", "版本", "状态", "确定日", "是否脱敏", "httpcode", "新增"},
	codeRole:    {"错误码", "返回码", "状态码", "错误代码", "返回代码", "响应码", "code", "errcode", "errorcode", "代码", "码值", "codevalue", "应答码", "结果码"},
}

// fold makes words alike: full-width as half-width, lower case, without blanks and
// marks around them.
func fold(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '*' || r == '\u00a0' {
			return -1
		}
		return r
	}, s)
}

// roleOf is the role of a head.
func roleOf(head string) role {
	word := strings.Trim(fold(head), ":.,;")
	for r := nameRole; r <= codeRole; r++ {
		if slices.Contains(heads[r], word) {
			return r
		}
	}
	if before, _, ok := strings.Cut(word, "("); ok && before != "" { // 长度(字节)
		return roleOf(before)
	}
	return none
}

// required words, as fold leaves them.
var (
	yesWords  = []string{"是", "y", "yes", "必填", "必须", "必选", "必传", "必输", "必需", "m", "r", "true", "1", "required", "√", "✓", "mandatory", "非空", "notnull", "✔", "必"}
	noWords   = []string{"否", "非", "n", "no", "可选", "选填", "非必填", "非必须", "非必选", "非必传", "非必输", "o", "false", "0", "optional", "×", "不必填", "可空", "x", "不必", "可不填", "可为空", "不必须", "-", "/", "可不传"}
	conWords  = []string{"c", "条件", "条件必填", "conditional", "条件必选", "条件必须", "有条件", "特定条件", "c/m", "m/c", "选其一"}
	turned    = []string{"可选", "是否可选", "可空", "是否可空", "是否为空", "允许为空", "optional"} // heads whose yes means no
	condition = regexp.MustCompile(`时必|必填.{0,2}[当如若]|[当如若].{1,30}(必填|必须|必选|必传)|(不为空|为空|为\S+)时|二选一|至少|其一|either`)
)

// requiredOf says what a cell for required means: yes, no, conditional or unstated.
func requiredOf(text string, inverted bool) string {
	word := strings.Trim(fold(text), "()[]。.,;")
	is := func(list []string) bool { return slices.Contains(list, word) }
	switch {
	case word == "":
		return "unstated"
	case is(conWords), condition.MatchString(text):
		return "conditional"
	case is(noWords):
		return map[bool]string{false: "no", true: "yes"}[inverted && isMark(word)]
	case is(yesWords):
		return map[bool]string{false: "yes", true: "no"}[inverted && isMark(word)]
	}
	for _, one := range []struct {
		list []string
		is   string
	}{{noWords, "no"}, {yesWords, "yes"}, {conWords, "conditional"}} {
		for _, w := range one.list {
			if len([]rune(w)) > 1 && strings.HasPrefix(word, w) {
				return one.is
			}
		}
	}
	return "unstated"
}

// isMark says whether a word answers the head of its column: 是 below 可空 means no, but
// 必选 means yes below any head.
func isMark(word string) bool {
	return slices.Contains([]string{"是", "否", "非", "y", "n", "yes", "no", "true", "false", "1", "0", "√", "×", "✓", "x", "✔"}, word)
}

// places of fields, by the word of a document.
func placeOf(text string) string {
	switch word := fold(text); {
	case strings.Contains(word, "query") || strings.Contains(word, "url参数"):
		return "query"
	case strings.Contains(word, "header") || strings.Contains(word, "请求头"):
		return "header"
	case strings.Contains(word, "path"):
		return "path"
	case strings.Contains(word, "form"):
		return "form"
	case strings.Contains(word, "body") || strings.Contains(word, "请求体"):
		return "body"
	}
	return ""
}
