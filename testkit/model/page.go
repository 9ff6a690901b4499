package model

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// The bounds of a page; what is beyond them is brought inside.
const (
	defaultSize = 10
	maxSize     = 1000
	maxPage     = 1_000_000
	maxOffset   = maxPage * maxSize
)

// Rows that changed within overlap may have moved from before a page to the end of the
// list, so the page begins earlier by as many, at most maxOverlap. The mark of a list stays
// behind transactions of the last moments.
const (
	overlap    = time.Minute
	maxOverlap = 1000
	markBehind = 10 * time.Second
)

// page cuts the page out of the rows of a list, and fills in its numbers.
func (x *run) page(r *reply, st *spec.AnswerStep, found []*record) ([]*record, error) {
	p, size, count := st.Page, x.bounded(st.Page.Size, defaultSize, 1, maxSize), int64(len(found))
	if p.Total != nil {
		r.values[p.Total.Path] = (count + size - 1) / size
	}
	if p.Rows != nil {
		r.values[p.Rows.Path] = count
	}
	var out []*record
	var more bool
	var next any
	if p.Numbered() {
		number := x.bounded(p.Page, 1, 1, maxPage)
		before, echo, following := (number-1)*size, number, number+1
		if p.Offset != nil {
			before = x.bounded(p.Offset, 0, 0, maxOffset)
			echo, following = before, before+size
		}
		if p.Echo != nil {
			r.values[p.Echo.Path] = echo
		}
		x.cut(st, Page{First: before == 0, Most: size})
		if more = before+size < count; more {
			next = following
		}
		if st.Marked() {
			moved := min(x.moved(st, found), before)
			before, size = before-moved, size+moved
		}
		out = found[min(before, count):min(before+size, count)]
	} else {
		begin, err := x.beginning(st)
		if err != nil {
			return nil, err
		}
		x.cut(st, Page{First: begin == nil, Most: size})
		out = x.behind(st, found, begin)
		if more = int64(len(out)) > size; more {
			out = out[:size]
			next = x.following(r, st, out[size-1])
		}
	}
	if p.More != nil {
		r.values[p.More.Path] = more
	}
	if p.Next != nil {
		r.values[p.Next.Path] = next
	}
	if st.Marked() {
		x.mark(r, st, out)
	}
	return out, nil
}

// beginning are the values of the columns of the order in the row behind which a page begins;
// nil: it is the first.
func (x *run) beginning(st *spec.AnswerStep) ([]any, error) {
	v := (scope{x.in}).value(st.Page.Begin())
	if v == nil || v == "" {
		return nil, nil
	}
	if st.Page.After != nil {
		return []any{v}, nil
	}
	refused := problem.Malformed(st.Page.Cursor.DocPath)
	text, _ := v.(string)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	var keys []*string
	if err != nil || json.Unmarshal(raw, &keys) != nil || len(keys) != len(st.Order) || len(text) > maxCursor {
		return nil, refused
	}
	out := make([]any, len(keys))
	for n, k := range keys {
		if k == nil {
			continue
		}
		var ok bool
		if out[n], ok = keyOf(orderColumn(st, n), *k); !ok {
			return nil, refused
		}
	}
	return out, nil
}

// maxCursor is how long a cursor may be.
const maxCursor = 4096

// decimalText is a number in a cursor.
var decimalText = regexp.MustCompile(`^-?[0-9]{1,100}(\.[0-9]{1,100})?(e[+-]?[0-9]{1,3})?$`)

// orderColumn is a column of the order of a list.
func orderColumn(st *spec.AnswerStep, n int) *spec.Column {
	return st.Table.Column(strings.TrimPrefix(st.Order[n], "-"))
}

// keyOf is the value of a column that a cursor says.
func keyOf(c *spec.Column, text string) (any, bool) {
	switch c.Type {
	case spec.Int:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	case spec.Decimal, spec.Number:
		return sql.Decimal(text), decimalText.MatchString(text)
	case spec.Bool:
		return text == "true", text == "true" || text == "false"
	case spec.Datetime:
		n, err := strconv.ParseInt(text, 10, 64)
		t := time.UnixMicro(n).UTC()
		return t, err == nil && t.Year() > 400 && t.Year() < 10000
	case spec.Date:
		t, err := time.Parse(time.DateOnly, text)
		return sql.Day(t), err == nil
	}
	return text, !strings.ContainsRune(text, 0)
}

// behind are the rows behind the one that a page begins behind.
func (x *run) behind(st *spec.AnswerStep, found []*record, begin []any) (out []*record) {
	if begin == nil {
		return found
	}
	t := x.tables[st.Table.Name]
	for _, r := range found {
		for n, name := range st.Order {
			name, falling := strings.CutPrefix(name, "-")
			c := ascending(r.values[t.at(name)], begin[n])
			if falling {
				c = -c
			}
			if c > 0 {
				out = append(out, r)
			}
			if c != 0 {
				break
			}
		}
	}
	return out
}

// following is what the request for the page behind a row has. It is not sure where it has
// times of this run, which the server has otherwise.
func (x *run) following(r *reply, st *spec.AnswerStep, last *record) any {
	t := x.tables[st.Table.Name]
	var keys []*string
	for n := range st.Order {
		c := orderColumn(st, n)
		v := last.values[t.at(c.Name)]
		if st.Page.After != nil {
			return v
		}
		var text string
		switch v := v.(type) {
		case nil:
			keys = append(keys, nil)
			continue
		case time.Time:
			if v.After(x.now.Add(-recent)) {
				r.unsure = append(r.unsure, st.Page.Next.Path)
			}
			text = strconv.FormatInt(v.UnixMicro(), 10)
		case unsure, float64:
			return unsure{}
		default:
			text, _ = sql.Text(v)
		}
		keys = append(keys, &text)
	}
	raw, err := json.Marshal(keys)
	if err != nil {
		return unsure{}
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// recent is how old a row must be for its times to be those that the server has.
const recent = 24 * time.Hour

// bounded is a number of a page within its bounds.
func (x *run) bounded(f *spec.Field, preset, least, most int64) int64 {
	if f == nil {
		return preset
	}
	n, ok := (scope{x.in}).value(f).(int64)
	if !ok {
		return preset
	}
	return min(max(n, least), most)
}

// moved counts the rows that changed just now, and are not new.
func (x *run) moved(st *spec.AnswerStep, found []*record) (n int64) {
	t := x.tables[st.Table.Name]
	at, created := t.at(st.Since.Column), t.at("created")
	for _, r := range found {
		changed, ok := r.values[at].(time.Time)
		if !ok || changed.Before(x.now.Add(-overlap)) {
			continue
		}
		if created >= 0 {
			if made, ok := r.values[created].(time.Time); !ok || !changed.After(made) {
				continue
			}
		}
		n++
	}
	return min(n, maxOverlap)
}

// mark fills in the time up to which a list is complete.
func (x *run) mark(r *reply, st *spec.AnswerStep, page []*record) {
	at := x.tables[st.Table.Name].at(st.Since.Column)
	var last any
	for _, one := range page {
		t, ok := one.values[at].(time.Time)
		if !ok {
			continue
		}
		if bound := x.now.Add(-markBehind); t.After(bound) {
			t = bound
		}
		if last == nil || t.After(last.(time.Time)) {
			last = t
		}
	}
	r.values[st.Since.Last.Path] = last
}
