package migrate

import (
	"cmp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// vectors is the file vectors.yaml, empty where there is nothing to carry over.
func (o *old) vectors() string {
	if len(o.root.Get("envelope").List("vectors")) > 0 {
		o.note("the known answers of the envelope are no whole messages: write them into vectors.yaml, jiekou seal makes such messages")
	}
	list := o.root.Get("signature").List("vectors")
	if len(list) == 0 {
		return ""
	}
	out := "# yaml-language-server: $schema=../language.schema.json\nvectors:\n"
	for _, v := range list {
		out += o.vector(v)
	}
	return out
}

// vector is one known answer.
func (o *old) vector(v *yamltree.Value) string {
	r := v.Get("request")
	m := members{{"at", quoted(v.Str("now"))}, {"app", quoted(v.Str("app"))}}
	var keys members
	for _, s := range v.Each("secrets") {
		if s.Name == "issued" {
			m = append(m, member{"issued", quoted(s.Text)})
			continue
		}
		keys = append(keys, member{s.Name, quoted(s.Text)})
	}
	if len(keys) > 0 {
		m = append(m, member{"keys", keys.flow()})
	}
	m = append(m, member{"method", cmp.Or(r.Str("method"), "GET")}, member{"url", quoted(r.Str("url"))})
	var header members
	for _, h := range r.Each("header") {
		header = append(header, member{h.Name, quoted(h.Text)})
	}
	if len(header) > 0 {
		m = append(m, member{"header", header.flow()})
	}
	if body := r.Str("body"); body != "" {
		m = append(m, member{"body", quoted(body)})
	}
	m = append(m, expected(v)...)
	out := "  - name: " + quoted(v.Str("name")) + "\n"
	for _, x := range m {
		out += "    " + x.name + ": " + x.text + "\n"
	}
	return out
}

// expected is what a known answer says of the results.
func expected(v *yamltree.Value) (m members) {
	var values, texts members
	for _, e := range v.Each("expect") {
		place := e.Name[strings.LastIndex(e.Name, ", ")+1:]
		switch place = strings.TrimSpace(place); {
		case place == "string to sign":
			texts.set("sign", quoted(visible.Replace(e.Text)))
		case strings.Contains(place, ".") && !strings.Contains(e.Text, "["):
			values.set(part(place), quoted(e.Text))
		}
	}
	if len(values) > 0 {
		m = append(m, member{"values", values.flow()})
	}
	if len(texts) > 0 {
		m = append(m, member{"texts", texts.flow()})
	}
	if refused := v.Get("refused"); refused != nil {
		m = append(m, member{"refused", quoted(refused.Str("code"))})
	}
	if v.Flag("again") {
		m = append(m, member{"again", "true"})
	}
	return m
}

// visible undoes how the older language showed characters that cannot be seen.
var visible = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r")
