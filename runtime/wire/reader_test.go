package wire_test

import (
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
		{"num", `1234567890123456789`, func(q *thing) { q.Num = "1234567890123456789" }},
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
		{"int", `"1000000000000000000"`, func(q *thing) { q.Int = wire.IntOf(1000000000000000000) }},
		{"int", `"9223372036854775807"`, func(q *thing) { q.Int = wire.IntOf(1<<63 - 1) }},
		{"int", `"-9223372036854775808"`, func(q *thing) { q.Int = wire.IntOf(-1 << 63) }},
		{"int", `"9223372036854775808"`, nil},
		{"int", `"-9223372036854775809"`, nil},
		{"int", `"09"`, nil},
		{"int", `"7.00"`, nil}, // fractions and exponents are for numbers
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
		{"id", `"x"`, func(q *thing) { q.ID = wire.TextOf("x") }},
		{"id", `""`, func(q *thing) { q.ID = wire.TextOf("") }},
		{"id", `7.0`, func(q *thing) { q.ID = wire.TextOf("7") }},
		{"id", `0`, func(q *thing) { q.ID = wire.TextOf("0") }},
		{"id", `null`, nothing},
		{"id", `-1`, nil},
		{"id", `1.5`, nil},
		{"id", `true`, nil},

		{"dec", `1.` + strings.Repeat("0", 998), func(q *thing) { q.Dec = wire.DecimalOf("1." + strings.Repeat("0", 998)) }},
		{"dec", `1.` + strings.Repeat("0", 999), nil}, // PostgreSQL has no number of 20,000 digits, and one of a million takes minutes to compare
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
		{"raw", ` { } `, func(q *thing) { q.Raw = []byte(`{ }`) }},
		{"raw", `"x"`, nil},
		{"raw", `"{}"`, nil},
		{"raw", `1e400`, nil},
		{"raw", `true`, nil},
		{"raw", ` [ ] `, nil},
		{"raw", `null`, nothing},
		{"raw", `""`, nothing},

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
		`{"string":"a","string":"b"}`,
		`{"string":"a","str":"c","string":"b"}`,
		`{"str":"a","string":"b","str":"c"}`,
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
	for _, body := range []string{`{"str":"a","string":"b"}`, `{"string":{"a":1},"str":"b"}`, `{"string":null,"str":"b","other":1}`} {
		_, problems, refusal := decode(body, wire.Limits{})
		if got := paths(problems); refusal != nil || len(got) == 0 || got[len(got)-1] != "type:str" {
			t.Errorf("two names of one field: %s: %v, %v", body, got, refusal)
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
