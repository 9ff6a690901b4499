package example

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/matching"
)

// given are the values that the document gives for a field: its example, those it lists, the
// one it takes for nothing.
func given(f *spec.Field) (out []string) {
	if f.Example != "" && !f.IsNested() {
		out = append(out, f.Example)
	}
	if f.Enum != nil {
		for _, v := range f.Enum.Values {
			out = append(out, v.Sample())
		}
	}
	if f.Default != "" {
		out = append(out, f.Default)
	}
	return out
}

// numberOf is the first that the rules take of the document's values, the least one
// allowed, an ordinary number, a shorter one, and the greatest one allowed.
func numberOf(f *spec.Field, plain string) string {
	list := given(f)
	if f.Min != "" {
		list = append(list, f.Min)
	}
	list = append(list, plain)
	if f.Decimals.Set {
		whole := "1280000"
		whole = whole[:min(len(whole), f.WholeDigits())]
		list = append(list, fitted(whole, f.Decimals.N))
	}
	for _, whole := range []string{"1", "0", f.Max} {
		list = append(list, whole, fitted(whole, f.Decimals.N))
	}
	for _, text := range list {
		if takesNumber(f, text) {
			return text
		}
	}
	return list[0]
}

// fitted is a number with some places.
func fitted(whole string, places int) string {
	if whole == "" {
		whole = "0"
	}
	if places == 0 || strings.Contains(whole, ".") {
		return whole
	}
	return whole + "." + strings.Repeat("0", places)
}

// takesNumber says whether the rules of a number take a text.
func takesNumber(f *spec.Field, text string) bool {
	n, ok := new(big.Rat).SetString(text)
	if !ok || strings.ContainsAny(text, "/_eE") || f.Shape() == spec.Whole && !n.IsInt() {
		return false
	}
	for order, bound := range map[string]string{">=": f.Min, "<=": f.Max} {
		if limit := (spec.Match{Order: order, Value: bound}); bound != "" && !limit.Meets(text) {
			return false
		}
	}
	if whole, rest, _ := strings.Cut(strings.TrimLeft(text, "-+0"), "."); f.Decimals.Set && (len(whole) > f.WholeDigits() || !f.Rounded && len(rest) > f.Decimals.N) {
		return false
	}
	return !f.IsClosed() || f.IsNumberList() || f.Enum.Lists(text)
}

// textOf is the first that the rules take of the document's values, one that is well formed
// or looks like what the name says, the label, and one that is made for the pattern.
func textOf(f *spec.Field, up told) string {
	begin := ""
	if f.StartsWith != "" && up != nil {
		begin, _ = up(f.StartsWith)
	}
	list := append(given(f), begin+likely(f))
	label, _, _ := strings.Cut(f.Label, "，")
	for _, text := range []string{label, f.Name} {
		if text = f.Fit(begin + text); text != "" {
			list = append(list, text, text+strings.Repeat("0", max(0, f.MinLength-f.Size(text))))
		}
	}
	if f.Pattern != "" {
		if rest, ok := matching.Varying(f.Pattern, 1, max(0, f.MinLength-f.Size(begin)), max(0, f.Length-f.Size(begin))); ok {
			list = append(list, begin+rest)
		}
		if rest, err := matching.Text(f.Pattern); err == nil {
			list = append(list, begin+rest)
		}
	}
	list = append(list, strings.Repeat("1", max(1, f.MinLength)))
	for _, text := range list {
		if takesText(f, begin, text) {
			return text
		}
	}
	return list[0]
}

// likely is a text that a format or a name asks for, empty where none does.
func likely(f *spec.Field) string {
	name := strings.ToLower(f.Name)
	switch {
	case f.Format == "mobile", strings.Contains(name, "mobile"), strings.HasSuffix(name, "tel"), name == "phone":
		return f.Fit("13800138000")
	case f.Format == "idcard":
		return "110101190001010014"
	case f.Format == "email":
		return "demo@example.com"
	case strings.HasSuffix(name, "guid"), strings.HasSuffix(name, "id"):
		return f.Fit("3f2a9c1e-6f0b-4c53-9b0e-2d7f51a8c0" + fmt.Sprintf("%02x", len(f.Path)%256))
	}
	return ""
}

// takesText says whether the rules of a text take one that has to begin with another.
func takesText(f *spec.Field, begin, text string) bool {
	rest, begins := strings.CutPrefix(text, begin)
	switch size := f.Size(text); {
	case text == "", !begins, f.Length > 0 && size > f.Length, size < f.MinLength:
		return false
	case f.In == "header" || f.In == "cookie": // HTTP carries no Chinese there
		if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
			return false
		}
	}
	if f.Pattern != "" {
		if whole, err := regexp.Compile("^(?:" + f.Pattern + ")$"); err != nil || !whole.MatchString(rest) {
			return false
		}
	}
	if f.IsClosed() {
		parts := []string{text}
		if f.Separator != "" {
			parts = strings.Split(text, f.Separator)
		}
		if slices.ContainsFunc(parts, func(part string) bool { return !f.Enum.Lists(part) }) {
			return false
		}
	}
	switch f.Format {
	case "mobile":
		return validate.IsMobile(text)
	case "idcard":
		return validate.IsIDCard(text)
	case "email":
		return validate.IsEmail(text)
	}
	return true
}
