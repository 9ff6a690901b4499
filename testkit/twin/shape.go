package twin

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/expect"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// Shape compares a reply with the rules of its fields: which members there are, their JSON
// types, how times are written, and whatever else the table says of each value.
func Shape(i *spec.Interface, judge *bind.Judge, zone *time.Location, got *tree.Value) []expect.Difference {
	s := shape{zone: zone, i: i}
	s.object("", i.Response, got)
	if e := problem.From(judge.Check([]byte(got.String()))); e != nil {
		for _, p := range e.Problems {
			if p.Rule == problem.Required && got.Get(p.At) != nil {
				continue // it is there; that it is blank follows from a row
			}
			s.found = append(s.found, expect.Difference{Path: p.At, Want: "a value by rule " + string(p.Rule), Got: text(got.Get(p.At)), Why: "rule"})
		}
	}
	return s.found
}

// unruly are the members of a reply that break the rules of their fields, but for values that the
// model has there as well: a row may have a value that the document does not list, and a page
// that nobody knows may show it.
func (t *Twin) unruly(i *spec.Interface, out *model.Outcome, pages []string, have *tree.Value) []expect.Difference {
	place := func(d expect.Difference) string { return index.ReplaceAllString(d.Path, "/") + "\x00" + d.Got }
	ours := map[string]bool{}
	for _, d := range Shape(i, t.replies[i], t.zone, out.Reply) {
		ours[place(d)] = true
	}
	return slices.DeleteFunc(Shape(i, t.replies[i], t.zone, have), func(d expect.Difference) bool {
		in := func(page string) bool { return strings.HasPrefix(d.Path, page+"/") }
		return d.Why == "rule" && (ours[place(d)] || slices.ContainsFunc(pages, in))
	})
}

// index is the place of a row in a path.
var index = regexp.MustCompile(`/[0-9]+/`)

// shape walks through a reply.
type shape struct {
	i     *spec.Interface
	zone  *time.Location
	found []expect.Difference
}

func (s *shape) object(path string, fields spec.Fields, v *tree.Value) {
	for _, m := range v.Members {
		at := m.Name
		if path != "" {
			at = path + "/" + m.Name
		}
		f := fields.Named(m.Name)
		if f == nil {
			s.found = append(s.found, expect.Difference{Path: at, Got: m.Value.String(), Why: "surplus"})
			continue
		}
		s.value(at, f, m.Value)
	}
}

func (s *shape) value(path string, f *spec.Field, v *tree.Value) {
	switch {
	case f.IsPacked():
	case f.Shape() == spec.Raw && !f.IsTyped() && string(v.Scalar) != "null":
		s.anything(path, f, v)
	case v.Members != nil && f.Type == spec.Map:
		s.entries(path, f, v)
	case v.Members != nil:
		s.object(path, f.Fields, v)
	case v.Items != nil:
		for n, item := range v.Items {
			at := path + "/" + strconv.Itoa(n)
			if item.Members != nil {
				s.object(at, f.Fields, item)
			} else if f.Type == spec.Array {
				s.value(at, f.Member(), item)
			}
		}
	case string(v.Scalar) == "null":
		if !f.Nullable {
			s.wrong(path, "another value than null", v)
		}
	default:
		s.scalar(path, f, v)
	}
}

// anything is a value whose members the document does not name.
func (s *shape) anything(path string, f *spec.Field, v *tree.Value) {
	switch {
	case f.Type == spec.Any:
	case f.Type == spec.Array && v.Items == nil:
		s.wrong(path, "an array", v)
	case f.Type != spec.Array && v.Members == nil:
		s.wrong(path, "an object", v)
	}
}

// entries are the values of a map.
func (s *shape) entries(path string, f *spec.Field, v *tree.Value) {
	for _, m := range v.Members {
		at := path + "/" + m.Name
		if len(f.Fields) > 0 {
			s.object(at, f.Fields, m.Value)
		} else {
			s.value(at, f.Member(), m.Value)
		}
	}
}

// scalar wants the JSON type of a field, and times in its form.
func (s *shape) scalar(path string, f *spec.Field, v *tree.Value) {
	quoted := v.Scalar[0] == '"'
	switch f.Shape() {
	case spec.Whole, spec.Fraction:
		if quoted != f.AsText {
			s.wrong(path, "a number as the document writes it", v)
		}
	case spec.Seconds, spec.Truth:
		if quoted {
			s.wrong(path, "a value without quotes", v)
		}
	case spec.Moment, spec.Day:
		text, _ := v.Plain()
		if t, ok := expect.Moment(f, text, s.zone); text != "" && (!ok || !quoted || s.form(f, t) != text) {
			s.wrong(path, "a time as the document writes it", v)
		}
	default:
		if !quoted {
			s.wrong(path, "a string", v)
		}
	}
}

func (s *shape) wrong(path, want string, v *tree.Value) {
	s.found = append(s.found, expect.Difference{Path: path, Want: want, Got: v.String(), Why: "type"})
}

// form is a time as its field wants it written.
func (s *shape) form(f *spec.Field, t time.Time) string {
	layout := "2006-01-02 15:04:05"
	mark := false
	if s.i.Answer != nil {
		for _, st := range s.i.Answer.Steps {
			mark = mark || st.Since != nil && st.Since.Last == f
		}
	}
	switch {
	case mark:
		layout += ".000"
	case f.WrittenLayout() != "":
		layout = spec.GoLayout(f.Layout)
	case f.Type == spec.Date:
		layout = "2006-01-02"
	case f.Layout == "millis":
		layout += ".000"
	case f.Layout == "rfc3339":
		layout = time.RFC3339
	case f.Layout == "compact":
		layout = "20060102150405"
	}
	return t.Format(layout)
}

func text(v *tree.Value) string {
	if v == nil {
		return ""
	}
	return v.String()
}
