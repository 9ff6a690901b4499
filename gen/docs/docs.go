// Package docs writes the documentation of a system for its partners, in the
// document's language.
package docs

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/markdown"
	"github.com/jiekou-dev/jiekou/spec"
)

// Link leads from the overview to a page that somebody else writes.
type Link struct{ Title, Page string }

// Page is one page of the docs, by the name of its file.
type Page struct {
	Name string
	Text string
}

// Pages returns the documentation of a system: the overview, a page a group, the
// error codes, the decisions on what the document leaves open, and the ledger.
func Pages(system *spec.System, further []Link) ([]Page, error) {
	pages := []Page{
		{"README.md", overview(system, further)},
		{"errors.md", errorPage(system)},
		{"errata.md", errataPage(system)},
	}
	if reasons := reasonsPage(system); reasons != "" {
		pages = append(pages, Page{reasonsFile, reasons})
	}
	if len(system.Ledger) > 0 {
		pages = append(pages, Page{ledgerFile, ledgerPage(system)})
	}
	var m *bind.Sampler
	if system.Protocol != nil {
		var err error
		if m, err = bind.NewSampler(system); err != nil {
			return nil, err
		}
		text, err := protocolPage(system, m)
		if err != nil {
			return nil, err
		}
		pages = append(pages, Page{protocolFile, text})
	}
	for _, g := range system.Groups {
		list := system.InGroup(g)
		if len(list) == 0 {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "# %s %s\n", g.Section, markdown.Line(g.Title))
		for _, i := range list {
			if err := interfaceDoc(&b, i, m); err != nil {
				return nil, fmt.Errorf("%s: %w", i.Cmd, err)
			}
		}
		pages = append(pages, Page{g.Name + ".md", b.String()})
	}
	data, err := portalPage(system, m)
	return append(pages, data), err
}

// overview is the first page: every interface with its status.
func overview(system *spec.System, links []Link) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s %s\n\n", markdown.Line(system.Title), markdown.Line(system.Version))
	protocol := ""
	var ours []string // for us, not for partners: a paragraph of their own, which a server can leave out
	if reasonsPage(system) != "" {
		ours = append(ours, "[勘误的原因]("+reasonsFile+")")
	}
	for _, l := range links {
		ours = append(ours, fmt.Sprintf("[%s](%s)", l.Title, l.Page))
	}
	if len(system.Ledger) > 0 {
		ours = append(ours, "[条款落实表]("+ledgerFile+")")
	}
	if system.Protocol != nil {
		protocol = "[协议](" + protocolFile + ") · "
	}
	fmt.Fprintf(&b, "共 %d 个接口。%s[错误码](errors.md) · [勘误与约定](errata.md)\n\n", len(system.Interfaces), protocol)
	if len(ours) > 0 {
		fmt.Fprintf(&b, "%s\n\n", strings.Join(ours, " · "))
	}
	if system.Protocol != nil && strings.Contains(system.Protocol.Text, "rc4 ") {
		b.WriteString("> RC4 在固定密钥下只是一种编码，不提供保密性；请在 HTTPS 上使用。\n\n")
	}
	b.WriteString("| 接口 | 编号 | 名称 | 类别 | 状态 | 章节 |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, i := range system.Interfaces {
		fmt.Fprintf(&b, "| [%s](%s.md#%s) | %s | %s | %s | %s | %s |\n", markdown.Cell(i.Cmd), i.Group.Name, markdown.Anchor(i.Cmd), markdown.Cell(i.Code), markdown.Cell(i.Title),
			kindText(i.Kind), statusText(i), i.Section)
	}
	if len(system.Changes) > 0 {
		b.WriteString("\n## 变更记录\n\n| 版本 | 日期 | 修改人 | 内容 |\n| --- | --- | --- | --- |\n")
		for _, c := range system.Changes {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", markdown.Cell(c.Version), c.Date, markdown.Cell(c.Author), markdown.Cell(c.Text))
		}
	}
	return b.String()
}

// kindText names a kind.
func kindText(k spec.Kind) string {
	return map[spec.Kind]string{spec.Report: "上报", spec.Query: "查询", spec.Notify: "通知"}[k]
}

// statusText names a status.
func statusText(i *spec.Interface) string {
	switch i.Status {
	case spec.Deprecated:
		text := "已作废"
		if i.Sunset != "" {
			text += "，服务至 " + i.Sunset
		}
		if i.Successor != "" {
			text += "，见 " + markdown.Cell(i.Successor)
		}
		return text
	case spec.Unimplemented:
		return "未实现"
	}
	return "有效"
}

