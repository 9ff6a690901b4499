package bind

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/keyed"
)

// Judge validates the payloads of one interface. It is immutable and safe for
// concurrent use.
type Judge struct {
	object *object
	zone   *time.Location
	limits wire.Limits
}

// object is the compiled form of a list of fields.
type object struct {
	names  []string
	places map[string]int // by name and alias
	fields []*field
	// defaults are those of the fields that have one, as they are filled in.
	defaults []*field
}

// field is a compiled field.
type field struct {
	*spec.Field
	shape   spec.Shape
	place   int
	inner   *object // of an object, or of the members of an array
	member  *field  // of an array of scalars; nil: it is none
	listed  []string
	numbers []int64
	pattern *regexp.Regexp
	keys    *regexp.Regexp // of the names in a map
	cases   []*field       // what it is in each case of EnumBy
}

// NewJudge compiles the rules of fields of an interface: its request, or its response.
// It refuses a zone, a pattern or a bound that cannot be read; a checked model has
// none.
func NewJudge(s *spec.System, fields spec.Fields) (*Judge, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, err
	}
	o, err := compile(fields)
	if err != nil {
		return nil, err
	}
	return &Judge{o, zone, wire.Limits{Depth: s.Limits.Depth, Elements: s.Limits.Elements, Lone: usesXML(s)}}, nil
}

// usesXML reports whether messages of a system are XML. A protocol that cannot be read is
// a finding of its own.
func usesXML(s *spec.System) bool {
	if s.Protocol == nil || !strings.Contains(s.Protocol.Text, "xml") {
		return false
	}
	p, err := Protocol(s)
	if err != nil {
		return false
	}
	d := p.Declaration()
	return d.Request.XML() || d.Reply.XML() || d.Push.XML()
}

// Check returns nil or the *problem.Error that the generated code would give.
func (j *Judge) Check(payload []byte) error {
	return j.Read(wire.NewReader(payload, j.zone, j.limits))
}

// Read is Check of the object that a reader is about to read, which may have fields
// from outside a body.
func (j *Judge) Read(in *wire.Reader) error {
	r := j.object.read(in)
	if err := in.Close(); err != nil {
		return err
	}
	(&scope{object: j.object, record: r}).check(&in.List)
	return in.List.Err()
}

// compile prepares fields.
func compile(fields spec.Fields) (*object, error) {
	o := &object{places: map[string]int{}}
	for place, f := range fields {
		c := &field{Field: f, shape: f.Shape(), place: place}
		o.names, o.fields = append(o.names, f.Name), append(o.fields, c)
		o.places[f.Name] = place
		for _, alias := range f.Alias {
			o.places[alias] = place
		}
		if err := c.compile(); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	for _, f := range fields.Defaults() {
		o.defaults = append(o.defaults, o.fields[o.places[f.Name]])
	}
	return o, nil
}

// compile prepares the rules of a field.
func (f *field) compile() (err error) {
	if len(f.Fields) > 0 {
		if f.inner, err = compile(f.Fields); err != nil {
			return err
		}
	}
	if keys := keyed.Pattern(f.Keyed); keys != "" {
		if f.keys, err = regexp.Compile("^(?:" + keys + ")$"); err != nil {
			return err
		}
	}
	if f.shape == spec.Scalars || f.IsTyped() && f.inner == nil {
		f.member = &field{Field: f.Member()}
		f.member.shape = f.member.Shape()
		return f.member.compile()
	}
	if f.Pattern != "" {
		if f.pattern, err = regexp.Compile("^(?:" + f.Pattern + ")$"); err != nil {
			return err
		}
	}
	if f.EnumBy != nil {
		for n := range f.EnumBy.Cases {
			one := &field{Field: f.While(&f.EnumBy.Cases[n]), shape: f.shape, place: f.place}
			if err := one.compile(); err != nil {
				return err
			}
			f.cases = append(f.cases, one)
		}
	}
	switch {
	case !f.IsClosed():
	case f.IsNumberList():
		f.listed = f.AllowedNumbers()
	default:
		f.listed = f.Allowed()
	}
	for _, v := range f.listed {
		if f.IsWhole() && !f.IsNumberList() {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return err
			}
			f.numbers = append(f.numbers, n)
		}
	}
	return nil
}

// value is one decoded field; which member holds it follows from the type.
type value struct {
	text    string
	sent    bool // of a text that distinguishes absent and ""
	null    bool // it was null, where that is a value
	number  wire.Int
	decimal wire.Decimal
	truth   wire.Bool
	time    wire.Time
	texts   []string
	members []value // of an array of scalars
	raw     []byte
	list    []record
	object  record
}

// record is a decoded object: a value for each field.
type record []value

// read decodes the next object of in. A nil in is a member that is no object and
// has been reported.
func (o *object) read(in *wire.Reader) record {
	r := make(record, len(o.fields))
	if in != nil {
		members := in.Object(o.names)
		for members.Next() {
			if place, ok := o.places[members.Key()]; ok {
				o.fields[place].read(&members, &r[place])
			} else {
				members.Skip()
			}
		}
		for _, f := range o.defaults {
			if !(&scope{object: o, record: r}).barred(f) {
				f.setDefault(&r[f.place])
			}
		}
	}
	return r
}

