package sample

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/matching"
)

// Patterned is a text that begins with another and goes on as the pattern of a field says. Where
// it is to be fresh, its last digits are new in each run, if the pattern takes any there.
func Patterned(f *spec.Field, begin string, fresh bool) (string, error) {
	rest := ""
	if f.Format == "weburl" && !fresh {
		return Usual(f)
	}
	if f.Pattern != "" {
		var err error
		if rest, err = matching.Text(f.Pattern); err != nil {
			return "", err
		}
	}
	re, err := regexp.Compile("^(?:" + f.Pattern + ")$")
	if err != nil {
		return "", err
	}
	if lacks := f.MinLength - utf8.RuneCountInString(begin+rest); lacks > 0 {
		if s, ok := matching.Varying(f.Pattern, Seed(f.Path), utf8.RuneCountInString(rest)+lacks, f.Length); ok {
			rest = s
		}
	}
	if !fresh {
		return begin + rest, nil
	}
	if s, ok := renewing(re, rest); ok {
		return begin + s, nil
	}
	for least := 20; least >= max(6, f.MinLength); least-- {
		if s, ok := matching.Varying(f.Pattern, Seed(f.Path), least, f.Length); ok {
			if s, ok := renewing(re, s); ok {
				return begin + s, nil
			}
		}
	}
	return begin + rest, nil
}

// renewing has the last digits of a text new in each run, where its pattern takes any there.
func renewing(re *regexp.Regexp, rest string) (string, bool) {
	for n := min(12, len(rest)); n >= 6; n-- {
		if re.MatchString(rest[:len(rest)-n] + strings.Repeat("7", n)) {
			return rest[:len(rest)-n] + fmt.Sprintf("{{digits:%d}}", n), true
		}
	}
	return "", false
}
