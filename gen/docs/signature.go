package docs

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/markdown"
	"github.com/jiekou-dev/jiekou/spec"
)

// signatureDoc explains to partners how requests of a signed system are signed: the
// steps in the order of sending, and a request that holds.
func signatureDoc(system *spec.System) string {
	var b strings.Builder
	b.WriteString("# 签名\n\n请求是普通的 HTTP 请求。每个应用有应用标识、token 和 appkey，由服务方登记应用时给出；token 和 appkey 是密钥，请勿写入日志。\n")
	for _, g := range system.AllSignatures() {
		if g.Name != "" {
			fmt.Fprintf(&b, "\n## 签名 %s\n\n用于 %s。\n", markdown.Line(g.Name), strings.Join(signedBy(system, g), "、"))
		} else if len(system.Signatures) > 0 {
			b.WriteString("\n## 默认签名\n\n用于没有另行说明的接口。\n")
		}
		signatureSteps(&b, g)
		signatureSample(&b, g)
	}
	b.WriteString("\n## 签名不符时\n\n把发出的请求原样（HTTP 报文，或一条 curl 命令）连同所签的字符串交给服务方。服务方用下面的命令" +
		"列出接收端每一步的字符串、第一个不同的字节和可能的原因；密钥只以名称出现：\n\n```sh\njiekou explain-signature --app APP.json --sender SIGNED.txt REQUEST.http\n```\n\n" +
		"常见的原因：多了或少了换行；签名之后又重新生成了 JSON；字母大小写；URL 转义；参数次序；用错了密钥。应答不签名。\n")
	return b.String()
}

// signedBy links the interfaces that name a signature.
func signedBy(system *spec.System, g *spec.Signature) []string {
	var out []string
	for _, i := range system.Interfaces {
		if i.Signature == g.Name {
			out = append(out, fmt.Sprintf("[%s](%s.md#%s)", i.Cmd, i.Group.Name, markdown.Anchor(i.Cmd)))
		}
	}
	return out
}

// signatureSteps lists the steps of a sender, in order.
func signatureSteps(b *strings.Builder, g *spec.Signature) {
	n := 0
	step := func(format string, args ...any) {
		n++
		fmt.Fprintf(b, "%d. %s\n", n, fmt.Sprintf(format, args...))
	}
	b.WriteString("\n### 步骤\n\n")
	app := ""
	if _, name := spec.Value(g.App); slices.Contains([]string{"token", "appkey"}, strings.ToLower(name)) {
		app = fmt.Sprintf("注意：这里的 `%s` 是应用标识，不是密钥。", name)
	}
	step("%s：应用标识。%s", valueText(g.App), app)
	if t := g.Time; t != nil {
		step("%s：发送时间，%s。与服务器时间相差超过 %s的请求%s。", valueText(t.Value), unitText(t.Unit), spanText(window(t)),
			refusalText(t.Else))
	}
	if n := g.Nonce; n != nil && !slices.ContainsFunc(g.Steps, func(s *spec.SignStep) bool { return s.To == n.Value }) {
		step("%s：随机值，每个请求不同。", valueText(n.Value))
	}
	for _, s := range g.Steps {
		switch s.Op {
		case "compare":
			step("%s：必须等于应用的 %s%s。不符的请求%s。", valueText(s.Value), s.With, acceptText(s.Accept), refusalText(s.Else))
		case "token":
			step("%s：发放给应用、尚未过期的令牌%s。无效的请求%s。", valueText(s.Value), acceptText(s.Accept), refusalText(s.Else))
		case "encrypt":
			step("%s", encryptText(s))
		case "sign":
			step("%s", signText(s))
		}
	}
	if n := g.Nonce; n != nil {
		step("%s 的值只能使用一次，重复的请求%s。", valueText(n.Value), refusalText(n.Else))
	}
}

