package mock

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// maxMembers is of an array that is made up.
const maxMembers = 3

// fullness is which fields of a response are there.
type fullness int

const (
	whole   fullness = iota // all
	mixed                   // some that are optional are left out
	minimal                 // required members only; lists are empty
)

// draft makes up a response.
type draft struct {
	r     *rand.Rand
	zone  *time.Location
	full  fullness
	given map[string]*tree.Value // by path: values that are not made up; nil: it is left out
	mark  *spec.Field            // of an incremental list: the field of the latest time
	most  int                    // members of an array at the top
	// around tells the values of the object that is being made, and of those that it is in.
	around func(name string) (string, bool)
}

// object makes up the members of an object: first the independent ones, then those
// that begin with another one's value.
func (d *draft) object(fields spec.Fields) (*tree.Value, error) {
	made := map[string]*tree.Value{}
	up := d.around
	defer func() { d.around = up }()
	d.around = spec.Around(func(name string) (string, bool) { return plainOf(madeAt(made, name)) }, up)
	for _, dependent := range []bool{false, true} {
		for _, f := range fields.Settled() {
			if (f.StartsWith != "") != dependent || !d.wants(f) {
				continue
			}
			v, err := d.field(f.Under(d.around))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.Path, err)
			}
			if made[f.Name] = v; dependent && d.given[f.Path] == nil {
				d.begin(f, made)
			}
		}
	}
	out := &tree.Value{Members: []tree.Member{}}
	for _, f := range fields {
		if f.Forbidden(d.around) {
			delete(made, f.Name)
		}
		if v := made[f.Name]; v != nil {
			out.Members = append(out.Members, tree.Member{Name: f.Name, Value: v})
		}
	}
	return out, nil
}

// plainOf is the text of a value that is there.
// madeAt is a made value by its name, or by a path into it; nil where there is none.
func madeAt(made map[string]*tree.Value, path string) *tree.Value {
	name, further, inside := strings.Cut(path, "/")
	if v := made[name]; v == nil || !inside {
		return v
	}
	return made[name].Get(further)
}

func plainOf(v *tree.Value) (string, bool) {
	if v == nil {
		return "", false
	}
	text, _ := v.Plain()
	return text, true
}

// begin puts the value of the field that f begins with before f's own, which is
// shortened if both do not fit.
func (d *draft) begin(f *spec.Field, made map[string]*tree.Value) {
	other := made[f.StartsWith]
	if other == nil {
		return
	}
	first, begins := other.Plain()
	rest, ends := made[f.Name].Plain()
	if !begins || !ends {
		return
	}
	if f.Fit(first+rest) != first+rest {
		room := f.Rules
		room.Length = max(1, f.Length-f.Size(rest))
		first = room.Fit(first)
		made[f.StartsWith] = tree.Text(first)
	}
	made[f.Name] = tree.Text(first + rest)
}

// wants says whether a field is there. A field that a condition demands is.
func (d *draft) wants(f *spec.Field) bool {
	if v, said := d.given[f.Path]; said && v == nil {
		return false
	}
	switch {
	case d.givenIn(f), f.IsRequired(), f.IsConditional() && d.full != minimal:
		return true
	case d.full == minimal:
		return f.IsConditional() && f.Type != spec.Array
	}
	return d.full == whole || d.r.IntN(8) > 0
}

// givenIn reports whether the field or a member of it is given.
func (d *draft) givenIn(f *spec.Field) bool {
	for path := range d.given {
		if path == f.Path || strings.HasPrefix(path, f.Path+"/") && f.Type == spec.Object {
			return true
		}
	}
	return false
}

// field makes up one value.
func (d *draft) field(f *spec.Field) (*tree.Value, error) {
	if v := d.given[f.Path]; v != nil {
		return v, nil
	}
	if f.Nullable && d.r.IntN(8) == 0 {
		return tree.Raw("null"), nil
	}
	if f.IsPacked() {
		value := *f
		value.AsText = false
		v, err := d.field(&value)
		if err != nil {
			return nil, err
		}
		return tree.Text(v.String()), nil
	}
	switch f.Shape() {
	case spec.List, spec.Scalars:
		return d.list(f)
	case spec.Record:
		return d.object(f.Fields)
	case spec.Raw:
		return d.raw(f)
	case spec.Whole:
		return numeral(f, d.whole(f)), nil
	case spec.Fraction:
		return numeral(f, d.decimal(f)), nil
	case spec.Truth:
		return tree.Raw(strconv.FormatBool(d.r.IntN(2) == 0)), nil
	case spec.Moment, spec.Day, spec.Seconds:
		return d.time(f), nil
	}
	s, err := d.text(f)
	return tree.Text(s), err
}

