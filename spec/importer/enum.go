package importer

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A value at the beginning of a pair, in the spellings of documents: 1:男  [1]男  【1】男
// 1-男  1=男  1、男  "1":男  0(默认):否  >0 金额.
var value = regexp.MustCompile(`(^|[\s,;:。、|/(]|\p{Han}|\))["'“\[【<(]?([>≥]\s*0|-?\d{1,8}|[A-Z][A-Z0-9_]{0,30}|[A-Za-z]{1,20})["'”\]】>)]?(\s*\(默认\))?\s*([:=\-–—、.→]?)(\s*\(默认\))?\s*`)

// pairAt is where a text has a value of a list.
type pairAt struct {
	from, to  int // of the value and its separator
	value     string
	separator string
	glued     bool // to a word before it
	number    bool
}

// enumOf reads the values that a description lists, and what is before them. Two
// values at least make a list.
func enumOf(text string) (values []Value, before string) {
	text = norm.NFKC.String(text)
	if words, ok := listed(text); ok {
		return words, ""
	}
	found := pairsIn(text)
	for first := range found {
		values = values[:0]
		seen := map[string]bool{}
		for i := first; i < len(found); i++ {
			end := len(text)
			if i+1 < len(found) {
				end = found[i+1].from
			}
			label := labelOf(text[found[i].to:end])
			if label == "" || seen[found[i].value] || found[i].number != found[first].number {
				break
			}
			seen[found[i].value] = true
			values = append(values, Value{found[i].value, label})
		}
		if len(values) >= 2 {
			return ordinals(values, found[first].separator), strings.Trim(text[:found[first].from], " :([,;。\n")
		}
	}
	return nil, text
}

// pairsIn finds where values stand. One that is glued to the word before it, or that
// is a word itself, needs a separator.
func pairsIn(text string) []pairAt {
	var out []pairAt
	for at := 0; at < len(text); {
		m := value.FindStringSubmatchIndex(text[at:])
		if m == nil {
			break
		}
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return text[at+m[2*n] : at+m[2*n+1]]
		}
		p := pairAt{from: at + m[3], to: at + m[1], value: strings.ReplaceAll(group(2), " ", ""), separator: group(4)}
		r, _ := utf8.DecodeRuneInString(group(1))
		p.glued = r > 0x2e80
		p.number = strings.Trim(p.value, "-0123456789>≥") == ""
		next, _ := utf8.DecodeRuneInString(text[p.to:])
		wrapped := strings.ContainsAny(text[at+m[3]:at+m[4]], "[【\"'“<")
		switch {
		case p.to >= len(text), next >= '0' && next <= '9', next == '%':
		case p.separator == "" && (p.glued || !p.number) && !wrapped:
		case p.separator == "" && !wrapped && next < 0x2e80:
		case p.separator != "" && !p.number && p.separator != ":" && p.separator != "=" && p.separator != "-":
		default:
			out = append(out, p)
		}
		at += max(m[5], 1)
	}
	return out
}

// labelOf is a label without what divides it from the next pair, and without what is
// said behind its first stop.
func labelOf(text string) string {
	text = strings.TrimLeft(text, " \n")
	if at := strings.IndexAny(text, ",;\n。"); at >= 0 {
		text = text[:at]
	}
	text = strings.TrimRight(text, " ,;。、|/([【")
	if strings.Count(text, ")") > strings.Count(text, "(") {
		text = strings.TrimRight(text, ")")
	}
	if utf8.RuneCountInString(text) > 60 {
		return ""
	}
	return text
}

// ordinals turns a numbered list of words into the words: "1. biz 2. consensus".
func ordinals(values []Value, separator string) []Value {
	if separator != "." && separator != "、" {
		return values
	}
	out := make([]Value, len(values))
	for i, v := range values {
		if !aName.MatchString(v.Label) {
			return values
		}
		out[i] = Value{Value: v.Label}
	}
	return out
}

var listing = regexp.MustCompile(`^[(\s]*([A-Za-z][A-Za-z0-9_]{0,30})(?:\s*[/|、]\s*[A-Za-z][A-Za-z0-9_]{0,30})+[)\s]*$`)

// listed reads values that stand alone: "SYNC/ASYNC", "system、contract".
func listed(text string) ([]Value, bool) {
	if !listing.MatchString(text) {
		return nil, false
	}
	var out []Value
	for _, word := range strings.FieldsFunc(strings.Trim(text, "() \n"), func(r rune) bool { return strings.ContainsRune("/|、 ", r) }) {
		out = append(out, Value{Value: word})
	}
	return out, len(out) >= 2
}
