package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
)

// blanks are the JSON forms of no value that a field with blank takes.
func blanks(f *spec.Field) []string {
	if spec.Numeric(f.Type) {
		return []string{"0", `"0"`, `""`}
	}
	return []string{`""`}
}

// with lays JSON values over fields of a sound payload, deep down in its first
// members; "" leaves a field out.
func (g generator) with(fields []*spec.Field, over map[*spec.Field]string) string {
	var list []string
	for _, f := range fields {
		value, ok := over[f]
		switch {
		case ok && value == "":
			continue
		case ok:
		case f.Required != "yes":
			continue
		case f.Type == "array" && len(f.Fields) > 0:
			value = "[" + g.with(f.Fields, over) + "]"
		case f.Type == "object" && len(f.Fields) > 0:
			value = g.with(f.Fields, over)
		default:
			value = g.sound(f, 0)
		}
		list = append(list, quoted(f.Name)+":"+value)
	}
	return "{" + strings.Join(list, ",") + "}"
}

// Each field that may be blank is taken blank by all three judges, in each of
// its forms, and by none of them when its key is not there or has null.
func TestBlankFields(t *testing.T) {
	t.Parallel()
	structs, err := validate.NewStructs()
	if err != nil {
		t.Fatal(err)
	}
	g, met := generator{Rand: rand.New(rand.NewPCG(5, 6))}, 0
	set := loadSpec(t)
	for _, system := range describedSystems() {
		model := set.Systems[slices.IndexFunc(set.Systems, func(s *spec.System) bool { return s.Name == system.Name })]
		for i := range system.Interfaces {
			one := &system.Interfaces[i]
			at := slices.IndexFunc(model.Interfaces, func(x *spec.Interface) bool { return x.Cmd == one.Cmd })
			request := model.Interfaces[at].Request
			text, err := fs.ReadFile(system.Docs, "schema/"+one.Cmd+".json")
			if err != nil {
				t.Fatal(err)
			}
			schema, err := validate.CompileSchema(one.Cmd, text)
			if err != nil {
				t.Fatal(err)
			}
			c := newCourt(t, system, one, structs, schema, modelOf(t, model, request))
			for _, f := range flat(request) {
				if !f.Blank {
					continue
				}
				met++
				for _, value := range blanks(f) {
					payload := g.with(request, map[*spec.Field]string{f: value})
					before := c.good
					if c.judge(payload); c.good != before+1 {
						t.Errorf("%s: %s %s is refused: %s", one.Cmd, f.Path, value, payload)
					}
				}
				for _, value := range []string{"", "null"} {
					payload := g.with(request, map[*spec.Field]string{f: value})
					before := c.good
					if c.judge(payload); c.good != before {
						t.Errorf("%s: it takes %s without %s", one.Cmd, payload, f.Path)
					}
				}
			}
			if len(c.classes) > 0 {
				t.Errorf("%s: the judges differ: %v", one.Cmd, c.classes)
			}
		}
	}
	if met < 20 {
		t.Errorf("only %d fields may be blank", met)
	}
}

// sparse composes the insert of a row with as little as its table allows: no
// value where none is required, "" and 0 where a column takes them.
func sparse(system string, table *spec.Table, set map[string]string) string {
	var columns, values []string
	for _, c := range table.Columns {
		value, ok := set[c.Name]
		if !ok && (!c.Required || c.Default != "") {
			continue
		}
		if !ok {
			value = least(c)
		}
		columns, values = append(columns, c.Name), append(values, value)
	}
	return fmt.Sprintf("insert into %s.%s (%s) values (%s) returning ", system, table.Name, strings.Join(columns, ", "), strings.Join(values, ", "))
}

// least is the least that a required column takes, as SQL.
func least(c *spec.Column) string {
	var listed []string
	if c.Enum != nil {
		for _, v := range c.Enum.Values {
			listed = append(listed, v.Value)
		}
	}
	switch {
	case slices.Contains(listed, "0"):
		return "'0'"
	case listed != nil:
		return "'" + listed[0] + "'"
	case c.Blank:
		return "''"
	case c.Format == "mobile":
		return "'13900009999'"
	case c.Type == "datetime" || c.Type == "date":
		return "'2026-11-20'"
	case c.Type == "string":
		return "'x'"
	}
	return "0"
}
