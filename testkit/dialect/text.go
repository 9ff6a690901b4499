package dialect

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/unicode/norm"
)

func blanks() []writer {
	fields := func(sep string) func([]byte) []byte {
		return text(func(s string) string { return strings.Join(strings.Fields(s), sep) })
	}
	return []writer{
		{"blanks", "without blanks at its ends", "do not trim it", common, bytes.TrimSpace},
		{"blanks", "without any blanks", "leave its blanks in", usual, fields("")},
		{"blanks", "with each run of blanks as one", "leave its blanks as they are", usual, fields(" ")},
		{"blanks", "without full-width, no-break and invisible blanks", "", possible, swap("\u3000", "", "\u00a0", "", "\u200b", "", "\ufeff", "")},
		{"blanks", "with full-width and no-break blanks as plain ones", "", possible, swap("\u3000", " ", "\u00a0", " ")},
		{"blanks", "with full-width characters as plain ones", "", rare, text(halfWidth)},
		{"blanks", "with tabs as blanks", "", rare, swap("\t", " ")},
		{"blanks", "with a blank behind each comma", "", rare, swap(",", ", ")},
	}
}

func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0x3000:
			return ' '
		case 0xff01 <= r && r <= 0xff5e:
			return r - 0xfee0
		}
		return r
	}, s)
}

