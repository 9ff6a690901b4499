// Package wire reads and writes the contents of messages: JSON with exact keys,
// values that know whether they were sent, and the times of a document.
//
// A Reader decodes strictly where it matters (well-formed JSON, valid UTF-8, no
// duplicate keys, limits on depth and size) and tolerantly where partners differ: a
// numeric string for a number, and absent, null and "" alike for an optional field.
// A Writer writes strictly the document's forms. Generated structs call both, one
// line per field.
package wire

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Text is a string that may be absent: unlike an ordinary string, it distinguishes
// "" from nothing. The zero Text is absent.
type Text struct {
	Value string
	Set   bool
}

// Sent reports whether the key was there with a value, "" too.
func (t Text) Sent() bool { return t.Set }

// TextOf returns s as a Text that was sent.
func TextOf(s string) Text { return Text{Value: s, Set: true} }

// Int is a whole number that may be absent. The zero Int is absent.
type Int struct {
	Value int64
	Set   bool
	Blank bool // sent as "": an update clears the stored value
}

// IntOf returns n as an Int that was sent.
func IntOf(n int64) Int { return Int{Value: n, Set: true} }

// Sent reports whether the key was there with a number or "".
func (i Int) Sent() bool { return i.Set || i.Blank }

// Is reports whether the number was sent and is n.
func (i Int) Is(n int64) bool { return i.Set && i.Value == n }

// Decimal is a number kept as the text that was sent, so that nothing is
// rounded. The zero Decimal is absent.
type Decimal struct {
	Value string // digits with an optional sign, fraction and exponent, as in JSON
	Set   bool
	Blank bool // sent as "": an update clears the stored value
}

// Sent reports whether the key was there with a number or "".
func (d Decimal) Sent() bool { return d.Set || d.Blank }

// DecimalOf returns text as a Decimal that was sent. The text must be a JSON
// number.
func DecimalOf(text string) Decimal { return Decimal{Value: text, Set: true} }

// Bool is a truth value that may be absent. The zero Bool is absent.
type Bool struct {
	Value bool
	Set   bool
	Blank bool // sent as "": an update clears the stored value
}

// Sent reports whether the key was there with a truth value or "".
func (b Bool) Sent() bool { return b.Set || b.Blank }

// BoolOf returns b as a Bool that was sent.
func BoolOf(b bool) Bool { return Bool{Value: b, Set: true} }

// Time is an instant that may be absent. The zero Time is absent. Dates are
// midnight in the system's zone.
type Time struct {
	Value time.Time
	Set   bool
	Blank bool // sent as "": an update clears the stored value
}

// Sent reports whether the key was there with a time or "".
func (t Time) Sent() bool { return t.Set || t.Blank }

// TimeOf returns t as a Time that was sent.
func TimeOf(t time.Time) Time { return Time{Value: t, Set: true} }

// The layouts in which times are sent.
const (
	Seconds = "2006-01-02 15:04:05"
	Millis  = "2006-01-02 15:04:05.000"
	Day     = "2006-01-02"
	RFC3339 = time.RFC3339
	Compact = "20060102150405"
)

// ParseTimeAs reads a time that is written in a layout. With Compact that is 14
// digits and nothing else, since a digit less would be milliseconds; with RFC3339
// an offset may follow a time behind a "T"; with Day the beginning of its day is left. A
// layout without a name is tried first. All else is as ParseTime has it.
func ParseTimeAs(layout, text string, zone *time.Location) (time.Time, error) {
	switch layout {
	case Compact:
		if len(text) != len(Compact) || digits(text) != len(Compact) || text[0] != '1' && text[0] != '2' {
			return time.Time{}, fmt.Errorf("not a time")
		}
		return parseLocal(Compact, text, zone)
	case Day:
		if t, err := ParseTime(text, zone); err == nil && digits(text) == len(text) {
			text = t.In(zone).Format(Day)
		} else if _, err := ParseTime(text, time.UTC); err == nil {
			text = text[:len(Day)] // whatever of the day the clocks skip
		}
	case RFC3339:
		if local, offset := cutOffset(text); offset != nil && len(local) > len(Day) && local[len(Day)] == 'T' {
			return ParseTime(local, offset)
		}
	case Seconds, Millis:
	default:
		t, err := parseLocal(layout, text, zone)
		if err == nil && t.Format(layout) == text && (text[0] == '1' || text[0] == '2') {
			return t, nil
		}
	}
	return ParseTime(text, zone)
}

