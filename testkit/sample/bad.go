package sample

import (
	"strconv"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// Breach is a value that breaks one rule of a field.
type Breach struct {
	Name, Title string
	Value       *tree.Value
	Rule        problem.Rule
}

// Bad are values of a scalar that break one rule each, but for its type.
func Bad(f *spec.Field) (out []Breach) {
	if f.IsClosed() {
		if outside := Outside(f); outside != nil {
			out = append(out, Breach{"outside", "的值在列表以外", outside, problem.Enum})
		}
		return out
	}
	if f.IsText() && f.Length > 0 {
		out = append(out, Breach{"over", "超过长度上限", tree.Text(Sized(f.Rules, f.Length+1, '鹭')), problem.Length})
	}
	if f.IsText() && f.Pattern != "" && f.MinLength < 2 && !Meets(f, "!") {
		out = append(out, Breach{"form", "不符合规定的形式", tree.Text("!"), problem.Format})
	}
	for _, b := range []struct {
		name, bound string
		step        int64
	}{{"min", f.Min, -1}, {"max", f.Max, 1}} {
		n, err := strconv.ParseInt(b.bound, 10, 64)
		if err != nil || !f.IsWhole() || (n+b.step > n) != (b.step > 0) {
			continue
		}
		out = append(out, Breach{b.name, "超出界限", tree.Raw(strconv.FormatInt(n+b.step, 10)), problem.Range})
	}
	return out
}
