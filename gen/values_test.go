package gen

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
	schemas "github.com/jiekou-dev/jiekou/testkit/schema"
)

// spellings are scalars that some reader of YAML, JSON, SQL or tags takes for
// something else than their text.
func spellings() []string {
	return []string{
		"TRUE", "True", "true", "FALSE", "False", "NO", "No", "Yes", "y", "off", "ON",
		"012", "00", "0o12", "0x01", "0x2C", "0x7C", "a0x2Cb", "1e3", "1E3", "1_000", ".5", "5.", "+1", "-0", "1.50",
		"12:30:00", "2026-01-02", ".inf", ".NaN", "99999999999999999999", "0b11",
		"it's", "'", "''", "it''s", "a 'b' c", "a,b", "a|b", "a b", `a"b`, `a\b`, "a`b", "%27", "100%", "a=b", "<<", "=", "{a}", "#", "- a",
		"Null", "NULL", "null", "~", "nil", "中 文", "a;b", "$1", "a\tb", "a\nb",
	}
}

// plainly says whether YAML has a text without quotes where lists and mappings
// stand on one line.
func plainly(s string) bool {
	return !strings.ContainsAny(s, "'\",|`{}#%\t\n") && s != "=" && s != "<<" && !strings.HasPrefix(s, "- ")
}

// writtenForms are the ways in which YAML says that a text is listed.
func writtenForms(s string) map[string]string {
	quoted := strconv.Quote(s)
	out := map[string]string{
		"quoted list":    "[" + quoted + ", other]",
		"quoted mapping": "{" + quoted + ": " + quoted + ", other: 另}",
	}
	if plainly(s) {
		out["list"], out["mapping"] = "["+s+", other]", "{"+s+": 是, other: 另}"
	}
	return out
}

