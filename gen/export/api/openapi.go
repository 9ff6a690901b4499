package api

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/spec"
)

// OpenAPI describes a system as OpenAPI 3.1: an operation for each method and path, which
// several interfaces share where one URL takes them all, and a webhook for each
// notification.
func OpenAPI(s *spec.System) ([]byte, error) {
	d, err := newDocument(s)
	if err != nil {
		return nil, err
	}
	schemas := d.schemas()
	out := ordered.Object{
		{"openapi", "3.1.0"},
		{"info", d.info()},
		{"servers", []any{ordered.Object{{"url", "http://127.0.0.1:8080"}}}},
		{"tags", d.tags()},
		{"paths", d.paths()},
	}
	if hooks := d.webhooks(); len(hooks) > 0 {
		out = append(out, ordered.Member{"webhooks", hooks})
	}
	return indented(append(out, ordered.Member{"components", ordered.Object{{"schemas", schemas}}}, ordered.Member{"x-jiekou-protocol", d.extension()}))
}

// tags are the groups.
func (d *document) tags() []any {
	out := []any{}
	for _, g := range d.s.Groups {
		out = append(out, ordered.Object{{"name", g.Name}, {"description", strings.TrimSpace(g.Section + " " + g.Title)}})
	}
	return out
}

// operation is the interfaces of one method and path.
type operation struct {
	method, path string
	list         []*spec.Interface
}

// operations lists them in the order of the document.
func (d *document) operations() []*operation {
	var out []*operation
	for _, i := range d.s.Interfaces {
		if i.Kind == spec.Notify || d.p.Call == nil {
			continue
		}
		method, path := i.Method, i.Path
		for _, door := range d.p.Call.Doors(i.Cmd, i.FrameName, i.Method) {
			method, path = cmp.Or(method, door.Method), cmp.Or(path, numbered(door.Path))
		}
		method, path = cmp.Or(method, http.MethodPost), cmp.Or(path, "/")
		at := slices.IndexFunc(out, func(o *operation) bool { return o.method == method && o.path == path })
		if at < 0 {
			at = len(out)
			out = append(out, &operation{method: method, path: path})
		}
		out[at].list = append(out[at].list, i)
	}
	return out
}

// numbered names the segments of a path that differ from message to message.
func numbered(path string) string {
	path = strings.ReplaceAll(path, "{...}", "{}")
	for n := 1; strings.Contains(path, "{}"); n++ {
		path = strings.Replace(path, "{}", "{segment"+strconv.Itoa(n)+"}", 1)
	}
	return path
}

// paths lists the operations.
func (d *document) paths() ordered.Object {
	out := ordered.Object{}
	for _, o := range d.operations() {
		one := ordered.Member{strings.ToLower(o.method), d.operation(o)}
		at := slices.IndexFunc(out, func(m ordered.Member) bool { return m[0] == o.path })
		if at < 0 {
			out = append(out, ordered.Member{o.path, ordered.Object{one}})
			continue
		}
		out[at][1] = append(out[at][1].(ordered.Object), one)
	}
	return out
}

// operation describes one method of a path.
func (d *document) operation(o *operation) ordered.Object {
	first := o.list[0]
	out := ordered.Object{{"operationId", d.schemaName(first, "call")}, {"summary", first.Title}, {"description", description(first)}}
	tags := []string{first.Group.Name}
	if len(o.list) > 1 {
		var lines []string
		tags = nil
		for _, i := range o.list {
			lines = append(lines, "- "+quoted(i.Cmd)+" "+i.Title)
			if !slices.Contains(tags, i.Group.Name) {
				tags = append(tags, i.Group.Name)
			}
		}
		out = ordered.Object{
			{"operationId", d.schemaName(first, "call")},
			{"summary", d.s.Title},
			{"description", "一个地址接收所有接口，报文写明是哪一个：\n\n" + strings.Join(lines, "\n")},
		}
	}
	out = append(out, ordered.Member{"tags", tags})
	request := &shaper{d: d, m: d.d.Request, rows: d.s.Protocol.Request, payload: d.oneOf(o.list, "request")}
	if parameters := d.parameters(o, request); len(parameters) > 0 {
		out = append(out, ordered.Member{"parameters", parameters})
	}
	if content := request.content(); content != nil && !bodyless(o.method) {
		out = append(out, ordered.Member{"requestBody", ordered.Object{{"required", true}, {"content", content}}})
	}
	out = append(out, ordered.Member{"responses", d.responses(d.d.Reply, d.s.Protocol.Reply, d.oneOf(o.list, "response"), o.list...)})
	if !slices.ContainsFunc(o.list, func(i *spec.Interface) bool { return i.Status != spec.Deprecated }) {
		out = append(out, ordered.Member{"deprecated", true})
	}
	return append(out, ordered.Member{"x-jiekou-interfaces", d.listed(o.list)})
}

