package migrate

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

var errNothing = errors.New("system.yaml has neither an envelope nor a signature")

// protocol is the block protocol.
func (o *old) protocol() (string, error) {
	if o.root.Get("signature") != nil {
		return o.signedProtocol()
	}
	e := o.root.Get("envelope")
	if e == nil {
		return "", errNothing
	}
	return o.sealedProtocol(e), nil
}

// envelope is a sealed message on its way to the new language.
type envelope struct {
	*old
	v          *yamltree.Value
	head, data string
	values     members  // of a request
	answer     members  // of a reply
	places     members  // of the header, by name
	rules      []string // guards
	over       map[string][]string
}

// sealedProtocol rewrites an envelope.
func (o *old) sealedProtocol(v *yamltree.Value) string {
	e := &envelope{old: o, v: v, head: cmp.Or(v.Str("head"), "header"), data: cmp.Or(v.Str("data"), "data")}
	e.fields()
	e.steps()
	request := "  request:\n" + e.carriage(e.places, true) + e.values.block("values", 4) + guards(e.rules, 4) + e.get() + e.rows()
	places := e.replyPlaces(v.Str("sender"), "{request.") // it adds to answer
	reply := "  reply:\n" + e.carriage(places, false) + e.answer.block("values", 4) +
		"    success: " + members{{"code", e.success()}}.flow() + "\n" + e.unknown() + o.replyRows()
	return "protocol:\n" + o.keysText() + request + reply + e.push()
}

// part is the last part of the name of a value.
func part(value string) string { return value[strings.LastIndexByte(value, '.')+1:] }

// fields makes a place and a value of every field of the header.
func (e *envelope) fields() {
	app, message, cmd := part(e.v.Str("app")), part(e.v.Str("message")), part(e.root.Get("endpoint").Str("dispatch"))
	for _, f := range e.v.Each("header") {
		whole := f.Str("type") == "int" || f.Str("type") == "long"
		raw := ""
		if whole {
			raw = "|raw"
		}
		name := f.Name
		switch name {
		case app:
			name = "app"
		case cmd:
			name = "interface"
		case message:
			e.values.set(name, `{send: "{id}"}`)
			e.rules = append(e.rules, "{once: "+name+", with: effect}")
		case "timestamp":
			name = "time"
			e.values.set(name, `{send: "{now|unix}"}`)
		case "version":
			e.values.set(name, "{send: "+quoted(e.v.Str("version"))+"}")
		default:
			name = e.free(name)
			e.values.set(name, `{send: ""}`)
		}
		e.places.set(f.Name, quoted("{"+name+raw+"}"))
		e.rules = slices.Concat(rulesOf(f.Value, name, whole, f.Name == message), e.rules)
	}
}

// rulesOf are the guards for what a field of the header may be.
func rulesOf(f *yamltree.Value, name string, whole, message bool) []string {
	var out []string
	broken := func(rule string) string {
		if message {
			return "sid"
		}
		return rule
	}
	switch {
	case whole:
		out = append(out, `{like: `+name+`, pattern: "-?[0-9]{1,18}", else: `+broken("type")+`}`)
	case f.Str("pattern") != "":
		out = append(out, "{like: "+name+", pattern: "+quoted(f.Str("pattern"))+", else: "+broken("type")+"}")
	case f.Num("length") > 0 && name != "app" && name != "interface":
		out = append(out, "{like: "+name+`, pattern: "(?s).{0,`+f.Str("length")+`}", else: `+broken("length")+"}")
	}
	return out
}

// steps turns the steps of sealing into values.
func (e *envelope) steps() {
	e.over = map[string][]string{}
	answer := members{{e.root.Get("reply").Str("code"), quoted(e.codeText())}, {e.root.Get("reply").Str("message"), `"{text}"`}}
	switch payload := e.root.Get("reply").Str("payload"); payload {
	case "":
		answer = append(answer, member{"*", `"{payload}"`})
	default:
		answer = append(answer, member{payload, `"{payload}"`})
	}
	e.answer.set("answer", "{of: "+answer.flow()+"}")
	var by []string
	refuse := ""
	for _, item := range e.v.List("steps") {
		s := item.Members[0]
		switch s.Name {
		case "encrypt":
			e.useKey(s.Str("key"))
			by, refuse = append(by, s.Str("algorithm")+" "+s.Str("key")), cmp.Or(s.Str("else"), refuse)
		case "encode":
			e.answer.set("data", `{of: "{answer}", by: `+list(append(slices.Clone(by), s.Str("algorithm")))+"}")
			by, refuse = append(by, s.Str("algorithm")+" breaks=any"), cmp.Or(s.Str("else"), refuse)
			e.values.set("data", `{of: "{payload}", by: `+list(by)+elseOf(refuse)+"}")
		case "digest":
			e.digest(s.Value)
		case "compare":
			e.useKey(s.Str("with"))
			e.values.set(e.nameOf(part(s.Str("value"))), `{of: "{`+s.Str("with")+`}"`+elseOf(s.Str("else"))+"}")
		}
	}
	slices.Sort(e.keys)
	slices.Reverse(e.keys) // token, appkey
}

// digest turns a digest into a value, of requests and of replies.
func (e *envelope) digest(s *yamltree.Value) {
	to := e.nameOf(part(s.Str("to")))
	e.over[to] = s.Strs("over")
	sorted := ""
	if s.Str("order") == "sorted" && len(s.Strs("over")) > 1 {
		sorted = ", sort: value"
	}
	accept := ""
	if len(s.Strs("accept")) > 0 {
		accept = ", accept: [{sort: listed}]"
		if sorted == "" {
			accept = ", accept: [{sort: value}]"
		}
	}
	algorithm := s.Str("algorithm")
	e.values.set(to, "{of: "+e.joined(to, "{app}")+sorted+", by: "+list([]string{algorithm, "hex", "any-case"})+accept+elseOf(s.Str("else"))+"}")
	e.answer.set(to, "{of: "+e.joined(to, e.v.Str("sender"))+sorted+", by: "+list([]string{algorithm, "hex"})+"}")
}

// joined is what a digest is made of; app stands for the sender's id.
func (e *envelope) joined(to, app string) string {
	var out []string
	for _, name := range e.over[to] {
		switch {
		case name == e.v.Str("app"):
			out = append(out, app)
		case name == e.data || name == "data":
			out = append(out, "{data}")
		case strings.Contains(name, "."):
			out = append(out, "{"+e.nameOf(part(name))+"}")
		default:
			e.useKey(name)
			out = append(out, "{"+name+"}")
		}
	}
	if len(out) == 1 {
		return quoted(out[0])
	}
	return list(out)
}

// nameOf is the name of the value in a field of the header.
func (e *envelope) nameOf(field string) string {
	for _, p := range e.places {
		if p.name == field {
			return strings.TrimSuffix(strings.Trim(p.text, `"{}`), "|raw")
		}
	}
	return field
}

// codeText is how the code of a reply is written.
func (o *old) codeText() string {
	if o.root.Get("reply").Str("code_type") == "string" {
		return "{code}"
	}
	return "{code|raw}"
}

// received are the codes of success of the answer to a notification: one that came before
// has been carried out.
func (o *old) received() string {
	if o.repeated == "" || o.repeated == o.root.Get("reply").Str("success") {
		return o.success()
	}
	return "[" + o.success() + ", " + quoted(o.repeated) + "]"
}

// success is the code of success as JSON has it.
func (o *old) success() string {
	code := o.root.Get("reply").Str("success")
	if o.root.Get("reply").Str("code_type") == "string" {
		return `"` + code + `"`
	}
	return code
}
