package model

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// reply is an object of a response under construction, or of a notification.
type reply struct {
	*run
	values map[string]any           // by the fields' paths
	lists  map[*spec.Field][]*reply // rows of arrays
	unsure []string
	told   bool // it is of a notification
	kept   bool // it is what a json column keeps of a request
	// around tells the values of the object that is under construction, and of those that
	// it is in.
	around func(name string) (string, bool)
}

func newReply(x *run) *reply {
	return &reply{run: x, values: map[string]any{}, lists: map[*spec.Field][]*reply{}}
}

// inner is a member of an array of the response.
func (r *reply) inner() *reply { return newReply(r.run) }

// tree is the whole response.
func (r *reply) tree() *tree.Value {
	out := &tree.Value{Members: []tree.Member{}}
	r.object(out, r.i.Response, "")
	return out
}

// object writes the members of an object. at is the path of the object in the reply.
func (r *reply) object(out *tree.Value, fields spec.Fields, at string) {
	up := r.around
	defer func() { r.around = up }()
	r.around = spec.Around(func(name string) (string, bool) { return plain(out.Get(name)) }, up)
	for _, f := range fields.Settled() {
		path := f.Name
		if at != "" {
			path = at + "/" + f.Name
		}
		switch {
		case f.Shape() == spec.Record && r.values[f.Path] == nil && !r.holdsNone(f):
			if r.filled(f.Fields) {
				inner := &tree.Value{Members: []tree.Member{}}
				r.object(inner, f.Fields, path)
				add(out, f, inner)
			} else if f.Nullable {
				add(out, f, tree.Raw("null"))
			}
		case f.Shape() == spec.List && r.values[f.Path] == nil:
			items := &tree.Value{Items: []*tree.Value{}}
			for n, row := range r.lists[f] {
				inner := &tree.Value{Members: []tree.Member{}}
				row.around = r.around
				row.object(inner, f.Fields, path+"/"+strconv.Itoa(n))
				r.unsure = append(r.unsure, row.unsure...)
				items.Items = append(items.Items, inner)
			}
			if f.Nullable && len(items.Items) == 0 {
				items = tree.Raw("null")
			}
			add(out, f, items)
		case f.Shape() == spec.Scalars && r.lists[f] != nil:
			if items := r.texts(f); items != nil {
				add(out, f, items)
			} else {
				r.unsure = append(r.unsure, path)
			}
		default:
			r.member(out, f, path, r.values[f.Path])
		}
	}
	slices.SortStableFunc(out.Members, func(a, b tree.Member) int { return order(fields, a.Name) - order(fields, b.Name) })
	for _, f := range fields {
		if f.Forbidden(r.around) {
			out.Drop(f.Name)
		}
	}
}

// texts is an array of scalars that rows fill, one each; nil where one cannot be told.
func (r *reply) texts(f *spec.Field) *tree.Value {
	items := &tree.Value{Items: []*tree.Value{}}
	one := f.Member()
	one.Required = spec.Yes
	for _, row := range r.lists[f] {
		v, ok := row.wire(one, row.values[f.Path])
		if _, unknown := row.values[f.Path].(unsure); unknown || !ok {
			return nil
		}
		items.Items = append(items.Items, v)
	}
	if f.Nullable && len(items.Items) == 0 {
		return tree.Raw("null")
	}
	return items
}

// order is the place of a member among the fields.
func order(fields spec.Fields, name string) int {
	return slices.IndexFunc(fields, func(f *spec.Field) bool { return f.Name == name })
}

// plain is the text of a scalar that is there.
func plain(v *tree.Value) (string, bool) {
	if v == nil {
		return "", false
	}
	return v.Plain()
}

// holdsNone reports whether an object that must be there comes from a column that holds none.
func (r *reply) holdsNone(f *spec.Field) bool {
	v, whole := r.values[f.Path]
	return whole && v == nil && f.IsRequired() && !f.Nullable
}

// filled reports whether some field of an object, or of one in it, has a source.
func (r *reply) filled(fields spec.Fields) bool {
	return slices.ContainsFunc(fields, func(f *spec.Field) bool {
		_, has := r.values[f.Path]
		return has || r.lists[f] != nil || f.Shape() == spec.Record && r.filled(f.Fields)
	})
}

// add puts a value under the name of its field.
func add(out *tree.Value, f *spec.Field, v *tree.Value) {
	if f.IsPacked() && string(v.Scalar) != "null" {
		v = tree.Text(v.String())
	}
	out.Members = append(out.Members, tree.Member{Name: f.Name, Value: v})
}