func lineEnds() []writer {
	const unix = `write \n alone`
	return []writer{
		{"lines", `with \r\n for \n`, unix, common, swap("\r\n", "\r\n", "\n", "\r\n")},
		{"lines", `with \r\n for each \n, that of \r\n too`, unix, usual, swap("\n", "\r\n")},
		{"lines", `without its \n`, unix, usual, swap("\n", "")},
		{"lines", `with \n for \r\n`, `sign \r\n as it is sent`, common, swap("\r\n", "\n")},
		{"lines", "with its lines joined (Java's readLine)", "keep the line ends where it is read", common, swap("\r\n", "", "\n", "")},
		{"lines", `with the two characters \n for a line end`, `write a line end: in PHP and shells "\n" with double quotes, $'\n'`, common, swap("\n", `\n`)},
		{"lines", `with a line end for the two characters \n`, "", possible, swap(`\n`, "\n")},
		{"lines", `with \r for \n`, unix, rare, swap("\n", "\r")},
		{"lines", "with a blank for each line end", unix, usual, swap("\r\n", " ", "\n", " ")},
		{"lines", "with | for each line end", unix, possible, swap("\n", "|")},
		{"lines", "with & for each line end", unix, possible, swap("\n", "&")},
		{"lines", "with , for each line end", unix, possible, swap("\n", ",")},
		{"lines", "without the line ends at its end", `leave the last \n in`, common, text(func(s string) string { return strings.TrimRight(s, "\r\n") })},
		{"lines", "without one line end at its end", `leave the last \n in`, usual, func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\n")) }},
	}
}

// ends put something around a text, or take it away.
func ends() []writer {
	var out []writer
	for _, one := range []struct {
		text, name string
		rank       int
	}{
		{"\n", "a line end", common}, {"\r\n", `\r\n`, usual}, {"&", "an &", usual}, {" ", "a blank", usual}, {"|", "a |", possible}, {",", "a comma", possible},
		{"=", "a =", possible}, {"/", "a slash", usual}, {"?", "a ?", usual}, {"\x00", "a zero byte", rare}, {"\"", "a quotation mark", rare}, {"\t", "a tab", rare}, {";", "a semicolon", rare},
	} {
		b := []byte(one.text)
		out = append(out,
			writer{"end", "with " + one.name + " at its end", "leave it out", one.rank, func(in []byte) []byte { return slices.Concat(in, b) }},
			writer{"front", "with " + one.name + " in front", "leave it out", one.rank + 10, func(in []byte) []byte { return slices.Concat(b, in) }},
		)
		if one.text != "\n" && one.text != " " {
			out = append(out,
				writer{"end", "without " + one.name + " at its end", "leave it in", one.rank + 5, func(in []byte) []byte { return bytes.TrimSuffix(in, b) }},
				writer{"front", "without " + one.name + " in front", "leave it in", one.rank + 5, func(in []byte) []byte { return bytes.TrimPrefix(in, b) }},
			)
		}
	}
	return append(out,
		writer{"around", "in double quotes", "leave the quotes out", usual, func(in []byte) []byte { return slices.Concat([]byte(`"`), in, []byte(`"`)) }},
		writer{"around", "in single quotes", "leave the quotes out", possible, func(in []byte) []byte { return slices.Concat([]byte(`'`), in, []byte(`'`)) }},
		writer{"around", "without its quotes", "leave the quotes in", usual, func(in []byte) []byte { return bytes.Trim(in, `"'`) }},
		writer{"around", "as nothing", "sign it", usual, func([]byte) []byte { return nil }},
		writer{"around", "twice", "write it once", possible, func(in []byte) []byte { return slices.Concat(in, in) }},
		writer{"around", "backwards", "", rare, func(in []byte) []byte {
			out := bytes.Clone(in)
			slices.Reverse(out)
			return out
		}},
	)
}

// charsetOf are the charsets that platforms have of their own.
func charsetOf() map[string]encoding.Encoding {
	return map[string]encoding.Encoding{
		"GBK": simplifiedchinese.GBK, "GB18030": simplifiedchinese.GB18030, "Big5": traditionalchinese.Big5,
		"ISO-8859-1": charmap.ISO8859_1, "Windows-1252": charmap.Windows1252,
	}
}

// encode writes UTF-8 in a charset, with ? for what the charset does not have.
func encode(name string, in []byte) []byte {
	if !utf8.Valid(in) {
		return in
	}
	var out []byte
	e := charsetOf()[name].NewEncoder()
	for _, r := range string(in) {
		b, err := e.Bytes([]byte(string(r)))
		if err != nil {
			b = []byte("?")
		}
		out = append(out, b...)
	}
	return out
}

// decode reads the bytes as if they were of a charset.
func decode(name string, in []byte) []byte {
	out, err := charsetOf()[name].NewDecoder().Bytes(in)
	if err != nil {
		return in
	}
	return out
}

func utf16Of(s string) []uint16 { return utf16.Encode([]rune(s)) }

func wide(order binary.AppendByteOrder, mark bool) func([]byte) []byte {
	return func(in []byte) []byte {
		if !utf8.Valid(in) {
			return in
		}
		var out []byte
		if mark {
			out = order.AppendUint16(out, 0xFEFF)
		}
		for _, unit := range utf16Of(string(in)) {
			out = order.AppendUint16(out, unit)
		}
		return out
	}
}

func charsets() []writer {
	const utf = "name UTF-8 where text becomes bytes: in Java getBytes(StandardCharsets.UTF_8), in .NET Encoding.UTF8, in Python .encode('utf-8')"
	var out []writer
	for _, one := range []struct {
		name string
		rank int
	}{{"GBK", common}, {"GB18030", common}, {"ISO-8859-1", usual}, {"Windows-1252", possible}, {"Big5", rare}} {
		out = append(out, writer{"charset", "in " + one.name, utf, one.rank, func(b []byte) []byte { return encode(one.name, b) }})
	}
	return append(out,
		writer{"charset", "in US-ASCII, with ? for everything else", utf, common, text(asciiOnly)},
		writer{"charset", "in US-ASCII, with ? for each byte of UTF-8", utf, rare, text(asciiBytes)},
		writer{"charset", "in UTF-16LE (.NET's Encoding.Unicode)", utf, usual, wide(binary.LittleEndian, false)},
		writer{"charset", "in UTF-16BE", utf, usual, wide(binary.BigEndian, false)},
		writer{"charset", "in UTF-16LE with a byte order mark", utf, possible, wide(binary.LittleEndian, true)},
		writer{"charset", "in UTF-16BE with a byte order mark (Java's UTF-16)", utf, possible, wide(binary.BigEndian, true)},
		writer{"charset", "with a byte order mark in front", "write UTF-8 without a byte order mark", usual, func(b []byte) []byte { return slices.Concat([]byte("\ufeff"), b) }},
		writer{"charset", "without its byte order mark", "sign the bytes as they are sent", usual, func(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\ufeff")) }},
		writer{"charset", "as UTF-8 that was read as Latin-1 and encoded again", utf, usual, func(b []byte) []byte { return decode("ISO-8859-1", b) }},
		writer{"charset", "as UTF-8 that was read as Windows-1252 and encoded again", utf, possible, func(b []byte) []byte { return decode("Windows-1252", b) }},
		writer{"charset", "as UTF-8 that was read as GBK and encoded again", utf, usual, func(b []byte) []byte { return decode("GBK", b) }},
		writer{"charset", "with the low byte of each UTF-16 unit alone (old MD5 scripts of browsers)", "encode it as UTF-8 first: unescape(encodeURIComponent(text))", usual, text(lowBytes)},
		writer{"charset", "with surrogates encoded one by one (CESU-8)", utf, possible, text(cesu)},
		writer{"charset", "in Unicode form NFD", "write it in NFC", possible, norm.NFD.Bytes},
		writer{"charset", "in Unicode form NFC", "sign it as it is sent", possible, norm.NFC.Bytes},
		writer{"charset", `with \uXXXX for what is not ASCII`, "write the characters themselves", usual, func(b []byte) []byte { return []byte(unicodeEscapes(string(b), false)) }},
		writer{"charset", `with \uXXXX in capitals for what is not ASCII`, "write the characters themselves", possible, func(b []byte) []byte { return []byte(unicodeEscapes(string(b), true)) }},
		writer{"charset", "with &#N; for what is not ASCII", "write the characters themselves", rare, text(entities)},
	)
}

func asciiOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return '?'
		}
		return r
	}, s)
}

