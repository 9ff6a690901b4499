package spec_test

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// printer writes a linked model as text that people can read and compare.
type printer struct{ strings.Builder }

func (p *printer) line(depth int, format string, args ...any) {
	p.WriteString(strings.TrimRight(strings.Repeat("  ", depth)+fmt.Sprintf(format, args...), " ") + "\n")
}

func printSet(set *spec.Set) string {
	var p printer
	for _, s := range set.Systems {
		p.line(0, "system %s %s %s %s %+v", s.Name, s.Version, s.Zone, s.Endpoint.Path, s.Endpoint.Methods)
		if !s.Client {
			p.line(1, "client false")
		}
		if s.Project != "" {
			p.line(1, "project %s", s.Project)
		}
		p.line(1, "limits %d %d %d", s.Limits.Body, s.Limits.Depth, s.Limits.Elements)
		for _, app := range s.Demo.Apps {
			p.line(1, "demo app %s %s %s %s", app.ID, app.Name, app.Call, app.Data)
		}
		for _, rows := range s.Demo.Rows {
			p.line(1, "demo rows %s %q", rows.Table, rows.CSV)
		}
		if q := s.Protocol; q != nil {
			p.fields(1, "protocol row", q.Rows())
			p.line(1, "protocol apart=%v once=%v values %v answer %v", q.Carriage.Apart, q.Once, q.Values, q.Answer)
		}
		if s.Reply.Head+s.Reply.Text != "" {
			p.line(1, "reply head %s text %s", s.Reply.Head, s.Reply.Text)
		}
		for _, t := range s.Tables {
			p.table(t)
		}
		for _, x := range s.Interfaces {
			p.face(x)
		}
		p.ledger(s)
	}
	return p.String()
}

func (p *printer) ledger(s *spec.System) {
	for _, e := range s.Ledger {
		about := "system"
		if e.Interface != nil {
			about = e.Interface.Cmd
		}
		p.line(1, "ledger %s %s %s: %s %s %v", e.Section, about, e.Field, e.Says, e.Carrier, e.By)
	}
}

func (p *printer) table(t *spec.Table) {
	p.line(1, "table %s since %d key %v", t.Name, t.Since, t.Key)
	for _, c := range t.Columns {
		p.line(2, "%s %s %d required=%v default=%s since %d", c.Name, c.Type, c.Length, c.Required, c.Default, c.Since)
		if c.Enum != nil {
			p.line(3, "enum %s %v", c.Enum.Name, c.Enum.Texts())
		}
		if c.Format+c.Min+c.Max != "" || c.Hash || c.Blank {
			p.line(3, "format=%s min=%s max=%s hash=%v blank=%v", c.Format, c.Min, c.Max, c.Hash, c.Blank)
		}
	}
	for _, x := range t.Unique {
		p.line(2, "unique %v since %d", x.Columns, x.Since)
	}
	for _, x := range t.Indexes {
		p.line(2, "index %v since %d", x.Columns, x.Since)
	}
	if h := t.History; h != nil {
		p.line(2, "history of %s by %q %s %s %s %s %v", h.Notifications, h.Separator, h.App, h.Name, h.Since, h.Until, h.Scope)
		p.line(2, "ends %s %d %d %s %s %s %s", h.Status, h.Done, h.Failed, h.Started, h.Finished, h.Remark, h.Result.Cmd)
		for _, text := range h.Texts {
			p.line(3, "%s %s", text.Name, text.Value)
		}
	}
}

func (p *printer) face(x *spec.Interface) {
	p.line(1, "%s %s %s %s %s %s %s", x.Section, x.Cmd, x.Kind, x.Status, x.Group.Name, x.Method, x.Path)
	if x.Form {
		p.line(2, "form")
	}
	for _, e := range x.Errata {
		p.line(2, "erratum %s", e.ID)
	}
	p.fields(2, "request", x.Request)
	p.fields(2, "response", x.Response)
	p.fields(2, "frame", x.Frame)
	p.assigns(2, "fill", x.Fill)
	if x.Row != nil {
		p.line(2, "by %v explicit=%v publish=%v", x.By, x.Explicit, x.Publish)
		p.assigns(2, "scope", x.Scope)
		if x.To != nil {
			p.line(2, "to %s at %s", x.To.App, x.To.URL)
		}
	}
	for _, n := range x.Notify {
		p.line(2, "notify %s", n.Cmd)
	}
	if a := x.Answer; a != nil {
		p.line(2, "answer handler=%v missing=%s", a.Handler, a.Missing)
		if len(a.Codes) > 0 {
			p.line(3, "codes %s", strings.Join(a.Codes, " "))
		}
		if a.Token > 0 {
			p.line(3, "token %s", a.Token)
		}
		for _, c := range a.Checks {
			p.line(3, "check %s else %s", c.Table.Name, c.Else)
			p.assigns(4, "where", c.Where)
		}
		for _, st := range a.Steps {
			p.step(st)
		}
		p.assigns(3, "return", a.Return)
	}
}

