// Package writer is the table of how people write a text otherwise than declared:
// how each language escapes it, encodes it and writes it as JSON, and the slips with
// blanks, line ends, numbers, times, digests and keys.
//
// It has no word of any vendor, and knows nothing of protocols.
package writer

import (
	"bytes"
	"strings"
)

// Ranks of rows, from likely to unlikely.
const (
	Common   = 10
	Usual    = 20
	Possible = 40
	Rare     = 60
)

// Writer is a row of the table: another way to write a text. write returns the text
// as it is where it has nothing to change.
type Writer struct {
	Kind  string // writers of one kind are not joined in one pair
	Name  string // what the sender does: "escaped as Java's URLEncoder does"
	Fix   string // how to fix it in that language; empty: the declared form says it
	Rank  int    // the likely ones have a small one
	Write func(text []byte) []byte
}

// All is the table.
func All() []Writer {
	var out []Writer
	for _, list := range [][]Writer{
		escapes(), blanks(), lineEnds(), charsets(), letters(), jsonWriters(), paths(), pairTexts(), numbers(), times(), slips(), ends(), contentTypes(), wrapped(), sums(), reescaped(),
	} {
		out = append(out, list...)
	}
	return out
}

// text makes a writer of a function on strings.
func text(f func(string) string) func([]byte) []byte {
	return func(b []byte) []byte { return []byte(f(string(b))) }
}

// swap makes a writer that replaces texts.
func swap(oldNew ...string) func([]byte) []byte {
	r := strings.NewReplacer(oldNew...)
	return text(r.Replace)
}

// escape is how a language writes % escapes.
type escape struct {
	name, fix string
	safe      string // beside letters and digits
	blank     string // empty: %20
	low       bool
	rank      int
}

func escapeTable() []escape {
	const mark = "-_.!~*'()"
	const uri = mark + ";/?:@&=+$,#"
	return []escape{
		{"by Java's URLEncoder", `in Java add .replace("+", "%20").replace("*", "%2A").replace("%7E", "~")`, "-_.*", "+", false, Common},
		{"by Java's URLEncoder with + as %20", `in Java also replace "*" by "%2A" and "%7E" by "~"`, "-_.*", "", false, Common},
		{"as RFC 3986 says (PHP rawurlencode, Python quote with safe='', .NET Uri.EscapeDataString)", "", "-_.~", "", false, Common},
		{"by JavaScript's encodeURIComponent", `in JavaScript escape ! ' ( ) * too: .replace(/[!'()*]/g, c => "%" + c.charCodeAt(0).toString(16).toUpperCase())`, mark, "", false, Common},
		{"by PHP's urlencode", "in PHP take rawurlencode", "-_.", "+", false, Common},
		{"as forms are (Go url.QueryEscape, Python quote_plus)", "in Go replace + by %20; in Python take quote(v, safe='')", "-_.~", "+", false, Common},
		{"by Python's quote, which keeps /", "in Python take quote(v, safe='')", "-_.~/", "", false, Common},
		{"by .NET's HttpUtility.UrlEncode: hex in lower case", "in .NET take Uri.EscapeDataString", mark[:4] + "*()", "+", true, Common},
		{"by .NET's WebUtility.UrlEncode", "in .NET take Uri.EscapeDataString", mark[:4] + "*()", "+", false, Usual},
		{"by JavaScript's encodeURI, which keeps ; / ? : @ & = + $ , #", "in JavaScript take encodeURIComponent", uri, "", false, Usual},
		{"by .NET's Uri.EscapeUriString", "in .NET take Uri.EscapeDataString", uri + "[]", "", false, Possible},
		{"by axios, which keeps : $ ,", "in axios set paramsSerializer, or sign the URL that axios.getUri gives", mark + ":$,", "+", false, Usual},
		{"by axios, which keeps : $ , [ ]", "in axios set paramsSerializer, or sign the URL that axios.getUri gives", mark + ":$,[]", "+", false, Possible},
		{"by Swift's addingPercentEncoding with urlQueryAllowed", "in Swift allow letters, digits and -._~ alone", mark + "$&+,/:;=?@", "", false, Usual},
		{"by Alamofire or AFNetworking, which keep ? and /", "escape ? and / too", "-_.~/?", "", false, Usual},
		{"by Go's url.PathEscape", "in Go take url.QueryEscape", "-_.~$&+:=@", "", false, Usual},
		{"as RFC 3986 says, hex in lower case", "write the digits of escapes in upper case", "-_.~", "", true, Usual},
		{"as forms are, hex in lower case", "write the digits of escapes in upper case", "-_.~", "+", true, Usual},
		{"by JavaScript's encodeURIComponent, hex in lower case", "write the digits of escapes in upper case", mark, "", true, Possible},
		{"by Java's URLEncoder, hex in lower case", "write the digits of escapes in upper case", "-_.*", "+", true, Possible},
		{"by PHP's urlencode, hex in lower case", "write the digits of escapes in upper case", "-_.", "+", true, Possible},
		{"by Python 2's quote: ~ is escaped, / is not", "in Python 2 add safe='~'", "-_./", "", false, Possible},
		{"everything but letters and digits", "keep - _ . ~ as they are", "", "", false, Possible},
		{"by Go's (*url.URL).EscapedPath", "", "-_.~$&+,/:;=@", "", false, Possible},
		{"only blanks, as +", "", "", "+", false, Rare},
	}
}

const hexUpper, hexLower = "0123456789ABCDEF", "0123456789abcdef"

