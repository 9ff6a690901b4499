package writer

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"slices"
)

// padded cuts a key to a length, or fills it up.
func padded(n int, with byte) func([]byte) []byte {
	return func(b []byte) []byte {
		if len(b) >= n {
			return b[:n]
		}
		return append(bytes.Clone(b), bytes.Repeat([]byte{with}, n-len(b))...)
	}
}

func first(n int) func([]byte) []byte {
	return func(b []byte) []byte { return b[:min(n, len(b))] }
}

// decoded undoes an encoding where a text is one.
func decoded(f func(string) ([]byte, error)) func([]byte) []byte {
	return func(b []byte) []byte {
		out, err := f(string(b))
		if err != nil || len(out) == 0 {
			return b
		}
		return out
	}
}

func always(word string) func([]byte) []byte {
	return func([]byte) []byte { return []byte(word) }
}

func folded(b []byte) []byte {
	out := make([]byte, 16)
	for i, ch := range b {
		out[i%16] ^= ch
	}
	return out
}

// settings are slips with the file or the variable that the secret is read from.
func settings() []Writer {
	const fix = "the setting is not there where it is read"
	return []Writer{
		{"", "with a blank in front", "trim it", Possible, func(b []byte) []byte { return append([]byte(" "), b...) }},
		{"", "in double quotes", "leave the quotes of the settings file out", Usual, func(b []byte) []byte { return slices.Concat([]byte(`"`), b, []byte(`"`)) }},
		{"", "in single quotes", "leave the quotes of the settings file out", Possible, func(b []byte) []byte { return slices.Concat([]byte(`'`), b, []byte(`'`)) }},
		{"", "with a byte order mark in front", "save the file that it is read from as UTF-8 without a byte order mark", Possible, func(b []byte) []byte { return slices.Concat([]byte("\ufeff"), b) }},
		{"", "as the word undefined", fix, Usual, always("undefined")},
		{"", "as the word null", fix, Usual, always("null")},
		{"", "as the word None", fix, Usual, always("None")},
		{"", "as the word nil", fix, Rare, always("nil")},
	}
}

// Keys are ways to make a key of the secret.
func Keys() []Writer {
	const plain = "take the secret as it was handed over"
	list := append(settings(), []Writer{
		{"", "in upper case", plain, Common, bytes.ToUpper},
		{"", "in lower case", plain, Common, bytes.ToLower},
		{"", "with a line end at its end", "trim what is read from a file", Common, func(b []byte) []byte { return append(bytes.Clone(b), '\n') }},
		{"", `with \r\n at its end`, "trim what is read from a file", Usual, func(b []byte) []byte { return append(bytes.Clone(b), "\r\n"...) }},
		{"", "with a blank at its end", "trim it", Possible, func(b []byte) []byte { return append(bytes.Clone(b), ' ') }},
		{"", "without its prefix", plain, Usual, func(b []byte) []byte { return b[1+bytes.LastIndexAny(b, "_-:."):] }},
		{"", "without its prefix and its base64 decoded", plain, Usual, func(b []byte) []byte {
			return decoded(base64.StdEncoding.DecodeString)(b[1+bytes.LastIndexAny(b, "_-:."):])
		}},
		{"", "without the = at its end", plain, Usual, func(b []byte) []byte { return bytes.TrimRight(b, "=") }},
		{"", "with its base64 for URLs decoded", plain, Usual, decoded(base64.RawURLEncoding.DecodeString)},
		{"", "as the first 16 bytes of the SHA-1 of its SHA-1 (Java's KeyGenerator with SHA1PRNG)", "in Java take new SecretKeySpec(bytes, \"AES\")", Usual, func(b []byte) []byte { return Sum("sha1", Sum("sha1", b))[:16] }},
		{"", "folded to 16 bytes, as MySQL's AES_ENCRYPT does", plain, Possible, folded},
		{"", "trimmed", plain, Usual, bytes.TrimSpace},
		{"", "with its hex decoded", plain, Common, decoded(hex.DecodeString)},
		{"", "with its base64 decoded", plain, Common, decoded(base64.StdEncoding.DecodeString)},
		{"", "with its base64 decoded (without padding)", plain, Usual, decoded(base64.RawStdEncoding.DecodeString)},
		{"", "in base64", plain, Common, Base64},
		{"", "in hex", "decode the hex of the secret first", Common, Hex},
		{"", "in hex, in upper case", "decode the hex of the secret first", Usual, HEX},
		{"", "as its first 16 bytes", plain, Usual, first(16)},
		{"", "as its first 24 bytes", plain, Possible, first(24)},
		{"", "as its first 32 bytes", plain, Usual, first(32)},
		{"", "as its first 8 bytes", plain, Possible, first(8)},
		{"", "filled up to 16 bytes with zeros", plain, Usual, padded(16, 0)},
		{"", "filled up to 24 bytes with zeros", plain, Possible, padded(24, 0)},
		{"", "filled up to 32 bytes with zeros", plain, Usual, padded(32, 0)},
		{"", `filled up to 16 bytes with "0"`, plain, Rare, padded(16, '0')},
		{"", "with & at its end", plain, Usual, func(b []byte) []byte { return append(bytes.Clone(b), '&') }},
		{"", "without its last character", plain, Possible, func(b []byte) []byte { return b[:max(0, len(b)-1)] }},
		{"", "with + as a blank", "the secret has a + that was unescaped", Usual, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("+"), []byte(" ")) }},
		{"", "escaped for URLs", plain, Possible, (&escape{safe: "-_.~"}).write},
		{"", "in UTF-16LE", plain, Rare, text(func(s string) string {
			var out []byte
			for _, unit := range utf16Of(s) {
				out = append(out, byte(unit), byte(unit>>8))
			}
			return string(out)
		})},
		{"", "backwards", plain, Rare, func(b []byte) []byte {
			out := bytes.Clone(b)
			slices.Reverse(out)
			return out
		}},
	}...)
	for _, name := range HashNames() {
		list = append(list,
			Writer{"", "as its " + name + " in hex", plain, Usual, func(b []byte) []byte { return Hex(Sum(name, b)) }},
			Writer{"", "as its " + name + " in hex in upper case", plain, Possible, func(b []byte) []byte { return HEX(Sum(name, b)) }},
			Writer{"", "as the bytes of its " + name, plain, Usual, func(b []byte) []byte { return Sum(name, b) }},
			Writer{"", "as the first 16 characters of its " + name + " in hex", plain, Possible, func(b []byte) []byte { return Hex(Sum(name, b))[:16] }},
			Writer{"", "as the first 16 bytes of its " + name, plain, Possible, func(b []byte) []byte { return Sum(name, b)[:16] }},
		)
	}
	return list
}
