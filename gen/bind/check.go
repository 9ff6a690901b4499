package bind

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
)

// check adds to list every rule that a record breaks.
func (s *scope) check(list *problem.List) {
	c := &validate.Checker{List: list, Names: s.names}
	for _, f := range s.fields {
		s.presence(c, f)
		if s.barred(f) {
			c.Absent(f.Name, f.present(&s.record[f.place]))
		}
		s.rules(c, s.under(f), s.record)
	}
}

// scope is a record with those that it is in, at which its conditions may look.
type scope struct {
	*object
	record record
	up     *scope
}

// within is the scope of a record in a field.
func (s *scope) within(f *field, r record) *scope { return &scope{f.inner, r, s} }

// under is the field while the one that decides about its values has the value that it
// has in a record.
func (s *scope) under(f *field) *field {
	for _, one := range f.cases {
		m := f.EnumBy.Cases[slices.Index(f.cases, one)].Match
		if other, v := s.decider(f, m.Name); other.is(v, m) {
			return one
		}
	}
	return f
}

// presence validates that a required field is there.
func (s *scope) presence(c *validate.Checker, f *field) {
	v := &s.record[f.place]
	switch {
	case f.Blank:
		c.Present(f.Name, f.sent(v))
	case f.MayBeNull():
		c.Present(f.Name, v.null || f.sent(v) || f.present(v))
	case f.IsRequired() && f.IsText() && f.Separator != "":
		c.RequiredParts(f.Name, v.text, f.Separator)
	case f.IsRequired() && f.IsText():
		c.Required(f.Name, v.text)
	case f.IsRequired():
		c.Present(f.Name, f.present(v))
	case f.IsConditional() && s.needed(f) && f.IsText():
		c.Needed(f.Name, v.text)
	case f.IsConditional() && s.needed(f):
		c.NeededPresent(f.Name, f.present(v))
	}
}

// rules validates a present value.
func (s *scope) rules(c *validate.Checker, f *field, r record) {
	v := &r[f.place]
	switch f.shape {
	case spec.Whole:
		switch {
		case f.IsSum():
			c.IntSumOf(f.Name, v.number, f.numbers...)
		case f.IsNumberList():
			c.IntAmong(f.Name, v.number, f.listed...)
		case f.numbers != nil:
			c.IntOneOf(f.Name, v.number, f.numbers...)
		}
		if n, ok := bound(f.Min); ok {
			c.Min(f.Name, v.number, n)
		}
		if n, ok := bound(f.Max); ok {
			c.Max(f.Name, v.number, n)
		}
	case spec.Fraction:
		f.digits(c, v)
		if f.IsNumberList() {
			c.NumberAmong(f.Name, v.decimal, f.listed...)
		}
		if f.Min != "" {
			c.DecimalMin(f.Name, v.decimal, f.Min)
		}
		if f.Max != "" {
			c.DecimalMax(f.Name, v.decimal, f.Max)
		}
	case spec.Scalars:
		f.items(c, len(v.members))
		s.members(c, f, v)
	case spec.List, spec.Raw: // of a map, its values
		if f.Type == spec.Map && (f.MinItems > 0 || f.MaxItems > 0) {
			c.Properties(f.Name, v.raw, f.MinItems, f.MaxItems)
		} else {
			f.items(c, len(v.list))
		}
		if f.keys != nil {
			c.Keys(f.Name, v.raw, f.keys)
		}
		s.members(c, f, v)
		for n, member := range v.list {
			c.Enter(f.Name, n)
			s.within(f, member).check(c.List)
			c.Leave()
		}
	case spec.Record:
		if v.object != nil {
			c.Enter(f.Name, -1)
			s.within(f, v.object).check(c.List)
			c.Leave()
		}
	case spec.Truth, spec.Moment, spec.Seconds, spec.Day:
	default:
		s.text(c, f, r)
	}
}

// members validates the scalars in an array or a map.
func (s *scope) members(c *validate.Checker, f *field, v *value) {
	for n := range v.members {
		c.Enter(f.Name, n)
		s.rules(c, f.member, record{v.members[n]})
		c.Leave()
	}
}

// items counts the members of an array.
func (f *field) items(c *validate.Checker, n int) {
	if f.MinItems > 0 || f.MaxItems > 0 {
		c.Items(f.Name, n, f.MinItems, f.MaxItems)
	}
}

// digits counts the digits of a number.
func (f *field) digits(c *validate.Checker, v *value) {
	switch {
	case f.Decimals.Set && f.Rounded:
		c.PlacesRounded(f.Name, v.decimal, f.WholeDigits(), f.Decimals.N)
	case f.Decimals.Set:
		c.Places(f.Name, v.decimal, f.WholeDigits(), f.Decimals.N)
	}
}

