package docs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/spec"
)

// values lists the values of a message, each after those that it is made of.
func (p *page) values(m *declare.Message) {
	if len(m.Values) == 0 {
		return
	}
	p.line("\n值：\n")
	for n, v := range inOrder(m.Values) {
		p.line("%d. `%s`：%s", n+1, v.Name, p.valueText(v))
	}
}

// inOrder sorts values so that each is behind those that it names.
func inOrder(list []declare.Value) []*declare.Value {
	var out []*declare.Value
	done := map[string]bool{}
	var visit func(v *declare.Value)
	visit = func(v *declare.Value) {
		if done[v.Name] {
			return
		}
		done[v.Name] = true
		for _, name := range needs(v) {
			for i := range list {
				if list[i].Name == name {
					visit(&list[i])
				}
			}
		}
		out = append(out, v)
	}
	for i := range list {
		visit(&list[i])
	}
	return out
}

// needs lists the names of holes and keys that a value is made of.
func needs(v *declare.Value) []string {
	texts := slices.Concat([]*declare.Text{v.Send, v.Of, v.Pair, v.Only}, v.List)
	var walk func(p *declare.Part)
	walk = func(p *declare.Part) {
		if p == nil {
			return
		}
		texts = append(texts, p.Text)
		for _, c := range p.Children {
			walk(c)
		}
	}
	walk(v.Tree)
	for _, s := range v.From {
		texts = append(texts, s.Text)
	}
	var out []string
	for _, t := range texts {
		out = append(out, t.Holes()...)
	}
	for _, u := range v.By {
		out = append(out, u.Args...)
		for _, name := range u.Named {
			out = append(out, name)
		}
	}
	slices.Sort(out) // the order of Named is any
	return out
}

// valueText says how one value is made, and what happens where it does not hold.
func (p *page) valueText(v *declare.Value) string {
	text := ""
	switch {
	case v.Send != nil:
		text = p.sentText(v.Send)
	case v.Of != nil:
		text = p.ofText(v.Of)
	case v.List != nil:
		text = p.listText(v)
	case v.Tree != nil:
		text = p.treeText(v)
	case v.From != nil:
		text = p.fromText(v)
	}
	if len(v.By) > 0 {
		var steps []string
		for _, u := range v.By {
			steps = append(steps, useText(u))
		}
		text += "；依次：" + strings.Join(steps, "，")
	}
	if v.Into != nil {
		text += "；结果拆为 " + code(v.Into.Source)
	}
	for _, other := range v.Accept {
		text += "；接收时也接受：" + p.otherText(v, other)
	}
	if v.Else != "" {
		text += "；不符时" + refusalText(v.Else)
	}
	return text + "。" + p.holesOf(v)
}

// sentText is what a sender puts into a value that the receiver takes as it comes.
func (p *page) sentText(t *declare.Text) string {
	switch {
	case t.Source == "":
		return "由发送方给出"
	case len(t.Holes()) == 0:
		return "固定为 " + code(t.Source)
	}
	if len(t.Pieces) == 1 {
		return p.pieceText(t.Pieces[0])
	}
	return "由发送方给出，写作 " + code(t.Source)
}

// ofText is a text that both sides make.
func (p *page) ofText(t *declare.Text) string {
	if len(t.Pieces) == 1 && t.Pieces[0].Name != "" {
		return p.pieceText(t.Pieces[0])
	}
	return "文本 " + code(t.Source)
}

// pieceText is one hole with its steps.
func (p *page) pieceText(piece declare.Piece) string {
	text := p.holeText(piece.Name)
	for _, u := range piece.Steps {
		text += "，" + useText(u)
	}
	return text
}

// listText is a list of texts that are joined.
func (p *page) listText(v *declare.Value) string {
	var parts []string
	for _, t := range v.List {
		parts = append(parts, code(t.Source))
	}
	return strings.Join(parts, "、") + "，" + sortText(v.Sort, "listed") + "，" + joinText(v.Join, "直接相连")
}

