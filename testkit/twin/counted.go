package twin

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// overRows is SQL whose value follows from all the rows that there are.
var overRows = regexp.MustCompile(`(?i)\b(count|sum|min|max|avg|[a-z]+_agg|bool_and|bool_or|every|exists)\s*\(`)

// counts are the members of a reply that SQL makes of all rows of a table, of which the server may
// have more than the model.
func counts(i *spec.Interface, reply *tree.Value) (out []string) {
	out = counted("", i.Answer.Return)
	for _, st := range i.Answer.Steps {
		if st.Verb != "list" || st.Into == nil || reply.Get(st.Into.Path) == nil {
			continue
		}
		for n, row := range reply.Get(st.Into.Path).Items {
			at := st.Into.Path + "/" + strconv.Itoa(n) + "/"
			out = slices.Concat(out, counted(at, st.Return), countedIn(at, st.Children, row))
		}
	}
	return out
}

// countedIn are those of nested arrays.
func countedIn(at string, children []*spec.Child, row *tree.Value) (out []string) {
	for _, c := range children {
		list := row.Get(c.Into.Name)
		if list == nil {
			continue
		}
		for n, one := range list.Items {
			inner := at + c.Into.Name + "/" + strconv.Itoa(n) + "/"
			out = slices.Concat(out, counted(inner, c.Return), countedIn(inner, c.Children, one))
		}
	}
	return out
}

// counted are the paths that assignments fill so.
func counted(at string, list []*spec.Assign) (out []string) {
	for _, a := range list {
		if overRows.MatchString(a.SQL) {
			out = append(out, at+a.To[strings.LastIndexByte(a.To, '/')+1:])
		}
	}
	return out
}