func bodyless(method string) bool { return method == http.MethodGet || method == http.MethodDelete }

// listed are interfaces with the schemas of what their messages carry.
func (d *document) listed(list []*spec.Interface) []any {
	var out []any
	for _, i := range list {
		out = append(out, ordered.Object{
			{"interface", i.Cmd},
			{"title", i.Title},
			{"kind", string(i.Kind)},
			{"status", string(i.Status)},
			{"request", ref(d.schemaName(i, "request"))},
			{"response", ref(d.schemaName(i, "response"))},
		})
	}
	return out
}

// oneOf is what messages of interfaces carry.
func (d *document) oneOf(list []*spec.Interface, what string) any {
	if len(list) == 1 {
		return ref(d.schemaName(list[0], what))
	}
	var any []any
	for _, i := range list {
		any = append(any, ref(d.schemaName(i, what)))
	}
	return ordered.Object{{"anyOf", any}}
}

var inPath = regexp.MustCompile(`\{([^{}]+)\}`)

// parameters are those of the interface and of the protocol.
func (d *document) parameters(o *operation, request *shaper) []any {
	own := request.parameters()
	taken := map[string]bool{}
	name := func(in, name string) string { return in + "." + strings.ToLower(name) }
	for _, one := range own {
		p := one.(ordered.Object)
		taken[name(p[1][1].(string), p[0][1].(string))] = true
	}
	var out []any
	for _, i := range o.list {
		for _, f := range schema.Beside(i) {
			if taken[name(f.In, f.Outer())] || f.In == "header" && reserved(f.Outer()) {
				continue
			}
			taken[name(f.In, f.Outer())] = true
			out = append(out, ordered.Object{
				{"name", f.Outer()},
				{"in", f.In},
				{"required", f.In == "path" || f.IsRequired() && len(o.list) == 1},
				{"description", f.Label},
				{"schema", schema.Value(f)},
			})
		}
	}
	for _, m := range inPath.FindAllStringSubmatch(o.path, -1) {
		if !taken[name("path", m[1])] {
			out = append(out, ordered.Object{{"name", m[1]}, {"in", "path"}, {"required", true}, {"schema", ordered.Object{{"type", "string"}}}})
		}
	}
	return append(out, own...)
}

// responses are the replies by their status.
func (d *document) responses(reply *declare.Message, rows spec.Fields, payload any, list ...*spec.Interface) ordered.Object {
	if reply == nil {
		return ordered.Object{{"200", ordered.Object{{"description", "已收到"}}}}
	}
	type answer struct {
		what     string
		contents []ordered.Object
	}
	var order []string
	answers := map[string]*answer{}
	add := func(m *declare.Message, what string) {
		status := statusOf(m, what)
		if answers[status] == nil {
			order = append(order, status)
			answers[status] = &answer{what: what}
		}
		a := answers[status]
		if content := (&shaper{d: d, m: m, rows: rows, payload: payload}).content(); content != nil {
			a.contents = append(a.contents, content)
		}
	}
	add(reply, "应答")
	for _, v := range reply.Variants {
		if v.Body == nil && len(v.Status) == 0 {
			continue
		}
		add(declare.Overlay(reply, v), outcome(v))
	}
	slices.Sort(order)
	out := ordered.Object{}
	for _, status := range order {
		a := answers[status]
		one := ordered.Object{{"description", a.what}}
		if headers := headed(list); headers != nil && (a.what == "应答" || a.what == "成功") {
			one = append(one, ordered.Member{"headers", headers})
		}
		if content := merged(a.contents); content != nil {
			one = append(one, ordered.Member{"content", content})
		}
		out = append(out, ordered.Member{status, one})
	}
	return out
}

