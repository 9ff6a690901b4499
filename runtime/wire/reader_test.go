package wire_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// TestValues tries every method of a Reader with every kind of value.
func TestValues(t *testing.T) {
	t.Parallel()
	at := func(s string) wire.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04:05", s, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return wire.TimeOf(v)
	}
	nothing := func(*thing) {}
	// want nil: a problem of the rule type at the field.
	for _, tt := range []struct {
		field, value string
		want         func(*thing)
	}{
		{"str", `"张三"`, func(q *thing) { q.Str = "张三" }},
		{"str", `""`, nothing},
		{"str", `null`, nothing},
		{"str", `1`, nil},
		{"str", `-1.5e3`, nil},
		{"str", `true`, nil},
		{"str", `{}`, nil},
		{"str", `{"a":[1,{"b":"c"}]}`, nil},
		{"str", `[]`, nil},
		{"str", `"a\"\\\/\b\f\n\r\tb"`, func(q *thing) { q.Str = "a\"\\/\b\f\n\r\tb" }},
		{"str", `"\u5f20\u4e09"`, func(q *thing) { q.Str = "张三" }},
		{"str", `"\ud83d\ude00\uD83D\uDE00"`, func(q *thing) { q.Str = "😀😀" }},
		{"str", `"\\u0000"`, func(q *thing) { q.Str = `\u0000` }},
		{"str", `"\\\\ud800"`, func(q *thing) { q.Str = `\\ud800` }},

		{"num", `"0017"`, func(q *thing) { q.Num = "0017" }},
		{"num", `17`, func(q *thing) { q.Num = "17" }},
		{"num", ` 9007199254740993 `, func(q *thing) { q.Num = "9007199254740993" }},
		{"num", `123456789012345678901234567890`, func(q *thing) { q.Num = "123456789012345678901234567890" }},
		{"num", `null`, nothing},
		{"num", `""`, nothing},
		{"num", `false`, nil},
		{"num", `[1]`, nil},

		{"text", `"x"`, func(q *thing) { q.Text = wire.TextOf("x") }},
		{"text", `""`, func(q *thing) { q.Text = wire.TextOf("") }},
		{"text", `null`, nothing},
		{"text", `1`, nil},
		{"text", `{}`, nil},

		{"int", `7`, func(q *thing) { q.Int = wire.IntOf(7) }},
		{"int", "\t7\n", func(q *thing) { q.Int = wire.IntOf(7) }},
		{"int", `-7`, func(q *thing) { q.Int = wire.IntOf(-7) }},
		{"int", `0`, func(q *thing) { q.Int = wire.IntOf(0) }},
		{"int", `-0`, func(q *thing) { q.Int = wire.IntOf(0) }},
		{"int", `"7"`, func(q *thing) { q.Int = wire.IntOf(7) }},
		{"int", `7.0`, func(q *thing) { q.Int = wire.IntOf(7) }},
		{"int", `"999999999999999999"`, func(q *thing) { q.Int = wire.IntOf(999999999999999999) }},
		{"int", `"1000000000000000000"`, nil}, // 18 digits at most in a text
		{"int", `"7.00"`, nil},                // fractions and exponents are for numbers
		{"int", `"1e2"`, nil},
		{"int", `"-0"`, nil},
		{"int", `"-7"`, func(q *thing) { q.Int = wire.IntOf(-7) }},
		{"int", `1e2`, func(q *thing) { q.Int = wire.IntOf(100) }},
		{"int", `1E+2`, func(q *thing) { q.Int = wire.IntOf(100) }},
		{"int", `100e-2`, func(q *thing) { q.Int = wire.IntOf(1) }},
		{"int", `0e400`, func(q *thing) { q.Int = wire.IntOf(0) }},
		{"int", `-0.0e99999999999999999999`, func(q *thing) { q.Int = wire.IntOf(0) }},
		{"int", `9007199254740993`, func(q *thing) { q.Int = wire.IntOf(1<<53 + 1) }},
		{"int", `9223372036854775807`, func(q *thing) { q.Int = wire.IntOf(1<<63 - 1) }},
		{"int", `-9223372036854775808`, func(q *thing) { q.Int = wire.IntOf(-1 << 63) }},
		{"int", `9223372036854775807.0`, func(q *thing) { q.Int = wire.IntOf(1<<63 - 1) }},
		{"int", `null`, nothing},
		{"int", `""`, func(q *thing) { q.Int.Blank = true }},
		{"int", `9223372036854775808`, nil},
		{"int", `-9223372036854775809`, nil},
		{"int", `9223372036854775807.5`, nil},
		{"int", `1e400`, nil},
		{"int", `1e-400`, nil},
		{"int", `1e99999999999999999999`, nil},
		{"int", `1.5`, nil},
		{"int", `"1.5"`, nil},
		{"int", `"01"`, nil},
		{"int", `"-01"`, nil},
		{"int", `"+1"`, nil},
		{"int", `"1 "`, nil},
		{"int", `" 1"`, nil},
		{"int", `" "`, nil},
		{"int", `"1."`, nil},
		{"int", `".5"`, nil},
		{"int", `"-"`, nil},
		{"int", `"1e"`, nil},
		{"int", `"0x10"`, nil},
		{"int", `"1_000"`, nil},
		{"int", `"１"`, nil},
		{"int", `"NaN"`, nil},
		{"int", `"abc"`, nil},
		{"int", `"` + strings.Repeat("9", 400) + `"`, nil},
		{"int", `true`, nil},
		{"int", `{}`, nil},
		{"int", `[7]`, nil},

		{"dec", `1.10`, func(q *thing) { q.Dec = wire.DecimalOf("1.10") }},
		{"dec", `"1.10"`, func(q *thing) { q.Dec = wire.DecimalOf("1.10") }},
		{"dec", `-0.00`, func(q *thing) { q.Dec = wire.DecimalOf("-0.00") }},
		{"dec", `9007199254740993`, func(q *thing) { q.Dec = wire.DecimalOf("9007199254740993") }},
		{"dec", `1e2`, func(q *thing) { q.Dec = wire.DecimalOf("1e2") }},
		{"dec", `null`, nothing},
		{"dec", `""`, func(q *thing) { q.Dec.Blank = true }},
		{"dec", `"1,000"`, nil},
		{"dec", `"+1"`, nil},
		{"dec", `"01.5"`, nil},
		{"dec", `"1 "`, nil},
		{"dec", `"Infinity"`, nil},
		{"dec", `"0.` + strings.Repeat("3", 62) + `"`, func(q *thing) { q.Dec = wire.DecimalOf("0." + strings.Repeat("3", 62)) }},
		{"dec", `"0.` + strings.Repeat("3", 63) + `"`, nil},
		{"dec", `9999999999999999.99`, func(q *thing) { q.Dec = wire.DecimalOf("9999999999999999.99") }},
		{"dec", `10000000000000000`, nil}, // 10^16
		{"dec", `-10000000000000000`, nil},
		{"dec", `1e15`, func(q *thing) { q.Dec = wire.DecimalOf("1e15") }},
		{"dec", `1e16`, nil},
		{"dec", `-1e16`, nil},
		{"dec", `1e400`, nil},
		{"dec", `1e999999`, nil}, // must not be multiplied out
		{"dec", `1e99999999999999999999`, nil},
		{"dec", `1e-400`, func(q *thing) { q.Dec = wire.DecimalOf("0") }},
		{"dec", `1e-99999999999999999999`, func(q *thing) { q.Dec = wire.DecimalOf("0") }},
		{"dec", `0e99999999999999999999`, func(q *thing) { q.Dec = wire.DecimalOf("0") }},
		{"dec", `"1e2"`, nil},
		{"dec", `true`, nil},
		{"dec", `[]`, nil},

		{"bool", `true`, func(q *thing) { q.Bool = wire.BoolOf(true) }},
		{"bool", `false`, func(q *thing) { q.Bool = wire.BoolOf(false) }},
		{"bool", `"true"`, func(q *thing) { q.Bool = wire.BoolOf(true) }},
		{"bool", `"false"`, func(q *thing) { q.Bool = wire.BoolOf(false) }},
		{"bool", `null`, nothing},
		{"bool", `""`, func(q *thing) { q.Bool.Blank = true }},
		{"bool", `"TRUE"`, nil},
		{"bool", `"1"`, nil},
		{"bool", `1`, nil},
		{"bool", `{}`, nil},
		{"bool", `[true]`, nil},

		{"time", `"2026-11-21 08:09:10"`, func(q *thing) { q.Time = at("2026-11-21 08:09:10") }},
		{"time", `1795219750`, func(q *thing) { q.Time = wire.TimeOf(time.Unix(1795219750, 0)) }},
		{"time", `"1795219750123"`, func(q *thing) { q.Time = wire.TimeOf(time.UnixMilli(1795219750123)) }},
		{"time", `null`, nothing},
		{"time", `""`, func(q *thing) { q.Time.Blank = true }},
		{"time", `"soon"`, nil},
		{"time", `17`, nil},
		{"time", `true`, nil},
		{"time", `{}`, nil},

		{"date", `"2026-11-21"`, func(q *thing) { q.Date = at("2026-11-21 00:00:00") }},
		{"date", `"2026-11-21 23:59:59"`, func(q *thing) { q.Date = at("2026-11-21 00:00:00") }},
		{"date", `1795219750`, func(q *thing) { q.Date = at("2026-11-21 00:00:00") }},
		{"date", `null`, nothing},
		{"date", `""`, func(q *thing) { q.Date.Blank = true }},
		{"date", `"2026-02-29"`, nil},
		{"date", `[]`, nil},

		{"raw", `{"a":[1,2,{"b":null}]}`, func(q *thing) { q.Raw = []byte(`{"a":[1,2,{"b":null}]}`) }},
		{"raw", `"x"`, func(q *thing) { q.Raw = []byte(`"x"`) }},
		{"raw", `1e400`, func(q *thing) { q.Raw = []byte(`1e400`) }},
		{"raw", ` [ ] `, func(q *thing) { q.Raw = []byte(`[ ]`) }},
		{"raw", `null`, func(q *thing) { q.Raw = []byte(`null`) }},

		{"strs", `["a","","张"]`, func(q *thing) { q.Strs = []string{"a", "", "张"} }},
		{"strs", `[]`, func(q *thing) { q.Strs = []string{} }},
		{"strs", `[ ]`, func(q *thing) { q.Strs = []string{} }},
		{"strs", `null`, nothing},
		{"strs", `""`, nothing},
		{"strs", `"a"`, nil},
		{"strs", `["a",1]`, nil},
		{"strs", `["a",null]`, nil},
		{"strs", `["a",["b"]]`, nil},
		{"strs", `{}`, nil},
		{"strs", `0`, nil},

		{"list", `[{"id":"x"},{}]`, func(q *thing) { q.List = []part{{ID: "x"}, {}} }},
		{"list", `[]`, func(q *thing) { q.List = []part{} }},
		{"list", `null`, nothing},
		{"list", `""`, nothing},
		{"list", `"a"`, nil},
		{"list", `{}`, nil},
		{"list", `true`, nil},

		{"part", `{"id":"x","unknown":{"a":[]}}`, func(q *thing) { q.Part = &part{ID: "x"} }},
		{"part", `{}`, func(q *thing) { q.Part = &part{} }},
		{"part", `null`, nothing},
		{"part", `""`, nothing},
		{"part", `"a"`, nil},
		{"part", `[]`, nil},
		{"part", `5`, nil},
	} {
		t.Run(tt.field+" "+tt.value[:min(40, len(tt.value))], func(t *testing.T) {
			t.Parallel()
			// A field behind shows that the value was passed over whole.
			behind := `"str":"behind"`
			if tt.field == "str" {
				behind = `"num":"behind"`
			}
			got, problems, refusal := decode(`{"`+tt.field+`":`+tt.value+`,`+behind+`}`, wire.Limits{})
			if refusal != nil {
				t.Fatalf("refused: %v", refusal)
			}
			if got.Str != "behind" && got.Num != "behind" {
				t.Error("the field behind was not read")
			}
			if tt.field == "str" {
				got.Num = ""
			} else {
				got.Str = ""
			}
			if tt.want == nil {
				if p := paths(problems); !slices.Equal(p, []string{"type:" + tt.field}) {
					t.Errorf("problems %v, want type:%s", p, tt.field)
				}
				return
			}
			var want thing
			tt.want(&want)
			if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
				t.Errorf("problems %v; -want +got:\n%s", paths(problems), diff)
			}
		})
	}
}