func asciiBytes(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] >= 0x80 {
			b[i] = '?'
		}
	}
	return string(b)
}

func lowBytes(s string) string {
	var out []byte
	for _, unit := range utf16Of(s) {
		out = append(out, byte(unit))
	}
	return string(out)
}

func cesu(s string) string {
	var out []byte
	for _, unit := range utf16Of(s) {
		if unit < 0xD800 || unit > 0xDFFF {
			out = utf8.AppendRune(out, rune(unit))
			continue
		}
		out = append(out, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F)
	}
	return string(out)
}

func unicodeEscapes(s string, upper bool) string {
	format := `\u%04x`
	if upper {
		format = `\u%04X`
	}
	var b strings.Builder
	for _, unit := range utf16Of(s) {
		if unit < 0x80 {
			b.WriteByte(byte(unit))
		} else {
			fmt.Fprintf(&b, format, unit)
		}
	}
	return b.String()
}

func entities(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return b.String()
}

func letters() []writer {
	return []writer{
		{"case", "in lower case", "leave its letters as they are", common, bytes.ToLower},
		{"case", "in upper case", "leave its letters as they are", common, bytes.ToUpper},
		{"case", "with its first letter in upper case", "", possible, text(func(s string) string {
			if s == "" {
				return s
			}
			return strings.ToUpper(s[:1]) + s[1:]
		})},
		{"case", "with only its first letter in upper case", "", possible, text(func(s string) string {
			if s == "" {
				return s
			}
			return strings.ToUpper(s[:1]) + strings.ToLower(s[1:])
		})},
		{"case", "with its first letter in lower case", "", possible, text(func(s string) string {
			if s == "" {
				return s
			}
			return strings.ToLower(s[:1]) + s[1:]
		})},
		{"case", "in snake case", "take the names as they are sent", possible, text(snake)},
		{"case", "in camel case", "take the names as they are sent", possible, text(camel)},
		{"case", "with _ for -", "", possible, swap("-", "_")},
		{"case", "with - for _", "", possible, swap("_", "-")},
	}
}

