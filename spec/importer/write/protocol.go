package write

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/signature"
)

// protocolOf is the protocol of a system: the payload is the body, and the HTTP status
// tells a refusal from an answer. Where the document says how messages are signed, the
// request is signed so.
func protocolOf(d *draft.Draft) *yaml.Node {
	m := block()
	open := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{text(undecided)}}
	number := func(n string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: n} }
	if d.Signature.Declared() {
		signed(m, d, open)
	} else {
		put(m, "app", text("given"))
		request := flow("json", quoted("{payload}"), "errata", open)
		if list := forms(d, flow("*", quoted("{payload}")), nil); len(list.Content) > 0 {
			put(request, "variants", list)
		}
		put(m, "request", request)
	}
	if place := pushed(d); place != "" {
		push := flow(place, quoted("{payload}"), "errata", open)
		if d.Answer != nil {
			push.Style = 0
			put(push, "answer", framed(d.Answer, true))
		}
		put(m, "push", push)
	}
	if d.Frame != nil {
		reply := framed(d.Frame, false)
		put(reply, "errata", open)
		put(m, "reply", reply)
		return m
	}
	put(m, "reply", flow("json", quoted("{payload}"), "status", flow("success", number("200"), "*", number("400")), "errata", open))
	return m
}

// framed is a reply whose payload has a code and a text beside it, or an answer, which has no
// payload.
func framed(f *draft.Frame, answer bool) *yaml.Node {
	code := "{code}"
	if f.Number {
		code = "{code|raw}"
	}
	frame := flow(f.Code, quoted(code))
	if f.Text != "" {
		put(frame, f.Text, quoted("{text}"))
	}
	if f.In != "" {
		frame = flow(f.In, frame)
	}
	own := "*"
	if f.Held {
		own = f.Holder
	}
	if !answer {
		put(frame, own, quoted("{payload}"))
	}
	m := block()
	put(m, "json", frame)
	success := flow("code", quoted(f.Success))
	if f.Text != "" {
		put(success, "text", values(successTexts(f)))
	}
	put(m, "success", success)
	if len(f.Fields) > 0 {
		put(m, "fields", (&writer{}).fields(tree(frameRows(f.Fields)), true))
	}
	return m
}

// frameRows are the rows of a frame as the protocol names them: head.code, without a row for
// what others are in.
func frameRows(list []*draft.Field) []*draft.Field {
	var out []*draft.Field
	for _, f := range list {
		in := strings.Join(f.Path, "/") + "/"
		if slices.ContainsFunc(list, func(one *draft.Field) bool { return strings.HasPrefix(strings.Join(one.Path, "/"), in) }) {
			continue
		}
		one := *f
		one.Path = []string{strings.Join(f.Path, ".")}
		out = append(out, &one)
	}
	return out
}

// successTexts are the texts beside the code of success.
func successTexts(f *draft.Frame) []string {
	if len(f.Says) == 0 {
		return []string{"成功"}
	}
	return f.Says
}

// pushed is where the fields of notifications are: json, form or query; empty where there
// are none.
func pushed(d *draft.Draft) string {
	count := map[string]int{}
	for _, i := range d.Interfaces {
		switch {
		case !i.Callback:
		case i.Method == "GET":
			count["query"]++
		case isForm(i):
			count["form"]++
		default:
			count["json"]++
		}
	}
	place := ""
	for _, one := range []string{"json", "form", "query"} {
		if count[one] > count[place] {
			place = one
		}
	}
	return place
}

// secretOf is the name and the kind of the key of a rule.
func secretOf(r *signature.Rule) (name, kind string) {
	if strings.HasPrefix(r.Algorithm, "rsa") {
		return "merchant", "rsa"
	}
	return "secret", "text"
}

// placeOf is where the parameters of most interfaces are: query, or json.
func placeOf(d *draft.Draft) string {
	gets := 0
	for _, i := range d.Interfaces {
		if i.Method == "GET" {
			gets++
		}
	}
	if gets*2 > len(d.Interfaces) {
		return "query"
	}
	if d.Signature.Form {
		return "form"
	}
	return "json"
}

// signParam is the name of the signature, and whether it is a header.
func signParam(d *draft.Draft) (name string, header bool) {
	name = cmp.Or(d.Signature.Param, "sign")
	in := func(fields []*draft.Field) bool {
		return slices.ContainsFunc(fields, func(f *draft.Field) bool { return f.Name() == name && f.In == "header" })
	}
	for _, i := range d.Interfaces {
		header = header || in(i.Request)
	}
	for _, s := range d.Shared {
		header = header || in(s.Fields) || slices.ContainsFunc(s.Fields, func(f *draft.Field) bool {
			return f.Name() == name && (strings.Contains(s.Title, "头") || strings.Contains(strings.ToLower(s.Title), "header"))
		})
	}
	return name, header
}

// callerParam is the name of what says who calls, as the example has it; empty where
// nothing in the signed parameters does.
func callerParam(d *draft.Draft) string {
	r := d.Signature
	if r.Proven == nil {
		return ""
	}
	for _, p := range r.Proven.Pairs {
		if signature.AppName(p.Name) {
			return p.Name
		}
	}
	return ""
}

