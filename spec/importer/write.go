package importer

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/format"
	"github.com/jiekou-dev/jiekou/spec/read"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// group is the chapter that the interfaces of a draft are in, until somebody makes
// more of it.
const group = "api"

// open is the decision that says what an import leaves open.
const open = "imported-protocol"

// Files writes a draft as the YAML of a system, below the folder of the systems. What
// the document says is carried over as printed; what has to be decided is in
// errata.yaml and in the notes of fields.
func (d *Draft) Files(system string) ([]scaffold.File, error) {
	if err := scaffold.CheckSystemName(system); err != nil {
		return nil, err
	}
	if len(d.Interfaces) == 0 {
		return nil, errors.New("no interface was found: a heading with a URL, or a table of URL and method, begins one")
	}
	title := d.Title
	if title == "" {
		title = system
	}
	files, err := scaffold.System(scaffold.SystemOptions{Name: system, Title: title, Version: "V1.0", Signed: true})
	if err != nil {
		return nil, err
	}
	for i := range files {
		if strings.HasSuffix(files[i].Path, "/system.yaml") {
			bare := frameRows.ReplaceAll(files[i].Text, []byte("$1"))
			if files[i].Text, err = scaffold.Group(bare, group, title, ""); err != nil {
				return nil, err
			}
		}
	}
	errata, err := d.errata()
	if err != nil {
		return nil, err
	}
	files = append(files, scaffold.File{Path: system + "/errata.yaml", Text: errata})
	seen := map[string]bool{}
	d.sections()
	for _, i := range d.Interfaces {
		text, err := i.yaml(seen)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", i.Cmd, err)
		}
		files = append(files, scaffold.File{Path: system + "/" + group + "/" + i.Cmd + ".yaml", Text: text})
	}
	return files, nil
}

// sections gives each interface a section of its own: the document's, or the next one
// that is free.
func (d *Draft) sections() {
	used := map[string]bool{}
	for n, i := range d.Interfaces {
		for at := n + 1; i.Section == "" || used[i.Section]; at++ {
			i.Section = strconv.Itoa(at)
		}
		used[i.Section] = true
	}
}

// frameRows are the rows of a reply's frame in a fresh system.yaml: the document has
// not said them.
var frameRows = regexp.MustCompile(`(?m)(^    variants: \[\{when: unknown\}\]\n)    fields:\n(?:      .*\n)+`)

// errata says what was not read.
func (d *Draft) errata() ([]byte, error) {
	m := &yaml.Node{Kind: yaml.MappingNode}
	one := &yaml.Node{Kind: yaml.MappingNode}
	says := "未读取签名、错误码和公共参数的章节。"
	if n := len(d.Left); n > 0 {
		says = fmt.Sprintf("未读取签名和公共参数的章节；另有%d张表未读取，例如“%s”。", n, d.Left[0].Head)
	}
	for _, kv := range [][2]string{
		{"title", "导入时未读取的内容"},
		{"says", says},
		{"follow", "system.yaml的protocol和errors.yaml是草稿，须按文档填写。"},
		{"why", "导入只写出读到的内容。"},
		{"since", "2000-01-01"},
	} {
		put(one, kv[0], text(kv[1]))
	}
	put(one, "where", &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{quoted("*")}})
	put(m, open, one)
	return encode(m, "../")
}

// yaml writes one interface.
func (i *Interface) yaml(seen map[string]bool) ([]byte, error) {
	m := &yaml.Node{Kind: yaml.MappingNode}
	title := i.Title
	if title == "" {
		title = i.Cmd
	}
	put(m, "interface", text(i.Cmd))
	put(m, "title", text(oneLine(title)))
	put(m, "section", quoted(i.Section))
	method, url := i.endpoint(seen)
	kind := "report"
	if method == "GET" {
		kind = "query"
	}
	put(m, "kind", text(kind))
	put(m, "status", text("unimplemented"))
	put(m, "method", text(method))
	put(m, "path", text(url))
	put(m, "note", text("自 "+i.Place+" 导入。"))
	w := &writer{get: method == "GET" || method == "DELETE", url: url}
	put(m, "request", w.fields(tree(i.Request), true))
	w.get, w.url = false, ""
	put(m, "response", w.fields(tree(i.Response), false))
	return encode(m, "../../")
}

// endpoint is the method and the path; two interfaces of one path are told apart by a
// name behind it, which the note of the interface shows.
func (i *Interface) endpoint(seen map[string]bool) (method, url string) {
	method = i.Method
	if method == "" {
		method = "POST"
	}
	url, _, _ = strings.Cut(strings.ReplaceAll(i.Path, "${", "{"), "?")
	if !strings.HasPrefix(url, "/") {
		url = "/" + url
	}
	if url == "/" || seen[method+url] {
		url = strings.TrimSuffix(url, "/") + "/" + i.Cmd
	}
	seen[method+url] = true
	return method, url
}

// branch is a field with its members.
type branch struct {
	*Field
	kids []*branch
}

// tree puts fields below their parents; the second of two of one name goes.
func tree(fields []*Field) []*branch {
	var top []*branch
	known := map[string]*branch{}
	for _, f := range fields {
		key := strings.Join(f.Path, "\x00")
		if f.Path[0] == "" || known[key] != nil {
			continue
		}
		b := &branch{Field: f}
		known[key] = b
		if parent := known[strings.Join(f.Path[:len(f.Path)-1], "\x00")]; len(f.Path) > 1 && parent != nil {
			parent.kids = append(parent.kids, b)
			continue
		}
		top = append(top, b)
	}
	return top
}

