package write

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
)

// groupsOf are the groups of the interfaces in their order: chapters whose heading has a
// name, and that of all others, which is called like the document.
func groupsOf(d *draft.Draft, title string) *yaml.Node {
	m, seen := block(), map[string]bool{}
	for _, i := range d.Interfaces {
		c := i.Group()
		if seen[c.Name] {
			continue
		}
		seen[c.Name] = true
		one := flow("title", text(cmp.Or(c.Title, title)))
		if c.Section != "" {
			put(one, "section", text(c.Section))
		}
		put(m, c.Name, one)
	}
	if len(seen) == 0 {
		put(m, draft.Group, flow("title", text(title)))
	}
	return m
}

// codesOf is the codes of the document, none of which a rule answers with until somebody
// says so, and a code of our own for our own faults.
func codesOf(d *draft.Draft) *yaml.Node {
	m := block()
	groups := &yaml.Node{Kind: yaml.SequenceNode}
	order, texts := codeTexts(d.Codes)
	tables := map[string]*yaml.Node{} // by their headings
	for _, code := range order {
		at := slices.IndexFunc(d.Codes, func(c draft.Code) bool { return c.Code == code })
		head := d.Codes[at].Head
		if tables[head] == nil {
			tables[head] = block()
			groups.Content = append(groups.Content, codeGroup(head, tables[head]))
		}
		one := flow("text", values(texts[code]))
		if d.Frame == nil || code != d.Frame.Success {
			put(one, "reserved", text("导入时未确定何时返回"))
		}
		put(tables[head], code, one)
	}
	if f := d.Frame; f != nil && len(texts[f.Success]) == 0 {
		rows := block()
		put(rows, f.Success, flow("text", values(successTexts(f))))
		groups.Content = append(groups.Content, codeGroup("示例中的返回码", rows))
		texts[f.Success] = successTexts(f)
	}
	ours := "-1"
	for n := 2; len(texts[ours]) > 0; n++ {
		ours = "-" + strconv.Itoa(n)
	}
	rows := block()
	put(rows, ours, flow("text", text("系统处理失败"), "ours", plain("true")))
	groups.Content = append(groups.Content, codeGroup("本服务自己的错误码", rows))
	put(m, "groups", groups)
	put(m, "rules", flow("internal", key(ours)))
	return m
}

// codeGroup is a table of codes below its heading, where that is one of codes.
func codeGroup(head string, rows *yaml.Node) *yaml.Node {
	one := block()
	section, title := naming.SectionOf(head)
	if !strings.Contains(title, "码") || len(title) > maxSays {
		section, title = "", "错误码"
	}
	if section != "" {
		put(one, "section", text(section))
	}
	put(one, "title", text(title))
	put(one, "errors", rows)
	return one
}

// codeTexts are codes in their order, each with its texts.
func codeTexts(codes []draft.Code) (order []string, texts map[string][]string) {
	texts = map[string][]string{}
	for _, c := range codes {
		if len(texts[c.Code]) == 0 {
			order = append(order, c.Code)
		}
		if one := cmp.Or(c.Text, c.Code); !slices.Contains(texts[c.Code], one) {
			texts[c.Code] = append(texts[c.Code], one)
		}
	}
	return order, texts
}
