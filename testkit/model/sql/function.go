package sql

import (
	"crypto/md5" //nolint:gosec // PostgreSQL's md5, for ids
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/tree"
)

// lazy are the functions that do not look at all of their arguments.
var lazy = map[string]func(f *frame, args []*node) any{
	"coalesce": func(f *frame, args []*node) any {
		for _, a := range args {
			if v := a.eval(f); v != nil {
				return v
			}
		}
		return nil
	},
}

// strict is a function that is NULL where an argument is.
func strict(fn func(args []any) any) func(*Env, []any) any {
	return func(_ *Env, args []any) any {
		if slices.Contains(args, nil) {
			return nil
		}
		return fn(args)
	}
}

// texts is a strict function of texts.
func texts(fn func(s []string) any) func(*Env, []any) any {
	return strict(func(args []any) any {
		var s []string
		for _, a := range args {
			s = append(s, must(a))
		}
		return fn(s)
	})
}

// known are the functions beside aggregates.
var known = map[string]func(*Env, []any) any{
	"upper":                 texts(func(s []string) any { return strings.ToUpper(s[0]) }),
	"lower":                 texts(func(s []string) any { return strings.ToLower(s[0]) }),
	"md5":                   texts(func(s []string) any { sum := md5.Sum([]byte(s[0])); return hex.EncodeToString(sum[:]) }), //nolint:gosec // see above
	"replace":               texts(func(s []string) any { return strings.ReplaceAll(s[0], s[1], s[2]) }),
	"btrim":                 texts(func(s []string) any { return strings.Trim(s[0], cutset(s)) }),
	"ltrim":                 texts(func(s []string) any { return strings.TrimLeft(s[0], cutset(s)) }),
	"rtrim":                 texts(func(s []string) any { return strings.TrimRight(s[0], cutset(s)) }),
	"reverse":               texts(func(s []string) any { r := []rune(s[0]); slices.Reverse(r); return string(r) }),
	"strpos":                texts(func(s []string) any { return runesBefore(s[0], s[1]) }),
	"starts_with":           texts(func(s []string) any { return strings.HasPrefix(s[0], s[1]) }),
	"length":                texts(func(s []string) any { return int64(utf8.RuneCountInString(s[0])) }),
	"char_length":           texts(func(s []string) any { return int64(utf8.RuneCountInString(s[0])) }),
	"regexp_split_to_array": texts(func(s []string) any { return splitRegexp(s[0], s[1]) }),
	"string_to_array": func(_ *Env, args []any) any {
		if args[0] == nil {
			return nil
		}
		return splitText(must(args[0]), args[1])
	},
	"left":           strict(func(a []any) any { return left(must(a[0]), a[1]) }),
	"right":          strict(func(a []any) any { return right(must(a[0]), a[1]) }),
	"substr":         strict(func(a []any) any { return substring(must(a[0]), a[1:]) }),
	"substring":      strict(func(a []any) any { return substring(must(a[0]), a[1:]) }),
	"repeat":         strict(func(a []any) any { return repeated(must(a[0]), whole(a[1])) }),
	"lpad":           strict(func(a []any) any { return pad(a, true) }),
	"rpad":           strict(func(a []any) any { return pad(a, false) }),
	"split_part":     strict(func(a []any) any { return part(must(a[0]), must(a[1]), whole(a[2])) }),
	"regexp_replace": strict(replaceRegexp),
	"concat":         func(_ *Env, args []any) any { return joined("", args) },
	"concat_ws": func(_ *Env, args []any) any {
		if args[0] == nil {
			return nil
		}
		return joined(must(args[0]), args[1:])
	},
	"array_to_string": func(_ *Env, args []any) any {
		list, ok := args[0].(Array)
		if !ok {
			return nil
		}
		return joined(must(args[1]), list)
	},
	"nullif": func(_ *Env, args []any) any {
		if compared("=", args[0], args[1]) == true {
			return nil
		}
		return args[0]
	},
	"greatest": func(_ *Env, args []any) any { return extreme(args, 1) },
	"least":    func(_ *Env, args []any) any { return extreme(args, -1) },
	"now":      func(env *Env, _ []any) any { return env.Now },
	"abs": strict(func(a []any) any {
		if r, _ := Rat(a[0]); r.Sign() < 0 {
			return arithmetic("-", int64(0), a[0])
		}
		return a[0]
	}),
	"round": strict(func(a []any) any {
		places := 0
		if len(a) > 1 {
			places = int(whole(a[1]))
		}
		return rounded(a[0], places)
	}),
	"floor":       strict(func(a []any) any { return toward(a[0], -1) }),
	"ceil":        strict(func(a []any) any { return toward(a[0], 1) }),
	"to_char":     strict(func(a []any) any { return toChar(a[0], must(a[1])) }),
	"cardinality": strict(func(a []any) any { return int64(len(a[0].(Array))) }),
	"array_length": strict(func(a []any) any {
		if list := a[0].(Array); len(list) > 0 {
			return int64(len(list))
		}
		return nil
	}),
	"array_position": func(_ *Env, a []any) any {
		list, ok := a[0].(Array)
		at := slices.IndexFunc(list, func(v any) bool { return Same(v, a[1]) })
		if !ok || at < 0 {
			return nil
		}
		return int64(at + 1)
	},
	"array_remove": func(_ *Env, a []any) any {
		list, ok := a[0].(Array)
		if !ok {
			return nil
		}
		return slices.DeleteFunc(slices.Clone(list), func(v any) bool { return Same(v, a[1]) })
	},
	"array_append": func(_ *Env, a []any) any {
		list, _ := a[0].(Array)
		return append(slices.Clone(list), a[1])
	},
	"json_build_object":  func(_ *Env, a []any) any { return buildObject(a) },
	"jsonb_build_object": func(_ *Env, a []any) any { return buildObject(a) },
	"json_build_array":   func(_ *Env, a []any) any { return buildArray(a) },
	"jsonb_build_array":  func(_ *Env, a []any) any { return buildArray(a) },
	"to_json":            strict(func(a []any) any { return JSON(toJSON(a[0])) }),
	"to_jsonb":           strict(func(a []any) any { return JSON(toJSON(a[0])) }),
	"json_strip_nulls":   strict(func(a []any) any { return stripNulls(must(a[0])) }),
	"jsonb_strip_nulls":  strict(func(a []any) any { return stripNulls(must(a[0])) }),
}

