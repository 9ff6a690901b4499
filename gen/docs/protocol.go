package docs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/markdown"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/spec"
)

// protocolFile is the page about the protocol.
const protocolFile = "protocol.md"

// protocolPage explains to partners how messages are written, signed and encrypted: the
// places, the values in the order in which they are made, the rules, and a message that
// holds.
func protocolPage(system *spec.System, m *bind.Sampler) (string, error) {
	d, err := declare.Parse([]byte(system.Protocol.Text))
	if err != nil {
		return "", err
	}
	p := &page{system: system, d: d}
	p.line("# 协议\n\n本页说明报文如何书写、签名和加密。`{…}` 代表一个值：应用标识、密钥、报文的一部分，或下面“值”中的一项。")
	p.keys()
	if d.App == "given" {
		p.line("\n报文不含应用标识，由地址区分：路径前加 `/app/应用标识`；只有一个应用时可以不加。签名包含路径时，以实际请求的路径为准。")
	}
	p.message("请求", d.Request, system.Protocol.Request)
	p.message("应答", d.Reply, system.Protocol.Reply)
	if slices.ContainsFunc(system.Interfaces, func(i *spec.Interface) bool { return i.Kind == spec.Notify }) && d.Push != nil {
		p.message("通知", d.Push, system.Protocol.Push)
		p.message("对通知的应答", d.Push.Answer, nil)
	}
	p.sample(m)
	p.line("\n## 核对不符时\n\n把发出的请求原样（HTTP 报文，或一条 curl 命令）连同所签的字符串交给服务方。服务方用下面的命令" +
		"列出接收端每一步的文本、第一个不同的字节和可能的原因；密钥只以名称出现：\n\n```sh\njiekou explain-signature --app APP.json --sender SIGNED.txt REQUEST.http\n```\n\n" +
		"常见的原因：多了或少了换行；签名之后又重新生成了 JSON；字母大小写；URL 转义；参数次序；用错了密钥。")
	return p.b.String(), nil
}

// page is the page while it is written.
type page struct {
	b      strings.Builder
	system *spec.System
	d      *declare.Protocol
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

// keys lists the keys of an app.
func (p *page) keys() {
	if len(p.d.Keys) == 0 {
		return
	}
	p.line("\n## 密钥\n\n登记应用时约定，请勿写入日志。\n\n| 名称 | 类型 |\n| --- | --- |")
	for _, k := range p.d.Keys {
		p.line("| `%s` | %s |", markdown.Cell(k.Name), keyText(k))
	}
}

// keyText says what a key is.
func keyText(k declare.Key) string {
	text := map[string]string{
		"text": "双方共有的文本", "hex": "双方共有的密钥，十六进制", "base64": "双方共有的密钥，Base64", "rsa": "RSA 密钥对", "sm2": "SM2 密钥对",
		"ed25519": "Ed25519 密钥对", "ecdsa": "ECDSA 密钥对",
	}[k.Kind]
	if strings.HasSuffix(text, "密钥对") {
		text += "，所属一方持有私钥，另一方持有公钥"
	}
	if k.System {
		text += "，所有应用相同"
	}
	return text
}

// message explains one message and its variants.
func (p *page) message(title string, m *declare.Message, rows spec.Fields) {
	if m == nil {
		return
	}
	p.line("\n## %s", title)
	p.shape(m, rows)
	n := 0
	for _, v := range m.Variants {
		if sameShape(v) {
			continue
		}
		n++
		p.line("\n### %s的其他形式 %d\n\n适用于：%s。未列出的与上面相同。", title, n, whenText(v.When))
		if v.Answer != nil {
			p.line("\n这是握手，由协议自己应答。")
		}
		p.shape(v, nil)
	}
}

// sameShape reports whether a variant says nothing but when it is taken.
func sameShape(v *declare.Message) bool {
	return v.Method == nil && v.Host == nil && v.Path == nil && v.Query == nil && v.Header == nil && v.Body == nil &&
		v.Status == nil && v.Values == nil && v.Guards == nil && v.Success == nil && v.Failure == nil && v.Answer == nil
}

// shape explains places, values and rules of one form of a message.
func (p *page) shape(m *declare.Message, rows spec.Fields) {
	p.start(m)
	p.places(m, rows)
	p.values(m)
	p.rules(m)
	p.outcomes(m)
}

// start is the first line of a request, and where the body is.
func (p *page) start(m *declare.Message) {
	var parts []string
	for _, one := range []struct {
		name string
		text *declare.Text
	}{{"方法", m.Method}, {"主机", m.Host}, {"路径", m.Path}} {
		if one.text != nil {
			parts = append(parts, one.name+" "+code(one.text.Source))
		}
	}
	if m.Body != nil {
		carriage := map[string]string{"json": "JSON", "xml": "XML", "form": "表单", "multipart": "multipart/form-data", "text": "文本"}[m.Carriage]
		switch {
		case m.Body.Text != nil && m.Body.Text.Source == "":
			parts = append(parts, "没有正文")
		case m.Body.Text != nil:
			parts = append(parts, fmt.Sprintf("正文为 %s：%s", carriage, code(m.Body.Text.Source)))
		default:
			parts = append(parts, "正文为 "+carriage)
		}
	}
	if m.Query != nil && m.Query.Text != nil {
		parts = append(parts, "查询串为 "+code(m.Query.Text.Source))
	}
	for _, s := range m.Status {
		if s.Code == "*" {
			parts = append(parts, fmt.Sprintf("HTTP 状态 %d", s.Status))
			continue
		}
		parts = append(parts, fmt.Sprintf("%s 时 HTTP 状态 %d", code(s.Code), s.Status))
	}
	if len(parts) > 0 {
		p.line("\n%s。", strings.Join(parts, "；"))
	}
}

// code is a text of the declaration as code in one line.
func code(text string) string {
	return "`" + strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, "`", "'").Replace(text) + "`"
}

