package wire

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-faster/jx"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// MaxFields is how many fields one object of a document may have.
const MaxFields = 256

// Object reads the members of one JSON object. The generated code asks Next and
// Key, and hands each known key's value to the method of its type, with the
// field's place in the document.
type Object struct {
	in     *Reader
	names  []string
	iter   jx.ObjIter
	key    string
	seen   [MaxFields / 64]uint64
	owned  [MaxFields / 64]uint64 // of seen: those that came by their own name
	keys   []string               // other names by which fields came
	others []string               // unknown keys, for finding duplicates
	ok     bool
	quoted bool // the text that was read last was in quotes
	alone  bool // it is one member of an array of scalars
}

// Object begins an object whose fields are named names, in the document's order. If
// the value is something else, Next is false at once and the enclosing field has a
// problem.
func (in *Reader) Object(names []string) Object {
	o := Object{in: in, names: names}
	if in.err != nil {
		return o
	}
	if in.dec.Next() != jx.Object {
		in.fail(errShape)
		return o
	}
	if !in.down() {
		return o
	}
	iter, err := in.dec.ObjIter()
	if err != nil {
		in.fail(err)
		return o
	}
	o.iter, o.ok = iter, true
	return o
}

// Next goes to the next member and reports whether there is one.
func (o *Object) Next() bool {
	if !o.ok || o.in.err != nil {
		return false
	}
	for o.iter.Next() {
		o.key = alias(o.iter.Key())
		if len(o.in.outside) == 0 || o.in.depth > 1 || !o.in.inside(o.key) {
			return true
		}
		if o.Skip(); o.in.err != nil {
			return false
		}
	}
	o.ok = false
	o.in.depth--
	o.in.fail(o.iter.Err())
	return false
}

// Key returns the member's key.
func (o *Object) Key() string { return o.key }

// Skip passes over the value of a key that the document does not have. Its JSON
// is still held to all limits.
func (o *Object) Skip() {
	if len(o.others) >= o.in.limits.Keys {
		o.in.fail(errLimit)
		return
	}
	for _, other := range o.others {
		if other == o.key {
			o.in.fail(errDuplicate)
			return
		}
	}
	o.others = append(o.others, o.key)
	o.in.skip()
}

// first marks the field at place as read and reports whether it was not before. A key
// that comes twice makes the message unreadable; two names of one field are a fault of
// the field, which the problem names.
func (o *Object) first(place int) bool {
	if o.alone {
		return true
	}
	bit, own := uint64(1)<<(place%64), o.key == o.names[place]
	again := o.seen[place/64]&bit != 0
	o.seen[place/64] |= bit
	if own && o.owned[place/64]&bit != 0 || !own && slices.Contains(o.keys, o.key) {
		o.in.fail(errDuplicate)
		return false
	}
	if own {
		o.owned[place/64] |= bit
	} else {
		o.keys = append(o.keys, o.key)
	}
	if again {
		o.other(place)
	}
	return !again
}

// forget takes back that the member at hand was read.
func (o *Object) forget(place int) {
	bit := uint64(1) << (place % 64)
	o.seen[place/64] &^= bit
	o.owned[place/64] &^= bit
	if n := len(o.keys); n > 0 && o.keys[n-1] == o.key {
		o.keys = o.keys[:n-1]
	}
}

// bad notes a value of another type.
func (o *Object) bad(place int) {
	if o.alone {
		o.in.List.AddHere(problem.Type)
		return
	}
	o.in.List.Add(problem.Type, o.names[place], place)
}

// other passes over a value of another type and notes it.
func (o *Object) other(place int) {
	o.in.skip()
	o.bad(place)
}

// text reads a string, and the text of a number where numbers is set. ok is false
// for null and for a problem.
func (o *Object) text(place int, numbers bool) (s string, ok bool) {
	if !o.first(place) {
		return "", false
	}
	switch o.in.dec.Next() {
	case jx.String:
		b, err := o.in.dec.StrBytes()
		o.in.fail(err)
		o.quoted = true
		return alias(b), err == nil
	case jx.Null:
		o.in.null()
		return "", false
	case jx.Number:
		if numbers {
			raw, err := o.in.dec.Raw()
			o.in.fail(err)
			if len(raw) > longestNumber {
				o.bad(place)
				return "", false
			}
			o.quoted = false
			return alias(raw), err == nil
		}
	}
	o.other(place)
	return "", false
}

// String reads a string; null is "". Not inlined: generated code calls it for most
// fields, and must compile fast.
//
//go:noinline
func (o *Object) String(place int, dst *string) {
	*dst, _ = o.text(place, false)
}

// StringOrNumber reads a string or, for an id that partners send as a number, the
// digits of a whole number of at most 19; null is "".
func (o *Object) StringOrNumber(place int, dst *string) {
	*dst, _ = o.textOrNumber(place)
}

// textOrNumber is text, with the digits of a whole number for the number.
func (o *Object) textOrNumber(place int) (s string, ok bool) {
	s, ok = o.text(place, true)
	if !ok || o.quoted {
		return s, ok
	}
	n, ok := parseInt(s)
	if !ok || n < 0 {
		o.bad(place)
		return "", false
	}
	return strconv.FormatInt(n, 10), true
}

