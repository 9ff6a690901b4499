package ordered_test

import (
	"encoding/json"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/ordered"
)

// Members stay in their order, and texts as they are.
func TestObject(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(ordered.Object{
		{"b", "<&>"}, {"a", ordered.Object{}}, {"<", []any{ordered.Object{{"z", json.Number("1.50")}, {"y", nil}}}},
	})
	if want := `{"b":"\u003c\u0026\u003e","a":{},"\u003c":[{"z":1.50,"y":null}]}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := (ordered.Object{{"a", 1}, {"b", 2}, {"a", 3}}).MarshalJSON(); err == nil {
		t.Error("two members of one name were written")
	}
	if text, err := (ordered.Object{{"a", 1}}).With(ordered.Object{{"a", 3}, {"b", 2}}).MarshalJSON(); err != nil || string(text) != `{"a":1,"b":2}` {
		t.Errorf("with others: %s, %v", text, err)
	}
	if _, err := (ordered.Object{{"f", func() {}}}).MarshalJSON(); err == nil {
		t.Error("a function was written")
	}
}
