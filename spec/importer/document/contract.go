package document

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// readContract reads a machine's description of interfaces as JSON or YAML: OpenAPI 3,
// Swagger 2, and the exports of Postman, Apifox and YApi. Each interface becomes a
// heading, its method and path, and tables of parameters, so that it is read like the
// document of a person.
func readContract(data []byte) ([]*Block, error) {
	text, err := textOf(data)
	if err != nil {
		return nil, err
	}
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		return nil, fmt.Errorf("it is no JSON or YAML: %w", err)
	}
	if len(root.Content) == 0 {
		return nil, errors.New("it is empty")
	}
	c := &contract{root: root.Content[0]}
	top := c.root
	switch {
	case get(top, "paths") != nil && (get(top, "openapi") != nil || get(top, "swagger") != nil):
		c.openapi()
	case get(top, "instance") != nil && get(top, "tags") != nil:
		c.knife4j()
	case get(top, "target_type") != nil && get(top, "children") != nil:
		if title := str(top, "project_name"); title != "" {
			c.add(&Block{Level: 1, Text: title}, top)
		}
		c.apipost(top, 1)
	case get(top, "item") != nil && get(top, "info") != nil:
		c.postman(get(top, "item"), 1)
	case get(top, "apiCollection") != nil:
		c.apifox(get(top, "apiCollection"), 1)
	case top.Kind == yaml.SequenceNode && len(top.Content) > 0 && get(top.Content[0], "list") != nil:
		c.yapi()
	default:
		return nil, errors.New("it is no OpenAPI, Swagger, Postman, Apifox or YApi export: none of paths, item, apiCollection and list is there")
	}
	return c.out, nil
}

// contract collects the blocks of a description.
type contract struct {
	root   *yaml.Node
	out    []*Block
	inside []*yaml.Node // schemas that are being read
	base   string       // of the URLs, where they are served
	named  string       // of a callback
}

// get is the member of a mapping; nil where there is none.
func get(n *yaml.Node, names ...string) *yaml.Node {
	for _, name := range names {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		var found *yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				found = n.Content[i+1]
			}
		}
		n = found
	}
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// str is the text of a member.
func str(n *yaml.Node, names ...string) string {
	if v := get(n, names...); v != nil && v.Kind == yaml.ScalarNode && v.Tag != "!!null" {
		return v.Value
	}
	return ""
}

func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// pairs calls do with each name and value of a mapping.
func pairs(n *yaml.Node, do func(name string, v *yaml.Node)) {
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		do(n.Content[i].Value, n.Content[i+1])
	}
}

func (c *contract) add(b *Block, at *yaml.Node) {
	b.Place = "line " + strconv.Itoa(at.Line)
	c.out = append(c.out, b)
}

// begin writes the heading of an interface with its method and path.
func (c *contract) begin(level int, title, name, method, url string, at *yaml.Node) {
	if title == "" {
		title = method + " " + url
	}
	if name != "" {
		title += " (" + name + ")"
	}
	c.add(&Block{Level: level, Text: strings.ReplaceAll(title, "/", " ")}, at)
	text := strings.TrimSpace(strings.ToUpper(method) + " " + url)
	if url == "" { // the receiver says where
		text = "回调请求方式：" + text
	}
	c.add(&Block{Text: text, Base: c.base}, at)
}

var contractHead = []string{"name", "in", "type", "required", "max length", "default", "enum", "description"}

// rowOf is one parameter; its cells are those of contractHead.
type rowOf [8]string

// table writes a table of parameters below a heading.
func (c *contract) table(level int, title string, rows []rowOf, at *yaml.Node) {
	if len(rows) == 0 {
		return
	}
	c.add(&Block{Level: level, Text: title}, at)
	g := newGrid()
	g.row()
	for _, text := range contractHead {
		g.cell(&Cell{Text: text, Head: true}, 1, 1)
	}
	for _, row := range rows {
		g.row()
		for _, text := range row {
			g.cell(&Cell{Text: text}, 1, 1)
		}
	}
	c.add(&Block{Table: g.table()}, at)
}

