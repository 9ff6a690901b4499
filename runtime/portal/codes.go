package portal

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// codeView is an error code with where it comes from and what to do about it.
type codeView struct {
	Error
	Group  string
	Advice []Hint
	From   []Origin
}

// Hint is what a caller does about a refusal.
type Hint struct{ Text, English string }

// Origin is an interface that answers a code.
type Origin struct {
	Cmd, Title, When string
}

// ruleTexts are the names of the rules, and what a caller does about a refusal; then both in
// English.
var ruleTexts = map[string][4]string{
	"required":    {"必填", "补上报文中指出的必填参数；参数名区分大小写。", "required", "Add the required field that the message names; names are told apart by letter case."},
	"type":        {"类型", "检查参数的类型：数字不加引号，数组和对象用JSON的形式。", "type", "Look at the field's type: numbers have no quotes, lists and objects are JSON."},
	"length":      {"长度", "把参数缩短到文档规定的长度；一个汉字算一个字符。", "length", "Shorten the field to the length of the document; a Chinese character counts as one."},
	"enum":        {"取值", "只传文档列出的取值。", "value", "Send a value that the document lists."},
	"range":       {"范围", "检查参数的大小是否在文档规定的范围内。", "range", "Look whether the value is within the bounds of the document."},
	"format":      {"格式", "按文档规定的格式填写，例如日期和时间。", "format", "Write the field in the form of the document, dates and times for example."},
	"condition":   {"条件", "检查与其他参数有关的条件：是否必填，或者不能出现。", "condition", "Look at the condition on other fields: whether it is required, or may not be there."},
	"mobile":      {"手机号", "检查手机号码的位数和号段。", "mobile number", "Look at the number's digits and how it begins."},
	"idcard":      {"身份证号", "检查身份证号码的位数和最后一位校验码。", "identity card", "Look at the number's digits and its last one, which checks the others."},
	"method":      {"请求方式", "使用文档规定的HTTP方法。", "method", "Use the HTTP method of the document."},
	"json":        {"报文", "检查报文能否解密、解码，以及是否为正确的JSON。", "message", "Look whether the message can be decrypted and decoded, and is well-formed JSON."},
	"size":        {"大小", "报文过大：减少一次传送的内容，分多次发送。", "size", "The message is too large: send less at a time."},
	"empty":       {"内容为空", "报文没有内容：检查参数的位置。", "nothing", "The message is empty: look where the fields have to be."},
	"interface":   {"接口", "检查接口名或地址；接口可能已作废或未实现。", "interface", "Look at the name or address of the interface; it may be withdrawn or not served."},
	"auth":        {"签名", "检查密钥、参与签名的内容和顺序、字符编码、时间；协议一页有逐步的示例。", "signature", "Look at the key, at what is signed and in which order, the character encoding and the clock; the protocol page has an example step by step."},
	"grant":       {"权限", "联系我方为应用开通该接口的权限。", "grant", "Ask us to grant the interface to the app."},
	"app":         {"应用", "检查应用标识；确认应用已经登记并且没有停用。", "app", "Look at the app's id; is it registered, and not switched off?"},
	"sid":         {"消息号", "检查消息号的格式；每条新消息使用新的号。", "message id", "Look at the form of the message id; a new message has a new one."},
	"repeated":    {"重复", "消息已经处理过，不必重发；新的内容使用新的消息号。", "repeated", "The message was carried out already: do not send it again. New contents have a new message id."},
	"notfound":    {"数据不存在", "检查标识是否正确，以及数据是否属于有权限的项目。", "no such data", "Look at the id, and whether the data belongs to a project that the app may see."},
	"unavailable": {"暂不可用", "稍后用同一个消息号重试。", "unavailable", "Send it again later under the same message id."},
	"internal":    {"内部错误", "稍后重试；仍然失败时把消息号和时间告诉我方。", "internal error", "Send it again later; if it fails again, tell us the message id and the time."},
}

// ruleName is the name of a rule for partners.
func ruleName(rule string) string { return cmp.Or(ruleTexts[rule][0], rule) }