// text validates a text.
func (s *scope) text(c *validate.Checker, f *field, r record) {
	text := r[f.place].text
	longest, shortest := c.MaxChars, c.MinChars
	switch f.LengthIn {
	case spec.LengthBytes:
		longest, shortest = c.MaxBytes, c.MinBytes
	case spec.LengthGBK:
		longest, shortest = c.MaxGBK, c.MinGBK
	}
	if f.Length > 0 {
		longest(f.Name, text, f.Length)
	}
	if f.MinLength > 0 {
		shortest(f.Name, text, f.MinLength)
	}
	switch {
	case f.listed != nil && f.Separator != "":
		c.EachOf(f.Name, text, f.Separator, f.listed...)
	case f.listed != nil:
		c.OneOf(f.Name, text, f.listed...)
	}
	begin, begins := "", f.StartsWith != ""
	if begins {
		_, v := s.decider(f, f.StartsWith)
		begin = v.text
		c.StartsWith(f.Name, text, begin)
	}
	switch {
	case f.pattern != nil && begins:
		c.PatternBehind(f.Name, text, begin, f.pattern)
	case f.pattern != nil:
		c.Pattern(f.Name, text == "" || f.pattern.MatchString(text))
	}
	if !s.formatted(f) {
		return
	}
	switch f.Format {
	case "mobile":
		c.Mobile(f.Name, text)
	case "idcard":
		c.IDCard(f.Name, text)
	case "email":
		c.Email(f.Name, text)
	}
}

// formatted reports whether a field's format is validated at all.
func (s *scope) formatted(f *field) bool {
	for _, m := range f.FormatIf {
		if other, v := s.decider(f, m.Name); other.present(v) && !other.is(v, m) {
			return false
		}
	}
	return true
}

// needed reports whether the condition holds under which a field is required.
func (s *scope) needed(f *field) bool {
	has := func(name string) bool { return s.has(f, name) }
	lacks := func(name string) bool { return !has(name) }
	switch {
	case len(f.RequiredIf) > 0:
		return s.met(f, f.RequiredIf)
	case len(f.RequiredUnless) > 0:
		return !s.met(f, f.RequiredUnless)
	case len(f.RequiredWith) > 0:
		return slices.ContainsFunc(f.RequiredWith, has)
	case len(f.RequiredWithout) > 0:
		return slices.ContainsFunc(f.RequiredWithout, lacks)
	case len(f.RequiredWithoutAll) > 0:
		return !slices.ContainsFunc(f.RequiredWithoutAll, has)
	}
	return false
}

// barred reports whether a condition forbids a field.
func (s *scope) barred(f *field) bool {
	return len(f.PresentIf) > 0 && !s.met(f, f.PresentIf) || len(f.AbsentIf) > 0 && s.met(f, f.AbsentIf) ||
		slices.ContainsFunc(f.AbsentWith, func(name string) bool { return s.has(f, name) })
}

// met reports whether the fields beside one meet all conditions of a list.
func (s *scope) met(f *field, list []spec.Match) bool {
	for _, m := range list {
		if other, v := s.decider(f, m.Name); !other.is(v, m) {
			return false
		}
	}
	return true
}

// has reports whether the field that a condition of another one names was sent with a
// value.
func (s *scope) has(f *field, name string) bool {
	other, v := s.decider(f, name)
	return other.present(v)
}

// decider is the field that a condition of f names, and its value: beside f, beside an
// object that f is in, or in an object beside these. It is f itself where there is none.
func (s *scope) decider(f *field, name string) (*field, *value) {
	levels, own := spec.Outward(name)
	at := s
	for ; levels > 0 && at.up != nil; levels-- {
		at = at.up
	}
	steps := strings.Split(own, "/")
	fields, in := at.object, at.record
	for n, step := range steps {
		other := fields.sibling(step)
		if other == nil || levels > 0 {
			break
		}
		v := &value{} // of an object that was not sent
		if in != nil {
			v = &in[other.place]
		}
		if n == len(steps)-1 {
			return other, v
		}
		fields, in = other.inner, v.object
	}
	return f, &s.record[f.place]
}

// sibling finds the field called name; nil where there is none.
func (o *object) sibling(name string) *field {
	for _, other := range o.fields {
		if other.Name == name {
			return other
		}
	}
	return nil
}

// present reports whether a field was sent with a value.
func (f *field) present(v *value) bool {
	switch f.shape {
	case spec.Whole:
		return v.number.Set
	case spec.Fraction:
		return v.decimal.Set
	case spec.Truth:
		return v.truth.Set
	case spec.Moment, spec.Day, spec.Seconds:
		return v.time.Set
	case spec.List, spec.Scalars:
		return len(v.list)+len(v.members) > 0
	case spec.Record, spec.Raw:
		return v.object != nil || len(v.raw) > 0
	}
	return v.text != ""
}

// sent reports whether a field was sent at all, be it without a value.
func (f *field) sent(v *value) bool {
	switch f.shape {
	case spec.Whole:
		return v.number.Sent()
	case spec.Fraction:
		return v.decimal.Sent()
	case spec.Truth:
		return v.truth.Sent()
	case spec.Moment, spec.Day, spec.Seconds:
		return v.time.Sent()
	case spec.List, spec.Scalars:
		return v.list != nil || v.texts != nil
	}
	return v.sent
}

// is reports whether a field was sent with a value that meets a condition.
func (f *field) is(v *value, m spec.Match) bool {
	switch f.shape {
	case spec.Whole:
		return v.number.Set && m.Meets(strconv.FormatInt(v.number.Value, 10))
	case spec.Fraction:
		return v.decimal.Set && m.Meets(v.decimal.Value)
	case spec.Truth:
		return slices.ContainsFunc(m.Values(), func(want string) bool { return v.truth == wire.BoolOf(want == "true") })
	}
	return slices.Contains(m.Values(), v.text)
}

// bound is a declared bound of a whole number.
func bound(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}
