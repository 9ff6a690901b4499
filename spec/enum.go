package spec

import (
	"math/big"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
)

// Sum is the separator of a whole number that is the sum of listed values, each of
// which has a bit of its own.
const Sum = "+"

var (
	listedOrder = regexp.MustCompile(`^(>=|<=|>|<|≥|≤|＞|＜) ?(-?[0-9]+(?:\.[0-9]+)?)$`)
	listedRange = regexp.MustCompile(`^(-?[0-9]+(?:\.[0-9]+)?) ?(?:-|~|～|至|到|\.\.) ?(-?[0-9]+(?:\.[0-9]+)?)$`)
)

// Range returns the conditions of a value that stands for many numbers, such as ">0",
// "≤5" or "1-100"; none where it is one value.
func (v EnumValue) Range() []Match {
	if m := listedOrder.FindStringSubmatch(v.Value); m != nil {
		order := map[string]string{"≥": ">=", "≤": "<=", "＞": ">", "＜": "<"}[m[1]]
		if order == "" {
			order = m[1]
		}
		return []Match{{Order: order, Value: m[2]}}
	}
	if m := listedRange.FindStringSubmatch(v.Value); m != nil {
		return []Match{{Order: ">=", Value: m[1]}, {Order: "<=", Value: m[2]}}
	}
	return nil
}

// Sample is a value that the row lists: itself, or a number within its range.
func (v EnumValue) Sample() string {
	list := v.Range()
	if list == nil {
		return v.Value
	}
	n, ok := new(big.Rat).SetString(list[0].Value)
	if !ok {
		return v.Value
	}
	switch list[0].Order {
	case ">":
		n.Add(n, big.NewRat(1, 1))
	case "<":
		n.Sub(n, big.NewRat(1, 1))
	}
	if n.IsInt() {
		return n.Num().String()
	}
	return n.FloatString(len(list[0].Value))
}

// canonical is the value in the words of package validate: a number, ">0", "1..100".
func (v EnumValue) canonical() string {
	switch list := v.Range(); len(list) {
	case 1:
		return list[0].Order + list[0].Value
	case 2:
		return list[0].Value + ".." + list[1].Value
	}
	return v.Value
}

// HasRanges says whether a value of the list stands for many.
func (e *Enum) HasRanges() bool {
	return slices.ContainsFunc(e.Values, func(v EnumValue) bool { return v.Range() != nil })
}

// Lists says whether a value is one of the enumeration.
func (e *Enum) Lists(text string) bool {
	return slices.ContainsFunc(e.Values, func(v EnumValue) bool {
		if v.Value == text {
			return true
		}
		list := v.Range()
		return list != nil && !slices.ContainsFunc(list, func(m Match) bool { return !m.Meets(text) })
	})
}

// AllowedNumbers returns what a number with a list takes, in the words of package
// validate.
func (f *Field) AllowedNumbers() []string {
	var out []string
	for _, v := range f.Enum.Values {
		out = append(out, v.canonical())
	}
	if f.Blank && !f.Enum.Lists("0") {
		out = append(out, "0")
	}
	return out
}

// IsSum says whether the field's values are sums of those that are listed.
func (f *Field) IsSum() bool { return f.IsClosed() && f.Item().IsWhole() && f.Separator == Sum }

// IsNumberList says whether a number is held against a list that numbers alone do not
// say: with ranges, or of numbers with fractions.
func (f *Field) IsNumberList() bool {
	return f.IsClosed() && f.IsNumber() && !f.IsSum() && (f.IsFraction() || f.Enum.HasRanges())
}

// Bits is the sum of all values of a list, and whether each has a bit of its own.
func (e *Enum) Bits() (sum int64, ok bool) {
	for _, v := range e.Values {
		n, err := strconv.ParseInt(v.Value, 10, 64)
		if err != nil || n < 0 || bits.OnesCount64(uint64(n)) > 1 || sum&n != 0 {
			return 0, false
		}
		sum |= n
	}
	return sum, true
}

// Fixed returns the one value that a field can have, and whether there is one.
func (f *Field) Fixed() (string, bool) {
	if f.IsNested() || !f.IsClosed() || f.Separator != "" || len(f.Enum.Values) != 1 || f.Enum.HasRanges() {
		return "", false
	}
	return f.Enum.Values[0].Value, true
}