// writer writes the fields of one message.
type writer struct {
	get bool   // fields are in the query where nothing says otherwise
	url string // whose holes are fields
}

// fields writes rows; top says that they are those of the message.
func (w *writer) fields(list []*branch, top bool) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode}
	if len(list) == 0 {
		m.Style = yaml.FlowStyle
	}
	for _, b := range list {
		put(m, b.Name(), w.row(b, top))
	}
	return m
}

// row writes one field.
func (w *writer) row(b *branch, top bool) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode}
	if len(b.kids) == 0 {
		m.Style = yaml.FlowStyle
	}
	kind, printed := b.kind()
	put(m, "type", text(kind))
	if t, _ := read.Type(kind); t == spec.Array && len(b.kids) == 0 && !typed(kind) {
		put(m, "of", text("string"))
	}
	length, _ := strconv.Atoi(b.Length)
	sized := spec.Type(kind).IsText() || isText(kind)
	if length > 0 && sized {
		put(m, "length", &yaml.Node{Kind: yaml.ScalarNode, Value: b.Length})
	}
	w.required(m, b)
	if in := w.place(b, top); in != "" && in != "body" {
		put(m, "in", text(in))
	}
	if printed {
		put(m, "doc_type", quoted(b.Type))
	}
	if b.Length != "" && (length == 0 || !sized) {
		put(m, "doc_length", quoted(b.Length))
	}
	if label := oneLine(firstOf(b.Note, b.Label)); label != "" {
		put(m, "label", text(label))
	}
	if values := b.enum(kind); len(values.Content) > 0 {
		put(m, "enum", values)
		put(m, "open", &yaml.Node{Kind: yaml.ScalarNode, Value: "true"})
	}
	if len(b.kids) > 0 {
		put(m, "fields", w.fields(b.kids, false))
	}
	return m
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}

// required writes whether the field must be there.
func (w *writer) required(m *yaml.Node, b *branch) {
	switch b.Required {
	case "yes":
		put(m, "required", &yaml.Node{Kind: yaml.ScalarNode, Value: "true"})
	case "conditional":
		put(m, "required", text("conditional"))
		put(m, "condition", text(oneLine(firstOf(b.Note, "见文档"))))
		put(m, "unchecked", text("导入时未确定条件"))
	case "unstated":
		put(m, "required", text("unstated"))
	}
}

// place is where the field stands.
func (w *writer) place(b *branch, top bool) string {
	switch {
	case !top:
		return ""
	case strings.Contains(w.url, "{"+b.Name()+"}"):
		return "path"
	case b.In == "path":
		return "query" // it has no place in the path
	case b.In != "":
		return b.In
	case w.get:
		return "query"
	}
	return ""
}

// kind is the type in the language, and whether the printed one has to be said beside
// it.
func (b *branch) kind() (kind string, printed bool) {
	t, ok := read.Type(b.Type)
	nested := ok && t.IsNested()
	switch {
	case len(b.kids) > 0 && (!ok || t != spec.Array && t != spec.Object):
		if b.List {
			return string(spec.Array), true
		}
		return string(spec.Object), true
	case len(b.kids) == 0 && nested, b.Type != "" && !ok && b.List:
		if t == spec.Array || b.List {
			return string(spec.Array), true
		}
		return string(spec.Map), true
	case ok && b.Type != "":
		return b.Type, false
	}
	return string(spec.String), true
}

// typed says whether a printed type says what the members of an array are.
func typed(kind string) bool {
	word := strings.ToLower(kind)
	return strings.ContainsAny(word, "<[") && !strings.Contains(word, "object") && !strings.Contains(word, "map")
}

// isText says whether the language reads a printed type as a text.
func isText(kind string) bool {
	t, ok := read.Type(kind)
	return ok && t.IsText()
}

// enum writes the values that suit the type; others stay in the label.
func (b *branch) enum(kind string) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	t, _ := read.Type(kind)
	if !t.IsText() && !t.IsWhole() || b.List || len(b.kids) > 0 {
		return m
	}
	for _, v := range b.Enum {
		if !t.Takes(v.Value) || t.IsWhole() && !spec.IsWholeText(v.Value) {
			return &yaml.Node{Kind: yaml.MappingNode}
		}
		label := v.Label
		if label == "" {
			label = v.Value
		}
		put(m, v.Value, text(label))
	}
	return m
}

func put(m *yaml.Node, key string, v *yaml.Node) {
	k := text(key)
	if spec.IsWholeText(key) {
		k.Style, k.Tag = 0, ""
	}
	if slices.Contains([]string{"", "~", "null", "true", "false", "y", "n", "yes", "no", "on", "off"}, strings.ToLower(key)) {
		k.Style = yaml.DoubleQuotedStyle
	}
	m.Content = append(m.Content, k, v)
}

// text is a scalar that stays a text.
func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	if strings.ContainsAny(s, "\n") {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

func quoted(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: s, Style: yaml.DoubleQuotedStyle}
}

// encode writes a file in the canonical form.
func encode(m *yaml.Node, up string) ([]byte, error) {
	out, err := yaml.Marshal(m)
	if err != nil {
		return nil, err
	}
	return format.YAML(append([]byte("# yaml-language-server: $schema="+up+scaffold.SchemaName+"\n"), out...))
}