// window is how old a request may be.
func window(t *spec.SignTime) time.Duration {
	if t.Window == 0 {
		return 5 * time.Minute // the runtime's default
	}
	return t.Window
}

// spanText is a time span in words.
func spanText(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return fmt.Sprintf("%d 小时", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d 分钟", d/time.Minute)
	case d%time.Second == 0:
		return fmt.Sprintf("%d 秒", d/time.Second)
	}
	return fmt.Sprintf("%d 毫秒", d/time.Millisecond)
}

// unitText says how a time is written.
func unitText(unit string) string {
	switch unit {
	case "s", "":
		return "自 1970 年起的秒数"
	case "ms":
		return "自 1970 年起的毫秒数"
	case "rfc3339":
		return "RFC 3339 格式，如 2026-11-22T08:00:00+08:00"
	}
	return "格式为 `" + unit + "`，北京时间"
}

// refusalText describes the answer to a request that does not hold.
func refusalText(code string) string {
	if code == "" {
		return "被拒绝，见[错误码](errors.md)"
	}
	return "返回 " + code
}

// acceptText lists further places of a value.
func acceptText(accept []string) string {
	var list []string
	for _, v := range accept {
		list = append(list, valueText(v))
	}
	if list == nil {
		return ""
	}
	return "（也可放在" + strings.Join(list, "、") + "）"
}

// valueText names a value of a request.
func valueText(value string) string {
	in, name := spec.Value(value)
	if name == "" {
		whole := map[string]string{
			"method": "HTTP 方法（大写）", "path": "URL 路径（按发送时的转义）", "query": "URL 中 `?` 之后的查询串原文", "body": "请求体原文（逐字节）",
			"token": "应用的 token", "appkey": "应用的 appkey", "params": "参数串",
		}
		return whole[value]
	}
	places := map[string]string{"header": "请求头", "query": "查询参数", "form": "表单参数", "body": "请求体成员"}
	return places[in] + " `" + name + "`"
}

// algorithmText names an algorithm.
func algorithmText(name string) string {
	if strings.HasPrefix(name, "hmac-") {
		return strings.ToUpper(name)
	}
	return strings.Replace(strings.ToUpper(name), "SHA", "SHA-", 1)
}

// encodingText says how bytes are written.
func encodingText(encoding string) string {
	switch encoding {
	case "HEX":
		return "大写十六进制"
	case "base64":
		return "Base64"
	case "base64url":
		return "URL 安全的 Base64（无填充）"
	}
	return "小写十六进制"
}

// keyText says which bytes are the key.
func keyText(s *spec.SignStep) string {
	how := map[string]string{
		"hex": "，按十六进制解码", "base64": "，按 Base64 解码", "md5": " 的 MD5（16 字节）", "sha256": " 的 SHA-256（32 字节）",
		"md5-hex": " 的 MD5 的小写十六进制文本（32 字节）",
	}[s.Derive]
	if strings.Contains(s.Key, "{") {
		return "密钥为文本 `" + shown(s.Key) + "`，其中 `{appkey}`、`{token}` 代表应用的 appkey、token" + how
	}
	return "密钥为应用的 " + s.Key + how
}

// encryptText explains an encrypt step.
func encryptText(s *spec.SignStep) string {
	iv := "，初始向量每次随机生成，放在密文之前"
	switch {
	case strings.HasSuffix(s.Algorithm, "-ecb"):
		iv = ""
	case s.IV == "key":
		iv = "，初始向量为密钥的前 16 字节"
	case s.IV == "zero":
		iv = "，初始向量为 16 个零字节"
	case s.IV == "token" || s.IV == "appkey":
		iv = "，初始向量取自应用的 " + s.IV
	case s.IV != "" && s.IV != "prefix":
		iv = "，初始向量每次随机生成，放在" + valueText(s.IV)
	}
	padding := "，PKCS#7 填充"
	if strings.HasSuffix(s.Algorithm, "-gcm") {
		padding = ""
	}
	encoding := "Base64"
	if s.Encoding != "" {
		encoding = encodingText(s.Encoding)
	}
	return fmt.Sprintf("把业务参数的 JSON 用 %s 加密（%s%s%s），写成 %s，放在%s。无法解密的请求%s。", strings.ToUpper(s.Algorithm),
		keyText(s), padding, iv, encoding, valueText(s.To), refusalText(s.Else))
}

