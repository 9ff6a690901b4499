package check

import (
	"cmp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// goKey is a Go name without case: names that differ in nothing else would be one
// where Go lowers their first letters.
func goKey(name string) string { return strings.ToLower(name) }

// checkNames wants names that are still different in Go.
func checkNames(d *checked) {
	everyList(checkGoNames)(d)
	checkGoTypes(d)
}

// checkGoNames wants a Go name of its own for each field of a list.
func checkGoNames(d *checked, list spec.Fields, _ bool) {
	seen := map[string]*spec.Field{}
	for _, f := range list {
		key := goKey(spec.GoField(f.Name))
		o := seen[key]
		if o != nil && (f.In != "header" || o.In != "header" || !strings.EqualFold(f.Name, o.Name)) {
			d.Add("JK0118", f.Pos, "write one with alias: on the other", "%s and %s would have the same Go name", o.Name, f.Name)
		}
		seen[key] = cmp.Or(o, f)
	}
}

// checkGoTypes wants a Go name of its own for each object of a group, which is one
// package. Types are called after their interface and the fields that lead to them.
func checkGoTypes(d *checked) {
	seen := map[string]string{} // group and type -> what it is of
	one := func(x *spec.Interface, name, what string, at spec.Pos) {
		key := x.Group.Name + "." + goKey(name)
		if o := seen[key]; o != "" {
			d.Add("JK0118", at, "rename one of them", "%s and %s would have the same Go type %s", o, what, name)
			return
		}
		seen[key] = what
	}
	for _, x := range d.Interfaces {
		for _, part := range []struct {
			name, title string
			fields      spec.Fields
		}{{"Request", "the request", x.Request}, {"Response", "the response", x.Response}} {
			if x.Group == nil || len(part.fields) == 0 {
				continue
			}
			name := spec.GoName(x.Cmd) + part.name
			one(x, name, part.title+" of "+x.Cmd, x.At("interface"))
			members(part.fields, name, func(name string, f *spec.Field) { one(x, name, f.DocPath+" of "+x.Cmd, f.Pos) })
		}
	}
}

// members visits the objects in fields by the names of their types.
func members(list spec.Fields, parent string, visit func(name string, f *spec.Field)) {
	names := map[string]bool{}
	for _, f := range list {
		if len(f.Fields) == 0 || names[goKey(spec.GoField(f.Name))] { // the second was reported
			continue
		}
		names[goKey(spec.GoField(f.Name))] = true
		name := parent + spec.GoName(f.Name)
		visit(name, f)
		members(f.Fields, name, visit)
	}
}
