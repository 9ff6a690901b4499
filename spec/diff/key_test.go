package diff_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec/diff"
)

// keys are the keys of system.yaml below which the schema has no further ones, each with
// texts of the small system of which each next one is a change, or with the reason why a
// change of it is none.
var keys = map[string]struct {
	texts []string
	why   string
}{
	"system":   {why: "the name of the folder: a revision with another one in it cannot be read, TestTwoNames"},
	"language": {why: "a revision is read in the language that it says"},
	"title":    {texts: []string{"title: 订单接口\n", "title: 订单\n"}},
	"version":  {texts: []string{"version: V1.0\n", "version: V1.1\n"}},
	"date":     {texts: []string{"date: 2026-01-02\n", "date: 2026-01-03\n", ""}},
	"digits[]": {texts: []string{"times: seconds\n", "times: seconds\ndigits: [no]\n", "times: seconds\ndigits: [memo]\n"}},
	"client":   {texts: []string{"times: seconds\n", "times: seconds\nclient: false\n", "times: seconds\nclient: true\n"}},

	"scopes.*.title":           {why: "wording for operators"},
	"scopes.*.column":          {texts: []string{"column: state, else: E404", "column: no, else: E404"}},
	"scopes.*.else":            {texts: []string{"column: state, else: E404", "column: state, else: E400"}},
	"scopes.*.tables.*.table":  {texts: []string{"column: state, else: E404", "tables: {purchase: {table: purchase, on: {no: state}}}, else: E404", "tables: {purchase: {table: other, on: {no: state}}}, else: E404"}},
	"scopes.*.tables.*.on.*":   {texts: []string{"column: state, else: E404", "tables: {purchase: {table: purchase, on: {no: state}}}, else: E404", "tables: {purchase: {table: purchase, on: {no: no}}}, else: E404"}},
	"scopes.*.shared[]":        {texts: []string{"else: E404}\n", "else: E404, shared: [purchase]}\n"}},
	"scopes.*.except.*":        {texts: []string{"else: E404}\n", "else: E404, except: {order_get: 总表}}\n", "else: E404, except: {order_find: 总表}}\n"}},
	"project":                  {texts: []string{"times: seconds\n", "times: seconds\nproject: shop\n"}},
	"zone":                     {texts: []string{"zone: Asia/Shanghai\n", "zone: UTC\n"}},
	"times":                    {texts: []string{"times: seconds\n", "times: rfc3339\n", ""}},
	"empty":                    {texts: []string{"times: seconds\n", "times: seconds\nempty: keep\n", "times: seconds\nempty: clear\n"}},
	"limits.body":              {texts: []string{"body: 1000, ", "body: 999, ", ""}},
	"limits.depth":             {texts: []string{"depth: 8, ", "depth: 9, ", ""}},
	"limits.elements":          {texts: []string{", elements: 100", ", elements: 99", ""}},
	"groups.*.title":           {texts: []string{"title: 库存", "title: 库存管理"}},
	"groups.*.section":         {texts: []string{`title: 库存, section: "2"`, `title: 库存, section: "3"`, "title: 库存"}},
	"groups.*.common.request":  {texts: []string{`{title: 订单, section: "1"}`, `{title: 订单, section: "1", common: {request: {shop: {type: string, label: 店}}}}`}},
	"groups.*.common.response": {texts: []string{`{title: 订单, section: "1"}`, `{title: 订单, section: "1", common: {response: {shop: {type: string, label: 店}}}}`}},
	"protocol":                 {why: "TestEveryWord"},
	"structs.*.title":          {why: "a heading over rows that are compared where they are used"},
	"structs.*.note":           {why: "a note over rows that are compared where they are used"},
	"structs.*.fields":         {why: "compared where they are used"},
	"common.request":           {texts: []string{"times: seconds\n", "times: seconds\ncommon: {request: {shop: {type: string, label: 店}}}\n"}},
	"common.response":          {texts: []string{"times: seconds\n", "times: seconds\ncommon: {response: {shop: {type: string, label: 店}}}\n"}},
	"enums.*.*":                {why: "compared at the fields that have them"},
	"mappings.*.values.*":      {why: "compared where they are used"},
	"mappings.*.else":          {why: "compared where they are used"},
	"mappings.*.number":        {why: "how its results are written into a column, whose type decides"},
	"demo.apps.*.name":         {why: "of a demonstration"},
	"demo.apps.*.call":         {why: "of a demonstration"},
	"demo.apps.*.data":         {why: "of a demonstration"},
}

// schema is as much of a JSON Schema as its keys.
type schema struct {
	Ref        string            `json:"$ref"`
	Properties map[string]schema `json:"properties"`
	Additional json.RawMessage   `json:"additionalProperties"`
	Items      json.RawMessage   `json:"items"`
}

// leaves are the keys below which a schema has no further ones.
func (s schema) leaves(at string, visit func(key string)) {
	var below schema
	switch {
	case s.Ref != "":
		visit(at)
	case len(s.Properties) > 0:
		for name, one := range s.Properties {
			one.leaves(strings.TrimPrefix(at+"."+name, "."), visit)
		}
	case json.Unmarshal(s.Additional, &below) == nil && len(s.Additional) > 0:
		below.leaves(at+".*", visit)
	case json.Unmarshal(s.Items, &below) == nil && len(s.Items) > 0:
		below.leaves(at+"[]", visit)
	default:
		visit(at)
	}
}

// TestKeys changes each key of system.yaml that the schema has, and wants a change said, or
// a reason why it is none.
func TestKeys(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../language.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Definitions map[string]schema `json:"definitions"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	found := 0
	all.Definitions["system"].leaves("", func(key string) {
		found++
		k, known := keys[key]
		if known == (k.why == "" && len(k.texts) < 2) {
			t.Errorf("%s: give it texts, or a reason why a change of it is none", key)
		}
	})
	if found < 30 {
		t.Errorf("%d keys", found)
	}
	for key, k := range keys {
		for i := 1; i < len(k.texts); i++ {
			before, after := withSystem(t, k.texts[0], k.texts[i-1]), withSystem(t, k.texts[0], k.texts[i])
			if list := diff.Diff(unchecked(t, before), unchecked(t, after)); len(list) == 0 {
				t.Errorf("%s: %q becomes %q: nothing is said", key, k.texts[i-1], k.texts[i])
			} else if slices.ContainsFunc(list, func(c diff.Change) bool { return c.Text() == "" }) {
				t.Errorf("%s: %q becomes %q: no text", key, k.texts[i-1], k.texts[i])
			}
		}
	}
}

// withSystem is the small system with a text of system.yaml in place of another.
func withSystem(t *testing.T, of, text string) fstest.MapFS {
	t.Helper()
	out := base(t)
	f := out["spec/shop/system.yaml"]
	if strings.Count(string(f.Data), of) != 1 {
		t.Fatalf("%q is there %d times", of, strings.Count(string(f.Data), of))
	}
	f.Data = []byte(strings.Replace(string(f.Data), of, text, 1))
	return out
}
