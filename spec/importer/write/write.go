// Package write writes a draft as the YAML of a system.
package write

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/format"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/listen"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// undecided is the decision that says what an import leaves open.
const undecided = "imported"

// Files writes a draft as the YAML of a system, below the folder of the systems. What
// the document says is carried over as printed; what has to be decided is in
// errata.yaml and in the marks of fields.
func Files(d *draft.Draft, system string) ([]scaffold.File, error) {
	if err := scaffold.CheckSystemName(system); err != nil {
		return nil, err
	}
	if len(d.Interfaces) == 0 {
		return nil, errors.New("no interface was found: a heading with a URL, or a table of URL and method, begins one")
	}
	sections(d)
	out := &output{system: system}
	var interfaces []*yaml.Node
	for _, i := range d.Interfaces {
		interfaces = append(interfaces, yamlOf(i))
	}
	main := systemOf(d, system)
	structs, common := share(interfaces)
	for _, one := range []struct {
		key  string
		rows *yaml.Node
	}{{"structs", structs}, {"common", common}} {
		if len(one.rows.Content) > 0 {
			put(main, one.key, one.rows)
		}
	}
	out.add("system.yaml", main, "../")
	if known := vectors(d); known != nil {
		out.add("vectors.yaml", known, "../")
	}
	out.add("errors.yaml", codesOf(d), "../")
	out.add("errata.yaml", errata(d), "../")
	if log := changelog(d); len(log.Content) > 0 {
		out.add("changelog.yaml", log, "../")
	}
	if ledger := ledger(d); len(ledger.Content) > 0 {
		out.add("ledger.yaml", ledger, "../")
	}
	for n, i := range d.Interfaces {
		out.add(i.Group().Name+"/"+i.Cmd+".yaml", interfaces[n], "../../")
	}
	out.add("origin.yaml", origin(d, rowCount(d) < maxPlaces), "../")
	return out.files, out.err
}

// output is the files that were written so far.
type output struct {
	system string
	files  []scaffold.File
	err    error
}

func (o *output) add(name string, m *yaml.Node, up string) {
	text, err := yaml.Marshal(m)
	if err == nil {
		text, err = format.YAML(append([]byte("# yaml-language-server: $schema="+up+scaffold.SchemaName+"\n"), text...))
	}
	if err != nil {
		o.err = errors.Join(o.err, fmt.Errorf("%s: %w", name, err))
	}
	o.files = append(o.files, scaffold.File{Path: o.system + "/" + name, Text: text})
}

// sections gives each interface a section of its own: the document's, or the next one
// that is free.
func sections(d *draft.Draft) {
	used := map[string]bool{}
	for n, i := range d.Interfaces {
		for at := n + 1; i.Section == "" || used[i.Section]; at++ {
			i.Section = strconv.Itoa(at)
		}
		used[i.Section] = true
	}
}

// systemOf is the system with its protocol.
func systemOf(d *draft.Draft, name string) *yaml.Node {
	m := block()
	title := cmp.Or(d.Title, name)
	put(m, "system", text(name))
	put(m, "language", plain(strconv.Itoa(spec.Language)))
	put(m, "title", text(title))
	put(m, "version", text(cmp.Or(d.Version, "V1")))
	if d.Date != "" {
		put(m, "date", plain(d.Date))
	}
	put(m, "zone", text("Asia/Shanghai"))
	put(m, "groups", groupsOf(d, title))
	put(m, "protocol", protocolOf(d))
	return m
}

// Rows writes the rows of all tables as YAML, without an interface around them.
func Rows(d *draft.Draft) ([]byte, error) {
	var fields []*draft.Field
	for _, s := range d.Shared {
		fields = append(fields, s.Fields...)
	}
	for _, i := range d.Interfaces {
		fields = append(append(fields, i.Request...), i.Response...)
	}
	if len(fields) == 0 {
		return nil, errors.New("no table of parameters was found: its head names them, such as 参数名, 类型, 必填, 说明")
	}
	m := block()
	put(m, "rows", (&writer{}).fields(tree(fields), true))
	text, err := yaml.Marshal(m)
	if err != nil {
		return nil, err
	}
	text, err = format.YAML(text)
	return []byte(strings.TrimPrefix(string(text), "rows:\n")), err
}

