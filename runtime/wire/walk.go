package wire

import (
	"github.com/go-faster/jx"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Each is List for programs that have no struct for the members: it calls read
// with in at each object of an array. It reports whether there was an array; null
// and "" are none.
func (o *Object) Each(place int, read func(in *Reader)) bool {
	iter, ok := o.array(place)
	if !ok {
		return false
	}
	in := o.in
	for n := 0; iter.Next(); n++ {
		if n >= in.limits.Elements {
			in.fail(errLimit)
			return true
		}
		in.List.Enter(o.names[place], place, n)
		if in.dec.Next() == jx.Object {
			read(in)
		} else {
			in.skip()
			in.List.AddHere(problem.Type)
			read(nil)
		}
		in.List.Leave()
		if in.err != nil {
			return true
		}
	}
	o.endArray(&iter)
	return true
}

// Inside is Struct for programs that have no struct for the object: it calls read
// with in at the object. It reports whether there was one; null and "" are none.
func (o *Object) Inside(place int, read func(in *Reader)) bool {
	if !o.first(place) || o.absent(place) {
		return false
	}
	if o.in.dec.Next() != jx.Object {
		o.other(place)
		return false
	}
	o.in.List.Enter(o.names[place], place, -1)
	read(o.in)
	o.in.List.Leave()
	return true
}
