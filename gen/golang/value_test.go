package golang

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/validate"
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
		{spec.Rules{Type: "double", Required: "no", Enum: enumOf("0", "0.06", ">1", "2-5")}, "omitempty,number_among=0 0.06 %3E1 2..5"},
		{spec.Rules{Type: "int", Required: "no", Enum: enumOf("0", ">= 5")}, "omitempty,number_among=0 %3E%3D5"},
		{spec.Rules{Type: "int", Required: "no", Enum: enumOf("1", "2", "4"), Separator: "+"}, "omitempty,sum_of=1 2 4"},
		{spec.Rules{Type: "string", Required: "yes", Blank: true, Length: 8, Separator: ","}, "sent,omitempty,max=8"},
		{spec.Rules{Type: "int", Required: "yes", Blank: true, Enum: enumOf("1", "2"), Min: "-1"}, "sent,omitempty,oneof=1 2 0,gte=-1"},
		{spec.Rules{Type: "int", Required: "yes", Blank: true, Enum: enumOf("1", "0")}, "sent,omitempty,oneof=1 0"},
		{spec.Rules{Type: "string", Required: "yes", Blank: true, Enum: enumOf("a", "b")}, "sent,omitempty,oneof=a b"},
		{spec.Rules{Type: "string", Required: "no", Enum: enumOf("a b", "c,d", "e|f")}, "omitempty,oneof='a b' c0x2Cd e0x7Cf"},
		{spec.Rules{Type: "string", Required: "no", Enum: enumOf("a", "b"), Separator: ","}, "omitempty,eachof=0x2C a0x2Cb"},
		{spec.Rules{Type: "string", Required: "no", Enum: enumOf("it's", "0x2C", "a b")}, "omitempty,among=it%27s 0%782C a%20b"},
		{spec.Rules{Type: "string", Required: "no", Enum: enumOf("0x2C", "b"), Separator: "|"}, "omitempty,eachof_escaped=%7C 0%782C%7Cb"},
		{spec.Rules{Type: "string", Required: "no", Pattern: "0x2C,"}, `omitempty,pattern=\x30x2C0x2C`},
		{
			spec.Rules{Type: "string", Required: "conditional", RequiredIf: []spec.Match{{Name: "a", Value: "it's"}, {Name: "b", Value: ""}}},
			"needed_if=A it%27s B %,omitempty",
		},
		{spec.Rules{Type: "string", Required: "conditional", RequiredWithoutAll: []string{"a", "bId"}}, "required_without_all=A BID,omitempty"},
		{spec.Rules{Type: "string", Required: "conditional", RequiredIf: []spec.Match{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}}, "required_if=A 1 B 2,omitempty"},
		{spec.Rules{Type: "string", Required: "conditional", Condition: "有时"}, ""},
		{spec.Rules{Type: "string", Required: "no", Format: "email"}, "omitempty,mail"},
		{spec.Rules{Type: "string", Required: "no", Format: "idcard", FormatIf: []spec.Match{{Name: "certType", Value: "1"}}}, "omitempty,idcard_if=CertType 1"},
		{spec.Rules{Type: "string", Required: "no", Pattern: "a{1,2}|b"}, "omitempty,pattern=a{10x2C2}0x7Cb"},
	} {
		f := &spec.Field{Name: "x", Rules: c.rules}
		if f.Type == spec.Array {
			f.Of = spec.String
		}
		if got := tags(f); got != c.want {
			t.Errorf("tags(%+v) = %q, want %q", c.rules, got, c.want)
		}
	}
}

// TestTagsAreTaken gives tags to the validator that reads them: values with blanks,
// commas, bars and quotes keep their meaning.
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
			got := judged(t, structs, spec.Fields{one, two, three}, []string{c.one, c.two, c.three})
			if got != c.want {
				t.Errorf("value %q: %q, %q, %q break %q, want %q", value, c.one, c.two, c.three, got, c.want)
			}
		}
	}
}

// judged is the first rule that the texts break by the tags of fields.
func judged(t *testing.T, structs *validate.Structs, fields spec.Fields, texts []string) (rule problem.Rule) {
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
