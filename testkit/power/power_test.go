package power

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fire"
)

var update = flag.Bool("update", false, "rewrite SCORE.md")

// scoreFile keeps the measured scores.
const scoreFile = "SCORE.md"

// least is the share of changed rules that cases must detect.
const least = 0.995

// TestPower measures every system and keeps the scores in SCORE.md.
func TestPower(t *testing.T) {
	t.Parallel()
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
