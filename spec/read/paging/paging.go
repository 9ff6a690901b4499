// Package paging reads which fields a paged list has.
package paging

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// begins are the keys of what says where a page begins, with the fields that are meant
// where none is named.
var begins = []struct {
	key   string
	usual []string
}{
	{"page", []string{"page"}},
	{"offset", []string{"offset"}},
	{"cursor", []string{"cursor"}},
	{"after", nil},
}

// Of is the answer to which a paged list belongs.
type Of struct {
	Request, Response spec.Fields
	Add               func(id string, at spec.Pos, hint, format string, args ...any) // a finding
}

// Page is a paged list as it was read.
type Page struct {
	*spec.Paging
	Bad bool // there are findings
}

// paging finds the fields of one paged list.
type paging struct {
	Of
	at  *yamltree.Value
	bad bool
}

// of finds the field that a key names, or the first that has one of the usual names.
func (p *paging) of(list spec.Fields, key string, usual ...string) *spec.Field {
	if at := p.at.Get(key); at != nil {
		f := list.At(at.Text)
		switch {
		case f != nil:
		case key == "total" || key == "rows" || key == "echo" || key == "more" || key == "next":
			p.bad = true
			p.Add("JK0410", at.Pos, spec.OneOrNone(at.Text, wireNames(list), "the response has no fields"), "the response has no field %q", at.Text)
		default:
			p.bad = true
			p.Add("JK0401", at.Pos, spec.OneOrNone(at.Text, wireNames(list), "the request has no fields"), "the request has no field %q", at.Text)
		}
		return f
	}
	for _, name := range usual {
		if f := list.At(name); f != nil {
			return f
		}
	}
	return nil
}

// wireNames are the wire names of fields, those nested in them too.
func wireNames(list spec.Fields) (out []string) {
	for f := range list.All() {
		out = append(out, f.Name)
	}
	return out
}

// Read finds the fields of a paged list, by convention or as named, and completes the order
// of its step.
func Read(of Of, v *yamltree.Value, st *spec.AnswerStep) Page {
	in := &paging{Of: of, at: v}
	p := &spec.Paging{Places: v.Places(v.Pos)}
	in.begin(p)
	p.Size = in.of(in.Request, "size", "pageSize", "limit")
	p.Rows, p.More = in.of(in.Response, "rows"), in.of(in.Response, "more", "hasMore", "has_more")
	switch {
	case p.Page != nil:
		p.Total, p.Echo = in.of(in.Response, "total", "totalPage"), in.of(in.Response, "echo", "page")
	case p.Offset != nil:
		p.Total, p.Echo = in.of(in.Response, "total"), in.of(in.Response, "echo", "offset")
	default:
		p.Total, p.Echo = in.of(in.Response, "total"), in.of(in.Response, "echo")
	}
	if p.Next = in.of(in.Response, "next"); p.Next == nil && p.Cursor != nil && v.Get("next") == nil {
		p.Next = in.of(in.Response, "next", "nextCursor", "next_cursor")
	}
	in.complete(p)
	if p.Total != nil && countsRows(p.Total.Label) {
		in.Add("JK0437", v.Pos, "page: {rows: "+p.Total.Name+"}", "%s gets the number of pages, and is called %s", p.Total.Name, p.Total.Label)
	}
	if st.Table != nil && p.Begin() != nil && !in.bad {
		in.order(p, st)
	}
	return Page{p, in.bad}
}

// begin finds the field that says where a page begins.
func (p *paging) begin(out *spec.Paging) {
	places := []**spec.Field{&out.Page, &out.Offset, &out.Cursor, &out.After}
	var said []string
	for n, b := range begins {
		if p.at.Get(b.key) != nil {
			said = append(said, b.key)
			*places[n] = p.of(p.Request, b.key)
		}
	}
	if len(said) > 1 {
		p.bad = true
		p.Add("JK0439", p.at.Pos, "name one of them", "a page begins at one place, not at %s", strings.Join(said, " and "))
	}
	for n, b := range begins {
		if len(said) == 0 && out.Begin() == nil {
			*places[n] = p.of(p.Request, b.key, b.usual...)
		}
	}
}

