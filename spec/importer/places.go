package importer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

var pathHole = pattern.New(`/\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// holes gives an interface the parameters that only its path names: /devices/{id}. A row
// whose name differs in letter case is the parameter.
func (d *drafter) holes(i *draft.Interface) {
	path, _, _ := strings.Cut(naming.Holes(i.URL), "?")
	var found []*draft.Field
	for _, m := range pathHole.FindAllStringSubmatch(path, -1) {
		if f := ofPath(i.Request, m[1]); f != nil {
			f.Hole = m[1]
		} else {
			found = append(found, &draft.Field{Path: []string{m[1]}, Required: wording.Yes, In: "path", Hole: m[1], Place: i.Place + " path"})
		}
	}
	i.Request = append(found, i.Request...)
}

// ofPath is the row of a parameter of the path: the one that is said to be there, or else
// one whose place nothing says.
func ofPath(fields []*draft.Field, name string) *draft.Field {
	for _, places := range [][]string{{"path"}, {"", "query"}} {
		at := slices.IndexFunc(fields, func(f *draft.Field) bool {
			return len(f.Path) == 1 && strings.EqualFold(f.Name(), name) && slices.Contains(places, f.In)
		})
		if at >= 0 {
			return fields[at]
		}
	}
	return nil
}

// callbacks finds what the receiver serves: the other interfaces have a URL, it has none,
// and its title or the line with its method says so. What is in the path has no place in
// a notification.
func (d *drafter) callbacks() {
	served := slices.ContainsFunc(d.draft.Interfaces, func(i *draft.Interface) bool { return i.URL != "" })
	for _, i := range d.draft.Interfaces {
		i.Callback = i.Pushed || served && i.URL == "" && (i.Callback || naming.CallsBack(i.Title) || naming.CallsBack(i.Chap[strings.LastIndex(i.Chap, "\x00")+1:])) && !slices.ContainsFunc(i.Request, func(f *draft.Field) bool { return f.In == "path" })
		if i.Callback {
			d.bodyUnlessHeader(i.Request, i.Shapes[0])
		}
	}
}

// forms says of each row of a request where it is: what a form has is in it, and what is
// said to be in a path that does not have it is in the query. A GET has its rows in the
// query and no body.
func (d *drafter) forms() {
	for _, i := range d.draft.Interfaces {
		bodiless := i.Method == "GET" || i.Method == "DELETE"
		for _, f := range i.Request {
			switch {
			case len(f.Path) > 1:
			case f.In == "header":
				f.Dropped = cmp.Or(f.Dropped, saidByHTTP(f, false))
			case f.In == "path" && f.Hole == "":
				f.In = "query"
			case i.Form && !bodiless && f.In == "":
				f.In = "form"
			}
			if bodiless && slices.Contains([]string{"query", "form", "body"}, f.In) {
				f.In = ""
			}
		}
	}
}

// bodyUnlessHeader puts rows of what we send that the document has in headers into the
// body, where they are none. Many a document calls the outer members of a body its head:
// the code and the text of a reply are among them, or its example has them in its body.
func (d *drafter) bodyUnlessHeader(list []*draft.Field, shape *sample.Shape) {
	frame := slices.ContainsFunc(list, func(f *draft.Field) bool {
		return f.In == "header" && (shape != nil && shape.Has(f.Name()) || slices.Contains(slices.Concat(d.words.Code, d.words.Text), wording.Fold(f.Name())))
	})
	for _, f := range list {
		switch {
		case f.In != "header":
		case frame, len(f.Path) > 1, f.List, !spec.IsHeaderName(f.Name()),
			slices.ContainsFunc(list, func(o *draft.Field) bool { return len(o.Path) > 1 && o.Path[0] == f.Path[0] }):
			f.In = ""
		default:
			f.Dropped = cmp.Or(f.Dropped, saidByHTTP(f, true))
		}
	}
}

// saidByHTTP is why the row of a header is none of the interface; empty where it is one.
func saidByHTTP(f *draft.Field, sent bool) string {
	if spec.IsHeaderOfHTTP(f.Name(), sent) {
		return "HTTP and the protocol say this header"
	}
	return ""
}

// apart gives rows of one name in several places keys of their own: the one in the body
// keeps its name.
func (d *drafter) apart() {
	for _, i := range d.draft.Interfaces {
		for _, list := range [][]*draft.Field{i.Request, i.Response} {
			draft.NameApart(list)
		}
	}
}
