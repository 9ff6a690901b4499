package collection

import (
	"fmt"
	"path"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/gen/export/call"
)

// Bruno is a folder that Bruno opens, as a zip: a file for each request, a folder for
// each group, and the scripts of the collection.
func Bruno(set *call.Set) ([]byte, error) {
	s := set.System
	files := map[string][]byte{}
	add := func(name, text string) { files[path.Join(s.Name, name)] = []byte(text) }
	add("bruno.json", fmt.Sprintf("{\n  \"version\": \"1\",\n  \"name\": %s,\n  \"type\": \"collection\"\n}\n", text(strings.TrimSpace(s.Title+" "+s.Version))))
	var b strings.Builder
	b.WriteString("auth {\n  mode: none\n}\n\nvars:pre-request {\n  baseUrl: " + baseURL + "\n")
	for _, v := range set.Variables {
		fmt.Fprintf(&b, "  %s: %s\n", v.Name, v.Value)
	}
	b.WriteString("}\n\nscript:pre-request {\n" + within(sealing(set, "bruno_seal.js")) + "\n}\n")
	if opened := opening(set, "bruno_open.js"); opened != "" {
		b.WriteString("\ntests {\n" + within(opened) + "\n}\n")
	}
	b.WriteString("\ndocs {\n" + within(about(set)) + "\n}\n")
	add("collection.bru", b.String())
	for n, c := range set.Calls {
		folder := c.Interface.Group.Name
		add(path.Join(folder, "folder.bru"), fmt.Sprintf("meta {\n  name: %s\n}\n", line(c.Interface.Group.Section+" "+c.Interface.Group.Title)))
		add(path.Join(folder, c.Interface.Cmd+".bru"), brunoCall(c, n+1))
	}
	return disk.Zip(files)
}

// within is a text inside of a block, which its first blanks tell from the end.
func within(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}

// line is a text on one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// brunoCall is the file of one request.
func brunoCall(c *call.Call, n int) string {
	var b strings.Builder
	body := "none"
	if c.Body != "" {
		body = "json"
	}
	query := ""
	for i, p := range c.Query {
		query += map[bool]string{true: "?", false: "&"}[i == 0] + p.Name + "=" + p.Value
	}
	fmt.Fprintf(&b, "meta {\n  name: %s\n  type: http\n  seq: %d\n}\n\n", line(c.Name()), n)
	fmt.Fprintf(&b, "%s {\n  url: {{baseUrl}}%s%s\n  body: %s\n  auth: none\n}\n", strings.ToLower(c.Method), c.Path, query, body)
	for _, list := range []struct {
		name   string
		params []call.Param
	}{{"params:query", c.Query}, {"headers", c.Header}} {
		if len(list.params) == 0 {
			continue
		}
		b.WriteString("\n" + list.name + " {\n")
		for _, p := range list.params {
			fmt.Fprintf(&b, "  %s: %s\n", p.Name, line(p.Value))
		}
		b.WriteString("}\n")
	}
	if c.Body != "" {
		b.WriteString("\nbody:json {\n" + within(c.Body) + "\n}\n")
	}
	b.WriteString("\ndocs {\n" + within(described(c.Interface)) + "\n}\n")
	return b.String()
}
