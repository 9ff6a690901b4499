package writer

import "bytes"

// sums are digests of a part in its place, as many pages want of the body.
func sums() []Writer {
	var out []Writer
	for _, name := range HashNames() {
		const fix = "sign it as it is sent, without a digest of its own"
		out = append(out,
			Writer{"digest", "as its " + name + " in hex", fix, Usual, func(b []byte) []byte { return Hex(Sum(name, b)) }},
			Writer{"digest", "as its " + name + " in base64", fix, Possible, func(b []byte) []byte { return Base64(Sum(name, b)) }},
		)
	}
	return out
}

// reescaped are pairs whose % escapes another library writes than the one that sends them.
func reescaped() []Writer {
	const fix = "sign the text that is sent, not one that is written once more"
	out := []Writer{
		{"escape", "with [ and ] for %5B and %5D", fix, Usual, swap("%5B", "[", "%5D", "]", "%5b", "[", "%5d", "]")},
		{"escape", "with its percent escapes as encodeURIComponent writes them", fix, Usual, swap("%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*", "%7E", "~", "+", "%20")},
		{"escape", "with its percent escapes as Java's URLEncoder writes them", fix, Usual, swap("%2A", "*", "~", "%7E", "%20", "+")},
		{"escape", "with its percent escapes as RFC 3986 wants them", fix, Usual, swap("%7E", "~", "*", "%2A", "+", "%20")},
	}
	for _, charset := range []string{"GBK", "GB18030"} {
		out = append(out, Writer{"escape", "with its percent escapes in " + charset, "name UTF-8 where it is escaped", Usual, func(b []byte) []byte { return inCharset(b, charset) }})
	}
	return out
}

// inCharset writes each run of % escapes in another charset.
func inCharset(in []byte, charset string) []byte {
	var out []byte
	for len(in) > 0 {
		at := bytes.IndexByte(in, '%')
		if at < 0 {
			break
		}
		end := at
		for end+2 < len(in) && in[end] == '%' {
			end += 3
		}
		if end == at {
			break // a % that begins no escape
		}
		out = append(append(out, in[:at]...), (&escape{}).write(encode(charset, Unescape(in[at:end], false)))...)
		in = in[end:]
	}
	return append(out, in...)
}
