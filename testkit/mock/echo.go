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

// paging is the fields of a paged list; any may be nil.
type paging struct{ page, size, total, rows, echo *spec.Field }

// pagingOf finds the fields of a paged list: those of the answer, else those of the
// usual names.
func pagingOf(i *spec.Interface) paging {
	if i.Answer != nil {
		for _, s := range i.Answer.Steps {
			if s.Page != nil {
				return paging{s.Page.Page, s.Page.Size, s.Page.Total, s.Page.Rows, s.Page.Echo}
			}
		}
	}
	return paging{
		i.Request.At("page"), i.Request.At("pageSize"), i.Response.At("totalPage"), nil, i.Response.At("page"),
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
	p := a.paging
	if p.page == nil {
		return out
	}
	page := int64(1)
	if s, ok := sent(payload, p.page); ok {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			page = min(max(n, 1), maxPage)
		}
	}
	if p.echo != nil {
		out[p.echo.Path] = tree.Raw(strconv.FormatInt(page, 10))
	}
	pages := page + r.Int64N(3)
	if p.total != nil {
		out[p.total.Path] = tree.Raw(strconv.FormatInt(pages, 10))
	}
	if p.rows != nil {
		out[p.rows.Path] = tree.Raw(strconv.FormatInt(pages*int64(a.pageSize(payload)), 10))
	}
	return out
}

// pageSize is how many rows a page of the reply may have.
func (a *answers) pageSize(payload []byte) int {
	if a.paging.size == nil {
		return defaultSize
	}
	if s, ok := sent(payload, a.paging.size); ok {
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