func TestAbsent(t *testing.T) {
	t.Parallel()
	got, problems, refusal := decode(`{}`, wire.Limits{})
	if !reflect.DeepEqual(got, thing{}) || problems != nil || refusal != nil {
		t.Errorf("%+v, %v, %v", got, problems, refusal)
	}
}

// TestDuplicates: a key that comes twice is refused, whatever it holds and
// however it is written.
func TestDuplicates(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"str": `"a"`, "num": `1`, "text": `"a"`, "int": `1`, "dec": `1`, "bool": `true`,
		"time": `"2026-11-21"`, "date": `"2026-11-21"`, "raw": `{}`, "strs": `["a"]`, "list": `[{}]`, "part": `{}`, "unknown": `1`,
	}
	for name, value := range values {
		escaped := fmt.Sprintf(`\u%04x%s`, name[0], name[1:])
		for _, body := range []string{
			`{"` + name + `":` + value + `,"` + name + `":` + value + `}`,
			`{"` + name + `":null,"` + name + `":` + value + `}`,
			`{"` + name + `":` + value + `,"other":1,"` + escaped + `":null}`,
			`{"` + escaped + `":{},"` + escaped + `":[]}`,
		} {
			_, _, refusal := decode(body, wire.Limits{})
			if cause(t, refusal) != "duplicate key" {
				t.Errorf("%s: %v", body, refusal)
			}
		}
	}
	for _, body := range []string{
		`{"str":"a","string":"b"}`, // two names of one field
		`{"list":[{"id":"a","id":"b"}]}`,
		`{"part":{"id":"a","id":"b"}}`,
		`{"unknown":{"a":1,"a":2}}`,
		`{"unknown":[[{"a":1,"\u0061":2}]]}`,
		`{"raw":{"a":{"b":1,"b":1}}}`,
		`{"int":{"a":1,"a":1}}`, // passed over as another type
		`{"":1,"":1}`,
	} {
		_, _, refusal := decode(body, wire.Limits{})
		if cause(t, refusal) != "duplicate key" {
			t.Errorf("%s: %v", body, refusal)
		}
	}
	for _, body := range []string{
		`{"str":"a","Str":"b","STR":"c"}`, // the case of keys is exact
		`{"str":"a","ſtr":"b"}`,
		`{"list":[{"id":"a"},{"id":"a"}],"part":{"id":"a"}}`,
	} {
		if got, _, refusal := decode(body, wire.Limits{}); refusal != nil || got.Str != "a" && got.Part == nil {
			t.Errorf("%s: %+v, %v", body, got, refusal)
		}
	}
}

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
		`{}[`:                                trailing, // what is cut off behind the end
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
func TestDecodeAllocates(t *testing.T) {
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
