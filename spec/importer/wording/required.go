package wording

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// The marks of Mark, in the words of the catalogue.
const (
	Yes         = "yes"
	No          = "no"
	Conditional = "conditional"
	Unstated    = "unstated"
)

// Sentences that make a field depend on something.
var conditions = []*pattern.Pattern{
	pattern.New(`[当如若在].{0,40}?(必填|必须|必选|必传|必输|需填|需要填|须填|需传|需要传|需要完善)`),
	pattern.New(`时,?\s*(此项|该项|该字段|此字段|本字段|该参数|则)?\s*(为)?\s*(必填|必须|必选|必传|必输|不能为空|不可为空|可为空|可空|可不填|可以为空|非必填|非必传|不必填|必须有值|必需|要填|填写(?:[,;。)]|$))`),
	pattern.New(`(情况下|前提下|场景下|的话|场景),?\s*(此|该|本)?(项|字段|参数)?\s*(必填|必须|必选|必传|非必填|不能为空|必输)`),
	pattern.New(`(不为空|为空|有值|为\s*\S{1,20}|=\S{1,12}|选择\S{1,12})\s*(时|则|,则)?\s*,?(必填|必须|必选|必传|必输|不能为空|不可为空|可为空|可空|非必填)`),
	pattern.New(`(二|三|四|2|3)选(一|1)|两者.{0,6}(其一|一个)|至少(要|需)?(填|传|选|提供|有)?一(个|项)(必填|不为空|有值|$|[,;。)])|至少.{0,4}(填|传|提供)|必(填|传|选)其一|其一必|二者(传|填|选)一|二者.{0,4}(其一|必)|不能同时为空|同时为空|不可同时为空`),
	pattern.New(`[A-Za-z_]\w*\s*(=|!=|≠|为|是|等于|非|不为|不等于|不是)\s*["']?[\w\-]{1,16}["']?\s*(的)?(时候?|情况下),?\s*才?会?(返回|有值|存在|出现|有此|有该|才有)`),
	pattern.New(`(^|[(,;。\s])[^(),;。\s]{2,12}(必填|必传|必输)([),;。]|$)`),
	pattern.New(`此时.{0,12}(非必填|非必须|必填|必须|可不填|可为空)`),
	pattern.New(`可以?不(用|需要?)(再)?(填写|传|传入|填)|不需要再传|不用(再)?传|否则.{0,8}(需要|必须|必填|填写)`),
	pattern.New(`(?i)\b(required|mandatory|must be (present|set|provided))\b.{0,30}\b(if|when|unless|only)\b|\b(if|when)\b.{0,60}\b(required|mandatory)\b|\bconditional(ly)?\b|either .* or .* (is|must)`),
}

// notConditions take sentences out that only look like conditions.
var notConditions = pattern.New(`(?i)(默认|缺省)(为)?必填|均必填|都必填|全部必填|一律必填|是否必填|(^|[(,;。\s])(非|不是|均为|均|都|不)?\s*(必填|必传|必输)项?([),;。]|$)`)

// amounts are numbers between words, whose blanks do not matter: 未满 18 岁.
var amounts = pattern.New(`(\p{Han}) *(\d+) *`)

// Depends says whether a text makes a field depend on something.
func Depends(text string) bool {
	text = strings.TrimSpace(amounts.ReplaceAllString(norm.NFKC.String(text), "$1$2"))
	if len(text) < 6 {
		return false
	}
	for _, one := range conditions {
		for _, m := range one.FindAllString(text, -1) {
			if !notConditions.MatchString(m) {
				return true
			}
		}
	}
	return false
}

// Mark says what a cell for required means: yes, no, conditional or unstated. optional
// says that the head of its column asks what may be left out: 是 below 可空 means no, but
// 必填 means yes below any head.
func (w *Words) Mark(text string, optional bool) string {
	word := strings.Trim(Fold(text), "()[]。.,;:")
	in := func(list []string) bool { return slices.Contains(list, word) }
	turn := func(yes bool) string {
		if yes != (optional && isMark(word)) {
			return Yes
		}
		return No
	}
	switch {
	case strings.TrimSpace(text) == "":
		return Unstated
	case word == "":
		return map[bool]string{true: No, false: Unstated}[strings.Trim(strings.TrimSpace(text), "-—－/") == ""]
	case in(w.Depends):
		return Conditional
	case in(w.No):
		return turn(false)
	case in(w.Yes):
		return turn(true)
	case Depends(text):
		return Conditional
	}
	return w.begins(word)
}

// begins reads a cell with more than a mark: 必选,（可填"personal"）.
func (w *Words) begins(word string) string {
	if strings.HasPrefix(word, "是否") { // what a flag says, and no mark
		return w.MarkIn(word)
	}
	best, is := "", Unstated
	for _, one := range []struct {
		list []string
		is   string
	}{{w.No, No}, {w.Yes, Yes}, {w.Depends, Conditional}} {
		for _, s := range one.list {
			r := []rune(s)
			whole := len(r) > 1 || r[0] > 0x2e80
			if !whole && len(word) > len(s) { // y(是), m/必填
				whole = strings.ContainsRune("(/,;:", []rune(word[len(s):])[0])
			}
			if whole && strings.HasPrefix(word, s) && len(s) > len(best) {
				best, is = s, one.is
			}
		}
	}
	return is
}