// complete wants the fields that a page cannot do without, each of a type that it can have. A
// document need not say where a list ends: callers read until a page is not full.
func (p *paging) complete(out *spec.Paging) {
	lacks := false
	for _, need := range []struct {
		there bool
		what  string
	}{
		{out.Begin() != nil, "request has no page"},
		{out.Size != nil, "request has no pageSize"},
		{out.Cursor == nil || out.Next != nil, "response has no next"},
	} {
		if !need.there && !p.bad {
			p.Add("JK0406", p.at.Pos, "name the fields: page: {page: …, size: …, total: … (pages), rows: …, more: …}; instead of page: offset, cursor or after, with next",
				"a paged list without its fields: the %s", need.what)
			lacks = true
		}
	}
	p.bad = p.bad || lacks
	for _, one := range []struct {
		key    string
		field  *spec.Field
		shapes []spec.Shape
	}{
		{"page", out.Page, []spec.Shape{spec.Whole}},
		{"offset", out.Offset, []spec.Shape{spec.Whole}},
		{"cursor", out.Cursor, []spec.Shape{spec.Text}},
		{"after", out.After, []spec.Shape{spec.Text, spec.Whole}},
		{"size", out.Size, []spec.Shape{spec.Whole}},
		{"total", out.Total, []spec.Shape{spec.Whole}},
		{"rows", out.Rows, []spec.Shape{spec.Whole}},
		{"echo", out.Echo, []spec.Shape{spec.Whole}},
		{"more", out.More, []spec.Shape{spec.Truth, spec.Whole}},
		{"next", out.Next, nextShapes(out)},
	} {
		if one.field != nil && !slices.Contains(one.shapes, one.field.Shape()) {
			p.bad = true
			p.Add("JK0439", one.field.Pos, "follow: {type: "+string(shapeTypes[one.shapes[0]])+", erratum: …}", "%s cannot be the %s of a page: it is a %s", one.field.Path, one.key, one.field.Type)
		}
	}
	if f := out.Next; f != nil && f.IsRequired() && !f.Blank && !f.Nullable {
		p.bad = true
		p.Add("JK0439", f.Pos, "leave required out, or add blank: true or nullable: true", "%s is required, and has no value on the last page", f.Path)
	}
	if f := out.Begin(); f != nil && !out.Numbered() && f.IsRequired() {
		p.bad = true
		p.Add("JK0439", f.Where("required"), "follow: {required: false, erratum: …}", "%s is required, and the request for the first page has no value for it", f.Path)
	}
	if out.Echo != nil && !out.Numbered() {
		p.bad = true
		p.Add("JK0439", p.at.Pos, "leave echo out", "echo is a number, and the page begins at %s", out.Begin().Path)
	}
}

// shapeTypes are the types that members of a page are given.
var shapeTypes = map[spec.Shape]spec.Type{spec.Text: spec.String, spec.Whole: spec.Int, spec.Truth: spec.Bool}

// nextShapes are the types of what the request for the next page has.
func nextShapes(p *spec.Paging) []spec.Shape {
	switch {
	case p.Cursor != nil:
		return []spec.Shape{spec.Text}
	case p.After != nil:
		return []spec.Shape{p.After.Shape()}
	}
	return []spec.Shape{spec.Whole}
}

// room wants a cursor to fit where it is sent: it is made of the values of the columns that
// the list is ordered by.
func (p *paging) room(out *spec.Paging, st *spec.AnswerStep) {
	bytes := 2
	for _, name := range st.Order {
		c := st.Table.Column(strings.TrimPrefix(name, "-"))
		switch {
		case c == nil:
		case c.Type == spec.String && c.Length == 0:
			bytes += maxKey
		case c.Type == spec.String:
			bytes += widest*c.Length + quoted
		default:
			bytes += max(longestNumber, c.Length+2) + quoted
		}
	}
	needed := (bytes*4 + 2) / 3
	for _, f := range []*spec.Field{out.Cursor, out.Next} {
		if f.Length > 0 && f.Length < needed {
			p.bad = true
			p.Add("JK0439", f.Where("length"), "follow: {length: "+strconv.Itoa(needed)+", erratum: …}, or an order by shorter columns",
				"a cursor of this list takes up to %d characters, and %s has %d", needed, f.Path, f.Length)
		}
	}
}

// The bytes that a value takes in a cursor.
const (
	widest        = 3 // of a character
	quoted        = 3
	longestNumber = 20
	maxKey        = 3000 // of a text without a length
)

// order completes the order of a paged list, so that no two rows change places between
// two pages, and looks up the column of after.
func (p *paging) order(out *spec.Paging, st *spec.AnswerStep) {
	if out.After == nil {
		for _, name := range st.Table.Key {
			if !p.total(st) && !slices.Contains(st.Order, name) && !slices.Contains(st.Order, "-"+name) {
				st.Order = append(st.Order, name)
			}
		}
		if out.Cursor != nil && out.Next != nil {
			p.room(out, st)
		}
		return
	}
	var c *spec.Column
	if len(st.Order) == 1 {
		c = st.Table.Column(strings.TrimPrefix(st.Order[0], "-"))
	}
	fits := c != nil && c.Required && st.Table.IsUnique([]string{c.Name}) &&
		(c.Type == spec.String && out.After.Shape() == spec.Text || c.Type == spec.Int && out.After.Shape() == spec.Whole)
	if !fits {
		p.bad = true
		p.Add("JK0439", out.Pos, "order: the column with the value that "+out.After.Name+" has; or cursor instead of after",
			"after needs a list in the order of one unique required column of the type of %s", out.After.Name)
	}
}

// total says whether the order of a step tells all rows apart.
func (p *paging) total(st *spec.AnswerStep) bool {
	sets := [][]string{st.Table.Key}
	for _, x := range st.Table.Unique {
		sets = append(sets, x.Columns)
	}
	return slices.ContainsFunc(sets, func(set []string) bool {
		return !slices.ContainsFunc(set, func(name string) bool {
			return !p.always(st, name) || !slices.Contains(st.Order, name) && !slices.Contains(st.Order, "-"+name)
		})
	})
}

// always says whether a column of an order is never null.
func (p *paging) always(st *spec.AnswerStep, name string) bool {
	name = strings.TrimPrefix(name, "-")
	c := st.Table.Column(name)
	return c != nil && (c.Required || slices.Contains(st.Table.Key, name))
}

// countsRows says whether a label is about rows, not pages.
func countsRows(label string) bool {
	rows := slices.ContainsFunc([]string{"条数", "总数", "记录数", "总行数", "总条目", "数量"}, func(word string) bool { return strings.Contains(label, word) })
	return rows && !strings.Contains(label, "页")
}