// ruleEnglish is it in English.
func ruleEnglish(rule string) string { return cmp.Or(ruleTexts[rule][2], rule) }

// codes lists the error codes of a system with all that is known of each.
func codes(d *Document) []codeView {
	var out []codeView
	for _, g := range d.Errors {
		for _, e := range g.Errors {
			group := strings.TrimSpace(g.Section + " " + g.Title)
			from := origins(d, e.Code)
			out = append(out, codeView{Error: e, Group: group, Advice: Advice(e.Rules, from), From: from})
		}
	}
	return out
}

// Advice says of each rule what a caller does about a refusal; of a code that answers no
// rule, what to look at.
func Advice(rules []string, from []Origin) []Hint {
	var out []Hint
	for _, rule := range rules {
		if text, ok := ruleTexts[rule]; ok {
			out = append(out, Hint{text[0] + "：" + text[1], text[2] + ": " + text[3]})
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, kind := range answerHints {
		if slices.ContainsFunc(from, func(o Origin) bool { return strings.Contains(o.When, kind.word) }) {
			out = append(out, kind.hint)
		}
	}
	if len(out) == 0 && len(from) > 0 {
		out = append(out, Hint{"按下面各接口旁的说明改正，然后作为新的消息再发。", "Correct what is said beside the interfaces below, then send a new message."})
	}
	return out
}

// answerHints are what a caller does about a refusal that an answer gives, by the word that
// the generator says when.
var answerHints = []struct {
	word string
	hint Hint
}{
	{"没有", Hint{"要找的数据不在：检查标识是否写对、是否属于自己的项目；还没有的，先上报它，再作为新的消息重发。", "The data that it looks for is not there: look at the id, and whether it is of a project of yours; where it is new, report it first, then send a new message."}},
	{"已有", Hint{"数据已经有了：不必再新增，改用修改的接口，或者换一个值。", "The data is there already: change it instead of adding it, or send another value."}},
	{"已被占用", Hint{"这个值已被另一条数据使用：换一个值，或者先查出那条数据。", "Another row has this value: send another one, or look that row up first."}},
	{"格式不对", Hint{"按文档规定的格式填写所列的参数。", "Write the fields that are named in the form of the document."}},
	{"不一致", Hint{"让各项中所列的参数相同，或者分开发送。", "Give the fields that are named one value in all items, or send them apart."}},
}

// Refusals is, as JSON by code, what a caller does about each refusal of the interface; of a
// code that stands for much, the page of the codes tells more.
func (v interfaceView) Refusals() (string, error) {
	out := map[string]map[string]any{}
	for _, c := range codes(&Document{Errors: v.System.Errors, Interfaces: []Interface{*v.Interface}}) {
		if len(c.Advice) > 0 && len(c.Advice) <= 5 {
			out[c.Code] = map[string]any{"who": slices.Contains(c.Rules, "auth"), "advice": c.Advice}
		}
	}
	text, err := json.Marshal(out)
	return string(text), err
}

// origins lists the interfaces that answer a code: by their answers, or by rules of
// their fields.
func origins(d *Document, code string) []Origin {
	var out []Origin
	for n := range d.Interfaces {
		i := &d.Interfaces[n]
		var when []string
		for _, c := range i.Codes {
			if c.Code == code {
				when = append(when, c.When)
			}
		}
		if names := i.refusedWith(code); names != "" {
			when = append(when, names)
		}
		if len(when) > 0 {
			out = append(out, Origin{i.Cmd, i.Title, strings.Join(when, "；")})
		}
	}
	return out
}

// refusedWith lists the fields whose values a code may answer, the first few of them.
func (i *Interface) refusedWith(code string) string {
	const most = 8
	var names []string
	for _, r := range flat(i.Request, "", 0) {
		if slices.ContainsFunc(r.Refused, func(e FieldError) bool { return e.Code == code }) {
			names = append(names, r.Name)
		}
	}
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return strings.Join(names, "、")
}