func snake(s string) string {
	var b strings.Builder
	for i, r := range s {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func camel(s string) string {
	parts := strings.Split(s, "_")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}

// paths are ways to write a path or a URL.
func paths() []writer {
	path := func(f func(string) string) func([]byte) []byte {
		return text(func(s string) string {
			if !strings.HasPrefix(s, "/") {
				return s
			}
			return f(s)
		})
	}
	return []writer{
		{"path", "with a slash at its end", "sign the path as it is sent", common, path(func(s string) string { return strings.TrimSuffix(s, "/") + "/" })},
		{"path", "without the slash at its end", "sign the path as it is sent", common, path(func(s string) string { return strings.TrimSuffix(s, "/") })},
		{"path", "without the slash in front", "sign the path with its first slash", common, path(func(s string) string { return s[1:] })},
		{"path", "without its first segment", "sign the whole path", common, path(func(s string) string { return cutSegments(s, 1) })},
		{"path", "without its first two segments", "sign the whole path", usual, path(func(s string) string { return cutSegments(s, 2) })},
		{"path", "without its first three segments", "sign the whole path", possible, path(func(s string) string { return cutSegments(s, 3) })},
		{"path", "without its last segment", "sign the whole path", possible, path(func(s string) string { return s[:strings.LastIndexByte(s, '/')] })},
		{"path", "as its last segment", "sign the whole path", usual, path(func(s string) string { return s[strings.LastIndexByte(s, '/')+1:] })},
		{"path", "as its last segment with a slash in front", "sign the whole path", possible, path(func(s string) string { return s[strings.LastIndexByte(s, '/'):] })},
		{"path", "with two slashes in front", "", possible, path(func(s string) string { return "/" + s })},
		{"path", "with double slashes as one", "", possible, path(func(s string) string { return strings.ReplaceAll(s, "//", "/") })},
		{"path", "as a slash alone", "sign the whole path", possible, path(func(string) string { return "/" })},
		{"path", "with its escapes escaped again", "sign the path as it is sent", usual, path(func(s string) string { return strings.ReplaceAll(s, "%", "%25") })},
		{"host", "without its port", "", usual, text(func(s string) string {
			return regexp.MustCompile(`^([A-Za-z0-9.-]+\.?[A-Za-z0-9-]*):\d+$`).ReplaceAllString(s, "$1")
		})},
		{"host", "with the port 443", "leave the port out", usual, host(":443")},
		{"host", "with the port 80", "leave the port out", usual, host(":80")},
		{"host", "with the port 8080", "leave the port out", possible, host(":8080")},
		{"host", "with http for https", "sign the URL that the server is called by", usual, swap("https://", "http://")},
		{"host", "with https for http", "sign the URL that the server is called by", usual, swap("http://", "https://")},
	}
}

func cutSegments(s string, n int) string {
	for ; n > 0 && strings.Count(s, "/") > 1; n-- {
		s = s[1+strings.IndexByte(s[1:], '/'):]
	}
	return s
}

func host(port string) func([]byte) []byte {
	name := regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$|^localhost$`)
	return text(func(s string) string {
		if name.MatchString(s) {
			return s + port
		}
		return s
	})
}

// pairTexts are ways to write a=1&b=2, as a query or a form comes.
func pairTexts() []writer {
	pairs := func(f func([]string) []string) func([]byte) []byte {
		return text(func(s string) string {
			front := ""
			if at := strings.IndexByte(s, '?'); at >= 0 && strings.HasPrefix(s, "/") {
				front, s = s[:at+1], s[at+1:]
			}
			if !strings.Contains(s, "=") || strings.ContainsAny(s, "{\n") {
				return front + s
			}
			return front + strings.Join(f(strings.Split(s, "&")), "&")
		})
	}
	return []writer{
		{"pairs", "with its parameters sorted", "sign them in the order in which they are sent", common, pairs(func(l []string) []string { slices.Sort(l); return l })},
		{"pairs", "with its parameters sorted without letter case", "", usual, pairs(func(l []string) []string {
			slices.SortStableFunc(l, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
			return l
		})},
		{"pairs", "with its parameters in reversed order", "", possible, pairs(func(l []string) []string { slices.Reverse(l); return l })},
		{"pairs", "without its empty parameters", "sign empty parameters too", usual, pairs(func(l []string) []string {
			return slices.DeleteFunc(l, func(s string) bool { return strings.HasSuffix(s, "=") })
		})},
		{"pairs", "without the = of empty parameters", "", rare, pairs(func(l []string) []string {
			for i := range l {
				l[i] = strings.TrimSuffix(l[i], "=")
			}
			return l
		})},
		{"pairs", "with a ? in front", "leave the ? out", common, func(b []byte) []byte { return slices.Concat([]byte("?"), b) }},
	}
}

// numbers are ways to write a number or a truth value.
func numbers() []writer {
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
	return []writer{
		{"number", "as the shortest number (1.0 as 1)", fix, common, float(func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) })},
		{"number", "as a decimal number (1 as 1.0)", fix, common, float(func(v float64) string {
			if v == math.Trunc(v) {
				return strconv.FormatFloat(v, 'f', 1, 64)
			}
			return strconv.FormatFloat(v, 'f', -1, 64)
		})},
		{"number", "with two decimals", fix, common, float(func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) })},
		{"number", "with six decimals", fix, rare, float(func(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) })},
		{"number", "without decimals", fix, possible, float(func(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) })},
		{"number", "with an exponent (1.0E7)", fix, usual, float(func(v float64) string { return exponent(v, "E", "") })},
		{"number", "with an exponent (1e+07)", fix, usual, float(func(v float64) string { return strconv.FormatFloat(v, 'e', -1, 64) })},
		{"number", "in cents", fix, rare, float(func(v float64) string { return strconv.FormatFloat(v*100, 'f', 0, 64) })},
		{"number", "without zeros in front", fix, possible, of(func(s string) string { return strings.TrimLeft(s, "0") })},
		{"bool", "as 1 or 0 for true or false", "sign true and false as they are sent", common, word("true", "1", "false", "0")},
		{"bool", "as True or False", "sign true and false as they are sent", common, word("true", "True", "false", "False")},
		{"bool", "as 1 or nothing for true or false", "sign true and false as they are sent", usual, word("true", "1", "false", "")},
		{"bool", "as TRUE or FALSE", "sign true and false as they are sent", possible, word("true", "TRUE", "false", "FALSE")},
		{"bool", "as true or false for 1 or 0", "", rare, word("1", "true", "0", "false")},
		{"bool", "as null where it is empty", "leave it out", common, word("", "null")},
		{"bool", "as None where it is empty", "leave it out", usual, word("", "None")},
		{"bool", "as undefined where it is empty", "leave it out", usual, word("", "undefined")},
		{"bool", "as {} where it is empty", "sign nothing for it", usual, word("", "{}")},
		{"bool", `as "" where it is empty`, "sign nothing for it", possible, word("", `""`)},
		{"bool", "as [] where it is empty", "sign nothing for it", rare, word("", "[]")},
		{"bool", "as nothing for null", "", usual, word("null", "", "None", "")},
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

// timeForms are ways to write a time.
func timeForms() []struct{ name, layout, zone string } {
	return []struct{ name, layout, zone string }{
		{"in seconds", "s", ""},
		{"in milliseconds", "ms", ""},
		{"in microseconds", "us", ""},
		{"as yyyy-MM-dd HH:mm:ss", time.DateTime, "china"},
		{"as yyyy-MM-dd HH:mm:ss in UTC", time.DateTime, ""},
		{"as yyyyMMddHHmmss", "20060102150405", "china"},
		{"as yyyyMMddHHmmss in UTC", "20060102150405", ""},
		{"as yyyy-MM-dd", time.DateOnly, "china"},
		{"as yyyy-MM-dd in UTC", time.DateOnly, ""},
		{"as yyyyMMdd", "20060102", "china"},
		{"as yyyyMMdd in UTC", "20060102", ""},
		{"as ISO 8601 with +08:00", time.RFC3339, "china"},
		{"as ISO 8601 in UTC", time.RFC3339, ""},
		{"as ISO 8601 in UTC with milliseconds", "2006-01-02T15:04:05.000Z07:00", ""},
		{"as ISO 8601 basic in UTC", "20060102T150405Z", ""},
		{"as ISO 8601 basic in China's time", "20060102T150405Z", "china"},
		{"as RFC 1123", "Mon, 02 Jan 2006 15:04:05 GMT", ""},
		{"as RFC 1123 in China's time", "Mon, 02 Jan 2006 15:04:05 GMT", "china"},
		{"as ISO 8601 without a zone", "2006-01-02T15:04:05", "china"},
		{"as ISO 8601 in China's time, called Z", "2006-01-02T15:04:05Z", "china"},
	}
}

func zoneOf(name string) *time.Location {
	if name == "china" {
		return time.FixedZone("CST", 8*60*60)
	}
	return time.UTC
}

func times() []writer {
	var out []writer
	for _, form := range timeForms() {
		out = append(out, writer{"time", "written " + form.name, "sign the time as it is sent", usual, func(in []byte) []byte {
			t, ok := readTime(string(in))
			if !ok {
				return in
			}
			switch form.layout {
			case "s":
				return strconv.AppendInt(nil, t.Unix(), 10)
			case "ms":
				return strconv.AppendInt(nil, t.UnixMilli(), 10)
			case "us":
				return strconv.AppendInt(nil, t.UnixMicro(), 10)
			}
			return []byte(t.In(zoneOf(form.zone)).Format(form.layout))
		}})
	}
	for _, hours := range []int{8, -8} {
		out = append(out, writer{"time", fmt.Sprintf("written %+d hours off: another time zone", hours), "sign the time as it is sent", usual, shifted(hours)})
	}
	return out
}

// shifted moves a time that is written without a zone.
func shifted(hours int) func([]byte) []byte {
	return func(in []byte) []byte {
		for _, form := range timeForms()[3:] {
			t, err := time.ParseInLocation(form.layout, string(in), zoneOf(form.zone))
			if err == nil && t.Year() > 1990 {
				return []byte(t.Add(time.Duration(hours) * time.Hour).Format(form.layout))
			}
		}
		return in
	}
}

// readTime reads a time of this age, however it is written.
func readTime(s string) (time.Time, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
		switch len(s) {
		case 10:
			return time.Unix(n, 0), true
		case 13:
			return time.UnixMilli(n), true
		case 16:
			return time.UnixMicro(n), true
		}
	}
	for _, form := range timeForms()[3:] {
		if t, err := time.ParseInLocation(form.layout, s, zoneOf(form.zone)); err == nil && t.Year() > 1990 && t.Year() < 2100 {
			return t, true
		}
	}
	return time.Time{}, false
}

// wrapped are texts that are encoded before they are signed, or not.
func wrapped() []writer {
	return []writer{
		{"wrap", "in base64", "sign the text itself", usual, func(b []byte) []byte { return base64.StdEncoding.AppendEncode(nil, b) }},
		{"wrap", "in hex", "sign the text itself", usual, func(b []byte) []byte { return hex.AppendEncode(nil, b) }},
		{"wrap", "in hex, in upper case", "sign the text itself", possible, func(b []byte) []byte { return bytes.ToUpper(hex.AppendEncode(nil, b)) }},
		{"wrap", "in base64 for URLs", "sign the text itself", possible, func(b []byte) []byte { return base64.RawURLEncoding.AppendEncode(nil, b) }},
		{"wrap", "with its base64 decoded", "sign the text as it is sent", usual, func(b []byte) []byte {
			out, err := base64.StdEncoding.DecodeString(string(b))
			if err != nil || len(out) == 0 {
				return b
			}
			return out
		}},
		{"wrap", "with its hex decoded", "sign the text as it is sent", usual, func(b []byte) []byte {
			out, err := hex.DecodeString(string(b))
			if err != nil || len(out) == 0 {
				return b
			}
			return out
		}},
	}
}

// Time is one way to read a time.
type Time struct {
	Name string
	At   time.Time
}

// Times are the ways in which a text can be read as a time.
func Times(text string) (out []Time) {
	if t, ok := readTime(text); ok {
		unit := map[int]string{10: "in seconds", 13: "in milliseconds", 16: "in microseconds"}[len(text)]
		out = append(out, Time{or(unit, "a date"), t})
	}
	return out
}
