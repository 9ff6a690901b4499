package importer

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A value and its label in the spellings of documents: 1:男  [1]男  【1】男  1-男  1=男
// 1、男  1男, "1"：男.
var pairing = regexp.MustCompile(`^[\s"'“‘(\[【]*(-?\d{1,8}|[A-Z][A-Z0-9_]{0,30}|[A-Za-z])["'”’)\]】]*\s*[:=、\-–—.→]\s*(\S.*)$|^[\[【(](-?\d{1,8}|[A-Za-z][A-Za-z0-9_]*)[\]】)]\s*(\S.*)$|^(-?\d{1,8})\s+(\p{Han}\S*.*)$|^(-?\d{1,8})(\p{Han}.*)$`)

// between divides pairs that stand behind each other.
var between = regexp.MustCompile(`[;,，；。\n、]+\s*|\s{2,}|\s+(?:["'“\[【(]*-?\d{1,8}["'”\]】)]*\s*[:=\-–—]|[\[【]-?\d)`)

// pairsOf divides a text into its parts, keeping what begins the next part.
func partsOf(text string) []string {
	var out []string
	for text != "" {
		at := between.FindStringIndex(text)
		if at == nil {
			return append(out, text)
		}
		cut := at[1]
		matched := text[at[0]:at[1]]
		if trimmed := strings.TrimLeft(matched, " \t"); trimmed != "" && !strings.ContainsAny(matched, ";,，；。\n、") && len(trimmed) < len(matched) {
			cut = at[0] + len(matched) - len(trimmed) // it begins the next part
		}
		if at[0] > 0 {
			out = append(out, text[:at[0]])
		}
		text = text[cut:]
	}
	return out
}

// enumOf reads the values that a description lists, and what stands before them. Two
// values at least make a list.
func enumOf(text string) (values []Value, before string) {
	text = norm.NFKC.String(text)
	head := ""
	body := text
	// a label in front of the list: 状态：1-有效 2-无效, 性别(1:男 2:女)
	for _, cut := range []string{"", ":", "(", "\n", ",", ";", "。", " "} {
		h, b := "", text
		if cut != "" {
			i := strings.Index(text, cut)
			if i < 0 {
				continue
			}
			h, b = text[:i], text[i+len(cut):]
		}
		if got := listOf(strings.TrimRight(strings.TrimSpace(b), ").。")); len(got) > len(values) {
			values, head, body = got, h, b
		}
	}
	_ = body
	if len(values) < 2 {
		return nil, text
	}
	return values, strings.Trim(head, " :([,;。\n")
}

// listOf reads pairs; parts that are none belong to the label before them, or end the
// list.
func listOf(text string) []Value {
	var out []Value
	for _, part := range partsOf(text) {
		part = strings.TrimSpace(strings.Trim(part, ";,，；。、"))
		if part == "" {
			continue
		}
		m := pairing.FindStringSubmatch(part)
		if m == nil {
			if len(out) == 0 {
				return nil
			}
			continue
		}
		value, label := m[1]+m[3]+m[5]+m[7], m[2]+m[4]+m[6]+m[8]
		if utf8.RuneCountInString(label) > 60 {
			label = string([]rune(label)[:60])
		}
		for _, v := range out {
			if v.Value == value {
				return out
			}
		}
		out = append(out, Value{value, strings.TrimSpace(strings.TrimRight(label, ")。.;,"))})
	}
	return out
}
