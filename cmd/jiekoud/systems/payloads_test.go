package systems_test

import (
	"cmp"
	"encoding/json"
	"math/rand/v2"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// generator makes payloads. The target is the one field that gets an odd value.
type generator struct {
	*rand.Rand
	target *spec.Field
}

// pick returns one of a list.
func pick[T any](g generator, list ...T) T { return list[g.IntN(len(list))] }

// object writes an object; odd is the share of fields that get a value which may
// be wrong.
func (g generator) object(fields spec.Fields, odd float64) string {
	var members []string
	values := map[string]string{}
	for _, f := range beginningsFirst(fields) {
		value := ""
		switch {
		case f == g.target || g.Float64() < odd:
			value = g.odd(f, odd)
		case f.IsRequired() || g.IntN(3) > 0:
			value = g.sound(f, odd)
		}
		if value == "" {
			continue
		}
		if f.StartsWith != "" && g.IntN(8) > 0 {
			value = joined(values[f.StartsWith], value)
		}
		values[f.Name] = value
		name := f.Name
		if len(f.Alias) > 0 && g.IntN(3) == 0 {
			name = pick(g, f.Alias...)
		}
		members = append(members, quoted(name)+":"+value)
	}
	if g.IntN(4) == 0 {
		members = append(members, `"unknown":`+pick(g, "1", "null", `{"a":[{}]}`, `"x"`))
	}
	g.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return "{" + strings.Join(members, ",") + "}"
}

// beginningsFirst are fields, those last that begin with the value of another.
func beginningsFirst(fields spec.Fields) spec.Fields {
	list := slices.Clone(fields)
	slices.SortStableFunc(list, func(a, b *spec.Field) int { return cmp.Compare(a.StartsWith, b.StartsWith) })
	return list
}

// joined is two JSON texts as one; a value that is no text is left alone.
func joined(begin, value string) string {
	var a, b string
	if json.Unmarshal([]byte(begin), &a) != nil || json.Unmarshal([]byte(value), &b) != nil {
		return value
	}
	return quoted(a + b)
}

func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string never fails
	return strings.TrimSpace(b.String())
}

// text is a text of n characters, some of them Chinese or beyond the BMP.
func (g generator) text(n int) string {
	letters := pick(g, []rune("abc XYZ-09"), []rune("鹭屿湾一期号楼"), []rune("𠮷😀𝄞"), []rune("a鹭😀\"\\/<&> \u00a0é\u200b\u2028"))
	out := make([]rune, n)
	for i := range out {
		out[i] = pick(g, letters...)
	}
	if n > 0 && g.IntN(2) == 0 {
		out[g.IntN(n)] = 'x'
	}
	return string(out)
}

