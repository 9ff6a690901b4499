package document

import (
	"cmp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// apipost reads a project of ApiPost: folders, and calls with rows for each place.
func (c *contract) apipost(n *yaml.Node, level int) {
	for _, one := range items(get(n, "children")) {
		switch str(one, "target_type") {
		case "folder":
			c.add(&Block{Level: min(level, 5), Text: str(one, "name")}, one)
			c.apipost(one, level+1)
		case "api":
			c.posted(one, min(level, 5))
			c.apipost(one, level)
		}
	}
}

// posted reads one call of ApiPost, with its examples.
func (c *contract) posted(call *yaml.Node, level int) {
	request, reply := get(call, "request"), get(call, "response", "success")
	url, _, _ := strings.Cut(hostPart.ReplaceAllString(str(request, "url"), ""), "?")
	c.begin(level, str(call, "name"), "", str(call, "method"), colonPart.ReplaceAllString(url, "/{$1}"), call)
	c.markdown(str(request, "description"), call)
	var rows []rowOf
	for _, from := range []struct{ in, key string }{{"path", "resful"}, {"header", "header"}, {"query", "query"}, {"cookie", "cookie"}} {
		rows = append(rows, postedRows(get(request, from.key, "parameter"), from.in)...)
	}
	body := get(request, "body")
	switch mode := str(body, "mode"); mode {
	case "form-data", "urlencoded":
		rows = append(rows, postedRows(get(body, "parameter"), "form")...)
	case "none", "":
	default:
		said := postedRows(get(body, "raw_para"), "body")
		if len(said) == 0 {
			said = c.schema(get(body, "raw_schema"), "", "body", 0)
		}
		rows = append(rows, said...)
	}
	c.table(level+1, "请求参数", rows, call)
	c.shown("请求示例", str(body, "raw"), call)
	rows = postedRows(get(reply, "parameter"), "")
	if len(rows) == 0 {
		rows = c.schema(get(reply, "expect", "schema"), "", "", 0)
	}
	c.table(level+1, "返回参数", rows, call)
	c.shown("返回示例", str(reply, "raw"), call)
}

// postedRows are the parameters of one place.
func postedRows(list *yaml.Node, in string) (rows []rowOf) {
	for _, p := range items(list) {
		must := map[string]string{"1": "Y", "-1": "N"}[str(p, "not_null")]
		rows = append(rows, rowOf{str(p, "key"), in, cmp.Or(map[string]string{"File": "file"}[str(p, "type")], str(p, "field_type")), must, "", "", "", str(p, "description")})
	}
	return rows
}
