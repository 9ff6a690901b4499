// Package spelling reads types and lengths as documents write them.
package spelling

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/read/han"
)

// spellings are the documents' other words for types, in lower case.
var spellings = map[string]spec.Type{
	"varchar": spec.String, "varchar2": spec.String, "nvarchar": spec.String, "nvarchar2": spec.String, "text": spec.String,
	"char": spec.String, "nchar": spec.String, "clob": spec.String, "sting": spec.String, "str": spec.String, "uuid": spec.String,
	"guid": spec.String, "字符串": spec.String, "字符": spec.String, "文本": spec.String, "enum": spec.String, "枚举": spec.String,
	"枚举值":     spec.String,
	"integer": spec.Int, "int32": spec.Int, "short": spec.Int, "byte": spec.Int, "tinyint": spec.Int, "smallint": spec.Int,
	"整数": spec.Int, "整型": spec.Int,
	"bigint": spec.Long, "int64": spec.Long, "biginteger": spec.Long, "长整型": spec.Long, "长整数": spec.Long,
	"numeric": spec.Decimal, "bigdecimal": spec.Decimal, "money": spec.Decimal, "金额": spec.Decimal, "小数": spec.Decimal,
	"数字": spec.Number, "数值": spec.Number, "浮点数": spec.Double,
	"boolean": spec.Bool, "布尔": spec.Bool, "布尔值": spec.Bool, "布尔型": spec.Bool,
	"timestamp": spec.Datetime, "日期时间": spec.Datetime, "时间": spec.Datetime, "日期": spec.Date,
	"jsonarray": spec.Array, "list": spec.Array, "数组": spec.Array, "数组对象": spec.Array, "对象数组": spec.Array, "列表": spec.Array,
	"[]": spec.Array, "jsonobject": spec.Object, "对象": spec.Object, "dict": spec.Map, "hash": spec.Map, "hash map": spec.Map, "hashmap": spec.Map, "dictionary": spec.Map, "字典": spec.Map, "键值对": spec.Map,
	"json": spec.Any, "jsonnode": spec.Any, "json值": spec.Any, "任意": spec.Any, "mixed": spec.Any, "jsonstring": spec.String, "json串": spec.String,
	"json字符串": spec.String, "json文本": spec.String, "file": spec.String, "文件": spec.String, "multipartfile": spec.String, "文件流": spec.String,
	"base64": spec.String, "url": spec.String, "longtext": spec.String, "mediumtext": spec.String, "character": spec.String,
	"uint": spec.Int, "uint8": spec.Int, "uint16": spec.Int, "uint32": spec.Long, "int8": spec.Int, "int16": spec.Int, "mediumint": spec.Int,
	"整形": spec.Int, "数值型": spec.Number, "uint64": spec.Long, "serial": spec.Long, "int4": spec.Int, "float32": spec.Float, "float64": spec.Double, "real": spec.Float,
	"浮点": spec.Double, "浮点型": spec.Double, "双精度": spec.Double, "单精度": spec.Float, "dec": spec.Decimal, "精确小数": spec.Decimal,
	"localdatetime": spec.Datetime, "localdate": spec.Date, "bit": spec.Bool, "是否": spec.Bool, "json对象": spec.Object, "json格式": spec.Any,
	"json数组": spec.Array, "json列表": spec.Array, "集合": spec.Array, "array数组": spec.Array, "unix时间戳": spec.Epoch, "时间戳": spec.Epoch,
	"double precision": spec.Double, "long long": spec.Long, "字符型": spec.String, "字符串型": spec.String, "文本型": spec.String, "日期型": spec.Date, "时间型": spec.Datetime,
	"字串": spec.String, "布林": spec.Bool, "布林值": spec.Bool, "物件": spec.Object, "清单": spec.Array, // in Taiwan
	"string字符串": spec.String, "varbinary": spec.String, "binary": spec.String,
}

// Written is a type as a document writes it, read.
type Written struct {
	Name    spec.Type
	Of      spec.Type // of the members of an array or a map, where they are scalars
	Members string    // the name of what the members are, where they are no scalars
	Length  int
	Places  spec.Limit
	Format  string
	Digits  bool // a whole number is accepted for the text
	Null    bool // null is a value of it
	Deep    bool // an array or a map of arrays or maps whose values have a type
}