// resolve follows references inside of the file.
func (c *contract) resolve(n *yaml.Node) *yaml.Node {
	for range 20 {
		ref := str(n, "$ref")
		if !strings.HasPrefix(ref, "#/") {
			return n
		}
		path := strings.Split(strings.TrimPrefix(ref, "#/"), "/")
		for i := range path {
			path[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(path[i])
		}
		if n = get(c.root, path...); n == nil {
			n = c.stored(get(c.root, "schemaCollection"), ref)
		}
	}
	return n
}

// stored is a schema of an export of Apifox, which has them in folders with numbers.
func (c *contract) stored(list *yaml.Node, ref string) *yaml.Node {
	for _, item := range items(list) {
		if id := str(item, "id"); id != "" && (id == ref || strings.HasSuffix(ref, "/"+id)) && get(item, "schema") != nil {
			if inner := get(item, "schema", "jsonSchema"); inner != nil {
				return inner
			}
			return get(item, "schema")
		}
		if found := c.stored(get(item, "items"), ref); found != nil {
			return found
		}
	}
	return nil
}

// maxSchema is how deep schemas are followed: they may contain themselves.
const maxSchema = 8

// schema lists the members of a schema below a path.
func (c *contract) schema(n *yaml.Node, path, in string, depth int) []rowOf {
	n = c.resolve(n)
	if n == nil || depth > maxSchema || slices.Contains(c.inside, n) {
		return nil
	}
	c.inside = append(c.inside, n)
	defer func() { c.inside = c.inside[:len(c.inside)-1] }()
	if inner := get(n, "items"); inner != nil {
		return c.schema(inner, path, in, depth+1)
	}
	var out []rowOf
	for _, part := range items(get(n, "allOf")) {
		out = append(out, c.schema(part, path, in, depth+1)...)
	}
	for _, any := range []string{"oneOf", "anyOf"} {
		out = append(out, c.either(items(get(n, any)), path, in, depth)...)
	}
	must := map[string]bool{}
	for _, name := range items(get(n, "required")) {
		must[name.Value] = true
	}
	pairs(get(n, "properties"), func(name string, v *yaml.Node) {
		at := name
		if path != "" {
			at = path + "." + name
		}
		out = append(out, c.parameter(v, at, in, must[name], str(v, "description")))
		out = append(out, c.schema(v, at, in, depth+1)...)
	})
	return out
}

// either lists the members of all of several schemas of which one holds. A member that
// not each of them requires is required with its own.
func (c *contract) either(list []*yaml.Node, path, in string, depth int) []rowOf {
	var out []rowOf
	at, times := map[string]int{}, map[string]int{}
	kinds := 0
	for _, one := range list {
		rows := c.schema(one, path, in, depth+1)
		if len(rows) > 0 {
			kinds++
		}
		for _, row := range rows {
			if n, there := at[row[0]]; !there {
				at[row[0]] = len(out)
				out = append(out, row)
			} else if row[3] == "N" {
				out[n][3] = "N"
			}
			times[row[0]]++
		}
	}
	for n := range out {
		if out[n][3] == "Y" && times[out[n][0]] < kinds {
			out[n][3] = "C"
		}
	}
	return out
}

// parameter is the row of a schema.
func (c *contract) parameter(n *yaml.Node, name, in string, required bool, label string) rowOf {
	s := c.resolve(n)
	must := "N"
	if required {
		must = "Y"
	}
	if label == "" {
		label = str(s, "description")
	}
	if title := str(s, "title"); label == "" {
		label = title
	}
	return rowOf{name, in, c.typeOf(s), must, lengthOf(s), str(s, "default"), c.enum(s), label}
}

// lengthOf is the most that a text has, with the least where it says one.
func lengthOf(n *yaml.Node) string {
	least, most := str(n, "minLength"), str(n, "maxLength")
	if least != "" && least != "0" && least != "1" && most != "" && least != most {
		return least + "-" + most
	}
	return most
}

// typeOf is the type of a schema as people write it.
func (c *contract) typeOf(n *yaml.Node) string {
	kind := str(n, "type")
	if list := items(get(n, "type")); len(list) > 0 { // OpenAPI 3.1: [string, "null"]
		kind = list[0].Value
	}
	if kind == "" && (get(n, "properties") != nil || get(n, "allOf") != nil) {
		kind = "object"
	}
	for _, any := range []string{"oneOf", "anyOf"} {
		for _, one := range items(get(n, any)) {
			if of := c.typeOf(c.resolve(one)); kind == "" && of != "null" {
				kind = of
			}
		}
	}
	if inner := c.resolve(get(n, "items")); kind == "array" && inner != nil {
		if of := c.typeOf(inner); of != "object" && of != "" && !strings.Contains(of, "(") && of != "array" {
			return of + "[]"
		}
		return kind
	}
	if format := str(n, "format"); format != "" && kind != "" && kind != "file" {
		return kind + " (" + format + ")"
	}
	return kind
}

// enum is the list of values, with the labels that tools keep beside them.
func (c *contract) enum(n *yaml.Node) string {
	if inner := c.resolve(get(n, "items")); inner != nil && get(n, "enum") == nil {
		n = inner
	}
	labels := items(get(n, "x-enum-descriptions"))
	if labels == nil {
		labels = items(get(n, "x-enumNames"))
	}
	named := get(n, "x-apifox-enum")
	if named == nil {
		named = get(n, "x-apifox", "enum")
	}
	said := get(n, "x-apifox", "enumDescriptions")
	if text := str(n, "enumDesc"); text != "" { // of YApi: with the values in it
		return text
	}
	var out []string
	for i, v := range items(get(n, "enum")) {
		text := v.Value
		if i < len(labels) {
			text += ":" + labels[i].Value
		} else if label := str(said, v.Value); label != "" {
			text += ":" + label
		} else if list := items(named); i < len(list) && str(list[i], "name") != "" {
			text += ":" + str(list[i], "name")
		}
		out = append(out, text)
	}
	return strings.Join(out, ";")
}
