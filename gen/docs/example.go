package docs

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/spec"
)

// exampleDoc writes a sample of an interface: request and response unsealed, and
// the sealed message of the request with the keys of the system's first vector, so
// that everybody can follow every step.
func exampleDoc(b *strings.Builder, i *spec.Interface) error {
	response, err := indented(exampleReply(i))
	if err != nil {
		return err
	}
	if i.System.Plain() && i.Kind != spec.Notify {
		if err := plainExample(b, i); err != nil {
			return err
		}
		fmt.Fprintf(b, "\n响应：\n\n```json\n%s\n```\n", response)
		return nil
	}
	request, err := indented(exampleObject(i.Request))
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n### 示例\n\n请求：\n\n```json\n%s\n```\n\n响应：\n\n```json\n%s\n```\n", request, response)
	if len(i.System.Envelope.Vectors) == 0 || i.System.Envelope.Head == "" {
		return nil
	}
	sealed, err := sealExample(i, exampleObject(i.Request))
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n封装后的请求（appid、token、appkey %s）：\n\n```json\n%s\n```\n", vectorSource(i.System.Envelope.Vectors[0]), sealed)
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

// exampleReply is the unsealed reply of an interface.
func exampleReply(i *spec.Interface) ordered.Object {
	r := i.System.Reply
	var code any = r.Success
	if r.CodeType != "string" {
		code = json.Number(r.Success)
	}
	reply := ordered.Object{{r.Code, code}, {r.Message, r.Text}}
	if r.Head != "" {
		reply = ordered.Object{{r.Head, reply}}
	}
	payload := exampleObject(i.Response)
	if r.Payload == "" {
		return append(reply, payload...)
	}
	if payload == nil {
		payload = ordered.Object{}
	}
	return append(reply, ordered.Member{r.Payload, payload})
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
	switch f.Shape() {
	case spec.List:
		return []any{exampleObject(f.Fields)}
	case spec.Record:
		return exampleObject(f.Fields)
	case spec.Scalars:
		return []string{exampleText(f)}
	case spec.Whole:
		return json.Number(exampleNumber(f, "1"))
	case spec.Fraction:
		return json.Number(exampleNumber(f, "1280000.00"))
	case spec.Truth:
		return true
	case spec.Moment:
		layout := map[string]string{"rfc3339": "2016-05-26T10:30:00+08:00", "compact": "20160526103000"}[f.Layout]
		return cmp.Or(layout, "2016-05-26 10:30:00")
	case spec.Day:
		return "2016-05-26"
	case spec.Seconds:
		return json.Number("1464229800")
	case spec.Raw:
		return nil
	}
	return exampleText(f)
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

// sealExample seals a payload with the keys of the system's first vector.
func sealExample(i *spec.Interface, payload ordered.Object) (string, error) {
	e := &i.System.Envelope
	codec, err := envelope.New(bind.Envelope(e))
	if err != nil {
		return "", err
	}
	secrets, values := map[string]string{}, []envelope.Value{}
	for _, v := range e.Vectors[0].Values {
		if strings.HasPrefix(v.Name, "header.") || isHeader(e, v.Name) {
			values = append(values, envelope.Value{Name: strings.TrimPrefix(v.Name, "header."), Text: v.Value})
		} else {
			secrets[v.Name] = v.Value
		}
	}
	appid := ""
	var header []envelope.Value
	for _, v := range values {
		switch "header." + v.Name {
		case e.App:
			appid = v.Text
		case i.System.Endpoint.Dispatch, "header.timestamp", "header.version":
			continue
		}
		header = append(header, v)
	}
	header = append(header, envelope.Value{Name: strings.TrimPrefix(i.System.Endpoint.Dispatch, "header."), Text: i.Cmd},
		envelope.Value{Name: "timestamp", Text: "1464229800"})
	keys, err := codec.Keys(appid, secrets)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(payload)
	if err != nil {
		return "", err
	}
	out, err := codec.Seal(nil, envelope.Header{Values: header}, plain, keys)
	return string(out), err
}

// isHeader reports whether the envelope's header has a field.
func isHeader(e *spec.Envelope, name string) bool {
	for _, f := range e.Header {
		if f.Name == name {
			return true
		}
	}
	return false
}

// vectorSource says where the keys of an example come from.
func vectorSource(v *spec.Vector) string {
	switch {
	case v.Section == "":
		return "取自 system.yaml 的第一组示例"
	case isNumber(v.Section):
		return "取自文档第 " + v.Section + " 章的示例"
	}
	return "取自文档第 " + v.Section + " 节的示例"
}

// isNumber reports whether a section is a whole chapter.
func isNumber(section string) bool {
	_, err := strconv.Atoi(section)
	return err == nil
}
