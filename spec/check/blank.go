package check

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// canBlank says whether values of a field can be blank: "" for texts and times, 0
// for numbers, false for truth values, and [] for the arrays of a response.
func canBlank(f *spec.Field) bool {
	if f.Type == spec.Array {
		return f.Replied
	}
	return !f.IsNested() && f.Type != spec.Epoch
}

// checkBlank allows blank only for required fields of notifications and responses.
func checkBlank(d *checked) {
	told := map[*spec.Field]bool{}
	for _, x := range d.Interfaces {
		for f := range x.Request.All() {
			told[f] = x.Kind == spec.Notify
		}
		for f := range x.Response.All() {
			told[f] = true
		}
	}
	everyField(func(d *checked, p place) {
		at := p.Where("blank")
		switch {
		case !p.Blank:
		case !told[p.Field]:
			d.Add("JK0125", at, "remove blank", "%s is no field of a notification or a response", p.Name)
		case !p.IsRequired():
			d.Add("JK0125", at, "make it required, or remove blank", "%s may be left out, so it never is blank", p.Name)
		case !canBlank(p.Field):
			d.Add("JK0125", at, "remove blank", "%s of type %s cannot be blank", p.Name, p.Type)
		case p.Nullable:
			d.Add("JK0125", at, "remove one of the two", "%s without a value is null, so it never is blank", p.Name)
		case p.Default != "":
			d.Add("JK0125", at, "remove one of the two", "the default %s replaces a blank %s", p.Default, p.Name)
		case beyond(p.Min, 1) || beyond(p.Max, -1):
			d.Add("JK0125", at, "leave the bound out", "0 means no value of %s, and its bounds refuse it", p.Name)
		}
	})(d)
}

// beyond says whether a bound is a number on that side of 0.
func beyond(bound string, side int) bool {
	n, ok := new(big.Rat).SetString(bound)
	return ok && n.Sign() == side
}

// checkBlankSources compares the blank marks of a notification's required fields
// with their sources, if these are known. Unknown are the results of SQL, the rows
// that a command or background work picks (on: explicit), and everything while a file
// of the system cannot be read.
func checkBlankSources(d *checked, x *spec.Interface) {
	if x.Kind != spec.Notify {
		return
	}
	for _, s := range d.sources(x) {
		f := s.to
		why, known := d.blankSource(s.of, s.Assign, f)
		switch {
		case why != "" && !f.Blank && !f.Nullable:
			hint := "add blank: true, in follow with the erratum that decides it, or make the column required"
			if !canBlank(f) {
				hint = "make the column required; of type " + string(f.Type) + " nothing can be blank"
			}
			d.Add("JK0225", f.Pos, hint, "%s is required and can be blank: %s", f.Name, why)
		case why == "" && known && f.Blank:
			d.Add("JK0226", f.Where("blank"), "remove blank", "%s is never blank: its source always has a value", f.Name)
		}
	}
}

// source is where a sent value comes from: an assignment, and the table of its row.
type source struct {
	*spec.Assign
	of *spec.Table
	to *spec.Field
}

// sources lists the required values that a row fills, with their sources.
func (d *checked) sources(x *spec.Interface) (list []source) {
	fill := func(of *spec.Table, from []*spec.Assign, step string, sent spec.Fields) {
		for _, a := range from {
			if f := sent.At(a.To); a.Step == step && f != nil && f.IsRequired() && !f.IsNested() {
				list = append(list, source{a, of, f})
			}
		}
	}
	switch {
	case !d.Whole() || x.Explicit:
	case x.Kind == spec.Notify:
		fill(x.Row, x.Fill, "", x.Request)
	case x.Answer != nil:
		for _, st := range x.Answer.Steps {
			if st.Table == nil {
				continue
			}
			fill(st.Table, x.Answer.Return, st.Name, x.Response)
			fill(st.Table, st.Return, "", x.Response)
			for _, c := range everyChild(st.Children) {
				fill(c.Table, c.Return, "", x.Response)
			}
		}
	}
	return list
}

// everyChild lists nested arrays at every depth.
func everyChild(list []*spec.Child) []*spec.Child {
	all := slices.Clone(list)
	for _, c := range list {
		all = append(all, everyChild(c.Children)...)
	}
	return all
}

// blankSource says how the source of a field can have no value: "" where it
// cannot, or where that is not known.
func (d *checked) blankSource(t *spec.Table, a *spec.Assign, f *spec.Field) (why string, known bool) {
	switch {
	case a.Value != nil && *a.Value == "":
		return `its value is ""`, true
	case a.Value != nil, a.Now:
		return "", true
	}
	c := t.Column(a.Column)
	if c == nil {
		return "", false
	}
	if a.Map != nil {
		return d.blankMapped(t, c, a.Map, f)
	}
	why, known = d.blankColumn(t, c)
	switch {
	case why != "" || !refusesZero(f):
	case c.Enum == nil:
		known = false
	case c.Enum.Lists("0"):
		why = fmt.Sprintf("%s.%s can be 0, which is none of its values", t.Name, c.Name)
	}
	return why, known
}

