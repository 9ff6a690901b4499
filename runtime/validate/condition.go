package validate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"
)

// presence are the tags of fields that may not be there. Their parameters are those of
// neededIf, or names of fields.
func presence() map[string]validator.Func {
	return map[string]validator.Func{
		"present_if":  func(f validator.FieldLevel) bool { return empty(f) || met(f) },
		"absent_if":   func(f validator.FieldLevel) bool { return empty(f) || !met(f) },
		"absent_with": func(f validator.FieldLevel) bool { return empty(f) || !anySent(f) },
	}
}

// neededIf is validator's required_if for values that it cannot name: names of fields,
// each with its values, as of EscapeTag, and semicolons between them. A number may be
// compared: >0.
func neededIf(f validator.FieldLevel) bool { return !met(f) || !empty(f) }

// neededUnless demands a value unless the conditions of its parameter hold.
func neededUnless(f validator.FieldLevel) bool { return met(f) || !empty(f) }

// empty reports whether a field counts as absent: a wire value that was not sent, an
// empty text or list, or no object.
func empty(f validator.FieldLevel) bool {
	v := reflect.Indirect(f.Parent()).FieldByName(f.StructFieldName())
	if value, ok := v.Interface().(interface{ ValidatorValue() any }); ok {
		return reflect.ValueOf(value.ValidatorValue()).IsNil()
	}
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

// met reports whether every field that a parameter names has one of its values.
func met(f validator.FieldLevel) bool {
	list := strings.Split(f.Param(), " ")
	for i := 0; i+1 < len(list); i += 2 {
		other, kind, _, ok := f.GetStructFieldOKAdvanced2(f.Parent(), list[i])
		if !ok || kind == reflect.Pointer || kind == reflect.Invalid || !meets(fmt.Sprint(other.Interface()), list[i+1]) {
			return false
		}
	}
	return true
}

// meets reports whether a value is one of those that a word of a parameter lists.
func meets(value, word string) bool {
	return slices.ContainsFunc(strings.Split(word, ";"), func(want string) bool {
		number := strings.TrimLeft(want, "<=>")
		if operator := want[:len(want)-len(number)]; operator != "" {
			return compares(value, operator, unescapeTag(number))
		}
		return value == unescapeTag(want)
	})
}

// anySent reports whether one of the fields that a parameter names has a value.
func anySent(f validator.FieldLevel) bool {
	return slices.ContainsFunc(strings.Split(f.Param(), " "), func(name string) bool {
		other, kind, _, ok := f.GetStructFieldOKAdvanced2(f.Parent(), name)
		switch {
		case !ok || kind == reflect.Invalid || kind == reflect.Pointer:
			return false
		case kind == reflect.String || kind == reflect.Slice:
			return other.Len() > 0
		}
		return true
	})
}
