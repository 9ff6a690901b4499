package systems_test

import (
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
	schemas "github.com/jiekou-dev/jiekou/testkit/schema"
)

// blanks are the JSON forms of no value that a field with blank takes.
func blanks(f *spec.Field) []string {
	if f.IsNumber() || f.Type == spec.Epoch {
		return []string{"0", `"0"`, `""`}
	}
	return []string{`""`}
}

// with lays JSON values over fields of a sound payload, deep down in its first
// members; "" leaves a field out.
func (g generator) with(fields spec.Fields, over map[*spec.Field]string) string {
	var list []string
	for _, f := range fields {
		value, ok := over[f]
		switch {
		case ok && value == "":
			continue
		case ok:
		case !f.IsRequired():
			continue
		case f.Type == spec.Array && len(f.Fields) > 0:
			value = "[" + g.with(f.Fields, over) + "]"
		case f.Type == spec.Object && len(f.Fields) > 0:
			value = g.with(f.Fields, over)
		default:
			value = g.sound(f, 0)
		}
		list = append(list, quoted(f.Name)+":"+value)
	}
	return "{" + strings.Join(list, ",") + "}"
}

// All three validators accept each field that may be blank as blank, in each of its
// forms, and none of them does if its key is missing or null.
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
			schema, err := schemas.Compile(one.Cmd, text)
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