// member writes one field where it is there.
func (r *reply) member(out *tree.Value, f *spec.Field, path string, v any) {
	if _, ok := v.(unsure); ok {
		r.unsure = append(r.unsure, path)
		return
	}
	one, ok := r.wire(f, v)
	switch {
	case !ok:
		r.unsure = append(r.unsure, path)
	case one != nil:
		add(out, f, one)
	}
}

// wire is a value in the form of its field; nil where the field is left out. ok is false
// where the value cannot be told.
func (r *reply) wire(f *spec.Field, v any) (out *tree.Value, ok bool) {
	if f.Nullable {
		value := *f
		value.Nullable, value.Required = false, spec.No
		if out, ok = r.wire(&value, v); ok && (out == nil || out.Items != nil && len(out.Items) == 0) {
			out = tree.Raw("null")
		}
		return out, ok
	}
	required := f.IsRequired()
	switch f.Shape() {
	case spec.Text:
		return r.textOf(f, v)
	case spec.Whole:
		n, fits := wholeValue(v)
		if !fits {
			return nil, false
		}
		if n == nil && !required {
			return nil, true
		}
		return number(f, strconv.FormatInt(orZero(n), 10)), true
	case spec.Fraction:
		return r.fraction(f, v)
	case spec.Truth:
		b, there := truthOf(v)
		if !there && !required {
			return nil, true
		}
		return tree.Raw(strconv.FormatBool(b)), true
	case spec.Moment, spec.Day, spec.Seconds:
		return r.timeOf(f, v)
	case spec.Scalars:
		return r.scalars(f, v)
	case spec.List, spec.Record, spec.Raw:
		return r.nested(f, v)
	}
	return nil, false
}

// textOf is a text; a longer one is cut, but nothing else that is shown as one.
func (r *reply) textOf(f *spec.Field, v any) (*tree.Value, bool) {
	var s string
	switch v := v.(type) {
	case nil:
	case sql.Array, sql.Local:
		return nil, false
	default:
		s, _ = r.text(v).(string)
	}
	for _, cut := v.(string); cut && f.Length > 0 && f.Size(s) > f.Length; {
		_, last := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-last]
	}
	if s == "" && !f.IsRequired() {
		return nil, true
	}
	return tree.Text(s), true
}

// wholeValue is a value as a whole number.
func wholeValue(v any) (any, bool) {
	switch v := v.(type) {
	case nil:
		return nil, true
	case bool:
		if v {
			return int64(1), true
		}
		return int64(0), true
	case string:
		if v == "" {
			return nil, true
		}
	}
	r, ok := rat(v)
	if !ok {
		return nil, false
	}
	return wholeOf(r.FloatString(0)), true
}

func orZero(v any) int64 {
	n, _ := v.(int64)
	return n
}

// number is a number in the form of its field.
func number(f *spec.Field, s string) *tree.Value {
	if f.AsText {
		return tree.Text(s)
	}
	return tree.Raw(s)
}

// fraction is a number that may have places.
func (r *reply) fraction(f *spec.Field, v any) (*tree.Value, bool) {
	if v == nil || v == "" {
		if !f.IsRequired() {
			return nil, true
		}
		return number(f, "0"), true
	}
	value, ok := rat(v)
	if !ok {
		return nil, false
	}
	if f.Rounded && f.Decimals.Set {
		return number(f, value.FloatString(f.Decimals.N)), true
	}
	s, _ := sql.Text(v)
	return number(f, s), true
}

// truthOf is a value as yes or no.
func truthOf(v any) (yes, there bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case int64:
		return v != 0, true
	case string:
		return v == "true" || v == "1", v != ""
	}
	return false, false
}

// timeOf is a time in the form of its field.
func (r *reply) timeOf(f *spec.Field, v any) (*tree.Value, bool) {
	var t time.Time
	switch v := v.(type) {
	case nil:
	case time.Time:
		t = v
	case sql.Day:
		t = r.begin(v)
	case string:
		if r.told { // SQL writes it in the form in which it is sent
			if v == "" && !f.IsRequired() {
				return nil, true
			}
			return tree.Text(v), true
		}
		if v != "" {
			var ok bool
			if t, ok = parseMoment(v, time.UTC); !ok {
				return nil, false
			}
		}
	default:
		return nil, false
	}
	absent := t.IsZero()
	switch {
	case absent && !f.IsRequired():
		return nil, true
	case f.Type == spec.Epoch && absent:
		return tree.Raw("0"), true
	case f.Type == spec.Epoch && f.Layout == "millis":
		return tree.Raw(strconv.FormatInt(t.UnixMilli(), 10)), true
	case f.Type == spec.Epoch:
		return tree.Raw(strconv.FormatInt(t.Unix(), 10)), true
	case absent:
		return tree.Text(""), true
	}
	if r.kept {
		if f.Shape() == spec.Day || f.WrittenLayout() != "" && !strings.Contains(spec.GoLayout(f.WrittenLayout()), "15") {
			return tree.Text(t.In(r.zone).Format(time.DateOnly)), true
		}
		return tree.Text(t.UTC().Format("2006-01-02 15:04:05.999999999")), true
	}
	return tree.Text(r.written(f, t, r.isMark(f))), true
}

