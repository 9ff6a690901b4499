package validate

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/go-playground/validator/v10"
)

// EscapeTag writes a text as one word of the parameter of a tag of Structs, whatever
// characters it has: those that mean something to validator/v10 or part words become
// %XX, and no text is "%".
func EscapeTag(text string) string {
	if text == "" {
		return "%"
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == 'x' && i > 0 && text[i-1] == '0', strings.ContainsRune("%',|;<>=", r), unicode.IsSpace(r):
			for _, one := range []byte(string(r)) {
				fmt.Fprintf(&b, "%%%02X", one)
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unescapeTag reads what EscapeTag wrote.
func unescapeTag(word string) string {
	if word == "%" {
		return ""
	}
	text, err := url.PathUnescape(word)
	if err != nil {
		return word
	}
	return text
}

// words are the texts of a parameter that EscapeTag wrote, with blanks between them.
func words(parameter string) []string {
	list := strings.Split(parameter, " ")
	for i := range list {
		list[i] = unescapeTag(list[i])
	}
	return list
}

// among is validator's oneof for texts that it cannot list.
func among(f validator.FieldLevel) bool {
	return slices.Contains(words(f.Param()), fmt.Sprint(f.Field().Interface()))
}

// eachOfEscaped is eachOf for texts that validator/v10 would change.
func eachOfEscaped(f validator.FieldLevel) bool {
	list := words(f.Param())
	return len(list) == 2 && partsAmong(f.Field().String(), list[0], strings.Split(list[1], list[0]))
}
