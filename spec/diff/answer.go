package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// answered is an answer as text: two that do the same are the same text.
func answered(a *spec.Answer) string {
	var b strings.Builder
	fmt.Fprintln(&b, a.Token, a.Missing)
	for _, c := range a.Checks {
		fmt.Fprintln(&b, "check", tableName(c.Table), assigned(c.Where), c.Absent, fieldName(c.Each), fieldNames(c.Same), c.Else)
	}
	for _, st := range a.Steps {
		fmt.Fprintln(&b, st.Name, st.Verb, tableName(st.Table), fieldName(st.Each), assigned(st.Where), assigned(st.Set), st.Match, st.Keep,
			st.Missing, st.Order, fieldName(st.Into), assigned(st.Return), st.SQL)
		if st.Drop != nil {
			fmt.Fprintln(&b, "drop", fieldName(st.Drop.Field), st.Drop.Value)
		}
		for _, t := range st.Unique {
			fmt.Fprintln(&b, "unique", t.Columns, t.Code)
		}
		if p := st.Page; p != nil {
			fmt.Fprintln(&b, "page", fieldNames([]*spec.Field{p.Page, p.Offset, p.Cursor, p.After, p.Size, p.Total, p.Rows, p.Echo, p.More, p.Next}))
		}
		if s := st.Since; s != nil {
			fmt.Fprintln(&b, "since", s.Column, fieldName(s.Field), fieldName(s.Last))
		}
		children(&b, st.Children)
	}
	return b.String() + assigned(a.Return)
}

func children(b *strings.Builder, list []*spec.Child) {
	for _, c := range list {
		fmt.Fprintln(b, "children", fieldName(c.Into), tableName(c.Table), pairs(c.On), c.Order, assigned(c.Return))
		children(b, c.Children)
	}
}

func pairs(list []spec.Pair) string {
	var out []string
	for _, p := range list {
		out = append(out, p.Name+"="+p.Value)
	}
	return strings.Join(out, ",")
}

// assigned is a list of assignments as text.
func assigned(list []*spec.Assign) string {
	var b strings.Builder
	for _, a := range list {
		value := ""
		if a.Value != nil {
			value = "=" + *a.Value
		}
		mapping := ""
		if a.Map != nil {
			mapping = a.Map.Name + pairs(a.Map.Values) + a.Map.Else
		}
		fmt.Fprint(&b, a.To, "<", fieldName(a.Field), a.Column, a.Step, value, a.Now, a.App, fieldName(a.Hash), a.SQL, a.Token, mapping,
			a.Keep, a.Clear, ";")
	}
	return b.String()
}

func tableName(t *spec.Table) string {
	if t == nil {
		return ""
	}
	return t.Name
}

func fieldName(f *spec.Field) string {
	if f == nil {
		return ""
	}
	return f.Path
}

func fieldNames(list []*spec.Field) string {
	var out []string
	for _, f := range list {
		out = append(out, fieldName(f))
	}
	return strings.Join(out, ",")
}

// codesOf lists the codes that an answer names, sorted.
func codesOf(a *spec.Answer) []string {
	out := slices.Clone(a.Codes)
	out = append(out, a.Missing)
	for _, c := range a.Checks {
		out = append(out, c.Else)
	}
	for _, st := range a.Steps {
		out = append(out, st.Missing)
		for _, t := range st.Unique {
			out = append(out, t.Code)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}