// since is the date of the document's last change; the same file gives the same YAML.
func since(d *draft.Draft) string {
	for _, c := range slices.Backward(d.Changes) {
		if date := wording.DateOf(c.Date); date != "" {
			return date
		}
	}
	return "2000-01-01"
}

// changelog is the document's change log, oldest first.
func changelog(d *draft.Draft) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	rows := slices.Clone(d.Changes)
	if len(rows) > 1 && wording.DateOf(rows[0].Date) > wording.DateOf(rows[len(rows)-1].Date) {
		slices.Reverse(rows)
	}
	last := ""
	for _, c := range rows {
		date := wording.DateOf(c.Date)
		if date == "" || date < last || c.Version == "" {
			continue
		}
		last = date
		one := flow("version", text(c.Version), "date", plain(date))
		if c.Author != "" {
			put(one, "author", text(c.Author))
		}
		put(one, "text", text(c.Text))
		list.Content = append(list.Content, one)
	}
	return list
}

// maxSays is how many characters the language takes of what a sentence says.
const maxSays = 100

// inShort is a sentence, without its end where it is too long for the ledger.
func inShort(sentence string) string {
	runes := []rune(sentence)
	if len(runes) <= maxSays {
		return sentence
	}
	short := string(runes[:maxSays-1])
	if at := strings.LastIndexAny(short, " ,;，；、"); at > len(short)/2 {
		short = short[:at]
	}
	return strings.TrimSpace(short) + "…"
}

// ledger is the sentences that state a condition, none of which anything carries yet.
func ledger(d *draft.Draft) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	if len(d.Prose) == 0 {
		return list
	}
	order := slices.Clone(d.Interfaces)
	slices.SortStableFunc(order, func(a, b *draft.Interface) int { return spec.CompareSections(a.Section, b.Section) })
	for _, i := range order {
		n := 0
		for _, p := range d.Prose {
			if p.Of == i {
				list.Content = append(list.Content, flow("interface", text(i.Cmd), "says", text(inShort(p.Text)), "unchecked", text("导入后没有核对")))
				n++
			}
		}
		if n == 0 {
			list.Content = append(list.Content, flow("interface", text(i.Cmd), "says", text("没有读到陈述条件的句子"), "unchecked", text("导入后没有核对")))
		}
	}
	return list
}

// yaml writes one interface.
func yamlOf(i *draft.Interface) *yaml.Node {
	m := block()
	put(m, "interface", text(i.Cmd))
	if i.Code != "" {
		put(m, "code", text(i.Code))
	}
	put(m, "title", text(wording.OneLine(cmp.Or(i.Title, i.Cmd))))
	put(m, "section", quoted(i.Section))
	method, url := endpointOf(i)
	put(m, "kind", text(kindOf(i, method)))
	put(m, "status", text("unimplemented"))
	if i.Method != "" {
		put(m, "method", text(method))
	}
	if !i.Callback {
		put(m, "path", text(url))
	}
	if i.URL != url && !i.Callback {
		put(m, "doc_path", quoted(i.URL))
	}
	form := asForm(i)
	if form {
		put(m, "body", text("form"))
	}
	if i.Note != "" {
		put(m, "note", text(i.Note))
	}
	if order, texts := codeTexts(i.Codes); len(order) > 0 {
		rows := block()
		for _, code := range order {
			put(rows, code, text(strings.Join(texts[code], "；")))
		}
		put(m, "errors", rows)
	}
	w := &writer{sent: i.Callback, get: method == "GET" || method == "DELETE", form: form, url: url}
	put(m, "request", w.fields(tree(i.Request), true))
	w = &writer{sent: true}
	put(m, "response", w.fields(tree(i.Response), true))
	return m
}

var asks = pattern.New(`(?i)查询|获取|列表|详情|读取|检索|^(get|query|list|find|search|select)|(get|query|list|find|search|info)$`)

