package model

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// wantedBy are the rows that a step reads. With ErrUnsure there may be others.
func (x *run) wantedBy(st *spec.AnswerStep) ([]*record, error) {
	s := scope{x.in}
	found, err := x.matching(st.Table, optional(st.Where, s), s)
	if err != nil && !errors.Is(err, ErrUnsure) {
		return nil, err
	}
	for _, p := range st.Picks {
		v := s.value(p.Field)
		if !p.Field.IsRequired() && !s.picks(p.Field) {
			continue
		}
		found = slices.DeleteFunc(slices.Clone(found), func(r *record) bool {
			met, open := false, false
			for _, name := range p.Columns {
				have := r.values[x.tables[st.Table.Name].at(name)]
				open = open || IsUnsure(have)
				met = met || x.meets(have, p, st.Table.Column(name), v)
			}
			if open && !met {
				err = ErrUnsure
			}
			return !met
		})
	}
	return found, err
}

// meets reports whether the value of a column meets what a field says of it.
func (x *run) meets(have any, p *spec.Pick, c *spec.Column, v any) bool {
	if have == nil || v == nil || IsUnsure(have) {
		return false
	}
	if given, ok := v.(string); ok {
		text, _ := x.text(have).(string)
		switch p.By {
		case "contains":
			return strings.Contains(text, given)
		case "begins":
			return strings.HasPrefix(text, given)
		case "in":
			return slices.ContainsFunc(strings.Split(given, p.Field.Separator), func(part string) bool { return strings.Trim(part, " ") == text })
		}
	}
	if p.Field.IsTime() && c.Type == spec.Date {
		v, _ = x.day(v)
	} else if p.Field.IsTime() {
		return x.within(have, p, v)
	}
	n := sql.Compare(have, v)
	return map[string]bool{"from": n >= 0, "to": n <= 0, "above": n > 0, "below": n < 0}[p.By]
}

// within reports whether a moment is in a range of times. A time lasts as long as its field can
// tell, a day to its end.
func (x *run) within(have any, p *spec.Pick, v any) bool {
	begin, ok := v.(time.Time)
	end := begin.Truncate(p.Span).Add(p.Span)
	if p.Span == 24*time.Hour {
		d, err := x.day(v)
		if err != nil {
			return false
		}
		begin, ok = x.begin(d.(sql.Day)), true
		end = x.begin(sql.Day(time.Time(d.(sql.Day)).AddDate(0, 0, 1)))
	}
	if !ok {
		return false
	}
	switch p.By {
	case "from":
		return sql.Compare(have, begin) >= 0
	case "to":
		return sql.Compare(have, end) < 0
	case "above":
		return sql.Compare(have, end) >= 0
	}
	return sql.Compare(have, begin) < 0
}

// orderOf is the order of a list: the one that the request chooses, and the step's own.
func (x *run) orderOf(st *spec.AnswerStep) []string {
	if st.Sort == nil {
		return st.Order
	}
	s := scope{x.in}
	is := func(f *spec.Field, value string) bool {
		text, ok := sql.Text(s.value(f))
		return ok && text == value
	}
	for _, one := range st.Sort.Orders {
		switch {
		case !is(st.Sort.By, one.Value):
		case st.Sort.Down != nil && is(st.Sort.Down.Field, st.Sort.Down.Value):
			return slices.Concat(one.Turned, st.Order)
		default:
			return slices.Concat(one.Columns, st.Order)
		}
	}
	return st.Order
}
