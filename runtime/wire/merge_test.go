package wire_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// merged reads fields outside and a body as one request.
func merged(outside []wire.Outside, body string, limits wire.Limits) (thing, error) {
	data, err := wire.Merge(nil, outside, []byte(body))
	if err != nil {
		return thing{}, err
	}
	var in wire.Reader
	in.ResetMerged(data, outside, shanghai, limits)
	var q thing
	q.Decode(&in)
	if err := in.Close(); err != nil {
		return q, err
	}
	return q, in.List.Err()
}

// TestMerge: fields outside precede the members of the body, and are never
// overruled by them.
func TestMerge(t *testing.T) {
	t.Parallel()
	text := func(name, value string) wire.Outside { return wire.Outside{Name: name, Text: value, Set: true} }
	raw := func(name, value string) wire.Outside {
		return wire.Outside{Name: name, Text: value, Set: true, JSON: true}
	}
	none := wire.Outside{Name: "str"}
	for _, tt := range []struct {
		name    string
		outside []wire.Outside
		body    string
		want    string // as a reply would write it
		rule    problem.Rule
		field   string
	}{
		{"body only", nil, `{"str":"a"}`, `{"str":"a"}`, "", ""},
		{"nothing at all", nil, "", `{}`, "", ""},
		{"outside only", []wire.Outside{text("str", "张"), text("int", "7")}, "", `{"str":"张","int":7}`, "", ""},
		{"both", []wire.Outside{text("str", "a")}, " {\n\"int\": 7} \n", `{"str":"a","int":7}`, "", ""},
		{"empty body", []wire.Outside{text("str", "a")}, " { } ", `{"str":"a"}`, "", ""},
		{"byte order mark", []wire.Outside{text("str", "a")}, "\ufeff{\"int\":1}", `{"str":"a","int":1}`, "", ""},
		{"absent stays absent", []wire.Outside{none}, `{"str":"from the body"}`, `{}`, "", ""},
		{"body says it too", []wire.Outside{text("str", "a")}, `{"str":"b","int":1}`, `{"str":"a","int":1}`, "", ""},
		{"with an escape", []wire.Outside{text("str", "a")}, `{"\u0073tr":"b"}`, `{"str":"a"}`, "", ""},
		{"of another type", []wire.Outside{text("str", "a")}, `{"str":{"str":[1]}}`, `{"str":"a"}`, "", ""},
		{"twice in the body", []wire.Outside{text("str", "a")}, `{"str":1,"str":2}`, "", problem.JSON, ""},
		{"nested ones are others", []wire.Outside{text("id", "a")}, `{"part":{"id":"p"}}`, `{"id":"a","part":{"id":"p"}}`, "", ""},
		{"quotes", []wire.Outside{text("str", `"},{"int":1`)}, ``, `{"str":"\"},{\"int\":1"}`, "", ""},
		{"array", []wire.Outside{raw("strs", ` ["a","b"] `)}, ``, `{"strs":["a","b"]}`, "", ""},
		{"object", []wire.Outside{raw("part", `{"id":"p"}`)}, `{"int":1}`, `{"int":1,"part":{"id":"p"}}`, "", ""},
		{"text for an array", []wire.Outside{raw("strs", `a`)}, ``, "", problem.Type, "strs"},
		{"more than an array", []wire.Outside{raw("strs", `[],"int":1`)}, ``, "", problem.Type, "strs"},
		{"empty text for an array", []wire.Outside{raw("strs", ``)}, ``, `{}`, "", ""},
		{"too long an array", []wire.Outside{raw("strs", `[1,2,3,4,5,6]`)}, ``, "", problem.JSON, ""},
		{"too deep", []wire.Outside{raw("raw", `[[[[[[[]]]]]]]`)}, ``, "", problem.JSON, ""},
		{"no number", []wire.Outside{text("int", "x")}, ``, "", problem.Type, "int"},
		{"bytes", []wire.Outside{text("str", "\xff")}, ``, "", problem.JSON, ""},
		{"NUL", []wire.Outside{text("str", "\x00")}, ``, "", problem.JSON, ""},
		{"array for a body", []wire.Outside{text("str", "a")}, `[]`, "", problem.JSON, ""},
		{"array for a body, nothing outside", nil, `[]`, "", problem.JSON, ""},
		{"comma", []wire.Outside{text("str", "a")}, `{,"int":1}`, "", problem.JSON, ""},
		{"half", []wire.Outside{text("str", "a")}, `{`, "", problem.JSON, ""},
		{"more", []wire.Outside{text("str", "a")}, `{}}`, "", problem.JSON, ""},
		{"more after members", []wire.Outside{text("str", "a")}, `{"int":1}{}`, "", problem.JSON, ""},
	} {
		q, err := merged(tt.outside, tt.body, wire.Limits{Depth: 6, Elements: 5, Keys: 5})
		if e := problem.From(err); e != nil {
			if e.Rule != tt.rule || e.Field != tt.field {
				t.Errorf("%s: %v, want %s %s", tt.name, err, tt.rule, tt.field)
			}
			continue
		}
		out := wire.NewWriter(shanghai)
		out.Begin()
		q.Encode(out)
		out.End()
		if tt.rule != "" || string(out.Bytes()) != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, out.Bytes(), tt.want)
		}
	}
}