// interfaceDoc is the section of one interface.
func interfaceDoc(b *strings.Builder, i *spec.Interface, m *bind.Sampler) error {
	fmt.Fprintf(b, "\n## %s\n\n%s %s，%s，%s。\n", i.Cmd, i.Section, strings.TrimSpace(markdown.Cell(i.Code)+" "+markdown.Line(i.Title)), kindText(i.Kind), statusText(i))
	if i.Path != "" {
		fmt.Fprintf(b, "\n`%s %s`\n", i.Method, i.Path)
	}
	if i.Note != "" {
		fmt.Fprintf(b, "\n%s\n", markdown.Line(i.Note))
	}
	history(b, i)
	if i.MessageType != "" {
		fmt.Fprintf(b, "\n消息类型：%s\n", markdown.Line(i.MessageType))
	}
	receiver(b, i)
	fieldTable(b, "请求参数", i.Request, i.Path != "" || i.Kind == spec.Notify && len(i.Request.InHeader()) > 0)
	examples, err := samples(i, m)
	if err != nil {
		return err
	}
	if len(i.Response)+len(i.Frame) > 0 {
		fieldTable(b, "响应参数", append(slices.Clone(i.Frame), i.Response...), len(i.Response.InHeader()) > 0)
		if member := within(i, examples); member != "" {
			fmt.Fprintf(b, "\n业务参数在响应的 `%s` 之内。\n", member)
		}
	}
	if codes := answerCodes(i); len(codes) > 0 {
		b.WriteString("\n### 错误码\n\n| 错误码 | 说明 | 何时 |\n| --- | --- | --- |\n")
		for _, c := range codes {
			fmt.Fprintf(b, "| %s | %s | %s |\n", c.Name, markdown.Cell(i.ErrorText(c.Name)), markdown.Cell(c.Value))
		}
	}
	interfaceLinks(b, "触发通知：", i.Notify)
	interfaceLinks(b, "由以下接口触发：", notifiers(i))
	exampleDoc(b, examples)
	if len(i.Errata) > 0 {
		b.WriteString("\n### 与文档的出入\n\n")
		for _, e := range i.Errata {
			fmt.Fprintf(b, "- [%s](errata.md#%s)：%s\n", e.ID, e.ID, markdown.Cell(e.Follow))
		}
	}
	return nil
}

// interfaceLinks is a line of links to interfaces, nothing where there are none.
func interfaceLinks(b *strings.Builder, title string, list []*spec.Interface) {
	if len(list) == 0 {
		return
	}
	var links []string
	for _, x := range list {
		links = append(links, interfaceLink(x))
	}
	b.WriteString("\n" + title + strings.Join(links, "、") + "\n")
}

// interfaceLink is a link to an interface.
func interfaceLink(x *spec.Interface) string {
	return fmt.Sprintf("[%s](%s.md#%s)", x.Cmd, x.Group.Name, markdown.Anchor(x.Cmd))
}

// notifiers are the interfaces that send a notification.
func notifiers(n *spec.Interface) []*spec.Interface {
	var out []*spec.Interface
	for _, x := range n.System.Interfaces {
		if slices.Contains(x.Notify, n) {
			out = append(out, x)
		}
	}
	return out
}

// history says since when an interface is there, and what the last revision that names it
// changed.
func history(b *strings.Builder, i *spec.Interface) {
	if i.Since != "" {
		fmt.Fprintf(b, "\n自 %s 起。\n", markdown.Line(i.Since))
	}
	for _, c := range slices.Backward(i.System.Changes) {
		if slices.Contains(c.Interfaces, i.Cmd) {
			date := "，"
			if c.Date != "" {
				date = "（" + c.Date + "）"
			}
			fmt.Fprintf(b, "\n最近修订：%s%s%s\n", markdown.Line(c.Version), date, markdown.Line(c.Text))
			return
		}
	}
}

// fieldTable is a table of parameters; that of a request with a path of its own has a
// column for their places.
func fieldTable(b *strings.Builder, title string, fields spec.Fields, placed bool) {
	fmt.Fprintf(b, "\n### %s\n\n", title)
	if len(fields) == 0 {
		b.WriteString("无。\n")
		return
	}
	column, rule := "", ""
	if placed {
		column, rule = " 位置 |", " --- |"
	}
	fmt.Fprintf(b, "| 参数 |%s 是否必须 | 类型 | 长度 | 说明 |\n| --- |%s --- | --- | --- | --- |\n", column, rule)
	var row func(f *spec.Field)
	row = func(f *spec.Field) {
		d := f.Document
		length := ""
		switch {
		case f.SpelledLength != "":
			length = f.SpelledLength
		case d.Length > 0:
			length = strconv.Itoa(d.Length)
		}
		place := ""
		if placed {
			place = " " + placeText(f) + " |"
		}
		fmt.Fprintf(b, "| %s |%s %s | %s | %s | %s |\n", markdown.Cell(f.DocPath), place, markdown.Cell(requiredText(d)), markdown.Cell(typeText(f)), markdown.Cell(length), markdown.Cell(fieldText(f)+sinceText(f)))
		for _, inner := range f.Fields {
			row(inner)
		}
	}
	for _, f := range fields {
		row(f)
	}
}

