package drawing

import (
	"math"
	"slices"
)

// Unframed are lines without the boxes around what is no table, as the borders and grounds of pages are:
// level lines stand free inside, and those that come to a side do not divide the box into columns.
func Unframed(rules []Rule) []Rule {
	if len(rules) > mostRules {
		return rules
	}
	drop := map[int]bool{}
	for i := range rules {
		for _, n := range boxFrom(rules, i) {
			drop[n] = true
		}
	}
	out := rules[:0:0]
	for i, r := range rules {
		if !drop[i] {
			out = append(out, r)
		}
	}
	return out
}

// boxFrom are the lines of the box whose left side one of them is, where it is no table.
func boxFrom(rules []Rule, i int) (out []int) {
	for _, j := range across(rules, rules[i]) {
		if sides, ok := around(rules, rules[i], rules[j]); ok {
			out = append(append(out, sides...), i, j)
		}
	}
	return out
}

// mostRules are looked at for boxes: a page with more lines is a drawing.
const mostRules = 2000

// across are the upright lines that a box may have at its right: the nearest one as long as the left one, and
// those that are drawn with it. One farther away has that one inside, which divides the box.
func across(rules []Rule, left Rule) (out []int) {
	nearest := math.Inf(1)
	for n, r := range rules {
		if !left.Upright || !r.Upright || r.At < left.At+Near || r.At > nearest+2*Near || !isAlike(left, r) {
			continue
		}
		out, nearest = append(out, n), min(nearest, r.At)
	}
	if nearest < left.At+Narrowest {
		return nil
	}
	return slices.DeleteFunc(out, func(n int) bool { return rules[n].At > nearest+2*Near })
}

// Narrowest is how wide a table is at least, in points: less is a letter that is drawn, or an icon.
const Narrowest = 100

func isAlike(a, b Rule) bool {
	return math.Abs(a.From-b.From) < Near && math.Abs(a.To-b.To) < Near
}

// around finds the level lines that come to the sides of a box, where it is no table.
func around(rules []Rule, left, right Rule) (sides []int, ok bool) {
	free := false
	at := []float64{left.From, left.To}
	for n, r := range rules {
		switch {
		case r.Upright || r.At < left.From-Near || r.At > left.To+Near || r.To < left.At || r.From > right.At:
		case r.From < left.At+Near || r.To > right.At-Near:
			sides, at = append(sides, n), append(at, r.At)
		default:
			free = true
		}
	}
	slices.Sort(at)
	for n, top := range at[1:] {
		if free = free && !hasColumns(rules, left, right, at[n], top); !free {
			break
		}
	}
	return sides, free
}

// hasColumns says whether an upright line between two others goes from one place to another.
func hasColumns(rules []Rule, left, right Rule, from, to float64) bool {
	return to-from > 2*Near && slices.ContainsFunc(rules, func(r Rule) bool {
		return r.Upright && r.At > left.At+Near && r.At < right.At-Near && r.From < from+Near && r.To > to-Near
	})
}