// blankText and blankList are how a decision says that a value is blank: a text or a
// time, perhaps after the name of the one that is meant, or an array.
var (
	blankText = regexp.MustCompile(`(?:([A-Za-z0-9_]*)[为是送回]| is | be )""`)
	blankList = regexp.MustCompile(`()(?:空数组|[为是]\[\]|empty (?:array|list))`)
)

// letsBlank says whether the words of a decision let a field be blank.
func letsBlank(e *spec.Erratum, f *spec.Field) bool {
	words := blankText
	if f.Type == spec.Array {
		words = blankList
	}
	return slices.ContainsFunc(words.FindAllStringSubmatch(e.Follow, -1), func(m []string) bool { return m[1] == "" || m[1] == f.Name })
}

// checkBlankDecisions finds decisions whose words let a required value that we send
// be blank, where the field does not say so.
func checkBlankDecisions(d *checked, x *spec.Interface) {
	if !d.Whole() {
		return
	}
	sent := x.Response
	if x.Kind == spec.Notify {
		sent = x.Request
	}
	full := map[*spec.Field]bool{} // their sources always have a value
	for _, s := range d.sources(x) {
		why, known := d.blankSource(s.of, s.Assign, s.to)
		full[s.to] = why == "" && known
	}
	for f := range sent.All() {
		if full[f] || !f.IsRequired() || f.Blank || f.Nullable || !canBlank(f) || f.IsNumber() || f.Type == spec.Bool {
			continue
		}
		at := slices.IndexFunc(f.Errata, func(e *spec.Erratum) bool { return letsBlank(e, f) })
		if at < 0 {
			continue
		}
		id := f.Errata[at].ID
		d.Add("JK0615", f.Pos, fmt.Sprintf("follow: {blank: true, erratum: %s}, or say otherwise in the erratum", id),
			"the erratum %q lets %s be %s, and nothing carries that", id, f.Name, f.BlankValue())
	}
}

// refusesZero says whether 0 is a number that the field's listed values do not
// have.
func refusesZero(f *spec.Field) bool {
	return f.IsNumber() && f.IsClosed() && !f.Enum.Lists("0")
}

// blankMapped is blankSource for a column behind a mapping. A value that is not
// mapped, and no value, become the mapping's else.
func (d *checked) blankMapped(t *spec.Table, c *spec.Column, m *spec.Mapping, f *spec.Field) (why string, known bool) {
	for _, p := range m.Values {
		if p.Value == "" || p.Value == "0" && refusesZero(f) {
			return fmt.Sprintf("the mapping %s gives %q for %s", m.Name, p.Value, p.Name), true
		}
	}
	switch {
	case m.Else == "0" && refusesZero(f):
		return fmt.Sprintf("the mapping %s has else: 0", m.Name), true
	case m.Else != "":
		return "", true
	case c.Enum == nil || slices.ContainsFunc(c.Enum.Texts(), func(text string) bool { return !m.Knows(text) }):
		return fmt.Sprintf("the mapping %s has no else, and does not know all of %s.%s", m.Name, t.Name, c.Name), true
	}
	return d.blankColumn(t, c)
}

// blankColumn says how a column can have no value.
func (d *checked) blankColumn(t *spec.Table, c *spec.Column) (why string, known bool) {
	switch {
	case !c.Required && c.Default == "":
		return fmt.Sprintf("%s.%s is not required", t.Name, c.Name), true
	case !c.Required:
		return "", false // a row may have been stored without the default
	case c.Blank:
		return fmt.Sprintf("%s.%s may be blank", t.Name, c.Name), true
	case c.Type == spec.String:
		return d.blankWriter(t, c), true
	}
	return "", true
}

// blankWriter names an interface that stores "" in a required column, for an
// optional field that was not sent.
func (d *checked) blankWriter(t *spec.Table, c *spec.Column) string {
	for _, x := range d.Interfaces {
		if x.Answer == nil {
			continue
		}
		for _, st := range x.Answer.Steps {
			a := st.Filled(c.Name)
			if st.Table != t || a == nil || a.Keep || a.Map != nil {
				continue
			}
			if f := a.Field; f != nil && f.Type == spec.String && !f.IsRequired() && f.Default == "" {
				return fmt.Sprintf("%s fills %s.%s from %s, which is not required", x.Cmd, t.Name, c.Name, f.Name)
			}
			if a.Value != nil && *a.Value == "" {
				return fmt.Sprintf(`%s fills %s.%s with ""`, x.Cmd, t.Name, c.Name)
			}
		}
	}
	return ""
}
