package message

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
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

// Glob matches a text with * for anything.
func Glob(pattern, text string) bool {
	if strings.IndexByte(pattern, '*') < 0 {
		return pattern == text
	}
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, one := range parts[1 : len(parts)-1] {
		i := strings.Index(text, one)
		if i < 0 {
			return false
		}
		text = text[i+len(one):]
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}
