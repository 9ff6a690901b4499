package sample_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/importer/sample"
)

// TestNest holds where the rows of a table are that an example nests.
func TestNest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, example, rows, want string }{
		{"JSON", `{"code":0,"data":[{"id":1,"name":"a"}],"msg":""}`, "code msg data id name", "code msg data data.id data.name"},
		{"back at the top", `{"data":{"id":1},"msg":""}`, "data id msg", "data data.id msg"},
		{"one name at two places", `{"id":1,"items":[{"id":2,"n":3}]}`, "id items id n", "id items items.id items.n"},
		{"XML below its root", `<R><C>0</C><Os><O><N>1</N></O><O><N>2</N></O></Os></R>`, "C Os O N", "C Os Os.O Os.O.N"},
		{"a row that the example lacks", `{"a":{"b":1}}`, "a b c", "a a.b a.c"},
		{"members of what the table does not have", `{"code":0,"data":{"id":1,"name":"a"}}`, "id name", ""},
		{"nothing is below anything", `{"a":1,"b":2}`, "a b", ""},
		{"the order says otherwise", `{"a":{"b":1},"c":2}`, "b a c", ""},
		{"no example", `<R><C>`, "C", ""},
	} {
		shape := sample.ShapeOf(c.example)
		if shape == nil {
			if c.want != "" {
				t.Errorf("%s: no shape", c.name)
			}
			continue
		}
		var got []string
		for _, path := range shape.Nest(strings.Fields(c.rows)) {
			got = append(got, strings.Join(path, "."))
		}
		if !reflect.DeepEqual(got, strings.Fields(c.want)) && len(got)+len(c.want) > 0 {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}