// TestResetForgets: a field outside the body of one request is not outside in the
// next.
func TestResetForgets(t *testing.T) {
	t.Parallel()
	outside := []wire.Outside{{Name: "str"}}
	var in wire.Reader
	in.ResetMerged([]byte(`{"str":null,"str":"b"}`), outside, shanghai, wire.Limits{})
	var q thing
	q.Decode(&in)
	in.Reset([]byte(`{"str":"c"}`), shanghai, wire.Limits{})
	q.Decode(&in)
	if err := in.Close(); err != nil || q.Str != "c" {
		t.Errorf("%q, %v", q.Str, err)
	}
}

// FuzzMerge: whatever the body holds, a field outside has its own value, and an
// accepted body was a JSON object.
func FuzzMerge(f *testing.F) {
	for _, body := range []string{
		`{}`, `{"str":"b"}`, `{"int":1,"str":null}`, `{"\u0073tr":1}`, ` {"str":1,"str":2}`, `{,}`, `{"a":1}}`, `[]`, `{`, "\ufeff{ }", "", `{"text":"x"}`,
	} {
		f.Add("a", body)
		f.Add(`","str":"`, body)
	}
	f.Fuzz(func(t *testing.T, value, body string) {
		if len(body) > 1<<14 {
			return
		}
		q, err := merged([]wire.Outside{{Name: "str", Text: value, Set: true}, {Name: "text"}}, body, wire.Limits{})
		trimmed := bytes.TrimPrefix([]byte(body), []byte("\ufeff"))
		blank := strings.Trim(string(trimmed), " \t\r\n") == ""
		var object map[string]json.RawMessage
		valid := blank || json.Unmarshal(trimmed, &object) == nil && object != nil
		if problem.From(err) != nil && problem.From(err).Rule == problem.JSON {
			return
		}
		if !valid || !utf8.ValidString(body) || !utf8.ValidString(value) {
			t.Fatalf("%q is accepted", body)
		}
		if q.Str != value || q.Text.Set {
			t.Fatalf("%q beside %q is read as %q, %v", value, body, q.Str, q.Text)
		}
	})
}

// TestLone: what was made of XML may have one member where a list of one is meant; JSON
// may not.
func TestLone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		{"an object", `{"list":{"id":"a"},"str":"b"}`, `{"str":"b","list":[{"id":"a"}]}`},
		{"a text", `{"strs":"a"}`, `{"strs":["a"]}`},
		{"nothing", `{"strs":"","list":""}`, `{}`},
		{"null", `{"strs":null}`, `{}`},
		{"a list", `{"strs":["a","b"],"list":[{"id":"a"},{"id":"b"}]}`, `{"strs":["a","b"],"list":[{"id":"a"},{"id":"b"}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := merged(nil, tt.body, wire.Limits{Lone: true})
			if err != nil {
				t.Fatal(err)
			}
			want, err := merged(nil, tt.want, wire.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, body := range []string{`{"list":{"id":"a"}}`, `{"strs":"a"}`} {
		if _, err := merged(nil, body, wire.Limits{}); err == nil {
			t.Errorf("%s is taken without Lone", body)
		}
	}
	if _, err := merged(nil, `{"strs":1}`, wire.Limits{Lone: true}); err == nil {
		t.Error("a number is taken for a list of texts")
	}
}
