package bind_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
	schemas "github.com/jiekou-dev/jiekou/testkit/schema"
)

// judgeOf compiles fields that are written as rows of YAML.
func judgeOf(t testing.TB, rows string) *bind.Judge {
	t.Helper()
	return judging(t, interfaceOf(t, rows))
}

// judging compiles the request of an interface.
func judging(t testing.TB, x *spec.Interface) *bind.Judge {
	t.Helper()
	judge, err := bind.NewJudge(x.System, x.Request)
	if err != nil {
		t.Fatal(err)
	}
	return judge
}

// interfaceOf is an interface whose request is written as rows of YAML.
func interfaceOf(t testing.TB, rows string) *spec.Interface {
	t.Helper()
	files, err := scaffold.System(scaffold.SystemOptions{Name: "probe", Title: "探测", Version: "V1"})
	if err != nil {
		t.Fatal(err)
	}
	if files[0].Text, err = scaffold.Group(files[0].Text, "one", "一", "1.1"); err != nil {
		t.Fatal(err)
	}
	kind := "report"
	if strings.Contains(rows, "blank:") { // of notifications only
		kind = "notify"
	}
	fsys := fstest.MapFS{"spec/probe/one/probe.yaml": {Data: []byte(
		"interface: probe\ntitle: 探测\nsection: 1.1.1\nkind: " + kind + "\nstatus: unimplemented\nrequest:\n  " +
			strings.ReplaceAll(strings.TrimSpace(rows), "\n", "\n  ") + "\nresponse: {}\n",
	)}}
	for _, f := range files {
		fsys["spec/"+f.Path] = &fstest.MapFile{Data: f.Text}
	}
	set, err := loadtest.Systems(fsys, "spec")
	if err != nil {
		t.Fatalf("%s\n%v", rows, err)
	}
	return set.Systems[0].Interfaces[0]
}

// verdict is every rule that a payload breaks, "length name; required list/0/id".
func verdict(j *bind.Judge, payload []byte) string {
	err := j.Check(payload)
	if err == nil {
		return ""
	}
	refusal, ok := errors.AsType[*problem.Error](err)
	if !ok {
		return err.Error()
	}
	if len(refusal.Problems) == 0 {
		return string(refusal.Rule)
	}
	var all []string
	for _, p := range refusal.Problems {
		all = append(all, string(p.Rule)+" "+p.At)
	}
	return strings.Join(all, "; ")
}

