package sql

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/tree"
)

// A value is nil (NULL), a string, an int64, a float64, a bool, a time.Time (a moment), or
// of one of the types below.

// Decimal is a number with its digits behind the point, as PostgreSQL writes it.
type Decimal string

// Local is a day and time without a zone.
type Local time.Time

// Day is a day.
type Day time.Time

// JSON is the text of a JSON value.
type JSON string

// Array is an array of values.
type Array []any

// span is an interval.
type span time.Duration

// Text is a value as its text; NULL has none.
func Text(v any) (text string, ok bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case string:
		return v, true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	case Decimal:
		return string(v), true
	case JSON:
		return string(v), true
	case Day:
		return time.Time(v).Format("2006-01-02"), true
	case Local:
		return time.Time(v).Format("2006-01-02 15:04:05.999999"), true
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05.999999+00"), true
	case Array:
		return arrayText(v), true
	}
	panic(unsupported{fmt.Sprintf("the text of a %T", v)})
}

// arrayText is an array as PostgreSQL writes it.
func arrayText(list Array) string {
	var out []string
	for _, v := range list {
		s, ok := Text(v)
		switch {
		case !ok:
			s = "NULL"
		case s == "" || strings.ContainsAny(s, `{},"\ `) || strings.EqualFold(s, "null"):
			s = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
		}
		out = append(out, s)
	}
	return "{" + strings.Join(out, ",") + "}"
}

// must is the text of a value that is not NULL.
func must(v any) string {
	s, _ := Text(v)
	return s
}

// truth is a condition: NULL is not true.
func truth(v any) bool {
	b, _ := v.(bool)
	return b
}

// Rat is a number.
func Rat(v any) (*big.Rat, bool) {
	switch v := v.(type) {
	case int64:
		return new(big.Rat).SetInt64(v), true
	case float64:
		return new(big.Rat).SetFloat64(v), true
	case Decimal:
		return new(big.Rat).SetString(string(v))
	}
	return nil, false
}

// scale is how many digits a number has behind its point.
func scale(v any) int {
	d, ok := v.(Decimal)
	if !ok {
		return 0
	}
	if _, places, ok := strings.Cut(string(d), "."); ok {
		return len(places)
	}
	return 0
}

// Same says whether two values are not distinct: NULL is like NULL.
func Same(a, b any) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return Compare(a, b) == 0
}

// Compare puts two values in order that are not NULL. A text beside another type is read
// as that type, as PostgreSQL reads constants.
func Compare(a, b any) int {
	a, b = alike(a, b), alike(b, a)
	switch a := a.(type) {
	case bool:
		if b, ok := b.(bool); ok {
			return number(a) - number(b)
		}
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(a, b)
		}
	case JSON:
		if b, ok := b.(JSON); ok {
			return strings.Compare(compact(string(a)), compact(string(b)))
		}
	case Array:
		if b, ok := b.(Array); ok {
			return compareArrays(a, b)
		}
	}
	if x, ok := Rat(a); ok {
		if y, ok := Rat(b); ok {
			return x.Cmp(y)
		}
	}
	if x, ok := instant(a); ok {
		if y, ok := instant(b); ok {
			return x.Compare(y)
		}
	}
	panic(unsupported{fmt.Sprintf("comparing a %T with a %T", a, b)})
}

// compareArrays compares member by member.
func compareArrays(a, b Array) int {
	for n := range min(len(a), len(b)) {
		if Same(a[n], b[n]) {
			continue
		}
		if a[n] == nil {
			return 1
		}
		if b[n] == nil {
			return -1
		}
		return Compare(a[n], b[n])
	}
	return len(a) - len(b)
}

// alike is a text as a value of the type of another one.
func alike(v, other any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	switch other.(type) {
	case int64, float64, Decimal:
		return castNumber(s)
	case bool:
		return s == "t" || s == "true" || s == "1"
	case Day:
		return castDay(s)
	case JSON:
		return JSON(s)
	}
	return v
}

// number is a bool as PostgreSQL orders it.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// instant is the place of a time in the order of times.
func instant(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case Local:
		return time.Time(v), true
	case Day:
		return time.Time(v), true
	}
	return time.Time{}, false
}

// compact is JSON without white space, its members in the order that jsonb has.
func compact(text string) string {
	v, err := tree.Parse([]byte(text))
	if err != nil {
		return text
	}
	arrange(v)
	return v.String()
}

// arrange puts the members of all objects in the order of jsonb: shorter names first.
func arrange(v *tree.Value) {
	for _, item := range v.Items {
		arrange(item)
	}
	for _, m := range v.Members {
		arrange(m.Value)
	}
	slices.SortStableFunc(v.Members, func(a, b tree.Member) int {
		return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
	})
}

// toJSON is a value as JSON, with white space as PostgreSQL has it.
func toJSON(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case int64, float64, Decimal, bool:
		return must(v)
	case JSON:
		return string(v)
	case Array:
		var out []string
		for _, one := range v {
			out = append(out, toJSON(one))
		}
		return "[" + strings.Join(out, ",") + "]"
	case time.Time:
		return quoteJSON(v.UTC().Format("2006-01-02T15:04:05.999999-07:00"))
	case Local:
		return quoteJSON(time.Time(v).Format("2006-01-02T15:04:05.999999"))
	}
	return quoteJSON(must(v))
}

// JSONOf is a value in a column of JSON.
func JSONOf(v any) JSON { return JSON(toJSON(v)) }

// quoteJSON is a text as a JSON string.
func quoteJSON(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string never fails
	return separators.Replace(strings.TrimSuffix(b.String(), "\n"))
}

// separators are escaped by Go and not by PostgreSQL. A backslash of the text is two here.
var separators = strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029")
