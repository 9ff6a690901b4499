package wire

import (
	"strings"
	"time"

	"github.com/go-faster/jx"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Values is an array of scalars for programs that have no slice of their own: it calls
// read at each member, with an Object whose field 0 is the member, and read reports
// whether there was a value. It reports whether there was an array.
func (o *Object) Values(place int, read func(member *Object) bool) bool {
	iter, ok := o.array(place)
	if !ok {
		return false
	}
	for n := 0; iter.Next(); n++ {
		if n >= o.in.limits.Elements {
			o.in.fail(errLimit)
			return true
		}
		o.in.List.Enter(o.names[place], place, n)
		member, before := Object{in: o.in, alone: true}, o.in.List.Len()
		if there := read(&member); !there && o.in.List.Len() == before && o.in.err == nil {
			o.in.List.AddHere(problem.Type) // null, or "" where a number or a time is wanted
		}
		o.in.List.Leave()
		if o.in.err != nil {
			return true
		}
	}
	o.endArray(&iter)
	return true
}

// Ints reads an array of whole numbers or of their texts; null and "" leave it nil.
func (o *Object) Ints(place int, dst *[]Int) { values(o, place, dst, (*Object).Int, Int.sent) }

// Decimals reads an array of numbers or of their texts; null and "" leave it nil.
func (o *Object) Decimals(place int, dst *[]Decimal) {
	values(o, place, dst, (*Object).Decimal, Decimal.sent)
}

// LongDecimals is Decimals for numbers below 10^38.
func (o *Object) LongDecimals(place int, dst *[]Decimal) {
	values(o, place, dst, (*Object).LongDecimal, Decimal.sent)
}

// Bools reads an array of truth values; null and "" leave it nil.
func (o *Object) Bools(place int, dst *[]Bool) { values(o, place, dst, (*Object).Bool, Bool.sent) }

// Times reads an array of times in a layout, as TimeAs does; null and "" leave it nil.
func (o *Object) Times(place int, dst *[]Time, layout string) {
	values(o, place, dst, func(member *Object, place int, t *Time) { member.TimeAs(place, t, layout) }, Time.sent)
}

// Days reads an array of days, as Date does; null and "" leave it nil.
func (o *Object) Days(place int, dst *[]Time) { values(o, place, dst, (*Object).Date, Time.sent) }

// values reads an array of scalars with the method of one.
func values[T any](o *Object, place int, dst *[]T, read func(*Object, int, *T), sent func(T) bool) {
	list := []T{}
	if o.Values(place, func(member *Object) bool {
		var one T
		read(member, 0, &one)
		list = append(list, one)
		return sent(one)
	}) {
		*dst = list
	}
}

func (i Int) sent() bool     { return i.Set }
func (d Decimal) sent() bool { return d.Set }
func (b Bool) sent() bool    { return b.Set }
func (t Time) sent() bool    { return t.Set }

// Ints writes an array of whole numbers, [] for nil.
func (out *Writer) Ints(name string, list []Int) {
	writeValues(out, name, list, func(i Int) { out.enc.Int64(i.Value) })
}

// Decimals writes an array of numbers, [] for nil.
func (out *Writer) Decimals(name string, list []Decimal) {
	writeValues(out, name, list, func(d Decimal) { out.enc.Raw(jx.Raw(d.Value)) })
}

// Bools writes an array of truth values, [] for nil.
func (out *Writer) Bools(name string, list []Bool) {
	writeValues(out, name, list, func(b Bool) { out.enc.Bool(b.Value) })
}

// Times writes an array of times in a layout, [] for nil.
func (out *Writer) Times(name string, list []Time, layout string) {
	writeValues(out, name, list, func(t Time) {
		value, layout := out.at(t.Value, layout)
		out.enc.Str(value.Format(layout))
	})
}

// Epochs writes an array of times as seconds since 1970, [] for nil.
func (out *Writer) Epochs(name string, list []Time) {
	writeValues(out, name, list, func(t Time) { out.enc.Int64(t.Value.Unix()) })
}

// at is a time in the zone of the Writer, and the layout that it is written in.
func (out *Writer) at(t time.Time, layout string) (time.Time, string) {
	switch {
	case out.kept && strings.Contains(layout, "15"): // it has hours
		return t.UTC(), Seconds + ".999999999"
	case out.kept:
		layout = Day
	}
	if out.zone != nil {
		t = t.In(out.zone)
	}
	return t, layout
}

// writeValues writes an array of scalars.
func writeValues[T any](out *Writer, name string, list []T, write func(T)) {
	out.enc.FieldStart(name)
	out.enc.ArrStart()
	for _, one := range list {
		write(one)
	}
	out.enc.ArrEnd()
}