// TestJudge holds each rule of the language from both sides.
func TestJudge(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, rows string
		want       map[string]string // payload to verdict
	}{
		{"required text", `a: {type: string, required: true, label: A}`, map[string]string{
			`{"a":"x"}`: "", `{}`: "required a", `{"a":null}`: "required a", `{"a":""}`: "required a", `{"a":" \t"}`: "required a",
		}},
		{"optional text", `a: {type: string, label: A}`, map[string]string{`{}`: "", `{"a":null}`: "", `{"a":""}`: ""}},
		{"blank", `a: {type: string, required: true, blank: true, label: A}`, map[string]string{
			`{"a":""}`: "", `{}`: "required a", `{"a":null}`: "required a",
		}},
		{"type of a text", `a: {type: string, label: A}`, map[string]string{
			`{"a":1}`: "type a", `{"a":true}`: "type a", `{"a":{}}`: "type a", `{"a":[]}`: "type a",
		}},
		{"length in characters", `a: {type: string, length: 3, label: A}`, map[string]string{
			`{"a":"abc"}`: "", `{"a":"张三丰"}`: "", `{"a":"abcd"}`: "length a", `{"a":"张三丰丰"}`: "length a",
		}},
		{"closed list", `a: {type: string, label: A, enum: {x: 甲, y: 乙}}`, map[string]string{
			`{"a":"x"}`: "", `{"a":"z"}`: "enum a", `{"a":""}`: "",
		}},
		{"closed list of numbers", `a: {type: int, label: A, enum: {1: 甲, 2: 乙}}`, map[string]string{
			`{"a":1}`: "", `{"a":"2"}`: "", `{"a":3}`: "enum a", `{"a":1.5}`: "type a", `{"a":"x"}`: "type a",
		}},
		{"list of fractions", `a: {type: double, label: A, enum: {0: 不投, 0.06: 低, 1.50: 高}}`, map[string]string{
			`{"a":0}`: "", `{"a":0.0}`: "", `{"a":"0.060"}`: "", `{"a":1.5}`: "", `{"a":"1.5"}`: "", `{"a":2}`: "enum a", `{"a":0.6}`: "enum a", `{"a":"0.6"}`: "enum a", `{}`: "",
		}},
		{"ranges beside values", `a: {type: double, label: A, enum: {-1: 未报价, 0: 失败, ">0": 金额}}`, map[string]string{
			`{"a":-1}`: "", `{"a":0}`: "", `{"a":0.01}`: "", `{"a":50000}`: "", `{"a":-2}`: "enum a", `{"a":-0.5}`: "enum a",
		}},
		{"ranges of whole numbers", `a: {type: int, label: A, enum: {1-3: 低, ≥10: 高, "＜0": 无}}`, map[string]string{
			`{"a":1}`: "", `{"a":3}`: "", `{"a":10}`: "", `{"a":-7}`: "", `{"a":0}`: "enum a", `{"a":4}`: "enum a", `{"a":9}`: "enum a",
		}},
		{"open list of fractions", `a: {type: number, label: A, enum: {1: 甲}, open: true}`, map[string]string{`{"a":7.5}`: ""}},
		{"sum of listed bits", `a: {type: int, label: A, separator: +, enum: {1: 甲, 2: 乙, 8: 丁}}`, map[string]string{
			`{"a":1}`: "", `{"a":3}`: "", `{"a":11}`: "", `{"a":0}`: "enum a", `{"a":4}`: "enum a", `{"a":12}`: "enum a", `{"a":16}`: "enum a", `{"a":-1}`: "enum a",
		}},
		{"list of members", `a: {type: "Double[]", label: A, enum: {0: 无, ">1": 有}}`, map[string]string{`{"a":[0,1.5]}`: "", `{"a":[0.5]}`: "enum a/0"}},
		{"array of anything", `a: {type: "Object[]", required: true, label: A}`, map[string]string{
			`{"a":[1,"x",{}]}`: "", `{"a":[]}`: "", `{"a":{}}`: "type a", `{"a":"x"}`: "type a", `{}`: "required a",
		}},
		{"object of anything", `a: {type: Object, label: A}`, map[string]string{`{"a":{"x":[1]}}`: "", `{"a":[1]}`: "type a", `{}`: ""}},
		{"any value", `a: {type: any, required: true, label: A}`, map[string]string{
			`{"a":1}`: "", `{"a":"x"}`: "", `{"a":[{}]}`: "", `{"a":{}}`: "", `{"a":false}`: "", `{"a":null}`: "required a", `{"a":""}`: "required a",
		}},
		{"url", `a: {type: string, format: url, label: A}`, map[string]string{
			`{"a":"https://example.com/x?y=1#z"}`: "", `{"a":"myapp://pay"}`: "", `{"a":""}`: "", `{"a":"example.com"}`: "format a", `{"a":"https://a b"}`: "format a",
		}},
		{"addresses of machines", "a: {type: string, format: ip, label: A}\nb: {type: string, format: ipv4, label: B}", map[string]string{
			`{"a":"::1","b":"255.0.0.1"}`: "", `{"a":"10.0.0.256"}`: "format a", `{"b":"::1"}`: "format b", `{"a":"::ffff:1.2.3.4"}`: "",
		}},
		{"numbers of things", "a: {type: string, format: plate, label: A}\nb: {type: string, format: phone, label: B}\nc: {type: string, format: uscc, label: C}", map[string]string{
			`{"a":"闽D12345","b":"0592-1234567","c":"91350200MA2XN1UX5K"}`: "", `{"a":"闽AD12345","b":"13800138000"}`: "", `{"a":"D12345"}`: "format a", `{"b":"123"}`: "format b",
		}},
		{"format of members", `a: {type: "String[]", format: uuid, label: A}`, map[string]string{
			`{"a":["f3d6415b-395a-4e27-abc6-6fa8cc3b99ef"]}`: "", `{"a":["x"]}`: "format a/0",
		}},
		{"map", `a: {type: map, label: A}`, map[string]string{
			`{"a":{"x":[1]}}`: "", `{"a":{}}`: "", `{"a":null}`: "", `{"a":""}`: "", `{"a":12}`: "type a", `{"a":"x"}`: "type a",
			`{"a":[1]}`: "type a", `{"a":true}`: "type a", `{"a":"{}"}`: "type a",
		}},
		{"counted map", `a: {type: map, of: string, min_items: 2, max_items: 3, label: A}`, map[string]string{
			`{}`: "", `{"a":{}}`: "length a", `{"a":{"x":"1"}}`: "length a", `{"a":{"x":"1","y":"2"}}`: "", `{"a":{"x":"1","y":"2","z":"3"}}`: "",
			`{"a":{"x":"1","y":"2","z":"3","w":"4"}}`: "length a", `{"a":null}`: "",
		}},
		{"map with rules", "a: {type: map, of: string, length: 2, pattern: \"[a-z]+\", label: A}\nb: {type: map, of: int, min: 1, max: 9, label: B}\nc: {type: map, of: string, enum: [x, y], label: C}", map[string]string{
			`{"a":{"k":"ab"},"b":{"k":1,"l":9},"c":{"k":"x"}}`: "", `{"a":{"k":"ab","l":"abc"}}`: "length a/1", `{"a":{"k":"A"}}`: "format a/0",
			`{"b":{"k":0}}`: "range b/0", `{"b":{"k":9,"l":10}}`: "range b/1", `{"c":{"k":"z"}}`: "enum c/0", `{"c":{"k":""}}`: "",
		}},
		{"counted free map", `a: {type: map, max_items: 1, label: A}`, map[string]string{
			`{"a":{"x":[1]}}`: "", `{"a":{"x":[1],"y":{}}}`: "length a", `{"a":{}}`: "",
		}},
		{"required map", `a: {type: map, required: true, label: A}`, map[string]string{
			`{"a":{}}`: "", `{"a":null}`: "required a", `{}`: "required a",
		}},
		{"bounds", `a: {type: int, min: 2, max: 4, label: A}`, map[string]string{
			`{"a":2}`: "", `{"a":4}`: "", `{"a":1}`: "range a", `{"a":5}`: "range a", `{}`: "",
		}},
		{"bounds of decimals", `a: {type: decimal, min: 0, max: 0.5, label: A}`, map[string]string{
			`{"a":0}`: "", `{"a":0.50}`: "", `{"a":0.51}`: "range a", `{"a":-0.1}`: "range a", `{"a":"x"}`: "type a",
		}},
		{"mobile number", `a: {type: string, format: mobile, label: A}`, map[string]string{
			`{"a":"13800138000"}`: "", `{"a":"12800138000"}`: "mobile a", `{"a":"1380013800"}`: "mobile a", `{"a":""}`: "",
		}},
		{"pattern", `a: {type: string, pattern: "[0-9]+", label: A}`, map[string]string{
			`{"a":"12"}`: "", `{"a":"12a"}`: "format a", `{"a":""}`: "",
		}},
		{"time", `a: {type: datetime, label: A}`, map[string]string{
			`{"a":"2026-01-02 03:04:05"}`: "", `{"a":"2026-02-30 00:00:00"}`: "type a", `{"a":"昨天"}`: "type a",
		}},
		{"needed by a value", "a: {type: int, label: A}\nb: {type: string, label: B, required_if: {a: 1}}", map[string]string{
			`{"a":1,"b":"x"}`: "", `{"a":1}`: "condition b", `{"a":2}`: "", `{}`: "",
		}},
		{"needed by another field", "a: {type: string, label: A}\nb: {type: string, label: B, required_with: [a]}", map[string]string{
			`{"a":"x","b":"x"}`: "", `{"a":"x"}`: "condition b", `{"a":""}`: "",
		}},
		{"needed without another field", "a: {type: string, label: A}\nb: {type: string, label: B, required_without: [a]}", map[string]string{
			`{"a":"x"}`: "", `{"b":"x"}`: "", `{}`: "condition b",
		}},
		{"members", "a:\n  type: array\n  label: A\n  fields:\n    id: {type: string, length: 2, required: true, label: ID}", map[string]string{
			`{"a":[{"id":"x"}]}`: "", `{"a":[{"id":"x"},{"id":"xyz"},{}]}`: "length a/1/id; required a/2/id", `{"a":{}}`: "type a", `{"a":[1]}`: "type a/0; required a/0/id",
		}},
		{"all at once, in the document's order", "b: {type: string, required: true, label: B}\na: {type: string, length: 1, label: A}", map[string]string{
			`{"a":"xx"}`: "required b; length a",
		}},
		{"no object", `a: {type: string, label: A}`, map[string]string{
			`[]`: "json", `x`: "json", `{"a":"x"`: "json", `{"a":"x","a":"y"}`: "json", `{"a":"x"} {}`: "json",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x := interfaceOf(t, tt.rows)
			j := judging(t, x)
			text, err := schema.Request(x)
			if err != nil {
				t.Fatal(err)
			}
			s, err := schemas.Compile("probe.json", text)
			if err != nil {
				t.Fatal(err)
			}
			for payload, want := range tt.want {
				if got := verdict(j, []byte(payload)); got != want {
					t.Errorf("%s: %q, want %q", payload, got, want)
				}
				if err := s.Check([]byte(payload)); want != "json" && (err == nil) != (want == "") {
					t.Errorf("%s: %q, and the schema says %v", payload, want, err)
				}
			}
		})
	}
}

