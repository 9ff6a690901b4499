package docs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
)

// exampleDoc writes the samples of an interface.
func exampleDoc(b *strings.Builder, list []portal.Example) {
	b.WriteString("\n### 示例\n")
	for _, one := range list {
		note := ""
		if one.Note != "" {
			note = "（" + strings.Replace(one.Note, "协议", "[协议]("+protocolFile+")", 1) + "）"
		}
		if one.Title != curlTitle {
			fmt.Fprintf(b, "\n%s%s：\n", one.Title, note)
		}
		fmt.Fprintf(b, "\n%s\n", fenced(one.Language, one.Text))
	}
}

// within is the member of the reply that the fields of an answer are in, as its sample shows it:
// content. It is empty where they are in none.
func within(i *spec.Interface, examples []portal.Example) string {
	headers := i.Response.InHeader()
	at := slices.IndexFunc(i.Response, func(f *spec.Field) bool { return !slices.Contains(headers, f) })
	reply := slices.IndexFunc(examples, func(e portal.Example) bool { return e.Title == replyTitle && e.Language == "json" })
	if at < 0 || reply < 0 {
		return ""
	}
	var value any
	if json.Unmarshal([]byte(examples[reply].Text), &value) != nil {
		return ""
	}
	path, ok := memberWith(value, i.Response[at].Outer())
	if !ok {
		return ""
	}
	return strings.TrimPrefix(path, ".")
}

// memberWith is where in a value the first object with a member is: .data.list[]. ok is false where
// none has it.
func memberWith(value any, name string) (path string, ok bool) {
	switch v := value.(type) {
	case []any:
		if len(v) > 0 {
			path, ok = memberWith(v[0], name)
			path = "[]" + path
		}
	case map[string]any:
		if _, ok = v[name]; ok {
			return "", true
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if path, ok = memberWith(v[key], name); ok {
				return "." + key + path, true
			}
		}
	}
	return path, ok
}

// What samples are titled: the command that sends one, and what comes back.
const (
	curlTitle  = "命令"
	replyTitle = "响应"
)

// samples are a sample of an interface: what it is given and what it answers, and the
// message as it is sent, so that everybody can follow every step.
func samples(i *spec.Interface, m *bind.Sampler) ([]portal.Example, error) {
	request, err := indented(example.Carried(i.Request))
	if err != nil {
		return nil, err
	}
	draft, err := example.Draft(i)
	if err != nil {
		return nil, err
	}
	payload, err := example.Payload(i)
	if err != nil {
		return nil, err
	}
	reply, err := json.Marshal(example.Object(i.Response))
	if err != nil {
		return nil, err
	}
	var out []portal.Example
	if len(i.Outside()) == 0 {
		out = append(out, portal.Example{Title: "请求", Language: "json", Text: request})
	}
	if m == nil {
		return out, nil
	}
	out = append(out, requestSamples(i, m, draft, payload)...)
	if whole, _ := m.Reply(i, draft, payload, reply); whole != nil {
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, whole, "", "  "); err != nil {
			return nil, err
		}
		out = append(out, portal.Example{Title: replyTitle, Language: "json", Text: pretty.String()})
	}
	return out, nil
}

// indented is JSON for people.
func indented(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}