// read decodes one field.
func (f *field) read(o *wire.Object, v *value) {
	if f.MayBeNull() && o.Null(f.place, &v.null) {
		return
	}
	if f.IsPacked() {
		o.Packed(f.place, func(int) { f.readValue(o, v) })
		return
	}
	f.readValue(o, v)
}

// readValue decodes one field as it is.
func (f *field) readValue(o *wire.Object, v *value) {
	switch f.shape {
	case spec.Whole:
		o.Int(f.place, &v.number)
	case spec.Fraction:
		if f.IsLongNumber() {
			o.LongDecimal(f.place, &v.decimal)
			return
		}
		o.Decimal(f.place, &v.decimal)
	case spec.Truth:
		o.Bool(f.place, &v.truth)
	case spec.Moment, spec.Seconds:
		switch layout, named := layouts()[f.Layout]; {
		case f.WrittenLayout() != "":
			o.TimeAs(f.place, &v.time, spec.GoLayout(f.Layout))
		case named && f.Type == spec.Datetime:
			o.TimeAs(f.place, &v.time, layout)
		default:
			o.Time(f.place, &v.time)
		}
	case spec.Day:
		if f.WrittenLayout() != "" {
			o.TimeAs(f.place, &v.time, spec.GoLayout(f.Layout))
		} else {
			o.Date(f.place, &v.time)
		}
	case spec.List, spec.Scalars:
		if f.shape == spec.Scalars {
			f.readScalars(o, v)
			return
		}
		if o.Each(f.place, func(in *wire.Reader) { v.list = append(v.list, f.inner.read(in)) }) && v.list == nil {
			v.list = []record{}
		}
	case spec.Record, spec.Raw:
		if f.IsTyped() {
			f.readEntries(o, v)
			return
		}
		if f.inner == nil {
			f.readRaw(o, v)
			return
		}
		o.Inside(f.place, func(in *wire.Reader) { v.object = f.inner.read(in) })
	default:
		f.readText(o, v)
	}
}

// readRaw keeps the JSON of a value without declared members.
func (f *field) readRaw(o *wire.Object, v *value) {
	switch f.Type {
	case spec.Array:
		o.Array(f.place, &v.raw)
	case spec.Any:
		o.Any(f.place, &v.raw)
	default:
		o.Map(f.place, &v.raw)
	}
}

// readEntries decodes an object whose values are of one kind.
func (f *field) readEntries(o *wire.Object, v *value) {
	if f.inner != nil {
		o.Entries(f.place, &v.raw, func(in *wire.Reader) { v.list = append(v.list, f.inner.read(in)) })
		return
	}
	o.EntryValues(f.place, &v.raw, func(member *wire.Object) bool {
		if f.member.shape == spec.Text {
			var one wire.Text
			member.Text(0, &one)
			v.members = append(v.members, value{text: one.Value})
			return one.Set
		}
		var one value
		f.member.read(member, &one)
		v.members = append(v.members, one)
		return f.member.present(&one)
	})
}

// readScalars decodes an array of scalars.
func (f *field) readScalars(o *wire.Object, v *value) {
	if f.HoldsTexts() {
		o.Strings(f.place, &v.texts)
		for _, text := range v.texts {
			v.members = append(v.members, value{text: text})
		}
		return
	}
	o.Values(f.place, func(member *wire.Object) bool {
		var one value
		f.member.read(member, &one)
		v.members = append(v.members, one)
		return f.member.present(&one)
	})
}

// layouts are the forms of times that are read in a way of their own.
func layouts() map[string]string {
	return map[string]string{"rfc3339": wire.RFC3339, "compact": wire.Compact}
}

// readText decodes a text.
func (f *field) readText(o *wire.Object, v *value) {
	if !f.TellsAbsent() && !f.Blank {
		if f.Digits {
			o.StringOrNumber(f.place, &v.text)
		} else {
			o.String(f.place, &v.text)
		}
		return
	}
	var t wire.Text
	if f.Digits {
		o.TextOrNumber(f.place, &t)
	} else {
		o.Text(f.place, &t)
	}
	v.text, v.sent = t.Value, t.Set
}

// setDefault fills in a value that was not sent.
func (f *field) setDefault(v *value) {
	switch f.shape {
	case spec.Whole:
		if n, err := strconv.ParseInt(f.Default, 10, 64); err == nil && !v.number.Set {
			v.number = wire.IntOf(n)
		}
	case spec.Fraction:
		if !v.decimal.Set {
			v.decimal = wire.DecimalOf(f.Default)
		}
	case spec.Truth:
		if !v.truth.Set {
			v.truth = wire.BoolOf(f.Default == "true" || f.Default == "1")
		}
	default:
		if v.text == "" {
			v.text = f.Default
		}
	}
}
