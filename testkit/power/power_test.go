package power

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fire"
)

var (
	update = flag.Bool("update", false, "rewrite SCORE.md")
	all    = flag.Bool("all", false, "measure every changed rule of large systems, too")
)

// scoreFile keeps the measured scores.
const scoreFile = "SCORE.md"

// least is the share of changed rules that cases must detect.
const least = 0.995

// large is how many interfaces a system has of which TestSample takes one change out of
// sampled: each is fired at with all cases.
const (
	large   = 20
	sampled = 16
)

// TestSample measures small systems whole, and of large ones a part of the changes that
// the cases have to be fired at. What it finds is in SCORE.md.
func TestSample(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(os.DirFS("../.."), "spec")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(scoreFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		outOf := 1
		if len(s.Interfaces) > large {
			outOf = sampled
		}
		p, err := sample(t.Context(), s, fire.First, outOf)
		if err != nil {
			t.Fatal(err)
		}
		if p.Score() < least || p.Caught == 0 {
			t.Errorf("%s: %.4f of %d noticed; not noticed:\n%s", s.Name, p.Score(), p.Caught+len(p.Survived), p.Survivors())
		}
		_, own, _ := strings.Cut(string(text), "\n## "+s.Name+"\n")
		own, _, _ = strings.Cut(own, "\n## ")
		lines := strings.Split(own, "\n")
		for _, m := range p.Same {
			if !slices.Contains(lines, fmt.Sprintf("- %s: %s", m, m.Same)) {
				t.Errorf("%s: %s lacks %s: %s", s.Name, scoreFile, m, m.Same)
			}
		}
		if row := fmt.Sprintf("| %s | %d | %d |", s.Name, p.Caught+len(p.Survived), p.Caught); outOf == 1 && !strings.Contains(string(text), row) {
			t.Errorf("%s is stale: it lacks %s", scoreFile, row)
		}
	}
}

// TestPower measures every system and keeps the scores in SCORE.md. It fires all cases at
// some hundred servers, two minutes of one core, so it is for the night; TestSample is
// what every run looks at.
func TestPower(t *testing.T) {
	t.Parallel()
	if !*all && !*update {
		t.Skip("go test ./testkit/power -all")
	}
	set, err := load.Systems(os.DirFS("../.."), "spec")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# What the fixtures notice\n\nEach rule was changed alone, and all cases were judged again. Rewritten by `go test ./testkit/power -update`;\n" +
		"`jiekou fixtures --power` prints the same.\n\n| system | changed rules that could be seen | noticed | share |\n| --- | --: | --: | --: |\n")
	var lists strings.Builder
	for _, s := range set.Systems {
		p, err := Measure(t.Context(), s, fire.First)
		if err != nil {
			t.Fatal(err)
		}
		all := p.Caught + len(p.Survived)
		fmt.Fprintf(&b, "| %s | %d | %d | %.2f %% |\n", s.Name, all, p.Caught, 100*p.Score())
		if p.Score() < least {
			t.Errorf("%s: %.4f noticed; not noticed:\n%s", s.Name, p.Score(), p.Survivors())
		}
		fmt.Fprintf(&lists, "\n## %s\n\nNot noticed:\n\n", s.Name)
		for _, m := range p.Survived {
			fmt.Fprintf(&lists, "- %s\n", m)
		}
		lists.WriteString("\nChanges that nobody could see, and why:\n\n")
		for _, m := range p.Same {
			fmt.Fprintf(&lists, "- %s: %s\n", m, m.Same)
		}
	}
	got := b.String() + lists.String()
	if *update {
		if err := os.WriteFile(scoreFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(scoreFile)
	if err != nil || string(want) != got {
		t.Errorf("%s is stale (%v); go test ./testkit/power -update rewrites it", scoreFile, err)
	}
}
