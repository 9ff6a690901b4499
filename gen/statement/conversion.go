package statement

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// The formats in which to_char writes times.
const (
	inSeconds = "YYYY-MM-DD HH24:MI:SS"
	inMillis  = "YYYY-MM-DD HH24:MI:SS.MS"
	inDays    = "YYYY-MM-DD"
	inRFC3339 = `YYYY-MM-DD"T"HH24:MI:SS"Z"` // in UTC: a moment without a zone cannot show an offset
	inCompact = "YYYYMMDDHH24MISS"
)

// sqlLayout has what to_char calls the parts of a form of time.
var sqlLayout = strings.NewReplacer("yyyy", "YYYY", "dd", "DD", "HH", "HH24", "mm", "MI", "SSS", "MS", "ss", "SS", "T", `"T"`)

// formatted is a time or a day as text.
func formatted(e expr, format string) expr {
	out := call("to_char", text, e, constant(format))
	out.filled, out.length = e.filled, len(format)
	return out
}

// asText is an expression as the text of a response or a notification. Times are in
// zone.
func asText(e expr, zone string) expr {
	switch e.typ {
	case text:
		return e
	case moment:
		return formatted(e.zoned(zone, unknown), inSeconds)
	case day:
		return formatted(e, inDays)
	}
	return e.cast(text)
}

// asInteger is an expression as a whole number, where its type is known.
func asInteger(e expr) expr {
	switch e.typ {
	case text:
		return e.orNull().cast(bigint)
	case boolean:
		return e.cast("int")
	}
	return e
}

// asBoolean is an expression as yes or no: a number says yes unless it is 0.
func asBoolean(e expr) expr {
	filled := e.filled
	switch e.typ {
	case bigint:
		e = operate(e, "<>", number("0", bigint))
	case text: // a constant
		e = e.cast(boolean)
	}
	e.filled = filled
	return e
}

// asMoment is a time or a day, which begins in zone.
func asMoment(e expr, zone string) expr {
	if e.typ == day {
		return e.cast("timestamp").zoned(zone, moment)
	}
	return e
}

// stored is the value that a request gives for a column. Days and times of day are those
// of zone, whatever the session has.
func stored(e expr, c *spec.Column, zone string) expr {
	switch typ := columnType(c); {
	case typ == jsonb && e.typ.isArray():
		return call("to_jsonb", jsonb, e)
	case typ == text && e.typ != text:
		return asText(e, zone)
	case typ == moment:
		return asMoment(e, zone)
	case (typ == bigint || typ == numeric) && e.typ == text:
		return e.orNull().cast(typ)
	case typ == double && e.typ == text:
		return e.orNull().cast(numeric)
	case typ == day && e.typ == moment:
		return e.zoned(zone, unknown).cast(day)
	}
	return e
}

// returned is the source of a response's field, in the type that the runtime reads;
// false if a column cannot fill it.
func returned(e expr, f *spec.Field, zone string) (expr, bool) {
	switch f.Shape() {
	case spec.Text:
		if e.typ == text && f.Length > 0 {
			e = e.shortenedTo(f)
		}
		return asText(e, zone), true
	case spec.Whole:
		if e = asInteger(e); e.typ != bigint && e.typ != "int" {
			e = e.cast(bigint)
		}
	case spec.Fraction:
		return rounded(e, f).cast(text), true
	case spec.Truth:
		return asBoolean(e), true
	case spec.Moment, spec.Day, spec.Seconds:
		if e.typ == unknown {
			e = e.cast(moment)
		}
		return asMoment(e, zone), true
	case spec.Scalars:
		if !f.HoldsTexts() {
			return e, false
		}
		if e.typ != jsonb {
			return e.cast(texts).orElse(constant("{}")), true
		}
		e.doc = enclosed("array(", docs{words("select jsonb_array_elements_text("), e.doc, words(")")}, ")")
	case spec.Raw:
		return e, e.typ == jsonb
	case spec.List, spec.Record:
		return e.cast(text), e.typ == jsonb
	}
	return e, true
}