// cell is code in a table.
func cell(text string) string { return strings.ReplaceAll(code(text), "|", `\|`) }

// spot is one place of a message.
type spot struct {
	name     string
	template string
	optional bool
	raw      bool
}

// spots lists the places of a message: headers, parameters and members of the body.
func spots(m *declare.Message) (list []spot) {
	for _, one := range []struct {
		word string
		part *declare.Part
	}{{"请求头 ", m.Header}, {"查询参数 ", m.Query}, {"", m.Body}} {
		if one.part == nil || one.part.Text != nil {
			continue
		}
		word := one.word
		if one.part == m.Body {
			word = map[string]string{"json": "成员 ", "xml": "元素 ", "form": "表单参数 ", "multipart": "部分 "}[m.Carriage]
		}
		list = append(list, below(one.part, word, "")...)
	}
	return list
}

// below lists the places of a tree.
func below(p *declare.Part, word, path string) (list []spot) {
	for n, c := range p.Children {
		name := fmt.Sprint(n)
		if c.Name != nil {
			name = c.Name.Source
		}
		here := strings.TrimPrefix(path+"/"+name, "/")
		switch {
		case c.Rest:
			here = strings.TrimPrefix(path+"/其他", "/")
			list = append(list, spot{word + here, c.Text.Source, c.Optional, false})
		case c.Text != nil:
			list = append(list, spot{word + "`" + here + "`", c.Text.Source, c.Optional, c.Text.Scalar})
		default:
			list = append(list, below(c, word, here)...)
		}
	}
	return list
}

// places is the table of places.
func (p *page) places(m *declare.Message, rows spec.Fields) {
	list := spots(m)
	if len(list) == 0 {
		return
	}
	p.line("\n| 位置 | 内容 | 必填 | 说明 |\n| --- | --- | --- | --- |")
	for _, s := range list {
		must := "是"
		if s.optional {
			must = "否"
		}
		p.line("| %s | %s | %s | %s |", s.name, cell(s.template), must, markdown.Cell(p.meaning(s, rows)))
	}
}

// meaning is the label of a place in the document's tables, or what its value is.
func (p *page) meaning(s spot, rows spec.Fields) string {
	for _, f := range rows {
		if strings.HasSuffix(s.name, "`"+f.Path+"`") {
			return fieldText(f)
		}
	}
	t, err := declare.ParseText(s.template)
	if err != nil || len(t.Pieces) != 1 || t.Pieces[0].Name == "" {
		return ""
	}
	if text := p.holeText(t.Pieces[0].Name); !strings.HasPrefix(text, "值 ") {
		return text
	}
	return "" // the value is explained below
}
