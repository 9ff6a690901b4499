package document

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec/importer/drawing"
)

// TestFrames: lines that meet are a table, unless they are the strokes of a letter or stand around what is
// no table.
func TestFrames(t *testing.T) {
	t.Parallel()
	grid := func(left, top, wide, high float64) (out []drawing.Rule) {
		for n := range 4 {
			at := float64(n) / 3
			out = append(out, drawing.Rule{Upright: true, At: left + at*wide, From: top, To: top + high},
				drawing.Rule{At: top + at*high, From: left, To: left + wide})
		}
		return out
	}
	box := []drawing.Rule{
		{Upright: true, At: 20, From: 10, To: 800},
		{Upright: true, At: 560, From: 10, To: 800},
		{At: 10, From: 20, To: 560},
		{At: 800, From: 20, To: 560},
	}
	for name, one := range map[string]struct {
		rules []drawing.Rule
		want  int
	}{
		"a table":                       {grid(50, 100, 300, 60), 1},
		"a letter":                      {grid(50, 100, 9, 9), 0},
		"a box around two tables":       {append(append(grid(50, 100, 300, 60), grid(50, 300, 300, 60)...), box...), 2},
		"a table at the top of its box": {append(grid(50, 10, 300, 60), box...), 1},
	} {
		frames := gridsOf(one.rules)
		if len(frames) != one.want {
			t.Errorf("%s: %d tables, want %d", name, len(frames), one.want)
		}
		for _, f := range frames {
			if len(f.xs) != 4 || len(f.ys) != 4 {
				t.Errorf("%s: %v %v", name, f.xs, f.ys)
			}
		}
	}
}