// headed are the headers of replies that interfaces have rows for.
func headed(list []*spec.Interface) ordered.Object {
	var out ordered.Object
	for _, i := range list {
		for _, f := range i.Response.InHeader() {
			if slices.ContainsFunc(out, func(m ordered.Member) bool { return strings.EqualFold(m[0].(string), f.Outer()) }) {
				continue
			}
			out = append(out, ordered.Member{f.Outer(), ordered.Object{{"description", f.Label}, {"schema", schema.Value(f)}}})
		}
	}
	return out
}

// told are the parameters of a notification: of the protocol, and the rows in headers.
func told(i *spec.Interface, push *shaper) []any {
	out := push.parameters()
	for _, f := range i.Request.InHeader() {
		out = append(out, ordered.Object{
			{"name", f.Outer()}, {"in", "header"}, {"required", f.IsRequired()}, {"schema", schema.Value(f)}, {"description", f.Label},
		})
	}
	return out
}

// merged are bodies of one status.
func merged(list []ordered.Object) ordered.Object {
	if len(list) < 2 {
		return slices.Concat(list...)
	}
	var out ordered.Object
	for _, content := range list {
		for _, m := range content {
			schema := m[1].(ordered.Object)[0][1]
			at := slices.IndexFunc(out, func(have ordered.Member) bool { return have[0] == m[0] })
			if at < 0 {
				out = append(out, ordered.Member{m[0], []any{schema}})
			} else {
				out[at][1] = append(out[at][1].([]any), schema)
			}
		}
	}
	for i := range out {
		out[i][1] = ordered.Object{{"schema", ordered.Object{{"anyOf", out[i][1]}}}}
	}
	return out
}

// outcome names the case of a variant of a reply.
func outcome(v *declare.Message) string {
	for _, c := range v.When {
		if text := map[string]string{"success": "成功", "failure": "失败", "unknown": "不认识调用方"}[c.Part]; text != "" {
			return text
		}
	}
	return "应答"
}

// statusOf is the HTTP status of a message.
func statusOf(m *declare.Message, what string) string {
	other := ""
	for _, s := range m.Status {
		switch {
		case s.Code == "success" && what != "失败" && what != "不认识调用方":
			return strconv.Itoa(s.Status)
		case s.Code == "*":
			other = strconv.Itoa(s.Status)
		}
	}
	if what == "应答" || what == "成功" {
		return "200"
	}
	return cmp.Or(other, "200")
}

// webhooks are the notifications.
func (d *document) webhooks() ordered.Object {
	var out ordered.Object
	if d.d.Push == nil {
		return nil
	}
	for _, i := range d.s.Interfaces {
		if i.Kind != spec.Notify {
			continue
		}
		push := &shaper{d: d, m: d.d.Push, rows: d.s.Protocol.Push, payload: ref(d.schemaName(i, "notification"))}
		one := ordered.Object{{"operationId", d.schemaName(i, "push")}, {"summary", i.Title}, {"description", description(i)}, {"tags", []string{i.Group.Name}}}
		if parameters := told(i, push); len(parameters) > 0 {
			one = append(one, ordered.Member{"parameters", parameters})
		}
		if content := push.content(); content != nil {
			one = append(one, ordered.Member{"requestBody", ordered.Object{{"required", true}, {"content", content}}})
		}
		one = append(one, ordered.Member{"responses", d.responses(d.d.Push.Answer, nil, ordered.Object{{"type", "object"}})},
			ordered.Member{"x-jiekou-notification", ref(d.schemaName(i, "notification"))})
		out = append(out, ordered.Member{i.Cmd, ordered.Object{{"post", one}}})
	}
	return out
}
