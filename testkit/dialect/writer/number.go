package writer

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// numbers are ways to write a number or a truth value.
func numbers() []Writer {
	number := regexp.MustCompile(`^-?\d+(\.\d+)?([eE][+-]?\d+)?$`)
	of := func(f func(string) string) func([]byte) []byte {
		return text(func(s string) string {
			if len(s) > 17 || !number.MatchString(s) {
				return s
			}
			return f(s)
		})
	}
	float := func(f func(float64) string) func([]byte) []byte {
		return of(func(s string) string {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil || math.IsInf(v, 0) {
				return s
			}
			return f(v)
		})
	}
	const fix = "sign the number as it is sent"
	return []Writer{
		{"number", "as the shortest number (1.0 as 1)", fix, Common, float(func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) })},
		{"number", "as a decimal number (1 as 1.0)", fix, Common, float(func(v float64) string {
			if v == math.Trunc(v) {
				return strconv.FormatFloat(v, 'f', 1, 64)
			}
			return strconv.FormatFloat(v, 'f', -1, 64)
		})},
		{"number", "with two decimals", fix, Common, float(func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) })},
		{"number", "with six decimals", fix, Rare, float(func(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) })},
		{"number", "without decimals", fix, Possible, float(func(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) })},
		{"number", "with an exponent (1.0E7)", fix, Usual, float(func(v float64) string { return exponent(v, "E", "") })},
		{"number", "with an exponent (1e+07)", fix, Usual, float(func(v float64) string { return strconv.FormatFloat(v, 'e', -1, 64) })},
		{"number", "as BigDecimal.stripTrailingZeros().toString() writes it (1200.00 as 1.2E+3)", "in Java take toPlainString()", Usual, of(stripped)},
		{"number", "with commas between the thousands", fix, Usual, of(thousands)},
		{"number", "with a comma for the decimal point (a culture of .NET or Java)", "format it with the invariant culture, Locale.ROOT", Usual, of(func(s string) string { return strings.Replace(s, ".", ",", 1) })},
		{"number", "as a hundredth with two decimals (yuan for fen)", fix, Possible, float(func(v float64) string { return strconv.FormatFloat(v/100, 'f', 2, 64) })},
		{"number", "as a hundredth (yuan for fen)", fix, Possible, float(func(v float64) string { return strconv.FormatFloat(v/100, 'f', -1, 64) })},
		{"number", "in cents", fix, Rare, float(func(v float64) string { return strconv.FormatFloat(v*100, 'f', 0, 64) })},
		{"number", "without zeros in front", fix, Possible, of(func(s string) string { return strings.TrimLeft(s, "0") })},
		{"bool", "as 1 or 0 for true or false", "sign true and false as they are sent", Common, word("true", "1", "false", "0")},
		{"bool", "as True or False", "sign true and false as they are sent", Common, word("true", "True", "false", "False")},
		{"bool", "as 1 or nothing for true or false", "sign true and false as they are sent", Usual, word("true", "1", "false", "")},
		{"bool", "as TRUE or FALSE", "sign true and false as they are sent", Possible, word("true", "TRUE", "false", "FALSE")},
		{"bool", "as true or false for 1 or 0", "", Rare, word("1", "true", "0", "false")},
		{"bool", "as null where it is empty", "leave it out", Common, word("", "null")},
		{"bool", "as None where it is empty", "leave it out", Usual, word("", "None")},
		{"bool", "as undefined where it is empty", "leave it out", Usual, word("", "undefined")},
		{"bool", "as {} where it is empty", "sign nothing for it", Usual, word("", "{}")},
		{"bool", `as "" where it is empty`, "sign nothing for it", Possible, word("", `""`)},
		{"bool", "as [] where it is empty", "sign nothing for it", Rare, word("", "[]")},
		{"bool", "as nothing for null", "", Usual, word("null", "", "None", "")},
	}
}

// exponent writes 1.0E7, as Java does from 10^7 on.
func exponent(v float64, e, sign string) string {
	if v == 0 {
		return "0.0"
	}
	n := int(math.Floor(math.Log10(math.Abs(v))))
	m := strconv.FormatFloat(v/math.Pow10(n), 'f', -1, 64)
	if !strings.Contains(m, ".") {
		m += ".0"
	}
	return m + e + sign + strconv.Itoa(n)
}

// stripped is a number without zeros at its end, as Java's BigDecimal writes it.
func stripped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	if strings.ContainsAny(s, "eE") {
		return sign + s
	}
	whole, part, _ := strings.Cut(s, ".")
	if part = strings.TrimRight(part, "0"); part != "" {
		return sign + whole + "." + part
	}
	digits := strings.TrimRight(whole, "0")
	zeros := len(whole) - len(digits)
	if zeros == 0 || digits == "" {
		return sign + whole
	}
	power := strconv.Itoa(zeros + len(digits) - 1)
	if len(digits) > 1 {
		digits = digits[:1] + "." + digits[1:]
	}
	return sign + digits + "E+" + power
}

func thousands(s string) string {
	whole, part, cut := strings.Cut(s, ".")
	var out string
	for len(whole) > 3 && whole[len(whole)-4] != '-' {
		out = "," + whole[len(whole)-3:] + out
		whole = whole[:len(whole)-3]
	}
	if out = whole + out; cut {
		out += "." + part
	}
	return out
}

// word replaces whole texts.
func word(oldNew ...string) func([]byte) []byte {
	return func(b []byte) []byte {
		for i := 0; i < len(oldNew); i += 2 {
			if string(b) == oldNew[i] {
				return []byte(oldNew[i+1])
			}
		}
		return b
	}
}
