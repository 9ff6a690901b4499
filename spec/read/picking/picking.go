// Package picking reads what where says of the rows of a step beyond values that are equal: ranges,
// parts of texts and lists; and the order that a request chooses.
package picking

import (
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// words are the keys of such conditions.
var words = []string{"from", "to", "above", "below", "contains", "begins", "in"}

// Is says whether a source of where is such a condition, or several.
func Is(v *yamltree.Value) bool {
	return v.Form == yamltree.Mapping && slices.ContainsFunc(words, func(w string) bool { return v.Get(w) != nil })
}

// Of is the step that the conditions and the order are of.
type Of struct {
	Step   *spec.AnswerStep
	Field  func(v *yamltree.Value) *spec.Field                            // of the request; nil after a finding
	Column func(name string, at spec.Pos) *spec.Column                    // of the table; nil after a finding
	Add    func(id string, at spec.Pos, hint, format string, args ...any) // a finding
}

// Read reads the conditions on one column, or on several with + between them.
func (o Of) Read(m yamltree.Member) (out []*spec.Pick) {
	if !slices.Contains([]string{"list", "exists"}, o.Step.Verb) {
		o.Add("JK0440", m.Pos, "name one value of each column: only list and exists look for many rows", "%s cannot have a condition with %s", o.Step.Verb, m.Value.Members[0].Name)
		return nil
	}
	names := strings.Split(m.Name, "+")
	var columns []*spec.Column
	for _, name := range names {
		c := o.Column(name, m.Pos)
		if c == nil {
			return nil
		}
		columns = append(columns, c)
	}
	for _, one := range m.Value.Members {
		if !slices.Contains(words, one.Name) {
			o.Add("JK0421", one.Pos, "one or several of "+strings.Join(words, ", "), "%s is no condition", one.Name)
			continue
		}
		f := o.Field(one.Value)
		if f == nil {
			continue
		}
		for _, c := range columns {
			if hint := unfit(one.Name, f, c); hint != "" {
				o.Add("JK0440", one.Pos, hint, "%s cannot be about the %s column %s, for which %s is of type %s", one.Name, c.Type, c.Name, f.Name, f.Type)
				break
			}
		}
		f.Asks = said(one.Name, f, columns)
		out = append(out, &spec.Pick{Pos: one.Pos, Columns: names, By: one.Name, Field: f, Span: span(f)})
	}
	return out
}

// unfit says how to fix a condition that its field cannot say of a column; "" where it can.
func unfit(by string, f *spec.Field, c *spec.Column) string {
	text := f.Shape() == spec.Text
	switch by {
	case "contains", "begins":
		if !text || f.Separator != "" || c.Type != spec.String {
			return "a part of a text is looked for in columns of texts, by a field that is one text"
		}
	case "in":
		switch {
		case f.Shape() == spec.Scalars:
			return "name the array alone: " + c.Name + ": " + f.Name
		case !text || f.Separator == "" || f.Separator == "+":
			return `give the field separator: "," or what is between the values`
		case c.Type != spec.String && c.Type != spec.Int:
			return "a list in a text is one of texts or of whole numbers"
		}
	default:
		numbers := f.IsNumber() && !f.IsNested() && c.Type.IsNumber()
		times := f.IsTime() && (c.Type == spec.Datetime || c.Type == spec.Date)
		if f.Shape() == spec.Scalars || !numbers && !times {
			return "a range is one of numbers or of times, and so are its field and its column"
		}
	}
	return ""
}

// said is a condition in words for partners.
func said(by string, f *spec.Field, columns []*spec.Column) string {
	var labels []string
	for _, c := range columns {
		if c.Label != "" {
			labels = append(labels, c.Label)
		}
	}
	text := map[string]string{
		"from": "不小于此值", "to": "不大于此值", "above": "大于此值", "below": "小于此值", "contains": "包含此文字", "begins": "以此文字开头", "in": "为其中之一",
	}[by]
	if f.IsTime() {
		text = map[string]string{"from": "不早于此时间", "to": "不晚于此时间", "above": "晚于此时间", "below": "早于此时间"}[by]
	}
	if f.IsTime() && by == "to" && span(f) == 24*time.Hour {
		text += "，含当天"
	}
	return "筛选：" + strings.Join(labels, "或") + text
}

// span is how long a time lasts that a field writes.
func span(f *spec.Field) time.Duration {
	switch form := f.WrittenLayout(); {
	case f.Type == spec.Date, form != "" && !strings.Contains(form, "HH"):
		return 24 * time.Hour
	case form != "" && !strings.Contains(form, "ss"):
		return time.Minute
	case f.Layout == "millis", strings.Contains(form, "SSS"):
		return time.Millisecond
	}
	return time.Second
}

// Sort reads the order that a request chooses.
func (o Of) Sort(v *yamltree.Value) *spec.Sort {
	if v == nil {
		return nil
	}
	by := o.Field(v.Get("by"))
	if by == nil {
		return nil
	}
	s := &spec.Sort{Places: v.Places(v.Pos), By: by}
	by.Asks = "排序方式"
	for _, m := range v.Each("of") {
		one := spec.SortOrder{Value: m.Name}
		for _, item := range items(m.Value) {
			name, down := strings.CutPrefix(item.Text, "-")
			if c := o.Column(name, item.Pos); c != nil && c.Type == spec.JSON {
				o.Add("JK0441", item.Pos, "name another column", "%s is a json column, which has no order", name)
			}
			one.Columns = append(one.Columns, item.Text)
			if !down {
				name = "-" + name
			}
			one.Turned = append(one.Turned, name)
		}
		s.Orders = append(s.Orders, one)
	}
	for _, m := range v.Each("descending") {
		if f := o.Field(&yamltree.Value{Form: yamltree.Text, Text: m.Name, Pos: m.Pos}); f != nil {
			s.Down = &spec.Drop{Pos: m.Pos, Field: f, Value: m.Text}
			f.Asks = "为" + m.Text + "时倒序"
			o.listed(f, "descending", []string{m.Text}, m.Pos)
		}
	}
	o.complete(s)
	return s
}

// items are the columns of an order.
func items(v *yamltree.Value) []*yamltree.Value {
	if v.Form == yamltree.Text {
		return []*yamltree.Value{v}
	}
	return v.Items
}

// complete holds an order to the values that its field takes.
func (o Of) complete(s *spec.Sort) {
	var values []string
	for _, one := range s.Orders {
		values = append(values, one.Value)
	}
	if !o.listed(s.By, "by", values, s.At("of")) {
		return
	}
	for _, v := range s.By.Enum.Texts() {
		if !slices.Contains(values, v) {
			o.Add("JK0441", s.At("of"), "add it to of, or take it from the enum of "+s.By.Name, "nothing says in which order %s %q puts the rows", s.By.Name, v)
		}
	}
	switch p := o.Step.Page; {
	case p != nil && !p.Numbered():
		o.Add("JK0441", s.Pos, "let pages begin at a number: page or offset", "pages that begin behind a row are in one order")
	case o.Step.Marked():
		o.Add("JK0441", s.Pos, "leave sort out, or last: a list that goes on from a time is in the order of that time", "a list with the greatest time of its rows is in one order")
	}
}

// listed says whether a field lists its values, and these are among them.
func (o Of) listed(f *spec.Field, key string, values []string, at spec.Pos) bool {
	if f.Type == spec.Bool && key == "descending" {
		values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "true" || v == "false" })
		for _, v := range values {
			o.Add("JK0441", at, "true or false", "%s never has the value %q", f.Name, v)
		}
		return false
	}
	if !f.IsClosed() || f.Separator != "" || f.IsNested() {
		o.Add("JK0441", at, "enum: ["+strings.Join(values, ", ")+"]", "%s may have values that choose no order", f.Name)
		return false
	}
	for _, v := range values {
		if !slices.Contains(f.Enum.Texts(), v) {
			o.Add("JK0441", at, "one of "+strings.Join(f.Enum.Texts(), ", "), "%s never has the value %q", f.Name, v)
		}
	}
	return true
}
