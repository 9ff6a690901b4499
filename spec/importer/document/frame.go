package document

import (
	"math"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/drawing"
)

// frame is a table that is drawn: where its columns and rows are, and its lines.
type frame struct {
	xs, ys []float64
	rules  []drawing.Rule
	goesOn bool // from the page before
}

// gridsOf finds the tables of a page: lines that meet.
func gridsOf(rules []drawing.Rule) []*frame {
	rules = drawing.Unframed(drawing.Joined(rules))
	group := make([]int, len(rules))
	for i := range group {
		group[i] = i
	}
	root := func(i int) int {
		for group[i] != i {
			i = group[i]
		}
		return i
	}
	for i, a := range rules {
		for j, b := range rules[:i] {
			if a.Meets(b) {
				group[root(i)] = root(j)
			}
		}
	}
	byRoot := map[int]*frame{}
	var order []int
	for i, r := range rules {
		at := root(i)
		if byRoot[at] == nil {
			byRoot[at] = &frame{}
			order = append(order, at)
		}
		byRoot[at].rules = append(byRoot[at].rules, r)
	}
	var out []*frame
	for _, at := range order {
		f := byRoot[at]
		for _, r := range f.rules {
			if r.Upright {
				f.xs = append(f.xs, r.At)
			} else {
				f.ys = append(f.ys, r.At)
			}
		}
		f.ys = append(f.ys, f.open()...)
		f.xs, f.ys = drawing.Apart(f.xs), drawing.Apart(f.ys)
		if len(f.xs) == 0 || f.xs[len(f.xs)-1]-f.xs[0] < drawing.Narrowest {
			continue
		}
		if len(f.xs) > 2 && len(f.ys) > 2 || len(f.xs) > 3 && len(f.ys) == 2 { // a head alone, at the end of a page
			out = append(out, f)
		}
	}
	return out
}

// open are the ends of upright lines that go on above the first level line or below the last one: a page
// divides the row there.
func (f *frame) open() (out []float64) {
	if len(f.ys) == 0 {
		return nil
	}
	top, bottom := slices.Min(f.ys), slices.Max(f.ys)
	ends := map[float64]int{}
	for _, r := range f.rules {
		if r.Upright && r.From < top {
			ends[math.Round(r.From)]++
		}
		if r.Upright && r.To > bottom {
			ends[math.Round(r.To)]++
		}
	}
	for at, times := range ends {
		if times > 2 {
			out = append(out, at)
		}
	}
	return out
}

func (f *frame) holds(w glyphs) bool {
	x, y := (w.left+w.right)/2, w.middle()
	return x > f.xs[0] && x < f.xs[len(f.xs)-1] && y > f.ys[0] && y < f.ys[len(f.ys)-1]
}

// splits says whether a line is between two places of the frame.
func (f *frame) splits(upright bool, at, middle float64) bool {
	return slices.ContainsFunc(f.rules, func(r drawing.Rule) bool {
		return r.Upright == upright && math.Abs(r.At-at) < drawing.Thick+drawing.Near && r.From < middle && r.To > middle
	})
}

// table puts the words of a page into the cells of the frame.
func (f *frame) table(words []glyphs) *Table {
	inside := make(map[[2]int][]glyphs)
	for _, w := range words {
		if f.holds(w) {
			at := [2]int{interval(f.ys, w.middle()), interval(f.xs, (w.left+w.right)/2)}
			inside[at] = append(inside[at], w)
		}
	}
	g := newGrid()
	lefts := make([][]leaning, len(f.xs))
	done := map[[2]int]bool{}
	for row := range len(f.ys) - 1 {
		g.row()
		for col := range len(f.xs) - 1 {
			if done[[2]int{row, col}] {
				continue
			}
			wide, high := f.extent(row, col)
			mine := taken(inside, done, row, col, row+high, col+wide)
			c := &Cell{Text: cellText(mine, f.xs[col], f.xs[col+wide])}
			if wide == 1 && len(mine) > 0 {
				lefts[col] = append(lefts[col], leaning{c, linesOf(mine)[0]})
			}
			g.cell(c, wide, high)
		}
	}
	for _, list := range lefts {
		indent(list)
	}
	return g.table()
}

// taken are the words between two corners, whose places are done with it.
func taken(inside map[[2]int][]glyphs, done map[[2]int]bool, top, left, bottom, right int) []glyphs {
	var out []glyphs
	for r := top; r < bottom; r++ {
		for c := left; c < right; c++ {
			done[[2]int{r, c}] = true
			out = append(out, inside[[2]int{r, c}]...)
		}
	}
	return out
}

