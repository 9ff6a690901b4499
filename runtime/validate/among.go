package validate

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// NumberAmong allows a number that is absent or one of values: numbers, and ranges such
// as ">0", "<=5" and "1..100".
func (c *Checker) NumberAmong(name string, d wire.Decimal, values ...string) {
	if d.Set && !isAmong(d.Value, values) {
		c.add(problem.Enum, name)
	}
}

// IntAmong is NumberAmong of a whole number.
func (c *Checker) IntAmong(name string, i wire.Int, values ...string) {
	if i.Set && !isAmong(strconv.FormatInt(i.Value, 10), values) {
		c.add(problem.Enum, name)
	}
}

// IntSumOf allows a number that is absent, or the sum of some of values, each of which
// is a bit; 0 only where it is one of them.
func (c *Checker) IntSumOf(name string, i wire.Int, values ...int64) {
	if i.Set && !isSum(i.Value, values) {
		c.add(problem.Enum, name)
	}
}

// isAmong reports whether a number is one of values or within one of their ranges.
func isAmong(number string, values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		if least, most, ok := strings.Cut(v, ".."); ok {
			return compares(number, ">=", least) && compares(number, "<=", most)
		}
		for _, operator := range []string{">=", "<=", ">", "<"} {
			if bound, ok := strings.CutPrefix(v, operator); ok {
				return compares(number, operator, bound)
			}
		}
		return compares(number, "==", v)
	})
}

// isSum reports whether a number has bits of values only.
func isSum(n int64, values []int64) bool {
	var all int64
	for _, v := range values {
		all |= v
	}
	return n == 0 && slices.Contains(values, 0) || n > 0 && n&^all == 0
}

// listTags are the tags of listed values.
func listTags() map[string]validator.Func {
	return map[string]validator.Func{
		"among": among, "eachof": eachOf, "eachof_escaped": eachOfEscaped, "number_among": numberAmong, "sum_of": sumOf,
	}
}

// numberAmong is NumberAmong as a tag: its parameter lists the values.
func numberAmong(f validator.FieldLevel) bool {
	return isAmong(fmt.Sprint(f.Field().Interface()), words(f.Param()))
}

// amongBy holds a value against the list that another field's value leaves: the
// parameter is the name of that field, and for each of its values that value and the
// list, as of EscapeTag with semicolons between them.
func amongBy(f level) bool {
	list := strings.Split(f.Param(), " ")
	other, kind, ok := f.named(list[0])
	if !ok || kind == reflect.Pointer || kind == reflect.Invalid {
		return true
	}
	for _, word := range list[1:] {
		if when, values, _ := strings.Cut(word, ";"); fmt.Sprint(other.Interface()) == unescapeTag(when) {
			return meets(fmt.Sprint(f.Field().Interface()), values)
		}
	}
	return true
}

// sumOf is IntSumOf as a tag.
func sumOf(f validator.FieldLevel) bool {
	var values []int64
	for _, word := range words(f.Param()) {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return false
		}
		values = append(values, n)
	}
	return f.Field().CanInt() && isSum(f.Field().Int(), values)
}
