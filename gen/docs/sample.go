package docs

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/markdown"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
)

// sampleHost is the server of samples: that of make run.
const sampleHost = "http://127.0.0.1:8080"

// signatureSample shows the first known answer that holds, with every intermediate
// result and the call of curl that sends it.
func signatureSample(b *strings.Builder, g *spec.Signature) {
	v := goodVector(g)
	if v == nil {
		return
	}
	fmt.Fprintf(b, "\n### 示例\n\n应用标识 `%s`", v.App)
	for _, s := range v.Secrets {
		name := s.Name
		if name == "issued" {
			name = "发放的令牌"
		}
		fmt.Fprintf(b, "，%s `%s`", name, s.Value)
	}
	fmt.Fprintf(b, "，时间 %s：\n\n%s\n", v.Now, fenced("http", httpText(v.Method, v.URL, v.Header, v.Body)))
	results := slices.DeleteFunc(slices.Clone(v.Expect), func(p spec.Pair) bool {
		return strings.HasPrefix(p.Name, "token") || strings.HasPrefix(p.Name, "compare") || strings.HasPrefix(p.Name, "time")
	})
	if len(results) > 0 {
		b.WriteString("\n各步的结果，`[appkey]` 和 `[token]` 代表密钥：\n\n| 结果 | 值 |\n| --- | --- |\n")
		for _, one := range results {
			fmt.Fprintf(b, "| %s | `%s` |\n", resultText(one.Name), strings.NewReplacer("|", `\|`, "`", "'", "\n", `\n`).Replace(one.Value))
		}
	}
	fmt.Fprintf(b, "\n%s\n", fenced("sh", curlText(v.Method, v.URL, v.Header, v.Body)))
}

// goodVector is the first known answer that holds, nil where there is none.
func goodVector(g *spec.Signature) *spec.SignVector {
	at := slices.IndexFunc(g.Vectors, func(v *spec.SignVector) bool { return v.Refused == nil })
	if at < 0 {
		return nil
	}
	return g.Vectors[at]
}

// resultText names an intermediate result.
func resultText(name string) string {
	if _, short, ok := strings.Cut(name, ", "); ok {
		name = short
	}
	words := map[string]string{
		"string to sign": "待签名字符串", "digest": "摘要（十六进制）", "parameters": "参数串", "plain text": "明文", "cipher text": "密文（十六进制）",
		"iv": "初始向量（十六进制）",
	}
	switch text := words[name]; {
	case text != "":
		return text
	case strings.Contains(name, ":") || strings.Contains(name, " "):
		return "`" + markdown.Cell(name) + "`"
	}
	return cmp.Or(valueText(name), "`"+markdown.Cell(name)+"`")
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

// plainExample shows a signed request of an interface and the call of curl that
// sends it.
func plainExample(b *strings.Builder, i *spec.Interface) error {
	codec, err := signature.New(bind.Signature(i.Signed()))
	if err != nil {
		return fmt.Errorf("%s: %w", i.Signed().Pos, err)
	}
	r, err := sampleRequest(i, codec)
	if err != nil {
		return err
	}
	note := "签名所需的值以文字代替，见[签名](signature.md)"
	if signed, err := sampleSign(i, r, codec); err != nil {
		return err
	} else if signed {
		note = "密钥与[签名](signature.md)的示例相同"
	}
	address := r.Path
	if r.Query != "" {
		address += "?" + r.Query
	}
	header, body := sampleHeader(i, r), string(r.Body)
	fmt.Fprintf(b, "\n### 示例\n\n请求（%s）：\n\n%s\n\n%s\n", note, fenced("http", httpText(r.Method, address, header, body)),
		fenced("sh", curlText(r.Method, address, header, body)))
	return nil
}

// sampleRequest puts samples of the fields into their places.
func sampleRequest(i *spec.Interface, codec *signature.Codec) (*signature.Request, error) {
	r := &signature.Request{Method: i.Method, Path: i.Path, Header: http.Header{}, Form: i.Form}
	known := documented(i)
	var query, form []string
	for _, f := range i.Outside() {
		text, err := sampleText(f, known)
		if err != nil {
			return nil, err
		}
		pair := url.QueryEscape(f.Name) + "=" + url.QueryEscape(text)
		switch held := signable(i.Signed()) && i.Signed().Holds(f.In, f.Name); {
		case f.In == "path":
			r.Path = strings.ReplaceAll(r.Path, "{"+f.Name+"}", url.PathEscape(text))
		case f.In == "header" && !strings.EqualFold(f.Name, "Content-Type"):
			r.Header.Set(f.Name, text)
		case f.In == "query" && !held:
			query = append(query, pair)
		case f.In == "form" && !held:
			form = append(form, pair)
		}
	}
	r.Query = strings.Join(query, "&")
	body, err := json.Marshal(sampleBody(i, known))
	switch {
	case err != nil:
		return nil, err
	case i.Form:
		r.Body = []byte(strings.Join(form, "&"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case i.Method != http.MethodGet && i.Method != http.MethodDelete:
		r.Header.Set("Content-Type", "application/json")
		if !codec.Apart() {
			r.Body = body
		}
	}
	if codec.Apart() {
		err = codec.SetPayload(r, body)
	}
	return r, err
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

// sampleSign signs a sample with the keys of the first known answer that holds. It
// reports false where a sample cannot be signed.
func sampleSign(i *spec.Interface, r *signature.Request, codec *signature.Codec) (bool, error) {
	g := i.Signed()
	if !signable(g) {
		return false, nil
	}
	v, secrets := goodVector(g), map[string]string{}
	for _, s := range v.Secrets {
		secrets[s.Name] = s.Value
	}
	keys, err := codec.Keys(v.App, secrets)
	if err != nil {
		return false, fmt.Errorf("%s: %w", v.Pos, err)
	}
	r.Token = secrets["issued"]
	now, err := time.Parse(time.RFC3339, v.Now)
	if err != nil {
		now = time.Date(2026, 11, 22, 8, 0, 0, 0, time.FixedZone("CST", 8*60*60))
	}
	if err := codec.Sign(r, keys, now, func() string { return "9f3c1a7e5b2d4860" }); err != nil {
		return false, fmt.Errorf("%s: %w", i.Pos, err)
	}
	return true, nil
}

// signable reports whether samples can be signed: with the keys of a known answer,
// and with the same result each time.
func signable(g *spec.Signature) bool {
	fixed := []string{"key", "zero", "token", "appkey"}
	return goodVector(g) != nil && !slices.ContainsFunc(g.Steps, func(s *spec.SignStep) bool {
		return s.Op == "encrypt" && !strings.HasSuffix(s.Algorithm, "-ecb") && !slices.Contains(fixed, s.IV)
	})
}

// sampleHeader lists the header of a sample: the fields in the document's order and
// letter case, then what the signature adds.
func sampleHeader(i *spec.Interface, r *signature.Request) []spec.Pair {
	var out []spec.Pair
	left := r.Header.Clone()
	add := func(name string) {
		if value := left.Get(name); value != "" {
			out = append(out, spec.Pair{Name: name, Value: value})
		}
		left.Del(name)
	}
	for _, f := range i.Outside() {
		if f.In == "header" {
			add(f.Name)
		}
	}
	for _, value := range i.Signed().Values() {
		if in, name := spec.Value(value); in == "header" {
			add(name)
		}
	}
	add("Content-Type")
	return out
}
