package validate_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	schemas "github.com/jiekou-dev/jiekou/testkit/schema"
)

// sequence is a text that begins with that of another, and goes on with digits.
type sequence struct {
	Seq    string `json:"seq" validate:"omitempty,behind=Tenant [0-9]{2}0x7Cx"`
	Code   string `json:"code" validate:"omitempty,behind=Tenant"`
	Tenant string `json:"tenant"`
}

const sequenceSchema = `{
  "type": "object",
  "x-starts-with": [
    {"names": ["seq", "Seq"], "with": ["tenant", "owner"], "rest": "^(?:[0-9]{2}|x)$"},
    {"names": ["code"], "with": ["tenant", "owner"]}
  ]
}`

// TestBeginnings compares the three validators on the same texts.
func TestBeginnings(t *testing.T) {
	t.Parallel()
	structs, err := validate.NewStructs()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := schemas.Compile("sequence.json", []byte(sequenceSchema))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		seq, code, tenant string
		want              bool
	}{
		{"MV01", "MV", "MV", true},
		{"MVx", "MVNE", "MV", true},
		{"", "", "MV", true},
		{"anything", "else", "", true},
		{"甲01", "甲乙", "甲", true},
		{"MV1", "", "MV", false},
		{"MV011", "", "MV", false},
		{"01", "", "MV", false},
		{"mv01", "", "MV", false},
		{"M", "", "MV", false},
		{"", "M", "MV", false},
		{"", "甲", "\xe7\x94", true}, // bytes, not characters
	} {
		var list problem.List
		check := validate.Checker{List: &list, Names: []string{"seq", "code"}}
		check.StartsWith("seq", c.seq, c.tenant)
		check.StartsWith("code", c.code, c.tenant)
		check.PatternBehind("seq", c.seq, c.tenant, regexp.MustCompile(`^(?:[0-9]{2}|x)$`))
		if ok := list.Err() == nil; ok != c.want {
			t.Errorf("%+v: the Checker says %t", c, ok)
		}
		if ok := structs.Check(&sequence{c.seq, c.code, c.tenant}) == nil; ok != c.want {
			t.Errorf("%+v: the tags say %t", c, ok)
		}
		if strings.Contains(c.tenant, "\xe7") {
			continue // no JSON
		}
		text := `{"seq":"` + c.seq + `","code":"` + c.code + `","owner":"` + c.tenant + `"}`
		if ok := schema.Check([]byte(text)) == nil; ok != c.want {
			t.Errorf("%s: the schema says %t", text, ok)
		}
	}
	for text, want := range map[string]bool{
		`{"Seq":"701","tenant":7}`:     true, // digits in place of a text
		`{"Seq":701,"tenant":7.0}`:     true,
		`{"Seq":801,"tenant":7}`:       false,
		`{"seq":"MV01","tenant":null}`: true,
		`{"seq":7.5,"tenant":"8"}`:     true, // no text: for other rules
		`{"seq":["8"],"tenant":"8"}`:   true,
		`[]`:                           false,
	} {
		if ok := schema.Check([]byte(text)) == nil; ok != want {
			t.Errorf("%s: the schema says %t", text, ok)
		}
	}
}

// TestBeginningsBroken compiles keywords that say nothing.
func TestBeginningsBroken(t *testing.T) {
	t.Parallel()
	for _, keyword := range []string{`1`, `{}`, `[1]`, `[{"names": "a"}]`, `[{"names": ["a"], "with": ["b"], "rest": "("}]`} {
		_, err := schemas.Compile("x.json", []byte(`{"x-starts-with": `+keyword+`}`))
		if err == nil || !strings.Contains(err.Error(), validate.StartsWithKeyword) {
			t.Errorf("%s: %v", keyword, err)
		}
	}
}
