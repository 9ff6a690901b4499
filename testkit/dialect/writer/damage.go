package writer

import (
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// Damages are what happens to a value on its way: each undoes one.
func Damages() []Writer {
	front := regexp.MustCompile(`^[A-Za-z0-9()-]{1,24}[=: ]\s*`)
	behind := regexp.MustCompile(`^(\S{16,})\s+\S+\s*$`)
	python := regexp.MustCompile(`^b(['"])(.*)['"]$`)
	const sent = "send the value as it was made"
	return []Writer{
		{"", "a + of it arrived as a blank", "escape the + as %2B where it is sent", Common, swap(" ", "+")},
		{"", "it was escaped for URLs twice", "escape it once", Common, text(func(s string) string {
			out, err := url.QueryUnescape(s)
			if err != nil {
				return s
			}
			return out
		})},
		{"", "it has % escapes in it", sent, Usual, func(b []byte) []byte { return Unescape(b, false) }},
		{"", "it has blanks or line ends at its ends", "trim it", Common, bytes.TrimSpace},
		{"", "it has line ends inside", "write base64 in one line (Base64.NO_WRAP, getEncoder not getMimeEncoder)", Common, swap("\r", "", "\n", "")},
		{"", "it has blanks inside", sent, Usual, swap(" ", "")},
		{"", "it is in quotes", "leave the quotes out", Common, func(b []byte) []byte { return bytes.Trim(b, `"'`) }},
		{"", "it is in upper case", "write it in lower case", Common, bytes.ToLower},
		{"", "it is in lower case", "write it in upper case", Common, bytes.ToUpper},
		{"", "something is in front of it", "send the value alone", Usual, func(b []byte) []byte { return front.ReplaceAll(b, nil) }},
		{"", "something is behind it, as md5sum prints it", "send the value alone", Usual, func(b []byte) []byte { return behind.ReplaceAll(b, []byte("$1")) }},
		{"", "it is in b' and ' (Python's bytes as a text)", "in Python take .decode()", Usual, func(b []byte) []byte { return python.ReplaceAll(b, []byte("$2")) }},
		{"", "0x is in front of it", "send the digits alone", Usual, func(b []byte) []byte { return bytes.TrimPrefix(bytes.TrimPrefix(b, []byte("0x")), []byte("0X")) }},
		{"", "it has entities (&amp;)", "send the value as it was made", Possible, text(html.UnescapeString)},
		{"", `it has \/ for /`, sent, Possible, swap(`\/`, `/`)},
		{"", "its padding is missing", "keep the = at the end", Usual, text(func(s string) string {
			return s + strings.Repeat("=", (4-len(s)%4)%4)
		})},
		{"", "it is written in base64 for URLs", "take the Usual base64 with + and /", Usual, text(func(s string) string {
			s = strings.NewReplacer("-", "+", "_", "/").Replace(s)
			return s + strings.Repeat("=", (4-len(s)%4)%4)
		})},
		{"", "it is written in the Usual base64, with + and /", "take base64 for URLs", Usual, swap("+", "-", "/", "_", "=", "")},
	}
}

// Damage says how a text that came was another one before, empty where nothing usual
// makes them equal.
func Damage(got, want string) (cause, fix string) {
	for _, w := range Damages() {
		if got != want && string(w.Write([]byte(got))) == want {
			return w.Name, w.Fix
		}
	}
	switch {
	case got != want && strings.EqualFold(got, want):
		return "its letter case differs", "leave its letters as they are"
	case got != "" && strings.HasPrefix(want, got):
		return "its end is cut off", "send all of it"
	}
	return "", ""
}
