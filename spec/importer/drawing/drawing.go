// Package drawing reads the lines that the pages of a PDF draw, as PostScript says them.
package drawing

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Rule is a line that is drawn: upright at x = At, or level at y = At.
type Rule struct {
	Upright  bool
	At       float64
	From, To float64
}

// Thick is how wide a line may be that is drawn as a box, and Near how far two lines are
// apart that are one.
const (
	Thick = 3
	Near  = 2.5
)

// Pages reads the lines of each page from what pdftocairo draws.
func Pages(ps []byte) [][]Rule {
	var out [][]Rule
	pages := bytes.Split(ps, []byte("\n%%Page:"))
	for _, page := range pages[1:] {
		p := &pen{state: state{matrix{1, 0, 0, 1, 0, 0}, everywhere}, drawn: nowhere}
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

// area is a part of a page: nothing is drawn outside of the one that is clipped to.
type area struct{ left, low, right, high float64 }

var (
	nowhere    = area{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	everywhere = area{math.Inf(-1), math.Inf(-1), math.Inf(1), math.Inf(1)}
)

// with is the area that a point is in, too.
func (a area) with(x, y float64) area {
	return area{min(a.left, x), min(a.low, y), max(a.right, x), max(a.high, y)}
}

func (a area) both(b area) area {
	return area{max(a.left, b.left), max(a.low, b.low), min(a.right, b.right), min(a.high, b.high)}
}

// cut is what of a line is inside; false: nothing.
func (a area) cut(r Rule) (Rule, bool) {
	from, to, low, high := a.low, a.high, a.left, a.right
	if !r.Upright {
		from, to, low, high = a.left, a.right, a.low, a.high
	}
	r.From, r.To = max(r.From, from), min(r.To, to)
	return r, r.From < r.To && r.At > low-Near && r.At < high+Near
}

// state is what drawings keep and go back to.
type state struct {
	at   matrix
	clip area
}

// pen follows the drawing.
type pen struct {
	state
	saved []state
	nums  []float64
	path  []Rule
	drawn area // of the path
	x, y  float64
	first [2]float64
	out   []Rule
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
		p.saved = append(p.saved, p.state)
	case "Q":
		if last := len(p.saved) - 1; last >= 0 {
			p.state, p.saved = p.saved[last], p.saved[:last]
		}
	case "cm":
		if n >= 6 {
			p.turn(matrix(p.nums[n-6:]))
		}
	case "re", "rectclip":
		if n >= 4 {
			x, y := p.to(p.nums[n-4], p.nums[n-3])
			z, w := p.to(p.nums[n-4]+p.nums[n-2], p.nums[n-3]+p.nums[n-1])
			if operator == "rectclip" {
				p.clip = p.clip.both(nowhere.with(x, y).with(z, w))
				return
			}
			p.drawn = p.drawn.with(x, y).with(z, w)
			p.box(x, y, z, w)
		}
	case "W", "W*":
		p.clip = p.clip.both(p.drawn)
	case "m", "l", "h":
		x, y := p.first[0], p.first[1]
		if operator != "h" {
			if n < 2 {
				return
			}
			x, y = p.to(p.nums[n-2], p.nums[n-1])
			p.drawn = p.drawn.with(x, y)
		}
		if operator == "m" {
			p.first = [2]float64{x, y}
		} else {
			p.draw(p.x, p.y, x, y)
		}
		p.x, p.y = x, y
	case "c":
		if n >= 6 {
			for i := 0; i < 6; i += 2 {
				p.drawn = p.drawn.with(p.to(p.nums[n-6+i], p.nums[n-5+i]))
			}
		}
	case "S", "s", "B", "B*", "b":
		p.paint(0)
	case "f", "F", "f*":
		p.paint(2 * Thick) // the ends of lines that are drawn as boxes are none; the sides of areas are
	case "n":
		p.path, p.drawn = nil, nowhere
	}
}

// paint draws the lines of the path that are longer than least, as far as they are not clipped.
func (p *pen) paint(least float64) {
	for _, r := range p.path {
		if r, ok := p.clip.cut(r); ok && r.To-r.From > least {
			p.out = append(p.out, r)
		}
	}
	p.path, p.drawn = nil, nowhere
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
		p.path = append(p.path, Rule{true, x, min(y, w), max(y, w)})
	case math.Abs(y-w) < 0.5 && math.Abs(x-z) > 0.5:
		p.path = append(p.path, Rule{false, y, min(x, z), max(x, z)})
	}
}

// Joined makes one of lines that are one behind the other.
func Joined(rules []Rule) []Rule {
	rules = slices.Clone(rules)
	slices.SortFunc(rules, func(a, b Rule) int {
		switch {
		case a.Upright && !b.Upright:
			return 1
		case b.Upright && !a.Upright:
			return -1
		}
		return cmp.Or(cmp.Compare(math.Round(a.At/Near), math.Round(b.At/Near)), cmp.Compare(a.From, b.From))
	})
	var out []Rule
	for _, r := range rules {
		if n := len(out) - 1; n >= 0 && out[n].Upright == r.Upright && math.Abs(out[n].At-r.At) < Near && r.From < out[n].To+Near && r.To > out[n].From-Near {
			out[n].From, out[n].To = min(out[n].From, r.From), max(out[n].To, r.To)
			continue
		}
		out = append(out, r)
	}
	return out
}

// Meets says whether two lines touch or cross each other, or one goes on in the other.
func (r Rule) Meets(o Rule) bool {
	if r.Upright == o.Upright {
		return math.Abs(r.At-o.At) < Near && r.From < o.To+Near && o.From < r.To+Near
	}
	return o.At > r.From-Near && o.At < r.To+Near && r.At > o.From-Near && r.At < o.To+Near
}

// Apart are the places of lines, those of one line once.
func Apart(at []float64) []float64 {
	slices.Sort(at)
	var out []float64
	for _, x := range at {
		if n := len(out); n == 0 || x-out[n-1] > Thick+Near {
			out = append(out, x)
		}
	}
	return out
}