var (
	typeForm  = regexp.MustCompile(`^([\pL0-9_]+|\[\]|double precision|long long|hash map)(?: ?\(([^()]*)\))?$`)
	arrayForm = regexp.MustCompile(`^(?:(?:array|i)?list|array|set|i?collection|ienumerable|vector|sequence|数组|列表) ?\.?< ?([^>].*?) ?>?$`)
	mapForm   = regexp.MustCompile(`^(?:(?:hash|tree)?map|i?dictionary|dict|record|hashtable|object) ?< ?[^,<>]+, ?([^>].*?) ?>?$|^map\[[^\[\]]+\] ?(.+)$`)
	// arrayWords are arrays of a type in other words: array[string], array of string, string数组.
	arrayWords = regexp.MustCompile(`^(?:array|list|数组|列表) ?(?:\[(.+)\]|\((.+)\)|of (.+?)s?)$|^(.+?) ?(?:array|list|数组|列表|集合)$`)
	// orNull is a type whose values may be Null: string|null, String?, nullable int.
	orNull = regexp.MustCompile(`^(?:null ?(?:\||/| or |或) ?)?(?:nullable )?(.+?)(?: ?(?:\||/| or |或) ?null|\?| ?\((?:nullable|可空|可为空|可为null)\))?$`)
	// inBraces is an object with how many members it has, or what it is called, behind it.
	inBraces = regexp.MustCompile(`^(object|对象|json ?object)(?: ?\((?:[^()]*)\)| ?<[^<>,]*>)?(?: ?\{[0-9 ]*\})?$`)
	// formatOf is a type with a format as some tools print it: integer<int32>.
	formatOf = regexp.MustCompile(`^(string|integer|number) ?< ?([a-z0-9-]+) ?>$`)
	// listed are values that are listed, and their type: enum<string>, string (enum).
	listed = regexp.MustCompile(`^(?:enum|枚举) ?[<(\[] ?(.+?) ?[>)\]]$|^(.+?) ?\(?(?:enum|枚举)\)?$`)
	// ofJSON is a word for what JSON has: JSON Array, json 数组.
	ofJSON   = regexp.MustCompile(`^json (array|object|string|数组|对象|列表|字符串|串|文本)$`)
	unsigned = regexp.MustCompile(`^unsigned (.+)|^(.+?) unsigned$`)
	eitherOr = regexp.MustCompile(` ?(?:\||/| or |或) ?`)
	sizeForm = regexp.MustCompile(`^([0-9]{1,9})(?: ?, ?([0-9]{1,2}))?(?: ?(?:char|byte))?$`)
)

// narrow writes what East Asian documents write in full width as everybody else does.
var narrow = strings.NewReplacer("（", "(", "）", ")", "，", ",", "＜", "<", "＞", ">", "［", "[", "］", "]", "\u00a0", " ", "\u3000", " ", "¦", "|")

// Read reads a type as documents spell it: String, varchar(64), decimal(10,2),
// String[], List<Item>, map<string,int>, Int | String. ok is false for a type that is
// not known.
func Read(text string) (w Written, ok bool) {
	if slices.Contains(spec.Types(), spec.Type(text)) {
		return Written{Name: spec.Type(text)}, true // the language's own word, as nearly always
	}
	return spelled(text)
}

