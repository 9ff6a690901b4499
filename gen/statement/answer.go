package statement

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// Answer is the compiled answer of an interface: a report writes and then reads, a
// query checks and reads. Both first fill the fields that need no statement.
type Answer struct {
	Of      *spec.Interface
	Objects spec.Fields // of the response, the parents of fields
	Fixed   []Fixed
	Write   *Statement // nil: it writes nothing
	Checks  *Statement // nil: there are none, or Write makes them
	Before  *Statement // of a Write that hashes passwords: its refusals, which come first; else nil
	Reads   []*Read
}

// Fixed is a field of the response that is filled without the database: with a
// field of the request, or a constant.
type Fixed struct {
	To    *spec.Field
	From  *spec.Field // of the request; nil: Value
	Value string
	Pos   spec.Pos
}

// Compile compiles the answer of an interface that is neither written by hand nor a
// notification.
func Compile(i *spec.Interface) (*Answer, error) {
	a := &Answer{Of: i}
	var err error
	steps := i.Answer.Steps
	if i.Kind == spec.Report && i.Answer.Token == 0 {
		if a.Write, err = write(i); err != nil {
			return nil, err
		}
		if a.Before, err = before(i, a.Write); err != nil {
			return nil, err
		}
		_, steps = split(i.Answer)
	} else if a.Checks, err = checks(i); err != nil {
		return nil, err
	}
	if a.Reads, err = reads(i, steps); err != nil {
		return nil, err
	}
	if a.Write == nil {
		read, err := rest(i, steps)
		if err != nil {
			return nil, err
		}
		if read != nil {
			a.Reads = append(a.Reads, read)
		}
	}
	for _, s := range i.Answer.Steps {
		for _, f := range s.Fills() {
			a.Objects = Around(a.Objects, f, nil)
		}
	}
	for _, one := range i.Answer.Return {
		f := i.Response.At(one.To)
		a.Objects = holders(a.Objects, f, nil)
		switch {
		case one.Field != nil && one.Map == nil:
			a.Fixed = append(a.Fixed, Fixed{To: f, From: one.Field, Pos: one.Pos})
		case one.Value != nil:
			a.Fixed = append(a.Fixed, Fixed{To: f, Value: *one.Value, Pos: one.Pos})
		}
	}
	return a, nil
}

// Objects are the objects inside the rows that a read fills, each behind the one that it is in.
func (r *Read) Objects() (out spec.Fields) {
	for _, c := range r.Columns {
		if c.Field != nil {
			out = holders(out, c.Field, r.Into)
		}
	}
	return out
}

// holders is Around for a field of a reply; one that is a required object is made with them,
// since its column may hold none.
func holders(known spec.Fields, f, in *spec.Field) spec.Fields {
	known = Around(known, f, in)
	if f != in && f.Shape() == spec.Record && f.IsRequired() && !f.Nullable && !slices.Contains(known, f) {
		known = append(known, f)
	}
	return known
}

// Around adds the objects that a field is in, up to in, to those that are known: the outermost
// first.
func Around(known spec.Fields, f, in *spec.Field) spec.Fields {
	if f == in || f.Parent == in || slices.Contains(known, f.Parent) {
		return known
	}
	return append(Around(known, f.Parent, in), f.Parent)
}

// fixed reports whether a field of the response needs no statement.
func fixed(a *spec.Assign) bool {
	return a.Field != nil && a.Map == nil || a.Value != nil
}

// Statements are all statements of the answer.
func (a *Answer) Statements() []*Statement {
	var out []*Statement
	for _, s := range []*Statement{a.Before, a.Write, a.Checks} {
		if s != nil {
			out = append(out, s)
		}
	}
	for _, r := range a.Reads {
		out = append(out, r.Statement)
		if r.Count != nil {
			out = append(out, r.Count)
		}
	}
	return out
}
