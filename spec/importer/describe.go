package importer

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// What a description says where a document has no columns for it.
var (
	typeInText   = regexp.MustCompile(`(?i)^[\s,]*(字符串|string(?:字符串)?(?:类型|对象|数组)?|布尔值|布尔(?:型|类型)?|boolean(?:类型|值)?|整[数型](?:类型)?|int(?:eger)?(?:类型)?|long(?:类型)?|数字(?:类型)?|double(?:类型)?|数组(?:对象)?|对象(?:数组)?|list(?:<[^>]*>)?|map(?:类型)?|date(?:类型)?|json(?:对象|数组|字符串)?(?:类型)?|枚举值?|文件(?:类型)?|object|array|日期(?:类型)?|时间戳?)[\s,;。.]`)
	lengthInText = regexp.MustCompile(`(?:长度)?(?:不超过|最长|最大长度|不能超过|最多|小于等于|上限|长度为?|长度[:：])\s*(?:为|是)?\s*(\d+)\s*(?:个)?(?:位|字符|字节|汉字|字)?`)
	defaultText  = regexp.MustCompile(`(?:默认(?:值)?|缺省(?:值)?)\s*(?:为|是|:|=)?\s*["“']?([A-Za-z0-9_.\-]+)["”']?`)
	requiredText = regexp.MustCompile(`(?:^|[\s,;。(])(必选|必填|必须|必传|可选|非必选|非必填|选填|可为空|不能为空)(?:[\s,;。:)]|$)`)
)

// describe reads a description: label, enumeration, and what else it says where the
// document has no column for it.
func (f *Field) describe(text, enum, beside string, untyped, unmarked bool) {
	f.Note = strings.TrimSpace(text)
	text = norm.NFKC.String(f.Note)
	if untyped {
		if m := typeInText.FindStringSubmatch(text + " "); m != nil {
			f.Type = plainType(m[1])
			text = strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(text, " ,"), m[1]), " ,;。.")
			f.List = listWord.MatchString(f.Type)
		}
	}
	if unmarked && f.Required == "unstated" {
		if m := requiredText.FindStringSubmatch(text); m != nil {
			f.Required = requiredOf(m[1], false)
		}
	}
	label := text
	for _, from := range []string{enum, text, beside} {
		values, before := enumOf(from)
		if len(values) >= 2 {
			f.Enum = values
			if from == text {
				label = before
			}
			break
		}
	}
	if f.Default == "" {
		if m := defaultText.FindStringSubmatch(text); m != nil {
			f.Default = m[1]
		}
	}
	f.Label = firstWords(label)
	if beside != "" && f.Label == "" {
		f.Label = firstWords(beside)
	}
}

var asciiWord = regexp.MustCompile(`^[A-Za-z]+(?:<[^>]*>)?(?:\[\])?`)

// plainType is a type without the words around it: String of String字符串, 数组 of 数组对象.
func plainType(s string) string {
	if word := asciiWord.FindString(s); word != "" {
		return word
	}
	if strings.HasPrefix(s, "数组") {
		return "数组"
	}
	return strings.TrimSuffix(s, "类型")
}

var lengthRange = regexp.MustCompile(`(\d+\s*[-~至到]\s*\d+)\s*个?(?:位|字符|字节|字)`)

// lengthIn is the length that a description says, empty where it says none.
func lengthIn(text string) string {
	text = norm.NFKC.String(text)
	if m := lengthRange.FindStringSubmatch(text); m != nil {
		return strings.Join(strings.Fields(m[1]), "")
	}
	if m := lengthInText.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// firstWords is the beginning of a description, to its first stop.
func firstWords(text string) string {
	at := strings.IndexFunc(text, func(r rune) bool { return strings.ContainsRune(",;。\n(:", r) })
	if at > 0 {
		text = text[:at]
	}
	return strings.TrimSpace(text)
}
