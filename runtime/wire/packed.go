package wire

import (
	"errors"
	"io"
	"unicode/utf8"

	"github.com/go-faster/jx"
)

// Packed reads a value that travels as the text of its JSON, with the method that reads
// the value itself. The value itself is taken too; null and "" are absent.
func (o *Object) Packed(place int, read func(place int)) {
	if o.in.dec.Next() != jx.String {
		read(place)
		return
	}
	if !o.first(place) {
		return
	}
	text, err := o.in.dec.StrBytes()
	if err != nil {
		o.in.fail(err)
		return
	}
	if len(text) == 0 {
		return
	}
	o.forget(place) // read marks it again
	inside := append([]byte(nil), text...)
	outer, depth, problems := o.in.dec, o.in.depth, o.in.List.Len()
	o.in.dec = jx.Decoder{}
	o.in.dec.ResetBytes(inside)
	kind := o.in.dec.Next()
	if utf8.Valid(inside) && escapesValid(inside) && kind != jx.String && kind != jx.Null {
		read(place)
	} else {
		o.first(place)
		o.in.fail(errShape)
	}
	torn := o.in.err != nil || o.in.dec.Next() != jx.Invalid || !errors.Is(o.in.dec.Skip(), io.EOF)
	o.in.dec, o.in.depth = outer, depth
	if torn && !errors.Is(o.in.err, errLimit) {
		o.in.err = nil
		if o.in.List.Len() == problems {
			o.bad(place)
		}
	}
}

// Packed writes a value as the text of its JSON, with the method that writes a member
// of its name.
func (out *Writer) Packed(name string, write func(out *Writer)) {
	inner := NewWriter(out.zone)
	inner.kept = out.kept
	inner.Begin()
	write(inner)
	inner.End()
	text := string(inner.Bytes())
	front := new(Writer)
	front.Begin()
	front.enc.FieldStart(name)
	if len(text) > len(front.Bytes()) {
		out.String(name, text[len(front.Bytes()):len(text)-1])
	}
}
