package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// template rewrites the text that is signed: {header.appId} and {body:sha256} become
// {app} and {body|sha256|hex}.
func (g *signature) template(over, params string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(over, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		hole, after, _ := strings.Cut(rest, "}")
		words := strings.Split(hole, ":")
		out.WriteString("{" + g.hole(words[0], params) + filters(words[1:]) + "}")
		over = after
	}
}

// hole is the name of what a hole of the older language named.
func (g *signature) hole(value, params string) string {
	if value == "params" {
		return params
	}
	holder, rest, ok := strings.Cut(value, ".")
	if !ok {
		if slices.Contains([]string{"token", "appkey", "secret"}, value) {
			g.useKey(value)
		}
		return value
	}
	if g.holds(value) {
		return g.name(value)
	}
	if holder == "body" {
		return "json." + rest
	}
	return value
}

// holds reports whether the signature itself writes a value.
func (g *signature) holds(value string) bool {
	list := []string{g.v.Str("app"), g.v.Get("time").Str("value"), g.v.Get("nonce").Str("value")}
	for _, item := range g.v.List("steps") {
		list = append(list, item.Members[0].Str("value"), item.Members[0].Str("to"))
	}
	return slices.Contains(list, value)
}

// filters are the steps of a hole.
func filters(words []string) string {
	out := ""
	for i, w := range words {
		switch {
		case w == "url":
			out += "|url rfc3986"
		case slices.Contains([]string{"lower", "upper", "hex", "HEX", "base64", "base64url"}, w):
			out += "|" + w
		default:
			out += "|" + w
			if i+1 == len(words) || !slices.Contains([]string{"hex", "HEX", "base64", "base64url"}, words[i+1]) {
				out += "|hex"
			}
		}
	}
	return out
}

// params is the value of joined parameters.
func (g *signature) params(p *yamltree.Value) string {
	var from []string
	for _, one := range p.Strs("from") {
		name, value, renamed := strings.Cut(one, "=")
		switch {
		case one == "query" || one == "form":
			from = append(from, one)
		case one == "body":
			from = append(from, "json")
		case renamed:
			from = append(from, members{{name, quoted("{" + g.hole(value, "") + "}")}}.flow())
		default:
			from = append(from, members{{part(one), quoted("{" + g.hole(one, "") + "}")}}.flow())
		}
	}
	m := members{{"from", "[" + strings.Join(from, ", ") + "]"}}
	if except := p.Strs("except"); len(except) > 0 {
		m = append(m, member{"skip", list(except)})
	}
	if order := map[string]string{"listed": "listed", "values": "value"}[p.Str("order")]; order != "" {
		m = append(m, member{"sort", order})
	}
	name, value, between := "{name}", "{value}", p.Str("pair")
	if p.Flag("url") {
		name, value = "{name|url rfc3986}", "{value|url rfc3986}"
	}
	pair := name + separator(between, "=") + value
	if p.Flag("values") {
		pair = value
	}
	if pair != "{name}={value}" {
		m = append(m, member{"pair", quoted(pair)})
	}
	if join := separator(p.Str("join"), "&"); join != "&" {
		m = append(m, member{"join", quoted(join)})
	}
	if p.Flag("empty") {
		m = append(m, member{"empty", "true"})
	}
	return m.flow()
}

// separator is a text between two others; - is none.
func separator(written, usual string) string {
	switch written {
	case "-":
		return ""
	case "":
		return usual
	}
	return written
}

// message writes the places, values and guards of a request.
func (g *signature) message(indent int) string {
	pad := strings.Repeat(" ", indent)
	out := ""
	for _, holder := range []string{"header", "query"} {
		if m := g.places[holder]; len(m) > 0 {
			out += pad + holder + ": " + m.flow() + "\n"
		}
	}
	if g.query != "" {
		out += pad + "query: " + g.query + "\n"
	}
	carriage := "json"
	m := g.places["json"]
	if len(g.places["form"]) > 0 {
		carriage, m = "form", g.places["form"]
	}
	apart := slices.ContainsFunc(m, func(x member) bool { return x.text == `"{payload}"` }) ||
		slices.ContainsFunc(g.values, func(x member) bool { return strings.HasPrefix(x.text, `{of: "{payload}"`) })
	switch {
	case g.body != "":
		out += pad + "text: " + g.body + "\n"
	case len(m) == 0 && !apart:
		out += pad + "json: \"{payload}\"\n"
	case len(m) > 0 && !apart:
		m = append(slices.Clone(m), member{"*", `"{payload}"`})
		fallthrough
	case len(m) > 0:
		out += pad + carriage + ": " + m.flow() + "\n"
	}
	return out + g.values.block("values", indent) + guards(g.rules, indent)
}

// plainReply is the reply of a signed system, which is not protected.
func (o *old) plainReply() string {
	r := o.root.Get("reply")
	m := members{{r.Str("code"), quoted(o.codeText())}, {r.Str("message"), `"{text}"`}}
	if head := r.Str("head"); head != "" {
		m = members{{head, m.flow()}}
	}
	if payload := r.Str("payload"); payload != "" {
		m = append(m, member{payload, `"{payload}"`})
	} else {
		m = append(m, member{"*", `"{payload}"`})
	}
	success := members{{"code", o.success()}}
	if text := r.Str("text"); text != "" {
		success = append(success, member{"text", quoted(text)})
	}
	return fmt.Sprintf("  reply:\n    json: %s\n    success: %s\n    variants: [{when: unknown}]\n%s", m.flow(), success.flow(), o.replyRows())
}
