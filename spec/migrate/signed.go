package migrate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// signature is a signed request on its way to the new language.
type signature struct {
	*old
	v        *yamltree.Value
	places   map[string]members // by holder: header, query, form, json
	query    string             // of a whole query
	body     string             // of a whole body
	values   members
	rules    []string
	variants []string
}

// signedProtocol rewrites the signature of a system and its named ones.
func (o *old) signedProtocol() (string, error) {
	main := o.signature(o.root.Get("signature"))
	request := main.message(4)
	variants := main.variants
	if o.forms && len(main.places["form"]) == 0 && main.whole() {
		variants = append(variants, "      - when: {header.Content-Type: \"application/x-www-form-urlencoded*\"}\n        form: {\"*\": \"{payload}\"}\n")
	}
	for _, named := range o.root.Each("signatures") {
		g := o.signature(named.Value)
		if len(o.signed[named.Name]) == 0 {
			o.note("no interface names the signature %s: it is left out", named.Name)
		}
		for _, cmd := range o.signed[named.Name] {
			variants = append(variants, "      - when: {interface: "+quoted(cmd)+"}\n"+g.message(8)+g.without(main))
		}
	}
	if len(variants) > 0 {
		request += "    variants:\n" + strings.Join(variants, "")
	}
	return "protocol:\n" + o.keysText() + "  request:\n" + request + o.plainReply(), nil
}

// whole reports whether the fields of a body are the body itself.
func (g *signature) whole() bool {
	return g.body == "" && len(g.places["json"]) == 0 &&
		!slices.ContainsFunc(g.values, func(x member) bool { return strings.HasPrefix(x.text, `{of: "{payload}"`) })
}

// without takes out of a variant what the message has and the variant has not.
func (g *signature) without(main *signature) string {
	out := ""
	for _, holder := range []string{"header", "query"} {
		has := len(g.places[holder]) > 0 || holder == "query" && g.query != ""
		if len(main.places[holder]) > 0 && !has {
			out += "        " + holder + ": {}\n"
		}
	}
	if len(main.rules) > 0 && len(g.rules) == 0 {
		out += "        guards: []\n"
	}
	return out
}

// signature rewrites one signature.
func (o *old) signature(v *yamltree.Value) *signature {
	g := &signature{old: o, v: v, places: map[string]members{}}
	g.put(v.Str("app"), "app")
	if t := v.Get("time"); t != nil {
		g.time(t)
	}
	result := v.Get("nonce").Str("value")
	for _, item := range v.List("steps") {
		s := item.Members[0]
		if s.Str("to") == result {
			result = ""
		}
	}
	if n := v.Get("nonce"); n != nil {
		name := g.name(n.Str("value"))
		g.rules = append(g.rules, "{once: "+name+elseOf(n.Str("else"))+"}")
		if result != "" {
			g.put(n.Str("value"), name)
			g.values.set(name, `{send: "{random|hex}"}`)
		}
	}
	if payload := v.Str("payload"); payload != "" {
		g.put(payload, "payload")
	}
	for i, item := range v.List("steps") {
		g.step(i, item.Members[0])
	}
	return g
}

// free is a name for a value that stands for nothing else.
func (o *old) free(name string) string {
	taken := slices.Contains([]string{
		"app", "interface", "payload", "now", "random", "id", "method", "scheme", "host", "path", "query", "target", "url", "body",
		"token", "appkey", "secret", "params", "code", "text", "frame", "",
	}, name)
	if taken {
		return name + "Sent"
	}
	return name
}

// name is the name of the value that a place holds.
func (g *signature) name(value string) string {
	if value == g.v.Str("app") {
		return "app"
	}
	if value == g.v.Get("time").Str("value") && value != "" {
		return "time"
	}
	return g.free(strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, part(value)))
}

// put writes a value into its place.
func (g *signature) put(value, name string) {
	hole := quoted("{" + name + "}")
	holder, rest, ok := strings.Cut(value, ".")
	switch {
	case value == "query":
		g.query = hole
		return
	case value == "body":
		g.body = hole
		return
	case !ok:
		return
	case holder == "body":
		holder = "json"
	}
	m := g.places[holder]
	m.set(rest, hole)
	g.places[holder] = m
}

// time turns the time of a request into a value and a guard.
func (g *signature) time(t *yamltree.Value) {
	unit := map[string]string{
		"": "unix", "s": "unix", "ms": "unix-ms", "yyyyMMddHHmmss": "time compact", "yyyy-MM-dd HH:mm:ss": "time datetime", "rfc3339": "time iso zone=utc",
	}[t.Str("unit")]
	g.put(t.Str("value"), "time")
	g.values.set("time", `{send: "{now|`+unit+`}"}`)
	g.rules = append(g.rules, "{window: time, within: "+cmp.Or(t.Str("window"), "5m")+elseOf(t.Str("else"))+"}")
}

