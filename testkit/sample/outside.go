package sample

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// Outside is a value of a field's type that its list does not have, nil where it has
// every number.
func Outside(f *spec.Field) *tree.Value {
	if f.IsNumber() {
		return outsideNumber(f)
	}
	for _, s := range []string{"Z", "无", "Q", "X"} {
		if !slices.Contains(f.Enum.Texts(), s) {
			return tree.Text(s)
		}
	}
	return tree.Text("~")
}

// Recased is a listed text in letters of the other case, which the list does not have; empty:
// there is none.
func Recased(f *spec.Field) string {
	for _, v := range f.Enum.Values {
		for _, other := range []string{strings.ToLower(v.Value), strings.ToUpper(v.Value)} {
			if f.IsText() && !slices.Contains(f.Enum.Texts(), other) {
				return other
			}
		}
	}
	return ""
}

// outsideNumber is Outside of a number. Where it may be blank, 0 says that there is no
// value.
func outsideNumber(f *spec.Field) *tree.Value {
	const far = 1000
	all, _ := f.Enum.Bits()
	for n := range 2 * far {
		if n >= far { // -1, -2, …
			n = far - 1 - n
		}
		taken := f.IsSum() && n > 0 && int64(n)&^all == 0 || f.Blank && n == 0
		if text := strconv.Itoa(n); !taken && !f.Enum.Lists(text) {
			return tree.Raw(text)
		}
	}
	return nil
}