// raw makes up a value whose JSON is kept.
func (d *draft) raw(f *spec.Field) (*tree.Value, error) {
	if !f.IsTyped() {
		return sample.Raw(f), nil
	}
	one, err := d.object(f.Fields)
	if len(f.Fields) == 0 {
		one, err = d.field(f.Member())
	}
	if err != nil {
		return nil, err
	}
	return sample.Entries(f, one), nil
}

// list makes up one to three members, none where only the least is wanted.
func (d *draft) list(f *spec.Field) (*tree.Value, error) {
	out := &tree.Value{Items: []*tree.Value{}}
	n := max(1+d.r.IntN(maxMembers), f.MinItems)
	if f.MaxItems > 0 {
		n = min(n, f.MaxItems)
	}
	if f.Parent == nil {
		n = min(n, d.most)
	}
	if d.full == minimal {
		n = 0
	}
	for range n {
		if len(f.Fields) == 0 {
			v, err := d.field(f.Member())
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, v)
			continue
		}
		v, err := d.object(f.Fields)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, v)
	}
	return out, nil
}

// whole makes up a whole number: a listed one, or one within the bounds.
func (d *draft) whole(f *spec.Field) string {
	if s, ok := d.listed(f); ok {
		return s
	}
	low, err := strconv.ParseInt(f.Min, 10, 64)
	if err != nil {
		low = 1
	}
	high, err := strconv.ParseInt(f.Max, 10, 64)
	if err != nil {
		high = max(low, low+98)
	}
	if f.Min == "" && f.Max != "" {
		low = min(low, high)
	}
	return strconv.FormatInt(low+d.r.Int64N(max(1, min(high-low, 1000)+1)), 10)
}

// decimal makes up a number, one of its bounds where it has some.
func (d *draft) decimal(f *spec.Field) string {
	if s, ok := d.listed(f); ok {
		return s
	}
	switch {
	case f.Min != "" && (f.Max == "" || d.r.IntN(2) == 0):
		return f.Min
	case f.Max != "":
		return f.Max
	}
	if !f.Decimals.Set {
		return fmt.Sprintf("%d.%02d", d.r.IntN(1000)+1, d.r.IntN(100))
	}
	whole := "0"
	if digits := min(3, f.WholeDigits()); digits > 0 {
		whole = strconv.Itoa(d.r.IntN([]int{10, 100, 1000}[digits-1]))
	}
	if f.Decimals.N == 0 {
		return whole
	}
	return whole + "." + fmt.Sprintf("%02d", d.r.IntN(100))[:min(2, f.Decimals.N)]
}

// numeral is a number in the form of its field.
func numeral(f *spec.Field, number string) *tree.Value {
	if f.AsText {
		return tree.Text(number)
	}
	return tree.Raw(number)
}

// listed picks one value of an enumeration.
func (d *draft) listed(f *spec.Field) (string, bool) {
	if f.Enum == nil || len(f.Enum.Values) == 0 {
		return "", false
	}
	return f.Enum.Values[d.r.IntN(len(f.Enum.Values))].Sample(), true
}

// time makes up a time of the year 2026, written the way the real server writes it.
func (d *draft) time(f *spec.Field) *tree.Value {
	at := time.Date(2026, 1, 1, 8, 0, 0, 0, d.zone).Add(time.Duration(d.r.IntN(300*24*3600)) * time.Second)
	layout := wire.Seconds
	switch {
	case f.Type == spec.Epoch:
		if f.Layout == "millis" {
			return tree.Raw(strconv.FormatInt(at.UnixMilli(), 10))
		}
		return tree.Raw(strconv.FormatInt(at.Unix(), 10))
	case f.WrittenLayout() != "":
		layout = spec.GoLayout(f.Layout)
	case f.Type == spec.Date:
		layout = wire.Day
	case f == d.mark || f.Layout == "millis":
		layout = wire.Millis
	case f.Layout == "rfc3339":
		layout = wire.RFC3339
	case f.Layout == "compact":
		layout = wire.Compact
	}
	return tree.Text(at.Format(layout))
}

// text makes up a text.
func (d *draft) text(f *spec.Field) (string, error) {
	s, ok := d.listed(f)
	if !ok {
		return sample.Varied(f, d.r.Uint64())
	}
	if other, _ := d.listed(f); f.Separator != "" && other != s {
		s += f.Separator + other
	}
	return s, nil
}