// step turns one step into a value.
func (g *signature) step(i int, s yamltree.Member) {
	switch s.Name {
	case "compare", "token":
		g.given(s)
	case "encrypt":
		g.encrypt(s)
	case "sign":
		g.sign(i, s)
	}
}

// given is a value of the caller that is compared, or a token that was issued. Its
// further places are variants.
func (g *signature) given(s yamltree.Member) {
	name := g.name(s.Str("value"))
	g.put(s.Str("value"), name)
	if s.Name == "token" {
		g.values.set(name, `{send: ""}`)
		g.rules = append(g.rules, "{issued: "+name+elseOf(s.Str("else"))+"}")
	} else {
		g.useKey(s.Str("with"))
		g.values.set(name, `{of: "{`+s.Str("with")+`}"`+elseOf(s.Str("else"))+"}")
	}
	for _, other := range s.Strs("accept") {
		holder, rest, _ := strings.Cut(other, ".")
		if holder == "body" {
			holder = "json"
		}
		m := slices.Clone(g.places[holder])
		m.set(rest, quoted("{"+name+"}"))
		g.variants = append(g.variants, "      - when: "+holder+"."+rest+"\n        "+holder+": "+m.flow()+"\n")
	}
}

// derived is the name of the key that a step uses.
func (g *signature) derived(s yamltree.Member, name string) string {
	key := s.Str("key")
	how := map[string]string{
		"hex": "|from hex", "base64": "|from base64", "md5": "|md5", "sha256": "|sha256", "md5-hex": "|md5|hex",
	}[s.Str("derive")]
	template := strings.Contains(key, "{")
	if !template {
		g.useKey(key)
		if how == "" {
			return key
		}
		key = "{" + key + "}"
	}
	for _, secret := range []string{"token", "appkey", "secret"} {
		if strings.Contains(key, "{"+secret+"}") {
			g.useKey(secret)
		}
	}
	if template && how != "" {
		g.values.set(name+"Text", quoted(key))
		key = "{" + name + "Text}"
	}
	if how != "" {
		key = strings.TrimSuffix(key, "}") + how + "}"
	}
	g.values.set(name+"Key", quoted(key))
	return name + "Key"
}

// encrypt turns cipher text into a value.
func (g *signature) encrypt(s yamltree.Member) {
	name := g.name(s.Str("to"))
	if s.Str("to") == "body" {
		name = "box"
	}
	key := g.derived(s, name)
	iv := s.Str("iv")
	mode := s.Str("algorithm") + " " + key
	switch {
	case strings.HasSuffix(s.Str("algorithm"), "-ecb"):
	case iv == "" || iv == "prefix":
		mode += " iv=prefix"
	case iv == "key" || iv == "zero":
		mode += " iv=" + iv
	case strings.Contains(iv, "."):
		at := g.name(iv)
		g.put(iv, at)
		g.values.set(at, `{of: "{`+at+`Bytes}", by: `+list([]string{cmp.Or(s.Str("encoding"), "base64")})+"}")
		g.values.set(at+"Bytes", `{send: "{random|first 16}"}`)
		mode += " iv=" + at + "Bytes"
	default:
		g.useKey(iv)
		mode += " iv=" + iv
	}
	g.put(s.Str("to"), name)
	refuse := cmp.Or(s.Str("else"), "json")
	g.values.set(name, `{of: "{payload}", by: `+list([]string{mode, cmp.Or(s.Str("encoding"), "base64")})+elseOf(refuse)+"}")
}

// sign turns a signature into a value.
func (g *signature) sign(i int, s yamltree.Member) {
	name := g.name(s.Str("to"))
	params := "params"
	if i > 0 && slices.ContainsFunc(g.values, func(m member) bool { return m.name == "params" }) {
		params = name + "Params"
	}
	of := g.template(s.Str("over"), params)
	var by []string
	if algorithm := s.Str("algorithm"); strings.HasPrefix(algorithm, "hmac-") {
		by = []string{algorithm + " " + g.derived(s, name)}
	} else {
		by = []string{algorithm}
	}
	by = append(by, cmp.Or(s.Str("encoding"), "hex"))
	if p := s.Get("params"); p != nil {
		g.values.set(params, g.params(p))
	}
	accept := ""
	var forms []string
	for _, other := range s.Strs("accept") {
		forms = append(forms, "{of: "+quoted(g.template(other, params))+"}")
	}
	if len(forms) > 0 {
		accept = ", accept: [" + strings.Join(forms, ", ") + "]"
	}
	g.put(s.Str("to"), name)
	g.values.set(name, "{of: "+quoted(of)+", by: "+list(by)+accept+elseOf(s.Str("else"))+"}")
}
