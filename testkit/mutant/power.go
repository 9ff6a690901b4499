package mutant

import (
	"fmt"
	"strings"
)

// Power is how many changed rules the cases detect.
type Power struct {
	Caught   int
	Same     []*Mutant // that nobody can tell from the original
	Survived []*Mutant // that somebody can, but no case does
}

// Score is the share of mutants that were caught, without those that are the same,
// from 0 to 1.
func (p *Power) Score() float64 {
	if all := p.Caught + len(p.Survived); all > 0 {
		return float64(p.Caught) / float64(all)
	}
	return 1
}

// Survivors lists the changes that no case detects, one per line.
func (p *Power) Survivors() string {
	var lines []string
	for _, m := range p.Survived {
		lines = append(lines, m.String())
	}
	return strings.Join(lines, "\n")
}

// String is the score in lines for people, with the changes that no case detects and
// those that nobody could.
func (p *Power) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%.2f%% (%d of %d changed rules are noticed; %d more change nothing that could be seen)\n",
		100*p.Score(), p.Caught, p.Caught+len(p.Survived), len(p.Same))
	for _, m := range p.Survived {
		fmt.Fprintf(&b, "  not noticed: %s\n", m)
	}
	for _, m := range p.Same {
		fmt.Fprintf(&b, "  the same: %s: %s\n", m, m.Same)
	}
	return b.String()
}
