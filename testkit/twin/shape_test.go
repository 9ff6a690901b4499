package twin

import (
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// TestAnything takes every value of a kind whose members the document does not name, and no
// value of another kind.
func TestAnything(t *testing.T) {
	t.Parallel()
	for kind, values := range map[spec.Type]map[string]bool{
		spec.Array:  {`[]`: true, `[[1,"a"],{"b":2}]`: true, `[{"名":{"x":1}}]`: true, `{"a":1}`: false, `"a"`: false},
		spec.Object: {`{}`: true, `{"a":[1]}`: true, `[1]`: false, `1`: false},
		spec.Map:    {`{"a":"x","b":{}}`: true, `["a"]`: false},
		spec.Any:    {`1`: true, `"a"`: true, `{"a":1}`: true, `[{"a":1}]`: true, `true`: true},
	} {
		f := &spec.Field{Name: "f", Path: "f", Rules: spec.Rules{Type: kind}}
		for text, fine := range values {
			v, err := tree.Parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			s := &shape{}
			if s.value("f", f, v); (len(s.found) == 0) != fine {
				t.Errorf("%s for %s: %v", text, kind, s.found)
			}
		}
	}
}

// TestShuffled leaves lists alone that are in the order of ids which each server makes up.
func TestShuffled(t *testing.T) {
	t.Parallel()
	into, more := &spec.Field{Path: "books"}, &spec.Field{Path: "more"}
	book := &spec.Table{Columns: []*spec.Column{{Name: "guid", Default: "guid"}, {Name: "number"}}}
	for order, want := range map[string]int{"guid": 2, "-guid": 2, "number": 0} {
		i := &spec.Interface{Answer: &spec.Answer{Steps: []*spec.AnswerStep{{Table: book, Into: into, Order: []string{order, "guid"}, Page: &spec.Paging{More: more}}}}}
		if got := shuffled(i); len(got) != want {
			t.Errorf("by %s: %v", order, got)
		}
	}
}
