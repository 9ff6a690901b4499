package wire_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// TestRefusals holds messages that are not readable at all, with the reason.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const utf8, trailing, shape = "not valid UTF-8, or an escape that PostgreSQL cannot hold", "bytes after the end", "not an object"
	for body, want := range map[string]string{
		``:                                   shape,
		` `:                                  shape,
		`null`:                               shape,
		`[]`:                                 shape,
		`"x"`:                                shape,
		`7`:                                  shape,
		`{} {}`:                              trailing,
		`{}x`:                                trailing,
		`{},`:                                trailing,
		"{}\x00":                             trailing,
		`{}[`:                                trailing, // the part that is cut off after the end
		`{}[{},`:                             trailing,
		`{} {"a":`:                           trailing,
		`{}"x`:                               trailing,
		`{}tru`:                              trailing,
		`{}-`:                                trailing,
		`{}]`:                                trailing,
		`{"str":"a"}}`:                       trailing,
		"{\"str\":\"\xff\"}":                 utf8,
		"{\"str\":\"\xd5\xc5\xc8\xfd\"}":     utf8, // 张三 in GBK
		"{\"str\":\"\xed\xa0\x80\"}":         utf8, // a surrogate in UTF-8
		"{\"str\":\"\xc0\x80\"}":             utf8, // an overlong NUL
		"{\"\xff\":1}":                       utf8,
		"{\"unknown\":\"\xff\"}":             utf8,
		`{"str":"\ud800"}`:                   utf8,
		`{"str":"\ud800x"}`:                  utf8,
		`{"str":"\ud800\n"}`:                 utf8,
		`{"str":"\ud800\u0041"}`:             utf8,
		`{"str":"\ud800\ud800"}`:             utf8,
		`{"str":"\ude00\ud83d"}`:             utf8,
		`{"str":"\udfff"}`:                   utf8,
		`{"str":"\u0000"}`:                   utf8,
		`{"str":"a\u0000b"}`:                 utf8,
		`{"\u0000":1}`:                       utf8,
		`{"unknown":["\u0000"]}`:             utf8,
		`{"raw":"\u0000"}`:                   utf8,
		`{"int":"\u0000"}`:                   utf8,
		`{"str":"\u12"}`:                     utf8,
		`{"str":"\u12g4"}`:                   utf8,
		"\ufeff\ufeff{}":                     shape,
		"{\"str\":\"\x00\"}":                 "",
		"{\"str\":\"a\nb\"}":                 "",
		"{\"str\":\"a\tb\"}":                 "",
		`{"str":"\x41"}`:                     "",
		`{"str":"\'"}`:                       "",
		`{'str':"a"}`:                        "",
		`{str:"a"}`:                          "",
		`{"str":'a'}`:                        "",
		`{"str":"a",}`:                       "",
		`{,"str":"a"}`:                       "",
		`{"str":"a""int":1}`:                 "",
		`{"str" "a"}`:                        "",
		`{"str":}`:                           "",
		`{"str"}`:                            "",
		`{`:                                  "",
		`{"str":"a"`:                         "",
		`{"str":"a`:                          "",
		`{"str":"a\`:                         "",
		`{"strs":["a",]}`:                    "",
		`{"strs":[,"a"]}`:                    "",
		`{"strs":["a" "b"]}`:                 "",
		`{"strs":["a"}`:                      "",
		`{"list":[{]}`:                       "",
		`{"list":[{},]}`:                     "",
		`{"part":{"id":"a"]}`:                "",
		`{"int":01}`:                         "",
		`{"int":+1}`:                         "",
		`{"int":.5}`:                         "",
		`{"int":1.}`:                         "",
		`{"int":1e}`:                         "",
		`{"int":-}`:                          "",
		`{"int":0x10}`:                       "",
		`{"int":NaN}`:                        "",
		`{"int":Infinity}`:                   "",
		`{"int":1 2}`:                        "",
		`{"dec":1.2.3}`:                      "",
		`{"bool":tru}`:                       "",
		`{"bool":truee}`:                     "",
		`{"bool":True}`:                      "",
		`{"str":nul}`:                        "",
		`{"str":nulll}`:                      "",
		`{"unknown":01}`:                     "",
		`{"unknown":tru}`:                    "",
		`{"unknown":[1,]}`:                   "",
		`{"unknown":{"a":1,}}`:               "",
		`{"raw":01}`:                         "",
		`{"raw":[1,]}`:                       "",
		`{"raw":}`:                           "",
		`{"str":"a"/*x*/}`:                   "",
		"{\"str\":\"a\"}//x":                 "",
		"{\u00a0\"str\":\"a\"}":              "",
		"{\"str\":\ufeff\"a\"}":              "",
		"{\f\"str\":\"a\"}":                  "",
		`{"str":"a";"int":1}`:                "",
		`{"a":1,"str":"\u0041` + "\n" + `"}`: "",
	} {
		_, _, refusal := decode(body, wire.Limits{})
		if refusal == nil {
			t.Errorf("%q is accepted", body)
			continue
		}
		if got := cause(t, refusal); want != "" && got != want {
			t.Errorf("%q: %s, want %s", body, got, want)
		}
		if want != utf8 && want != shape && json.Valid([]byte(body)) {
			t.Errorf("%q is JSON, so this test is wrong", body)
		}
	}
}

// TestAccepted holds odd messages that are well-formed all the same.
func TestAccepted(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"\ufeff{}", " \t\r\n{ } \n", `{"":1}`, `{"unknown":1E+2}`, `{"unknown":-0}`, `{"unknown":1e400}`,
		`{"unknown":"\u0001\uffff\ufdd0"}`, "{\"unknown\":\"\u2028\x7f\"}", `{"unknown":[[],{},[{}],null,true,false]}`,
		`{"str":"\ud83d\ude00"}`, `{"Unknown":0.1e-7}`, "{\"str\"\n:\t\"a\"\r,\n\"int\" : 1 }",
	} {
		if _, problems, refusal := decode(body, wire.Limits{}); refusal != nil || problems != nil {
			t.Errorf("%q: %v, %v", body, refusal, paths(problems))
		}
	}
}

// TestLimits tries each limit one below, at and one above.
func TestLimits(t *testing.T) {
	t.Parallel()
	nested := func(open, shut string) func(int) string {
		// the object around counts as one level
		return func(n int) string {
			return `{"unknown":` + strings.Repeat(open, n-1) + `1` + strings.Repeat(shut, n-1) + `}`
		}
	}
	of := func(field, member string) func(int) string {
		return func(n int) string {
			return `{"` + field + `":[` + strings.TrimSuffix(strings.Repeat(member+",", n), ",") + `]}`
		}
	}
	keys := func(before, behind string) func(int) string {
		return func(n int) string {
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, `"k%d":%d,`, i, i)
			}
			return before + strings.TrimSuffix(b.String(), ",") + behind
		}
	}
	small := wire.Limits{Depth: 4, Elements: 4, Keys: 4}
	for _, tt := range []struct {
		name   string
		limits wire.Limits
		at     int
		body   func(n int) string
	}{
		{"depth of arrays", wire.Limits{}, 32, nested("[", "]")},
		{"depth of objects", wire.Limits{}, 32, nested(`{"a":`, "}")},
		{"depth of both", small, 4, nested("[", "]")},
		{"depth in raw", small, 4, func(n int) string {
			return `{"raw":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}`
		}},
		{"depth in a field of another type", small, 4, func(n int) string {
			return `{"int":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}`
		}},
		{"depth below a list", small, 4, func(n int) string {
			return `{"list":[{"unknown":` + strings.Repeat("[", n-3) + `1` + strings.Repeat("]", n-3) + `}]}`
		}},
		{"depth below a struct", small, 4, func(n int) string {
			return `{"part":{"unknown":` + strings.Repeat("[", n-2) + strings.Repeat("]", n-2) + `}}`
		}},
		{"unknown elements", wire.Limits{}, 10_000, of("unknown", "1")},
		{"raw elements", wire.Limits{}, 10_000, of("raw", "{}")},
		{"strings", wire.Limits{}, 10_000, of("strs", `"a"`)},
		{"strings of another type", small, 4, of("strs", `{}`)},
		{"objects", wire.Limits{}, 10_000, of("list", `{}`)},
		{"objects of another type", small, 4, of("list", `1`)},
		{"elements of another type", small, 4, of("int", "1")},
		{"digits", wire.Limits{}, 1000, func(n int) string { return `{"unknown":[1.` + strings.Repeat("0", n-2) + `]}` }},
		{"digits in raw", wire.Limits{}, 1000, func(n int) string { return `{"raw":{"a":` + strings.Repeat("9", n) + `}}` }},
		{"exponent", wire.Limits{}, 1000, func(n int) string { return fmt.Sprintf(`{"raw":{"a":-1.5E%d}}`, n) }},
		{"exponent downwards", wire.Limits{}, 1000, func(n int) string { return fmt.Sprintf(`{"raw":[{"a":1e-%d}]}`, n) }},
		{"keys", wire.Limits{}, 512, keys("{", "}")},
		{"keys beside known ones", small, 4, keys(`{"str":"a","int":1,"dec":1,"bool":true,"num":1,`, "}")},
		{"keys of a list's member", small, 4, keys(`{"list":[{"id":"a",`, "}]}")},
		{"keys below unknown", small, 4, keys(`{"unknown":{`, "}}")},
		{"keys below raw", small, 4, keys(`{"raw":{`, "}}")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, n := range []int{tt.at - 1, tt.at, tt.at + 1} {
				body := tt.body(n)
				if !json.Valid([]byte(body)) {
					t.Fatalf("the test writes no JSON: %.80s", body)
				}
				_, _, refusal := decode(body, tt.limits)
				if n <= tt.at && refusal != nil {
					t.Errorf("%d is refused: %v", n, refusal)
				}
				if n > tt.at && cause(t, refusal) != "beyond the limits of depth or size" {
					t.Errorf("%d: %v", n, refusal)
				}
			}
		})
	}
	// Siblings do not add up: a level that was left is free again.
	if _, _, refusal := decode(`{"list":[{},{},{}],"part":{},"strs":[],"unknown":[[],[],{}],"raw":[[]]}`, wire.Limits{Depth: 3}); refusal != nil {
		t.Errorf("siblings: %v", refusal)
	}
}

// TestProblemOrder: all problems at once, in the document's order whatever the
// message's, with and without indexes.
func TestProblemOrder(t *testing.T) {
	t.Parallel()
	body := `{"part":{"n":"x"},"list":[
		{"items":[{"a":1},{"b":1,"a":"x"}],"n":[],"id":0},
		{"items":"x"},
		{"items":[{},{},{"b":{}},{"a":1.5}]}
	],"int":"x","str":5,"bool":{}}`
	_, problems, refusal := decode(body, wire.Limits{})
	if refusal != nil {
		t.Fatal(refusal)
	}
	want := []string{
		"type:str", "type:int", "type:bool",
		"type:list/0/id", "type:list/0/n", "type:list/0/items/1/a", "type:list/0/items/1/b",
		"type:list/1/items", "type:list/2/items/2/b", "type:list/2/items/3/a", "type:part/n",
	}
	if diff := cmp.Diff(want, paths(problems)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if f := problems[5].Field; f != "list/items/a" {
		t.Errorf("field %q", f)
	}
}

// TestMembersOfAnotherType: the path says which member of an array it was.
func TestMembersOfAnotherType(t *testing.T) {
	t.Parallel()
	got, problems, refusal := decode(`{"list":[{"id":"a"},5,null,{"id":"d"},[{}],"x"]}`, wire.Limits{})
	if refusal != nil {
		t.Fatal(refusal)
	}
	for _, p := range problems {
		if p.Field != "list" {
			t.Errorf("field %q", p.Field)
		}
	}
	want := []string{"type:list/1", "type:list/2", "type:list/4", "type:list/5"}
	if diff := cmp.Diff(want, paths(problems)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(got.List) != 6 || got.List[3].ID != "d" {
		t.Errorf("%+v", got.List)
	}
}

func TestReaderReset(t *testing.T) {
	t.Parallel()
	in := wire.NewReader([]byte(`{"int":"x","list":[[`), shanghai, wire.Limits{})
	var broken thing
	broken.Decode(in)
	if in.Close() == nil || in.List.Len() == 0 {
		t.Fatal("the broken message is accepted")
	}
	in.Reset([]byte(`{"int":1}`), shanghai, wire.Limits{})
	var q thing
	q.Decode(in)
	if err := in.Close(); err != nil || in.List.Err() != nil || !q.Int.Is(1) {
		t.Errorf("%v, %v, %+v", err, in.List.Err(), q)
	}
}

// TestDecodeAllocates: a flat message costs no allocation.
func TestDecodeAllocates(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts the whole program
	body := []byte(`{"str":"张三","num":17,"text":"x","int":"7","dec":1.5,"bool":true,"time":"2026-11-21 08:09:10"}`)
	in := new(wire.Reader)
	q := new(thing)
	if n := testing.AllocsPerRun(100, func() {
		in.Reset(body, shanghai, wire.Limits{})
		q.Decode(in)
		if in.Close() != nil || in.List.Len() > 0 {
			t.Fatal("refused")
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
