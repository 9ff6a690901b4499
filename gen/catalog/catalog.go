// Package catalog lists what the documents say as data: every interface, field,
// enumeration and error code.
package catalog

import (
	"cmp"

	"github.com/jiekou-dev/jiekou/spec"
)

// Catalog is all interfaces as data. The names of its members are kept stable:
// scripts rely on them.
type Catalog struct {
	Systems []System `json:"systems"`
}

// System is what one document says.
type System struct {
	System     string      `json:"system"`
	Title      string      `json:"title"`
	Version    string      `json:"version"`
	Interfaces []Interface `json:"interfaces"`
	Errors     []Error     `json:"errors"`
}

// Interface is one interface. Response begins with the rows of the reply's frame.
type Interface struct {
	Cmd         string   `json:"cmd"`
	DocName     string   `json:"doc_name"` // the document's number or name
	Method      string   `json:"method"`   // "": that of the system
	Path        string   `json:"path"`     // as the document writes it; "": that of the system
	Code        string   `json:"code"`
	Title       string   `json:"title"`
	Section     string   `json:"section"`
	Group       string   `json:"group"`
	Kind        string   `json:"kind"`
	Status      string   `json:"status"`
	Successor   string   `json:"successor"`
	Request     []Field  `json:"request"`
	Response    []Field  `json:"response"`
	Sends       []string `json:"sends"`
	MessageType string   `json:"message_type"`
	Origin      string   `json:"origin,omitempty"` // where it is in the document, if it was imported
	Errors      []Error  `json:"errors,omitempty"` // codes of its own
}

// Error is a row of a table of error codes.
type Error struct {
	Code  string `json:"code"`
	Text  string `json:"text"`
	Group string `json:"group"`
	Ours  bool   `json:"ours"` // not in the document
}

// Of lists what the documents of systems say. What is ours is left out.
func Of(systems []*spec.System) Catalog {
	c := Catalog{Systems: []System{}}
	for _, s := range systems {
		one := System{
			System: s.Name, Title: s.Title, Version: s.Version,
			Interfaces: []Interface{}, Errors: []Error{},
		}
		for _, i := range s.Interfaces {
			if i.Ours {
				continue
			}
			one.Interfaces = append(one.Interfaces, interfaceOf(i))
		}
		for _, g := range s.Errors {
			one.Errors = append(one.Errors, errorsOf(g)...)
		}
		c.Systems = append(c.Systems, one)
	}
	return c
}

// errorsOf are the rows of a table of codes: one for each text.
func errorsOf(g *spec.ErrorGroup) (out []Error) {
	for _, e := range g.Errors {
		for _, text := range append([]string{e.Text}, e.Others...) {
			out = append(out, Error{e.Code, text, g.Title, e.Ours})
		}
	}
	return out
}

func interfaceOf(i *spec.Interface) Interface {
	out := Interface{
		Cmd: i.Cmd, DocName: cmp.Or(i.Code, i.Cmd), Method: i.StatedMethod(), Path: i.DocPath, Origin: i.Origin, Code: i.Code, Title: i.Title, Section: i.Section, Group: i.Group.Name,
		Kind: string(i.Kind), Status: string(i.Status), Successor: i.Successor, MessageType: i.MessageType,
		Request: rows([]Field{}, i.Request), Sends: []string{},
	}
	out.Response = rows(rows([]Field{}, i.Frame), i.Response)
	for _, e := range i.Errors {
		out.Errors = append(out.Errors, Error{e.Code, e.Text, i.Title, false})
	}
	for _, n := range i.Notify {
		out.Sends = append(out.Sends, n.Cmd)
	}
	return out
}
