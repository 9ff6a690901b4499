package docs

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/keyed"
)

// typeText is the document's type of a field, in its own spelling where the model's word
// would lose something of it.
func typeText(f *spec.Field) string {
	switch {
	case f.Untyped:
		return ""
	case f.Type == spec.Array && f.Of != "" && strings.EqualFold(f.SpelledType, string(spec.Array)):
		return "array(" + string(f.Of) + ")"
	case f.Type == spec.Map && f.Of != "" && strings.EqualFold(f.SpelledType, string(spec.Map)):
		return "map(" + string(f.Of) + ")"
	case strings.EqualFold(f.SpelledType, string(f.Document.Type)) || f.SpelledType == "":
		return string(f.Document.Type)
	}
	return f.SpelledType
}

// formatNames are the formats in words.
var formatNames = map[string]string{
	"url": "网址", "ip": "IP地址", "ipv4": "IPv4地址", "uuid": "UUID", "phone": "电话号码", "plate": "车牌号", "postcode": "邮政编码",
	"uscc": "统一社会信用代码", "bankcard": "银行卡号", "vin": "车架号", "digits": "数字", "hex": "十六进制", "base64": "Base64",
}

// formatTexts says which format a value has, and when.
func formatTexts(f *spec.Field) []string {
	d := f.Document
	formats := map[string]string{
		"mobile": "手机号码", "idcard": "身份证号码", "email": "邮箱",
		"rfc3339": "RFC 3339", "compact": "YYYYMMDDHH24MISS",
	}
	if spec.IsWritten(d.Format) || spec.FormatPattern(d.Format) != "" {
		formats[d.Format] = cmp.Or(formatNames[d.Format], d.Format)
	}
	if f.Item() == spec.Epoch {
		formats = map[string]string{"millis": "毫秒"}
	}
	text := formats[cmp.Or(f.Layout, d.Format)]
	switch {
	case text == "":
		return nil
	case len(d.FormatIf) > 0:
		text += "（" + matchText(d.FormatIf) + "时）"
	}
	return []string{"格式：" + text}
}

// deprecatedText says that the document gave a row up.
const deprecatedText = "已弃用"

// factsText are the document's words about a row that are no rules.
func factsText(f *spec.Field) (parts []string) {
	if f.Unit != "" {
		parts = append(parts, "单位："+f.Unit)
	}
	if f.Example != "" {
		parts = append(parts, "示例："+f.Example)
	}
	if f.Asks != "" {
		parts = append(parts, f.Asks)
	}
	if f.ReadOnly {
		parts = append(parts, "只读")
	}
	if f.Deprecated {
		parts = append(parts, deprecatedText)
	}
	return parts
}

// numberText says how long a text is at least, and how a number is written.
func numberText(f *spec.Field) (parts []string) {
	d := f.Document
	if d.MinItems > 0 {
		parts = append(parts, fmt.Sprintf("至少%d个", d.MinItems))
	}
	if d.MaxItems > 0 {
		parts = append(parts, fmt.Sprintf("最多%d个", d.MaxItems))
	}
	if d.Keyed != nil {
		parts = append(parts, "键名"+keyed.Text(d.Keyed))
	}
	unit, _ := d.LengthUnit()
	if d.MinLength > 0 {
		parts = append(parts, fmt.Sprintf("至少%d%s", d.MinLength, unit))
	}
	if d.LengthIn != "" && d.Length > 0 {
		parts = append(parts, fmt.Sprintf("最多%d%s", d.Length, unit))
	}
	if d.Decimals.Set {
		parts = append(parts, placesText(d))
	}
	switch {
	case f.IsPacked():
		parts = append(parts, "以JSON文本传输")
	case f.AsText:
		parts = append(parts, "以文本传输")
	}
	return parts
}

// placesText says how many digits a number has.
func placesText(r spec.Rules) string {
	text := fmt.Sprintf("小数最多%d位", r.Decimals.N)
	if r.Length > 0 {
		text = fmt.Sprintf("整数最多%d位，%s", r.WholeDigits(), text)
	}
	if r.Rounded {
		text += "，超出的四舍五入"
	}
	return text
}

// conditionCell is the document's words for a condition, without what the column says
// already.
func conditionCell(words string) string {
	words = strings.TrimLeft(strings.TrimPrefix(words, "否"), "，,")
	if strings.HasPrefix(words, "（") || strings.HasPrefix(words, "(") {
		return strings.Trim(words, "（）()")
	}
	return words
}

// requiredWhen says when a field is required whose condition the document has no words
// for.
func requiredWhen(r spec.Rules) string {
	switch {
	case len(r.RequiredIf) > 0:
		return matchText(r.RequiredIf) + "时必须"
	case len(r.RequiredUnless) > 0:
		return "除" + matchText(r.RequiredUnless) + "外必须"
	case len(r.RequiredWith) > 0:
		return "有" + spec.SaidAll(r.RequiredWith, "或") + "时必须"
	case len(r.RequiredWithout) > 0:
		return "没有" + spec.SaidAll(r.RequiredWithout, "或") + "时必须"
	case len(r.RequiredWithoutAll) > 0:
		return spec.SaidAll(r.RequiredWithoutAll, "、") + "都没有时必须"
	}
	return ""
}

// allowedWhen says when a field may be there.
func allowedWhen(r spec.Rules) (parts []string) {
	if len(r.PresentIf) > 0 {
		parts = append(parts, "仅当"+matchText(r.PresentIf)+"时出现")
	}
	if len(r.AbsentIf) > 0 {
		parts = append(parts, matchText(r.AbsentIf)+"时不出现")
	}
	if len(r.AbsentWith) > 0 {
		parts = append(parts, "不与"+spec.SaidAll(r.AbsentWith, "、")+"同时出现")
	}
	return parts
}

// matchText says what fields have to be.
func matchText(list []spec.Match) string {
	var parts []string
	for _, m := range list {
		if m.Order != "" {
			sign := map[string]string{"<": "小于", "<=": "不大于", ">": "大于", ">=": "不小于"}[m.Order]
			parts = append(parts, spec.Said(m.Name)+sign+m.Value)
			continue
		}
		parts = append(parts, spec.Said(m.Name)+"为"+strings.Join(m.Values(), "或"))
	}
	return strings.Join(parts, "且")
}

// boundsText says between which bounds a value is, and what a text looks like.
func boundsText(r spec.Rules) (parts []string) {
	switch {
	case r.Min != "" && r.Max != "":
		parts = append(parts, "取值"+r.Min+"至"+r.Max)
	case r.Min != "":
		parts = append(parts, "不小于"+r.Min)
	case r.Max != "":
		parts = append(parts, "不大于"+r.Max)
	}
	if r.Pattern != "" && r.StartsWith == "" && r.Pattern != spec.FormatPattern(r.Format) {
		parts = append(parts, "形式："+r.Pattern)
	}
	return parts
}
