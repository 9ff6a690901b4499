package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// answered is an answer as text, without its codes: two that do the same are the same text.
func answered(a *spec.Answer) string {
	var b strings.Builder
	fmt.Fprintln(&b, "token", a.Token)
	for _, c := range a.Checks {
		fmt.Fprintln(&b, "check", checked(c))
	}
	for _, st := range a.Steps {
		fmt.Fprintln(&b, st.Name, st.Verb, tableName(st.Table), fieldName(st.Each), assigned(st.Where), assigned(st.Set), st.Match, st.Keep,
			st.Order, fieldName(st.Into), assigned(st.Return), st.SQL)
		if st.Drop != nil {
			fmt.Fprintln(&b, "drop", fieldName(st.Drop.Field), st.Drop.Value)
		}
		for _, t := range st.Unique {
			fmt.Fprintln(&b, "unique", t.Columns)
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

// checked is what a check asks for, as text.
func checked(c *spec.Check) string {
	return fmt.Sprint(tableName(c.Table), " ", assigned(c.Where), " ", c.Absent, " ", fieldName(c.Each), " ", fieldNames(c.Same))
}

// refusals are the codes of an answer by what they refuse.
func refusals(a *spec.Answer) map[string]string {
	out := map[string]string{}
	for _, c := range a.Checks {
		out["check "+strings.TrimSpace(checked(c))] = c.Else
	}
	for n, st := range a.Steps {
		at := strings.TrimSpace(string(st.Verb) + " " + tableName(st.Table))
		if n > 0 {
			at += fmt.Sprint(" ", n+1)
		}
		out[at+" missing"] = st.Missing
		for _, t := range st.Unique {
			out[at+" unique "+strings.Join(t.Columns, ", ")] = t.Code
		}
	}
	return out
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
	var out []string
	for _, a := range list {
		out = append(out, a.To+" < "+source(a))
	}
	return strings.Join(out, "; ")
}

// source is what an assignment assigns, as text.
func source(a *spec.Assign) string {
	parts := []string{fieldName(a.Field), strings.TrimPrefix(a.Step+"."+a.Column, "."), a.SQL}
	put := func(is bool, text string) {
		if is {
			parts = append(parts, text)
		}
	}
	put(a.Value != nil, "=")
	if a.Value != nil {
		parts[len(parts)-1] += strconv.Quote(*a.Value)
	}
	put(a.Now, "now")
	put(a.App, "app")
	put(a.Hash != nil, "hash of "+fieldName(a.Hash))
	put(a.Token != "", "token "+a.Token)
	if a.Map != nil {
		parts = append(parts, "by "+a.Map.Name, pairs(a.Map.Values), a.Map.Else)
	}
	put(a.Keep, "keep")
	put(a.Clear, "clear")
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" || s == "." }), " ")
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
