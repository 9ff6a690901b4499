package validate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// Structs validates generated structs by their tags. Make one with NewStructs and
// keep it: it caches the rules of types. It is safe for concurrent use.
type Structs struct {
	v        *validator.Validate
	patterns sync.Map // pattern text -> *regexp.Regexp
}

// NewStructs returns a validator that knows jiekou's tags beside validator's own: sent, notblank, mobile, idcard, mail, pattern,
// eachof, behind, items, properties, key_names, places, places_rounded, decimalmin, decimalmax, number_among, sum_of, needed_unless, needed_with,
// present_if, absent_if, absent_with, and for what validator's oneof and required_if cannot say, among, among_by and needed_if.
func NewStructs() (*Structs, error) {
	s := &Structs{v: validator.New(validator.WithRequiredStructEnabled())}
	s.v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	tags := map[string]validator.Func{
		"notblank": func(f validator.FieldLevel) bool { return !Blank(f.Field().String()) },
		"mobile":   func(f validator.FieldLevel) bool { return IsMobile(f.Field().String()) },
		"idcard":   func(f validator.FieldLevel) bool { return IsIDCard(f.Field().String()) },
		"mail":     func(f validator.FieldLevel) bool { return IsEmail(f.Field().String()) },
		"decimalmin": func(f validator.FieldLevel) bool {
			return slices.Contains([]int{0, 1}, compare(f.Field().String(), f.Param()))
		},
		"decimalmax": func(f validator.FieldLevel) bool { return compare(f.Field().String(), f.Param()) <= 0 },
		"items":      pair(func(v reflect.Value, least, most int) bool { return v.Len() == 0 || within(v.Len(), least, most) }),
		"properties": pair(func(v reflect.Value, least, most int) bool {
			return v.Len() == 0 || within(wire.EachEntry(v.Bytes(), nil), least, most)
		}),
		"places":         pair(func(v reflect.Value, whole, places int) bool { return FitsDigits(v.String(), whole, places) }),
		"places_rounded": pair(func(v reflect.Value, whole, places int) bool { return fitsRounded(v.String(), whole, places) }),
		"parts":          func(f validator.FieldLevel) bool { return hasPart(f.Field().String(), f.Param()) },
		"pattern":        s.pattern,
		"key_names": func(f validator.FieldLevel) bool {
			return wire.HasKeys(f.Field().Bytes(), func(name string) bool { return s.matches(f.Param(), name) })
		},
		"behind": s.behind,
		"sent":   sent,
	}
	maps.Copy(tags, listTags())
	maps.Copy(tags, sizeTags())
	for name, check := range tags {
		if err := s.v.RegisterValidation(name, check, name == "sent"); err != nil {
			return nil, fmt.Errorf("validate: tag %s: %w", name, err)
		}
	}
	// Unlike the others those that need a value also run where there is none.
	for _, list := range []struct {
		checks map[string]check
		absent bool
	}{{presence(), false}, {needs(), true}} {
		for name, check := range list.checks {
			if err := s.v.RegisterValidationCtx(name, withLevel(check), list.absent); err != nil {
				return nil, fmt.Errorf("validate: tag %s: %w", name, err)
			}
		}
	}
	return s, nil
}

// pair is a tag with two numbers.
func pair(holds func(v reflect.Value, a, b int) bool) validator.Func {
	return func(f validator.FieldLevel) bool {
		var a, b int
		_, err := fmt.Sscan(f.Param(), &a, &b)
		return err == nil && holds(f.Field(), a, b)
	}
}

// sent validates that the key of a wire value was there, if only with "".
func sent(f validator.FieldLevel) bool {
	value, ok := reflect.Indirect(f.Parent()).FieldByName(f.StructFieldName()).Interface().(interface{ Sent() bool })
	return ok && value.Sent()
}

// pattern matches the tag's parameter, an RE2 pattern for the whole text.
func (s *Structs) pattern(f validator.FieldLevel) bool {
	return s.matches(f.Param(), f.Field().String())
}

// behind validates that a text begins with that of another field, given as "Field" or "Field pattern",
// and that the rest matches the pattern. It passes if the other field has no text.
func (s *Structs) behind(f validator.FieldLevel) bool {
	name, pattern, _ := strings.Cut(f.Param(), " ")
	begin, text := "", f.Field().String()
	if other, kind, _, ok := f.GetStructFieldOKAdvanced2(f.Parent(), name); ok && kind == reflect.String {
		begin = other.String()
	}
	return begin == "" || strings.HasPrefix(text, begin) && (pattern == "" || s.matches(pattern, Behind(begin, text)))
}

