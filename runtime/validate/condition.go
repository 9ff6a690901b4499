package validate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// presence are the tags of values that another field forbids, or decides about. Their
// parameters are those of needed_if, or names of fields.
func presence() map[string]check {
	return map[string]check{
		"present_if":  func(f level) bool { return empty(f) || met(f) },
		"absent_if":   func(f level) bool { return empty(f) || !met(f) },
		"absent_with": func(f level) bool { return empty(f) || !anySent(f) },
		"among_by":    amongBy,
		"idcard_if":   idCardIf,
	}
}

// needs are the tags of fields that must be there, which are asked about absent values
// too. needed_if is validator's required_if for what it cannot name: names of fields,
// each with its values, as of EscapeTag, and semicolons between them. A number may be
// compared: >0. A field around the object has ../ before its name.
func needs() map[string]check {
	return map[string]check{
		"needed_if":          func(f level) bool { return !met(f) || !empty(f) },
		"needed_unless":      func(f level) bool { return met(f) || !empty(f) },
		"needed_with":        func(f level) bool { return !anySent(f) || !empty(f) },
		"needed_without":     func(f level) bool { return allSent(f) || !empty(f) },
		"needed_without_all": func(f level) bool { return anySent(f) || !empty(f) },
	}
}

// empty reports whether a field counts as absent: a wire value that was not sent, an
// empty text or list, or no object.
func empty(f level) bool {
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
func met(f level) bool {
	list := strings.Split(f.Param(), " ")
	for i := 0; i+1 < len(list); i += 2 {
		other, kind, ok := f.named(list[i])
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
func anySent(f level) bool { return slices.ContainsFunc(strings.Split(f.Param(), " "), f.has) }

// allSent reports whether all the fields that a parameter names have a value.
func allSent(f level) bool {
	return !slices.ContainsFunc(strings.Split(f.Param(), " "), func(name string) bool { return !f.has(name) })
}
