// Package collection writes the calls of a system for the tools that people call with:
// Postman (which Apifox imports, too), Bruno and YApi. Where a tool runs scripts, one
// script of the collection seals every request and another one opens every reply.
package collection

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/export/call"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
)

//go:embed scripts/*.js
var scripts embed.FS

// baseURL is the server of collections until somebody writes another one: that of make
// run.
const baseURL = "http://127.0.0.1:8080"

// Postman is a collection of version 2.1, which Postman, Apifox and Insomnia import.
func Postman(set *call.Set) ([]byte, error) {
	s := set.System
	var folders []any
	for _, g := range s.Groups {
		var items []any
		for _, c := range set.Calls {
			if c.Interface.Group == g {
				items = append(items, postmanItem(c))
			}
		}
		if len(items) > 0 {
			folders = append(folders, ordered.Object{{"name", strings.TrimSpace(g.Section + " " + g.Title)}, {"item", items}})
		}
	}
	variables := []any{ordered.Object{{"key", "baseUrl"}, {"value", baseURL}, {"description", "服务地址"}}}
	for _, v := range set.Variables {
		if v.Optional && v.Name == set.Program.Token {
			v.Label += "，留空则自动登录获取"
		}
		variables = append(variables, ordered.Object{{"key", v.Name}, {"value", v.Value}, {"description", v.Label}})
	}
	return indented(ordered.Object{
		{"info", ordered.Object{
			{"name", strings.TrimSpace(s.Title + " " + s.Version)},
			{"description", about(set)},
			{"schema", "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
		}},
		{"item", folders},
		{"event", []any{event("prerequest", stopping(sealing(set, "postman_seal.js"))), event("test", opening(set, "postman_open.js"))}},
		{"variable", variables},
	})
}

// event is a script of a collection.
func event(listen, text string) ordered.Object {
	return ordered.Object{{"listen", listen}, {"script", ordered.Object{{"type", "text/javascript"}, {"exec", strings.Split(text, "\n")}}}}
}

// stopping is a script that lets no request go where it fails: without that, Postman and
// newman send it as it was typed. What failed counts as an assertion that does not hold.
func stopping(script string) string {
	return "const stopped = (act) => {\n  try {\n    act();\n  } catch (e) {\n    pm.test(\"请求没有发出：\" + e.message, () => { throw e; });\n" +
		"    if (pm.execution && pm.execution.skipRequest) pm.execution.skipRequest();\n    throw e;\n  }\n};\nstopped(() => {\n" + script + "\n});"
}

// about describes a collection, and says what it cannot do.
func about(set *call.Set) string {
	if set.Gap != nil {
		return Cannot(set)
	}
	return "在集合变量中填写 baseUrl、应用标识 app 和密钥。集合的前置脚本按协议写好并保护每个请求，后置脚本验证并解开每个应答。" +
		"请求名的第一个词是接口名，请勿修改。"
}

// Cannot says plainly what of a protocol a script cannot carry.
func Cannot(set *call.Set) string {
	return fmt.Sprintf("脚本做不到本系统的协议：%s（%s）。请求不会发出。请用 jiekou call，或生成的客户端。", set.Gap.What, set.Gap.Place)
}

// sealing is the script before requests; own is what a tool has around it. Where the protocol cannot be carried, it lets
// none go.
func sealing(set *call.Set, own string) string {
	if set.Gap != nil {
		return "throw new Error(" + text(Cannot(set)) + ");"
	}
	inputs := set.Program.Inputs
	if set.Program.Token != "" {
		inputs = append(inputs[:len(inputs):len(inputs)], set.Program.Token)
	}
	special := ordered.Object{}
	for _, c := range set.Calls {
		one := ordered.Object{}
		if c.Interface.FrameName != "" {
			one = append(one, ordered.Member{"frame", c.Interface.FrameName})
		}
		if c.Form {
			one = append(one, ordered.Member{"form", true})
		}
		if c.Token {
			one = append(one, ordered.Member{"token", true})
		}
		if len(one) > 0 {
			special = append(special, ordered.Member{c.Interface.Cmd, one})
		}
	}
	head := "const interfaces = " + text(special) + ";\n\nconst inputs = " + text(append([]string{}, inputs...)) + ";\n\n"
	head += "const login = " + text(login(set)) + ";\n\n"
	if own == "postman_seal.js" && set.LoginCall() != nil {
		return set.Program.BothWith(head + glue("postman_login.js") + glue(own))
	}
	return set.Program.SealWith(head + glue(own))
}

// login is how the script gets the token that calls carry, nil where it cannot.
func login(set *call.Set) any {
	c := set.LoginCall()
	if c == nil {
		return nil
	}
	path := func(text string) []string {
		return strings.FieldsFunc(text, func(r rune) bool { return r == '/' })
	}
	return ordered.Object{
		{"cmd", c.Interface.Cmd},
		{"input", set.Program.Token},
		{"frame", c.Interface.FrameName},
		{"form", c.Form},
		{"method", c.Method},
		{"path", c.Path},
		{"payload", cmp.Or(set.Login.Payload, "{}")},
		{"value", path(set.Login.Value)},
		{"seconds", path(set.Login.Seconds)},
		{"lasts", int(set.Login.Lasts.Seconds())},
		{"codes", append([]string{}, set.Login.Codes...)},
	}
}

// opening is the script behind replies.
func opening(set *call.Set, own string) string {
	if set.Gap != nil {
		return ""
	}
	codes := []string{}
	for e := range set.System.EveryCode() {
		codes = append(codes, e.Code)
	}
	head := "const documented = " + text(codes) + ";\n\n"
	head += "const login = " + text(login(set)) + ";\n\n"
	return set.Program.OpenWith(head + glue(own))
}

// glue is one of our scripts.
func glue(name string) string {
	b, err := scripts.ReadFile("scripts/" + name)
	if err != nil {
		return "" // the names are ours
	}
	return string(b)
}

// text is JSON on one line, as scripts have it.
func text(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return "null" // texts and lists of texts
	}
	return strings.TrimSpace(b.String())
}

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}

