package validate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// found runs checks on a field and returns the rule that was broken, or "".
func found(t *testing.T, check func(validate.Checker)) problem.Rule {
	t.Helper()
	var list problem.List
	check(validate.Checker{List: &list, Names: []string{"other", "f"}})
	if list.Len() == 0 {
		return ""
	}
	e := problem.From(list.Err())
	if len(e.Problems) != 1 || e.Field != "f" || e.Problems[0].At != "f" {
		t.Errorf("problems %+v", e.Problems)
	}
	return e.Rule
}

func TestChecker(t *testing.T) {
	t.Parallel()
	type c = validate.Checker
	n, absent := wire.IntOf, wire.Int{}
	dec := wire.DecimalOf
	for i, tt := range []struct {
		want  problem.Rule
		check func(c)
	}{
		{"", func(c c) { c.Required("f", "x") }},
		{"", func(c c) { c.Required("f", " x ") }},
		{"", func(c c) { c.Required("f", "\u200b") }}, // a zero-width space is no space here
		{problem.Required, func(c c) { c.Required("f", "") }},
		{problem.Required, func(c c) { c.Required("f", " \t\r\n\v\f") }},
		{problem.Required, func(c c) { c.Required("f", "\u3000\u00a0") }},
		{"", func(c c) { c.Present("f", true) }},
		{problem.Required, func(c c) { c.Present("f", false) }},
		{"", func(c c) { c.Needed("f", "x") }},
		{"", func(c c) { c.Needed("f", "\u3000") }}, // only "" is absent for a condition
		{problem.Condition, func(c c) { c.Needed("f", "") }},
		{"", func(c c) { c.NeededPresent("f", true) }},
		{problem.Condition, func(c c) { c.NeededPresent("f", false) }},

		{"", func(c c) { c.MaxChars("f", "", 0) }},
		{problem.Length, func(c c) { c.MaxChars("f", "x", 0) }},
		{"", func(c c) { c.MaxChars("f", strings.Repeat("字", 64), 64) }},
		{problem.Length, func(c c) { c.MaxChars("f", strings.Repeat("字", 65), 64) }},
		{"", func(c c) { c.MaxChars("f", strings.Repeat("a", 64), 64) }},
		{problem.Length, func(c c) { c.MaxChars("f", strings.Repeat("a", 65), 64) }},
		{"", func(c c) { c.MaxChars("f", strings.Repeat("😀", 16), 16) }},
		{problem.Length, func(c c) { c.MaxChars("f", strings.Repeat("😀", 17), 16) }},

		{"", func(c c) { c.OneOf("f", "", "是", "否") }},
		{"", func(c c) { c.OneOf("f", "否", "是", "否") }},
		{problem.Enum, func(c c) { c.OneOf("f", "否 ", "是", "否") }},
		{problem.Enum, func(c c) { c.OneOf("f", "是否", "是", "否") }},
		{problem.Enum, func(c c) { c.OneOf("f", "x") }},
		{"", func(c c) { c.EachOf("f", "", ",", "a", "b") }},
		{"", func(c c) { c.EachOf("f", "a", ",", "a", "b") }},
		{"", func(c c) { c.EachOf("f", "b,a,b", ",", "a", "b") }},
		{"", func(c c) { c.EachOf("f", ",a,,b,", ",", "a", "b") }},
		{"", func(c c) { c.EachOf("f", "是；否", "；", "是", "否") }},
		{problem.Enum, func(c c) { c.EachOf("f", "a,c", ",", "a", "b") }},
		{problem.Enum, func(c c) { c.EachOf("f", "c,d", ",", "a", "b") }},
		{"", func(c c) { c.EachOf("f", " a , b\u3000", ",", "a", "b") }}, // space around parts does not matter
		{problem.Enum, func(c c) { c.EachOf("f", "a;b", ",", "a", "b") }},

		{"", func(c c) { c.IntOneOf("f", absent, 1, 2) }},
		{"", func(c c) { c.IntOneOf("f", n(2), 1, 2) }},
		{problem.Enum, func(c c) { c.IntOneOf("f", n(0), 1, 2) }},
		{problem.Enum, func(c c) { c.IntOneOf("f", n(12), 1, 2) }},
		{"", func(c c) { c.Min("f", absent, 1) }},
		{"", func(c c) { c.Min("f", n(1), 1) }},
		{problem.Range, func(c c) { c.Min("f", n(0), 1) }},
		{problem.Range, func(c c) { c.Min("f", n(-1<<63), 1) }},
		{"", func(c c) { c.Max("f", absent, -1) }},
		{"", func(c c) { c.Max("f", n(1<<63-1), 1<<63-1) }},
		{problem.Range, func(c c) { c.Max("f", n(2), 1) }},

		{"", func(c c) { c.DecimalMin("f", wire.Decimal{}, "1") }},
		{"", func(c c) { c.DecimalMin("f", dec("1.000"), "1") }},
		{"", func(c c) { c.DecimalMin("f", dec("1e-1"), "0.1") }},
		{problem.Range, func(c c) { c.DecimalMin("f", dec("0.09999999999999999999"), "0.1") }},
		{problem.Range, func(c c) { c.DecimalMin("f", dec("-0.1"), "0") }},
		{"", func(c c) { c.DecimalMin("f", dec("-0"), "0") }},
		{"", func(c c) { c.DecimalMax("f", wire.Decimal{}, "1") }},
		{"", func(c c) { c.DecimalMax("f", dec("99.99"), "99.99") }},
		{"", func(c c) { c.DecimalMax("f", dec("9007199254740993"), "9007199254740993") }},
		{problem.Range, func(c c) { c.DecimalMax("f", dec("9007199254740993"), "9007199254740992") }},
		{problem.Range, func(c c) { c.DecimalMax("f", dec("1e2"), "99.99") }},

		{"", func(c c) { c.Mobile("f", "") }},
		{"", func(c c) { c.Mobile("f", "13800138000") }},
		{problem.Mobile, func(c c) { c.Mobile("f", "1380013800") }},
		{"", func(c c) { c.IDCard("f", "") }},
		{"", func(c c) { c.IDCard("f", "11010519491231002X") }},
		{problem.IDCard, func(c c) { c.IDCard("f", "110105194912310020") }},
		{"", func(c c) { c.Email("f", "") }},
		{"", func(c c) { c.Email("f", "a@b.cn") }},
		{problem.Format, func(c c) { c.Email("f", "a@b") }},
		{"", func(c c) { c.Pattern("f", true) }},
		{problem.Format, func(c c) { c.Pattern("f", false) }},
	} {
		if got := found(t, tt.check); got != tt.want {
			t.Errorf("case %d: %q, want %q", i, got, tt.want)
		}
	}
}

