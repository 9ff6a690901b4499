package read

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
)

// TestTypes reads types as documents spell them.
func TestTypes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]written{
		"String":              {name: spec.String},
		"varchar(64)":         {name: spec.String, length: 64},
		"varchar2（64）":        {name: spec.String, length: 64},
		"decimal(10,2)":       {name: spec.Decimal, length: 10, places: spec.Limit{N: 2, Set: true}},
		"Number(18, 0)":       {name: spec.Decimal, length: 18, places: spec.Limit{Set: true}},
		"BigDecimal":          {name: spec.Decimal},
		"jsonArray":           {name: spec.Array},
		"Int":                 {name: spec.Int},
		"list":                {name: spec.Array},
		"boolean":             {name: spec.Bool},
		"String[]":            {name: spec.Array, of: spec.String},
		"<string[]>":          {name: spec.Array, of: spec.String},
		"list<string":         {name: spec.Array, of: spec.String},
		"List<Integer>":       {name: spec.Array, of: spec.Int},
		"Object[]":            {name: spec.Array},
		"list<CaVO>":          {name: spec.Array, members: "cavo"},
		"Map<String,BigInt>":  {name: spec.Map, of: spec.Long},
		"Int | String":        {name: spec.String, digits: true},
		"string/int":          {name: spec.String, digits: true},
		"int or long":         {name: spec.Long},
		"string (date-time)":  {name: spec.Datetime, format: "rfc3339"},
		"integer (int64)":     {name: spec.Long},
		"Date类型":              {name: spec.Date},
		"数组对象":                {name: spec.Array},
		"字符串":                 {name: spec.String},
		"short":               {name: spec.Int},
		"timestamp":           {name: spec.Datetime},
		"array[string]":       {name: spec.Array, of: spec.String},
		"array(integer)":      {name: spec.Array, of: spec.Int},
		"Array of strings":    {name: spec.Array, of: spec.String},
		"字符串数组":               {name: spec.Array, of: spec.String},
		"对象数组":                {name: spec.Array},
		"CaVO列表":              {name: spec.Array, members: "cavo"},
		"int array":           {name: spec.Array, of: spec.Int},
		"string|null":         {name: spec.String, null: true},
		"null | Integer":      {name: spec.Int, null: true},
		"String?":             {name: spec.String, null: true},
		"decimal(8,2)?":       {name: spec.Decimal, length: 8, places: spec.Limit{N: 2, Set: true}, null: true},
		"String[]|null":       {name: spec.Array, of: spec.String, null: true},
		"unsigned int":        {name: spec.Long},
		"bigint(20) unsigned": {name: spec.Long, length: 20},
		"tinyint unsigned":    {name: spec.Int},
		"double precision":    {name: spec.Double},
		"List<decimal(10,2)>": {name: spec.Array, of: spec.Decimal, length: 10, places: spec.Limit{N: 2, Set: true}},
	} {
		if got, ok := typeOf(text); !ok || got != want {
			t.Errorf("%s is read as %+v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"strng", "", "files", "int|bool", "200", "String[][]", "Map<String,String[]>", "List<Map<String,Integer>>", "null", "?", "null|null", "string (thing)", "List<>", "map<string>"} {
		if got, ok := typeOf(text); ok {
			t.Errorf("%s is read as %+v", text, got)
		}
	}
}

// TestLengths reads lengths as documents write them.
func TestLengths(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]spec.Rules{
		"64":    {Length: 64},
		"8,2":   {Length: 8, Decimals: spec.Limit{N: 2, Set: true}},
		"（8，2）": {Length: 8, Decimals: spec.Limit{N: 2, Set: true}},
		"10-32": {MinLength: 10, Length: 32},
		">=5":   {MinLength: 5},
		"<=5":   {Length: 5},
		"不限":    {},
		"64位":   {Length: 64}, "最长64个字符": {Length: 64}, "64 bytes": {Length: 64}, "32字节以内": {Length: 32}, "6-20位": {MinLength: 6, Length: 20},
		"不超过200字": {Length: 200}, "≤20": {Length: 20}, "<20": {Length: 19}, "小于100位": {Length: 99}, "≥6": {MinLength: 6}, "至少6位": {MinLength: 6},
		"定长18": {MinLength: 18, Length: 18}, "固定32位": {MinLength: 32, Length: 32}, "6..20": {MinLength: 6, Length: 20}, "6～20": {MinLength: 6, Length: 20},
		"-": {}, "无": {}, "最小长度6": {MinLength: 6}, "> 5": {MinLength: 6}, "见附录": {},
	} {
		var got spec.Rules
		if lengthOf(text, &got); !got.Equal(want) {
			t.Errorf("%s is read as %+v", text, got)
		}
	}
}

// TestOwnTypes holds that the language's own words mean what a document's would.
func TestOwnTypes(t *testing.T) {
	t.Parallel()
	for _, own := range spec.Types() {
		fast, known := typeOf(string(own))
		if slow, ok := spelled(string(own)); fast != slow || !known || !ok {
			t.Errorf("%s is %+v, in the words of a document %+v %t", own, fast, slow, ok)
		}
	}
}