// matches holds the whole of s against an RE2 pattern.
func (s *Structs) matches(text, value string) bool {
	re, ok := s.patterns.Load(text)
	if !ok {
		re, _ = s.patterns.LoadOrStore(text, regexp.MustCompile("^(?:"+text+")$"))
	}
	return re.(*regexp.Regexp).MatchString(value)
}

// sizeTags are the tags of lengths that count bytes.
func sizeTags() map[string]validator.Func {
	return map[string]validator.Func{
		"max_bytes": sized(func(size, n int) bool { return size <= n }, func(s string) int { return len(s) }),
		"min_bytes": sized(func(size, n int) bool { return size >= n }, func(s string) int { return len(s) }),
		"max_gbk":   sized(func(size, n int) bool { return size <= n }, GBK),
		"min_gbk":   sized(func(size, n int) bool { return size >= n }, GBK),
	}
}

// sized validates the size of a text against the parameter.
func sized(holds func(size, n int) bool, size func(string) int) func(validator.FieldLevel) bool {
	return func(f validator.FieldLevel) bool {
		n, err := strconv.Atoi(f.Param())
		return err == nil && holds(size(f.Field().String()), n)
	}
}

// idCardIf validates an identity card number only if another field, given as "Field
// value" with the value as of EscapeTag, is absent or has the value.
func idCardIf(f level) bool {
	name, value, _ := strings.Cut(f.Param(), " ")
	other, kind, ok := f.named(name)
	if ok && kind != reflect.Pointer && kind != reflect.Invalid && fmt.Sprint(other.Interface()) != unescapeTag(value) {
		return true
	}
	return IsIDCard(f.Field().String())
}

// eachOf validates the parts of a text. The parameter is the separator, a space,
// and the values with the separator between them.
func eachOf(f validator.FieldLevel) bool {
	separator, list, _ := strings.Cut(f.Param(), " ")
	return partsAmong(f.Field().String(), separator, strings.Split(list, separator))
}

// Check returns nil or an *problem.Error with all problems of a pointer to a
// generated struct, in the order of its fields.
func (s *Structs) Check(v any) error {
	err := s.v.StructCtx(context.WithValue(context.Background(), aroundKey{}, &around{top: reflect.ValueOf(v)}), v)
	if err == nil {
		return nil
	}
	found, ok := errors.AsType[validator.ValidationErrors](err)
	if !ok {
		return fmt.Errorf("validate: %w", err)
	}
	out := &problem.Error{}
	for _, f := range found {
		_, at, _ := strings.Cut(f.Namespace(), ".")
		at = strings.NewReplacer("[", "/", "].", "/", "]", "", ".", "/").Replace(at)
		out.Problems = append(out.Problems, problem.Problem{Rule: ruleOf(f.Tag(), f.Kind()), Field: withoutIndexes(at), At: at})
	}
	out.Rule, out.Field = out.Problems[0].Rule, out.Problems[0].Field
	return out
}

// ruleOf names the rule behind a tag.
func ruleOf(tag string, kind reflect.Kind) problem.Rule {
	switch tag {
	case "required", "sent", "notblank", "parts":
		return problem.Required
	case "required_if", "needed_if", "needed_unless", "needed_with", "needed_without", "needed_without_all", "present_if", "absent_if", "absent_with", "required_with", "required_without", "required_without_all":
		return problem.Condition
	case "oneof", "among", "among_by", "number_among", "sum_of", "eachof", "eachof_escaped":
		return problem.Enum
	case "max", "items", "properties", "places", "places_rounded", "max_bytes", "min_bytes", "max_gbk", "min_gbk":
		return problem.Length
	case "min":
		if kind == reflect.Slice {
			return problem.Required
		}
		return problem.Length
	case "gte", "lte", "decimalmin", "decimalmax":
		return problem.Range
	case "mobile":
		return problem.Mobile
	case "idcard", "idcard_if":
		return problem.IDCard
	}
	return problem.Format
}

// withoutIndexes drops the numbers from a path.
func withoutIndexes(at string) string {
	parts := strings.Split(at, "/")
	return strings.Join(slices.DeleteFunc(parts, allDigits), "/")
}