// isMark reports whether a field is the mark of an incremental list.
func (r *reply) isMark(f *spec.Field) bool {
	return r.i.Answer != nil && slices.ContainsFunc(r.i.Answer.Steps, func(s *spec.AnswerStep) bool {
		return s.Since != nil && s.Since.Last != nil && s.Since.Last.Path == f.Path
	})
}

// scalars is an array of scalars.
func (r *reply) scalars(f *spec.Field, v any) (*tree.Value, bool) {
	out := &tree.Value{Items: []*tree.Value{}}
	switch v := v.(type) {
	case nil:
	case sql.Array:
		member := f.Member()
		member.Required = spec.Yes
		for _, one := range v {
			item, ok := r.wire(member, one)
			if !ok {
				return nil, false
			}
			out.Items = append(out.Items, item)
		}
	case sql.JSON:
		list, err := tree.Parse([]byte(v))
		if err != nil || list.Items == nil {
			return nil, false
		}
		return list, true
	default:
		return nil, false
	}
	return out, true
}

// nested is what is nested and comes as JSON.
func (r *reply) nested(f *spec.Field, v any) (*tree.Value, bool) {
	s, ok := v.(sql.JSON)
	if text, is := v.(string); is && text != "" {
		s, ok = sql.JSON(text), true
	}
	if !ok {
		switch {
		case f.Shape() == spec.List:
			return &tree.Value{Items: []*tree.Value{}}, true
		case v == nil && f.Shape() == spec.Record && f.IsRequired():
			return r.rewritten(f, &tree.Value{Members: []tree.Member{}}), true
		}
		return nil, v == nil
	}
	value, err := tree.Parse([]byte(s))
	if err != nil {
		return nil, false
	}
	if r.told || len(f.Fields) == 0 {
		return value, true
	}
	return r.again(f, value), true
}

// again is JSON that SQL made, read and written by the fields of the response. Times in it
// are in UTC.
func (r *reply) again(f *spec.Field, v *tree.Value) *tree.Value {
	if v.Items != nil && f.Type == spec.Array {
		out := &tree.Value{Items: []*tree.Value{}}
		for _, item := range v.Items {
			out.Items = append(out.Items, r.rewritten(f, item))
		}
		return out
	}
	return r.rewritten(f, v)
}

// keep makes the objects of a request what json columns keep of them.
func (r *reply) keep(in *input) {
	for f, v := range in.values {
		text, is := v.(sql.JSON)
		if !is || !f.Shape().IsObjects() {
			continue
		}
		if value, err := tree.Parse([]byte(text)); err == nil {
			in.values[f] = sql.JSON(r.again(f, value).String())
		}
	}
	for _, list := range in.lists {
		for _, one := range list {
			r.keep(one)
		}
	}
}

// unpacked is a value whose JSON may travel as a text.
func unpacked(f *spec.Field, v *tree.Value) *tree.Value {
	if s, ok := plain(v); ok && f.IsPacked() {
		if inner, err := tree.Parse([]byte(s)); err == nil {
			return inner
		}
	}
	return v
}

// rewritten is one object of again.
func (r *reply) rewritten(f *spec.Field, v *tree.Value) *tree.Value {
	in := newInput()
	d := decoder{time.UTC}
	if r.kept {
		d.zone = r.zone
	}
	d.object(in, f.Fields, v)
	inner := r.inner()
	inner.around, inner.kept = r.around, r.kept
	for _, member := range f.Fields {
		switch have := in.values[member]; {
		case member.Shape() == spec.Record || member.Shape() == spec.List || member.Shape() == spec.Raw:
			if one := unpacked(member, v.Get(member.Name)); one != nil && string(one.Scalar) != "null" && string(one.Scalar) != `""` {
				inner.values[member.Path] = sql.JSON(one.String())
			}
		default:
			inner.values[member.Path] = have
		}
	}
	out := &tree.Value{Members: []tree.Member{}}
	inner.object(out, f.Fields, "")
	return out
}