// sinceText says which version brought a field.
func sinceText(f *spec.Field) string {
	if f.Since == "" {
		return ""
	}
	return "；自 " + f.Since + " 起"
}

// placeText names the place of a field.
func placeText(f *spec.Field) string {
	text := map[string]string{"body": "请求体", "query": "查询参数", "header": "请求头", "cookie": "Cookie", "path": "路径", "form": "表单"}[f.In]
	if f.Replied && f.Parent == nil {
		text = map[string]string{"body": "响应体", "header": "响应头"}[f.In]
	}
	if f.In != "body" && f.Parent == nil && f.IsNested() {
		text += "（JSON 文本）"
	}
	return text
}

// requiredText is the document's required mark.
func requiredText(r spec.Rules) string {
	switch r.Required {
	case "yes":
		return "是"
	case "conditional":
		return cmp.Or(conditionCell(r.Condition), "有条件")
	case "unstated":
		return ""
	}
	return "否"
}

// fieldText is the description of a field: label, values, rules, and the followed
// rules if they differ.
func fieldText(f *spec.Field) string {
	parts := append([]string{f.Label}, ruleTexts(f)...)
	for n, part := range parts[1:] {
		if f.Deprecated && part == deprecatedText {
			parts[n+1] = "**" + part + "**"
		}
	}
	if f.Document.Enum != nil {
		at := 1 + len(presence(f))
		parts = slices.Insert(parts, at, valuesText(f.Document))
	}
	if f.Empty != "" {
		parts[len(parts)-1] = "**" + parts[len(parts)-1] + "**"
	}
	if !f.Document.Same(f.Rules) {
		parts = append(parts, "**实际："+followText(f)+"**")
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "；")
}

// presence says when a field is there, and whether it may be blank.
func presence(f *spec.Field) (parts []string) {
	d := f.Document
	if d.Blank {
		parts = append(parts, "值可为"+f.BlankValue())
	}
	if f.Nullable {
		parts = append(parts, "可为null")
	}
	if d.Condition == "" && d.IsConditional() {
		parts = append(parts, requiredWhen(d))
	}
	return append(parts, allowedWhen(d)...)
}

// ruleTexts are the document's rules of a field in sentences, its values left out.
func ruleTexts(f *spec.Field) []string {
	d := f.Document
	parts := presence(f)
	if f.Whole {
		parts = append(parts, "即整个"+map[bool]string{false: "请求体", true: "响应数据"}[f.Replied]+"，没有名称")
	}
	parts = append(parts, numberText(f)...)
	if d.Separator == spec.Sum && f.Item().IsWhole() {
		parts = append(parts, "可取多个值之和")
	} else if d.Separator != "" {
		parts = append(parts, "多值用“"+d.Separator+"”分隔")
	}
	parts = append(parts, boundsText(d)...)
	if d.StartsWith != "" {
		parts = append(parts, "以 "+d.StartsWith+" 的值开头")
	}
	if d.Default != "" {
		parts = append(parts, "默认 "+d.Default)
	}
	parts = append(parts, formatTexts(f)...)
	if len(f.Alias) > 0 {
		parts = append(parts, "也接受名称 "+strings.Join(f.Alias, "、"))
	}
	parts = append(parts, factsText(f)...)
	if f.Note != "" {
		parts = append(parts, f.Note)
	}
	if f.Empty != "" {
		parts = append(parts, map[string]string{"clear": "传空文本时清除原值", "keep": "传空文本时保留原值"}[f.Empty])
	}
	return parts
}

// valuesText lists the values of a field, by those of the field that decides.
func valuesText(r spec.Rules) string {
	if r.EnumBy == nil {
		return enumText(r.Enum)
	}
	var parts []string
	for _, c := range r.EnumBy.Cases {
		parts = append(parts, spec.Said(c.Name)+"为"+c.Value+"时："+enumText(c.Enum))
	}
	return strings.Join(parts, "；")
}

// enumText lists values with labels.
func enumText(e *spec.Enum) string {
	var values []string
	for _, v := range e.Values {
		if v.Label == "" || v.Label == v.Value {
			values = append(values, v.Value)
		} else {
			values = append(values, v.Value+" "+v.Label)
		}
	}
	text := strings.Join(values, "、")
	if e.Open {
		text += " 等"
	}
	return text
}

