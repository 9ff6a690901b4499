package diff

import (
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff/pattern"
)

// lengths compares how long texts may and must be. Where the unit is another one too, a
// number alone says nothing: what decides is whether a text that is right in one revision may
// be too long or too short for the other one.
func (s side) lengths(was, is *spec.Field) {
	if was.LengthIn == is.LengthIn {
		s.most("length", "length", effective(was, is), effective(is, was), was, is)
		s.said(was, is)
		s.least("min-length", "min_length", was.MinLength, is.MinLength, was, is)
		return
	}
	longest := func(a, b *spec.Field) bool { // no text of a is too long for b
		return b.Length == 0 || a.Length != 0 && pattern.Longest(b.LengthIn, a.LengthIn, a.Length) <= b.Length
	}
	shortest := func(a, b *spec.Field) bool {
		return pattern.Shortest(b.LengthIn, a.LengthIn, a.MinLength) >= b.MinLength
	}
	s.unlike("length", "length", longest(was, is), longest(is, was), was.Length, is.Length, was, is)
	s.unlike("min-length", "min_length", shortest(is, was), shortest(was, is), was.MinLength, is.MinLength, was, is)
}

// unlike notes limits of two units: raised unless the later one is kept by all that kept the
// earlier one the other way round, and lowered likewise. Both may be true.
func (s side) unlike(part, key string, up, down bool, before, after int, was, is *spec.Field) {
	said := func(n int, f *spec.Field) string {
		if n == 0 {
			return ""
		}
		return number(n) + " " + unitOf(f)
	}
	if before == 0 && after == 0 {
		return
	}
	if !up {
		s.on(part+"-lowered", said(before, was), said(after, is), was, is, key)
	}
	if !down {
		s.on(part+"-raised", said(before, was), said(after, is), was, is, key)
	}
}
