package wire

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/go-faster/jx"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Outside is the value of a field outside the JSON body: in a query, a header, a
// path or a form. The zero Text with Set is an empty text.
type Outside struct {
	Name string
	Text string
	Set  bool // false: absent, null
	JSON bool // Text is the JSON of an array or object; other text is of the wrong type
}

// Merge appends one JSON object to dst: the fields outside, as texts, and behind
// them the members of body, which is a JSON object or empty. The result is read by
// a Reader after ResetMerged with the same fields, so that a member of the body
// with the name of a field outside is never taken for it. body is not looked at
// beyond its first brace; that is the Reader's. A body that is no object is refused
// with the rule json.
func Merge(dst []byte, outside []Outside, body []byte) ([]byte, error) {
	body = bytes.Trim(bytes.TrimPrefix(body, []byte("\ufeff")), " \t\r\n")
	if len(body) == 0 {
		body = []byte("{}")
	}
	if body[0] != '{' {
		return dst, problem.Wrap(problem.JSON, errShape)
	}
	if len(outside) == 0 {
		return append(dst, body...), nil
	}
	var enc jx.Encoder
	enc.ObjStart()
	for _, o := range outside {
		enc.FieldStart(o.Name)
		switch {
		case !o.Set:
			enc.Null()
		case o.JSON && json.Valid([]byte(o.Text)):
			enc.Raw([]byte(o.Text))
		default:
			enc.Str(o.Text)
		}
	}
	dst = append(dst, enc.Bytes()...)
	rest := bytes.TrimLeft(body[1:], " \t\r\n")
	if len(rest) > 0 && rest[0] != '}' {
		dst = append(dst, ',')
	}
	return append(dst, rest...), nil
}

// ResetMerged is Reset for a result of Merge with the same fields. The first
// members are those of outside, once each; a later member with the name of one of
// them is skipped like an unknown one.
func (in *Reader) ResetMerged(data []byte, outside []Outside, zone *time.Location, limits Limits) {
	in.Reset(data, zone, limits)
	in.outside = outside
}

// inside reports whether the current member of o is in the body under the name of a
// field outside.
func (in *Reader) inside(key string) bool {
	if in.members++; in.members <= len(in.outside) {
		return false
	}
	for i := range in.outside {
		if in.outside[i].Name == key {
			return true
		}
	}
	return false
}