func (e *escape) write(in []byte) []byte {
	digits := hexUpper
	if e.low {
		digits = hexLower
	}
	var out []byte
	for _, ch := range in {
		switch {
		case '0' <= ch && ch <= '9' || 'a' <= ch && ch <= 'z' || 'A' <= ch && ch <= 'Z' || ch < 0x80 && strings.IndexByte(e.safe, ch) >= 0:
			out = append(out, ch)
		case ch == ' ' && e.blank != "":
			out = append(out, e.blank...)
		default:
			out = append(out, '%', digits[ch>>4], digits[ch&15])
		}
	}
	return out
}

func escapes() []Writer {
	var out []Writer
	for _, e := range escapeTable() {
		f := e.write
		if e.name == "only blanks, as +" {
			f = swap(" ", "+")
		}
		out = append(out, Writer{"escape", "escaped " + e.name, e.fix, e.rank, f})
	}
	for _, i := range []int{0, 2, 3, 5} {
		e := escapeTable()[i]
		out = append(out, Writer{"escape", "escaped twice " + e.name, "escape it once", Usual, func(b []byte) []byte { return e.write(e.write(b)) }})
	}
	for _, c := range []string{"GBK", "GB18030"} {
		for _, i := range []int{0, 2} {
			e := escapeTable()[i]
			out = append(out, Writer{"escape", "escaped " + e.name + ", in " + c, "name UTF-8 where it is escaped", Usual, func(b []byte) []byte {
				return e.write(encode(c, b))
			}})
		}
	}
	return append(out,
		Writer{"escape", "escaped by JavaScript's escape", "in JavaScript take encodeURIComponent", Usual, text(jsEscape)},
		Writer{"escape", "escaped where it is not ASCII, and nowhere else", "", Usual, func(b []byte) []byte {
			return (&escape{safe: ascii()}).write(b)
		}},
		Writer{"escape", "without its % escapes", "sign it as it is sent", Common, func(b []byte) []byte { return Unescape(b, false) }},
		Writer{"escape", "without its % escapes, and with blanks for +", "sign it as it is sent", Common, func(b []byte) []byte { return Unescape(b, true) }},
		Writer{"escape", "with + for blanks: a + that is to arrive must be sent as %2B", "escape the + as %2B where it is sent", Common, swap(" ", "+")},
		Writer{"escape", "with blanks for +", "sign the + as it is sent", Usual, swap("+", " ")},
		Writer{"escape", "with + for %20", "write blanks as %20", Common, swap("%20", "+")},
		Writer{"escape", "with %20 for +", "write blanks as +", Common, swap("+", "%20")},
		Writer{"escape", "with + for %2B", "", Usual, swap("%2B", "+", "%2b", "+")},
		Writer{"escape", "with %2B for +", "", Usual, swap("+", "%2B")},
		Writer{"escape", "with the digits of its % escapes in lower case", "write them in upper case", Common, cased(strings.ToLower)},
		Writer{"escape", "with the digits of its % escapes in upper case", "write them in lower case", Common, cased(strings.ToUpper)},
		Writer{"escape", "with &, < and > as entities (&amp;amp;)", "sign it before it is escaped for XML or HTML", Usual, swap("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")},
		Writer{"escape", "with &, < and > as entities (&amp;)", "sign it before it is escaped for XML or HTML", Usual, swap("&", "&amp;", "<", "&lt;", ">", "&gt;")},
		Writer{"escape", "without its entities (&amp; as &)", "sign it as it is sent", Usual, swap("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'")},
	)
}

func ascii() string {
	var b strings.Builder
	for ch := byte(0); ch < 0x80; ch++ {
		b.WriteByte(ch)
	}
	return b.String()
}

// jsEscape writes %XX for Latin-1 and %uXXXX for the rest.
func jsEscape(s string) string {
	var b strings.Builder
	for _, unit := range utf16Of(s) {
		switch {
		case unit < 0x80 && strings.IndexByte("@*_+-./", byte(unit)) >= 0, unit < 0x80 && isAlnum(byte(unit)):
			b.WriteByte(byte(unit))
		case unit < 0x100:
			b.WriteString("%" + string(hexUpper[unit>>4]) + string(hexUpper[unit&15]))
		default:
			b.WriteString("%u")
			for shift := 12; shift >= 0; shift -= 4 {
				b.WriteByte(hexUpper[unit>>shift&15])
			}
		}
	}
	return b.String()
}

func isAlnum(ch byte) bool {
	return '0' <= ch && ch <= '9' || 'a' <= ch && ch <= 'z' || 'A' <= ch && ch <= 'Z'
}

// Unescape undoes % escapes as far as they are some.
func Unescape(in []byte, plus bool) []byte {
	var out []byte
	for i := 0; i < len(in); i++ {
		ch := in[i]
		if ch == '%' && i+2 < len(in) {
			high, low := strings.IndexByte(hexLower, lowerHex(in[i+1])), strings.IndexByte(hexLower, lowerHex(in[i+2]))
			if high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		if ch == '+' && plus {
			ch = ' '
		}
		out = append(out, ch)
	}
	return out
}

func lowerHex(ch byte) byte {
	if 'A' <= ch && ch <= 'F' {
		return ch | 0x20
	}
	return ch
}

// cased changes the letter case of % escapes alone.
func cased(f func(string) string) func([]byte) []byte {
	return func(in []byte) []byte {
		out := bytes.Clone(in)
		for i := 0; i+2 < len(out); i++ {
			if out[i] == '%' {
				copy(out[i:], f(string(out[i:i+3])))
				i += 2
			}
		}
		return out
	}
}
