package docs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
)

// exampleDoc writes the samples of an interface.
func exampleDoc(b *strings.Builder, i *spec.Interface, m *bind.Sampler) error {
	list, err := samples(i, m)
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
	return err
}

// curlTitle is the title of the command that sends a sample.
const curlTitle = "命令"

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
		out = append(out, portal.Example{Title: "响应", Language: "json", Text: pretty.String()})
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
