package validate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	schemas "github.com/jiekou-dev/jiekou/testkit/schema"
)

// sized has texts whose lengths are counted in bytes.
type sized struct {
	UTF string `json:"utf" validate:"omitempty,max_bytes=8,min_bytes=3"`
	GBK string `json:"gbk" validate:"omitempty,max_gbk=8,min_gbk=3"`
}

const sizedSchema = `{"type": "object", "properties": {
  "utf": {"type": "string", "x-length-in": {"unit": "bytes", "min": 3, "max": 8}},
  "gbk": {"type": "string", "x-length-in": {"unit": "gbk", "min": 3, "max": 8}}
}}`

// TestLengthsInBytes compares the three validators on texts at the border.
func TestLengthsInBytes(t *testing.T) {
	t.Parallel()
	structs, err := validate.NewStructs()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := schemas.Compile("sized.json", []byte(sizedSchema))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text     string
		utf, gbk bool
	}{
		{"", true, true},
		{"ab", false, false},
		{"abc", true, true},
		{"abcdefgh", true, true},
		{"abcdefghi", false, false},
		{"鹭", true, false},
		{"鹭1", true, true},
		{"鹭鹭12", true, true},
		{"鹭鹭123", false, true},
		{"鹭鹭鹭鹭", false, true},
		{"鹭鹭鹭鹭1", false, false},
		{"é1", true, true},
		{"éééé", true, true},
		{"éééé1", false, false},
		{"𠮷𠮷", true, true},
		{"𠮷𠮷1", false, false},
	} {
		var list problem.List
		check := validate.Checker{List: &list, Names: []string{"utf", "gbk"}}
		check.MaxBytes("utf", c.text, 8)
		check.MinBytes("utf", c.text, 3)
		check.MaxGBK("gbk", c.text, 8)
		check.MinGBK("gbk", c.text, 3)
		held := func(err error) [2]bool {
			found := problem.From(err)
			out := [2]bool{true, true}
			for _, p := range found.Problems {
				if p.Rule != problem.Length {
					t.Errorf("%s: the rule is %s", c.text, p.Rule)
				}
				out[map[string]int{"utf": 0, "gbk": 1}[p.Field]] = false
			}
			return out
		}
		want := [2]bool{c.utf, c.gbk}
		for by, err := range map[string]error{"the Checker": list.Err(), "the tags": structs.Check(&sized{c.text, c.text})} {
			if err == nil && want != [2]bool{true, true} || err != nil && held(err) != want {
				t.Errorf("%q: %s say %v, want %v", c.text, by, err, want)
			}
		}
		for n, name := range []string{"utf", "gbk"} {
			text, _ := json.Marshal(map[string]string{name: c.text})
			if ok := schema.Check(text) == nil; ok != want[n] {
				t.Errorf("%s: the schema says %t", text, ok)
			}
		}
	}
	if _, err := schemas.Compile("x.json", []byte(`{"x-length-in": {"unit": "words"}}`)); err == nil || !strings.Contains(err.Error(), validate.LengthInKeyword) {
		t.Errorf("another unit: %v", err)
	}
}
