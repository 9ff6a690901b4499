package message_test

import (
	"strconv"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

func TestNest(t *testing.T) {
	t.Parallel()
	dots, brackets, counted := message.Names{Open: "."}, message.Names{Open: "[", Close: "]"}, message.Names{Open: ".", First: 1}
	for _, one := range []struct {
		how  message.Names
		in   []string
		want string // "": refused
	}{
		{dots, nil, `{}`},
		{dots, []string{"a"}, `{"a":0}`},
		{dots, []string{"a.b", "c", "a.d"}, `{"a":{"b":0,"d":2},"c":1}`},
		{dots, []string{"a.1", "a.0"}, `{"a":[1,0]}`},
		{dots, []string{"a.1", "a.2"}, `{"a":{"1":0,"2":1}}`},
		{dots, []string{"a.00", "b.-1", "0", "1"}, `{"a":{"00":0},"b":{"-1":1},"0":2,"1":3}`},
		{counted, []string{"a.1.x", "a.2.x"}, `{"a":[{"x":0},{"x":1}]}`},
		{brackets, []string{"a[b][0]", "a[b][1]", "a[c]"}, `{"a":{"b":[0,1],"c":2}}`},
		{brackets, []string{"a[", "b[]", "c]", "[d]", "e[f]g", "h[i"}, `{"a[":0,"b[]":1,"c]":2,"[d]":3,"e[f]g":4,"h[i":5}`},
		{dots, []string{".a", "b.", "c..d"}, `{".a":0,"b.":1,"c..d":2}`},
		{dots, []string{"a", "a.b"}, ""},
		{dots, []string{"a.b", "a"}, ""},
		{dots, []string{"a.b", "a.b"}, ""},
		{dots, []string{deep}, ""},
	} {
		var in []message.Member
		for i, name := range one.in {
			in = append(in, message.Member{Name: []byte(name), Raw: strconv.AppendInt(nil, int64(i), 10)})
		}
		got, err := one.how.Nest(nil, in, func(dst, text []byte) []byte { return strconv.AppendQuote(dst, string(text)) })
		if (err != nil) != (one.want == "") || err == nil && string(got) != one.want {
			t.Errorf("%v: %s, %v; want %s", one.in, got, err, one.want)
		}
	}
}

const deep = "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
