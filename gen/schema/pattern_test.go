package schema

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
)

// random makes texts, the same in every run.
type random struct{ *rand.Rand }

func newRandom() random { return random{rand.New(rand.NewPCG(1, 2))} }

// text is up to n characters of an alphabet.
func (r random) text(alphabet string, n int) string {
	letters := []rune(alphabet)
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteRune(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// change alters a text in one place, or not.
func (r random) change(s, alphabet string) string {
	letters, runes := []rune(alphabet), []rune(s)
	if len(runes) == 0 {
		return s
	}
	i := r.IntN(len(runes))
	switch r.IntN(4) {
	case 0:
		runes[i] = letters[r.IntN(len(letters))]
	case 1:
		runes = append(runes[:i], runes[i+1:]...)
	case 2:
		runes = append(runes[:i:i], append([]rune{letters[r.IntN(len(letters))]}, runes[i:]...)...)
	}
	return string(runes)
}

func enumOf(values ...string) *spec.Enum {
	e := &spec.Enum{}
	for _, v := range values {
		e.Values = append(e.Values, spec.EnumValue{Value: v, Label: v})
	}
	return e
}

// TestTimePattern compares the pattern of the schemas with wire.ParseTime on the
// same texts.
func TestTimePattern(t *testing.T) {
	t.Parallel()
	agree := func(text string) bool {
		t.Helper()
		for name, layout := range map[string]string{"seconds": wire.Seconds, "rfc3339": wire.RFC3339, "compact": wire.Compact} {
			_, err := wire.ParseTimeAs(layout, text, time.UTC)
			if matched := regexp.MustCompile(timePattern(name)).MatchString(text); matched != (err == nil) {
				t.Errorf("%q: the pattern of %s says %t, ParseTimeAs %v", text, name, matched, err)
				return false
			}
		}
		return true
	}
	for _, text := range []string{
		"", "2016-05-26", "2016-05-26 10:30:00", "2016-05-26T10:30:00", "2016-05-2610:30:00", "2016-05-26 10:30:00.123456789",
		"2016-05-26 10:30:00.1234567890", "2016-05-26 10:30:00.", "2016-05-26 10:30:00,5", "2016-05-26 24:00:00", "2016-05-26 23:59:60",
		"2016-02-29", "2015-02-29", "1900-02-29", "2000-02-29", "2100-02-29", "0999-01-01", "3000-01-01", "1000-01-01", "2999-12-31",
		"1464229800", "1464229800123", "146422980", "14642298001", "-464229800", "+464229800", "0000000000", "2016-5-26", "2016-05-26 1:30:00",
		"2016-05-26T10:30:00Z", "2016-05-26 10:30", "２０１６-05-26", "2016-05-26 ", " 2016-05-26", "2016-05-26\n", "2016-04-31", "2016-00-10",
		"20160526103000", "20160230103000", "20160526240000", "2016052610300", "00160526103000", "2016-05-26T10:30:00+08:00", "2016-05-26T10:30:00-23:59",
		"2016-05-26T10:30:00.5Z", "2016-05-26 10:30:00Z", "2016-05-26Z", "1464229800Z", "2016-05-26T10:30:00+24:00", "2016-05-26T10:30:00+0800",
		"1_64229800", "0x64229800", "2016-05-26  10:30:00", "2016-05-26t10:30:00",
	} {
		agree(text)
	}
	random := newRandom()
	seeds := []string{"20160526103000", "20160229103000", "2016-05-26T10:30:00+08:00", "2016-05-26T10:30:00Z", "2016-05-26", "2016-05-26 10:30:00", "2016-05-26T23:59:59.999", "2016-02-2910:30:00", "1464229800", "1464229800123"}
	for n, bad := 0, 0; n < 5000 && bad < 10; n++ {
		text := seeds[random.IntN(len(seeds))]
		for range random.IntN(4) {
			text = random.change(text, "0123456789-: T.,Z+/")
		}
		if !agree(text) {
			bad++
		}
	}
}

// TestPartsPattern compares the pattern of a list of values with the Checker on the
// same texts, values and separators full of special characters of patterns.
func TestPartsPattern(t *testing.T) {
	t.Parallel()
	random := newRandom()
	const alphabet = `ab.+*?()|[]{}^$\/-,; 甲`
	separators := []string{",", ";", "|", ".", "$", "、", " ", `\`, "||", "^"}
	for range 400 {
		separator := separators[random.IntN(len(separators))]
		var values []string
		for range 1 + random.IntN(3) {
			if v := strings.Trim(strings.ReplaceAll(random.text(alphabet, 3), separator, ""), validate.Space); v != "" {
				values = append(values, v)
			}
		}
		if len(values) == 0 {
			continue
		}
		f := &spec.Field{Name: "x", Rules: spec.Rules{Type: "string", Separator: separator, Enum: enumOf(values...)}}
		pattern := regexp.MustCompile(partsPattern(f))
		for range 20 {
			var parts []string
			for range random.IntN(4) {
				parts = append(parts, values[random.IntN(len(values))])
			}
			text := random.change(strings.Join(parts, separator), alphabet)
			var list problem.List
			(&validate.Checker{List: &list, Names: []string{"x"}}).EachOf("x", text, separator, values...)
			if ok := list.Err() == nil; ok != pattern.MatchString(text) {
				t.Errorf("%q of %q with %q: EachOf says %t, the pattern %s otherwise", text, values, separator, ok, pattern)
			}
		}
	}
}

// TestQuoteMeta matches exactly the text that was quoted.
func TestQuoteMeta(t *testing.T) {
	t.Parallel()
	random := newRandom()
	for range 2000 {
		text := random.text(`ab.+*?()|[]{}^$\/-,# 甲`+"\t`'\"", 6)
		pattern, err := regexp.Compile("^" + quoteMeta(text) + "$")
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if other := random.change(text, "ab.+"); !pattern.MatchString(text) || other != text && pattern.MatchString(other) {
			t.Fatalf("%s matches not only %q, or not at all (%q)", pattern, text, other)
		}
	}
}

// TestWholePattern compares the pattern of whole numbers as text with 64 bits, at every
// edge of its parts.
func TestWholePattern(t *testing.T) {
	t.Parallel()
	re, r := regexp.MustCompile(wholeNumber()), newRandom()
	texts := []string{"0", "-0", "", "-", "7", "07", "+7", "999999999999999999", "1000000000000000000", "10000000000000000000"}
	const most = "9223372036854775807"
	for _, edge := range []string{most, "9223372036854775808", "9223372036854775809", "9223372036854775799", "9999999999999999999"} {
		texts = append(texts, edge, "-"+edge)
	}
	for i := range most {
		for digit := '0'; digit <= '9'; digit++ {
			for _, rest := range []string{"0", "9"} {
				text := most[:i] + string(digit) + strings.Repeat(rest, len(most)-i-1)
				texts = append(texts, text, "-"+text)
			}
		}
	}
	for range 20_000 {
		texts = append(texts, r.change(most, "0123456789-."))
	}
	for _, text := range texts {
		if got, want := re.MatchString(text), spec.IsWholeText(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
