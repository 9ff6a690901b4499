package wire

import (
	"github.com/go-faster/jx"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Decoder is a generated struct, which reads itself.
type Decoder[T any] interface {
	*T
	Decode(in *Reader)
}

// List reads an array of objects into dst; null and "" leave it nil.
func List[T any, P Decoder[T]](o *Object, place int, dst *[]T) {
	iter, ok := o.array(place)
	if !ok {
		return
	}
	*dst = []T{}
	in := o.in
	for iter.Next() {
		if len(*dst) >= in.limits.Elements {
			in.fail(errLimit)
			return
		}
		*dst = append(*dst, *new(T))
		in.List.Enter(o.names[place], place, len(*dst)-1)
		if in.dec.Next() == jx.Object {
			P(&(*dst)[len(*dst)-1]).Decode(in)
		} else {
			in.skip()
			in.List.AddHere(problem.Type)
		}
		in.List.Leave()
		if in.err != nil {
			return
		}
	}
	o.endArray(&iter)
}

// Struct reads an object into *dst; null and "" leave it nil.
func Struct[T any, P Decoder[T]](o *Object, place int, dst **T) {
	if !o.first(place) || o.absent(place) {
		return
	}
	if o.in.dec.Next() != jx.Object {
		o.other(place)
		return
	}
	*dst = new(T)
	o.in.List.Enter(o.names[place], place, -1)
	P(*dst).Decode(o.in)
	o.in.List.Leave()
}

// Strings reads an array of strings; null and "" leave it nil.
func (o *Object) Strings(place int, dst *[]string) {
	iter, ok := o.array(place)
	if !ok {
		return
	}
	*dst = []string{}
	for iter.Next() {
		if len(*dst) >= o.in.limits.Elements {
			o.in.fail(errLimit)
			return
		}
		if o.in.dec.Next() != jx.String {
			o.other(place)
			*dst = append(*dst, "")
			continue
		}
		b, err := o.in.dec.StrBytes()
		if err != nil {
			o.in.fail(err)
			return
		}
		*dst = append(*dst, alias(b))
	}
	o.endArray(&iter)
}

// members goes through the members of an array, or through one that stands for it.
type members struct {
	jx.ArrIter
	lone, over bool
}

// Next reports whether there is a further member.
func (m *members) Next() bool {
	if !m.lone {
		return m.ArrIter.Next()
	}
	first := !m.over
	m.over = true
	return first
}

// array begins an array. ok is false when there is none to read.
func (o *Object) array(place int) (iter members, ok bool) {
	if !o.first(place) {
		return iter, false
	}
	if o.in.limits.Lone && o.lone() {
		return members{lone: true}, true
	}
	if o.absent(place) {
		return iter, false
	}
	if o.in.dec.Next() != jx.Array {
		o.other(place)
		return iter, false
	}
	if !o.in.down() {
		return iter, false
	}
	var err error
	if iter.ArrIter, err = o.in.dec.ArrIter(); err != nil {
		o.in.fail(err)
		return iter, false
	}
	return iter, true
}

// lone reports whether what comes is an object or a text that says something.
func (o *Object) lone() bool {
	switch o.in.dec.Next() {
	case jx.Object:
		return true
	case jx.String:
		said := false
		err := o.in.dec.Capture(func(d *jx.Decoder) error {
			b, err := d.StrBytes()
			said = len(b) > 0
			return err
		})
		return err == nil && said
	}
	return false
}

// endArray leaves an array that was read to its end.
func (o *Object) endArray(iter *members) {
	if iter.lone {
		return
	}
	o.in.depth--
	o.in.fail(iter.Err())
}

// absent skips null and "", which mean absent, and any other text, which is a
// problem.
func (o *Object) absent(place int) bool {
	switch o.in.dec.Next() {
	case jx.Null:
		o.in.null()
		return true
	case jx.String:
		b, err := o.in.dec.StrBytes()
		if err != nil {
			o.in.fail(err)
		} else if len(b) > 0 {
			o.bad(place)
		}
		return true
	}
	return false
}

// null passes over null.
func (in *Reader) null() {
	in.fail(in.dec.Null())
}

// skip passes over any value, held to the same rules as one that is read.
func (in *Reader) skip() {
	if in.err != nil {
		return
	}
	switch in.dec.Next() {
	case jx.Object:
		o := in.Object(nil)
		for o.Next() {
			o.Skip()
		}
	case jx.Array:
		if !in.down() {
			return
		}
		iter, err := in.dec.ArrIter()
		if err != nil {
			in.fail(err)
			return
		}
		for n := 0; in.err == nil && iter.Next(); n++ {
			if n >= in.limits.Elements {
				in.fail(errLimit)
				return
			}
			in.skip()
		}
		in.depth--
		in.fail(iter.Err())
	case jx.Number:
		if raw, err := in.dec.Raw(); err != nil {
			in.fail(err)
		} else if !bounded(alias(raw)) {
			in.fail(errLimit)
		}
	default:
		in.fail(in.dec.Skip())
	}
}
