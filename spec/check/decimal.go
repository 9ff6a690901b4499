package check

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/spec"
)

// checkSizes wants digits and characters that a value of the field can have.
func checkSizes(d *checked, p place) {
	no := func(key, hint, format string, args ...any) { d.Add("JK0132", p.Where(key), hint, format, args...) }
	typ := p.Item()
	switch {
	case p.Decimals.Set && !typ.IsFraction():
		no("places", "make it a decimal", "places is not allowed on %s", typ)
	case p.Rounded && !p.Decimals.Set:
		no("rounded", "add places", "rounded needs places")
	case p.Decimals.Set && p.Length > 0 && p.Decimals.N > p.Length:
		no("places", "length counts the digits on both sides of the point", "%d digits cannot have %d of them behind the point",
			p.Length, p.Decimals.N)
	case p.Decimals.Set && p.Length-p.Decimals.N > spec.MostDigits:
		no("length", "at most 38, or make it a string", "%s may have %d digits in front of its point, which numbers here do not have", p.Name, p.Length-p.Decimals.N)
	case p.Decimals.Set && p.WholeDigits()+p.Decimals.N > spec.MostOfNumber:
		no("places", "62 digits are the most, on both sides of the point", "%s may have %d digits", p.Name, p.WholeDigits()+p.Decimals.N)
	case p.LengthIn != "" && (!typ.IsText() || p.Length == 0 && p.MinLength == 0):
		no("length_in", "give it a length", "length_in says what the length of a text counts, and %s has none", p.Name)
	case p.MinLength > 0 && !typ.IsText():
		no("min_length", "leave it out", "min_length is not allowed on %s", typ)
	case p.MinLength > 0 && p.Length > 0 && p.MinLength > p.Length:
		no("min_length", "swap the two", "at least %d characters cannot be at most %d", p.MinLength, p.Length)
	case p.AsText && p.Type.IsText():
		d.Add("JK0132", p.At("as"), "leave it out", "%s is a text already", p.Name)
	case p.AsText && p.IsNested() && p.Parent == nil && p.In != "body":
		d.Add("JK0132", p.At("as"), "leave it out", "outside of a JSON body %s is a text anyway", p.Name)
	case p.AsText && !typ.IsNumber() && !p.IsNested():
		d.Add("JK0132", p.At("as"), "leave it out", "a %s cannot travel as a text", typ)
	}
}

// checkStored wants every number that a field can carry to fit the column that it is
// written to, and what a column holds to fit the field that it fills: PostgreSQL would
// round it, or refuse the whole statement.
func checkStored(d *checked, x *spec.Interface, st *spec.AnswerStep) {
	for _, a := range st.Set {
		if a.Field == nil || a.Map != nil || !a.Field.IsFraction() {
			continue
		}
		if c := st.Table.Column(a.To); c != nil {
			d.written(a.Field, c)
		}
	}
	for _, a := range st.Return {
		if f := x.Response.At(a.To); f != nil {
			d.answered(f, sourceColumn(x, st, a))
		}
	}
}

// checkReturned is checkStored for what fills the response outside of arrays.
func checkReturned(d *checked, x *spec.Interface) {
	if x.Answer == nil {
		return
	}
	for _, a := range x.Answer.Return {
		if f := x.Response.At(a.To); f != nil {
			d.answered(f, sourceColumn(x, nil, a))
		}
	}
}

// sourceColumn is the column that an assignment takes, or nil.
func sourceColumn(x *spec.Interface, st *spec.AnswerStep, a *spec.Assign) *spec.Column {
	if a.Column == "" || a.Map != nil {
		return nil
	}
	for _, other := range x.Answer.Steps {
		if a.Step != "" && other.Name == a.Step {
			return other.Table.Column(a.Column)
		}
	}
	if st == nil {
		return nil
	}
	return st.Table.Column(a.Column)
}

// written holds a field of a request against its column.
func (d *checked) written(f *spec.Field, c *spec.Column) {
	switch {
	case c.Type == spec.Number && f.Decimals.Set:
		d.Add("JK0436", f.Where("type"), "make the column a decimal", "the column %s keeps no exact numbers, %s has places", c.Name, f.Name)
	case c.Type != spec.Decimal:
	case !f.Decimals.Set || f.Rounded && f.Decimals.N != c.Decimals:
		d.Add("JK0436", f.Where("type"), fits(c), "%s may have more than the %d places of the column %s", f.Name, c.Decimals, c.Name)
	case f.Decimals.N > c.Decimals:
		d.Add("JK0436", f.Where("places"), fits(c), "%s has %d places, the column %s %d", f.Name, f.Decimals.N, c.Name, c.Decimals)
	case f.WholeDigits() > c.Length-c.Decimals:
		d.Add("JK0436", f.Where("length"), fits(c), "%s has %d digits in front of the point, the column %s %d",
			f.Name, f.WholeDigits(), c.Name, c.Length-c.Decimals)
	}
}

// fits is the hint for a number that its column cannot keep.
func fits(c *spec.Column) string {
	return fmt.Sprintf("write type: decimal(%d,%d), or give the column more", c.Length, c.Decimals)
}

// answered holds a field of a reply against the column that fills it.
func (d *checked) answered(f *spec.Field, c *spec.Column) {
	if c == nil || !f.Decimals.Set || f.Rounded || !f.IsFraction() || c.Type == spec.Int {
		return
	}
	if c.Type != spec.Decimal || c.Decimals > f.Decimals.N || c.Length-c.Decimals > f.WholeDigits() {
		d.Add("JK0436", f.Where("places"), "add rounded: true, or give the field the places of the column",
			"the column %s may hold what %s has no digits for", c.Name, f.Name)
	}
}