// scanned is returned, with "" for a text that is null.
func scanned(e expr, f *spec.Field) expr {
	if f.Shape() == spec.Text && !e.filled {
		return e.orElse(constant(""))
	}
	return e
}

// object says how members of a JSON object are written: as they travel, or as the
// runtime reads them again.
type object struct {
	zone  string
	again bool // the runtime reads them: times are in UTC and nothing is lost
}

// member is the source of an object's member, in its wire form. Without a value it
// is null, or "" or 0 if it is required.
func (o object) member(e expr, f *spec.Field) expr {
	e = o.wire(e, f)
	k := f.Shape()
	textual := k == spec.Text || k == spec.Moment || k == spec.Day
	if k == spec.Text && f.Length > 0 {
		e = e.shortenedTo(f)
	}
	switch {
	case f.IsPacked() && !o.again:
		return e.cast(text)
	case k == spec.List, k == spec.Scalars:
		if e.typ == jsonb {
			e = e.cast("json")
		}
		return e.orElse(sql("'[]'::json", "json"))
	case f.IsRequired() && e.filled, k == spec.Record, k == spec.Raw && f.Type != spec.Array:
		return e
	case f.IsRequired() && textual:
		return e.orElse(constant(""))
	case f.IsRequired() && k == spec.Truth:
		return e.orElse(number("false", boolean))
	case f.IsRequired() && f.AsText && !o.again:
		return e.orElse(constant("0"))
	case f.IsRequired():
		return e.orElse(number("0", bigint))
	case textual:
		return e.orNull()
	}
	return e
}

// wire is the source of a member in its wire form.
func (o object) wire(e expr, f *spec.Field) expr {
	switch f.Shape() {
	case spec.Seconds:
		filled := e.filled
		e = expr{doc: docs{words("extract(epoch from "), e.doc, words(")")}, operand: true, reads: e.reads}
		if f.Layout == "millis" {
			e = operate(e, "*", number("1000", bigint))
			e = call("floor", numeric, e)
		}
		e = e.cast(bigint)
		e.filled = filled
		return e
	case spec.Moment:
		return o.time(e, f)
	case spec.Day:
		if e.typ == moment {
			e = e.zoned(o.zone, unknown)
		}
		if f.WrittenLayout() != "" && !o.again {
			return formatted(e, sqlLayout.Replace(f.Layout))
		}
		return formatted(e, inDays)
	case spec.Text:
		return asText(e, o.zone)
	case spec.Whole:
		return o.number(asInteger(e), f)
	case spec.Fraction:
		return o.number(rounded(e, f), f)
	case spec.Truth:
		return asBoolean(e)
	}
	return e
}

// number is a number in the form of a field: a text where it travels as one.
func (o object) number(e expr, f *spec.Field) expr {
	if !f.AsText || o.again {
		return e
	}
	filled := e.filled
	e = e.cast(text)
	e.filled = filled
	return e
}

// rounded is a number with the places of a field that rounds.
func rounded(e expr, f *spec.Field) expr {
	if !f.Rounded || !f.Decimals.Set {
		return e
	}
	if e.typ != numeric {
		e = e.cast(numeric)
	}
	out := call("round", numeric, e, number(itoa(f.Decimals.N), bigint))
	out.filled = e.filled
	return out
}

// time is a time in the layout of a field.
func (o object) time(e expr, f *spec.Field) expr {
	if e.typ != moment && f.Layout != "rfc3339" && f.Layout != "compact" && f.WrittenLayout() == "" {
		if e.typ == day {
			return formatted(e, inSeconds)
		}
		return e
	}
	zone, format := o.zone, inSeconds
	switch {
	case f.Layout == "compact":
		format = inCompact
	case f.WrittenLayout() != "" && !o.again:
		format = sqlLayout.Replace(f.Layout)
	case f.Layout == "millis" || o.again:
		format = inMillis
	case f.Layout == "rfc3339":
		zone, format = "UTC", inRFC3339
	}
	if o.again {
		zone = "UTC"
	}
	return formatted(asMoment(e, o.zone).zoned(zone, unknown), format)
}
