package message

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// AppendEscaped escapes as forms do.
func AppendEscaped(dst, text []byte) []byte {
	const digits = "0123456789ABCDEF"
	for _, ch := range text {
		switch {
		case '0' <= ch && ch <= '9' || 'a' <= ch && ch <= 'z' || 'A' <= ch && ch <= 'Z' || strings.IndexByte("-_.~", ch) >= 0:
			dst = append(dst, ch)
		case ch == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', digits[ch>>4], digits[ch&15])
		}
	}
	return dst
}

// ContentType is the Content-Type of a body; nil where the carriage has none.
func ContentType(carriage, boundary string) []string {
	switch carriage {
	case "json":
		return typeJSON
	case "xml":
		return typeXML
	case "form":
		return typeForm
	case "multipart":
		return []string{"multipart/form-data; boundary=" + boundary}
	case "text":
		return typeText
	}
	return nil
}

// Types are the media types that bodies have.
var Types = map[string]string{
	"json": "application/json", "xml": "application/xml", "form": "application/x-www-form-urlencoded", "multipart": "multipart/form-data",
}

// Values of a header that nobody changes.
var (
	typeJSON = []string{"application/json; charset=utf-8"}
	typeXML  = []string{"text/xml; charset=utf-8"}
	typeForm = []string{"application/x-www-form-urlencoded"}
	typeText = []string{"text/plain; charset=utf-8"}
)

// Boundary is that of a multipart body; it comes from its content, so that the same
// message is the same bytes.
func Boundary(now, payload []byte) string {
	h := sha256.New()
	_, _ = h.Write(now)     // a hash takes everything
	_, _ = h.Write(payload) // a hash takes everything
	return "jiekou-" + hex.EncodeToString(h.Sum(nil)[:16])
}

// Glob matches a text with * for anything, and ? for one character.
func Glob(pattern, text string) bool {
	star, back := -1, 0 // behind the last *, and what it took
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			p++
			star, back = p, t
			continue
		case p < len(pattern) && pattern[p] == '?':
			_, n := utf8.DecodeRuneInString(text[t:])
			p, t = p+1, t+n
			continue
		case p < len(pattern) && pattern[p] == text[t]:
			p, t = p+1, t+1
			continue
		case star < 0:
			return false
		}
		_, n := utf8.DecodeRuneInString(text[back:])
		back += n
		p, t = star, back
	}
	return strings.Trim(pattern[p:], "*") == ""
}
