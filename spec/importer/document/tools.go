package document

import (
	"cmp"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// postman reads the items of a collection: folders and requests.
func (c *contract) postman(list *yaml.Node, level int) {
	for _, item := range items(list) {
		if inner := get(item, "item"); inner != nil {
			c.add(&Block{Level: min(level, 6), Text: str(item, "name")}, item)
			c.postman(inner, level+1)
			continue
		}
		c.call(item, min(level, 5))
	}
}

// call reads one request of a collection, with its examples.
func (c *contract) call(item *yaml.Node, level int) {
	request := get(item, "request")
	url := str(request, "url", "raw")
	if url == "" {
		url = str(request, "url")
	}
	c.base = ""
	if at := strings.Index(url, "}}"); strings.HasPrefix(url, "{{") && at > 0 { // {{host}}/path
		for _, v := range items(get(c.root, "variable")) {
			if str(v, "key") == url[2:at] && !strings.Contains(str(v, "value"), "{") {
				c.base = "/" + strings.Trim(hostPart.ReplaceAllString(str(v, "value"), ""), "/")
			}
		}
		url = url[at+2:]
	}
	url = colonPart.ReplaceAllString(url, "/{$1}")
	c.begin(level, str(item, "name"), "", str(request, "method"), url, item)
	c.markdown(str(request, "description"), item)
	var rows []rowOf
	for _, from := range []struct{ in, key string }{{"path", "variable"}, {"header", "header"}, {"query", "query"}, {"form", "body"}} {
		list := get(request, from.key)
		switch from.key {
		case "query", "variable":
			list = get(request, "url", from.key)
		case "body":
			if list = get(request, "body", "urlencoded"); list == nil {
				list = get(request, "body", "formdata")
			}
		}
		for _, p := range items(list) {
			rows = append(rows, rowOf{str(p, "key"), from.in, str(p, "type"), "", "", "", "", cmp.Or(str(p, "description"), str(p, "description", "content"))})
		}
	}
	c.table(level+1, "请求参数", rows, item)
	if raw := str(request, "body", "raw"); raw != "" {
		c.add(&Block{Level: level + 1, Text: "请求示例"}, item)
		c.add(&Block{Code: true, Text: raw}, item)
	}
	for _, r := range items(get(item, "response")) {
		c.add(&Block{Level: level + 1, Text: "返回示例"}, item)
		c.add(&Block{Code: true, Text: str(r, "body")}, item)
	}
}

// colonPart is a part of a path that is a variable: /:id.
var colonPart = pattern.New(`/:([A-Za-z_]\w*)`)

// markdown writes the text of an interface, which may have tables. Headings in it are
// paragraphs: they begin no interface.
func (c *contract) markdown(text string, at *yaml.Node) {
	if strings.TrimSpace(text) == "" {
		return
	}
	blocks, err := readMarkdown([]byte(text))
	if err != nil {
		return
	}
	for _, b := range blocks {
		b.Level = 0
		c.add(b, at)
	}
}

// apifox reads the collections of an export of Apifox: folders and interfaces.
func (c *contract) apifox(list *yaml.Node, level int) {
	for _, item := range items(list) {
		api := get(item, "api")
		if api == nil {
			c.add(&Block{Level: min(level, 5), Text: str(item, "name")}, item)
			c.apifox(get(item, "items"), level+1)
			continue
		}
		at := min(level, 5)
		c.begin(at, str(item, "name"), "", str(api, "method"), str(api, "path"), item)
		c.markdown(str(api, "description"), item)
		var rows []rowOf
		for _, in := range []string{"path", "query", "header"} {
			for _, p := range items(get(api, "parameters", in)) {
				rows = append(rows, c.declared(p, in))
			}
		}
		for _, p := range items(get(api, "requestBody", "parameters")) {
			rows = append(rows, c.declared(p, "form"))
		}
		rows = append(rows, c.schema(get(api, "requestBody", "jsonSchema"), "", "body", 0)...)
		c.table(at+1, "请求参数", rows, item)
		for _, r := range items(get(api, "responses")) {
			var rows []rowOf
			for _, h := range items(get(r, "headers")) {
				rows = append(rows, c.declared(h, "header"))
			}
			if rows = append(rows, c.schema(get(r, "jsonSchema"), "", "", 0)...); len(rows) > 0 {
				c.table(at+1, "返回参数", rows, item)
				break
			}
		}
	}
}

// declared is the row of a parameter of Apifox, whose schema may be beside it.
func (c *contract) declared(p *yaml.Node, in string) rowOf {
	s := p
	if inner := get(p, "schema"); inner != nil && get(p, "type") == nil {
		s = inner
	}
	return c.parameter(s, str(p, "name"), in, str(p, "required") == "true", str(p, "description"))
}

// yapi reads an export of YApi: categories with their interfaces, whose bodies are JSON
// Schemas as texts.
func (c *contract) yapi() {
	for _, category := range c.root.Content {
		c.add(&Block{Level: 1, Text: str(category, "name")}, category)
		for _, api := range items(get(category, "list")) {
			c.begin(2, str(api, "title"), "", str(api, "method"), colonPart.ReplaceAllString(str(api, "path"), "/{$1}"), api)
			c.markdown(str(api, "markdown"), api)
			rows := listed(api)
			rows = append(rows, c.embedded(str(api, "req_body_other"))...)
			c.table(3, "请求参数", rows, api)
			c.shown("请求示例", str(api, "req_body_other"), api)
			c.table(3, "返回参数", c.embedded(str(api, "res_body")), api)
			c.shown("返回示例", str(api, "res_body"), api)
		}
	}
}

// shown writes a body that is an example and no schema.
func (c *contract) shown(title, text string, at *yaml.Node) {
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "{") && len(c.embedded(text)) == 0 {
		c.add(&Block{Level: 3, Text: title}, at)
		c.add(&Block{Code: true, Text: text}, at)
	}
}

// listed are the parameters of an interface of YApi outside of its body.
func listed(api *yaml.Node) (rows []rowOf) {
	for _, from := range []struct{ in, key string }{{"path", "req_params"}, {"query", "req_query"}, {"header", "req_headers"}, {"form", "req_body_form"}} {
		for _, p := range items(get(api, from.key)) {
			must := map[string]string{"1": "Y", "0": "N"}[str(p, "required")]
			rows = append(rows, rowOf{str(p, "name"), from.in, str(p, "type"), must, "", "", "", str(p, "desc")})
		}
	}
	return rows
}

// embedded reads a JSON Schema that is a text.
func (c *contract) embedded(text string) []rowOf {
	var root yaml.Node
	if text == "" || yaml.Unmarshal([]byte(text), &root) != nil || len(root.Content) == 0 {
		return nil
	}
	inner := &contract{root: root.Content[0]}
	return inner.schema(inner.root, "", "", 0)
}
