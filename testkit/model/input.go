package model

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// input is an object of a request that was read: the fields of one level, those of
// objects inside it included.
type input struct {
	values map[*spec.Field]any      // of what was sent with a value
	blank  map[*spec.Field]bool     // sent as "", of what is no text
	lists  map[*spec.Field][]*input // arrays of objects
}

// decode reads the payload of a request.
func decode(i *spec.Interface, payload []byte, zone *time.Location) (*input, error) {
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	v, err := tree.Parse(payload)
	if err != nil {
		return nil, problem.Wrap(problem.JSON, err)
	}
	d := decoder{zone}
	in := newInput()
	d.object(in, i.Request, v)
	return in, nil
}

func newInput() *input {
	return &input{map[*spec.Field]any{}, map[*spec.Field]bool{}, map[*spec.Field][]*input{}}
}

// decoder reads values of requests.
type decoder struct{ zone *time.Location }

// object reads the members of an object. The first of two of one name counts.
func (d decoder) object(in *input, fields spec.Fields, v *tree.Value) {
	seen := map[*spec.Field]bool{}
	if v != nil {
		for _, m := range v.Members {
			f := fields.Called(m.Name)
			if f == nil || seen[f] {
				continue
			}
			seen[f] = true
			d.field(in, f, m.Value)
		}
	}
	for _, f := range fields {
		if f.Default == "" {
			continue
		}
		if s, ok := in.values[f].(string); in.values[f] == nil || ok && s == "" {
			in.values[f] = d.constant(f, f.Default)
		}
	}
}

// constant is the default of a field.
func (d decoder) constant(f *spec.Field, text string) any {
	if f.Type == spec.Bool {
		return text == "true" || text == "1"
	}
	return d.scalar(f, text, false)
}

// field reads a value.
func (d decoder) field(in *input, f *spec.Field, v *tree.Value) {
	if f.IsPacked() {
		if s, ok := v.Plain(); ok && s != "" && v.Scalar[0] == '"' {
			if inner, err := tree.Parse([]byte(s)); err == nil {
				v = inner
			}
		}
	}
	if string(v.Scalar) == "null" {
		return
	}
	if f.IsNested() && string(v.Scalar) == `""` { // it is none
		in.blank[f] = true
		return
	}
	switch f.Shape() {
	case spec.List:
		for _, item := range v.Items {
			one := newInput()
			d.object(one, f.Fields, item)
			in.lists[f] = append(in.lists[f], one)
		}
		in.values[f] = sql.JSON(v.String())
		return
	case spec.Record:
		d.object(in, f.Fields, v)
		in.values[f] = sql.JSON(v.String())
		return
	case spec.Raw:
		in.values[f] = sql.JSON(v.String())
		return
	case spec.Scalars:
		list := sql.Array{}
		for _, item := range v.Items {
			s, _ := item.Plain()
			list = append(list, d.scalar(f.Member(), s, item.Scalar[0] == '"'))
		}
		in.values[f] = list
		return
	}
	s, ok := v.Plain()
	if !ok {
		return
	}
	if s == "" && f.Shape() != spec.Text {
		in.blank[f] = true
		return
	}
	if one := d.scalar(f, s, v.Scalar[0] == '"'); one != nil {
		in.values[f] = one
	}
}

// scalar reads the text of a scalar.
func (d decoder) scalar(f *spec.Field, s string, quoted bool) any {
	if n := wholeOf(s); n != nil && !quoted && f.IsTime() { // 1.4642298e9 is a number of seconds too
		s = strconv.FormatInt(n.(int64), 10)
	}
	switch f.Shape() {
	case spec.Whole:
		return wholeOf(s)
	case spec.Fraction:
		return decimalOf(s)
	case spec.Truth:
		return s == "true" || s == "1"
	case spec.Moment, spec.Seconds:
		if t, ok := d.moment(f, s); ok {
			return t
		}
		return nil
	case spec.Day:
		if wholeOf(s) == nil {
			d.zone = time.UTC // the day is in the text, and its midnight may be skipped in the zone
		}
		if t, ok := d.moment(f, s); ok {
			local := t.In(d.zone)
			return sql.Day(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC))
		}
		return nil
	}
	if !quoted && f.Digits {
		if n := wholeOf(s); n != nil {
			return strconv.FormatInt(n.(int64), 10)
		}
	}
	return s
}

// wholeOf is a whole number, however it is written.
func wholeOf(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	if r, ok := new(big.Rat).SetString(s); ok && r.IsInt() && r.Num().IsInt64() {
		return r.Num().Int64()
	}
	return nil
}

// decimalOf is a number with all its places.
func decimalOf(s string) any {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil
	}
	if !strings.ContainsAny(s, "eE") {
		return sql.Decimal(s)
	}
	places := 0
	for scaled := new(big.Rat).Set(r); !scaled.IsInt() && places < 120; places++ {
		scaled.Mul(scaled, big.NewRat(10, 1))
	}
	return sql.Decimal(r.FloatString(places))
}

// scope is where the fields of a request are looked up: the request, and the members of
// arrays at hand behind it.
type scope []*input

// value is a field of the request; nil where it was not sent. A text that is not told
// apart from "" is "".
func (s scope) value(f *spec.Field) any {
	for n := len(s) - 1; n >= 0; n-- {
		if v, ok := s[n].values[f]; ok {
			return v
		}
	}
	if f.Shape() == spec.Text && !f.TellsAbsent() {
		return ""
	}
	return nil
}

// sent reports whether a field was sent with a value.
func (s scope) sent(f *spec.Field) bool {
	v := s.value(f)
	return v != nil && v != ""
}

// picks reports whether a field was sent with a value that rows are picked by: an empty
// array picks all.
func (s scope) picks(f *spec.Field) bool {
	list, ok := s.value(f).(sql.Array)
	return s.sent(f) && (!ok || len(list) > 0)
}

// blanked reports whether a field was sent as "".
func (s scope) blanked(f *spec.Field) bool {
	for _, in := range s {
		if in.blank[f] {
			return true
		}
		if v, ok := in.values[f]; ok && v == "" {
			return true
		}
	}
	return false
}

// each are the scopes of the members of an array, which may be inside of others; nil is
// the request itself.
func (x *run) each(array *spec.Field) []scope {
	if array == nil {
		return []scope{{x.in}}
	}
	var above []*spec.Field // arrays, the outermost first
	for f := array; f != nil; f = f.Parent {
		if f.Type == spec.Array {
			above = append([]*spec.Field{f}, above...)
		}
	}
	list := []scope{{x.in}}
	for _, f := range above {
		var next []scope
		for _, s := range list {
			for _, member := range s.members(f) {
				next = append(next, append(append(scope{}, s...), member))
			}
		}
		list = next
	}
	return list
}

// members are those of an array at hand; a scalar is a member of one value.
func (s scope) members(f *spec.Field) []*input {
	if f.Shape() != spec.Scalars {
		return s[len(s)-1].lists[f]
	}
	var out []*input
	values, _ := s.value(f).(sql.Array)
	for _, v := range values {
		one := newInput()
		one.values[f] = v
		out = append(out, one)
	}
	return out
}

// fieldOf finds what :name stands for in SQL.
func (x *run) fieldOf(s scope, name string) (any, bool) {
	if name == spec.CallingApp {
		return x.call.App, true
	}
	if x.i.Kind == spec.Notify {
		return nil, false
	}
	f := x.i.Request.At(name)
	if f == nil {
		return nil, false
	}
	return s.value(f), true
}
