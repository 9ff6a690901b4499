package read

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// endpointOf is where requests go: one URL for all where the protocol says its path.
func endpointOf(request *yamltree.Value) spec.Endpoint {
	e := spec.Endpoint{Places: request.Places(spec.Pos{}), Path: request.Str("path"), Method: request.Str("method")}
	if e.Template = strings.Contains(e.Path, "{"); e.Template || e.Path == "" {
		e.Path = ""
		return e
	}
	e.Method = cmp.Or(e.Method, "POST")
	e.Methods = []string{e.Method}
	for _, variant := range request.List("variants") {
		method := cmp.Or(variant.Str("method"), variant.Get("when").Str("method"))
		if method != "" && !slices.Contains(e.Methods, method) {
			e.Methods = append(e.Methods, method)
		}
	}
	return e
}

// hole is a template that is one hole, with its steps.
var hole = regexp.MustCompile(`^\{([a-z]+)((?:\|[^{}]*)?)\}$`)

// leaf is one place of a tree.
type leaf struct {
	path  []string
	name  string // of its hole
	steps string
	pos   spec.Pos
}

// leaves lists the places of a tree that are one hole each.
func leaves(v *yamltree.Value, path []string) (out []leaf) {
	if v == nil {
		return nil
	}
	if v.Form != yamltree.Mapping {
		if m := hole.FindStringSubmatch(v.Text); m != nil {
			out = append(out, leaf{path, m[1], m[2], v.Pos})
		}
		return out
	}
	for _, m := range v.Members {
		out = append(out, leaves(m.Value, append(slices.Clone(path), strings.TrimSuffix(m.Name, "?")))...)
	}
	return out
}

// carriages are how requests carry the fields of a body: all of them, and those of
// interfaces that have a variant of their own.
func carriages(request *yamltree.Value) (all spec.Carriage, own map[string]spec.Carriage) {
	all = carriageOf(request)
	for _, variant := range request.List("variants") {
		cmd, one := variant.Get("when").Str("interface"), carriageOf(variant)
		if cmd == "" || one.Body == "" {
			continue
		}
		if own == nil {
			own = map[string]spec.Carriage{}
		}
		own[cmd] = one
	}
	return all, own
}

// carriageOf is how one message carries the fields of a body: in a place of their own,
// and not in the body itself or in all that is left of it; without a body, in the query
// or a header.
func carriageOf(request *yamltree.Value) spec.Carriage {
	c := spec.Carriage{Apart: true}
	for _, word := range []string{"json", "xml", "form", "multipart"} {
		if request.Get(word) != nil {
			c.Body = word
		}
	}
	for _, holder := range []string{"json", "header", "query", "form", "xml"} {
		for _, l := range leaves(request.Get(holder), nil) {
			if l.name == "payload" {
				c.Apart = len(l.path) > 0 && l.path[len(l.path)-1] != "*"
				c.Bodyless = holder == "header" || holder == "query"
				return c
			}
		}
	}
	return c
}

// frameOf is the frame of replies: where code, message and payload are, in the body or in
// a tree that is encrypted.
func frameOf(reply *yamltree.Value) spec.Reply {
	r := spec.Reply{Places: reply.Places(spec.Pos{}), CodeType: "string"}
	trees := []*yamltree.Value{reply.Get("json"), reply.Get("xml"), reply.Get("form")}
	for _, m := range reply.Each("values") {
		trees = append(trees, m.Get("of"))
	}
	for _, tree := range trees {
		list := leaves(tree, nil)
		if slices.ContainsFunc(list, func(l leaf) bool { return l.name == "code" }) {
			framed(&r, list)
			break
		}
	}
	success := reply.Get("success")
	if codes := success.List("code"); len(codes) > 0 {
		r.Success = codes[0].Text
		put(&r, "success", codes[0].Pos, codes[0].Text)
	}
	if texts := success.List("text"); len(texts) > 0 {
		r.Text = texts[0].Text
	}
	return r
}

// put says where a part of a frame was written.
func put(r *spec.Reply, key string, at spec.Pos, text string) {
	w := spec.Written{Name: key, Pos: at, Text: text}
	r.Keys = append(slices.DeleteFunc(r.Keys, func(old spec.Written) bool { return old.Name == key }), w)
}

// framed fills in the names of a frame.
func framed(r *spec.Reply, list []leaf) {
	for _, l := range list {
		name := l.path[len(l.path)-1]
		switch l.name {
		case "code":
			r.Head, r.Code = strings.Join(l.path[:len(l.path)-1], "/"), name
			put(r, "code", l.pos, name)
			if strings.HasPrefix(l.steps, "|raw") {
				r.CodeType = "int"
			}
		case "text":
			r.Message = name
			put(r, "message", l.pos, name)
		case "payload":
			if name != "*" && len(l.path) == 1 {
				r.Payload = name
			}
		}
	}
}

// rows adds rows of code and message that the document does not have: they are ours.
func rows(r *spec.Reply) {
	add := func(name, key, label string, t spec.Type) {
		if name == "" || name == "*" || r.Fields.Named(name) != nil {
			return
		}
		rules := spec.Rules{Type: t, Required: spec.Yes}
		path := strings.TrimPrefix(r.Head+"/"+name, "/")
		r.Fields = append(r.Fields, &spec.Field{
			Places: spec.Places{Pos: r.At(key)}, Name: name, Path: path, DocPath: path, Label: label, Document: rules, Rules: rules,
			In: "body", Ours: true,
		})
	}
	kind := spec.String
	if r.CodeType == "int" {
		kind = spec.Int
	}
	add(r.Code, "code", "结果码", kind)
	add(r.Message, "message", "结果说明", spec.String)
}