// FuzzJudge holds that a verdict does not depend on how a payload is written, and that
// a payload which is taken is JSON.
func FuzzJudge(f *testing.F) {
	j := judgeOf(f, `a: {type: string, length: 3, required: true, label: A}
b: {type: int, min: 2, label: B, enum: {1: 甲, 2: 乙}}
c: {type: decimal, max: 0.5, label: C, required_with: [b]}
d: {type: datetime, label: D}
e:
  type: array
  label: E
  fields:
    id: {type: string, format: mobile, required: true, label: ID}`)
	for _, seed := range []string{
		`{"a":"x","b":2,"c":0.1,"d":"2026-01-02 03:04:05","e":[{"id":"13800138000"}]}`, `{"a":"<&>","b":"1"}`, `{"a":null,"e":[1,{}]}`, `[`, `{"a":"\u00e9"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		first := verdict(j, payload)
		if !json.Valid(payload) {
			if first == "" {
				t.Fatalf("%q is no JSON and is taken", payload)
			}
			return
		}
		var dense, wide, escaped bytes.Buffer
		if err := errors.Join(json.Compact(&dense, payload), json.Indent(&wide, payload, " ", "\t")); err != nil {
			t.Fatal(err)
		}
		json.HTMLEscape(&escaped, payload)
		for _, again := range [][]byte{dense.Bytes(), wide.Bytes(), escaped.Bytes()} {
			if got := verdict(j, again); got != first {
				t.Errorf("%q: %q, but %q: %q", payload, first, again, got)
			}
		}
	})
}

// TestJudgeNull wants a required row that may be null to be there, in a request and in
// what a server answers.
func TestJudgeNull(t *testing.T) {
	t.Parallel()
	row := func(name string, typ spec.Type, fields spec.Fields) *spec.Field {
		return &spec.Field{Name: name, Path: name, Nullable: true, Replied: true, Rules: spec.Rules{Type: typ, Required: spec.Yes}, Fields: fields}
	}
	inner := &spec.Field{Name: "x", Path: "o/x", Rules: spec.Rules{Type: spec.String, Required: spec.Yes}}
	list := spec.Fields{
		row("a", spec.String, nil), row("b", spec.Int, nil), row("c", spec.Datetime, nil),
		row("l", spec.Array, spec.Fields{inner}), row("o", spec.Object, spec.Fields{inner}), row("m", spec.Map, nil),
	}
	j, err := bind.NewJudge(&spec.System{Zone: "UTC"}, list)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Check([]byte(`{"a":null,"b":null,"c":null,"l":null,"o":null,"m":null}`)); err != nil {
		t.Error(err)
	}
	if err := j.Check([]byte(`{"a":"x","b":1,"c":"2026-01-01 00:00:00","l":[{"x":"1"}],"o":{"x":"1"},"m":{}}`)); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"a", "b", "c", "l", "o", "m"} {
		all := map[string]any{"a": nil, "b": nil, "c": nil, "l": nil, "o": nil, "m": nil}
		delete(all, name)
		text, _ := json.Marshal(all)
		if err := j.Check(text); err == nil || !strings.Contains(err.Error(), "required") {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