// spelled reads a type that is in the words of a document.
func spelled(text string) (w Written, ok bool) {
	text = strings.ToLower(strings.Join(strings.Fields(narrow.Replace(han.Simple(text))), " "))
	text = strings.TrimSuffix(strings.TrimSuffix(text, "类型"), "_t")
	if inside, is := strings.CutPrefix(text, "json("); is { // json（列表）
		text = "json" + strings.TrimSuffix(inside, ")")
	}
	if one, is := strings.CutPrefix(text, "<"); is {
		text = strings.TrimSuffix(one, ">")
	}
	text = strings.TrimPrefix(ofJSON.ReplaceAllString(text, "json$1"), "*")
	switch m := listed.FindStringSubmatch(text); {
	case inBraces.MatchString(text):
		return Written{Name: spec.Object}, true
	case text == "{}" || text == "interface{}":
		return Written{Name: map[bool]spec.Type{true: spec.Object, false: spec.Any}[text == "{}"]}, true
	case formatOf.MatchString(text):
		return plainType(formatOf.ReplaceAllString(text, "$1($2)"))
	case m != nil:
		if w, ok = Read(m[1] + m[2]); ok && !w.Name.IsNested() {
			return w, true
		}
	}
	if m := orNull.FindStringSubmatch(text); m != nil && m[1] != text && m[1] != "" {
		w, ok = Read(m[1])
		w.Null = true
		return w, ok
	}
	if m := unsigned.FindStringSubmatch(text); m != nil {
		w, ok = Read(m[1] + m[2])
		if w.Name == spec.Int && strings.Contains(text, "int") && !strings.Contains(text, "tiny") && !strings.Contains(text, "small") {
			w.Name = spec.Long
		}
		return w, ok
	}
	if parts := oneOf(text); len(parts) > 1 {
		return either(parts)
	}
	switch array, maps := arrayForm.FindStringSubmatch(text), mapForm.FindStringSubmatch(text); {
	case array != nil:
		return membersOf(spec.Array, array[1])
	case maps != nil:
		return membersOf(spec.Map, maps[1]+maps[2])
	case strings.HasPrefix(text, "[]") && text != "[]": // as in Go
		return membersOf(spec.Array, strings.TrimPrefix(text, "[]"))
	case strings.HasSuffix(text, "[]") && text != "[]":
		return membersOf(spec.Array, strings.TrimSuffix(text, "[]"))
	case len(text) > 2 && text[0] == '[' && text[len(text)-1] == ']': // [string], [Item]
		return membersOf(spec.Array, strings.TrimSpace(text[1:len(text)-1]))
	}
	w, ok = plainType(text)
	if !ok && strings.HasSuffix(text, "型") { // 日期时间型
		w, ok = plainType(strings.TrimSuffix(text, "型"))
	}
	if m := arrayWords.FindStringSubmatch(text); m != nil && !ok {
		return membersOf(spec.Array, m[1]+m[2]+m[3]+m[4])
	}
	return w, ok
}

// Type returns the type that a document means by a word, such as String, varchar(64)
// or List<Item>; ok is false where the language does not know it.
func Type(text string) (t spec.Type, ok bool) {
	w, ok := Read(text)
	return w.Name, ok && w.Members == ""
}

// plainType reads the name of a type and the parentheses behind it.
func plainType(text string) (w Written, ok bool) {
	m := typeForm.FindStringSubmatch(text)
	if m == nil {
		return Written{Name: spec.Type(text)}, false
	}
	w.Name = cmp.Or(spellings[m[1]], spec.Type(m[1]))
	ok = slices.Contains(spec.Types(), w.Name)
	if size := sizeForm.FindStringSubmatch(m[2]); size != nil {
		w.Length, _ = strconv.Atoi(size[1])
		if size[2] != "" {
			w.Places = spec.Limit{Set: true}
			w.Places.N, _ = strconv.Atoi(size[2])
			if w.Name == spec.Number || w.Name == spec.Double || w.Name == spec.Float {
				w.Name = spec.Decimal
			}
		}
		return w, ok
	}
	switch m[2] { // the formats of OpenAPI
	case "":
	case "date-time":
		w.Name, w.Format = spec.Datetime, "rfc3339"
	case "date", "int32", "int64", "double", "float", "uuid", "email", "byte", "binary", "password", "uri":
		if inner := spec.Type(m[2]); m[2] == "email" {
			w.Format = m[2]
		} else if is := cmp.Or(spellings[m[2]], inner); slices.Contains(spec.Types(), is) && m[2] != "byte" {
			w.Name = is
		}
	default:
		ok = false
	}
	return w, ok
}

// membersOf is an array or a map whose members have a type.
func membersOf(outer spec.Type, text string) (Written, bool) {
	text = strings.TrimPrefix(text, "*")
	inner, ok := Read(text)
	if ok && !inner.Name.IsNested() {
		return Written{Name: outer, Of: inner.Name, Length: inner.Length, Places: inner.Places, Format: inner.Format}, true
	}
	if ok { // objects: their members are Written below it
		plain := inner.Name == spec.Any || (inner.Name == spec.Object || inner.Name == spec.Map) && inner.Of == ""
		return Written{Name: outer, Deep: !plain}, plain
	}
	if inner.Deep || inner.Name == spec.Array || inner.Name == spec.Map {
		return Written{Name: outer, Deep: true}, false
	}
	return Written{Name: outer, Members: text}, text != ""
}

