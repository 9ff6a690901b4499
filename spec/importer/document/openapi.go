package document

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

var verbs = []string{"get", "post", "put", "delete", "patch"}

// openapi reads OpenAPI 3 and Swagger 2.
func (c *contract) openapi() {
	if title := str(c.root, "info", "title"); title != "" {
		c.add(&Block{Level: 1, Text: title}, c.root)
	}
	pairs(get(c.root, "paths"), func(url string, path *yaml.Node) {
		path = c.resolve(path)
		pairs(path, func(method string, op *yaml.Node) {
			if slices.Contains(verbs, method) {
				c.operation(method, url, path, op)
			}
		})
	})
}

// operation reads one operation.
func (c *contract) operation(method, url string, path, op *yaml.Node) {
	c.begin(2, str(op, "summary"), str(op, "operationId"), method, url, op)
	if text := str(op, "description"); text != "" {
		c.add(&Block{Text: text}, op)
	}
	var rows []rowOf
	for _, p := range slices.Concat(items(get(path, "parameters")), items(get(op, "parameters"))) {
		p = c.resolve(p)
		in := str(p, "in")
		if in == "body" {
			rows = append(rows, c.schema(get(p, "schema"), "", in, 0)...)
			continue
		}
		s := p
		if inner := get(p, "schema"); inner != nil {
			s = inner
		}
		rows = append(rows, c.parameter(s, str(p, "name"), strings.ReplaceAll(in, "formData", "form"), str(p, "required") == "true", str(p, "description")))
	}
	kind, body := c.content(c.resolve(get(op, "requestBody")))
	in := "body"
	if strings.Contains(kind, "form") {
		in = "form"
	}
	rows = append(rows, c.schema(body, "", in, 0)...)
	c.table(3, "请求参数", rows, op)
	c.responses(get(op, "responses"), op)
}

// content is the schema of a body, and its type of content.
func (c *contract) content(n *yaml.Node) (kind string, schema *yaml.Node) {
	pairs(get(n, "content"), func(name string, v *yaml.Node) {
		if schema == nil || strings.Contains(name, "json") && !strings.Contains(kind, "json") {
			kind, schema = name, get(v, "schema")
		}
	})
	return kind, schema
}

// responses reads the answer of success.
func (c *contract) responses(n, op *yaml.Node) {
	done := false
	pairs(n, func(status string, v *yaml.Node) {
		if v = c.resolve(v); done || status != "default" && !strings.HasPrefix(status, "2") {
			return
		}
		_, body := c.content(v)
		if body == nil {
			body = get(v, "schema")
		}
		if rows := c.schema(body, "", "", 0); len(rows) > 0 {
			c.table(3, "返回参数", rows, op)
			done = true
		}
	})
}

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
	if at := strings.Index(url, "}}"); strings.HasPrefix(url, "{{") && at > 0 { // {{host}}/path
		url = url[at+2:]
	}
	c.begin(level, str(item, "name"), "", str(request, "method"), url, item)
	var rows []rowOf
	for _, from := range []struct{ in, key string }{{"header", "header"}, {"query", "url"}, {"form", "body"}} {
		list := get(request, from.key)
		switch from.key {
		case "url":
			list = get(list, "query")
		case "body":
			if list = get(request, "body", "urlencoded"); list == nil {
				list = get(request, "body", "formdata")
			}
		}
		for _, p := range items(list) {
			rows = append(rows, rowOf{str(p, "key"), from.in, "", "", "", "", "", str(p, "description")})
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
		var rows []rowOf
		for _, in := range []string{"path", "query", "header"} {
			for _, p := range items(get(api, "parameters", in)) {
				rows = append(rows, c.parameter(p, str(p, "name"), in, str(p, "required") == "true", str(p, "description")))
			}
		}
		for _, p := range items(get(api, "requestBody", "parameters")) {
			rows = append(rows, c.parameter(p, str(p, "name"), "form", str(p, "required") == "true", str(p, "description")))
		}
		rows = append(rows, c.schema(get(api, "requestBody", "jsonSchema"), "", "body", 0)...)
		c.table(at+1, "请求参数", rows, item)
		for _, r := range items(get(api, "responses")) {
			if rows := c.schema(get(r, "jsonSchema"), "", "", 0); len(rows) > 0 {
				c.table(at+1, "返回参数", rows, item)
				break
			}
		}
	}
}

// yapi reads an export of YApi: categories with their interfaces, whose bodies are JSON
// Schemas as texts.
func (c *contract) yapi() {
	for _, category := range c.root.Content {
		c.add(&Block{Level: 1, Text: str(category, "name")}, category)
		for _, api := range items(get(category, "list")) {
			c.begin(2, str(api, "title"), "", str(api, "method"), str(api, "path"), api)
			rows := listed(api)
			rows = append(rows, c.embedded(str(api, "req_body_other"))...)
			c.table(3, "请求参数", rows, api)
			c.table(3, "返回参数", c.embedded(str(api, "res_body")), api)
		}
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
