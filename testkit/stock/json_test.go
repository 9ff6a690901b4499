package stock

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
)

// TestJSONColumn makes the JSON of a column in the shape of the field that reads it: a
// server cannot answer with an object where the document has an array.
func TestJSONColumn(t *testing.T) {
	t.Parallel()
	text := &spec.Field{Name: "no", Path: "no", Label: "编号", Rules: spec.Rules{Type: spec.String, Required: spec.Yes}}
	for want, field := range map[string]*spec.Field{
		`["编号105","编号106"]`:               {Of: spec.String, Rules: spec.Rules{Type: spec.Array}, Label: "编号"},
		`[{"no":"编号105"},{"no":"编号106"}]`: {Rules: spec.Rules{Type: spec.Array}, Fields: spec.Fields{text}},
		`{"no":"编号105"}`:                  {Rules: spec.Rules{Type: spec.Object}, Fields: spec.Fields{text}},
		`{"n":5}`:                         {Rules: spec.Rules{Type: spec.Map}},
	} {
		field.Name, field.Path = "a", "a"
		c := &spec.Column{Name: "col", Type: spec.JSON}
		table := &spec.Table{Name: "t", Columns: []*spec.Column{c}, System: &spec.System{}}
		table.Users = []*spec.Interface{{
			Response: spec.Fields{field},
			Answer:   &spec.Answer{Steps: []*spec.AnswerStep{{Table: table, Name: "t"}}, Return: []*spec.Assign{{To: "a", Column: "col", Step: "t"}}},
		}}
		if got := Of(table).jsonOf(c, 5); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
