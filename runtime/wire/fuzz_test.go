package wire_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// FuzzDecode: no input panics; accepted input is JSON for encoding/json too, and
// encodes to JSON that decodes to the same; refused input that encoding/json
// accepts has a reason that can be found by other means.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"str":"张三","num":1,"text":"","int":"7","dec":1.50,"bool":"true","time":1795219750,"date":"2026-11-21"}`,
		`{"raw":{"a":[1]},"strs":["a"],"list":[{"id":"x","n":1,"items":[{"a":1,"b":false}]}],"part":{"id":"y"}}`,
		`{"str":"\ud83d\ude00\u0041","string":""}`, `{"a":1,"a":2}`, "\ufeff{ }", `{"int":1e400}`, `{"str":"\u0000"}`,
		`{"unknown":[[[[]]]]}`, `{"int":-0.0e0,"dec":"-0"}`, `[]`, `{"list":[1,null,{}]}`, `{"raw":[{"a":1,"\u0061":1}]}`,
	} {
		f.Add([]byte(s))
	}
	limits := wire.Limits{Depth: 6, Elements: 5, Keys: 5}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		body := string(data)
		got, problems, refusal := decode(body, limits)
		valid := json.Valid(bytes.TrimPrefix(data, []byte("\ufeff")))
		if refusal != nil {
			if valid && !refusable(data, limits) {
				t.Fatalf("%q is refused without a reason: %v", body, refusal)
			}
			return
		}
		if !valid || !utf8.Valid(data) {
			t.Fatalf("%q is accepted and is no JSON", body)
		}
		if len(problems) > 0 {
			return
		}
		out := wire.NewWriter(shanghai)
		out.Begin()
		got.Encode(out)
		out.End()
		again, problems, refusal := decode(string(out.Bytes()), limits)
		if refusal != nil || problems != nil {
			t.Fatalf("%q writes %s, which is refused: %v %v", body, out.Bytes(), refusal, paths(problems))
		}
		forget(&got)
		if diff := cmp.Diff(got, again); diff != "" {
			t.Fatalf("%q writes %s; -first +again:\n%s", body, out.Bytes(), diff)
		}
	})
}

// forget drops the values that the Writer leaves out: "" for an absent one.
func forget(q *thing) {
	q.Int.Blank, q.Dec.Blank, q.Bool.Blank, q.Time.Blank, q.Date.Blank = false, false, false, false, false
	for i := range q.List {
		forgetPart(&q.List[i])
	}
	if q.Part != nil {
		forgetPart(q.Part)
	}
}

func forgetPart(p *part) {
	p.N.Blank = false
	for i := range p.Items {
		p.Items[i].A.Blank, p.Items[i].B.Blank = false, false
	}
}

// refusable finds one of the documented reasons in a text that is JSON otherwise.
func refusable(data []byte, limits wire.Limits) bool {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) || bytes.Contains(data, []byte(`\u`)) { // escapes have tests of their own
		return true
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	first, err := dec.Token()
	if err != nil || first != json.Delim('{') {
		return true
	}
	return broken(dec, '{', 1, limits)
}

// broken reads the rest of an array or object and reports duplicate keys and broken
// limits.
func broken(dec *json.Decoder, open json.Delim, depth int, limits wire.Limits) bool {
	if depth > limits.Depth {
		return true
	}
	seen := map[string]bool{}
	found := false
	for n := 0; dec.More(); n++ {
		if open == '[' && n >= limits.Elements || open == '{' && n >= limits.Keys {
			found = true
		}
		if open == '{' {
			key, _ := dec.Token()
			name, _ := key.(string)
			if name == "string" {
				name = "str" // an alias: at worst a refusal below the top goes unseen
			}
			found = found || seen[name]
			seen[name] = true
		}
		value, err := dec.Token()
		if err != nil {
			return true
		}
		if d, ok := value.(json.Delim); ok && broken(dec, d, depth+1, limits) {
			found = true
		}
	}
	_, _ = dec.Token()
	return found
}

// FuzzParseTime: an accepted time is between the years 1000 and 2999, and stays the
// same when it is written and read again.
func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2026-11-21", "2026-11-21 08:09:10", "2026-11-21T08:09:10.123", "2026-11-2108:09:10", "1795219750", "1795219750123", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := wire.ParseTime(text, shanghai)
		if err != nil {
			return
		}
		if y := got.In(shanghai).Year(); y < 1000 || y > 2999 {
			t.Fatalf("%q is in the year %d", text, y)
		}
		if len(text) > 29 || strings.Trim(text, "0123456789-: T.") != "" {
			t.Fatalf("%q is accepted", text)
		}
		again, err := wire.ParseTime(got.In(shanghai).Format("2006-01-02 15:04:05.999999999"), shanghai)
		if err != nil || !again.Equal(got) {
			t.Fatalf("%q: %v and then %v, %v", text, got, again, err)
		}
	})
}
