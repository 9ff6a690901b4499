package schema_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	schemas "github.com/jiekou-dev/jiekou/testkit/schema"
)

const schemaText = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "cert":  {"type": "string", "format": "idcard"},
    "mail":  {"type": ["string", "null"], "format": "mail"},
    "n":     {"type": "integer", "maximum": 9007199254740993},
    "name":  {"type": "string", "maxLength": 2}
  },
  "required": ["name"]
}`

func TestSchema(t *testing.T) {
	t.Parallel()
	s, err := schemas.Compile("customer.json", []byte(schemaText))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		`{"name":"二字"}`:  true,
		`{"name":"三个字"}`: false,
		`{}`:             false,
		`{"name":"a","cert":"11010519491231002X"}`: true,
		`{"name":"a","cert":"110105194912310020"}`: false,
		`{"name":"a","cert":5}`:                    false,
		`{"name":"a","mail":"a@b.cn"}`:             true,
		`{"name":"a","mail":null}`:                 true,
		`{"name":"a","mail":"a@b"}`:                false,
		`{"name":"a","n":9007199254740993}`:        true, // not rounded
		`{"name":"a","n":9007199254740994}`:        false,
		`{"name":"a","n":1.0}`:                     true,
		`{"name":"a","n":1.5}`:                     false,
		`{"name":"a"`:                              false,
		`{"name":"a"} `:                            true,
		`{"name":"a"}{"name":"a"}`:                 false, // bytes after the end
		`{"name":"a"}x`:                            false,
		``:                                         false,
		`[]`:                                       false,
	} {
		if err := s.Check([]byte(text)); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if s.Check([]byte(`{"name":"a"}`)) != nil || s.Check([]byte(`{}`)) == nil {
					t.Error("wrong verdict beside others")
				}
			}
		})
	}
	wg.Wait()
}

func TestSchemaBroken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `{`, `{"type":"strng"}`, `{"maxLength":"2"}`, `{"$ref":"#/nowhere"}`, `{"pattern":"("}`} {
		if _, err := schemas.Compile("broken.json", []byte(text)); err == nil || !strings.Contains(err.Error(), "broken.json") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func ExampleSchema() {
	s, err := schemas.Compile("x.json", []byte(`{"type":"object","required":["mobile"],"properties":{"mobile":{"type":"string","maxLength":16}}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Check([]byte(`{"mobile":"13800138000"}`)))
	fmt.Println(s.Check([]byte(`{}`)) != nil)
	// Output:
	// <nil>
	// true
}
