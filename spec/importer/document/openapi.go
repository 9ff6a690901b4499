package document

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var verbs = []string{"get", "post", "put", "delete", "patch"}

// openapi reads OpenAPI 3 and Swagger 2.
func (c *contract) openapi() {
	if title := str(c.root, "info", "title"); title != "" {
		c.add(&Block{Level: 1, Text: title}, c.root)
	}
	c.base = c.served(c.root)
	pairs(get(c.root, "paths"), func(url string, path *yaml.Node) {
		path = c.resolve(path)
		pairs(path, func(method string, op *yaml.Node) {
			if !slices.Contains(verbs, method) {
				return
			}
			base := c.base
			for _, n := range []*yaml.Node{path, op} { // servers of their own
				if get(n, "servers") != nil {
					c.base = c.served(n)
				}
			}
			c.operation(method, url, path, op)
			c.base = base
			c.callbacks(op)
		})
	})
	pairs(get(c.root, "webhooks"), c.webhook)
}

// served is what is before the paths where they are served: basePath, or the path of the
// first server with the defaults of its variables.
func (c *contract) served(n *yaml.Node) string {
	base := str(n, "basePath")
	if list := items(get(n, "servers")); base == "" && len(list) > 0 {
		base = str(list[0], "url")
		pairs(get(list[0], "variables"), func(name string, v *yaml.Node) {
			base = strings.ReplaceAll(base, "{"+name+"}", str(v, "default"))
		})
		base = hostPart.ReplaceAllString(base, "")
	}
	if base = strings.Trim(base, "/"); base == "" || strings.ContainsAny(base, "{} ") {
		return ""
	}
	return "/" + base
}

var hostPart = pattern.New(`^(?:[a-z]+:)?//[^/]*`)

// callbacks reads the requests that the other side sends because of an operation: their
// URLs are the receiver's.
func (c *contract) callbacks(op *yaml.Node) {
	pairs(get(op, "callbacks"), func(name string, callback *yaml.Node) {
		pairs(c.resolve(callback), func(_ string, path *yaml.Node) { c.webhook(name, path) })
	})
}

// webhook reads the operations of a request without a URL.
func (c *contract) webhook(name string, path *yaml.Node) {
	path = c.resolve(path)
	pairs(path, func(method string, op *yaml.Node) {
		if slices.Contains(verbs, method) {
			if get(op, "operationId") == nil {
				c.named = name
			}
			c.operation(method, "", path, op)
			c.named = ""
		}
	})
}

// operation reads one operation.
func (c *contract) operation(method, url string, path, op *yaml.Node) {
	c.begin(2, str(op, "summary"), cmp.Or(str(op, "operationId"), c.named), method, url, op)
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
	c.sample("请求示例", c.resolve(get(op, "requestBody")), op)
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
		var rows []rowOf
		pairs(get(v, "headers"), func(name string, h *yaml.Node) {
			h = c.resolve(h)
			rows = append(rows, c.parameter(cmp.Or(get(h, "schema"), h), name, "header", str(h, "required") == "true", str(h, "description")))
		})
		if rows = append(rows, c.schema(body, "", "", 0)...); len(rows) > 0 {
			c.table(3, "返回参数", rows, op)
			c.sample("返回示例", v, op)
			done = true
		}
	})
}

// sample writes the first example of a body.
func (c *contract) sample(title string, body, at *yaml.Node) {
	found := false
	pairs(get(body, "content"), func(_ string, v *yaml.Node) {
		example := get(v, "example")
		pairs(get(v, "examples"), func(_ string, one *yaml.Node) {
			if example == nil {
				example = get(c.resolve(one), "value")
			}
		})
		if found || example == nil || example.Kind == yaml.ScalarNode {
			return
		}
		var value any
		if example.Decode(&value) == nil {
			if text, err := json.Marshal(value); err == nil {
				found = true
				c.add(&Block{Level: 3, Text: title}, at)
				c.add(&Block{Code: true, Text: string(text)}, at)
			}
		}
	})
}
