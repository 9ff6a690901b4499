package collection

import (
	"encoding/json"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/export/call"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/spec"
)

// YApi is what YApi imports as its own JSON: a category for each group, with the schemas
// of requests and replies. YApi imports no scripts, so it documents the calls and cannot
// seal them; the descriptions say so.
func YApi(set *call.Set) ([]byte, error) {
	out := []any{}
	for n, g := range set.System.Groups {
		var list []any
		for _, c := range set.Calls {
			if c.Interface.Group != g {
				continue
			}
			one, err := yapiCall(set, c)
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
		if list != nil {
			out = append(out, ordered.Object{{"index", n}, {"name", strings.TrimSpace(g.Section + " " + g.Title)}, {"desc", ""}, {"list", list}})
		}
	}
	return indented(out)
}

// yapiCall is one interface. YApi tells interfaces apart by method and path, so that
// those behind one URL have their name as a parameter that is for YApi alone.
func yapiCall(set *call.Set, c *call.Call) (ordered.Object, error) {
	path := c.Path
	shared := 0
	for _, other := range set.Calls {
		if other.Path == c.Path && other.Method == c.Method {
			shared++
		}
	}
	note := "请求按协议签名或加密：在 YApi 中只能查看，调用请用 Postman 集合（jiekou export postman）或生成的客户端。"
	if shared > 1 {
		path += "?interface=" + c.Interface.Cmd
		note += "路径中的 interface 只供 YApi 区分接口，不要发送。"
	}
	request, err := schemaText(c.Interface, true)
	if err != nil {
		return nil, err
	}
	response, err := schemaText(c.Interface, false)
	if err != nil {
		return nil, err
	}
	out := ordered.Object{
		{"method", c.Method},
		{"title", c.Interface.Title},
		{"path", path},
		{"status", map[bool]string{true: "done", false: "undone"}[c.Interface.IsServed()]},
		{"desc", note},
		{"markdown", note + "\n\n" + described(c.Interface)},
		{"req_params", []any{}},
		{"req_query", yapiParams(c.Query)},
		{"req_headers", yapiParams(c.Header)},
		{"res_body_type", "json"},
		{"res_body_is_json_schema", true},
		{"res_body", response},
	}
	if c.Body != "" {
		out = append(out, ordered.Object{
			{"req_body_type", "json"}, {"req_body_is_json_schema", true}, {"req_body_other", request}, {"req_body_form", []any{}},
		}...)
	}
	return out, nil
}

// schemaText is the schema of what a request or its reply carries, as a text.
func schemaText(i *spec.Interface, request bool) (string, error) {
	fields := i.Response
	if request {
		fields = schema.Carried(i)
	}
	text, err := json.Marshal(schema.Payload(fields))
	return string(text), err
}

func yapiParams(list []call.Param) []any {
	out := []any{}
	for _, p := range list {
		out = append(out, ordered.Object{{"name", p.Name}, {"value", p.Value}, {"example", p.Value}, {"desc", p.Label}, {"required", "1"}})
	}
	return out
}
