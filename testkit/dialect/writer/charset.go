package writer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/unicode/norm"
)

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

func charsets() []Writer {
	const utf = "name UTF-8 where text becomes bytes: in Java getBytes(StandardCharsets.UTF_8), in .NET Encoding.UTF8, in Python .encode('utf-8')"
	var out []Writer
	for _, one := range []struct {
		name string
		rank int
	}{{"GBK", Common}, {"GB18030", Common}, {"ISO-8859-1", Usual}, {"Windows-1252", Possible}, {"Big5", Rare}} {
		out = append(out, Writer{"charset", "in " + one.name, utf, one.rank, func(b []byte) []byte { return encode(one.name, b) }})
	}
	return append(out,
		Writer{"charset", "in US-ASCII, with ? for everything else", utf, Common, text(asciiOnly)},
		Writer{"charset", "in US-ASCII, with ? for each byte of UTF-8", utf, Rare, text(asciiBytes)},
		Writer{"charset", "in UTF-16LE (.NET's Encoding.Unicode)", utf, Usual, wide(binary.LittleEndian, false)},
		Writer{"charset", "in UTF-16BE", utf, Usual, wide(binary.BigEndian, false)},
		Writer{"charset", "in UTF-16LE with a byte order mark", utf, Possible, wide(binary.LittleEndian, true)},
		Writer{"charset", "in UTF-16BE with a byte order mark (Java's UTF-16)", utf, Possible, wide(binary.BigEndian, true)},
		Writer{"charset", "with a byte order mark in front", "write UTF-8 without a byte order mark", Usual, func(b []byte) []byte { return slices.Concat([]byte("\ufeff"), b) }},
		Writer{"charset", "without its byte order mark", "sign the bytes as they are sent", Usual, func(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\ufeff")) }},
		Writer{"charset", "as UTF-8 that was read as Latin-1 and encoded again", utf, Usual, func(b []byte) []byte { return decode("ISO-8859-1", b) }},
		Writer{"charset", "as UTF-8 that was read as Windows-1252 and encoded again", utf, Possible, func(b []byte) []byte { return decode("Windows-1252", b) }},
		Writer{"charset", "as UTF-8 that was read as GBK and encoded again", utf, Usual, func(b []byte) []byte { return decode("GBK", b) }},
		Writer{"charset", "with the low byte of each UTF-16 unit alone (old MD5 scripts of browsers)", "encode it as UTF-8 first: Unescape(encodeURIComponent(text))", Usual, text(lowBytes)},
		Writer{"charset", "with surrogates encoded one by one (CESU-8)", utf, Possible, text(cesu)},
		Writer{"charset", "in Unicode form NFD", "write it in NFC", Possible, norm.NFD.Bytes},
		Writer{"charset", "in Unicode form NFC", "sign it as it is sent", Possible, norm.NFC.Bytes},
		Writer{"charset", `with \uXXXX for what is not ASCII`, "write the characters themselves", Usual, func(b []byte) []byte { return []byte(unicodeEscapes(string(b), false)) }},
		Writer{"charset", `with \uXXXX in capitals for what is not ASCII`, "write the characters themselves", Possible, func(b []byte) []byte { return []byte(unicodeEscapes(string(b), true)) }},
		Writer{"charset", "with &#N; for what is not ASCII", "write the characters themselves", Rare, text(entities)},
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
