package bind_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// judgeOf compiles fields that are written as rows of YAML.
func judgeOf(t testing.TB, rows string) *bind.Judge {
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
	set, err := load.Systems(fsys, "spec")
	if err != nil {
		t.Fatalf("%s\n%v", rows, err)
	}
	judge, err := bind.NewJudge(set.Systems[0], set.Systems[0].Interfaces[0].Request)
	if err != nil {
		t.Fatal(err)
	}
	return judge
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
		{"map", `a: {type: map, label: A}`, map[string]string{
			`{"a":{"x":[1]}}`: "", `{"a":{}}`: "", `{"a":null}`: "", `{"a":""}`: "", `{"a":12}`: "type a", `{"a":"x"}`: "type a",
			`{"a":[1]}`: "type a", `{"a":true}`: "type a", `{"a":"{}"}`: "type a",
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
			j := judgeOf(t, tt.rows)
			for payload, want := range tt.want {
				if got := verdict(j, []byte(payload)); got != want {
					t.Errorf("%s: %q, want %q", payload, got, want)
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