// valuesOf reads a system with an enum, and with the text as label, default and in a
// condition, quoted or as it is.
func valuesOf(t *testing.T, enum, text string) (*spec.Set, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range parseArchive(t, base).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	fsys["spec/mini/shop/values.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, `interface: values
title: 试
section: 2.1
kind: report
status: unimplemented
request:
  flag: {type: string, label: %[2]s, enum: %[1]s, default: %[2]s}
  need: {type: string, label: 需, required_if: {flag: %[2]s}}
`, enum, text)}
	fsys["spec/mini/table/value.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, `table: value
title: 值
key: id
columns:
  id:   {type: string, length: 32, required: true}
  flag: {type: string, length: 32, default: %[2]s, enum: %[1]s}
`, enum, text)}
	return loadtest.Systems(fsys, "spec")
}

// TestValuesStayAsWritten holds every spelling, in every form of YAML, against the
// model and all that is generated from it: the same text passes, and no other does.
func TestValuesStayAsWritten(t *testing.T) {
	t.Parallel()
	for _, s := range spellings() {
		for form, enum := range writtenForms(s) {
			t.Run(fmt.Sprintf("%s/%q", form, s), func(t *testing.T) {
				t.Parallel()
				text := strconv.Quote(s)
				if isNull := strings.EqualFold(s, "null") || s == "~"; plainly(s) && form == "list" && !isNull {
					text = s
				}
				set, err := valuesOf(t, enum, text)
				if err != nil {
					t.Fatal(err)
				}
				checkValue(t, set, s)
			})
		}
	}
}

func checkValue(t *testing.T, set *spec.Set, s string) {
	t.Helper()
	x := set.Systems[0].Interfaces[0]
	flag := x.Request[0]
	if flag.Label != s || flag.Default != s || flag.Enum.Values[0].Value != s || x.Request[1].RequiredIf[0].Value != s {
		t.Fatalf("the model has label %q, default %q, value %q, condition %q", flag.Label, flag.Default,
			flag.Enum.Values[0].Value, x.Request[1].RequiredIf[0].Value)
	}
	files, err := Generate(set, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	judge, err := bind.NewJudge(set.Systems[0], x.Request)
	if err != nil {
		t.Fatal(err)
	}
	text, err := schema.Request(x)
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := schemas.Compile("values", text)
	if err != nil {
		t.Fatal(err)
	}
	tagged := taggedStruct(t, files["generated/mini/shop/values.go"])
	structs, err := validate.NewStructs()
	if err != nil {
		t.Fatal(err)
	}
	for _, sent := range []struct {
		flag, need string
		fine       bool
	}{{s, "x", true}, {s, "", false}, {"other", "", true}, {"other", "x", true}, {s + "x", "x", false}, {strings.ToLower(s) + "Ä", "x", false}} {
		payload, _ := json.Marshal(map[string]string{"flag": sent.flag, "need": sent.need})
		value := reflect.New(tagged)
		value.Elem().Field(0).SetString(sent.flag)
		value.Elem().Field(1).SetString(sent.need)
		for name, err := range map[string]error{
			"judge": judge.Check(payload), "schema": compiled.Check(payload), "tags": structs.Check(value.Interface()),
		} {
			if (err == nil) != sent.fine {
				t.Errorf("%s of %s: %v", name, payload, err)
			}
		}
	}
	if want := "'" + strings.ReplaceAll(s, "'", "''") + "'"; !strings.Contains(string(files["generated/mini/sql/0001_tables.sql"]), want) &&
		!strings.ContainsAny(s, "\\\t\n") {
		t.Errorf("the tables have no default %s:\n%s", want, files["generated/mini/sql/0001_tables.sql"])
	}
}

// taggedStruct is the type ValuesRequest of a generated file, whose fields are
// strings.
func taggedStruct(t *testing.T, src []byte) reflect.Type {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "values.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	var fields []reflect.StructField
	ast.Inspect(file, func(n ast.Node) bool {
		def, ok := n.(*ast.TypeSpec)
		if !ok || def.Name.Name != "ValuesRequest" {
			return true
		}
		for _, f := range def.Type.(*ast.StructType).Fields.List {
			tag, err := strconv.Unquote(f.Tag.Value)
			if err != nil {
				t.Fatal(err)
			}
			fields = append(fields, reflect.StructField{Name: f.Names[0].Name, Type: reflect.TypeFor[string](), Tag: reflect.StructTag(tag)})
		}
		return false
	})
	return reflect.StructOf(fields)
}

// TestMapsAreObjects holds forms of JSON against decoder and schema of a map.
func TestMapsAreObjects(t *testing.T) {
	t.Parallel()
	x := oneField(t, "{type: map, label: 图}")
	for value, fine := range map[string]bool{
		`{}`: true, `{"a":{"b":[1]}}`: true, `null`: true, `""`: true,
		`12`: false, `"text"`: false, `"{}"`: false, `[1,2]`: false, `true`: false, `[]`: false,
	} {
		judged(t, x, fmt.Appendf(nil, `{"one":%s}`, value), fine)
	}
}

// oneField is an interface whose request has one field.
func oneField(t *testing.T, rules string) *spec.Interface {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range parseArchive(t, base).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	fsys["spec/mini/shop/one.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil,
		"interface: one\ntitle: 试\nsection: 2.1\nkind: report\nstatus: unimplemented\nrequest:\n  one: %s\n", rules)}
	return mustLoad(t, fsys).Systems[0].Interfaces[0]
}

// judged wants one verdict of the model's judge and of the schema.
func judged(t *testing.T, x *spec.Interface, payload []byte, fine bool) {
	t.Helper()
	judge, err := bind.NewJudge(x.System, x.Request)
	if err != nil {
		t.Fatal(err)
	}
	text, err := schema.Request(x)
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := schemas.Compile("one", text)
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"judge": judge.Check(payload), "schema": compiled.Check(payload)} {
		if (err == nil) != fine {
			t.Errorf("%s of %s: %v", name, payload, err)
		}
	}
}

// TestPatternsAgree holds patterns as documents write them against decoder and schema.
func TestPatternsAgree(t *testing.T) {
	t.Parallel()
	for pattern, texts := range map[string]map[string]bool{
		`[\u4e00-\u9fa5]+`: {"张三": true, "a": false},
		`\p{Han}+`:         {"张三": true, "𠮷": true, "a": false},
		`(?i)[a-k]+`:       {"aK": true, "\u212a": true, "z": false},
		`\d{3}`:            {"123": true, "12": false, "１２３": false},
		`a.`:               {"a\u2028": true, "a\n": false},
		`a{`:               {"a{": true, "a": false},
	} {
		x := oneField(t, "{type: string, label: 号, pattern: '"+pattern+"'}")
		for text, fine := range texts {
			payload, _ := json.Marshal(map[string]string{"one": text})
			judged(t, x, payload, fine)
		}
	}
}

// TestNumbersAgree holds numbers with places, and texts of a least length, against
// decoder and schema.
func TestNumbersAgree(t *testing.T) {
	t.Parallel()
	for rules, values := range map[string]map[string]bool{
		`{type: "decimal(4,2)", label: 价}`: {
			`0`: true, `12.34`: true, `-99.99`: true, `1e1`: true, `12.3400`: true, `"12.34"`: true, `"1.500"`: true, `null`: true,
			`12.345`: false, `100`: false, `"100.00"`: false, `"1.501"`: false, `1e2`: false, `1e-3`: false, `"-0.001"`: false,
		},
		`{type: decimal, places: 0, label: 数}`: {
			`9999999999999999`: true, `1.0`: true, `"7.00"`: true, `0.5`: false, `"0.5"`: false,
		},
		`{type: decimal, length: "2,2", label: 率}`: {`0.99`: true, `1`: false, `"0.10"`: true, `"1.00"`: false},
		`{type: "decimal(3,2)", rounded: true, label: 率}`: {
			`9.994`: true, `"9.994999"`: true, `9.995`: false, `-9.995`: false, `10`: false,
		},
		`{type: long, label: 号}`: {`9223372036854775807`: true, `"-9223372036854775808"`: true, `9223372036854775808`: false},
		`{type: string, length: "2-4", label: 名}`: {
			`"张三"`: true, `"abcd"`: true, `""`: true, `"张"`: false, `"abcde"`: false,
		},
	} {
		x := oneField(t, rules)
		for value, fine := range values {
			judged(t, x, fmt.Appendf(nil, `{"one":%s}`, value), fine)
		}
	}
}

// rowsOf is an interface whose request has the rows.
func rowsOf(t *testing.T, rows string) *spec.Interface {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range parseArchive(t, base).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	fsys["spec/mini/shop/rows.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil,
		"interface: rows\ntitle: 试\nsection: 2.1\nkind: report\nstatus: unimplemented\nrequest:\n  %s\n",
		strings.ReplaceAll(strings.TrimSpace(rows), "\n", "\n  "))}
	return mustLoad(t, fsys).Systems[0].Interfaces[0]
}

// TestConditionsAgree holds conditions on several fields and values against decoder and
// schema.
func TestConditionsAgree(t *testing.T) {
	t.Parallel()
	for rows, payloads := range map[string]map[string]bool{
		"completed: {type: Boolean, label: 完成}\ntemplate_id: {type: String, condition: completed为true必填, required_if: {completed: true}, label: 模板}": {
			`{"completed":true,"template_id":"a"}`: true, `{"completed":true}`: false, `{"completed":"true"}`: false, `{"completed":false}`: true, `{}`: true,
		},
		"kind: {type: int, label: 类}\nno: {type: string, required_if: {kind: [1, 3]}, label: 号}": {
			`{"kind":1}`: false, `{"kind":"3"}`: false, `{"kind":2}`: true, `{}`: true, `{"kind":3,"no":"x"}`: true,
		},
		"kind: {type: string, label: 类}\nno: {type: string, required_unless: {kind: [a, b]}, label: 号}": {
			`{"kind":"a"}`: true, `{"kind":"c"}`: false, `{}`: false, `{"no":"x"}`: true,
		},
		"amount: {type: Double, label: 保额}\nreason: {type: string, required_if: {amount: \">0\"}, present_if: {amount: \"> 0\"}, label: 说明}": {
			`{"amount":0.5}`: false, `{"amount":"0.5"}`: false, `{"amount":0.5,"reason":"x"}`: true, `{"amount":0}`: true, `{"amount":-1}`: true,
			`{}`: true, `{"amount":0,"reason":"x"}`: false, `{"reason":"x"}`: false, `{"amount":"-0.50","reason":"x"}`: false,
		},
		"rate: {type: decimal, label: 率}\nnote: {type: string, required_if: {rate: 5}, label: 注}": {
			`{"rate":5}`: false, `{"rate":"5.00"}`: false, `{"rate":5.0}`: false, `{"rate":5.01}`: true,
		},
		"state: {type: string, label: 状态}\ncode: {type: string, required: true, present_if: {state: [FAIL, ERROR]}, label: 码}": {
			`{"state":"OK"}`: true, `{"state":"OK","code":"x"}`: false, `{"state":"FAIL"}`: false, `{"state":"ERROR","code":"x"}`: true, `{}`: true,
		},
		"state: {type: string, label: 状态}\ncode: {type: array, of: string, required: true, absent_if: {state: OK}, label: 码}": {
			`{"state":"OK"}`: true, `{"state":"OK","code":["x"]}`: false, `{"state":"OK","code":[]}`: true, `{"state":"FAIL"}`: false, `{}`: false,
		},
		"kind: {type: int, label: 类}\nway: {type: string, default: cash, absent_if: {kind: 2}, label: 式}\nno: {type: string, label: 号}\nsum: {type: int, default: 1, absent_with: no, label: 数}": {
			`{"kind":1}`: true, `{"kind":2}`: true, `{"kind":2,"way":"x"}`: false, `{"kind":1,"way":"x"}`: true, `{}`: true, `{"no":"x"}`: true, `{"no":"x","sum":2}`: false, `{"sum":2}`: true,
		},
		"kind: {type: int, label: 类}\nway: {type: string, required_if: {kind: 1}, default: cash, label: 式}\nall: {type: int, required: true, default: 1, label: 全}": {
			`{"kind":1}`: true, `{"kind":2,"all":2}`: true, `{"kind":1,"way":"x"}`: true, `{}`: true,
		},
		"kind: {type: int, label: 类}\nway: {type: string, required: true, default: cash, present_if: {kind: 1}, label: 式}": {
			`{"kind":1}`: true, `{"kind":2}`: true, `{"kind":2,"way":"x"}`: false, `{"kind":1,"way":"x"}`: true, `{}`: true,
		},
		"a: {type: string, one_of: who, label: 甲}\nb: {type: int, one_of: who, label: 乙}\nc: {type: string, one_of: who, label: 丙}": {
			`{}`: false, `{"a":"x"}`: true, `{"b":0}`: true, `{"c":"x"}`: true, `{"a":"x","b":0}`: false, `{"b":1,"c":"x"}`: false, `{"a":"","c":"x"}`: true,
		},
		"a: {type: string, any_of: who, label: 甲}\nb: {type: int, any_of: who, label: 乙}": {
			`{}`: false, `{"a":"x"}`: true, `{"b":0}`: true, `{"a":"x","b":0}`: true,
		},
		"a: {type: string, together: who, label: 甲}\nb: {type: int, together: who, label: 乙}": {
			`{}`: true, `{"a":"x"}`: false, `{"b":0}`: false, `{"a":"x","b":0}`: true,
		},
		"kind: {type: int, label: 类}\nsub: {type: int, alias: [subKind], enum_by: {kind: {1: [11, 12], 2: [21]}}, label: 细类}\nmark: {type: string, enum_by: {sub: {11: [a], 21: [b, c]}}, label: 记}": {
			`{"kind":1,"sub":11}`: true, `{"kind":"1","sub":"12"}`: true, `{"kind":1,"sub":21}`: false, `{"kind":2,"sub":"11"}`: false, `{"kind":2,"sub":21}`: true,
			`{"kind":2,"subKind":11}`: false, `{"kind":2,"subKind":21}`: true, `{"kind":1}`: true, `{"kind":1,"sub":null}`: true, `{"sub":21}`: true, `{"sub":31}`: false,
			`{"kind":9,"sub":21}`: true, `{"kind":9,"sub":31}`: false, `{"sub":11,"mark":"a"}`: true, `{"sub":11,"mark":"b"}`: false, `{"sub":12,"mark":"b"}`: true,
		},
		"kind: {type: int, label: 类}\nbox:\n  type: object\n  label: 箱\n  fields:\n    big: {type: bool, label: 大}\n    lines:\n      type: array\n      alias: [rows]\n      label: 行\n" +
			"      fields:\n        no: {type: string, required_if: {../../kind: 2, ../big: true}, label: 号}\n        way: {type: string, required: true, present_if: {../../kind: [1, 3]}, label: 式}\n": {
			`{"kind":2,"box":{"big":true,"lines":[{"no":"1"},{}]}}`: false, `{"kind":2,"box":{"big":true,"lines":[{"no":"1"}]}}`: true, `{"kind":2,"box":{"big":false,"lines":[{}]}}`: true,
			`{"kind":"2","box":{"big":"true","rows":[{}]}}`: false, `{"kind":2,"box":{"lines":[{}]}}`: true, `{"kind":2}`: true, `{"kind":2,"box":{"big":true}}`: true,
			`{"kind":1,"box":{"big":true,"lines":[{"way":"x"}]}}`: true, `{"kind":3,"box":{"lines":[{}]}}`: false, `{"kind":2,"box":{"lines":[{"way":"x"}]}}`: false, `{"box":{"lines":[{"way":"x"}]}}`: false,
		},
		"kind: {type: string, label: 类}\nmore:\n  type: map\n  label: 多\n  fields:\n    a: {type: string, required_unless: {../kind: x, b: y}, label: 甲}\n    b: {type: string, label: 乙}\n    c: {type: int, required_with: [../kind, b], label: 丙}\n": {
			`{"kind":"x","more":{"k":{"b":"y","c":1}}}`: true, `{"kind":"x","more":{"k":{"c":1}}}`: false, `{"kind":"z","more":{"k":{"b":"y","c":1}}}`: false, `{"more":{"k":{"a":"1"}}}`: true,
			`{"more":{"k":{"a":"1","b":"q"}}}`: false, `{"kind":"z","more":{"k":{"a":"1"}}}`: false, `{"kind":"z","more":{}}`: true,
		},
		"kind: {type: string, label: 类}\nlist:\n  type: array\n  label: 表\n  fields:\n    sub: {type: int, enum_by: {../kind: {a: [1], b: [2, 3]}}, label: 细}\n    x: {type: string, required_without_all: [../kind, y], label: 十}\n    y: {type: string, absent_with: ../kind, label: 丫}\n": {
			`{"kind":"a","list":[{"sub":1}]}`: true, `{"kind":"a","list":[{"sub":2}]}`: false, `{"kind":"b","list":[{"sub":"2"}]}`: true, `{"list":[{"sub":2,"x":"1"}]}`: true,
			`{"list":[{"sub":2}]}`: false, `{"list":[{"y":"1"}]}`: true, `{"kind":"c","list":[{"y":"1"}]}`: false,
		},
		"payer:\n  type: object\n  alias: [buyer]\n  label: 付\n  fields:\n    kind: {type: int, label: 类}\n    deep: {type: object, label: 深, fields: {on: {type: bool, label: 开}}}\n" +
			"no: {type: string, required_if: {payer/kind: [2, 3]}, label: 号}\nway: {type: string, absent_if: {payer/deep/on: true}, label: 式}\n" +
			"any: {type: string, required_without: payer/kind, label: 任}\nonly: {type: int, present_if: {payer/kind: \">2\"}, label: 仅}\n" +
			"list: {type: array, label: 表, fields: {x: {type: int, required_with: ../payer/deep, label: 十}}}\n": {
			`{}`: false, `{"any":"a"}`: true, `{"payer":{},"any":"a"}`: true, `{"payer":null}`: false, `{"payer":null,"any":"a"}`: true, `{"payer":{"kind":1}}`: true, `{"payer":{"kind":"2"}}`: false,
			`{"payer":{"kind":3},"no":"1","only":5}`: true, `{"payer":{"kind":2},"no":"1","only":5}`: false, `{"any":"a","only":5}`: false, `{"buyer":{"kind":2}}`: false,
			`{"buyer":{"kind":2},"no":"1"}`: true, `{"any":"a","way":"x"}`: true, `{"payer":{"kind":1,"deep":{"on":true}},"way":"x"}`: false, `{"payer":{"kind":1,"deep":{"on":false}},"way":"x"}`: true,
			`{"payer":{"kind":1,"deep":{}},"list":[{}]}`: false, `{"payer":{"kind":1,"deep":{}},"list":[{"x":1}]}`: true, `{"payer":{"kind":1},"list":[{}]}`: true, `{"payer":{"kind":1,"deep":null},"list":[{}]}`: true,
		},
		"payer: {type: object, as: text, label: 付, fields: {kind: {type: int, label: 类}}}\nno: {type: string, required_if: {payer/kind: 2}, label: 号}\n": {
			`{"payer":"{\"kind\":1}"}`: true, `{"payer":"{\"kind\":2}","no":"1"}`: true, `{"no":"1"}`: true, `{}`: true,
		},
	} {
		x := rowsOf(t, rows)
		for payload, fine := range payloads {
			judged(t, x, []byte(payload), fine)
		}
	}
}

// TestScalarsAgree holds arrays of scalars against decoder and schema.
func TestScalarsAgree(t *testing.T) {
	t.Parallel()
	for rules, values := range map[string]map[string]bool{
		`{type: "String[]", length: 2, max_items: 2, label: 码}`: {
			`["a","bc"]`: true, `[]`: true, `null`: true, `["abc"]`: false, `["a","b","c"]`: false, `[1]`: false, `[null]`: false, `[""]`: true,
		},
		`{type: "List<Integer>", required: true, min_items: 2, enum: {1: 一, 2: 二}, label: 类}`: {
			`[1,2]`: true, `["1","2"]`: true, `[1]`: false, `[]`: false, `[1,3]`: false, `[1,"x"]`: false, `[1,null]`: false, `[1,""]`: false, `[1,{}]`: false,
		},
		`{type: "List<decimal(4,2)>", max: 20, label: 率}`: {
			`[12.34,"1.5"]`: true, `[12.345]`: false, `[21]`: false, `[true]`: false,
		},
		`{type: array, of: bool, label: 是}`:  {`[true,"false"]`: true, `[1]`: false},
		`{type: array, of: date, label: 日}`:  {`["2026-01-02"]`: true, `["2026-02-30"]`: false, `[""]`: false},
		`{type: array, of: epoch, label: 时}`: {`[1767294245,"1767294245"]`: true, `["x"]`: false},
		`{type: object, as: text, fields: {a: {type: int, required: true, label: A}, b: {type: array, as: text, of: string, length: 1, label: B}}, label: 内}`: {
			`"{\"a\":1}"`: true, `{"a":1}`: true, `"{}"`: false, `"{\"a\":\"x\"}"`: false, `"x"`: false, `"{\"a\":1"`: false, `"{\"a\":1} 2"`: false,
			`""`: true, `null`: true, `1`: false, `"{\"a\":1,\"b\":\"[\\\"x\\\"]\"}"`: true, `"{\"a\":1,\"b\":\"[\\\"xy\\\"]\"}"`: false,
		},
		`{type: "List<Item>", as: text, fields: {no: {type: string, required: true, label: 号}}, label: 行}`: {
			`"[{\"no\":\"1\"}]"`: true, `"[{}]"`: false, `"[1]"`: false, `"[]"`: true, `"null"`: false,
		},
		`{type: datetime, format: yyyy/MM/dd HH:mm, label: 时}`: {
			`"2026/01/02 03:04"`: true, `"2026-01-02 03:04:05"`: true, `"2026/02/30 03:04"`: false, `"2026/1/2 03:04"`: false, `"2026/01/02 24:04"`: false,
		},
		`{type: date, format: yyyyMMdd, label: 日}`:     {`"20260102"`: true, `"20260230"`: false, `"2026010"`: false, `"2026-01-02"`: true},
		`{type: epoch, format: millis, label: 时}`:      {`1767294245000`: true, `"1767294245000"`: true, `1767294245`: true, `17672942450000`: false},
		`{type: string, format: "HH:mm:ss", label: 时}`: {`"23:59:59"`: true, `"24:00:00"`: false, `"1:00:00"`: false, `""`: true},
		`{type: "Int | String", label: 不论}`:            {`12`: true, `"a"`: true, `1.5`: false},
		`{type: "list<CaVO", fields: {a: {type: string, required: true, label: A}}, max_items: 1, label: 列}`: {
			`[{"a":"x"}]`: true, `[]`: true, `[{"a":"x"},{"a":"y"}]`: false, `[{}]`: false,
		},
	} {
		x := oneField(t, rules)
		for value, fine := range values {
			judged(t, x, fmt.Appendf(nil, `{"one":%s}`, value), fine)
		}
	}
}
