package wording

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Said is what a description says where a document has no columns for it.
type Said struct {
	Type    string
	Length  string
	Default string
	Format  string // of a time, in letters: yyyy-MM-dd HH:mm:ss
	List    *List
	Label   string // its first words
}

var (
	typeAhead = pattern.New(`(?i)^[\s,]*(string|boolean|bool|int(?:eger)?|long|double|float|decimal|bigdecimal|number|date(?:time)?|timestamp|object|array|list(?:<[^>]*>)?|map(?:<[^>]*>)?|json(?:object|array)?|file|enum|字符串?|字符型|文本|布尔值?|整[数型]|数字|数值|浮点数?|小数|金额|数组|对象|列表|集合|枚举|文件|日期时间|日期|时间戳?)((?:字符串|字符型|对象|数组|类型|值|型|列表|集合|格式)*)\s*(?:[,;。.:\n(]|$)`)
	typeBack  = pattern.New(`(?i)[,;\s。]\s*(string|boolean|bool|int(?:eger)?|long|double|float|decimal|object|array|list(?:<[^>]*>)?|map|字符串|布尔值?|整[数型]|浮点数|数组|枚举)((?:字符串|对象|数组|类型|值|型)*)\s*[,;。)]?\s*$`)
	typeTail  = pattern.New(`^(\p{Han}{2,12}?)(对象数组|数组)(对象)?$`)

	lengthRange = pattern.New(`(\d+)\s*[-~至到]\s*(\d+)\s*个?(?:位|字符|字节|汉字|字|characters|chars)`)
	lengthTold  = pattern.New(`(?i)(?:length|长度(?:范围|限制|区间)?)\s*(?:为|是|:)\s*["'\x60]?(\d+)["'\x60]?\s*[-~至到]\s*["'\x60]?(\d+)`)
	lengthLeast = pattern.New(`(?:最小长度|最短|长度(?:至少|不小于|不少于|大于等于)|不少于|至少)\s*(?:为|是|:)?\s*(\d+)\s*个?(?:位|字符|字节|字|$)`)
	lengthMost  = pattern.New(`(?i)(?:不超过|不能超过|不得超过|不可超过|最长|最大长度|最多|小于等于|上限|长度限制|限制?长|限|长度为?|长度在|长度小于|max(?:imum)? length|up to|at most|不大于)\s*(?:为|是|:|of)?\s*(\d+)\s*(个?(?:位|字符|字节|汉字|字|bytes?|characters?|chars?)|$|[,;。)\s](?:[^个条项张次人]|$))`)
	lengthOnly  = pattern.New(`^\s*\(?(\d+)\s*(?:位|字符|字节)(?:以内|以下)?\)?\s*$|(\d+)\s*(?:个)?(?:字符|字节|汉字|字|位)(?:以内|以下|之内)|[,(]\s*(\d+)\s*位\s*(?:[,)]|$)`)

	defaultIn = pattern.New(`(?i)(?:默认(?:值|取值)?|缺省(?:值)?|defaults? (?:to|is)|default(?: value)?)\s*(?:为|是|:|=|取)?\s*["']?([A-Za-z0-9_.\-]+)["']?`)
	numeric   = pattern.New(`^(?:-?\d+(?:\.\d+)?|(?i:true|false))$`)
	timeForm  = pattern.New(`(?i)y{4}[-/.年]?mm[-/.月]?dd日?(?:[T ']*hh:?mm(?::?ss)?(?:\.?s{3})?)?|hh:mm(?::ss)?`)
)

// Describe reads a description.
func Describe(text string) Said {
	text = norm.NFKC.String(quotes.Replace(strings.TrimSpace(text)))
	s := Said{Length: lengthIn(text), List: EnumOf(text)}
	label := text
	if m := typeAhead.FindStringSubmatchIndex(text); m != nil {
		s.Type = plain(text[m[2]:m[3]], text[m[4]:m[5]])
		label = strings.TrimLeft(text[m[5]:], " ,;。.:\n")
	} else if m := typeBack.FindStringSubmatchIndex(text); m != nil {
		s.Type = plain(text[m[2]:m[3]], text[m[4]:m[5]])
		label = text[:m[0]]
	} else if m := typeTail.FindStringSubmatch(text); m != nil {
		s.Type, label = m[2], m[1]
	}
	if s.List != nil && s.Type == "" && len(s.List.Before) <= len(label) {
		label = s.List.Before
	}
	if m := defaultIn.FindStringSubmatch(text); m != nil && (numeric.MatchString(m[1]) || s.List != nil && s.List.Has(m[1])) {
		s.Default = m[1]
	}
	if s.List != nil && s.List.Default != "" {
		s.Default = s.List.Default
	}
	if m := timeForm.FindString(text); m != "" {
		s.Format = m
	}
	s.Label = FirstWords(label)
	return s
}

// plain is a type without the words around it: String of String字符串, 数组 of 数组对象.
func plain(word, behind string) string {
	if word == "布尔" && strings.HasPrefix(behind, "值") {
		return word + "值"
	}
	if word[0] < 0x80 && strings.HasPrefix(behind, "数组") {
		return word + "[]"
	}
	return word
}

