package mock

import (
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// The bounds of a page, as the real server has them.
const (
	defaultSize = 10
	maxSize     = 1000
	maxPage     = 1_000_000
)

// echoes says which fields of the response come back from the request: by the
// answer, where a column is filled or looked for with a field of the request and
// then returned; and by their names at the top.
func echoes(i *spec.Interface) map[string]*spec.Field {
	out := map[string]*spec.Field{}
	for _, f := range i.Response {
		for _, q := range i.Request {
			if q.Name == f.Name && sameKind(q, f) {
				out[f.Path] = q
			}
		}
	}
	if i.Answer == nil {
		return out
	}
	columns := filled(i.Answer)
	for _, a := range returns(i.Answer) {
		f := i.Response.At(a.to.To)
		q := a.to.Field
		if q == nil && a.to.Column != "" && a.table != nil {
			q = columns[column{a.table, a.to.Column}]
		}
		if f != nil && q != nil && a.to.Map == nil && sameKind(q, f) {
			out[f.Path] = q
		}
	}
	return out
}

// column names a column of a table.
type column struct {
	table *spec.Table
	name  string
}

// filled lists the columns whose value in the row at hand is that of a field of the
// request.
func filled(a *spec.Answer) map[column]*spec.Field {
	out := map[column]*spec.Field{}
	for _, s := range a.Steps {
		if s.Table == nil || s.Each != nil {
			continue
		}
		for _, one := range slices.Concat(s.Where, s.Set) {
			if one.Field != nil && one.Map == nil {
				out[column{s.Table, one.To}] = one.Field
			}
		}
		for _, p := range s.Picks { // a bound is in its range, and a text has itself in it
			at := column{s.Table, p.Columns[0]}
			if _, equal := out[at]; !equal && slices.Contains([]string{"from", "to", "contains", "begins"}, p.By) {
				out[at] = p.Field
			}
		}
	}
	return out
}

// returned is a field of the response with the table that it comes from.
type returned struct {
	to    *spec.Assign
	table *spec.Table
}

// returns lists the returned values of an answer, rows of lists included.
func returns(a *spec.Answer) (out []returned) {
	tables := map[string]*spec.Table{}
	var last *spec.Table
	for _, s := range a.Steps {
		if s.Table == nil {
			continue
		}
		tables[s.Name], last = s.Table, s.Table
		for _, one := range s.Return {
			out = append(out, returned{one, s.Table})
		}
	}
	for _, one := range a.Return {
		table := last
		if one.Step != "" {
			table = tables[one.Step]
		}
		out = append(out, returned{one, table})
	}
	return out
}

// sameKind reports whether a value of a field of the request fits one of the
// response: the same type, and no time, which is written as its field says.
func sameKind(q, f *spec.Field) bool {
	return q.Type == f.Type && !q.IsNested() && !q.IsTime() && q.Parent == nil
}

// pagingOf finds the fields of a paged list: those of the answer, else those of the
// usual names. Any of them may be nil.
func pagingOf(i *spec.Interface) *spec.Paging {
	if i.Answer != nil {
		for _, s := range i.Answer.Steps {
			if s.Page != nil {
				return s.Page
			}
		}
	}
	return &spec.Paging{
		Page: i.Request.At("page"), Size: i.Request.At("pageSize"), Total: i.Response.At("totalPage"), Echo: i.Response.At("page"),
	}
}

// given are the values of a response that follow from the request: echoes, and the
// numbers of pages.
func (a *answers) given(payload []byte, r *rand.Rand) map[string]*tree.Value {
	out := map[string]*tree.Value{}
	for path, q := range a.echoes {
		if s, ok := sent(payload, q); ok {
			out[path] = sample.Scalar(q, s)
		}
	}
	a.pages(payload, r, out)
	return out
}

// pages fills in the numbers of a page. A list has a few pages more than the one that is
// asked for; where pages begin behind a row, every cursor of ours leads to the last one.
func (a *answers) pages(payload []byte, r *rand.Rand, out map[string]*tree.Value) {
	p := a.paging
	if p.Begin() == nil {
		return
	}
	number := func(f *spec.Field, n int64) {
		if f != nil {
			out[f.Path] = sample.Scalar(f, strconv.FormatInt(n, 10))
		}
	}
	size := int64(a.pageSize(payload))
	page, further, echo, next := int64(1), r.Int64N(3), int64(1), int64(0)
	begin, sent := sent(payload, p.Begin())
	n, err := strconv.ParseInt(begin, 10, 64)
	switch {
	case p.Page != nil:
		if sent && err == nil {
			page = min(max(n, 1), maxPage)
		}
		echo, next = page, page+1
	case p.Offset != nil:
		if sent && err == nil {
			echo = min(max(n, 0), maxPage*maxSize)
		} else {
			echo = 0
		}
		page, next = 1+echo/size, echo+size
	case sent:
		further = 0
	}
	number(p.Echo, echo)
	number(p.Total, page+further)
	number(p.Rows, (page+further)*size)
	if f := p.More; f != nil && f.Shape() == spec.Truth {
		out[f.Path] = tree.Raw(strconv.FormatBool(further > 0))
	} else {
		number(f, min(further, 1))
	}
	switch f := p.Next; {
	case f == nil:
	case further > 0 && p.Numbered():
		number(f, next)
	case further > 0:
		out[f.Path] = sample.Scalar(f, "MQ")
	case f.Nullable:
		out[f.Path] = tree.Raw("null")
	case f.IsRequired():
		out[f.Path] = tree.Raw(f.BlankValue())
	default:
		out[f.Path] = nil
	}
}

// pageSize is how many rows a page of the reply may have.
func (a *answers) pageSize(payload []byte) int {
	if a.paging.Size == nil {
		return defaultSize
	}
	if s, ok := sent(payload, a.paging.Size); ok {
		if n, err := strconv.Atoi(s); err == nil {
			return min(max(n, 1), maxSize)
		}
	}
	return defaultSize
}

// sent is the text of a field of the request that was sent with a value.
func sent(payload []byte, f *spec.Field) (string, bool) {
	for _, name := range append([]string{f.Path}, f.Alias...) {
		if s, ok := tree.At(payload, name); ok && s != "" && s != "null" {
			return s, true
		}
	}
	return "", false
}
