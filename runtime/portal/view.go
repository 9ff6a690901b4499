package portal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// view is what every page of a system is made of.
type view struct {
	Title    string
	Root     string // from the page to the root of the site
	Page     string
	Host     string // the address of the server in commands
	System   *Document
	Pages    []prosePage
	Chapters []chapter
	Names    string // of all systems, which search goes over
	Weak     bool
	Codes    []codeView
	Files    []Download
	Body     any
}

// chapter is a group with its interfaces.
type chapter struct {
	Group
	Interfaces []*Interface
}

// indexView is what the first page is made of.
type indexView struct {
	Title, Root, Names string
	System             *Document
	Systems            []*Document
}

// index is the first page.
func (s *Site) index() indexView {
	v := indexView{Title: "接口文档", Names: s.names()}
	for _, one := range s.systems {
		v.Systems = append(v.Systems, &one.Document)
	}
	return v
}

// names are the systems of the site, with spaces between.
func (s *Site) names() string {
	var out []string
	for _, one := range s.systems {
		out = append(out, one.Name)
	}
	return strings.Join(out, " ")
}

// counts says how many interfaces there are, by kind.
func counts(d *Document) string {
	return counted(d, "，", func(n int) string { return fmt.Sprintf("共 %d 个接口", n) }, "上报 %d", "查询 %d", "通知 %d")
}

func englishCounts(d *Document) string {
	return counted(d, ", ", func(n int) string { return fmt.Sprintf("%d in all", n) }, "reports: %d", "queries: %d", "notifications: %d")
}

// counted says how many interfaces there are, by kind, in words of a language.
func counted(d *Document, comma string, all func(int) string, words ...string) string {
	of := map[string]int{}
	for _, i := range d.Interfaces {
		of[i.Kind]++
	}
	parts := []string{all(len(d.Interfaces))}
	for k, kind := range []string{"report", "query", "notify"} {
		if of[kind] > 0 {
			parts = append(parts, fmt.Sprintf(words[k], of[kind]))
		}
	}
	return strings.Join(parts, comma)
}

// view is what a page of a system has in common with the others.
func (s *Site) view(one *systemPages, page, title string) view {
	v := view{Title: title, Root: "../", Names: s.names(), Page: page, Files: one.files, Host: SampleHost, System: &one.Document, Pages: one.prose}
	if page != "index" {
		v.Title += " · " + one.Title
	}
	if text, err := one.read("protocol.md"); err == nil {
		v.Weak = strings.Contains(string(text), "RC4")
	}
	for _, g := range one.Groups {
		c := chapter{Group: g}
		for n := range one.Interfaces {
			if i := &one.Interfaces[n]; i.Group == g.Name {
				c.Interfaces = append(c.Interfaces, i)
			}
		}
		if len(c.Interfaces) > 0 {
			v.Chapters = append(v.Chapters, c)
		}
	}
	return v
}

// manyInterfaces is from how many interfaces on the overview, which lists them all, does
// not list them at its side as well.
const manyInterfaces = 300

// listWords are what a list of interfaces says of their kind and status; portal.js has the
// English.
var listWords = map[string]string{"report": "上报", "query": "查询", "notify": "通知", "unimplemented": "未实现", "deprecated": "已作废"}

// beside is how many interfaces before and behind its own a page of a large system has at its
// side.
const beside = 40

// Side are the chapters at the side of a page. Of a large system a page has what is beside it
// in its own.
func (v view) Side() []chapter {
	if len(v.System.Interfaces) < manyInterfaces {
		return v.Chapters
	}
	for _, c := range v.Chapters {
		for n, i := range c.Interfaces {
			if i.Cmd == v.Page {
				c.Interfaces = c.Interfaces[max(0, n-beside):min(len(c.Interfaces), n+beside+1)]
				return []chapter{c}
			}
		}
	}
	return nil
}

// row is a field in a flat table, with its depth in the tree.
type row struct {
	*Field
	Anchor string
	Depth  int
}

// manyValues is from how many values on an enumeration is folded.
const manyValues = 9

// Many says that a field has so many values that they are folded.
func (r row) Many() bool { return len(r.Values) >= manyValues }

// words are the label and the values of a field, for the search.
func (r row) words() string {
	text := r.Label
	for _, v := range r.Values {
		text += " " + v.Value + " " + v.Label
	}
	return strings.TrimSpace(text)
}

// flat lists fields and those below them, each with an anchor of its own.
func flat(fields []Field, above string, depth int) []row {
	var out []row
	for n := range fields {
		f := &fields[n]
		anchor := above + "." + f.Name
		out = append(out, row{f, anchor, depth})
		out = append(out, flat(f.Fields, anchor, depth+1)...)
	}
	return out
}

// table is a table of fields.
type table struct {
	Rows   []row
	Placed bool
	Titles map[string]string // of errata, by id
}

// interfaceView is what the page of an interface is made of.
type interfaceView struct {
	view
	Interface         *Interface
	Request, Response table
	Codes             []Code
	Try               *tryView
	Starts            []Example
}

// interfacePage makes the page of an interface.
func (s *Site) interfacePage(one *systemPages, i *Interface) ([]byte, error) {
	v := s.interfaceView(one, i)
	v.Starts = one.starts[i.Cmd]
	var err error
	if v.Try, err = s.try(one, i); err != nil {
		return nil, err
	}
	return s.execute("interface", v)
}

// interfaceView makes the view of an interface. What the reader may not call is not
// linked.
func (s *Site) interfaceView(one *systemPages, i *Interface) interfaceView {
	known := map[string]bool{}
	for _, other := range one.Interfaces {
		known[other.Cmd] = true
	}
	shown := *i
	shown.Notify, shown.NotifiedBy = only(i.Notify, known), only(i.NotifiedBy, known)
	shown.Successor, shown.RevisionOf = cmp.Or(only([]string{i.Successor}, known)...), cmp.Or(only([]string{i.RevisionOf}, known)...)
	titles := map[string]string{}
	for _, e := range slices.Concat(one.Errata, i.Errata) {
		titles[e.ID] = e.Title
	}
	return interfaceView{
		view: s.view(one, i.Cmd, i.Title+" "+i.Cmd), Interface: &shown, Codes: i.Codes,
		Request:  table{flat(i.Request, "request", 0), len(i.Request) > 0 && i.Request[0].Place != "", titles},
		Response: table{Rows: flat(i.Response, "response", 0), Titles: titles},
	}
}

// HasHistory says that something is known of the versions of the interface.
func (v interfaceView) HasHistory() bool {
	i := v.Interface
	return i.Since != "" || i.Status == "deprecated" || len(v.System.Changes) > 0 || len(v.NewFields()) > 0
}

// Changes are the rows of the change log that name the interface, the last one first.
func (v interfaceView) Changes() []Change {
	var out []Change
	for _, c := range slices.Backward(v.System.Changes) {
		if slices.Contains(c.Interfaces, v.Interface.Cmd) {
			out = append(out, c)
		}
	}
	return out
}

// NewFields are the fields that came after the interface.
func (v interfaceView) NewFields() []row {
	return slices.DeleteFunc(slices.Concat(v.Request.Rows, v.Response.Rows), func(r row) bool { return r.Since == "" })
}

// CodeOf is the code that answers a rule of all interfaces, empty where the document has none.
func (v interfaceView) CodeOf(rule string) string {
	for _, g := range v.System.Errors {
		for _, e := range g.Errors {
			if slices.Contains(e.Rules, rule) {
				return e.Code
			}
		}
	}
	return ""
}

// only keeps the names that are known.
func only(names []string, known map[string]bool) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !known[name] })
}
