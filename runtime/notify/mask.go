package notify

import (
	"bytes"
	"encoding/json"
)

// hidden replaces every text of a notification.
const hidden = `"***"`

// mask returns a notification with its fields in their order and every text that
// is not empty hidden: which texts are personal is not known here.
func mask(body []byte) json.RawMessage {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var out bytes.Buffer
	if err := maskValue(d, &out); err != nil {
		return json.RawMessage(hidden)
	}
	return out.Bytes()
}

// maskValue copies one value.
func maskValue(d *json.Decoder, out *bytes.Buffer) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch v := token.(type) {
	case json.Delim:
		return maskMembers(d, out, v)
	case string:
		if v == "" {
			out.WriteString(`""`)
		} else {
			out.WriteString(hidden)
		}
	default:
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		out.Write(text)
	}
	return nil
}

// maskMembers copies the text between brackets.
func maskMembers(d *json.Decoder, out *bytes.Buffer, open json.Delim) error {
	out.WriteRune(rune(open))
	for first := true; d.More(); first = false {
		if !first {
			out.WriteByte(',')
		}
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			text, err := json.Marshal(name)
			if err != nil {
				return err
			}
			out.Write(text)
			out.WriteByte(':')
		}
		if err := maskValue(d, out); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	out.WriteRune(rune(open + 2)) // in ASCII, ']' and '}' are two behind '[' and '{'
	return nil
}