// postmanItem is a request with its sample.
func postmanItem(c *call.Call) ordered.Object {
	raw := "{{baseUrl}}" + c.Path
	var query, header []any
	for n, p := range c.Query {
		raw += map[bool]string{true: "?", false: "&"}[n == 0] + p.Name + "=" + p.Value
		query = append(query, ordered.Object{{"key", p.Name}, {"value", p.Value}, {"description", p.Label}})
	}
	for _, p := range c.Header {
		header = append(header, ordered.Object{{"key", p.Name}, {"value", p.Value}, {"description", p.Label}})
	}
	address := ordered.Object{{"raw", raw}, {"host", []string{"{{baseUrl}}"}}}
	if path := strings.Trim(c.Path, "/"); path != "" {
		address = append(address, ordered.Member{"path", strings.Split(path, "/")})
	}
	if query != nil {
		address = append(address, ordered.Member{"query", query})
	}
	request := ordered.Object{{"method", c.Method}, {"header", orEmpty(header)}, {"url", address}, {"description", described(c.Interface)}}
	if c.Body != "" {
		request = append(request, ordered.Member{"body", ordered.Object{
			{"mode", "raw"}, {"raw", c.Body}, {"options", ordered.Object{{"raw", ordered.Object{{"language", "json"}}}}},
		}})
	}
	return ordered.Object{
		{"name", c.Name()},
		{"protocolProfileBehavior", ordered.Object{{"disableUrlEncoding", true}, {"disableBodyPruning", c.Body != ""}}},
		{"request", request},
		{"response", []any{ordered.Object{
			{"name", "示例（解开之后的业务数据）"},
			{"originalRequest", request},
			{"status", "OK"},
			{"code", 200},
			{"_postman_previewlanguage", "json"},
			{"header", []any{}},
			{"body", c.Reply},
		}}},
	}
}

func orEmpty(list []any) []any {
	if list == nil {
		return []any{}
	}
	return list
}

// described is the document's words about an interface, with its fields.
func described(i *spec.Interface) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", i.Section, strings.TrimSpace(i.Code+" "+i.Title))
	if i.Note != "" {
		b.WriteString("\n\n" + i.Note)
	}
	b.WriteString("\n")
	for f := range i.Request.All() {
		must := map[bool]string{true: "必须，", false: ""}[f.IsRequired()]
		fmt.Fprintf(&b, "\n- `%s`：%s%s", f.Path, must, f.Label)
	}
	return b.String()
}