var (
	goodMobiles = []string{"13800138000", "19912345678"}
	badMobiles  = []string{"12800138000", "1380013800", "138001380000", "+8613800138000", "１３８００１３８０００", "1380013800a", " 13800138000", "13800138000\n"}
	goodIDCards = []string{goodIDCard, "110101190001010110", "110101900101011"}
	badIDCards  = []string{
		"110105194912310021", "11010519491331002X", "110101901301011", "E00000001", "1101051949123100", "11010519491231002X ", "１", "11010519000229002X",
	}
	goodTimes = []string{
		"2026-11-20", "2026-11-20 10:11:12", "2026-11-20T10:11:12", "2026-11-2010:11:12", "2026-11-20 10:11:12.5", "2026-11-20 10:11:12.123456789",
		"1795996800", "1795996800000", "2024-02-29", "1000-01-01", "2999-12-31 23:59:59", "2000-02-29 00:00:00",
	}
	offsetTimes  = []string{"2026-11-20T10:11:12Z", "2026-11-20T10:11:12+08:00", "2026-11-20T10:11:12.5-23:59"}
	compactTimes = []string{"20261120101112", "20240229000000", "29991231235959"}
	badTimes     = []string{
		"20261120101160", "20260229101112", "2026112010111", "202611201011123", "2026-11-20T10:11:12+24:00", "2026-11-20T10:11:12+0800", "2026-11-20Z",
		"2026-11-20 10:11:12Z", "2026-11-20T10:11:12z",
		"2026-13-01", "2026-02-29", "1900-02-29", "2026-11-31", "2026-1-2", "26-11-20", "2026-11-20 24:00:00", "2026-11-20 10:11", "2026-11-20 10:11:60",
		"2026-11-20 10:11:12.", "2026-11-20 10:11:12.1234567890", "2026-11-20 10:11:12,5", "2026/11/20",
		"179599680", "17959968000", "0999-12-31", "3000-01-01", "-795996800", "+795996800", " 2026-11-20", "2026-11-20 ", "2026-11-20\n", "now",
		"２０２６-11-20", "2026-00-10", "2026-01-00",
	}
	oddNumbers = []string{
		"0", "-0", "-1", "1", "2", "7.0", "7e0", "1.5", "1E2", "70e-1", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
		"-9223372036854775809", "1e18", "1e19", "1e400", "0.0", "0e999", "1e-400", "999999999999999999", "1000000000000000000", "1795996800", "1795996800000",
		"1795996800.0", "1.7959968e9",
	}
	oddTexts = []string{
		"", " ", "　", "\u00a0", "\u2003", "\u200b", "\t\n", "x", "0", "1", "01", "+1", " 1", "1 ", "1.0", "1e0", "-1", "-0", "１", "0x1", "1_000", "NaN",
		"999999999999999999", "1000000000000000000", "9223372036854775807", "9223372036854775808", "true", "false", "null", "[]", "{}",
		"1;2", ";", "1; 2", " 1", "1;;2;", "1,2", "5", "a;b", "1;参观样板区", "A", "a", "Ａ",
	}
)

// goodTimesOf are texts that a time takes.
func goodTimesOf(f *spec.Field) []string {
	switch f.Layout {
	case "compact":
		return compactTimes
	case "rfc3339":
		return slices.Concat(goodTimes, offsetTimes)
	}
	return goodTimes
}

// sound is a value that keeps the field's rules, as far as the field alone says.
func (g generator) sound(f *spec.Field, odd float64) string {
	if f.Blank && g.IntN(3) == 0 {
		return pick(g, blanks(f)...)
	}
	switch f.Type {
	case "int", "long", "number", "double", "float", "decimal":
		value := strconv.Itoa(g.IntN(1 << 20))
		if f.Enum != nil {
			value = pick(g, f.Enum.Values...).Value
		}
		return pick(g, value, value, quoted(value))
	case "datetime", "date", "epoch":
		value := pick(g, goodTimesOf(f)...)
		if f.Layout == "compact" {
			return quoted(value)
		}
		if _, err := strconv.Atoi(value); err == nil && g.IntN(2) == 0 {
			return value
		}
		return quoted(value)
	case "bool":
		return pick(g, "true", "false", `"true"`, `"false"`)
	case "array":
		var list []string
		for range 1 + g.IntN(3) {
			if f.Of != "" {
				list = append(list, quoted(g.text(3)))
				continue
			}
			list = append(list, g.object(f.Fields, odd))
		}
		return "[" + strings.Join(list, ",") + "]"
	case "object":
		return g.object(f.Fields, odd)
	}
	return quoted(g.soundText(f))
}

// soundText is sound for a text.
func (g generator) soundText(f *spec.Field) string {
	switch {
	case f.Format == "mobile":
		return pick(g, goodMobiles...)
	case f.Format == "idcard":
		return pick(g, goodIDCards...)
	case f.Pattern != "":
		if re, err := syntax.Parse(f.Pattern, syntax.Perl); err == nil {
			return g.matching(re)
		}
	case f.Enum != nil && f.Separator != "":
		var parts []string
		for range 1 + g.IntN(3) {
			parts = append(parts, pick(g, f.Enum.Values...).Value)
		}
		return strings.Join(parts, f.Separator)
	case f.Enum != nil:
		return pick(g, f.Enum.Values...).Value
	case f.Length == 0:
		return "x" + g.text(g.IntN(4))
	}
	if g.IntN(8) == 0 {
		return "x" + g.text(f.Length-1)
	}
	return "x" + g.text(g.IntN(min(4, f.Length)))
}

