package wire

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

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
	if err := o.iter.Err(); err != nil {
		o.in.fail(err)
	}
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
		if err != nil {
			o.in.fail(err)
			return "", false
		}
		o.quoted = true
		return alias(b), true
	case jx.Null:
		o.in.null()
		return "", false
	case jx.Number:
		if numbers {
			raw, err := o.in.dec.Raw()
			if err != nil {
				o.in.fail(err)
				return "", false
			}
			o.quoted = false
			return alias(raw), true
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

// wholeText reports whether a text is a whole number as one writes it; fractions and
// exponents are for JSON numbers.
func wholeText(s string) bool {
	n := digits(strings.TrimPrefix(s, "-"))
	return s != "-0" && (n == len(s) || n+1 == len(s) && s[0] == '-')
}

// parseInt reads every form of a whole number in JSON: 7, -7, 7.0, 7e0.
func parseInt(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, canonical(s)
	}
	if len(s) > 32 || !canonical(s) || !strings.ContainsAny(s, ".eE") {
		return 0, false
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(s), "e")
	if e, err := strconv.Atoi(exponent); exponent != "" && (err != nil || e > 30 || e < -30) {
		return 0, mantissaZero(mantissa)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}

// mantissaZero reports whether all digits are zero, so that no exponent matters.
func mantissaZero(s string) bool { return strings.Trim(s, "-0.") == "" }

// canonical reports whether s is a number as JSON writes it; in texts that keeps
// out plus signs, leading zeros and spaces.
func canonical(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		n := digits(s[1:])
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if s != "" && s[0]|0x20 == 'e' {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		n := digits(s)
		if n == 0 {
			return false
		}
		s = s[n:]
	}
	return s == ""
}

// The digits that numbers may have in front of their point.
const (
	digitsOfDecimal     = 16
	digitsOfLongDecimal = 38
)

// decimal brings a number into the stored form: as it was sent, or 0 for a number
// nearer to 0 than any amount. It refuses numbers with more than so many digits in front
// of the point.
func decimal(s string, whole int) (string, bool) {
	mantissa, exponent, scaled := strings.Cut(strings.ToLower(s), "e")
	if !scaled {
		return s, digits(strings.TrimPrefix(s, "-")) <= whole
	}
	if mantissaZero(mantissa) {
		return "0", true
	}
	e, err := strconv.Atoi(exponent)
	switch {
	case err != nil || len(mantissa) > 64:
		return "0", strings.HasPrefix(exponent, "-") && len(mantissa) <= 64
	case e > 100:
		return "", false
	case e < -100:
		return "0", true
	}
	r, ok := new(big.Rat).SetString(s)
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(whole)), nil)
	return s, ok && new(big.Rat).Abs(r).Cmp(new(big.Rat).SetInt(limit)) < 0
}

// digits counts the leading digits of s.
func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
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
	if o.quoted && (len(s) > 64 || strings.ContainsAny(s, "eE")) || !canonical(s) {
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
		if err != nil {
			o.in.fail(err)
			return
		}
		dst.Value, dst.Set = b, true
		return
	case jx.Null:
		o.in.null()
		return
	case jx.String:
		b, err := o.in.dec.StrBytes()
		if err != nil {
			o.in.fail(err)
			return
		}
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
func (o *Object) Date(place int, dst *Time) {
	o.Time(place, dst)
	if dst.Set {
		y, m, d := dst.Value.In(o.in.zone).Date()
		dst.Value = time.Date(y, m, d, 0, 0, 0, 0, o.in.zone)
	}
}

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
	if err := inner.Close(); err != nil {
		o.in.fail(err)
		return
	}
	*dst = raw
}
