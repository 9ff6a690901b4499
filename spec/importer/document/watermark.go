package document

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// unmarked takes watermarks out: words that are much higher than the text, at one place of
// most pages. Their characters would be in the cells that they lie over.
func unmarked(sheets []*sheet) {
	var heights []float64
	pages := map[string]int{}
	for _, s := range sheets {
		on := map[string]bool{}
		for _, w := range s.words {
			heights = append(heights, w.height())
			on[mark(w)] = true
		}
		for key := range on {
			pages[key]++
		}
	}
	if len(sheets) < 2 || len(heights) == 0 {
		return
	}
	slices.SortFunc(heights, cmp.Compare)
	text := heights[len(heights)/2]
	for _, s := range sheets {
		s.words = slices.DeleteFunc(s.words, func(w glyphs) bool { return w.height() > 1.8*text && pages[mark(w)]*2 > len(sheets) })
	}
}

// mark is a word with its place, to a point.
func mark(w glyphs) string {
	return fmt.Sprint(w.text, " ", math.Round(w.left), " ", math.Round(w.top))
}
