package document

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// rule is a line that is drawn: upright at x = at, or level at y = at.
type rule struct {
	upright  bool
	at       float64
	from, to float64
}

// thick is how wide a line may be that is drawn as a box, and near how far two lines are
// apart that are one.
const (
	thick = 3
	near  = 2.5
)

// rulesOf reads the lines of each page from what pdftocairo draws.
func rulesOf(ps []byte) [][]rule {
	var out [][]rule
	pages := bytes.Split(ps, []byte("\n%%Page:"))
	for _, page := range pages[1:] {
		p := &pen{at: matrix{1, 0, 0, 1, 0, 0}}
		if i := bytes.Index(page, []byte("%%EndPageSetup")); i >= 0 {
			page = page[i:]
		}
		for line := range bytes.SplitSeq(page, []byte("\n")) {
			if len(line) < 4000 {
				p.line(string(line))
			}
		}
		out = append(out, p.out)
	}
	return out
}

type matrix [6]float64

// pen follows the drawing.
type pen struct {
	at    matrix
	saved []matrix
	nums  []float64
	path  []rule
	x, y  float64
	first [2]float64
	out   []rule
}

// line reads the words of a line of a drawing.
func (p *pen) line(text string) {
	if strings.HasPrefix(text, "%") {
		return
	}
	for word := range strings.FieldsSeq(text) {
		if n, err := strconv.ParseFloat(word, 64); err == nil {
			p.nums = append(p.nums, n)
			continue
		}
		p.does(word)
		p.nums = p.nums[:0]
	}
}

// does follows one operator. The numbers before it are its own.
func (p *pen) does(operator string) {
	n := len(p.nums)
	switch operator {
	case "q":
		p.saved = append(p.saved, p.at)
	case "Q":
		if last := len(p.saved) - 1; last >= 0 {
			p.at, p.saved = p.saved[last], p.saved[:last]
		}
	case "cm":
		if n >= 6 {
			p.turn(matrix(p.nums[n-6:]))
		}
	case "re":
		if n >= 4 {
			x, y := p.to(p.nums[n-4], p.nums[n-3])
			z, w := p.to(p.nums[n-4]+p.nums[n-2], p.nums[n-3]+p.nums[n-1])
			p.box(x, y, z, w)
		}
	case "m", "l", "h":
		x, y := p.first[0], p.first[1]
		if operator != "h" {
			if n < 2 {
				return
			}
			x, y = p.to(p.nums[n-2], p.nums[n-1])
		}
		if operator == "m" {
			p.first = [2]float64{x, y}
		} else {
			p.draw(p.x, p.y, x, y)
		}
		p.x, p.y = x, y
	case "S", "s", "B", "B*", "b":
		p.out = append(p.out, p.path...)
		p.path = nil
	case "f", "F", "f*":
		for _, r := range p.path { // the ends of lines that are drawn as boxes are none; the sides of areas are
			if r.to-r.from > 2*thick {
				p.out = append(p.out, r)
			}
		}
		p.path = nil
	case "n":
		p.path = nil
	}
}

func (p *pen) turn(m matrix) {
	a := p.at
	p.at = matrix{
		m[0]*a[0] + m[1]*a[2], m[0]*a[1] + m[1]*a[3],
		m[2]*a[0] + m[3]*a[2], m[2]*a[1] + m[3]*a[3],
		m[4]*a[0] + m[5]*a[2] + a[4], m[4]*a[1] + m[5]*a[3] + a[5],
	}
}

func (p *pen) to(x, y float64) (float64, float64) {
	return x*p.at[0] + y*p.at[2] + p.at[4], x*p.at[1] + y*p.at[3] + p.at[5]
}

// box draws the four sides of a box; a narrow one is a line.
func (p *pen) box(x, y, z, w float64) {
	p.draw(x, y, z, y)
	p.draw(x, w, z, w)
	p.draw(x, y, x, w)
	p.draw(z, y, z, w)
}

// draw adds a side that is level or upright.
func (p *pen) draw(x, y, z, w float64) {
	switch {
	case math.Abs(x-z) < 0.5 && math.Abs(y-w) > 0.5:
		p.path = append(p.path, rule{true, x, min(y, w), max(y, w)})
	case math.Abs(y-w) < 0.5 && math.Abs(x-z) > 0.5:
		p.path = append(p.path, rule{false, y, min(x, z), max(x, z)})
	}
}

// frame is a table that is drawn: where its columns and rows are, and its lines.
type frame struct {
	xs, ys []float64
	rules  []rule
	goesOn bool // from the page before
}

// gridsOf finds the tables of a page: lines that meet.
func gridsOf(rules []rule) []*frame {
	rules = joined(rules)
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
			if a.meets(b) {
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
			if r.upright {
				f.xs = append(f.xs, r.at)
			} else {
				f.ys = append(f.ys, r.at)
			}
		}
		f.xs, f.ys = apart(f.xs), apart(f.ys)
		if len(f.xs) > 2 && len(f.ys) > 2 || len(f.xs) > 3 && len(f.ys) == 2 { // a head alone, at the end of a page
			out = append(out, f)
		}
	}
	return out
}

// joined makes one of lines that are one behind the other.
func joined(rules []rule) []rule {
	rules = slices.Clone(rules)
	slices.SortFunc(rules, func(a, b rule) int {
		if a.upright != b.upright {
			return btoi(a.upright) - btoi(b.upright)
		}
		return cmp.Or(cmp.Compare(math.Round(a.at/near), math.Round(b.at/near)), cmp.Compare(a.from, b.from))
	})
	var out []rule
	for _, r := range rules {
		if n := len(out) - 1; n >= 0 && out[n].upright == r.upright && math.Abs(out[n].at-r.at) < near && r.from < out[n].to+near && r.to > out[n].from-near {
			out[n].from, out[n].to = min(out[n].from, r.from), max(out[n].to, r.to)
			continue
		}
		out = append(out, r)
	}
	return out
}

func (r rule) meets(o rule) bool {
	if r.upright == o.upright {
		return math.Abs(r.at-o.at) < near && r.from < o.to+near && o.from < r.to+near
	}
	return o.at > r.from-near && o.at < r.to+near && r.at > o.from-near && r.at < o.to+near
}

// apart are the places of lines, those of one line once.
func apart(at []float64) []float64 {
	slices.Sort(at)
	var out []float64
	for _, x := range at {
		if n := len(out); n == 0 || x-out[n-1] > thick+near {
			out = append(out, x)
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
	return slices.ContainsFunc(f.rules, func(r rule) bool {
		return r.upright == upright && math.Abs(r.at-at) < thick+near && r.from < middle && r.to > middle
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
		if w.middle() < top && w.middle() > top-30 && w.left > f.xs[0]-near && w.right < f.xs[len(f.xs)-1]+near {
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
			if w.left < f.xs[at]-near || w.right > f.xs[at+1]+near {
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
		f.rules = append(f.rules, rule{true, x, last.top - 1, top})
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
