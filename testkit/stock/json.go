package stock

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// jsonOf is the JSON of a column: in the shape of the field that reads it, or that
// fills it, since every reply is made of what such a field takes.
func (t *Table) jsonOf(c *spec.Column, seed uint64) string {
	if f := t.bound(c.Name); f != nil {
		if v := jsonValue(f, seed); v != nil {
			return v.String()
		}
	}
	return fmt.Sprintf(`{"n":%d}`, seed%1000)
}

// bound is a nested field that is read from a column, or else fills it; nil where there
// is none. What fills it with objects has all members that any reply shows.
func (t *Table) bound(column string) (found *spec.Field) {
	nested := func(list []*spec.Field) {
		for _, f := range list {
			if f.IsNested() {
				found = f
			}
		}
	}
	nested(t.known.Shown(column))
	if found == nil || found.Shape().IsObjects() {
		nested(t.known.Filled(column))
	}
	return found
}

// jsonValue is a value of a nested field; nil where any object is one.
func jsonValue(f *spec.Field, seed uint64) *tree.Value {
	switch {
	case f.Shape() == spec.List:
		return &tree.Value{Items: []*tree.Value{objectOf(f.Fields, seed), objectOf(f.Fields, seed+1)}}
	case f.Shape() == spec.Record:
		return objectOf(f.Fields, seed)
	case f.Shape() == spec.Scalars:
		return &tree.Value{Items: []*tree.Value{scalarOf(f.Member(), seed), scalarOf(f.Member(), seed+1)}}
	case f.IsTyped() && len(f.Fields) > 0:
		return sample.Entries(f, objectOf(f.Fields, seed))
	case f.IsTyped():
		return sample.Entries(f, scalarOf(f.Member(), seed))
	case f.Type == spec.Array:
		return &tree.Value{Items: []*tree.Value{tree.Raw(fmt.Sprint(seed % 1000))}}
	}
	return nil
}

// objectOf is an object with a value of every member.
func objectOf(fields spec.Fields, seed uint64) *tree.Value {
	out := &tree.Value{Members: []tree.Member{}}
	for n, f := range fields {
		v := jsonValue(f, seed)
		switch {
		case v == nil && f.IsNested():
			v = sample.Raw(f)
		case v == nil:
			v = scalarOf(f, seed+uint64(n))
		}
		out.Members = append(out.Members, tree.Member{Name: f.Name, Value: v})
	}
	return out
}

// scalarOf is a value of a field that is not nested.
func scalarOf(f *spec.Field, seed uint64) *tree.Value {
	switch {
	case f.IsTime():
		plain := *f
		if f.Type != spec.Epoch {
			plain.Layout = "" // the one that a column keeps
		}
		return sample.Moment(&plain)
	case f.Enum != nil && len(f.Enum.Values) > 0:
		return sample.Scalar(f, f.Enum.Values[int(seed%uint64(len(f.Enum.Values)))].Sample())
	case f.Type == spec.Bool:
		return tree.Raw("true")
	case f.IsNumber() && f.Min != "":
		return sample.Scalar(f, f.Min)
	case f.IsNumber():
		return sample.Scalar(f, fmt.Sprint(seed%9))
	}
	s, err := sample.Varied(f, seed)
	if err != nil {
		return tree.Text("")
	}
	return sample.Scalar(f, s)
}
