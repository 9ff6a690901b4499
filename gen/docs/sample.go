package docs

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
)

// sampleHost is the server of samples: that of make run.
const sampleHost = "http://127.0.0.1:8080"

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
	text := "curl -X " + method + " " + quote(sampleHost+address)
	for _, h := range header {
		text += " \\\n  -H " + quote(h.Name+": "+h.Value)
	}
	if body != "" {
		text += " \\\n  --data-binary " + quote(body)
	}
	return text
}

// requestSample shows the message of an interface, and for a request the call of curl
// that sends it; nothing where none can be made.
func requestSample(b *strings.Builder, i *spec.Interface, m *bind.Sampler, draft *message.Message, payload []byte) {
	r := m.Request(i, draft, payload)
	if r == nil {
		return
	}
	note := "密钥与[协议](protocol.md)的示例相同"
	if m.Known() == nil {
		note = "密钥以文字代替"
	}
	address := r.Path
	if r.Query != "" {
		address += "?" + r.Query
	}
	header, body := sampleHeader(i, r), string(r.Body)
	fmt.Fprintf(b, "\n报文（%s）：\n\n%s\n", note, fenced("http", httpText(r.Method, address, header, body)))
	if i.Kind != spec.Notify {
		fmt.Fprintf(b, "\n%s\n", fenced("sh", curlText(r.Method, address, header, body)))
	}
}

// sampleDraft puts samples of the fields into their places: what the interface says
// beside the payload.
func sampleDraft(i *spec.Interface) (*message.Message, error) {
	m := &message.Message{Method: i.Method, Path: i.Path, Header: http.Header{}}
	if i.Kind == spec.Notify {
		m.Path = cmp.Or(m.Path, "/")
	}
	known := documented(i)
	var query []string
	for _, f := range i.Outside() {
		text, err := sampleText(f, known)
		if err != nil {
			return nil, err
		}
		switch {
		case f.In == "path":
			m.Path = strings.ReplaceAll(m.Path, "{"+f.Name+"}", url.PathEscape(text))
		case f.In == "header" && !strings.EqualFold(f.Name, "Content-Type"):
			m.Header.Set(f.Name, text)
		case f.In == "query":
			query = append(query, url.QueryEscape(f.Name)+"="+url.QueryEscape(text))
		}
	}
	m.Query = strings.Join(query, "&")
	return m, nil
}

// samplePayload is the JSON of the fields of the body, empty where the request has none.
func samplePayload(i *spec.Interface) ([]byte, error) {
	if i.IsBodyless() {
		return nil, nil
	}
	return json.Marshal(sampleBody(i, documented(i)))
}

// documented are the members of the document's own sample of a request, nil where it
// gives none: they are values that its patterns accept.
func documented(i *spec.Interface) map[string]json.RawMessage {
	var out map[string]json.RawMessage
	if i.Example == nil || json.Unmarshal([]byte(i.Example.Request), &out) != nil {
		return nil
	}
	return out
}

// sampleBody is a sample of the body: the document's, with what it lacks and what is
// required, or one of our own.
func sampleBody(i *spec.Interface, known map[string]json.RawMessage) ordered.Object {
	if known == nil {
		return exampleObject(i.Body())
	}
	out := ordered.Object{}
	for _, f := range i.Body() {
		if v, ok := known[f.Name]; ok {
			out = append(out, ordered.Member{f.Name, v})
		} else if v := exampleValue(f); v != nil && f.IsRequired() {
			out = append(out, ordered.Member{f.Name, v})
		}
	}
	return out
}

// sampleText is a sample of a field outside of the body.
func sampleText(f *spec.Field, known map[string]json.RawMessage) (string, error) {
	v := exampleValue(f)
	if sample, ok := known[f.Name]; ok {
		if err := json.Unmarshal(sample, &v); err != nil {
			return "", err
		}
	}
	if v == nil {
		return "", nil
	}
	if text, ok := v.(string); ok {
		return text, nil
	}
	text, err := json.Marshal(v)
	return string(text), err
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
