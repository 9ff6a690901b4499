package step_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// TestNest undoes composed names.
func TestNest(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		args []string
		in   []string
		want string // "": refused
	}{
		{[]string{"."}, nil, `{}`},
		{[]string{"."}, []string{"a"}, `{"a":0}`},
		{[]string{"."}, []string{"a.b", "c", "a.d"}, `{"a":{"b":0,"d":2},"c":1}`},
		{[]string{"."}, []string{"a.1", "a.0"}, `{"a":[1,0]}`},
		{[]string{"."}, []string{"a.1", "a.2"}, `{"a":{"1":0,"2":1}}`},
		{[]string{"."}, []string{"a.00", "b.-1", "0", "1"}, `{"a":{"00":0},"b":{"-1":1},"0":2,"1":3}`},
		{[]string{".", "1"}, []string{"a.1.x", "a.2.x"}, `{"a":[{"x":0},{"x":1}]}`},
		{[]string{"[", "]"}, []string{"a[b][0]", "a[b][1]", "a[c]"}, `{"a":{"b":[0,1],"c":2}}`},
		{[]string{"[", "]"}, []string{"a[", "b[]", "c]", "[d]", "e[f]g", "h[i"}, `{"a[":0,"b[]":1,"c]":2,"[d]":3,"e[f]g":4,"h[i":5}`},
		{[]string{"."}, []string{".a", "b.", "c..d"}, `{".a":0,"b.":1,"c..d":2}`},
		{[]string{"."}, []string{"a", "a.b"}, ""},
		{[]string{"."}, []string{"a.b", "a"}, ""},
		{[]string{"."}, []string{"a" + strings.Repeat(".a", 99)}, ""},
	} {
		list, named := one.args, map[string]string{}
		if len(list) == 2 && list[1] == "1" {
			list, named = list[:1], map[string]string{"count": "1"}
		}
		do, err := step.Find("flat", list, named)
		if err != nil {
			t.Fatal(err)
		}
		var in []string
		for i, name := range one.in {
			in = append(in, fmt.Sprintf("%q:%d", name, i))
		}
		got, err := do.Undo(nil, []byte("{"+strings.Join(in, ",")+"}"), &step.Call{})
		if (err != nil) != (one.want == "") || err == nil && string(got) != one.want {
			t.Errorf("%v: %s, %v; want %s", one.in, got, err, one.want)
		}
	}
}
