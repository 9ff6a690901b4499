package sample

import (
	"strconv"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// Another is the nth other value that the rules of a field take, as far as they do not name
// other fields; nil where none is known. v is the value that it has, n at least 1.
func Another(f *spec.Field, v *tree.Value, n int) *tree.Value {
	text, _ := v.Plain()
	switch {
	case f.Shape() == spec.Scalars && len(v.Items) > 0:
		out := v.Clone()
		out.Items[0] = Another(f.Member(), v.Items[0], n)
		return unless(out.Items[0] == nil, out)
	case f.IsTyped() && f.Of != "" && len(v.Members) > 0:
		out := v.Clone()
		out.Members[0].Value = Another(f.Member(), v.Members[0].Value, n)
		return unless(out.Members[0].Value == nil, out)
	case f.IsNested() || f.IsPacked() || f.EnumBy != nil || f.Separator != "":
		return nil
	case f.Enum != nil && len(f.Enum.Values) > 0:
		return Scalar(f, f.Enum.Values[n%len(f.Enum.Values)].Sample())
	case IsFree(f):
		return tree.Text(f.Fit([]string{"乙", "丙", "丁", "戊"}[(n-1)%4] + text))
	case f.IsText() && f.Format == "mobile" && f.Pattern == "":
		return tree.Text(Mobile((Seed(f.Path) + uint64(n)) % 1_000_000_000))
	case f.IsText() && f.Format == "idcard" && f.Pattern == "":
		return tree.Text(IDCard(Seed(f.Path) + uint64(n)))
	case f.IsNumber():
		return anotherNumber(f, text, n)
	case f.Type == spec.Bool:
		return tree.Raw(strconv.FormatBool((text == "true") == (n%2 == 0)))
	case f.IsTime():
		return moment(f, n)
	}
	return nil
}

// IsFree reports whether a field takes any text that is not too long.
func IsFree(f *spec.Field) bool {
	return f.IsText() && !f.IsClosed() && f.Format == "" && f.Pattern == "" && f.StartsWith == ""
}

// unless is a value, or nil.
func unless(not bool, v *tree.Value) *tree.Value {
	if not {
		return nil
	}
	return v
}

// anotherNumber is Another of a number: another first digit, or within bounds a number of
// steps up or down.
func anotherNumber(f *spec.Field, text string, n int) *tree.Value {
	if f.Min == "" && f.Max == "" {
		if f.WholeDigits() == 1 {
			return nil
		}
		return Scalar(f, strconv.Itoa(1+n)+text[min(1, len(text)):])
	}
	for _, by := range []int64{int64(n), -int64(n)} {
		if one := shifted(text, by); one != text && within(f, one) {
			return Scalar(f, one)
		}
	}
	return nil
}

// Listed is a listed value of a field but one; empty: there is none.
func Listed(f *spec.Field, but string) string {
	if f.Enum == nil {
		return ""
	}
	for _, v := range f.Enum.Values {
		if v.Value != but {
			return v.Value
		}
	}
	return ""
}
