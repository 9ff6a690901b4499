package spec

import (
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Type is the type of a field or a column, in the word that YAML writes.
type Type string

// The types of fields; columns have String, Int, Number, Decimal, Bool,
// Datetime, Date and JSON.
const (
	String   Type = "string"
	Int      Type = "int"
	Long     Type = "long"
	Number   Type = "number"
	Double   Type = "double"
	Float    Type = "float"
	Decimal  Type = "decimal"
	Bool     Type = "bool"
	Datetime Type = "datetime"
	Date     Type = "date"
	Epoch    Type = "epoch" // seconds since 1970
	Array    Type = "array"
	Object   Type = "object"
	Map      Type = "map" // an object with free keys
	Any      Type = "any" // any JSON value
	JSON     Type = "json"
)

// Types lists the types of fields.
func Types() []Type {
	return []Type{
		String, Int, Long, Number, Double, Float, Decimal, Bool, Datetime, Date, Epoch, Array, Object, Map, Any,
	}
}

// ColumnTypes lists the types of columns.
func ColumnTypes() []Type { return []Type{String, Int, Number, Decimal, Bool, Datetime, Date, JSON} }

// IsWhole says whether values are whole numbers.
func (t Type) IsWhole() bool { return t == Int || t == Long }

// IsFraction says whether values are numbers that may have decimals.
func (t Type) IsFraction() bool { return t == Number || t == Double || t == Float || t == Decimal }

// IsNumber says whether values are numbers that mean themselves; an epoch means a
// time.
func (t Type) IsNumber() bool { return t.IsWhole() || t.IsFraction() }

// IsTime says whether values are points in time or days, however they are written.
func (t Type) IsTime() bool { return t == Datetime || t == Date || t == Epoch }

// IsNested says whether values hold other values; outside of a JSON body their
// text is JSON.
func (t Type) IsNested() bool { return t == Array || t == Object || t == Map || t == Any || t == JSON }

// IsText says whether values travel as text without further meaning, so that
// lengths, patterns and formats are about it.
func (t Type) IsText() bool { return !t.IsNumber() && !t.IsTime() && !t.IsNested() && t != Bool }

// HasDefault says whether a field of the type may have a default.
func (t Type) HasDefault() bool { return t.IsText() || t.IsNumber() || t == Bool }

// Takes says whether a text of YAML can be a value of the type.
func (t Type) Takes(text string) bool {
	switch {
	case t.IsWhole() || t == Epoch:
		_, err := strconv.ParseInt(text, 10, 64)
		return err == nil
	case t.IsFraction():
		_, ok := new(big.Rat).SetString(text)
		return ok
	case t == Bool:
		return slices.Contains([]string{"true", "false", "0", "1"}, text)
	}
	return true
}

// IsWholeText says whether a text is a whole number of 64 bits that reads the same in
// YAML, JSON, SQL and Go.
func IsWholeText(text string) bool {
	n, err := strconv.ParseInt(text, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == text
}

// Required says whether a field must be there, in the words of the model.
type Required string

// The kinds of required marks; the machine form of Conditional is beside it.
const (
	Yes         Required = "yes"
	No          Required = "no"
	Conditional Required = "conditional"
	// Unstated is a field of a document that has no such mark; it may be left out.
	Unstated Required = "unstated"
)

// IsRequired says that the field is always there.
func (r Required) IsRequired() bool { return r == Yes }

// IsOptional says that the field may always be left out.
func (r Required) IsOptional() bool { return r == No || r == Unstated }

// IsConditional says that other fields decide.
func (r Required) IsConditional() bool { return r == Conditional }

// Shape is how a value travels and is held, whatever the document calls its type.
type Shape int

// The shapes of values.
const (
	Text     Shape = iota
	Whole          // a whole number
	Fraction       // a number that may have decimals
	Truth          // true or false
	Moment         // the text of a day and a time
	Day            // the text of a day
	Seconds        // since 1970
	List           // an array of objects
	Scalars        // an array of scalars
	Record         // an object with fields
	Raw            // an object with free keys, an array of anything or any value, kept as its JSON
)

// Shape returns the shape of the field's values.
func (f *Field) Shape() Shape {
	switch {
	case f.IsWhole():
		return Whole
	case f.IsFraction():
		return Fraction
	case f.Type == Bool:
		return Truth
	case f.Type == Datetime:
		return Moment
	case f.Type == Date:
		return Day
	case f.Type == Epoch:
		return Seconds
	case f.Type == Array && len(f.Fields) > 0:
		return List
	case f.Type == Array && f.Of != "":
		return Scalars
	case f.Type == Object && len(f.Fields) > 0:
		return Record
	case f.IsNested():
		return Raw
	}
	return Text
}

// IsObjects says whether a value is an object with members of its own, or a list of such.
func (s Shape) IsObjects() bool { return s == List || s == Record }

// IsTime says whether values of the shape are held as times.
func (s Shape) IsTime() bool { return s == Moment || s == Day || s == Seconds }

// ColumnFormats lists the formats of values that are loaded.
func ColumnFormats() []string { return []string{"mobile", "idcard", "email"} }

// Formats lists the formats that a text is held to.
func Formats() []string {
	return append(ColumnFormats(), slices.Sorted(maps.Keys(formats))...)
}

// formats are the formats that a pattern says.
var formats = map[string]string{
	"url":      `[a-zA-Z][a-zA-Z0-9+.-]*://[^ /?#]+[^ ]*`,
	"weburl":   `https?://(?:[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?][!"$-~]*)?`, // of a receiver: no user, no fragment
	"uuid":     `[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}`,
	"ipv4":     `(?:` + octet + `\.){3}` + octet,
	"ip":       `(?:` + octet + `\.){3}` + octet + `|[0-9a-fA-F:]{2,29}(?:` + octet + `(?:\.` + octet + `){3})?`,
	"phone":    `(?:\+?86[- ]?)?(?:1[3-9][0-9]{9}|0[1-9][0-9]{1,2}-?[0-9]{7,8}(?:-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4})`,
	"plate":    `[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z][A-Z0-9]{4,5}[A-Z0-9挂学警港澳使领]`,
	"postcode": `[0-9]{6}`,
	"uscc":     `[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}`,
	"bankcard": `[0-9]{12,19}`,
	"vin":      `[0-9A-HJ-NPR-Z]{17}`,
	"digits":   `[0-9]+`,
	"hex":      `[0-9a-fA-F]+`,
	"base64":   `[A-Za-z0-9+/]+={0,2}`,
}

const octet = `(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`

// FormatPattern is the regular expression that a format of a text means, or "".
func FormatPattern(format string) string {
	if IsClock(format) {
		return ClockPattern(format)
	}
	return formats[format]
}

// Layouts lists the forms in which a time is written: "2006-01-02 15:04:05",
// the same with milliseconds, RFC 3339 with seconds and offset, and the 14 digits
// "20060102150405". Of a time in digits nothing else is read; of the others every
// form of wire.ParseTime, and with rfc3339 an offset as well.
func Layouts() []string { return []string{"seconds", "millis", "rfc3339", "compact"} }

// What the length of a text counts, where it is not characters: bytes of UTF-8; or of GBK,
// where a character that is no ASCII has two, and one beyond U+FFFF four.
const (
	LengthBytes = "bytes"
	LengthGBK   = "gbk"
)

// Size is how long a text is, as the lengths of a field count it.
func (r Rules) Size(text string) (n int) {
	for _, c := range text {
		switch {
		case r.LengthIn == LengthBytes:
			n += utf8.RuneLen(c)
		case r.LengthIn == "" || c < 0x80:
			n++
		case c < 0x10000:
			n += 2
		default:
			n += 4
		}
	}
	return n
}

// Fit is the beginning of a text that is no longer than a field may be. Where not even its
// first character is short enough, it is a digit.
func (r Rules) Fit(text string) string {
	for r.Length > 0 && r.Size(text) > r.Length {
		_, last := utf8.DecodeLastRuneInString(text)
		if text = text[:len(text)-last]; text == "" {
			return "1"
		}
	}
	return text
}

// Chars is how many characters the longest texts of a field have at least; 0: any number.
func (r Rules) Chars() int {
	switch {
	case r.Length == 0 || r.LengthIn == "":
		return r.Length
	}
	return max(1, r.Length/4)
}

// LengthUnit is what lengths count, in Chinese and in English.
func (r Rules) LengthUnit() (chinese, english string) {
	switch r.LengthIn {
	case LengthBytes:
		return "个字节（UTF-8）", "bytes of UTF-8"
	case LengthGBK:
		return "个字节（GBK）", "bytes of GBK"
	}
	return "个字符", "characters"
}

// Unit is what lengths of a field count, in a word of Chinese.
func Unit(f *Field) string {
	if chinese, _ := f.LengthUnit(); f.LengthIn != "" {
		return strings.TrimPrefix(chinese, "个")
	}
	return "字"
}
