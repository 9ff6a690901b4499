// Package shape says as regular expressions, which all languages read alike, what the
// server reads of texts in ways of its own: times, numbers of telephones, addresses of
// mail and identity cards, whose check digit the clients compute.
package shape

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/keyed"
)

// Of is the pattern that a value of a field has beside its own, and the rule that it breaks
// otherwise; both are empty where there is none.
func Of(f *spec.Field) (pattern, rule string) {
	switch f.Shape() {
	case spec.Moment, spec.Day:
		return moment(f), "type"
	case spec.Text:
	default:
		return "", ""
	}
	switch f.Format {
	case "mobile":
		return `1[3-9][0-9]{9}`, "mobile"
	case "email":
		return `[^@ \t\r\n]+@[^@ \t\r\n]+\.[^.@ \t\r\n]+`, "format"
	case "idcard":
		last := days(`[0-9]{2}`, `(?:0[48]|[2468][048]|[13579][26])`, "") // of 19xx, and 1900 was no leap year
		whole := days(`[0-9]{4}`, `(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)`, "")
		return `[0-9]{6}(?:` + last + `)[0-9]{3}|(?=[0-9]{6}(?:18[5-9]|19|[2-9]))[0-9]{6}(?:` + whole + `)[0-9]{3}[0-9X]`, "idcard"
	}
	return "", ""
}

// Pattern is the pattern of a text, where other languages read it as the server does.
func Pattern(f *spec.Field) string { return portable(cmp.Or(f.Pattern, spec.FormatPattern(f.Format))) }

// Keys is the pattern of the names in a map, as Pattern has it.
func Keys(f *spec.Field) string { return portable(keyed.Pattern(f.Keyed)) }

func portable(text string) string {
	bare := strings.ReplaceAll(text, "(?:", "(")
	if strings.Contains(bare, "(?") || strings.Contains(bare, "[[:") || regexp.MustCompile(`\\[pPzAQECaxb]`).MatchString(bare) {
		return ""
	}
	return text
}

const (
	hour   = `(?:[01][0-9]|2[0-3])`
	minute = `[0-5][0-9]`
	clock  = hour + ":" + minute + ":" + minute
)

// moment is what the server takes for a time of a field.
func moment(f *spec.Field) string {
	if f.Layout == "compact" && f.Type == spec.Datetime {
		return `(?:` + calendar("") + `)` + hour + minute + minute
	}
	day := `(?:` + calendar("-") + `)`
	any := day + `(?:[ T]?` + clock + `(?:\.[0-9]{1,9})?)?|[0-9]{10}|[0-9]{13}`
	if f.Layout == "rfc3339" && f.Type == spec.Datetime {
		any += `|` + day + `T` + clock + `(?:\.[0-9]{1,9})?(?:Z|[+-]` + hour + ":" + minute + ")"
	}
	if layout := f.WrittenLayout(); layout != "" {
		any += `|` + written(layout)
	}
	return any
}

// written is a form of time in a document's own words: yyyy/MM/dd HH:mm.
func written(layout string) string {
	by, rest := "", strings.TrimPrefix(layout, "yyyy")
	if !strings.HasPrefix(rest, "MM") {
		by, rest = rest[:1], rest[1:]
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(rest, "MM"), by), "dd")
	return `(?:` + calendar(regexp.QuoteMeta(by)) + `)` +
		strings.NewReplacer("HH", hour, "mm", minute, "SSS", "[0-9]{3}", "ss", minute, ".", `\.`).Replace(rest)
}

// calendar are the days of the years from 1000 to 2999, with a text between their parts.
func calendar(by string) string {
	return days(`[12][0-9]{3}`, `(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:12|16|20|24|28)00)`, by)
}

// days are the days of some years, of which some are leap years.
func days(year, leap, by string) string {
	return year + by + `(?:(?:0[13578]|1[02])` + by + `(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)` + by + `(?:0[1-9]|[12][0-9]|30)|02` + by +
		`(?:0[1-9]|1[0-9]|2[0-8]))|` + leap + by + `02` + by + `29`
}

// Cases are the lists of values that other fields leave to one: when, and the values with a
// line for each.
func Cases(f *spec.Field) (when []spec.Match, listed []string) {
	if f.EnumBy == nil || !f.IsNumber() && f.Shape() != spec.Text {
		return nil, nil
	}
	for n := range f.EnumBy.Cases {
		one := f.While(&f.EnumBy.Cases[n])
		when, listed = append(when, f.EnumBy.Cases[n].Match), append(listed, strings.Join(Listed(one), "\n"))
	}
	return when, listed
}

// Listed are the values that a field takes, with ranges of numbers: >0, 1..5; nil: any.
func Listed(f *spec.Field) []string {
	switch {
	case !f.IsClosed():
		return nil
	case f.IsNumberList():
		return f.AllowedNumbers()
	}
	return f.Allowed()
}

// Digits is how many digits a fraction may have in front of its point.
func Digits(f *spec.Field) int {
	if f.IsLongNumber() {
		return 38
	}
	return 16
}