// matching is a text that a pattern matches, of the constructs that patterns of
// documents have.
func (g generator) matching(re *syntax.Regexp) string {
	times := func(least, most int) string {
		var b strings.Builder
		for range least + g.IntN(most-least+1) {
			b.WriteString(g.matching(re.Sub[0]))
		}
		return b.String()
	}
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		at := 2 * g.IntN(len(re.Rune)/2)
		return string(re.Rune[at] + g.Int32N(re.Rune[at+1]-re.Rune[at]+1))
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range re.Sub {
			b.WriteString(g.matching(sub))
		}
		return b.String()
	case syntax.OpAlternate:
		return g.matching(pick(g, re.Sub...))
	case syntax.OpCapture:
		return g.matching(re.Sub[0])
	case syntax.OpQuest:
		return times(0, 1)
	case syntax.OpStar:
		return times(0, 3)
	case syntax.OpPlus:
		return times(1, 3)
	case syntax.OpRepeat:
		return times(re.Min, max(re.Min, re.Max))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "x"
	}
	return ""
}

// odd is any value, with a preference for the edges of the field's rules; "" leaves
// the field out.
func (g generator) odd(f *spec.Field, odd float64) string {
	general := []string{"", "null", `""`, "true", "false", "[]", "{}", "[null]", `[""]`, `[{}]`, `{"a":1}`, pick(g, "0", "-1", "1.5", "1e400"), quoted(pick(g, oddTexts...))}
	if f.IsConditional() && g.IntN(2) == 0 {
		return pick(g, "", "null", quoted(pick(g, "", " ", "\u00a0\t", "　", "\u2003")))
	}
	if g.IntN(3) == 0 {
		return pick(g, general...)
	}
	if f.Enum != nil && g.IntN(3) > 0 {
		value := pick(g, f.Enum.Values...).Value
		value = pick(g, value, value+" ", " "+value, value+"x", strings.ToLower(value), value+".0", value+"e0", "0"+value)
		if isNumber(value) {
			return pick(g, value, quoted(value))
		}
		return quoted(value)
	}
	switch f.Type {
	case "int", "long", "number", "double", "float", "decimal":
		number := pick(g, oddNumbers...)
		if f.Type != spec.Int && f.Type != spec.Long && number == "0e999" {
			number = "0" // the decoder takes exponents up to 400; no schema can say that
		}
		return pick(g, number, quoted(number), quoted(pick(g, oddTexts...)))
	case "datetime", "date", "epoch":
		return pick(g, quoted(pick(g, goodTimesOf(f)...)), quoted(pick(g, slices.Concat(goodTimes, offsetTimes, compactTimes)...)),
			quoted(pick(g, badTimes...)), quoted(pick(g, badTimes...)), pick(g, oddNumbers...), pick(g, compactTimes...))
	case "array":
		whole := g.sound(f, odd)
		return pick(g, "[]", whole, strings.TrimSuffix(whole, "]")+`,7]`, `["x",`+whole[1:], `[null,`+whole[1:], `[[],`+whole[1:], `[{}]`, `[{},`+whole[1:])
	case "object":
		return pick(g, "{}", g.object(f.Fields, 0.5), "[]")
	}
	switch f.Format {
	case "mobile":
		return quoted(pick(g, pick(g, badMobiles...), pick(g, goodMobiles...)))
	case "idcard":
		return quoted(pick(g, pick(g, badIDCards...), pick(g, goodIDCards...)))
	}
	if f.Length > 0 {
		return quoted(g.text(max(0, f.Length+pick(g, -1, 0, 1, 1, 2))))
	}
	return quoted(g.text(g.IntN(300)))
}

// isNumber reports whether a text is a JSON number.
func isNumber(s string) bool {
	return json.Valid([]byte(s)) && strings.Trim(s, "-0123456789.eE+") == ""
}
