package spelling

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
)

// TestTypes reads types as documents spell them.
func TestTypes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Written{
		"String":                  {Name: spec.String},
		"varchar(64)":             {Name: spec.String, Length: 64},
		"varchar2（64）":            {Name: spec.String, Length: 64},
		"decimal(10,2)":           {Name: spec.Decimal, Length: 10, Places: spec.Limit{N: 2, Set: true}},
		"Number(18, 0)":           {Name: spec.Decimal, Length: 18, Places: spec.Limit{Set: true}},
		"BigDecimal":              {Name: spec.Decimal},
		"jsonArray":               {Name: spec.Array},
		"Int":                     {Name: spec.Int},
		"list":                    {Name: spec.Array},
		"boolean":                 {Name: spec.Bool},
		"String[]":                {Name: spec.Array, Of: spec.String},
		"[]string":                {Name: spec.Array, Of: spec.String},
		"[]*Item":                 {Name: spec.Array, Members: "item"},
		"[]Object<result>":        {Name: spec.Array},
		"Object<param>":           {Name: spec.Object},
		"object (Item) {3}":       {Name: spec.Object},
		"array [object {8}]":      {Name: spec.Array},
		"*string":                 {Name: spec.String},
		"map[string]int64":        {Name: spec.Map, Of: spec.Long},
		"map[string]interface{}":  {Name: spec.Map},
		"interface{}":             {Name: spec.Any},
		"Array.<String>":          {Name: spec.Array, Of: spec.String},
		"IList<Item>":             {Name: spec.Array, Members: "item"},
		"Dictionary<string, int>": {Name: spec.Map, Of: spec.Int},
		"Record<string,string>":   {Name: spec.Map, Of: spec.String},
		"object<string,string>":   {Name: spec.Map, Of: spec.String},
		"integer<int64>":          {Name: spec.Long},
		"string<date-time>":       {Name: spec.Datetime, Format: "rfc3339"},
		"Enum<String>":            {Name: spec.String},
		"string (enum)":           {Name: spec.String},
		"integer enum":            {Name: spec.Int},
		"int枚举":                   {Name: spec.Int},
		"JSON Array":              {Name: spec.Array},
		"JSON 对象":                 {Name: spec.Object},
		"JSON String":             {Name: spec.String},
		"{}":                      {Name: spec.Object},
		"string|number":           {Name: spec.Any},
		"string | int | boolean":  {Name: spec.Any},
		"string | string[]":       {Name: spec.Any},
		"string|int|long":         {Name: spec.String, Digits: true},
		"List<string | int>":      {Name: spec.Array, Of: spec.String},
		"boolean | int":           {Name: spec.Any},
		"int | long | double":     {Name: spec.Double},
		"hash map":                {Name: spec.Map},
		"<string[]>":              {Name: spec.Array, Of: spec.String},
		"list<string":             {Name: spec.Array, Of: spec.String},
		"List<Integer>":           {Name: spec.Array, Of: spec.Int},
		"Object[]":                {Name: spec.Array},
		"list<CaVO>":              {Name: spec.Array, Members: "cavo"},
		"Map<String,BigInt>":      {Name: spec.Map, Of: spec.Long},
		"Int | String":            {Name: spec.String, Digits: true},
		"string/int":              {Name: spec.String, Digits: true},
		"int or long":             {Name: spec.Long},
		"string (date-time)":      {Name: spec.Datetime, Format: "rfc3339"},
		"integer (int64)":         {Name: spec.Long},
		"Date类型":                  {Name: spec.Date},
		"数组对象":                    {Name: spec.Array},
		"字符串":                     {Name: spec.String},
		"short":                   {Name: spec.Int},
		"timestamp":               {Name: spec.Datetime},
		"array[string]":           {Name: spec.Array, Of: spec.String},
		"array(integer)":          {Name: spec.Array, Of: spec.Int},
		"Array of strings":        {Name: spec.Array, Of: spec.String},
		"字符串数组":                   {Name: spec.Array, Of: spec.String},
		"对象数组":                    {Name: spec.Array},
		"CaVO列表":                  {Name: spec.Array, Members: "cavo"},
		"int array":               {Name: spec.Array, Of: spec.Int},
		"string|null":             {Name: spec.String, Null: true},
		"null | Integer":          {Name: spec.Int, Null: true},
		"String?":                 {Name: spec.String, Null: true},
		"decimal(8,2)?":           {Name: spec.Decimal, Length: 8, Places: spec.Limit{N: 2, Set: true}, Null: true},
		"String[]|null":           {Name: spec.Array, Of: spec.String, Null: true},
		"unsigned int":            {Name: spec.Long},
		"bigint(20) unsigned":     {Name: spec.Long, Length: 20},
		"tinyint unsigned":        {Name: spec.Int},
		"double precision":        {Name: spec.Double},
		"List<decimal(10,2)>":     {Name: spec.Array, Of: spec.Decimal, Length: 10, Places: spec.Limit{N: 2, Set: true}},
	} {
		if got, ok := Read(text); !ok || got != want {
			t.Errorf("%s is read as %+v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"strng", "", "files", "int|bol", "200", "String[][]", "Map<String,String[]>", "List<Map<String,Integer>>", "null", "?", "null|null", "string (thing)", "List<>", "map<string>"} {
		if got, ok := Read(text); ok {
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
		if Length(text, &got); !got.Equal(want) {
			t.Errorf("%s is read as %+v", text, got)
		}
	}
}

// TestOwnTypes holds that the language's own words mean what a document's would.
func TestOwnTypes(t *testing.T) {
	t.Parallel()
	for _, own := range spec.Types() {
		fast, known := Read(string(own))
		if slow, ok := spelled(string(own)); fast != slow || !known || !ok {
			t.Errorf("%s is %+v, in the words of a document %+v %t", own, fast, slow, ok)
		}
	}
}
