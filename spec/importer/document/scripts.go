package document

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v4"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// described is where a script may have the description of interfaces that its page shows:
// Swagger UI and Redoc have an OpenAPI document in it, Knife4j what it makes of one,
// ApiPost its project.
var described = pattern.New(`"openapi"\s*:\s*"3|"swagger"\s*:\s*"2|"instance"\s*:\s*\{|"target_type"\s*:\s*"`)

// mostBraces are tried, from a mark backwards, until one begins a description.
const mostBraces = 64

// scripted is the description that the scripts of a page have; nil where none has one.
func scripted(n *html.Node) []*Block {
	if n.Type == html.ElementNode && n.DataAtom == atom.Script && n.FirstChild != nil {
		text := n.FirstChild.Data
		for _, at := range described.FindAllStringSubmatchIndex(text, 4) {
			if out := descriptionAt(text, at[0]); out != nil {
				return out
			}
		}
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if out := scripted(k); out != nil {
			return out
		}
	}
	return nil
}

// descriptionAt reads the outermost JSON object that has a place of a script in it and
// describes interfaces; nil where there is none.
func descriptionAt(text string, at int) (out []*Block) {
	for range mostBraces {
		if at = strings.LastIndexByte(text[:at], '{'); at < 0 {
			return out
		}
		var found json.RawMessage
		if json.NewDecoder(strings.NewReader(text[at:])).Decode(&found) != nil {
			continue
		}
		if larger, err := readContract(bytes.TrimSpace(found)); err == nil {
			out = larger
		}
	}
	return out
}

// knife4j reads the interfaces of a page of Knife4j, by their groups.
func (c *contract) knife4j() {
	if title := str(c.root, "instance", "title"); title != "" {
		c.add(&Block{Level: 1, Text: title}, c.root)
	}
	for _, tag := range items(get(c.root, "tags")) {
		c.add(&Block{Level: 1, Text: str(tag, "name")}, tag)
		for _, call := range items(get(tag, "childrens")) {
			c.knifeCall(call)
		}
	}
}

// knifeCall reads one interface of a page of Knife4j.
func (c *contract) knifeCall(call *yaml.Node) {
	c.begin(2, str(call, "summary"), "", str(call, "methodType"), cmp.Or(str(call, "showUrl"), str(call, "url")), call)
	if text := str(call, "description"); text != str(call, "summary") {
		c.markdown(text, call)
	}
	c.table(3, "请求参数", c.shownRows(get(call, "reqParameters"), "", 0), call)
	c.shown("请求示例", str(call, "requestValue"), call)
	for _, reply := range items(get(call, "responseCodes")) {
		if strings.HasPrefix(str(reply, "code"), "2") {
			c.table(3, "返回参数", c.shownRows(get(reply, "responseParameters"), "", 0), call)
			c.shown("返回示例", str(reply, "responseValue"), call)
		}
	}
}

// shownRows are the parameters of Knife4j below a path. The object that is a whole body has its
// members in place of itself.
func (c *contract) shownRows(list *yaml.Node, path string, depth int) []rowOf {
	var out []rowOf
	for _, p := range items(list) {
		name, kind, inner := str(p, "name"), str(p, "type"), get(p, "children")
		if path == "" && str(p, "in") == "body" && len(items(inner)) > 0 && kind != "array" {
			out = append(out, c.shownRows(inner, "", depth+1)...)
			continue
		}
		if path != "" {
			name = path + "." + name
		}
		must := map[string]string{"true": "Y", "false": "N"}[str(p, "require")]
		if len(items(inner)) > 0 && kind != "array" {
			kind = "object"
		}
		out = append(out, rowOf{name, strings.ReplaceAll(str(p, "in"), "formData", "form"), kindOf(kind), must, "", str(p, "def"), "", str(p, "description")})
		if depth < maxSchema {
			out = append(out, c.shownRows(inner, name, depth+1)...)
		}
	}
	return out
}

// kindOf writes integer(int64) with a blank, as the other descriptions do.
func kindOf(text string) string {
	if at := strings.IndexByte(text, '('); at > 0 && text[at-1] != ' ' {
		return text[:at] + " " + text[at:]
	}
	return text
}
