package drawing

import (
	"math"
	"slices"
)

// Unframed are lines without the boxes around what is no table, as the borders and grounds of pages are:
// level lines stand free inside, and those that come to a side do not divide the box into columns.
func Unframed(rules []Rule) []Rule {
	drop := map[int]bool{}
	for i := range rules {
		for j := range rules {
			for _, n := range boxOf(rules, i, j) {
				drop[n] = true
			}
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

// boxOf are the lines of the box between two of them, where they are upright and it is no table.
func boxOf(rules []Rule, i, j int) []int {
	left, right := rules[i], rules[j]
	if !left.Upright || !right.Upright || right.At-left.At < narrowest || !isAlike(left, right) {
		return nil
	}
	sides, ok := around(rules, left, right)
	if !ok {
		return nil
	}
	return append(sides, i, j)
}

// narrowest is how wide a box is at least that holds tables.
const narrowest = 100

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