// oneOf are the types of which a value has one: int | string[], not what is in brackets.
func oneOf(text string) (parts []string) {
	from := 0
	for _, at := range eitherOr.FindAllStringIndex(text, -1) {
		before := text[from:at[0]]
		if strings.ContainsAny(before, "<([") && strings.Count(before, "<")+strings.Count(before, "(")+strings.Count(before, "[") !=
			strings.Count(before, ">")+strings.Count(before, ")")+strings.Count(before, "]") {
			continue
		}
		parts, from = append(parts, before), at[1]
	}
	return append(parts, text[from:])
}

// either is a value of one of some types: a text or a number is a text that may come as
// a number, of two numbers it is the one that has the other, and else it is anything.
func either(parts []string) (Written, bool) {
	out, ok := Read(parts[0])
	for _, part := range parts[1:] {
		one, known := Read(part)
		out, ok = wider(out, one), ok && known && out.Members == "" && one.Members == ""
	}
	if !ok {
		return Written{Name: spec.Type(strings.Join(parts, " | "))}, false
	}
	return out, true
}

// wider is the type of the values of two.
func wider(x, y Written) Written {
	if y.Name == spec.String {
		x, y = y, x
	}
	switch {
	case x.Name == y.Name && x.Of == y.Of:
		return x
	case x.Digits && y.Name.IsWhole():
		return x
	case x.Digits || y.Digits || x.Name == spec.Any || y.Name == spec.Any || x.Name.IsNested() || y.Name.IsNested():
		return Written{Name: spec.Any}
	case x.Name == spec.String && y.Name.IsWhole():
		x.Digits = true
		return x
	case x.Name.IsFraction() && y.Name.IsNumber():
		return x
	case y.Name.IsFraction() && x.Name.IsNumber():
		return y
	case x.Name.IsWhole() && y.Name.IsWhole():
		return Written{Name: spec.Long}
	}
	return Written{Name: spec.Any}
}

var (
	numberLength = regexp.MustCompile(`^\(?([0-9]{1,9}) ?, ?([0-9]{1,2})\)?$`)
	rangeLength  = regexp.MustCompile(`^([0-9]{1,9}) ?(?:[-~～至到–]|\.{2,3}) ?([0-9]{1,9})$`)
	boundLength  = regexp.MustCompile(`^(<=?|>=?|=) ?([0-9]{1,9})$`)
)

// boundWords are what documents write for the signs of a bound.
var boundWords = strings.NewReplacer("≤", "<=", "≥", ">=", "小于等于", "<=", "不大于", "<=", "大于等于", ">=", "不小于", ">=", "不少于", ">=", "至少", ">=",
	"最少", ">=", "最短", ">=", "最小长度", ">=", "小于", "<", "大于", ">", "固定长度", "=", "固定", "=", "定长", "=")

// lengthWords are what documents write around a number: 最长64位, 64个字符, 64 bytes.
var lengthWords = regexp.MustCompile(`^(?:最大长度|最长|最大|最多|不超过|长度)为? ?|^max ?| ?个?(?:字符|字节|位|汉字|字|chars?|characters?|bytes?|以内)+(?:以内)?$`)

// Length reads a length as documents write it: 64, "8,2", "10-32", ">=5", 64位, 不限.
func Length(text string, r *spec.Rules) {
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0
		}
		return n
	}
	r.Length, r.MinLength, r.Decimals = 0, 0, spec.Limit{}
	text = strings.TrimSpace(lengthWords.ReplaceAllString(strings.ToLower(boundWords.Replace(narrow.Replace(text))), ""))
	if m := numberLength.FindStringSubmatch(text); m != nil {
		r.Length, r.Decimals = number(m[1]), spec.Limit{N: number(m[2]), Set: true}
		return
	}
	if m := rangeLength.FindStringSubmatch(text); m != nil {
		r.MinLength, r.Length = number(m[1]), number(m[2])
		return
	}
	if m := boundLength.FindStringSubmatch(text); m != nil {
		bound(r, m[1], number(m[2]))
		return
	}
	r.Length = number(text)
}

// bound reads a length behind a sign: <20 is at most 19.
func bound(r *spec.Rules, sign string, n int) {
	switch sign {
	case ">":
		r.MinLength = n + 1
	case ">=":
		r.MinLength = n
	case "<":
		r.Length = max(1, n-1)
	case "<=":
		r.Length = n
	default:
		r.MinLength, r.Length = n, n
	}
}
