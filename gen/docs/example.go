package docs

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
)

// exampleDoc writes a sample of an interface: what it is given and what it answers, and
// the message as it is sent, so that everybody can follow every step.
func exampleDoc(b *strings.Builder, i *spec.Interface, m *bind.Sampler) error {
	request, err := indented(exampleObject(i.Request))
	if err != nil {
		return err
	}
	draft, err := sampleDraft(i)
	if err != nil {
		return err
	}
	payload, err := samplePayload(i)
	if err != nil {
		return err
	}
	reply, err := json.Marshal(exampleObject(i.Response))
	if err != nil {
		return err
	}
	b.WriteString("\n### 示例\n")
	if len(i.Outside()) == 0 {
		fmt.Fprintf(b, "\n请求：\n\n```json\n%s\n```\n", request)
	}
	if m == nil {
		return nil
	}
	requestSample(b, i, m, draft, payload)
	if whole := m.Reply(i, draft, payload, reply); whole != nil {
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, whole, "", "  "); err != nil {
			return err
		}
		fmt.Fprintf(b, "\n响应：\n\n```json\n%s\n```\n", pretty.String())
	}
	return nil
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

// exampleObject is a sample of an object: every field that is required, and
// those that can be shown.
func exampleObject(fields spec.Fields) ordered.Object {
	out := ordered.Object{}
	text := func(name string) (string, bool) {
		for _, m := range out {
			if m[0] == name {
				return fmt.Sprint(m[1]), true
			}
		}
		return "", false
	}
	for _, f := range fields {
		if v := exampleValue(f); v != nil && !f.Forbidden(text) {
			out = append(out, ordered.Member{f.Name, v})
		}
	}
	return out
}

// exampleValue is a sample of a field, valid under its rules.
func exampleValue(f *spec.Field) any {
	if f.IsPacked() {
		value := *f
		value.AsText = false
		text, err := json.Marshal(exampleValue(&value))
		if err != nil {
			return nil
		}
		return string(text)
	}
	switch f.Shape() {
	case spec.List:
		return []any{exampleObject(f.Fields)}
	case spec.Record:
		return exampleObject(f.Fields)
	case spec.Scalars:
		return []any{exampleValue(f.Member())}
	case spec.Whole:
		return json.Number(exampleNumber(f, "1"))
	case spec.Fraction:
		return json.Number(exampleNumber(f, "1280000.00"))
	case spec.Truth:
		return true
	case spec.Moment:
		layout := map[string]string{"rfc3339": "2016-05-26T10:30:00+08:00", "compact": "20160526103000"}[f.Layout]
		return cmp.Or(layout, writtenExample(f), "2016-05-26 10:30:00")
	case spec.Day:
		return cmp.Or(writtenExample(f), "2016-05-26")
	case spec.Seconds:
		return json.Number("1464229800" + map[bool]string{true: "000"}[f.Layout == "millis"])
	case spec.Raw:
		return nil
	}
	return exampleText(f)
}

// writtenExample is a time in a form of the document's own, or "".
func writtenExample(f *spec.Field) string {
	if f.WrittenLayout() == "" {
		return ""
	}
	return time.Date(2016, 5, 26, 10, 30, 0, 0, time.UTC).Format(spec.GoLayout(f.Layout))
}

// exampleNumber is a listed value, the least one allowed, or an ordinary number.
func exampleNumber(f *spec.Field, plain string) string {
	switch {
	case f.Enum != nil:
		return f.Enum.Values[0].Value
	case f.Default != "":
		return f.Default
	case f.Min != "":
		return f.Min
	}
	return plain
}

// exampleText is a listed value, a well-formed one, an id if the field is named
// like one, or the label.
func exampleText(f *spec.Field) string {
	name := strings.ToLower(f.Name)
	text := f.Label
	switch {
	case f.Enum != nil && len(f.Enum.Values) > 0:
		return f.Enum.Values[0].Value
	case f.Default != "":
		return f.Default
	case f.Format == "mobile", strings.Contains(name, "mobile"), strings.HasSuffix(name, "tel"), name == "phone":
		text = "13800138000"
	case f.Format == "idcard":
		text = "11010119000101001X"
	case f.Format == "email":
		text = "demo@example.com"
	case strings.HasSuffix(name, "guid"), strings.HasSuffix(name, "id"):
		text = "3f2a9c1e-6f0b-4c53-9b0e-2d7f51a8c0" + fmt.Sprintf("%02x", len(f.Path)%256)
	case f.Pattern != "":
		return ""
	case text == "":
		text = f.Name
	}
	text, _, _ = strings.Cut(text, "，")
	if runes := []rune(text); f.Length > 0 && len(runes) > f.Length {
		text = string(runes[:f.Length])
	}
	return text
}
