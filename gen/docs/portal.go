package docs

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
)

// portalPage is the file with what the site shows of a system.
func portalPage(system *spec.System, m *bind.Sampler) (Page, error) {
	doc := portal.Document{
		Name: system.Name, Title: system.Title, Version: system.Version, Date: system.Date,
		Groups: []portal.Group{}, Interfaces: []portal.Interface{}, Errors: portalErrors(system),
	}
	for _, g := range system.Groups {
		doc.Groups = append(doc.Groups, portal.Group{Name: g.Name, Title: g.Title, Section: g.Section})
	}
	for _, c := range system.Changes {
		doc.Changes = append(doc.Changes, portal.Change{Version: c.Version, Date: c.Date, Author: c.Author, Text: c.Text, Interfaces: c.Interfaces})
	}
	for _, e := range system.Errata {
		if system.General(e) {
			doc.Errata = append(doc.Errata, portalErratum(e))
		}
	}
	for _, i := range system.Interfaces {
		one, err := portalInterface(i, m)
		if err != nil {
			return Page{}, err
		}
		doc.Interfaces = append(doc.Interfaces, one)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(doc)
	return Page{portal.DataFile, b.String()}, err
}

// portalErratum is what partners read of a decision.
func portalErratum(e *spec.Erratum) portal.Erratum {
	return portal.Erratum{ID: e.ID, Title: e.Title, Follow: e.Follow}
}

// portalErrors are the tables of error codes, with the rules that each code answers.
func portalErrors(system *spec.System) []portal.ErrorGroup {
	out := []portal.ErrorGroup{}
	for _, g := range system.Errors {
		group := portal.ErrorGroup{Title: g.Title, Section: g.Section, Errors: []portal.Error{}}
		for _, e := range g.Errors {
			group.Errors = append(group.Errors, portalError(system, e))
		}
		out = append(out, group)
	}
	return out
}

// portalError is a code, with the rules that it answers.
func portalError(system *spec.System, e *spec.ErrorCode) portal.Error {
	out := portal.Error{Code: e.Code, Text: e.Text, Note: e.Reserved}
	if e.Ours {
		out.Note = strings.TrimSpace("本系统自定义，不在文档中 " + out.Note)
	}
	for _, r := range system.Rules {
		if r.Code == e.Code {
			out.Rules = append(out.Rules, r.Rule)
		}
	}
	return out
}

// portalInterface is the page of an interface.
func portalInterface(i *spec.Interface, m *bind.Sampler) (portal.Interface, error) {
	examples, err := samples(i, m)
	if err != nil {
		return portal.Interface{}, err
	}
	out := portal.Interface{
		Cmd: i.Cmd, Code: i.Code, Title: i.Title, Section: i.Section, Group: i.Group.Name, Kind: string(i.Kind), Status: string(i.Status),
		Successor: i.Successor, Since: i.Since, Method: i.Method, Path: i.Path, MessageType: i.MessageType, Note: i.Note,
		Request:  rows(i, i.Request, i.Path != "" || len(i.Request.InHeader()) > 0, i.Kind != spec.Notify),
		Response: rows(i, slices.Concat(i.Frame, i.Response), len(i.Response.InHeader()) > 0, false),
		Within:   within(i, examples),
		Examples: examples, Deprecated: i.DeprecatedSince, Sunset: i.Sunset,
	}
	if i.Revision != nil && i.Revision.Of != nil {
		out.RevisionOf, out.Granted = i.Revision.Of.Cmd, i.Revision.Granted
	}
	for _, s := range i.System.ScopesOf(i) {
		out.Scopes = append(out.Scopes, s.Title)
	}
	if out.Path == "" && i.Kind != spec.Notify {
		out.Method, out.Path = sentTo(examples)
	}
	for _, c := range answerCodes(i) {
		out.Codes = append(out.Codes, portal.Code{Code: c.Name, Text: i.System.ErrorText(c.Name), When: c.Value})
	}
	for _, target := range i.Notify {
		out.Notify = append(out.Notify, target.Cmd)
	}
	for _, other := range notifiers(i) {
		out.NotifiedBy = append(out.NotifiedBy, other.Cmd)
	}
	for _, e := range i.Errata {
		if !i.System.General(e) {
			out.Errata = append(out.Errata, portalErratum(e))
		}
	}
	return out, nil
}

// sentTo is where the message of an example goes: method and path of a protocol that
// has one URL for all interfaces.
func sentTo(examples []portal.Example) (method, path string) {
	for _, e := range examples {
		if line, _, _ := strings.Cut(e.Text, "\n"); e.Language == "http" {
			method, path, _ = strings.Cut(strings.TrimSuffix(line, " HTTP/1.1"), " ")
			path, _, _ = strings.Cut(path, "?")
		}
	}
	return method, path
}

// rows are the rows of a table of an interface: placed ones say where they are,
// validated ones which codes answer wrong values.
func rows(i *spec.Interface, fields spec.Fields, placed, validated bool) []portal.Field {
	out := []portal.Field{}
	for _, f := range fields {
		one := portal.Field{
			Name: f.Name, Path: f.DocPath, Required: requiredText(f.Document), Type: typeText(f), Length: f.SpelledLength, Label: f.Label,
			Since: f.Since, Rules: slices.Concat(caseTexts(f), ruleTexts(f)), Fields: rows(i, f.Fields, false, validated),
		}
		if placed {
			one.Place = f.In
		}
		if one.Length == "" && f.Document.Length > 0 {
			one.Length = strconv.Itoa(f.Document.Length)
		}
		if e := f.Document.Enum; e != nil {
			one.Open = e.Open
			for _, v := range e.Values {
				one.Values = append(one.Values, portal.Value{Value: v.Value, Label: v.Label})
			}
		}
		if !f.Document.Same(f.Rules) {
			one.Follow = followTexts(f)
		}
		for _, e := range f.Errata {
			one.Errata = append(one.Errata, e.ID)
		}
		if validated {
			one.Refused = refusals(i.System, f)
		}
		out = append(out, one)
	}
	return out
}

// caseTexts say which values a field takes where another one decides: the list beside them
// has those of all cases.
func caseTexts(f *spec.Field) []string {
	var out []string
	for _, c := range f.Document.EnumBy.Each() {
		out = append(out, matchText([]spec.Match{c.Match})+"时取"+strings.Join(c.Enum.Texts(), "、"))
	}
	return out
}

// refusals are the codes that answer values of a field, each with its rules.
func refusals(system *spec.System, f *spec.Field) []portal.FieldError {
	var out []portal.FieldError
	for _, b := range f.Breaches() {
		code := system.RuleCode(b.Rule)
		at := slices.IndexFunc(out, func(e portal.FieldError) bool { return e.Code == code })
		switch {
		case code == "":
		case at < 0:
			out = append(out, portal.FieldError{Code: code, Rules: []string{b.Rule}})
		case !slices.Contains(out[at].Rules, b.Rule):
			out[at].Rules = append(out[at].Rules, b.Rule)
		}
	}
	return out
}
