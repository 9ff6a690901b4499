package bind

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
)

// Examples checks the document's own examples by the rules of their fields. A
// contradiction is a finding unless an erratum takes it.
func Examples(set *spec.Set) error {
	var list spec.Findings
	for _, s := range set.Systems {
		for _, i := range s.Interfaces {
			if i.Example == nil || len(i.Example.Errata) > 0 {
				continue
			}
			found, err := contradictions(s, i)
			if err != nil {
				return err
			}
			list = append(list, found...)
		}
	}
	if len(list) > 0 {
		return list
	}
	return nil
}

// contradictions are those of the example of one interface.
func contradictions(s *spec.System, i *spec.Interface) (list spec.Findings, err error) {
	for _, key := range []string{"request", "response"} {
		wrong, err := contradicts(s, i, key)
		if err != nil {
			return nil, err
		}
		if wrong == "" {
			continue
		}
		list = append(list, spec.Finding{
			Pos: i.Example.At(key), ID: "JK0533", Message: fmt.Sprintf("the example of %s contradicts its table: %s", i.Cmd, wrong),
			Hint: "correct the table, or make it an erratum and name it: example: {errata: [id]}",
		})
	}
	return list, nil
}

// contradicts says what in an example breaks the rules of its fields, nothing where all
// is well. Of a request with a body, fields beside it are not looked at.
func contradicts(s *spec.System, i *spec.Interface, key string) (string, error) {
	fields, text := i.Response, i.Example.Response
	if key == "request" {
		fields, text = i.Request, i.Example.Request
	}
	if text == "" {
		return "", nil
	}
	judge, err := NewJudge(s, fields)
	if err != nil {
		return "", err
	}
	payload, wrong := unframed(i, key, text)
	if wrong != "" {
		return wrong, nil
	}
	broken := problem.From(judge.Check(payload))
	if broken == nil {
		return "", nil
	}
	if len(broken.Problems) == 0 {
		return "it cannot be read as the table has it", nil
	}
	var out []string
	for _, p := range broken.Problems {
		f := fields.Named(strings.Split(p.Field, "/")[0])
		if f != nil && f.In != "body" && (key == "response" || !i.IsBodyless()) {
			continue
		}
		out = append(out, p.Field+" breaks "+string(p.Rule))
	}
	return strings.Join(out, ", "), nil
}

// Inner is what the member of a frame has that is the payload, and a text without such a
// member itself.
func Inner(s *spec.System, text string) string {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &members) == nil && s.Reply.Payload != "" && members[s.Reply.Payload] != nil {
		return string(members[s.Reply.Payload])
	}
	return text
}

// unframed is the payload of an example: of a response what its frame carries.
func unframed(i *spec.Interface, key, text string) (payload []byte, wrong string) {
	s := i.System
	if fields := map[string]spec.Fields{"request": i.Request, "response": i.Response}[key]; fields.Whole() != nil {
		if key == "request" {
			return []byte(i.RequestExample()), ""
		}
		return []byte(i.ReplyExample(Inner(s, text))), ""
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		return nil, "it is no JSON object"
	}
	if inner := members[s.Reply.Payload]; key == "response" && s.Reply.Payload != "" && len(inner) > 0 && inner[0] == '{' {
		return inner, ""
	}
	return []byte(text), ""
}
