package docs

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
)

// sample shows the known answer whose keys the samples have, with every intermediate
// result and, of a request, the call of curl that sends it.
func (p *page) sample(m *bind.Sampler) {
	k := m.Known()
	if k == nil {
		return
	}
	p.line("\n## 示例\n")
	source := ""
	if k.Section != "" {
		source = "（取自文档第 " + k.Section + " 节）"
		if !strings.Contains(k.Section, ".") {
			source = "（取自文档第 " + k.Section + " 章）"
		}
	}
	text := "应用标识 `" + k.App + "`"
	for _, key := range k.Keys {
		text += fmt.Sprintf("，%s `%s`", key.Name, strings.ReplaceAll(key.Value, "`", "'"))
	}
	if k.Issued != "" {
		text += "，发放的令牌 `" + k.Issued + "`"
	}
	method := cmp.Or(k.Method, http.MethodPost)
	p.line("%s%s，时间 %s：\n\n%s", text, source, k.At, fenced("http", httpText(method, k.URL, k.Header, k.Body)))
	p.line("\n各步的结果，方括号中的名称代表密钥：\n\n| 结果 | 值 |\n| --- | --- |")
	lines := m.Lines()
	for n, one := range lines {
		again := n+1 < len(lines) && lines[n+1].Text == one.Text // the last step gives the value
		if name := lineText(one.Step); name != "" && !again {
			p.line("| %s | %s |", name, cell(one.Text))
		}
	}
	p.line("\n%s", fenced("sh", curlText(method, k.URL, k.Header, k.Body)))
}

// lineText names an intermediate result, nothing where it says no more than others.
func lineText(step string) string {
	name, what, ok := strings.Cut(step, ", ")
	switch {
	case !ok && step == "payload":
		return "业务参数"
	case !ok || what == "came":
		return ""
	case what == "text":
		return "`" + name + "` 的文本"
	case what == "ours":
		return "`" + name + "`"
	case what == "undone":
		return "`" + name + "` 还原后"
	}
	return "`" + name + "`，" + "`" + what + "` 之后"
}

// fenced is a block of code, fenced by more back quotes than it holds.
func fenced(language, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + language + "\n" + strings.TrimRight(text, "\n") + "\n" + fence
}

// httpText is a request as it stands on the wire.
func httpText(method, address string, header []spec.Pair, body string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\n", method, address)
	for _, h := range header {
		fmt.Fprintf(&b, "%s: %s\n", h.Name, h.Value)
	}
	if body != "" {
		b.WriteString("\n" + body)
	}
	return b.String()
}

// curlText is the call of curl that sends a request.
func curlText(method, address string, header []spec.Pair, body string) string {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	text := "curl -X " + method + " " + quote(portal.SampleHost+address)
	for _, h := range header {
		text += " \\\n  -H " + quote(h.Name+": "+h.Value)
	}
	if body != "" {
		text += " \\\n  --data-binary " + quote(body)
	}
	return text
}

// requestSamples are the message of an interface and, of a request, the call of curl
// that sends it; nothing where none can be made.
func requestSamples(i *spec.Interface, m *bind.Sampler, draft *message.Message, payload []byte) []portal.Example {
	r := m.Request(i, draft, payload)
	if r == nil {
		return nil
	}
	note := "密钥与协议的示例相同"
	address := r.Path
	if r.Query != "" {
		address += "?" + r.Query
	}
	header, body := sampleHeader(i, r), string(r.Body)
	text := httpText(r.Method, address, header, body)
	switch {
	case m.Known() != nil:
	case m.Keyed() || strings.Contains(text, bind.MadeUp):
		note = "密钥以文字代替"
	default: // nothing in it is a key, or made with one
		note = ""
	}
	out := []portal.Example{{Title: "报文", Language: "http", Text: text, Note: note}}
	if i.Kind != spec.Notify {
		out = append(out, portal.Example{Title: curlTitle, Language: "sh", Text: curlText(r.Method, address, header, body)})
	}
	return out
}

// sampleHeader lists the header of a sample: the fields in the document's order and
// letter case, then the others.
func sampleHeader(i *spec.Interface, r *message.Message) []spec.Pair {
	var out []spec.Pair
	left := r.Header.Clone()
	add := func(name string) {
		if value := left.Get(name); value != "" {
			out = append(out, spec.Pair{Name: name, Value: value})
		}
		left.Del(name)
	}
	for _, f := range i.Outside() {
		if f.In == "header" && !strings.EqualFold(f.Name, "Content-Type") {
			add(f.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		if name != "Content-Type" {
			add(name)
		}
	}
	add("Content-Type")
	return out
}
