package gen

import (
	"errors"
	"math/rand/v2"
	"reflect"
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

func TestTags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rules spec.Rules
		want  string
	}{
		{spec.Rules{Type: "string", Required: "no"}, ""},
		{spec.Rules{Type: "string", Required: "yes", Length: 8}, "required,notblank,max=8"},
		{spec.Rules{Type: "string", Required: "no", Length: 8}, "omitempty,max=8"},
		{spec.Rules{Type: "int", Required: "yes", Length: 8}, "required"},
		{spec.Rules{Type: "int", Required: "no", Min: "1", Max: "9"}, "omitempty,gte=1,lte=9"},
		{spec.Rules{Type: "decimal", Required: "no", Min: "0.5"}, "omitempty,decimalmin=0.5"},
		{spec.Rules{Type: "array", Required: "yes"}, "required,min=1"},
		{spec.Rules{Type: "string", Required: "yes", Blank: true, Length: 8, Separator: ","}, "sent,omitempty,max=8"},
		{spec.Rules{Type: "int", Required: "yes", Blank: true, Enum: enumOf("1", "2"), Min: "-1"}, "sent,omitempty,oneof=1 2 0,gte=-1"},
		{spec.Rules{Type: "int", Required: "yes", Blank: true, Enum: enumOf("1", "0")}, "sent,omitempty,oneof=1 0"},
		{spec.Rules{Type: "string", Required: "yes", Blank: true, Enum: enumOf("a", "b")}, "sent,omitempty,oneof=a b"},
		{spec.Rules{Type: "string", Required: "no", Enum: enumOf("a b", "c,d", "e|f")}, "omitempty,oneof='a b' c0x2Cd e0x7Cf"},
		{spec.Rules{Type: "string", Required: "no", Enum: enumOf("a", "b"), Separator: ","}, "omitempty,eachof=0x2C a0x2Cb"},
		{spec.Rules{Type: "string", Required: "conditional", RequiredWithoutAll: []string{"a", "bId"}}, "required_without_all=A BID,omitempty"},
		{spec.Rules{Type: "string", Required: "conditional", RequiredIf: []spec.Match{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}}, "required_if=A 1 B 2,omitempty"},
		{spec.Rules{Type: "string", Required: "conditional", Condition: "有时"}, ""},
		{spec.Rules{Type: "string", Required: "no", Format: "email"}, "omitempty,mail"},
		{spec.Rules{Type: "string", Required: "no", Format: "idcard", FormatIf: []spec.Match{{Name: "certType", Value: "1"}}}, "omitempty,idcard_if=CertType 1"},
		{spec.Rules{Type: "string", Required: "no", Pattern: "a{1,2}|b"}, "omitempty,pattern=a{10x2C2}0x7Cb"},
	} {
		if got := tags(&spec.Field{Name: "x", Rules: c.rules}); got != c.want {
			t.Errorf("tags(%+v) = %q, want %q", c.rules, got, c.want)
		}
	}
}

// TestTagsAreTaken gives tags to the validator that reads them: values with
// blanks, commas, bars and quotes mean what they say.
func TestTagsAreTaken(t *testing.T) {
	t.Parallel()
	structs, err := validate.NewStructs()
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"a", "甲 乙", "a,b", "a|b", "a=b", `a"b`, "a`b", "-", "required"} {
		one := &spec.Field{Name: "one", Rules: spec.Rules{Type: "string", Required: "no", Enum: enumOf(value, "other")}}
		two := &spec.Field{Name: "two", Rules: spec.Rules{Type: "string", Required: "conditional", RequiredIf: []spec.Match{{Name: "one", Value: value}}}}
		three := &spec.Field{Name: "three", Rules: spec.Rules{Type: "string", Required: "no", Pattern: regexp.QuoteMeta(value)}}
		for _, c := range []struct {
			one, two, three string
			want            problem.Rule
		}{
			{value, "x", value, ""},
			{"other", "", "", ""},
			{"", "", value, ""},
			{value, "", "", problem.Condition},
			{"none", "x", "", problem.Enum},
			{"other", "", "!", problem.Format},
		} {
			got := judged(t, structs, []*spec.Field{one, two, three}, []string{c.one, c.two, c.three})
			if got != c.want {
				t.Errorf("value %q: %q, %q, %q break %q, want %q", value, c.one, c.two, c.three, got, c.want)
			}
		}
	}
}

// judged is the first rule that the texts break by the tags of fields.
func judged(t *testing.T, structs *validate.Structs, fields []*spec.Field, texts []string) (rule problem.Rule) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			rule = problem.Rule("panic: " + strings.Split(r.(string), "\n")[0])
		}
	}()
	var list []reflect.StructField
	for _, f := range fields {
		tag := reflect.StructTag(`json:"` + f.Name + `" validate:` + quoteTag(tags(f)))
		list = append(list, reflect.StructField{Name: goName(f.Name), Type: reflect.TypeFor[string](), Tag: tag})
	}
	v := reflect.New(reflect.StructOf(list))
	for i, text := range texts {
		v.Elem().Field(i).SetString(text)
	}
	err := structs.Check(v.Interface())
	if err == nil {
		return ""
	}
	found, ok := errors.AsType[*problem.Error](err)
	if !ok {
		return problem.Rule(err.Error())
	}
	return found.Rule
}

// quoteTag writes a tag's value as Go reads it.
func quoteTag(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// TestTimePattern lets the pattern of the schemas and wire.ParseTime judge the
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

// TestPartsPattern lets the pattern of a list of values and the Checker judge
// the same texts, values and separators full of what patterns give a meaning.
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
