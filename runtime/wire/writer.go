package wire

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-faster/jx"
)

// Encoder is a generated struct, which writes its members.
type Encoder interface {
	Encode(out *Writer)
}

// Writer writes JSON: compact, in the document's order, without escaping of
// <, > and &. Optional members are left out when they are absent. The zero
// Writer writes times in UTC.
type Writer struct {
	enc  jx.Encoder
	zone *time.Location
	kept bool   // moments are in UTC, and all times in one layout, whatever theirs is
	text []byte // a time being formatted
}

// ToKeep makes a Writer of JSON for a column: a Reader in UTC reads its times again, into
// fields of another layout too. Days are those of zone.
func ToKeep(zone *time.Location) *Writer {
	out := NewWriter(zone)
	out.kept = true
	return out
}

// NewWriter returns a Writer that writes times in zone.
func NewWriter(zone *time.Location) *Writer {
	out := new(Writer)
	out.Reset(zone)
	return out
}

// Reset empties the Writer.
func (out *Writer) Reset(zone *time.Location) {
	out.enc.Reset()
	out.zone = zone
}

// Bytes returns the text so far. It is valid until the next Reset.
func (out *Writer) Bytes() []byte { return out.enc.Bytes() }

// Begin opens an object.
func (out *Writer) Begin() { out.enc.ObjStart() }

// End closes it.
func (out *Writer) End() { out.enc.ObjEnd() }

// Member opens an object under a name.
func (out *Writer) Member(name string) {
	out.enc.FieldStart(name)
	out.enc.ObjStart()
}

// String writes a string, "" too. Bytes that are not UTF-8 become U+FFFD.
func (out *Writer) String(name, s string) {
	out.enc.FieldStart(name)
	out.enc.Str(valid(s))
}

// valid returns s as UTF-8.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// OptionalString writes a string unless it is "". Not inlined: generated code calls
// it for most fields, and must compile fast.
//
//go:noinline
func (out *Writer) OptionalString(name, s string) {
	if s != "" {
		out.String(name, s)
	}
}

// Text writes a string that was set.
func (out *Writer) Text(name string, t Text) {
	if t.Set {
		out.String(name, t.Value)
	}
}

// RequiredInt writes a number; an absent one is 0.
func (out *Writer) RequiredInt(name string, i Int) {
	out.enc.FieldStart(name)
	out.enc.Int64(i.Value)
}

// Int writes a number that was set.
func (out *Writer) Int(name string, i Int) {
	if i.Set {
		out.RequiredInt(name, i)
	}
}

// RequiredDecimal writes a number; an absent one is 0.
func (out *Writer) RequiredDecimal(name string, d Decimal) {
	if !d.Set {
		d.Value = "0"
	}
	out.enc.FieldStart(name)
	out.enc.RawStr(d.Value)
}

// Decimal writes a number that was set.
func (out *Writer) Decimal(name string, d Decimal) {
	if d.Set {
		out.RequiredDecimal(name, d)
	}
}

// RequiredIntText writes a number in quotes; an absent one is "0".
func (out *Writer) RequiredIntText(name string, i Int) {
	out.String(name, strconv.FormatInt(i.Value, 10))
}

// IntText writes a number that was set in quotes.
func (out *Writer) IntText(name string, i Int) {
	if i.Set {
		out.RequiredIntText(name, i)
	}
}

// RequiredDecimalText writes a number in quotes; an absent one is "0".
func (out *Writer) RequiredDecimalText(name string, d Decimal) {
	if !d.Set {
		d.Value = "0"
	}
	out.String(name, d.Value)
}

// DecimalText writes a number that was set in quotes.
func (out *Writer) DecimalText(name string, d Decimal) {
	if d.Set {
		out.String(name, d.Value)
	}
}

// RequiredBool writes a truth value; an absent one is false.
func (out *Writer) RequiredBool(name string, b Bool) {
	out.enc.FieldStart(name)
	out.enc.Bool(b.Value)
}

// Bool writes a truth value that was set.
func (out *Writer) Bool(name string, b Bool) {
	if b.Set {
		out.RequiredBool(name, b)
	}
}

// RequiredTime writes a time in a layout; an absent one is "".
func (out *Writer) RequiredTime(name string, t Time, layout string) {
	out.enc.FieldStart(name)
	out.text = out.text[:0]
	if t.Set {
		value, layout := out.at(t.Value, layout)
		out.text = value.AppendFormat(out.text, layout)
	}
	out.enc.ByteStr(out.text)
}

// Time writes a time that was set, in a layout.
func (out *Writer) Time(name string, t Time, layout string) {
	if t.Set {
		out.RequiredTime(name, t, layout)
	}
}

// NullableTime writes a time in a layout; an absent one is null.
func (out *Writer) NullableTime(name string, t Time, layout string) {
	if t.Set {
		out.RequiredTime(name, t, layout)
		return
	}
	out.Null(name)
}

// Null writes null.
func (out *Writer) Null(name string) {
	out.enc.FieldStart(name)
	out.enc.Null()
}

// RequiredEpoch writes a time as seconds since 1970; an absent one is 0.
func (out *Writer) RequiredEpoch(name string, t Time) {
	out.enc.FieldStart(name)
	if t.Set {
		out.enc.Int64(t.Value.Unix())
		return
	}
	out.enc.Int64(0)
}

// RequiredEpochMillis writes a time as milliseconds since 1970; an absent one is 0.
func (out *Writer) RequiredEpochMillis(name string, t Time) {
	out.enc.FieldStart(name)
	if t.Set {
		out.enc.Int64(t.Value.UnixMilli())
		return
	}
	out.enc.Int64(0)
}

// EpochMillis writes a time that was set as milliseconds since 1970.
func (out *Writer) EpochMillis(name string, t Time) {
	if t.Set {
		out.RequiredEpochMillis(name, t)
	}
}

// Epoch writes a time that was set as seconds since 1970.
func (out *Writer) Epoch(name string, t Time) {
	if t.Set {
		out.RequiredEpoch(name, t)
	}
}

// Strings writes an array of strings, [] for nil.
func (out *Writer) Strings(name string, list []string) {
	out.enc.FieldStart(name)
	out.enc.ArrStart()
	for _, s := range list {
		out.enc.Str(valid(s))
	}
	out.enc.ArrEnd()
}

// Raw writes JSON as it is; nothing where it is empty.
func (out *Writer) Raw(name string, json []byte) {
	if len(json) > 0 {
		out.enc.FieldStart(name)
		out.enc.Raw(json)
	}
}

// WriteList writes an array of objects, [] for nil.
func WriteList[T any, P interface {
	*T
	Encoder
}](out *Writer, name string, list []T,
) {
	WriteListWith(out, name, list, func(one *T) { P(one).Encode(out) })
}

// WriteListWith is WriteList with an encoder of its own for each member.
func WriteListWith[T any](out *Writer, name string, list []T, encode func(one *T)) {
	out.enc.FieldStart(name)
	out.enc.ArrStart()
	for i := range list {
		out.enc.ObjStart()
		encode(&list[i])
		out.enc.ObjEnd()
	}
	out.enc.ArrEnd()
}

// WriteStruct writes an object that is there.
func WriteStruct[T any, P interface {
	*T
	Encoder
}](out *Writer, name string, value *T,
) {
	WriteStructWith(out, name, value, func(one *T) { P(one).Encode(out) })
}

// WriteStructWith is WriteStruct with an encoder of its own.
func WriteStructWith[T any](out *Writer, name string, value *T, encode func(one *T)) {
	if value == nil {
		return
	}
	out.Member(name)
	encode(value)
	out.End()
}