// TestCheckerNested: paths and order of problems below an array and an object.
func TestCheckerNested(t *testing.T) {
	t.Parallel()
	var list problem.List
	c := validate.Checker{List: &list, Names: []string{"a", "attachs", "owner"}}
	inner := validate.Checker{List: &list, Names: []string{"x", "y"}}
	c.Enter("owner", -1)
	inner.Required("y", "")
	c.Leave()
	c.Enter("attachs", 1)
	inner.Required("y", "")
	inner.MaxChars("x", "long", 3)
	c.Leave()
	c.Present("a", false)
	c.Present("a", false) // once
	var got []string
	for _, p := range problem.From(list.Err()).Problems {
		got = append(got, fmt.Sprint(p.Rule, " ", p.Field, " ", p.At))
	}
	want := []string{"required a a", "length attachs/x attachs/1/x", "required attachs/y attachs/1/y", "required owner/y owner/y"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestIsMobile(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"13800138000": true, "19999999999": true, "13000000000": true,
		"12800138000": false, "10800138000": false, "23800138000": false, "03800138000": false,
		"1380013800": false, "138001380000": false, "": false, "+8613800138000": false, "1380013800a": false,
		"138 0013800": false, "138-0013-800": false, "1380013800\n": false, " 1380013800": false, "13８00138000": false, "１３８００１３８０００": false,
	} {
		if got := validate.IsMobile(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// checkDigit is the check digit of GB 11643, from the table of the standard.
func checkDigit(s string) string {
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return string("10X98765432"[sum%11])
}

func TestIsIDCard(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"11010519491231002X": true, // the sample of the standard
		"440524188001010014": true,
		"11010519491231002x": false,
		"110105194912310020": false,
		"110105491231002":    true, // 15 digits
		"110105490229002":    false,
		"110105000229002":    false, // 1900 was no leap year
		"110105040229002":    true,
		"110105491331002":    false,
		"11010549123100X":    false,
		"":                   false, "1": false, "1101054912310020": false, "1101051949123100200": false,
		"1101051949123100X2": false, "X1010519491231002X": false, "１1010519491231002": false, "11010519491231 02X": false,
	} {
		if got := validate.IsIDCard(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
	for date, want := range map[string]bool{
		"19000228": true, "19000229": false, "20000229": true, "20230229": false, "20240229": true, "21000229": false,
		"19490431": false, "19490430": true, "19490631": false, "19491131": false, "19490931": false, "19490132": false, "19490100": false,
		"19491301": false, "19490001": false, "18500101": true, "18491231": false, "19490131": true, "19490731": true, "19490831": true,
	} {
		stem := "110105" + date + "002"
		if got := validate.IsIDCard(stem + checkDigit(stem)); got != want {
			t.Errorf("born %s: %v", date, got)
		}
	}
	// Every check digit occurs; each other digit at the end is refused, and so is
	// each other digit anywhere.
	ends := map[string]bool{}
	for i := range 40 {
		stem := fmt.Sprintf("110105194912310%02d", i)
		end := checkDigit(stem)
		ends[end] = true
		for _, other := range "0123456789X" {
			if got := validate.IsIDCard(stem + string(other)); got != (string(other) == end) {
				t.Errorf("%s%c: %v", stem, other, got)
			}
		}
	}
	if len(ends) != 11 {
		t.Errorf("check digits seen: %v", ends)
	}
}

func TestIsEmail(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"a@b.cn": true, "a.b+c@d.e.com": true, "张三@例子.公司": true, "a@b.c": true,
		"": false, "a": false, "@b.cn": false, "a@": false, "a@b": false, "a@.cn": false, "a@b.": false, "a@@b.cn": false,
		"a@b@c.cn": false, "a b@c.cn": false, "a@b .cn": false, "a@b.cn\n": false, "\ta@b.cn": false, "a@b.cn\r": false,
	} {
		if got := validate.IsEmail(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func ExampleChecker() {
	var list problem.List
	c := validate.Checker{List: &list, Names: []string{"customerName", "mobile", "gender"}}
	c.IntOneOf("gender", wire.IntOf(3), 1, 2)
	c.Mobile("mobile", "138")
	c.Required("customerName", "\u3000")
	for _, p := range problem.From(list.Err()).Problems {
		fmt.Println(p.Rule, p.Field)
	}
	// Output:
	// required customerName
	// mobile mobile
	// enum gender
}