func (p *printer) step(st *spec.AnswerStep) {
	p.line(3, "%s %s order=%v match=%v missing=%s", st.Verb, st.Name, st.Order, st.Match, st.Missing)
	for _, one := range []struct {
		what  string
		field *spec.Field
	}{{"each", st.Each}, {"into", st.Into}} {
		if one.field != nil {
			p.line(4, "%s %s", one.what, one.field.Path)
		}
	}
	if st.Drop != nil {
		p.line(4, "drop %s=%s", st.Drop.Field.Path, st.Drop.Value)
	}
	if st.Page != nil {
		p.line(4, "page %s %s %s %s", st.Page.Page.Path, st.Page.Size.Path, st.Page.Total.Path, st.Page.Echo.Path)
	}
	if st.Since != nil {
		p.line(4, "since %s %s %s", st.Since.Column, st.Since.Field.Path, st.Since.Last.Path)
	}
	for _, u := range st.Unique {
		p.line(4, "unique %s %s", strings.Join(u.Columns, "+"), u.Code)
	}
	p.assigns(4, "where", st.Where)
	p.assigns(4, "set", st.Set)
	p.assigns(4, "return", st.Return)
	for _, c := range st.Children {
		p.line(4, "child %s %s on %s=%s order=%v", c.Into.Path, c.Table.Name, c.On[0].Name, c.On[0].Value, c.Order)
		p.assigns(5, "return", c.Return)
	}
}

func (p *printer) assigns(depth int, what string, list []*spec.Assign) {
	for _, a := range list {
		s := ""
		if a.Map != nil {
			s = a.Map.Name + " of "
		}
		switch {
		case a.Field != nil:
			s += "field " + a.Field.Path
		case a.Column != "":
			s += "column " + strings.TrimPrefix(a.Step+"."+a.Column, ".")
		case a.Value != nil:
			s += fmt.Sprintf("%q", *a.Value)
		case a.App:
			s += "app"
		case a.Now:
			s += "now"
		case a.Token != "":
			s += "token " + a.Token
		case a.Hash != nil:
			s += "hash " + a.Hash.Path
		default:
			s += "sql " + a.SQL
		}
		if a.Keep {
			s += " keep"
		}
		if a.Keep && !a.Clear {
			s += " empty"
		}
		p.line(depth, "%s %s <- %s", what, a.To, s)
	}
}

func (p *printer) fields(depth int, what string, list spec.Fields) {
	for _, f := range list {
		s := fmt.Sprintf("%s %s (%s) %s", what, f.Path, f.DocPath, rulesText(&f.Rules))
		if !f.Rules.Equal(f.Document) {
			s += " / document: " + rulesText(&f.Document)
		}
		for _, one := range []struct {
			is   bool
			text string
		}{
			{f.Of != "", " of " + string(f.Of)},
			{f.In != "body", " in " + f.In},
			{f.PII, " pii"},
			{f.KeepAbsent, " keep absent"},
			{f.Layout != "" && f.Layout != "seconds", " layout " + f.Layout},
			{len(f.Alias) > 0, fmt.Sprintf(" alias %v", f.Alias)},
		} {
			if one.is {
				s += one.text
			}
		}
		p.line(depth, "%s", s)
		p.fields(depth+1, what, f.Fields)
	}
}

func rulesText(r *spec.Rules) string {
	s := fmt.Sprintf("%s %d %s", r.Type, r.Length, r.Required)
	for _, one := range []struct{ key, text string }{
		{"min", r.Min},
		{"max", r.Max},
		{"separator", r.Separator},
		{"default", r.Default},
		{"format", r.Format},
		{"pattern", r.Pattern},
		{"starts_with", r.StartsWith},
		{"condition", r.Condition},
		{"with", strings.Join(r.RequiredWith, ",")},
		{"without", strings.Join(r.RequiredWithout, ",")},
		{"without all", strings.Join(r.RequiredWithoutAll, ",")},
	} {
		if one.text != "" {
			s += " " + one.key + " " + one.text
		}
	}
	if r.Blank {
		s += " blank"
	}
	for _, m := range r.RequiredIf {
		s += " if " + m.Name + "=" + m.Value
	}
	for _, m := range r.FormatIf {
		s += " format if " + m.Name + "=" + m.Value
	}
	if r.Enum != nil {
		s += " enum " + r.Enum.Name + "["
		for _, v := range r.Enum.Values {
			s += v.Value + ":" + v.Label + " "
		}
		s = strings.TrimSuffix(s, " ") + "]"
		if r.Enum.Open {
			s += " open"
		}
	}
	return s
}
