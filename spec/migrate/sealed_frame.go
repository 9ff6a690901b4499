package migrate

import (
	"slices"
	"strings"
)

// carriage writes method, path and body of a message.
func (e *envelope) carriage(header members, request bool) string {
	out := ""
	if request {
		out += "    method: POST\n    path: " + quoted(e.root.Get("endpoint").Str("path")) + "\n"
	}
	return out + "    json: " + members{{e.head, header.flow()}, {e.data + "?", `"{data}"`}}.flow() + "\n"
}

// get is the variant of a request that carries the message in parameters.
func (e *envelope) get() string {
	if !slices.Contains(e.root.Get("endpoint").Strs("methods"), "GET") {
		return ""
	}
	return "    variants:\n      - when: {method: GET}\n        method: GET\n        text: \"\"\n" +
		"        query: {header: \"{head|json}\", data: \"{data}\"}\n        values: {head: {of: " + e.places.flow() + "}}\n"
}

// replyPlaces is the header of a reply. sender is who sends it; what comes of the call is
// named by from.
func (e *envelope) replyPlaces(sender, from string) members {
	app, message, cmd := part(e.v.Str("app")), part(e.v.Str("message")), part(e.root.Get("endpoint").Str("dispatch"))
	var out members
	for _, p := range e.places {
		name := e.nameOf(p.name)
		switch p.name {
		case app:
			out.set(p.name, quoted(sender))
		case message:
			e.answer.set(name, quoted(from+name+"}"))
			out.set(p.name+"?", p.text)
		case cmd:
			e.answer.set("cmd", quoted(from+"interface}"))
			out.set(p.name+"?", `"{cmd}"`)
		case "timestamp":
			out.set(p.name, quoted(strings.Replace(strings.Trim(p.text, `"`), "{time", "{now|unix", 1)))
		case "version":
			out.set(p.name, quoted(e.v.Str("version")))
		default:
			if e.over[name] != nil {
				out.set(p.name, p.text)
			}
		}
	}
	return out
}

// unknown are the replies to somebody who is not known.
func (e *envelope) unknown() string {
	out := "    variants:\n"
	if e.appCode != "" {
		out += "      - when: {unknown: true, code: " + quoted(e.appCode) + "}\n        text: \"\"\n        status: 401\n"
	}
	r := e.root.Get("reply")
	bare := members{{r.Str("code"), quoted(e.codeText())}, {r.Str("message"), `"{text}"`}}
	if payload := r.Str("payload"); payload != "" {
		bare = append(bare, member{payload, "{}"})
	}
	return out + "      - when: unknown\n        json: " + bare.flow() + "\n        status: 400\n"
}

// push is our notification: a request of ours, with our id, and the partner's reply.
func (e *envelope) push() string {
	sender := e.v.Str("sender")
	app := part(e.v.Str("app"))
	header, values := slices.Clone(e.places), slices.Clone(e.values)
	header.set(app, `"{centre}"`)
	values.set("centre", "{of: "+quoted(sender)+", else: app}")
	for to, over := range e.over {
		if slices.Contains(over, e.v.Str("app")) {
			at := slices.IndexFunc(values, func(m member) bool { return m.name == to })
			values[at].text = strings.Replace(values[at].text, `"{app}"`, `"{centre}"`, 1)
		}
	}
	answer := slices.Clone(e.answer)
	for to, over := range e.over {
		if slices.Contains(over, e.v.Str("app")) {
			at := slices.IndexFunc(answer, func(m member) bool { return m.name == to })
			answer[at].text = strings.Replace(answer[at].text, quoted(sender), `"{app}"`, 1)
		}
	}
	places := e.replyPlaces("{app}", "{request.")
	return "  push:\n    method: POST\n" + e.carriage(header, false) + values.block("values", 4) + guards(e.rules, 4) +
		"    answer:\n      json: " + members{{e.head, places.flow()}, {e.data + "?", `"{data}"`}}.flow() + "\n" +
		answer.block("values", 6) + "      success: " + members{{"code", e.received()}}.flow() + "\n" +
		"  " + strings.ReplaceAll(strings.TrimSuffix(e.unknown(), "\n"), "\n", "\n  ") + "\n"
}

// rows are the document's rows of the header.
func (e *envelope) rows() string {
	var m members
	for _, f := range e.v.Each("header") {
		m = append(m, member{e.head + "." + f.Name, flowOf(f.Value)})
	}
	return m.block("fields", 4)
}

// replyRows are the document's rows of code and message.
func (o *old) replyRows() string {
	var m members
	prefix := ""
	if head := o.root.Get("reply").Str("head"); head != "" {
		prefix = head + "."
	}
	for _, f := range o.root.Get("reply").Each("fields") {
		m = append(m, member{prefix + f.Name, flowOf(f.Value)})
	}
	return m.block("fields", 4)
}