// cutset is the characters that are trimmed.
func cutset(s []string) string {
	if len(s) > 1 {
		return s[1]
	}
	return " "
}

// whole is a whole number.
func whole(v any) int64 {
	n, ok := v.(int64)
	if !ok {
		if r, number := Rat(v); number && r.IsInt() && r.Num().IsInt64() {
			return r.Num().Int64()
		}
		panic(unsupported{"a number that is not whole"})
	}
	return n
}

// runesBefore is the place of a text in another one, from 1; 0 where it is not there.
func runesBefore(s, part string) int64 {
	at := strings.Index(s, part)
	if at < 0 {
		return 0
	}
	return int64(utf8.RuneCountInString(s[:at])) + 1
}

func left(s string, n any) string {
	r, count := []rune(s), int(whole(n))
	if count < 0 {
		count = max(0, len(r)+count)
	}
	return string(r[:min(count, len(r))])
}

func right(s string, n any) string {
	r, count := []rune(s), int(whole(n))
	if count < 0 {
		return string(r[min(-count, len(r)):])
	}
	return string(r[max(0, len(r)-count):])
}

// substring is the part of a text from a place, from 1.
func substring(s string, args []any) string {
	r := []rune(s)
	from, to := int(whole(args[0]))-1, len(r)
	if len(args) > 1 {
		to = from + int(whole(args[1]))
	}
	from, to = max(from, 0), min(max(to, 0), len(r))
	if from >= to {
		return ""
	}
	return string(r[from:to])
}

// maxText is how long the texts are that functions make longer.
const maxText = 1 << 20

// repeated is a text several times.
func repeated(s string, n int64) string {
	if n > maxText || int64(len(s))*max(n, 0) > maxText {
		panic(unsupported{"a text of that length"})
	}
	return strings.Repeat(s, int(max(n, 0)))
}

func pad(a []any, front bool) string {
	if whole(a[1]) > maxText {
		panic(unsupported{"a text of that length"})
	}
	s, n, with := []rune(must(a[0])), int(whole(a[1])), " "
	if len(a) > 2 {
		with = must(a[2])
	}
	if len(s) >= n || with == "" {
		return string(s[:min(max(n, 0), len(s))])
	}
	fill := []rune(strings.Repeat(with, n))[:n-len(s)]
	if front {
		return string(fill) + string(s)
	}
	return string(s) + string(fill)
}

func part(s, separator string, n int64) string {
	parts := strings.Split(s, separator)
	if n < 1 || int(n) > len(parts) {
		return ""
	}
	return parts[n-1]
}

// joined is the texts of values with a text between them; NULLs are left out.
func joined(separator string, args []any) string {
	var out []string
	for _, a := range args {
		if s, ok := Text(a); ok {
			out = append(out, s)
		}
	}
	return strings.Join(out, separator)
}

// extreme is the greatest or least value that is not NULL.
func extreme(args []any, sign int) any {
	var out any
	for _, a := range args {
		if a != nil && (out == nil || Compare(a, out)*sign > 0) {
			out = a
		}
	}
	return out
}

// splitText parts a text; NULL as separator parts its characters.
func splitText(s string, separator any) Array {
	out := Array{}
	if s == "" {
		return out
	}
	by, ok := Text(separator)
	if ok && by == "" {
		return Array{s}
	}
	for _, one := range strings.Split(s, by) {
		out = append(out, one)
	}
	return out
}

