package wire

import (
	"time"

	"github.com/go-faster/jx"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Entries is Map of an object whose values are objects of one kind: each is read as a
// T, and the JSON of all is kept.
func Entries[T any, P Decoder[T]](o *Object, place int, dst *[]byte) {
	o.Entries(place, dst, func(in *Reader) {
		if in != nil {
			P(new(T)).Decode(in)
		}
	})
}

// Entries is Map of an object whose values are objects of one kind. It calls read with
// in at each of them, and with nil for a value that is none and has been reported.
func (o *Object) Entries(place int, dst *[]byte, read func(in *Reader)) {
	o.entries(place, dst, func(in *Reader) {
		if in.dec.Next() == jx.Object {
			read(in)
			return
		}
		in.skip()
		in.List.AddHere(problem.Type)
		read(nil)
	})
}

// EntryValues is Entries of scalars. It calls read as Values does.
func (o *Object) EntryValues(place int, dst *[]byte, read func(member *Object) bool) {
	o.entries(place, dst, func(in *Reader) {
		member, before := Object{in: in, alone: true}, in.List.Len()
		if there := read(&member); !there && in.List.Len() == before && in.err == nil {
			in.List.AddHere(problem.Type)
		}
	})
}

// entries reads an object, and then its values once more, one by one. The first reading
// found that all of it is JSON.
func (o *Object) entries(place int, dst *[]byte, read func(in *Reader)) {
	o.Map(place, dst)
	if o.in.err != nil || *dst == nil {
		return
	}
	in := o.in
	outer := in.dec
	in.dec = jx.Decoder{}
	in.dec.ResetBytes(*dst)
	members := in.Object(nil)
	for n := 0; members.Next(); n++ {
		in.List.Enter(o.names[place], place, n)
		read(in)
		in.List.Leave()
	}
	in.dec = outer
}

// EachValue calls read at each value of an object of scalars that EntryValues kept.
func EachValue(kept []byte, read func(n int, member *Object)) {
	each(kept, func(n int, members *Object) { read(n, &Object{in: members.in, alone: true}) })
}

// EachEntry counts the values of an object that Entries kept. It calls read, nil: nothing, at each
// that is an object, with the number of those before it.
func EachEntry(kept []byte, read func(n int, in *Reader)) (n int) {
	return each(kept, func(n int, members *Object) {
		if read != nil && members.in.dec.Next() == jx.Object {
			read(n, members.in)
		} else {
			members.in.skip()
		}
	})
}

// HasKeys reports whether the names of all values of an object that was kept are fine.
func HasKeys(kept []byte, fine func(name string) bool) bool {
	all := true
	each(kept, func(_ int, members *Object) {
		all = all && fine(members.Key())
		members.in.skip()
	})
	return all
}

// each calls read at each value of an object, and counts them. Faults were found when it was kept.
func each(kept []byte, read func(n int, members *Object)) (n int) {
	if len(kept) == 0 {
		return 0
	}
	in := NewReader(kept, time.UTC, Limits{})
	members := in.Object(nil)
	for ; members.Next(); n++ {
		read(n, &members)
	}
	_ = in.Close()
	return n
}