// followText describes the followed rules if the document has others, with the decisions.
func followText(f *spec.Field) string {
	parts := followTexts(f)
	for _, e := range f.Errata {
		parts = append(parts, fmt.Sprintf("[%s](errata.md#%s)", e.ID, e.ID))
	}
	return strings.Join(parts, "，")
}

// followTexts are the followed rules that differ from the document's.
func followTexts(f *spec.Field) []string {
	d := f.Document
	var parts []string
	if d.Type != f.Type {
		parts = append(parts, "类型 "+string(f.Type))
	}
	unit, _ := f.LengthUnit()
	switch {
	case d.LengthIn != f.LengthIn && f.Length > 0:
		parts = append(parts, fmt.Sprintf("最多%d%s", f.Length, unit))
	case d.Length != f.Length && f.Length > 0:
		parts = append(parts, "长度 "+strconv.Itoa(f.Length))
	}
	if d.MinLength != f.MinLength {
		parts = append(parts, fmt.Sprintf("至少%d%s", f.MinLength, unit))
	}
	if d.Decimals != f.Decimals || d.Rounded != f.Rounded {
		parts = append(parts, placesText(f.Rules))
	}
	if d.Required != f.Required {
		parts = append(parts, map[spec.Required]string{spec.Yes: "必须", spec.No: "非必须", spec.Unstated: "非必须", spec.Conditional: "有条件必须"}[f.Required])
	}
	if d.Blank != f.Blank {
		parts = append(parts, map[bool]string{true: "值可为" + f.BlankValue(), false: "值不可为空"}[f.Blank])
	}
	if d.Enum != f.Enum && f.Enum != nil {
		parts = append(parts, "取值 "+valuesText(f.Rules))
	}
	if d.Default != f.Default {
		parts = append(parts, "默认 "+f.Default)
	}
	if d.StartsWith != f.StartsWith {
		parts = append(parts, "以 "+f.StartsWith+" 的值开头")
	}
	if d.Format != f.Format || d.Pattern != f.Pattern {
		word := "格式 "
		if f.StartsWith != "" && f.Pattern != "" {
			word = "其后格式 "
		}
		parts = append(parts, word+f.Format+f.Pattern)
	}
	return parts
}

// errorPage lists the error codes.
func errorPage(system *spec.System) string {
	var b strings.Builder
	b.WriteString("# 错误码\n")
	for _, g := range system.Errors {
		fmt.Fprintf(&b, "\n## %s %s\n\n| 错误码 | 描述 | 备注 |\n| --- | --- | --- |\n", g.Section, markdown.Line(g.Title))
		for _, e := range g.Errors {
			note := e.Reserved
			if e.Ours {
				note = strings.TrimSpace("本系统自定义，不在文档中 " + note)
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", e.Code, markdown.Cell(strings.Join(append([]string{e.Text}, e.Others...), "；")), markdown.Cell(note))
		}
	}
	b.WriteString("\n## 规则与错误码\n\n| 规则 | 错误码 |\n| --- | --- |\n")
	for _, r := range system.Rules {
		fmt.Fprintf(&b, "| %s | %s |\n", r.Rule, r.Code)
	}
	return b.String()
}

// errataPage lists the decisions.
func errataPage(system *spec.System) string {
	var b strings.Builder
	b.WriteString("# 勘误与约定\n\n文档未写明、前后矛盾或有误之处，以及我们遵循的做法。\n")
	for _, e := range system.Errata {
		fmt.Fprintf(&b, "\n## %s\n\n**%s**", e.ID, markdown.Line(e.Title))
		if e.Section != "" {
			fmt.Fprintf(&b, "（%s）", e.Section)
		}
		fmt.Fprintf(&b, "\n\n- 文档：%s\n- 遵循：%s\n", markdown.Line(e.Says), markdown.Line(e.Follow))
		if e.Since != "" {
			fmt.Fprintf(&b, "- 自：%s\n", e.Since)
		}
	}
	return b.String()
}

// reasonsFile is the page with our reasons.
const reasonsFile = "reasons.md"

// reasonsPage says why we follow what we follow; empty where nothing was decided.
func reasonsPage(system *spec.System) string {
	var b strings.Builder
	for _, e := range system.Errata {
		if e.Why != "" {
			fmt.Fprintf(&b, "| [%s](errata.md#%s) | %s | %s |\n", e.ID, e.ID, markdown.Cell(e.Title), markdown.Cell(e.Why))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "# 勘误的原因\n\n| 勘误 | 主题 | 原因 |\n| --- | --- | --- |\n" + b.String()
}
