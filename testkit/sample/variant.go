package sample

import (
	"cmp"
	"strconv"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// Epoch is a time in the past, before the rows that cases make.
const Epoch = "1767294245"

// Blank is a text of characters that count as white space: all that every body can carry, or
// those that a header can.
func Blank(header bool) string {
	if header {
		return " \u3000"
	}
	return "\t\r\n \u00a0\u3000"
}

// Variant is a value to send, and its name in the ID of a case.
type Variant struct {
	Name  string
	Value *tree.Value
}

// WrongTypes are values that a field refuses for their type; number is the digits of a sound text, or "".
func WrongTypes(f *spec.Field, number string) []Variant {
	yes, object, array := Variant{"true", tree.Raw("true")}, Variant{"object", tree.Raw("{}")}, Variant{"array", tree.Raw("[]")}
	switch {
	case f.IsText() && f.Digits:
		return []Variant{yes, object, array, {"negative", tree.Raw("-12345")}, {"fraction", tree.Raw("12345.5")}}
	case f.IsText():
		return []Variant{{"number", tree.Raw(cmp.Or(number, "12345"))}, yes, object, array}
	case f.IsWhole():
		return append(wrongNumbers(), yes, object, array, Variant{"fraction", tree.Raw("1.5")})
	case f.IsFraction():
		return append(wrongNumbers(), yes, object, array)
	case f.Type == spec.Bool:
		return []Variant{{"letters", tree.Text("maybe")}, {"number", tree.Raw("2")}, object}
	case f.IsTime():
		return append(wrongTimes(f), yes, object)
	case f.Type == spec.Array:
		return []Variant{{"text", tree.Text("甲")}, {"number", tree.Raw("1")}, object}
	case f.Type == spec.Object, f.Type == spec.Map:
		return []Variant{{"text", tree.Text("甲")}, {"number", tree.Raw("1")}, array}
	}
	return nil
}

// wrongNumbers are texts that are nearly a number.
func wrongNumbers() []Variant {
	return []Variant{
		{"letters", tree.Text("abc")},
		{"exponent", tree.Text("1e1")},
		{"plus", tree.Text("+1")},
		{"zeros", tree.Text("01")},
		{"space", tree.Text(" 1")},
	}
}

// wrongTimes are texts that are nearly a time.
func wrongTimes(f *spec.Field) []Variant {
	out := []Variant{
		{"letters", tree.Text("昨天")},
		{"month-13", tree.Text("2026-13-01 00:00:00")},
		{"day-30", tree.Text("2026-02-30 00:00:00")},
		{"year-3026", tree.Text("3026-01-02 03:04:05")},
		{"digits", tree.Text("20260102030")},
		{"fraction", tree.Text("2026-01-02 03:04:05.1234567890")},
		{"behind", tree.Text("2026-01-02 03:04:05x")},
	}
	if f.Layout == "compact" {
		out = append(out, Variant{"compact-fraction", tree.Text("20260102030405.5")})
	}
	if f.WrittenLayout() != "" {
		return out // which may leave zeros out
	}
	return append(out, []Variant{
		{"day-short", tree.Text("2026-1-2")}, {"hour-short", tree.Text("2026-01-02  3:04:05")}, {"seconds-none", tree.Text("2026-01-02 03:04")},
	}...)
}

// OtherTypes are other ways of writing a value that a field takes, of which sent is one.
func OtherTypes(f *spec.Field, number string, sent *tree.Value) []Variant {
	switch {
	case f.IsText() && f.Digits && number != "":
		return []Variant{{"number", tree.Raw(number)}}
	case f.IsWhole(), f.IsFraction():
		if sent != nil && sent.Scalar != nil && sent.Scalar[0] != '"' {
			out := []Variant{{"as-text", tree.Text(string(sent.Scalar))}}
			if f.IsWhole() { // a number that float64 does not have, and one that looks like a fraction
				out = append(out, Variant{"long", tree.Raw("9007199254740993")}, Variant{"point", tree.Raw("7.0")})
			}
			return out
		}
	case f.Type == spec.Bool:
		return []Variant{{"as-text", tree.Text("true")}, {"false", tree.Raw("false")}}
	case f.IsTime() && f.Layout != "compact":
		out := []Variant{{"day", tree.Text("2026-01-02")}, {"seconds", tree.Raw(Epoch)}, {"as-text", tree.Text(Epoch)}, {"millis", tree.Raw(Epoch + "678")}}
		if f.WrittenLayout() != "" {
			return out
		}
		return append(out, []Variant{
			{"t", tree.Text("2026-01-02T03:04:05")}, {"joined", tree.Text("2026-01-0203:04:05")}, {"fraction-3", tree.Text("2026-01-02 03:04:05.678")},
		}...)
	}
	return nil
}

// IsText reports whether a value is a text, and no slot for a number.
func IsText(v *tree.Value) bool {
	return v.Scalar != nil && v.Scalar[0] == '"' && !IsNumeral(v.Scalar)
}

// RightForms are texts that have a format in another way than the usual one.
func RightForms(format string) []Variant {
	return map[string][]Variant{
		"mobile": {{"first", tree.Text("13000000000")}, {"last", tree.Text("19999999999")}},
		"idcard": {{"x", tree.Text("11010519491231002X")}, {"old", tree.Text("110105491231002")}, {"leap", tree.Text("110105200002290021")}},
		"email":  {{"short", tree.Text("a@b.cn")}},
	}[format]
}

// WrongForms are texts that nearly have a format.
func WrongForms(format string) []Variant {
	return map[string][]Variant{
		"mobile": {{"short", tree.Text("1380013800")}, {"12", tree.Text("12800138000")}, {"letters", tree.Text("1380013800a")}, {"fullwidth", tree.Text("１３８００１３８０００")}},
		"idcard": {
			{"check", tree.Text("110105194912310021")},
			{"day", tree.Text("11010519491331002X")},
			{"short", tree.Text("11010519491231002")},
			{"small", tree.Text("11010519491231002x")},
			{"leap", tree.Text("110105190002290025")},
		},
		"email":  {{"at", tree.Text("lianxi.example.com")}, {"end", tree.Text("lianxi@")}},
		"weburl": {{"scheme", tree.Text("ftp://partner.example/notify")}, {"bare", tree.Text("partner.example/notify")}, {"user", tree.Text("https://a:b@partner.example/")}},
	}[format]
}

// Number is a whole number whose digits would be a sound text of a field, or a slot for
// one; "" where there is none. have is the text that the full request has.
func Number(f *spec.Field, have string, fresh bool) string {
	if f.IsClosed() {
		for _, v := range f.Enum.Values {
			if spec.IsWholeText(v.Value) && v.Value[0] != '0' && v.Value[0] != '-' {
				return v.Value
			}
		}
		return ""
	}
	switch {
	case spec.IsWholeText(have) && have[0] != '0' && have[0] != '-' && len(have) <= 18:
		return have
	case f.Format == "mobile" && !f.Digits:
		return "13900139000"
	case f.Format != "" || f.Pattern != "" || f.Length > 0 && f.Length < 5:
		return ""
	case f.Length > 0 && f.Length < 9:
		return "12345"
	case fresh:
		return `"{{number:9}}"`
	}
	return strconv.FormatUint(100_000_000+Seed(f.Path)%900_000_000, 10)
}