// treeText is an object, or named parts of one text.
func (p *page) treeText(v *declare.Value) string {
	var parts []string
	for _, s := range below(v.Tree, "", "") {
		parts = append(parts, s.name+" "+code(s.template))
	}
	what := "JSON 对象："
	if v.Pair != nil {
		what = "写作 " + code(v.Pair.Source) + "，" + joinText(v.Join, "以 `&` 相连") + "："
	}
	return what + strings.Join(parts, "、")
}

// fromText is pairs that are selected, sorted and joined.
func (p *page) fromText(v *declare.Value) string {
	var from []string
	words := map[string]string{
		"query": "查询参数", "form": "表单参数", "header": "请求头", "json": "正文 JSON 的成员", "xml": "正文 XML 的元素", "multipart": "各部分", "payload": "业务参数",
	}
	for _, s := range v.From {
		switch {
		case s.Text != nil:
			from = append(from, fmt.Sprintf("`%s` %s", s.Name, code(s.Text.Source)))
		default:
			from = append(from, cmp.Or(words[s.Container], "`"+s.Container+"` 的成员"))
		}
	}
	parts := []string{"取" + strings.Join(from, "、") + "，由它得出的值除外"}
	if v.Only != nil {
		parts = append(parts, fmt.Sprintf("只取 %s 列出的名称（以 `%s` 分隔）", code(v.Only.Source), cmp.Or(v.Split, ";")))
	}
	if len(v.Skip) > 0 {
		parts = append(parts, "去掉 "+code(strings.Join(v.Skip, " ")))
	}
	if !v.Empty {
		parts = append(parts, "去掉值为空的")
	}
	parts = append(parts, sortText(v.Sort, "name"))
	pair := "{name}={value}"
	if v.Pair != nil {
		pair = v.Pair.Source
	}
	return strings.Join(append(parts, "每项写作 "+code(pair), joinText(v.Join, "以 `&` 相连")), "；")
}

// sortText names an order.
func sortText(order, usual string) string {
	return map[string]string{
		"name": "按名称的字节序排序", "name-nocase": "按名称排序，不分大小写", "value": "按值的字节序排序", "pair": "按写成的各项的字节序排序", "listed": "按列出的次序",
	}[cmp.Or(order, usual)]
}

// joinText says what is between texts.
func joinText(t *declare.Text, usual string) string {
	switch {
	case t == nil:
		return usual
	case t.Source == "":
		return "直接相连"
	}
	return "以 " + code(t.Source) + " 相连"
}

// otherText is a further form that a receiver accepts.
func (p *page) otherText(v, other *declare.Value) string {
	var parts []string
	if other.Of != nil {
		parts = append(parts, p.ofText(other.Of))
	}
	if other.Given("sort") {
		parts = append(parts, sortText(other.Sort, "listed"))
	}
	for _, u := range other.By {
		parts = append(parts, useText(u))
	}
	if len(parts) == 0 {
		parts = append(parts, "`"+v.Name+"` 的另一种写法")
	}
	return strings.Join(parts, "，")
}

// holesOf explains the holes of a template, one a line below the value.
func (p *page) holesOf(v *declare.Value) string {
	t := v.Of
	if t == nil || len(t.Pieces) < 2 {
		return ""
	}
	out, seen := "", map[string]bool{}
	for _, piece := range t.Pieces {
		if piece.Name == "" || seen[piece.Name] {
			continue
		}
		seen[piece.Name] = true
		if text := p.pieceText(piece); text != "" {
			out += fmt.Sprintf("\n   - `{%s}`：%s", piece.Name, text)
		}
	}
	return out
}

// holeText says what a hole stands for.
func (p *page) holeText(name string) string {
	words := map[string]string{
		"app": "应用标识", "interface": "接口名", "payload": "业务参数的 JSON", "now": "当前时间", "random": "随机字节", "id": "消息号，每条不同",
		"method": "HTTP 方法（大写）", "scheme": "http 或 https", "host": "主机名", "path": "URL 路径（按发送时的转义）", "query": "URL 中 `?` 之后的查询串原文",
		"target": "路径和查询串", "url": "完整的 URL", "body": "正文原文（逐字节）", "code": "错误码", "text": "错误描述", "frame": "应答格式的名称",
	}
	if text := words[name]; text != "" {
		return text
	}
	for _, k := range p.d.Keys {
		if k.Name == name {
			return "密钥 `" + name + "`"
		}
	}
	if rest, ok := strings.CutPrefix(name, "request."); ok {
		return "请求中的" + p.holeText(rest)
	}
	holder, rest, ok := strings.Cut(name, ".")
	place := map[string]string{
		"header": "请求头", "query": "查询参数", "form": "表单参数", "json": "正文成员", "xml": "正文元素", "multipart": "部分", "path": "路径第",
	}[holder]
	if ok && place != "" {
		return place + " `" + strings.ReplaceAll(rest, ".", "/") + "`"
	}
	return "值 `" + name + "`"
}