// isMark says whether a word answers the head of its column.
func isMark(word string) bool {
	return slices.Contains([]string{"是", "否", "非", "y", "n", "yes", "no", "true", "false", "1", "0", "√", "×", "✓", "x", "✔", "✅", "❌", "✗", "✘", "t", "f", "●", "○"}, word)
}

var inText = pattern.New(`(?i)(?:^|[\s,;。(\[])(必选|必填|必须|必传|必输|可选|非必选|非必填|非必传|选填|可为空|不能为空|不可为空|required|optional|mandatory)(?:参数|项|字段)?(?:[\s,;。:)\]]|$)`)

// MarkIn finds a mark in a description, unstated where it says nothing.
func (w *Words) MarkIn(text string) string {
	text = norm.NFKC.String(text)
	if m := inText.FindStringSubmatch(text); m != nil {
		return w.Mark(m[1], false)
	}
	return Unstated
}

// Side says whether a title is about requests or replies; "" where it is neither, or
// both. The word that comes first counts.
func (w *Words) Side(title string) string {
	title = Fold(title)
	at := func(list []string) int {
		first := -1
		for _, word := range list {
			if i := strings.Index(title, word); i >= 0 && (first < 0 || i < first) {
				first = i
			}
		}
		return first
	}
	a, b := at(w.Request), at(w.Response)
	switch {
	case sentWord.MatchString(title):
		return "request"
	case answeredWord.MatchString(title):
		return "response"
	case a < 0 && b < 0:
		return ""
	case b >= 0 && (a < 0 || b < a):
		return "response"
	}
	return "request"
}

// What programmers write above what is sent and above what comes back.
var (
	sentWord     = pattern.New(`^req\W*$`)
	answeredWord = pattern.New(`^(?:res|resp|rsp|ret)\W*$`)
)

// IsWeak says whether a title is about requests unless replies are spoken of.
func (w *Words) IsWeak(title string) bool {
	title = Fold(title)
	return slices.ContainsFunc(w.Weak, func(word string) bool { return strings.Contains(title, word) })
}

var numbering = pattern.New(`^[\s第(（【\[]*[\d.一二三四五六七八九十①-⑳]*[.、\s章节)）】\]:：]*`)

// filler are the words that titles of parts are made of.
var filler = pattern.New(`请求|返回|响应|应答|输入|输出|入参|出参|接口|业务|公共|参数|说明|描述|示例|样例|实例|列表|字段|结果|数据|报文|正确|错误|成功|失败|异常|url|uri|json|xml|https?|post|get|地址|路径|方式|方法|用途|简介|背景|概述|格式|头部?|体|消息|包体|类型|定义|信息|备注|注意|事项|代码|附加|详细|相关|内容|的|及|和|与|功能|简要|调用|使用|场景|限制|适用|api|sdk|demo|formats?|jason|success(?:ful)?|fail(?:ed|ure)|describe|link|request|response|parameters?|body|header|query|path|examples?|samples?|fields?|params?|list|应用级|系统级|[():,、/]`)

// IsGeneric says whether a title names a part that every interface has, whatever number
// is before it.
func (w *Words) IsGeneric(title string) bool {
	word := strings.Trim(Fold(numbering.ReplaceAllString(title, "")), ":.,;()[]【】<>")
	if slices.Contains(w.Generic, word) || word != "" && filler.ReplaceAllString(word, "") == "" {
		return true
	}
	for _, cut := range []string{"(", ":", "-", "【", "["} {
		before, after, ok := strings.Cut(word, cut)
		if names := cut == ":" && after != "" && slices.Contains([]string{"接口", "接口名称", "api"}, before); ok && !names && slices.Contains(w.Generic, before) {
			return true
		}
	}
	return false
}

// Answers says whether members are those of a reply: its code, and beside it the text of the code or
// what the reply holds. Some requests have a code, too.
func (w *Words) Answers(members []string) bool {
	has := func(list []string) bool {
		return slices.ContainsFunc(members, func(name string) bool { return slices.Contains(list, Fold(name)) })
	}
	return has(w.Code) && (has(w.Text) || has(held))
}

// held are members of replies that hold what comes back.
var held = []string{"data", "content", "result", "results", "body", "rows", "list", "payload"}

// Refuses says whether members are a code and its text, and nothing else.
func (w *Words) Refuses(members []string) bool {
	return len(members) > 0 && !slices.ContainsFunc(members, func(name string) bool {
		return !slices.Contains(w.Code, Fold(name)) && !slices.Contains(w.Text, Fold(name))
	})
}
