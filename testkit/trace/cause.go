package trace

import (
	"net/url"
	"slices"
	"strings"
)

// folding is a change that makes two strings equal which differ by one mistake only.
type folding struct {
	cause string
	fold  func(string) string
}

// foldings lists the mistakes that Causes proves by undoing them.
func foldings() []folding {
	return []folding{
		{"a line break at the end", func(s string) string { return strings.TrimRight(s, "\r\n") }},
		{"CR LF instead of LF", func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }},
		{`the two characters \n instead of a line break: a string in single quotes?`, func(s string) string {
			return strings.ReplaceAll(s, `\n`, "\n")
		}},
		{"an & at the end", func(s string) string { return strings.TrimSuffix(s, "&") }},
		{"blanks at the ends", strings.TrimSpace},
		{"a byte order mark", func(s string) string { return strings.ReplaceAll(s, "\ufeff", "") }},
		{"a full-width, no-break or invisible blank", func(s string) string {
			return strings.NewReplacer("\u3000", "", "\u00a0", "", "\u200b", "").Replace(s)
		}},
		{"slashes escaped in JSON", func(s string) string { return strings.ReplaceAll(s, `\/`, "/") }},
		{"characters escaped in JSON as \\uXXXX", unescapeUnicode},
		{"blanks: the JSON was written again", func(s string) string {
			return strings.NewReplacer(" ", "", "\n", "", "\r", "", "\t", "").Replace(s)
		}},
		{"URL escapes: + instead of %20, or the reverse", func(s string) string { return strings.ReplaceAll(s, "+", "%20") }},
		{"letter case of % escapes", upperEscapes},
		{"URL escapes: one side is escaped, the other is not", func(s string) string {
			if out, err := url.QueryUnescape(s); err == nil {
				return out
			}
			return s
		}},
		{"letter case", strings.ToLower},
		{"empty parameters left out or kept", withoutEmpty},
		{"the order of the parameters", sortedPairs},
		{"separators between the values are missing", func(s string) string {
			return strings.NewReplacer("&", "", "=", "", "\n", "", "|", "", ",", "").Replace(s)
		}},
	}
}

// undoing is the proof of a cause that is found by undoing it.
const undoing = "undoing it makes the two strings equal"

// Causes lists the usual mistakes that turn our string into the sender's: single
// ones, or else a pair, or else guesses from the looks of the strings; nothing for
// equal ones.
func Causes(ours, theirs string) []Cause {
	var found []Cause
	if ours == theirs {
		return nil
	}
	all := foldings()
	for _, f := range all {
		if f.fold(ours) == f.fold(theirs) {
			found = append(found, Cause{f.cause, undoing})
		}
	}
	for i := 0; i < len(all) && len(found) == 0; i++ {
		for _, g := range all[i+1:] {
			if g.fold(all[i].fold(ours)) == g.fold(all[i].fold(theirs)) {
				return []Cause{{all[i].cause + "; and " + g.cause, undoing}}
			}
		}
	}
	if text := ends(ours, theirs); len(found) == 0 && text != "" {
		found = []Cause{{Text: text}}
	}
	return found
}

// ends describes the part at the ends of one string that the other lacks.
func ends(ours, theirs string) string {
	switch {
	case theirs != "" && strings.HasPrefix(ours, theirs):
		return "the end is missing: a key or a value is not appended"
	case theirs != "" && strings.HasSuffix(ours, theirs):
		return "the beginning is missing: a key or a value is not put in front"
	case ours != "" && strings.HasPrefix(theirs, ours):
		return "there is more at the end than is signed"
	case ours != "" && strings.HasSuffix(theirs, ours):
		return "there is more at the beginning than is signed"
	}
	return ""
}

// upperEscapes writes %xx as %XX.
func upperEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i:], strings.ToUpper(s[i:i+3]))
		}
	}
	return string(b)
}

// withoutEmpty leaves a= out of a=&b=1.
func withoutEmpty(s string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(s, "&"), func(one string) bool {
		return strings.HasSuffix(one, "=")
	}), "&")
}

// sortedPairs sorts the parts between & characters.
func sortedPairs(s string) string {
	parts := strings.Split(s, "&")
	slices.Sort(parts)
	return strings.Join(parts, "&")
}
