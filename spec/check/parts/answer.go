package parts

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// Answer are the parts of an answer that a row of the ledger can name:
// "check 4001", "insert customer", "set cst_num", "notify cst_info_notify". The
// parts of the system are the values of its requests: "value authCode".
func Answer(s *spec.System, e *spec.LedgerEntry) []string {
	var p list
	x := e.Interface
	if x == nil {
		if s.Protocol != nil {
			for _, name := range s.Protocol.Values {
				p.add("value", name)
			}
		}
		return p.sorted()
	}
	p = append(p, "status") // whatever it is now: a mark of the document outlives it
	p.add("status", string(x.Status))
	p.add("successor", x.Successor)
	p.add("message_type", x.MessageType)
	p.assigns("fill", x.Fill)
	if x.Row != nil {
		p.add("row", x.Row.Name)
		if x.Explicit {
			p.add("on", "explicit")
		}
	}
	if x.To != nil {
		p.add("to", x.To.App)
		p.add("to", x.To.URL)
	}
	for _, n := range x.Notify {
		p.add("notify", n.Cmd)
	}
	for _, other := range s.Interfaces {
		if slices.Contains(other.Notify, x) {
			p.add("sent", other.Cmd)
		}
	}
	if x.Answer != nil {
		p.answer(x.Answer)
	}
	return p.sorted()
}

// list collects the parts of one answer.
type list []string

func (p *list) add(word, name string) {
	if name != "" {
		*p = append(*p, word+" "+name)
	}
}

func (p *list) sorted() []string {
	slices.Sort(*p)
	return slices.Compact(*p)
}

// assigns adds the filled columns and fields, and the mappings between.
func (p *list) assigns(word string, all []*spec.Assign) {
	for _, a := range all {
		p.add(word, a.To)
		if a.Map != nil {
			p.add("map", a.Map.Name)
		}
	}
}

func (p *list) answer(a *spec.Answer) {
	if a.Handler {
		p.add("handler", "true")
	}
	if a.Token > 0 {
		p.add("token", a.Token.String())
	}
	p.assigns("return", a.Return)
	p.add("missing", a.Missing)
	for _, c := range a.Checks {
		p.add("check", c.Else)
	}
	for _, st := range a.Steps {
		p.step(st)
	}
}

func (p *list) step(st *spec.AnswerStep) {
	p.add(st.Verb, st.Name)
	p.add("missing", st.Missing)
	p.assigns("where", st.Where)
	for _, pick := range st.Picks {
		for _, c := range pick.Columns {
			p.add("where", c)
		}
	}
	p.assigns("set", st.Set)
	p.assigns("return", st.Return)
	for _, u := range st.Unique {
		p.add("unique", u.Code)
	}
	for _, column := range st.Match {
		p.add("match", column)
	}
	for _, column := range st.Order {
		p.add("order", column)
	}
	if st.Sort != nil {
		p.add("sort", st.Sort.By.Path)
	}
	if st.Keep {
		p.add("keep", st.Name)
	}
	if st.Each != nil {
		p.add("each", st.Each.Path)
	}
	if st.Drop != nil {
		p.add("drop", st.Drop.Value)
	}
	if st.Into != nil {
		p.add("into", st.Into.Path)
	}
	if st.Page != nil {
		p.add("page", st.Page.Begin().Path)
	}
	if st.Since != nil {
		p.add("since", st.Since.Column)
	}
	p.children(st.Children)
}

func (p *list) children(all []*spec.Child) {
	for _, c := range all {
		p.add("list", c.Table.Name)
		p.add("into", c.Into.Path)
		p.assigns("return", c.Return)
		p.children(c.Children)
	}
}