// leaning is a cell with its first line.
type leaning struct {
	cell *Cell
	line glyphs
}

// indent says how far the cells of a column are moved to the right, unless they are
// centred.
func indent(list []leaning) {
	least, centred := math.Inf(1), 0
	for _, one := range list {
		least = min(least, one.line.left)
		if math.Abs(one.line.left+one.line.right-list[0].line.left-list[0].line.right) < 4 {
			centred++
		}
	}
	if centred*3 > len(list)*2 {
		return
	}
	for _, one := range list {
		if far := one.line.left - least; far > 3 {
			one.cell.Indent = int(math.Round(far / 3))
		}
	}
}

// capped puts the line above a frame into it as its first row, where it has a text for
// nearly each column and nothing else: a head without lines around it.
func (f *frame) capped(words []glyphs) {
	top := f.ys[0]
	var above []glyphs
	for _, w := range words {
		if w.middle() < top && w.middle() > top-30 && w.left > f.xs[0]-drawing.Near && w.right < f.xs[len(f.xs)-1]+drawing.Near {
			above = append(above, w)
		}
	}
	if len(above) == 0 {
		return
	}
	lines := linesOf(above)
	last := lines[len(lines)-1]
	if top-last.bottom > last.height() {
		return
	}
	columns := map[int]float64{}
	for _, w := range above {
		if w.middle() > last.top {
			at := interval(f.xs, (w.left+w.right)/2)
			if w.left < f.xs[at]-drawing.Near || w.right > f.xs[at+1]+drawing.Near {
				return
			}
			columns[at] = max(columns[at], w.bottom)
		}
	}
	if len(columns) < 3 || len(columns) < len(f.xs)-2 {
		return
	}
	f.ys = append([]float64{last.top - 1}, f.ys...)
	for _, x := range f.xs {
		f.rules = append(f.rules, drawing.Rule{Upright: true, At: x, From: last.top - 1, To: top})
	}
}

// extent is how many columns and rows a cell spans.
func (f *frame) extent(row, col int) (wide, high int) {
	middle := func(at []float64, n int) float64 { return (at[n] + at[n+1]) / 2 }
	wide, high = 1, 1
	for col+wide < len(f.xs)-1 && !f.splits(true, f.xs[col+wide], middle(f.ys, row)) {
		wide++
	}
	for row+high < len(f.ys)-1 && !f.splits(false, f.ys[row+high], middle(f.xs, col)) {
		high++
	}
	return wide, high
}

func interval(at []float64, x float64) int {
	n, _ := slices.BinarySearch(at, x)
	return max(0, min(n-1, len(at)-2))
}

// cellText is the text of a cell. A line that ends before the edge of the cell is a line
// of its own; one that is full goes on.
func cellText(words []glyphs, left, right float64) string {
	text := ""
	lines := linesOf(words)
	for _, l := range lines { // the margin within the cell
		right = min(right, right-min(max(l.left-left, 0), 8)/float64(len(lines)))
	}
	for n, l := range lines {
		if n > 0 {
			last := lines[n-1]
			room := right - last.right
			switch {
			case room > beginning(l)+0.2*em(l):
				text += "\n"
			case strings.ContainsRune("/-_=&?.", rune(text[len(text)-1])): // an address or a name that ends a line there
			case room > 1.05*em(last) && !wide(text[max(0, len(text)-3):]) && !wide(l.text[:min(3, len(l.text))]):
				text += " "
			}
		}
		text += l.text
	}
	return text
}

// em is how wide a character of full width is in a line.
func em(l glyphs) float64 {
	n := 0.0
	for _, r := range l.text {
		if n += 0.55; r > 0x2e80 {
			n += 0.45
		}
	}
	return (l.right - l.left) / max(n, 1)
}

// beginning is how wide the part of a line is that no line ends in: a word, or a character
// with the marks that may not begin a line.
func beginning(l glyphs) float64 {
	n := 0.0
	var last rune
	for i, r := range l.text {
		if i > 0 && !strings.ContainsRune("，。；：、）》】！？”’,.;:)]}!?%", r) && (r == ' ' || r > 0x2e80 || last > 0x2e80) {
			break
		}
		if n += 0.55; r > 0x2e80 {
			n += 0.45
		}
		last = r
	}
	return max(n, 1) * em(l)
}