// lengthIn is the length that a description says, empty where it says none. A least one
// is written as >=5.
func lengthIn(text string) string {
	if m := lengthRange.FindStringSubmatch(text); m != nil {
		return m[1] + "-" + m[2]
	}
	if m := lengthTold.FindStringSubmatch(text); m != nil {
		return m[1] + "-" + m[2]
	}
	if m := lengthLeast.FindStringSubmatch(text); m != nil {
		if most := lengthMost.FindStringSubmatch(strings.Replace(text, m[0], "", 1)); most != nil {
			return m[1] + "-" + most[1]
		}
		return ">=" + m[1]
	}
	if m := lengthMost.FindStringSubmatch(text); m != nil && !strings.Contains(m[0], "小数") {
		return m[1]
	}
	if m := lengthOnly.FindStringSubmatch(text); m != nil {
		return m[1] + m[2] + m[3]
	}
	return ""
}

// FirstWords is the beginning of a description, to its first stop.
func FirstWords(text string) string {
	text = strings.TrimLeft(text, " ,;。:.\n")
	at := strings.IndexFunc(text, func(r rune) bool { return strings.ContainsRune(",;。\n(:", r) })
	if at > 0 {
		text = text[:at]
	}
	return strings.TrimSpace(text)
}

// Part of the type cell: varchar(32), string（32）, N12,2, an..16, decimal(10,2).
var (
	sized   = pattern.New(`^\s*([^()\d\[\]]+?2?)\s*[(\[]\s*(\d+(?:\s*[,.]\s*\d+)?|\d+\s*[-~]\s*\d+|max)\s*(?:位|字节|字符|bytes?|char)?\s*[)\]]?\s*$`)
	letters = pattern.New(`^\s*(an?s?|n|c|x|s|ans|ns|anc|as|b|vc|varchar|char|string|字符型?|数字型?|number|decimal)\s*(?:\.{2,3}\s*)?(\d{1,5}(?:[,.]\d{1,2}|\.\.\d{1,5})?)\s*$`)
	spaced  = pattern.New(`^\s*([A-Za-z]+|\p{Han}+)\s*[,:/ ]\s*(\d{1,5}(?:[,.]\d{1,2})?)\s*(?:位|字节|字符)?\s*$`)
)

// bounded is a type with the most that its text has: string, max 32.
var bounded = pattern.New(`(?i)^\s*([A-Za-z]+)\s*[,;(]\s*(?:max(?:imum)?(?: length)?|最长|最大|长度|最大长度|不超过|up to|<=|≤)\s*[:=]?\s*(\d{1,6})\s*(?:位|字节|字符|chars?|characters|bytes?)?\s*\)?\s*$`)

// TypeAndLength divides a cell that has both; length is empty where it has none.
func TypeAndLength(cell string) (kind, length string) {
	cell = OneLine(cell)
	for _, form := range []*pattern.Pattern{sized, spaced, bounded} {
		if m := form.FindStringSubmatch(cell); m != nil {
			return m[1], strings.ReplaceAll(m[2], " ", "")
		}
	}
	if m := letters.FindStringSubmatch(strings.ToLower(cell)); m != nil {
		return cell[:strings.IndexAny(cell, ".0123456789")], m[2]
	}
	return cell, ""
}

var listWord = pattern.New(`(?i)\blist\b|\barray\b|arraylist|jsonarray|数组|列表|\[\]|集合|^<.*>$|^\s*\[.+\]\s*$|\bset<`)

// IsList says whether a type is one of many.
func IsList(kind string) bool { return listWord.MatchString(norm.NFKC.String(kind)) }

var placeWord = pattern.New(`^(request|http)?(query|header|headers|path|body|form|formdata|cookie|url)(string|param|params|parameter|parameters|参数)?$|^(get|post|put|delete|patch)(参数)?$|^(请求头|请求体|路径|表单|消息体|地址栏|查询串)(参数)?$`)

// IsPlace says whether a text is a place of a field and nothing else.
func IsPlace(text string) bool { return placeWord.MatchString(Fold(text)) }

// headOf is a title of rows in headers of HTTP.
var headOf = pattern.New(`(?:请求|消息|响应|返回|应答|回复|http)头`)

// PlaceOf is where a field stands, by a word of the document; empty where it does not
// say.
func PlaceOf(text string) string {
	switch word := Fold(text); {
	case word == "get", word == "delete": // the method that carries it
		return "query"
	case word == "post", word == "put", word == "patch":
		return "body"
	case strings.HasPrefix(word, "整个"): // 整个请求体
		return "whole"
	case strings.Contains(word, "query"), strings.Contains(word, "url参数"), strings.Contains(word, "查询参数"):
		return "query"
	case strings.Contains(word, "cookie"):
		return "cookie"
	case strings.Contains(word, "header"), headOf.MatchString(word):
		return "header"
	case strings.Contains(word, "path"), strings.Contains(word, "路径参数"):
		return "path"
	case strings.Contains(word, "form"), strings.Contains(word, "表单"):
		return "form"
	case strings.Contains(word, "body"), strings.Contains(word, "请求体"), strings.Contains(word, "消息体"), strings.Contains(word, "报文体"):
		return "body"
	}
	return ""
}
