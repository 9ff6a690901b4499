package tamper

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// errSame is the error of a text that a fault does not change: it has no letters, or
// it is empty already.
var errSame = errors.New("the fault leaves the text as it is")

// changed is a text with a fault of values.
func changed(what, value, text string) (string, error) {
	var out string
	switch what {
	case Put, Alien:
		out = value
	case Flip:
		at, err := position(text, value)
		if err != nil {
			return "", err
		}
		out = text[:at] + string(flipped(text, at)) + text[at+1:]
	case Case:
		if out = strings.ToUpper(text); out == text {
			out = strings.ToLower(text)
		}
	case Cut:
		out = shortened(text)
	case Blank:
		out = ""
	default:
		return "", fmt.Errorf("tamper: no fault of values is called %q", what)
	}
	if out == text {
		return "", errSame
	}
	return out, nil
}

// shortened is a text without its end.
func shortened(text string) string {
	if !utf8.ValidString(text) && text != "" {
		return text[:len(text)-1] // bytes: what is joined to them, such as a tag, must still be divided
	}
	keep := len(text) - 4 // whole groups of base64, whole bytes of hexadecimal
	if keep < 4 {
		keep = len(text) / 2
	}
	return strings.ToValidUTF8(text[:max(keep, 0)], "")
}

// position finds a letter or digit near the place that a word names. In base64 it is
// the first of a group of four: only there every bit counts.
func position(text, word string) (int, error) {
	order := make([]int, 0, len(text))
	for i := range len(text) {
		order = append(order, i)
	}
	if word != "first" {
		for i, j := 0, len(order)-1; i < j; i, j = i+1, j-1 {
			order[i], order[j] = order[j], order[i]
		}
	}
	if word == "middle" {
		order = append(order[len(order)/2:], order[:len(order)/2]...)
	}
	grouped := strings.Trim(text, "0123456789abcdefABCDEF") != ""
	for _, i := range order {
		if flipped(text, i) != text[i] && (!grouped || len(text) < 8 || i%4 == 0) {
			return i, nil
		}
	}
	return 0, errSame
}

// flipped is another letter or digit at a place: in base64 and hexadecimal, the one whose
// lowest bit differs. Only base64 has signs that can be another one.
func flipped(text string, at int) byte {
	ch := text[at]
	switch {
	case (ch == '+' || ch == '/') && isBase64(text):
		return '+' + '/' - ch
	case '0' <= ch && ch <= '9':
		return '0' + ((ch - '0') ^ 1)
	case 'A' <= ch && ch <= 'Z':
		return 'A' + ((ch - 'A') ^ 1)
	case 'a' <= ch && ch <= 'z':
		return 'a' + ((ch - 'a') ^ 1)
	case !utf8.ValidString(text):
		return ch ^ 1 // bytes, not a text
	}
	return ch
}

// isBase64 reports whether a text has the form of standard base64.
func isBase64(text string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	return len(text)%4 == 0 && strings.Trim(strings.TrimRight(text, "="), letters) == ""
}
