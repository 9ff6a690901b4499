package validate

import (
	"regexp"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// Object is a generated struct that reads and validates itself.
type Object[T any] interface {
	*T
	Decode(in *wire.Reader)
	Check(list *problem.List)
}

// Entries validates the values of an object that is kept as JSON: each is read as a T
// and held to its rules.
func Entries[T any, P Object[T]](c *Checker, name string, kept []byte) {
	EntriesWith[T](c, name, kept, func(one P) { one.Check(c.List) })
}

// Decoder is a generated struct that reads itself.
type Decoder[T any] interface {
	*T
	Decode(in *wire.Reader)
}

// EntriesWith is Entries with a check of its own for each value.
func EntriesWith[T any, P Decoder[T]](c *Checker, name string, kept []byte, check func(P)) {
	wire.EachEntry(kept, func(n int, in *wire.Reader) {
		one := P(new(T))
		one.Decode(in)
		c.Enter(name, n)
		check(one)
		c.Leave()
	})
}

// Values calls check at each value of an object of scalars that is kept as JSON, within its
// path.
func Values(c *Checker, name string, kept []byte, check func(member *wire.Object)) {
	wire.EachValue(kept, func(n int, member *wire.Object) {
		c.Enter(name, n)
		check(member)
		c.Leave()
	})
}

// Keys matches the names of the members of an object that is kept as JSON.
func (c *Checker) Keys(name string, kept []byte, pattern *regexp.Regexp) {
	c.Pattern(name, wire.HasKeys(kept, pattern.MatchString))
}

// Properties counts the members of an object that is kept as JSON and is there; 0 is no bound.
func (c *Checker) Properties(name string, kept []byte, least, most int) {
	if len(kept) > 0 && !within(wire.EachEntry(kept, nil), least, most) {
		c.add(problem.Length, name)
	}
}
