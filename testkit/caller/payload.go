package caller

import (
	"bytes"
	"encoding/json"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// Payload is the data of a call as the interface has them: each member is written by
// the type of its field, a number as a number and a text as a text, and a required
// field that can have one value only is filled in. What is no JSON object stays as it
// is, and so does a member that its type cannot write.
func Payload(one *spec.Interface, data []byte) []byte {
	if one == nil {
		return data
	}
	text := data
	if len(bytes.TrimSpace(data)) == 0 {
		text = []byte("{}")
	}
	v, err := tree.Parse(text)
	if err != nil || v.Members == nil || !typed(v, one.Request) {
		return data // to the letter
	}
	return []byte(v.String())
}

// constant is the only value that a required field can have.
func constant(f *spec.Field) (text string, ok bool) {
	if !f.IsRequired() || !f.IsClosed() || len(f.Enum.Values) != 1 || f.Separator != "" || f.Enum.HasRanges() || f.IsNested() || f.Blank {
		return "", false
	}
	return f.Enum.Values[0].Value, true
}

// typed writes the members of an object by their types, and reports whether any of
// them changed.
func typed(v *tree.Value, list spec.Fields) (changed bool) {
	for _, f := range list {
		member := v.Get(f.Name)
		if member != nil {
			changed = written(member, f) || changed
			continue
		}
		if text, ok := constant(f); ok {
			member = tree.Text(text)
			written(member, f)
			changed = v.Set(f.Name, member) == nil || changed
		}
	}
	return changed
}

// written writes a value by the type of its field.
func written(v *tree.Value, f *spec.Field) (changed bool) {
	for _, item := range v.Items {
		changed = written(item, f) || changed
	}
	if v.Members != nil {
		return typed(v, f.Fields)
	}
	text, ok := v.Plain()
	if !ok || string(v.Scalar) == "null" {
		return changed
	}
	quoted, kind := v.Scalar[0] == '"', f.Item()
	switch {
	case quoted && (kind.IsNumber() && number(text) || kind == spec.Bool && (text == "true" || text == "false")):
		v.Scalar = json.RawMessage(text)
	case !quoted && kind.IsText():
		v.Scalar = json.RawMessage(tree.Quote(text))
	default:
		return changed
	}
	return true
}

// number reports whether a text is a number as JSON has it.
func number(text string) bool {
	var n json.Number
	return json.Unmarshal([]byte(text), &n) == nil && text[0] != '"'
}