// kind is what the interface is for: one that asks is a query.
func kindOf(i *draft.Interface, method string) string {
	if i.Callback {
		return "notify"
	}
	if method == "GET" || method != "DELETE" && method != "PUT" && (asks.MatchString(i.Title) || asks.MatchString(i.Cmd)) {
		return "query"
	}
	return "report"
}

var notInPath = pattern.New(`[^A-Za-z0-9._~!$&'()*+,;=:@%/{}\-]`)

// endpoint is the method and the path; one without a path has its name.
func endpointOf(i *draft.Interface) (method, url string) {
	method = cmp.Or(i.Method, "POST")
	url, _, _ = strings.Cut(naming.Holes(i.URL), "?")
	if !strings.HasPrefix(url, i.Base) {
		url = i.Base + "/" + strings.TrimLeft(url, "/")
	}
	url = served(url, i.Request)
	if url == "/" {
		url += i.Cmd
	}
	if listen.IsOwn(url) {
		url = "/api" + url
	}
	return method, url
}

// isForm says whether a body is a form: fields are said to be in one.
func isForm(i *draft.Interface) bool {
	return slices.ContainsFunc(i.Request, func(f *draft.Field) bool { return f.In == "form" })
}

// asForm reports whether the body of an interface's requests is a form.
func asForm(i *draft.Interface) bool {
	method, _ := endpointOf(i)
	return !i.Callback && method != "GET" && method != "DELETE" && isForm(i)
}

var hole = pattern.New(`^\{[A-Za-z_][A-Za-z0-9_]*\}$`)

// served is a path as it can be served: whole parts, and each hole once, for a field.
func served(url string, fields []*draft.Field) string {
	named := func(part string) string {
		at := slices.IndexFunc(fields, func(f *draft.Field) bool {
			return "{"+f.Hole+"}" == part && f.Dropped == "" && !f.List && (f.In == "" || f.In == "path" || f.In == "query")
		})
		if at < 0 {
			return ""
		}
		return "{" + fields[at].RowKey() + "}"
	}
	var parts []string
	for part := range strings.SplitSeq(notInPath.ReplaceAllString(url, ""), "/") {
		if name := named(part); hole.MatchString(part) && name != "" && !slices.Contains(parts, name) {
			part = name
		} else {
			part = strings.NewReplacer("{", "", "}", "").Replace(part)
		}
		if part != "" {
			parts = append(parts, part)
		}
	}
	out := "/" + strings.Join(parts, "/")
	if strings.HasSuffix(url, "/") && out != "/" {
		out += "/"
	}
	return out
}

func block() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

// flow is a mapping on one line, of keys and nodes.
func flow(pairs ...any) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for n := 0; n+1 < len(pairs); n += 2 {
		put(m, pairs[n].(string), pairs[n+1].(*yaml.Node))
	}
	return m
}

func put(m *yaml.Node, name string, v *yaml.Node) { m.Content = append(m.Content, key(name), v) }

// key is a text as a key: a number stays one, and a word that YAML reads otherwise is
// quoted.
func key(name string) *yaml.Node {
	k := text(name)
	if spec.IsWholeText(name) {
		k.Style, k.Tag = 0, ""
	}
	if slices.Contains([]string{"", "~", "null", "true", "false", "y", "n", "yes", "no", "on", "off"}, strings.ToLower(name)) {
		k.Style = yaml.DoubleQuotedStyle
	}
	return k
}

// text is a scalar that stays a text.
func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(clean(s))
	if strings.ContainsAny(s, "\n") {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// clean takes out what YAML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff || r == 0xfeff || r == 0x2028 || r == 0x2029 {
			return -1
		}
		return r
	}, s)
}

func plain(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

func quoted(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: s, Style: yaml.DoubleQuotedStyle}
}

// labelText is the description of a field in one line.
func labelText(f *draft.Field) string {
	note := cmp.Or(f.Note, f.Label)
	if f.Beside != "" && !strings.Contains(note, f.Beside) {
		note = strings.TrimSpace(note + "（" + wording.OneLine(f.Beside) + "）")
	}
	return strings.Join(strings.Fields(note), " ")
}