// cutOffset parts a time from the offset behind it, if there is one.
func cutOffset(text string) (string, *time.Location) {
	if local, ok := strings.CutSuffix(text, "Z"); ok {
		return local, time.UTC
	}
	n := len(text) - len("+00:00")
	if n < 0 || text[n] != '+' && text[n] != '-' {
		return text, nil
	}
	hours, minutes := text[n+1:n+3], text[n+4:]
	if digits(hours) < 2 || text[n+3] != ':' || digits(minutes) < 2 || hours > "23" || minutes > "59" {
		return text, nil
	}
	h, _ := strconv.Atoi(hours) // two digits
	m, _ := strconv.Atoi(minutes)
	seconds := (h*60 + m) * 60
	if text[n] == '-' {
		seconds = -seconds
	}
	return text[:n], time.FixedZone("", seconds)
}

// ParseTime reads a time in one of the accepted forms: a date, a date with
// hours, minutes and seconds after a space, a "T" or nothing, a fraction of at
// most nine digits, or 10 digits of seconds or 13 of milliseconds since 1970.
// Years run from 1000 to 2999. A time without a zone is in zone.
func ParseTime(text string, zone *time.Location) (time.Time, error) {
	if digits(text) == len(text) {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return time.Time{}, fmt.Errorf("not a time")
		}
		switch len(text) {
		case 10:
			return time.Unix(n, 0), nil
		case 13:
			return time.UnixMilli(n), nil
		}
		return time.Time{}, fmt.Errorf("%d digits are neither seconds nor milliseconds", len(text))
	}
	if len(text) < len(Day) || text[0] != '1' && text[0] != '2' {
		return time.Time{}, fmt.Errorf("not a time")
	}
	layout, rest := Day, text[len(Day):]
	if rest != "" {
		switch rest[0] {
		case ' ':
			layout = Seconds
		case 'T':
			layout = "2006-01-02T15:04:05"
		default:
			layout = "2006-01-0215:04:05"
		}
		if len(text) < len(layout) || len(text) > len(layout) && (text[len(layout)] != '.' || len(text) > len(layout)+10) {
			return time.Time{}, fmt.Errorf("not a time")
		}
	}
	if hour := len(layout) - len("15:04:05"); layout != Day && digits(text[hour:]) < 2 {
		return time.Time{}, fmt.Errorf("not a time") // time.Parse would take one digit, and more blanks
	}
	return parseLocal(layout, text, zone)
}

// parseLocal reads what the clocks of a zone showed; Go moves a time that they skip to one beside
// it. That is no time, but for a midnight: it is the day's, which begins when the clocks have changed.
func parseLocal(layout, text string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(layout, text, zone)
	var b [len(time.RFC3339Nano)]byte
	if err != nil || strings.HasPrefix(text, string(t.AppendFormat(b[:0], layout))) {
		return t, err
	}
	day, _ := time.Parse(layout, text)
	if t.Format(Day) != day.Format(Day) { // Go went back, and not on
		_, t = t.ZoneBounds()
	}
	if t.Format(Day) != day.Format(Day) || !day.Equal(day.Truncate(24*time.Hour)) {
		return t, fmt.Errorf("not a time")
	}
	return t, nil
}

// ValidatorValue shows the text to go-playground/validator; absent and "" are
// nothing.
func (t Text) ValidatorValue() any { return shown(&t.Value, t.Value != "") }

// ValidatorValue shows the number to go-playground/validator.
func (i Int) ValidatorValue() any { return shown(&i.Value, i.Set) }

// ValidatorValue shows the number's text to go-playground/validator.
func (d Decimal) ValidatorValue() any { return shown(&d.Value, d.Set) }

// ValidatorValue shows the truth value to go-playground/validator.
func (b Bool) ValidatorValue() any { return shown(&b.Value, b.Set) }

// ValidatorValue shows the instant to go-playground/validator.
func (t Time) ValidatorValue() any { return shown(&t.Value, t.Set) }

// shown is a value, or nil where there is none.
func shown[T any](value *T, set bool) *T {
	if !set {
		return nil
	}
	return value
}