// signText explains a sign step.
func signText(s *spec.SignStep) string {
	var b strings.Builder
	fmt.Fprintf(&b, "按下面的模板拼出待签名字符串，`\\n` 是换行符，各部分之间没有其他字符：\n\n   ```\n   %s\n   ```\n\n", shown(s.Over))
	for _, part := range s.Parts() {
		fmt.Fprintf(&b, "   - `%s`：%s\n", part.Raw, partText(part))
	}
	for _, other := range s.Accept {
		fmt.Fprintf(&b, "   - 接收时也接受：`%s`\n", shown(other))
	}
	if s.Params != nil {
		fmt.Fprintf(&b, "   - 参数串：%s\n", paramsText(s.Params))
	}
	key := ""
	if s.Key != "" {
		key = "（" + keyText(s) + "）"
	}
	fmt.Fprintf(&b, "\n   对其 UTF-8 字节计算 %s%s，写成%s，放在%s。签名不符的请求%s。", algorithmText(s.Algorithm), key,
		encodingText(s.Encoding), valueText(s.To), refusalText(s.Else))
	return b.String()
}

// shown makes the line breaks of a template visible.
func shown(text string) string {
	return strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, "`", "'").Replace(text)
}

// partText explains one part of a template.
func partText(p spec.TemplatePart) string {
	text := valueText(p.Value)
	for n, f := range p.Filters {
		next := ""
		if n+1 < len(p.Filters) {
			next = p.Filters[n+1]
		}
		switch f {
		case "lower":
			text += "，转为小写"
		case "upper":
			text += "，转为大写"
		case "url":
			text += "，按 RFC 3986 转义"
		case "hex", "HEX", "base64", "base64url":
		default:
			text += "的 " + algorithmText(f) + "，写成" + encodingText(next)
		}
	}
	return text
}

// paramsText explains how {params} is written.
func paramsText(p *spec.SignParams) string {
	var from []string
	for _, f := range p.From {
		name, value, renamed := strings.Cut(f, "=")
		switch {
		case f == "query":
			from = append(from, "全部查询参数")
		case f == "form":
			from = append(from, "全部表单参数")
		case f == "body":
			from = append(from, "请求体 JSON 的全部成员")
		case renamed:
			from = append(from, valueText(value)+"（名称写作 `"+name+"`）")
		default:
			from = append(from, valueText(f))
		}
	}
	order := map[string]string{"": "按参数名的字节序排序", "sorted": "按参数名的字节序排序", "values": "按参数值的字节序排序", "listed": "按发送的次序"}
	parts := []string{"取" + strings.Join(from, "、") + "，签名本身除外"}
	if len(p.Except) > 0 {
		parts = append(parts, "去掉 "+strings.Join(p.Except, "、"))
	}
	if !p.Empty {
		parts = append(parts, "去掉值为空的参数")
	}
	parts = append(parts, order[p.Order])
	if p.Values {
		parts = append(parts, "只取参数值")
	} else {
		parts = append(parts, "名称与值之间"+betweenText(p.Pair, "="))
	}
	parts = append(parts, "参数之间"+betweenText(p.Join, "&"))
	if p.URL {
		parts = append(parts, "名称与值按 RFC 3986 转义")
	} else {
		parts = append(parts, "名称与值不转义")
	}
	return strings.Join(parts, "；")
}

// betweenText describes the separator between two texts.
func betweenText(written, usual string) string {
	switch written {
	case "-":
		return "没有字符"
	case "":
		written = usual
	}
	return "用 `" + shown(written) + "`"
}
