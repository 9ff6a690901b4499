package statement

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
)

// lasting is how long a time lasts, in a word of PostgreSQL.
type lasting struct {
	long time.Duration
	word string
}

// spans are the times that fields tell apart.
var spans = []lasting{{24 * time.Hour, "day"}, {time.Minute, "minute"}, {time.Second, "second"}, {time.Millisecond, "milliseconds"}}

// wanted is the condition on the rows that a step reads.
func (r *reader) wanted() expr {
	v := r.request()
	out := []expr{v.where(r.row, r.step.Where)}
	for _, p := range r.step.Picks {
		one := v.picked(r.row, p)
		if absent, may := v.absent(p.Field); may {
			one = either(absent, one)
		}
		out = append(out, one)
	}
	if s := r.step.Since; s != nil && s.Field != nil {
		since := v.field(s.Field)
		out = append(out, either(since.test("is null"), operate(r.column(s.Column), ">=", since)))
	}
	return all(out...)
}

// picked is the condition that one of the columns meets what a field says of them.
func (v values) picked(at row, p *spec.Pick) expr {
	one := v.compared(at, p, p.Columns[0])
	for _, name := range p.Columns[1:] {
		one = either(one, v.compared(at, p, name))
	}
	return one
}

// compared is the condition that a column meets what a field says of it.
func (v values) compared(at row, p *spec.Pick, name string) expr {
	e, column := v.field(p.Field), at.column(name)
	switch p.By {
	case "contains":
		return operate(call("strpos", bigint, column, e), ">", number("0", bigint))
	case "begins":
		return call("starts_with", boolean, column, e)
	case "in":
		if column.typ != text {
			column = column.cast(text)
		}
		return operate(column, "=", call("any", unknown, call("regexp_split_to_array", texts, call("btrim", text, e), constant(" *"+regexp.QuoteMeta(p.Field.Separator)+" *"))))
	}
	sign := map[string]string{"from": ">=", "to": "<=", "above": ">", "below": "<"}[p.By]
	if !p.Field.IsTime() {
		return operate(column, sign, e)
	}
	if column.typ == day {
		return operate(column, sign, stored(e, at.table.Column(name), v.i.System.Zone))
	}
	return operate(column, map[string]string{"from": ">=", "to": "<", "above": ">=", "below": "<"}[p.By], v.bound(e, p))
}

// bound is the moment at which a range of times begins, or before which it ends: a time lasts as
// long as its field can tell, a day to its end.
func (v values) bound(e expr, p *spec.Pick) expr {
	behind := p.By == "to" || p.By == "above"
	if p.Span == spans[0].long {
		if e.typ == moment {
			e = e.zoned(v.i.System.Zone, unknown).cast(day)
		}
		if behind {
			e = operate(e, "+", number("1", bigint))
			e.typ = day
		}
		return asMoment(e, v.i.System.Zone)
	}
	if !behind {
		return e
	}
	n := slices.IndexFunc(spans, func(s lasting) bool { return s.long == p.Span })
	e = call("date_trunc", moment, constant(spans[n].word), e)
	out := operate(e, "+", sql("interval '1 "+spans[n].word+"'", unknown))
	out.typ = moment
	return out
}

// ordered is the order of the rows: the one that the request chooses, and the step's own.
func (r *reader) ordered() doc {
	own, sort := order("t", r.step.Order), r.step.Sort
	if sort == nil {
		return own
	}
	by := r.request().field(sort.By)
	down := sql("false", boolean)
	if sort.Down != nil {
		down = is(r.request().field(sort.Down.Field), sort.Down.Field, sort.Down.Value)
	}
	var out []doc
	for _, one := range sort.Orders {
		chosen := is(by, sort.By, one.Value)
		if sort.Down == nil {
			out = append(out, r.while(one.Columns, chosen)...)
			continue
		}
		out = append(out, r.while(one.Columns, all(chosen, down.test("is not true")))...)
		out = append(out, r.while(one.Turned, all(chosen, down))...)
	}
	if own != nil {
		out = append(out, own)
	}
	return group{nested{docs{list(out, ",", space)}}}
}

// is is the condition that a field has a value.
func is(e expr, f *spec.Field, value string) expr {
	switch {
	case f.Type == spec.Bool:
		return operate(e, "=", number(value, boolean))
	case f.IsNumber():
		return operate(e, "=", number(value, numeric))
	}
	return operate(e, "=", constant(value))
}

// while are the parts of an order that count while a condition holds.
func (r *reader) while(columns []string, on expr) (out []doc) {
	for _, name := range columns {
		name, down := strings.CutPrefix(name, "-")
		one := docs{cases(nil, []when{{on.doc, r.column(name).doc}}, nil)}
		if down {
			one = append(one, words(" desc"))
		}
		out = append(out, one)
	}
	return out
}