// signed writes the request of a signed protocol.
func signed(m *yaml.Node, d *draft.Draft, open *yaml.Node) {
	r := d.Signature
	key, kind := secretOf(r)
	put(m, "keys", flow(key, text(kind)))
	app := callerParam(d)
	if app == "" {
		put(m, "app", text("given"))
	}
	place := placeOf(d)
	name, header := signParam(d)
	tree := block()
	tree.Style = yaml.FlowStyle
	if app != "" {
		put(tree, app, quoted("{app}"))
	}
	if !header {
		put(tree, name, quoted("{sign}"))
	}
	put(tree, "*", quoted("{payload}"))
	request := block()
	if header {
		put(request, "header", flow(name, quoted("{sign}")))
	}
	put(request, place, tree)
	values := block()
	params := flow("from", list(text(place)))
	if r.Order != "name" {
		put(params, "sort", text(r.Order))
	}
	if r.Pair != "{name}={value}" {
		put(params, "pair", quoted(r.Pair))
	}
	if r.Join != "&" {
		put(params, "join", quoted(r.Join))
	}
	put(values, "params", params)
	step := r.Algorithm
	if strings.HasPrefix(step, "hmac-") || kind == "rsa" {
		step += " " + key
	}
	put(values, "sign", flow("of", quoted(r.Key), "by", list(text(step), text(r.Encoding))))
	put(request, "values", values)
	put(request, "errata", open)
	if place == "json" {
		ofForm := *params
		ofForm.Content = append([]*yaml.Node{params.Content[0], list(text("form"))}, params.Content[2:]...)
		if list := forms(d, tree, flow("params", &ofForm)); len(list.Content) > 0 {
			put(request, "variants", list)
		}
	}
	put(m, "request", request)
}

// forms are the variants of a request whose body is JSON, for the interfaces whose body is
// a form. Where parameters are signed, their values come from the form.
func forms(d *draft.Draft, tree, values *yaml.Node) *yaml.Node {
	out := list()
	for _, i := range d.Interfaces {
		if !asForm(i) {
			continue
		}
		one := flow("when", flow("interface", text(i.Cmd)), "form", tree)
		if values != nil {
			put(one, "values", values)
		}
		out.Content = append(out.Content, one)
	}
	return out
}

func list(nodes ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: nodes}
}

// vectors is the document's own example as a message; nil where it has none that comes
// out.
func vectors(d *draft.Draft) *yaml.Node {
	r := d.Signature
	if !d.Signature.Declared() || r.Proven == nil {
		return nil
	}
	at := slices.IndexFunc(d.Interfaces, func(i *draft.Interface) bool { return (i.Method == "GET") == (placeOf(d) == "query") })
	if at < 0 {
		return nil
	}
	method, path := endpointOf(d.Interfaces[at])
	if strings.Contains(path, "{") {
		return nil
	}
	name, header := signParam(d)
	key, _ := secretOf(r)
	one := block()
	put(one, "name", text("文档的签名示例"))
	put(one, "at", quoted(since(d)+"T08:00:00+08:00"))
	put(one, "app", quoted("demo"))
	app := len(one.Content) - 1
	for _, p := range r.Proven.Pairs {
		if p.Name == callerParam(d) {
			one.Content[app] = quoted(p.Value)
		}
	}
	put(one, "keys", flow(key, quoted(r.Proven.Secret)))
	put(one, "method", text(method))
	put(one, "interface", text(d.Interfaces[at].Cmd))
	pairs := r.Proven.Pairs
	if !header {
		pairs = append(slices.Clone(pairs), signature.Pair{Name: name, Value: r.Proven.Digest})
	}
	head := block()
	head.Style = yaml.FlowStyle
	if header {
		put(head, name, quoted(r.Proven.Digest))
	}
	switch place := placeOf(d); place {
	case "query":
		put(one, "url", quoted(path+"?"+encoded(pairs)))
	case "form":
		put(one, "url", quoted(path))
		put(head, "Content-Type", text("application/x-www-form-urlencoded"))
		put(one, "body", quoted(encoded(pairs)))
	default:
		put(one, "url", quoted(path))
		put(head, "Content-Type", text("application/json"))
		put(one, "body", quoted(object(pairs)))
	}
	if len(head.Content) > 0 {
		put(one, "header", head)
	}
	put(one, "values", flow("sign", quoted(r.Proven.Digest)))
	put(one, "send", plain("false"))
	m := block()
	put(m, "vectors", &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{one}})
	return m
}

// encoded is pairs as a query or a form.
func encoded(pairs []signature.Pair) string {
	var parts []string
	for _, p := range pairs {
		parts = append(parts, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
	}
	return strings.Join(parts, "&")
}

// object is pairs as an object of JSON, in their order.
func object(pairs []signature.Pair) string {
	var parts []string
	for _, p := range pairs {
		name, _ := json.Marshal(p.Name)   // texts are always JSON
		value, _ := json.Marshal(p.Value) // likewise
		parts = append(parts, string(name)+":"+string(value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}