// Text reads a string that may be absent; null is absent.
func (o *Object) Text(place int, dst *Text) {
	dst.Value, dst.Set = o.text(place, false)
}

// TextOrNumber is Text that takes numbers as StringOrNumber does.
func (o *Object) TextOrNumber(place int, dst *Text) {
	dst.Value, dst.Set = o.textOrNumber(place)
}

// Null reads null, where it is next, and says so; sent notes that the member was there.
func (o *Object) Null(place int, sent *bool) bool {
	if o.in.err != nil || o.in.dec.Next() != jx.Null {
		return false
	}
	if o.first(place) {
		o.in.null()
		*sent = true
	}
	return true
}

// Int reads a whole number or its text. null and "" are absent.
func (o *Object) Int(place int, dst *Int) {
	s, ok := o.text(place, true)
	if !ok {
		return
	}
	if s == "" {
		dst.Blank = true
		return
	}
	n, ok := parseInt(s)
	if !ok || o.quoted && !wholeText(s) {
		o.bad(place)
		return
	}
	dst.Value, dst.Set = n, true
}

// Decimal reads a number below 10^16, or its text, which has no exponent. null
// and "" are absent.
func (o *Object) Decimal(place int, dst *Decimal) { o.decimal(place, dst, digitsOfDecimal) }

// LongDecimal is Decimal for numbers below 10^38.
func (o *Object) LongDecimal(place int, dst *Decimal) { o.decimal(place, dst, digitsOfLongDecimal) }

func (o *Object) decimal(place int, dst *Decimal, whole int) {
	s, ok := o.text(place, true)
	if !ok {
		return
	}
	if s == "" {
		dst.Blank = true
		return
	}
	if o.quoted && (len(s) > 64 || strings.ContainsAny(s, "eE")) || !IsNumber(s) {
		o.bad(place)
		return
	}
	if s, ok = decimal(s, whole); !ok {
		o.bad(place)
		return
	}
	dst.Value, dst.Set = s, true
}

// Bool reads true or false, or their texts. null and "" are absent.
func (o *Object) Bool(place int, dst *Bool) {
	if !o.first(place) {
		return
	}
	switch o.in.dec.Next() {
	case jx.Bool:
		b, err := o.in.dec.Bool()
		o.in.fail(err)
		dst.Value, dst.Set = b, err == nil
		return
	case jx.Null:
		o.in.null()
		return
	case jx.String:
		b, err := o.in.dec.StrBytes()
		o.in.fail(err)
		switch string(b) {
		case "":
			dst.Blank = true
		case "true", "false":
			dst.Value, dst.Set = len(b) == len("true"), true
		default:
			o.bad(place)
		}
		return
	}
	o.other(place)
}

// Time reads a time in any of the forms of ParseTime. null and "" are absent.
func (o *Object) Time(place int, dst *Time) { o.TimeAs(place, dst, Seconds) }

// TimeAs reads a time that is written in a layout: see ParseTimeAs. With Compact
// it is a text. null and "" are absent.
func (o *Object) TimeAs(place int, dst *Time, layout string) {
	s, ok := o.text(place, layout != Compact)
	if !ok {
		return
	}
	if s == "" {
		dst.Blank = true
		return
	}
	if !o.quoted { // 1.4642298e9 is a number of seconds too
		if n, ok := parseInt(s); ok {
			s = strconv.FormatInt(n, 10)
		}
	}
	t, err := ParseTimeAs(layout, s, o.in.zone)
	if err != nil {
		o.bad(place)
		return
	}
	dst.Value, dst.Set = t, true
}

// Date reads a time and keeps its day.
func (o *Object) Date(place int, dst *Time) { o.TimeAs(place, dst, Day) }

// Map passes over an object, whatever members it has, and keeps its JSON. null and ""
// are absent.
func (o *Object) Map(place int, dst *[]byte) {
	if o.first(place) && !o.absent(place) {
		o.raw(place, dst, jx.Object)
	}
}

// Array is Map of an array of whatever members.
func (o *Object) Array(place int, dst *[]byte) {
	if o.first(place) && !o.absent(place) {
		o.raw(place, dst, jx.Array)
	}
}

// Any keeps the JSON of any value. null and "" are absent.
func (o *Object) Any(place int, dst *[]byte) {
	if !o.first(place) {
		return
	}
	o.raw(place, dst, o.in.dec.Next())
	if text := string(*dst); text == "null" || text == `""` {
		*dst = nil
	}
}

// raw keeps the JSON of a value of a kind, held to the limits of all JSON.
func (o *Object) raw(place int, dst *[]byte, kind jx.Type) {
	if o.in.dec.Next() != kind {
		o.other(place)
		return
	}
	raw, err := o.in.dec.Raw()
	if err != nil {
		o.in.fail(err)
		return
	}
	inner := NewReader(raw, o.in.zone, o.in.limits)
	inner.depth = o.in.depth
	inner.skip()
	o.in.fail(inner.Close())
	*dst = raw
}
