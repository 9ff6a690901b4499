package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// paged are the statements of a page, with the arguments of the order that a request chooses.
func (a *answering) paged(r *statement.Read, sql, order jen.Code) jen.Code {
	return jen.Qual(pkgStore, "Paged").ValuesFunc(func(g *jen.Group) {
		if r.Count != nil {
			g.Id("Count").Op(":").Id(constantName(a.Of, r.Count))
		}
		g.Id("Rows").Op(":").Add(sql)
		for _, one := range []struct {
			name string
			set  bool
		}{
			{"Marked", r.Marked},
			{"Keyed", r.Keys != nil && r.Step.Page.Next != nil},
			{"Looks", r.Step.Looks()},
		} {
			if one.set {
				g.Id(one.name).Op(":").True()
			}
		}
		if order != nil {
			g.Id("Order").Op(":").Add(order)
		}
	})
}

// page makes the page that a request asks for, fills the response from it, and
// returns its name.
func (a *answering) page(r *statement.Read) string {
	p, name := r.Step.Page, "page"
	if r != a.Reads[0] {
		name = localName(r.Step.Name + "_page")
	}
	begin, size := jen.Id("q").Dot(goPath(p.Begin(), nil)), jen.Id("q").Dot(goPath(p.Size, nil))
	made := func(function string, args ...jen.Code) {
		a.first = append(a.first, jen.Id(name).Op(":=").Qual(pkgStore, function).Call(args...))
	}
	switch {
	case p.Page != nil:
		made("NewPage", begin, size)
	case p.Offset != nil:
		made("NewOffset", begin, size)
	case p.After != nil:
		made("NewAfter", begin, size)
	default:
		args := []jen.Code{jen.Lit(p.Cursor.DocPath), begin, size}
		for _, c := range r.Keys {
			args = append(args, jen.Qual(pkgStore, keyType(c)))
		}
		a.first = append(a.first, jen.List(jen.Id(name), jen.Err()).Op(":=").Qual(pkgStore, "NewCursor").Call(args...),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())))
		a.failed = true
	}
	a.pageFields(r, name)
	return name
}

// keyType is the type of a column of an order, as the store knows it.
func keyType(c *spec.Column) string {
	switch c.Type {
	case spec.Int:
		return "WholeKey"
	case spec.Decimal, spec.Number:
		return "DecimalKey"
	case spec.Bool:
		return "BoolKey"
	case spec.Datetime:
		return "TimeKey"
	case spec.Date:
		return "DayKey"
	}
	return "TextKey"
}

// pageFields fills the response from a page.
func (a *answering) pageFields(r *statement.Read, name string) {
	p := r.Step.Page
	fill := func(f *spec.Field, value jen.Code) {
		if f != nil {
			a.then = append(a.then, jen.Id("p").Dot(goPath(f, nil)).Op("=").Add(value))
		}
	}
	page := func(member string) *jen.Statement { return jen.Id(name).Dot(member) }
	number := func(member string) jen.Code { return jen.Qual(pkgWire, "IntOf").Call(page(member)) }
	fill(p.Total, number("Total"))
	fill(p.Rows, number("Rows"))
	if p.Offset != nil {
		fill(p.Echo, number("Offset"))
	} else {
		fill(p.Echo, number("Number"))
	}
	if p.More != nil && p.More.Shape() == spec.Truth {
		fill(p.More, jen.Qual(pkgWire, "BoolOf").Call(page("More")))
	} else {
		fill(p.More, page("MoreFlag").Call())
	}
	switch {
	case p.Numbered():
		fill(p.Next, page("NextNumber").Call())
	case p.Next != nil && p.Next.Shape() == spec.Whole:
		fill(p.Next, page("NextValue").Call())
	default:
		fill(p.Next, page("Next"))
	}
	if r.Marked {
		fill(r.Step.Since.Last, page("Mark"))
	}
}