// refusalText describes the answer to what does not hold: a code of the document, or of a
// rule.
func refusalText(word string) string {
	if slices.Contains(spec.RuleNames(), word) {
		return "被拒绝，见[错误码](errors.md)"
	}
	return "返回 " + word
}

// rules lists the guards of a message.
func (p *page) rules(m *declare.Message) {
	if len(m.Guards) == 0 {
		return
	}
	p.line("\n校验：\n")
	for _, g := range m.Guards {
		p.line("- %s", guardText(g))
	}
}

// guardText is one rule.
func guardText(g declare.Guard) string {
	refused := "被拒绝，见[错误码](errors.md)"
	if g.Else != "" {
		refused = refusalText(g.Else)
	}
	name := "`" + g.Value + "`"
	switch g.Kind {
	case "window":
		return fmt.Sprintf("%s 与接收方的时间相差不超过 %s，否则%s。", name, spanText(cmp.Or(g.Within, "5m")), refused)
	case "since":
		return fmt.Sprintf("%s 的时间已到，否则%s。", name, refused)
	case "until":
		if g.After != "" {
			return fmt.Sprintf("%s 之后 `%s` 秒之内，否则%s。", name, g.After, refused)
		}
		return fmt.Sprintf("%s 的时间未过，否则%s。", name, refused)
	case "once":
		return fmt.Sprintf("每个应用的 %s 只能使用一次，重复的%s。", name, refused)
	case "issued":
		return fmt.Sprintf("%s 是发放给应用、尚未过期的令牌，否则%s。", name, refused)
	case "like":
		return fmt.Sprintf("%s 符合 %s，否则%s。", name, code(g.Pattern), refused)
	case "equal":
		return fmt.Sprintf("%s 等于 %s，否则%s。", name, code(g.To.Source), refused)
	}
	return name
}

// spanText is a time span in words.
func spanText(text string) string {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return text
	case d%time.Hour == 0:
		return fmt.Sprintf("%d 小时", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d 分钟", d/time.Minute)
	case d%time.Second == 0:
		return fmt.Sprintf("%d 秒", d/time.Second)
	}
	return fmt.Sprintf("%d 毫秒", d/time.Millisecond)
}

// outcomes says what tells success from failure.
func (p *page) outcomes(m *declare.Message) {
	for _, one := range []struct {
		word string
		list []declare.Constant
	}{{"成功", m.Success}, {"失败", m.Failure}} {
		var parts []string
		for _, c := range one.list {
			var texts []string
			for _, t := range c.Texts {
				texts = append(texts, code(t.Source))
			}
			parts = append(parts, p.holeText(c.Name)+"为 "+strings.Join(texts, " 或 "))
		}
		if len(parts) > 0 {
			p.line("\n%s时：%s。", one.word, strings.Join(parts, "，"))
		}
	}
}

// whenText says when a form is taken.
func whenText(list []declare.Condition) string {
	words := map[string]string{"success": "成功", "failure": "失败", "unknown": "不认识调用方", "code": "错误码", "method": "HTTP 方法", "interface": "接口", "frame": "应答格式", "path": "路径", "host": "主机", "app": "应用"}
	var out []string
	for _, c := range list {
		name := cmp.Or(words[c.Part], "`"+c.Part+"`")
		switch {
		case c.Set && c.Glob == "true" && words[c.Part] != "":
			out = append(out, name)
		case c.Set:
			out = append(out, name+"为 "+code(c.Glob))
		case words[c.Part] != "":
			out = append(out, name)
		default:
			out = append(out, "有 "+name)
		}
	}
	return strings.Join(out, "，且")
}