// expression compiles a regular expression, of those that mean the same in Go.
func expression(pattern string) *regexp.Regexp {
	re, err := regexp.Compile(pattern)
	if err != nil {
		panic(unsupported{"regular expression " + pattern})
	}
	return re
}

func splitRegexp(s, pattern string) Array {
	out := Array{}
	for _, one := range expression(pattern).Split(s, -1) {
		out = append(out, one)
	}
	return out
}

// replaceRegexp is regexp_replace of texts without places of groups.
func replaceRegexp(a []any) any {
	s, re, with := must(a[0]), expression(must(a[1])), must(a[2])
	if strings.ContainsAny(with, `\`) {
		panic(unsupported{"groups in regexp_replace"})
	}
	if len(a) > 3 && strings.Contains(must(a[3]), "g") {
		return re.ReplaceAllLiteralString(s, with)
	}
	at := re.FindStringIndex(s)
	if at == nil {
		return s
	}
	return s[:at[0]] + with + s[at[1]:]
}

// like compares a text with a pattern of % and _.
func like(v, pattern any, fold bool) any {
	if v == nil || pattern == nil {
		return nil
	}
	s := regexp.QuoteMeta(must(pattern))
	s = strings.NewReplacer("%", "(?s:.*)", "_", "(?s:.)").Replace(s)
	if fold {
		s = "(?i)" + s
	}
	return expression("^" + s + "$").MatchString(must(v))
}

// otherwise is an operator on texts, arrays and JSON.
func otherwise(operator string, a, b any) any {
	if x, ok := a.(Array); ok && operator == "||" {
		if y, ok := b.(Array); ok {
			return append(slices.Clone(x), y...)
		}
		return append(slices.Clone(x), b)
	}
	if a == nil || b == nil {
		return nil
	}
	switch operator {
	case "||":
		return must(a) + must(b)
	case "~":
		return expression(must(b)).MatchString(must(a))
	case "~*":
		return expression("(?i)" + must(b)).MatchString(must(a))
	case "!~":
		return !expression(must(b)).MatchString(must(a))
	case "!~*":
		return !expression("(?i)" + must(b)).MatchString(must(a))
	}
	v, err := tree.Parse([]byte(must(a)))
	if err != nil {
		panic(failed{"no JSON"})
	}
	path := must(b)
	if v = v.Get(path); v == nil || string(v.Scalar) == "null" && operator == "->>" {
		return nil
	}
	if operator == "->" {
		return JSON(v.String())
	}
	if s, ok := v.Plain(); ok {
		return s
	}
	return v.String()
}

// buildObject is json_build_object.
func buildObject(args []any) any {
	var out []string
	for n := 0; n+1 < len(args); n += 2 {
		out = append(out, quoteJSON(must(args[n]))+" : "+toJSON(args[n+1]))
	}
	return JSON("{" + strings.Join(out, ", ") + "}")
}

// buildArray is json_build_array.
func buildArray(args []any) any {
	var out []string
	for _, a := range args {
		out = append(out, toJSON(a))
	}
	return JSON("[" + strings.Join(out, ", ") + "]")
}

// stripNulls leaves out the members of objects that are null.
func stripNulls(text string) any {
	v, err := tree.Parse([]byte(text))
	if err != nil {
		panic(failed{"no JSON"})
	}
	return JSON(stripped(v).String())
}

func stripped(v *tree.Value) *tree.Value {
	out := &tree.Value{Scalar: v.Scalar}
	if v.Items != nil {
		out.Items = []*tree.Value{}
	}
	for _, one := range v.Items {
		out.Items = append(out.Items, stripped(one))
	}
	if v.Members != nil {
		out.Members = []tree.Member{}
	}
	for _, m := range v.Members {
		if string(m.Value.Scalar) != "null" {
			out.Members = append(out.Members, tree.Member{Name: m.Name, Value: stripped(m.Value)})
		}
	}
	return out
}

// elements are the members of a JSON array as texts.
func elements(text string) Array {
	v, err := tree.Parse([]byte(text))
	if err != nil || v.Items == nil {
		panic(failed{"no JSON array"})
	}
	out := Array{}
	for _, one := range v.Items {
		if s, ok := one.Plain(); ok && string(one.Scalar) != "null" {
			out = append(out, s)
		} else if ok {
			out = append(out, nil)
		} else {
			out = append(out, one.String())
		}
	}
	return out
}

// parseArray reads an array that is written as PostgreSQL writes it, of simple texts.
func parseArray(text string) Array {
	if len(text) < 2 || text[0] != '{' || strings.ContainsAny(text, `"\`) {
		panic(unsupported{"the text of an array"})
	}
	out := Array{}
	if text == "{}" {
		return out
	}
	for _, one := range strings.Split(text[1:len(text)-1], ",") {
		if one == "NULL" {
			out = append(out, nil)
		} else {
			out = append(out, one)
		}
	}
	return out
}
