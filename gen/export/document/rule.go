package document

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/keyed"
)

// told are the rules of a row that the other columns do not have, a line each, as an import
// reads them again: wording.Added.
func told(f *spec.Field) (out []string) {
	add := func(on bool, format string, args ...any) {
		if on {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	d := f.Document
	add(f.Type == spec.Map && len(f.Fields) > 0, "名称任意，值有所列的成员")
	add(f.IsPacked(), "以JSON文本传输")
	add(f.AsText && !f.IsPacked(), "以文本传输")
	sizes := numbers.FindAllString(length(f), -1)
	add(d.Decimals.Set && (len(sizes) != 2 || sizes[1] != strconv.Itoa(d.Decimals.N)), "小数最多%d位", d.Decimals.N)
	add(d.Rounded, "超出的小数四舍五入")
	add(d.MinLength > 0 && (len(sizes) != 2 || sizes[0] != strconv.Itoa(d.MinLength)), "至少%d个字符", d.MinLength)
	add(d.LengthIn != "", "长度以%s计", unitOf(d))
	add(d.MinItems > 0, "至少%d项", d.MinItems)
	add(d.MaxItems > 0, "最多%d项", d.MaxItems)
	add(d.Keyed != nil, "键名匹配 %s", keyed.Pattern(d.Keyed))
	add(d.Separator != "" && d.IsWhole(), "为所列值之和")
	add(d.Separator != "" && !d.IsWhole(), "多个值以 %s 分隔", d.Separator)
	add(d.StartsWith != "", "以 %s 的值开头", d.StartsWith)
	add(len(d.FormatIf) > 0, "%s时才校验格式", matches(d.FormatIf))
	if d.EnumBy != nil {
		for _, c := range d.EnumBy.Cases {
			var values []string
			for _, v := range c.Enum.Values {
				values = append(values, v.Value)
			}
			add(true, "%s为%s时取值为 %s", d.EnumBy.Name, c.Value, strings.Join(values, "、"))
		}
	}
	add(d.Blank, "值可为空")
	add(f.Nullable, "可为null")
	add(len(f.Alias) > 0, "也接受名称 %s", strings.Join(f.Alias, "、"))
	add(f.Unit != "", "单位 %s", f.Unit)
	add(f.Asks != "", "%s", f.Asks)
	add(f.ReadOnly, "只读")
	add(f.Deprecated, "已弃用")
	add(len(d.PresentIf) > 0, "条件 仅当%s时出现", matches(d.PresentIf))
	add(len(d.AbsentIf) > 0, "条件 %s时不出现", matches(d.AbsentIf))
	add(len(d.AbsentWith) > 0, "条件 不与%s同时出现", strings.Join(d.AbsentWith, "、"))
	if d.Required == spec.Conditional && when(d) == "" {
		add(len(d.RequiredIf) > 0, "条件 %s时必填", matches(d.RequiredIf))
		add(len(d.RequiredUnless) > 0, "条件 除%s外必填", matches(d.RequiredUnless))
		add(len(d.RequiredWith) > 0, "条件 %s不为空时必填", strings.Join(d.RequiredWith, "或"))
		add(len(d.RequiredWithout) > 0, "条件 %s为空时必填", strings.Join(d.RequiredWithout, "或"))
		add(len(d.RequiredWithoutAll) > 0, "条件 %s都为空时必填", strings.Join(d.RequiredWithoutAll, "、"))
	}
	return out
}

var numbers = regexp.MustCompile(`[0-9]+`)

// matches says what rows have to be.
func matches(list []spec.Match) string {
	var out []string
	for _, m := range list {
		values := slices.Clone(m.Values())
		if m.Order != "" {
			values = []string{m.Order + m.Value}
		}
		out = append(out, m.Name+"为"+strings.Join(values, "或"))
	}
	return strings.Join(out, "且")
}
